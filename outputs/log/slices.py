"""The slice of a log that goes with a publication: the entries of one run, each with the proof that it is in the log.

``log.jsonl`` the entries; ``checkpoint`` the state of the log that they are proved in; ``proofs/<index>.tlog-proof``
one proof per entry, which holds the checkpoint as well.

Source: https://c2sp.org/tlog-proof
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from outputs.log.checkpoint import Checkpoint
from outputs.log.entry_line import run_of
from outputs.log.log_files import LogFiles
from outputs.log.merkle import Proof, inclusion_proof
from outputs.log.note import NoteInvalid
from outputs.log.tiles import TileReader
from schemas.errors import RunError

LINES: Final = "log.jsonl"
CHECKPOINT: Final = "checkpoint"
PROOFS: Final = "proofs"
SUFFIX: Final = ".tlog-proof"

_PROOF: Final = re.compile(
    rb"c2sp\.org/tlog-proof@v1\nindex (0|[1-9]\d{0,18})\n((?:[A-Za-z0-9+/]{43}=\n)*)\n(.+)", re.DOTALL
)


@dataclass(frozen=True)
class EntryProof:
    """The proof that an entry is in a log.

    Attributes:
        index: index of the entry.
        path: Merkle inclusion proof.
        note: the signed checkpoint that it leads to.
    """

    index: int
    path: Proof
    note: bytes

    def text(self) -> bytes:
        """Gives the proof as it stands in its file."""
        path = b"".join(b64encode(one) + b"\n" for one in self.path)
        return b"c2sp.org/tlog-proof@v1\nindex %d\n%b\n%b" % (self.index, path, self.note)

    @classmethod
    def parse(cls, text: bytes) -> "EntryProof":
        """Reads a proof.

        Raises:
            NoteInvalid: the text is no proof as it was written.
        """
        found = _PROOF.fullmatch(text)
        if found is None:
            raise NoteInvalid("no proof")
        proof = cls(int(found[1]), tuple(b64decode(one) for one in found[2].splitlines()), found[3])
        if proof.text() != text:  # Base64 has more than one spelling of the same bytes
            raise NoteInvalid("a proof is spelled in another way than it was written")
        return proof


def write_slice(files: LogFiles, newest: Checkpoint, run: str, folder: Path) -> int:
    """Writes the slice of a run into a folder and gives the number of its entries.

    Raises:
        RunError: ``run_unknown``: the log has no entry of that run.
    """
    with files.lines.open("rb") as lines:
        numbered = enumerate(islice(lines, newest.size))
        chosen = [(index, line) for index, line in numbered if run_of(line) == run.encode()]
    if not chosen:
        raise RunError("run_unknown", "the log has no entry of that run", "name a run of samenloop log show")
    reader = TileReader(files.folder, newest.size)
    (folder / PROOFS).mkdir(parents=True, exist_ok=True)
    (folder / LINES).write_bytes(b"".join(line for _, line in chosen))
    (folder / CHECKPOINT).write_bytes(newest.note)
    for index, _ in chosen:
        proof = EntryProof(index, inclusion_proof(index, newest.size, reader.node), newest.note)
        (folder / PROOFS / f"{index}{SUFFIX}").write_bytes(proof.text())
    return len(chosen)
