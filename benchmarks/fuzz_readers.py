"""Coverage-guided fuzzing of the readers of deliveries: any bytes end in rows or in a refusal, never in anything else.

``python benchmarks/fuzz_readers.py`` runs every target for ``--seconds``, each in a process of its own, or the target
that is named. Numbers and addresses are held against a second reading in plain Python, which also guides the search.
A finding is written to ``--out`` and ends its target with another exit code than 0. The seeds are sound files of the
test range.
"""

import argparse
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris
import ijson.backends.python

with atheris.instrument_imports(include=["pseudonymisation", "schemas"]):
    import pyarrow as pa

    from pseudonymisation.address import ADDRESS_COLUMNS, read_address
    from pseudonymisation.bsn import read_bsn
    from pseudonymisation.sources.ddas import DdasTrajectories
    from pseudonymisation.sources.istandaarden import Messages
    from pseudonymisation.sources.source_reader import OpenedFile, SourceReader
    from pseudonymisation.sources.suwi import SuwiBenefits
    from schemas.errors import SamenloopError
    from schemas.extracts import CANONICAL_COLUMNS
    from schemas.purpose import SourceGround
    from schemas.source_formats import SuwiFormat

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from deliver_as.ddas import document as ddas_document
from deliver_as.ddas import trajectory_of
from deliver_as.istandaarden import assignment, claim, claim_line, delivery
from deliver_as.suwi import write_suwi

_BSN = "999900006"
_ROW = {
    **{"bsn": _BSN, "geboortedatum": "1980-02-03", "postcode": "2711AB", "huisnummer": "12", "huisletter": "a"},
    **{"begin": "2018-01-01", "einde": "2018-06-30", "bedrag_cent": "123456", "aanbieder": "12345678"},
    **{"bedrag_begin": "2018-01-01", "bedrag_einde": "2018-06-30", "fase": "begeleiding", "regeling": "P-wet"},
}
_COMPACT = re.compile(r"[ .\-]")


def _ground(source: str) -> SourceGround:
    columns = CANONICAL_COLUMNS[source]
    return SourceGround(law="wet", article="artikel", bsn_ground="wet", special_category="zorg", columns=columns)


def _read(reader: SourceReader) -> None:
    try:
        reader.header()
        for cells in reader.batches():
            if len({len(column) for column in cells.values()}) > 1:
                raise AssertionError("columns of different length")
    except SamenloopError:
        return


def _opened(content: bytes) -> list[OpenedFile]:
    return [OpenedFile(io.BytesIO(content[1:]), content[0] if content else 0)]


def _messages(content: bytes) -> None:
    _read(Messages("jeugd", _opened(content), _ground("jeugd")))


def _suwi(content: bytes) -> None:
    _read(SuwiBenefits("pwet", _opened(content), _ground("pwet"), SuwiFormat(kind="suwi")))


def _ddas(content: bytes) -> None:
    # The parser in C keeps a few kilobytes of every broken document, which would end a long search.
    _read(DdasTrajectories("shv", _opened(content), _ground("shv"), ijson.backends.python))


@atheris.instrument_func
def _bsn(content: bytes) -> None:
    cells = content.decode(errors="ignore").split("\n")
    read = read_bsn(pa.array(cells, pa.string()))
    if read.digits.to_pylist() != [_plain_bsn(cell) for cell in cells]:
        raise AssertionError("a number was read in two ways")
    if sum(read.counts.values()) != len(cells):
        raise AssertionError("a number was not counted once")


@atheris.instrument_func
def _plain_bsn(cell: str) -> str | None:
    compact = _COMPACT.sub("", cell)
    if not re.fullmatch(r"[0-9]{7,9}", compact) or (padded := compact.zfill(9)) in ("000000000", "999999999"):
        return None
    weighed = sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), padded, strict=True))
    return padded if weighed % 11 == 0 else None


@atheris.instrument_func
def _address(content: bytes) -> None:
    rows = [(line.split(";") + [""] * 4)[:4] for line in content.decode(errors="ignore").split("\n")]
    cells = {name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(ADDRESS_COLUMNS)}
    read = read_address(cells)
    for full, number, bare in zip(*(part.to_pylist() for part in (read.full, read.number, read.bare)), strict=True):
        if (full is None) != (number is None):
            raise AssertionError("half an address")
        if full is not None and not re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}\|[1-9][0-9]{0,4}\|[0-9A-Z]*", full):
            raise AssertionError("an address that is not in its normal form")
        if full is not None and (not full.startswith(f"{number}|") or bare != full.endswith("|")):
            raise AssertionError("an address that contradicts itself")


def _seeds_of_messages() -> list[bytes]:
    line = claim_line("1", 1, _ROW)
    texts = [assignment("jeugd", 1, _ROW), claim("jeugd", line, 123456), claim("jeugd", line + line, 246912)]
    texts.append(delivery("jeugd", "305", 1, Begindatum="2018-01-01"))
    texts.append(delivery("jeugd", "307", 1, Begindatum="2018-01-01", Einddatum="2018-03-01", RedenBeeindiging="31"))
    texts.append(f"<Berichten>{texts[0]}{texts[0]}</Berichten>")
    return [b"\1" + text.encode() for text in texts]


def _seeds_of_suwi() -> list[bytes]:
    with TemporaryDirectory() as folder:
        (file,) = write_suwi(Path(folder), [_ROW, {**_ROW, "bsn_partner": "999900018", "regeling": "IOAW"}])
        return [bytes([file.rows]) + (Path(folder) / file.name).read_bytes()]


def _seeds_of_ddas() -> list[bytes]:
    return [b"\1" + json.dumps(ddas_document([trajectory_of(_ROW, "GM0637")])).encode()]


_TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], list[bytes]]]] = {
    "bsn": (_bsn, lambda: [_BSN.encode(), b"99.99.00-006\n1234567\n000000000", "\u0661\u0662".encode()]),
    "address": (_address, lambda: [b"2711 AB;12;a;bis", b"2711ab;0012-3hs;;\n;;;", "2711AB;1\u00b2;\u0131;".encode()]),
    "messages": (_messages, _seeds_of_messages),
    "suwi": (_suwi, _seeds_of_suwi),
    "ddas": (_ddas, _seeds_of_ddas),
}


def _fuzz(target: str, seconds: int, out: Path) -> None:
    test, seeds = _TARGETS[target]
    corpus = out / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = [
        "-max_len=8192",
        "-timeout=10",
        "-rss_limit_mb=2048",
        f"-max_total_time={seconds}",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], str(corpus), *limits, f"-artifact_prefix={out}/{target}-finding-"], test)
    atheris.Fuzz()


def main() -> None:
    """Runs one target in this process, or several in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(_TARGETS)}; default: all")
    parser.add_argument("--seconds", type=int, default=60, help="per target")
    parser.add_argument("--out", type=Path, default=Path("fuzz"), help="corpus and findings")
    asked = parser.parse_args()
    targets = asked.targets or list(_TARGETS)
    if unknown := set(targets) - set(_TARGETS):
        parser.error(f"no target {sorted(unknown)[0]}")
    if len(targets) == 1:
        _fuzz(targets[0], asked.seconds, asked.out)
    options = ["--seconds", str(asked.seconds), "--out", str(asked.out)]
    codes = {
        name: subprocess.run([sys.executable, __file__, name, *options], check=False).returncode for name in targets
    }
    print(json.dumps({"seconds": asked.seconds, "exit_codes": codes}))
    sys.exit(any(codes.values()))


if __name__ == "__main__":
    main()
