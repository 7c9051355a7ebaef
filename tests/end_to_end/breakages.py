"""Every way to break a delivery that must refuse it, with what the refusal must say."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from end_to_end.deliveries import changed_manifest, lines, rewritten, sealed


@dataclass(frozen=True)
class Breakage:
    """A broken delivery.

    Attributes:
        code: the code of the refusal.
        says: what must be in its line: source, column and count.
        apply: breaks a delivery.
    """

    code: str
    says: tuple[str, ...]
    apply: Callable[[Path], None]


def _each_line(source: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    return lambda delivery: rewritten(delivery, source, lambda given: [change(line) for line in given])


def _one_row_more(delivery: Path) -> None:
    def change(manifest: dict[str, dict[str, dict[str, int]]]) -> None:
        manifest["files"]["wmo"]["rows"] += 1

    changed_manifest(delivery, change)


def _one_byte_changed(delivery: Path) -> None:
    path = delivery / "wmo.csv"
    path.write_bytes(path.read_bytes()[:-2] + b"9\n")


def _undeclared(delivery: Path) -> None:
    rewritten(
        delivery, "shv", lambda given: [f"{given[0]};telefoonnummer", *(f"{row};0612345678" for row in given[1:])]
    )


def _twice(delivery: Path) -> None:
    rewritten(delivery, "wmo", lambda given: [f"{row};{row.split(';')[0]}" for row in given])


def _latin1(delivery: Path) -> None:
    text = (delivery / "brp.csv").read_text(encoding="utf-8").splitlines()
    text[4] = text[4].replace("e", "\u00eb", 1)
    sealed(delivery, "brp", ("\n".join(text) + "\n").encode("latin-1", errors="replace"))


def _ragged(delivery: Path) -> None:
    rewritten(delivery, "brp", lambda given: [*given[:9], given[9] + ";x", given[10].rsplit(";", 1)[0], *given[11:]])


def _unreadable_objections(delivery: Path) -> None:
    surname = lines(delivery, "brp")[5].split(";")[1]
    rewritten(delivery, "bezwaar", lambda given: [given[0], surname, "123456789", *given[3:]])


def _all_but_the_frame(delivery: Path) -> None:
    sealed(delivery, "brp", (lines(delivery, "brp")[0] + "\n").encode(), rows=0)


BREAKAGES = {
    "missing file": Breakage("file_missing", ("wmo",), lambda delivery: (delivery / "wmo.csv").unlink()),
    "missing levering.json": Breakage(
        "manifest_missing", ("levering.json",), lambda delivery: (delivery / "levering.json").unlink()
    ),
    "file not in levering.json": Breakage(
        "file_missing", ("shv",), lambda delivery: changed_manifest(delivery, lambda found: found["files"].pop("shv"))
    ),
    "wrong row count": Breakage("wrong_row_count", ("wmo", "rows"), _one_row_more),
    "wrong hash": Breakage("wrong_hash", ("wmo", "sha256"), _one_byte_changed),
    "undeclared column": Breakage("undeclared_column", ("shv", "telefoonnummer", "1 "), _undeclared),
    "missing column": Breakage(
        "missing_column", ("pwet", "bedrag_einde", "1 "), _each_line("pwet", lambda line: line.rsplit(";", 1)[0])
    ),
    "duplicate header": Breakage("duplicate_header", ("wmo", "bsn", "2 "), _twice),
    "no header": Breakage("header_missing", ("brp", "0 of"), lambda d: rewritten(d, "brp", lambda given: given[1:])),
    "wrong delimiter": Breakage(
        "wrong_delimiter", ("jeugd", "1 column"), _each_line("jeugd", lambda line: line.replace(";", ","))
    ),
    "wrong encoding": Breakage("wrong_encoding", ("brp", "line 5"), _latin1),
    "utf-16": Breakage(
        "wrong_encoding", ("rmc",), lambda d: sealed(d, "rmc", (d / "rmc.csv").read_text().encode("utf-16"))
    ),
    "empty file": Breakage("empty_file", ("rmc", "0 bytes"), lambda delivery: sealed(delivery, "rmc", b"", rows=0)),
    "ragged row": Breakage("ragged_row", ("brp", "2 row"), _ragged),
    "wrong period": Breakage(
        "wrong_period", ("2018H2",), lambda d: changed_manifest(d, lambda found: found.update(period="2018H2"))
    ),
    "wrong municipality": Breakage(
        "wrong_municipality",
        ("GM0344",),
        lambda d: changed_manifest(d, lambda found: found.update(gemeentecode="GM0344")),
    ),
    "objection unreadable": Breakage("objection_unreadable", ("bezwaar", "bsn", "2 "), _unreadable_objections),
    "frame without households": Breakage("frame_empty", ("brp", "0 households"), _all_but_the_frame),
}
