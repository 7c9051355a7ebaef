"""Reading a year of iJw: CPU seconds and peak memory against the least that any reader does.

Claims (323) of ``--lines`` lines, five per client and per assignment (301), are written to a folder of their own and
removed afterwards. Ours reads, checks and completes them into canonical cells. The peer is plain
``lxml.etree.iterparse`` over the same claims, which counts elements and clears them: it reads no cell and joins
nothing. Its peak of memory is that of the process until then, ours included.

    PYTHONPATH=tests python benchmarks/istandaarden.py [--lines 1000000]
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deliver_as.istandaarden import CLAIM_END, assignment, claim_line, claim_opening, client
from lxml import etree

from pseudonymisation.sources.istandaarden import Messages
from pseudonymisation.sources.source_reader import OpenedFile
from schemas.extracts import CANONICAL_COLUMNS
from schemas.purpose import SourceGround

PER_CLIENT = 5
CENTS = 12_345
GROUND = SourceGround(
    law="Jeugdwet",
    article="2.3",
    bsn_ground="Jeugdwet 7.2.1",
    columns=CANONICAL_COLUMNS["jeugd"],
    special_category="AVG 9(2)(h)",
)
ROW = {
    **{"geboortedatum": "2009-05-03", "postcode": "2711AB", "huisnummer": "12", "productcategorie": "45"},
    **{"aanbieder": "12345678", "begin": "2018-01-01", "bedrag_cent": str(CENTS)},
    **{"bedrag_begin": "2018-01-01", "bedrag_einde": "2018-01-31"},
}
#: Numbers of the official test range that pass the eleven test.
TEST_BSNS = [
    str(number)
    for number in range(999_900_006, 999_999_991)
    if sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), str(number), strict=True)) % 11
    == 0
]


def write(folder: Path, lines: int) -> dict[str, int]:
    """Writes assignments and claims; gives the lines of each file."""
    clients = lines // PER_CLIENT
    with (folder / "301.xml").open("w") as assigned, (folder / "323.xml").open("w") as claimed:
        assigned.write("<Berichten>\n")
        claimed.write(claim_opening("jeugd", ROW["aanbieder"], clients * PER_CLIENT * CENTS))
        for number in range(clients):
            row = {**ROW, "bsn": TEST_BSNS[number % len(TEST_BSNS)]}
            assigned.write(assignment("jeugd", number, row))
            own = (claim_line(f"{number}-{line}", number, row) for line in range(PER_CLIENT))
            claimed.write(client(row["bsn"], "".join(own)))
        assigned.write("</Berichten>\n")
        claimed.write(CLAIM_END)
    return {"301.xml": clients, "323.xml": clients * PER_CLIENT}


def ours(folder: Path, lines: dict[str, int]) -> int:
    """Reads everything into cells and gives the rows."""
    opened = [OpenedFile((folder / name).open("rb"), rows) for name, rows in lines.items()]
    messages = Messages("jeugd", opened, GROUND)
    messages.header()
    return sum(len(batch["bsn"]) for batch in messages.batches())


def iterparse(folder: Path) -> int:
    """Counts the lines of the claims and does nothing else."""
    counted = 0
    for _, element in etree.iterparse(folder / "323.xml", tag="{*}Prestatie"):
        counted += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return counted


def measured(name: str, work: Callable[[], int]) -> None:
    """Prints rows, CPU seconds and the peak of memory until now."""
    started = time.process_time()
    rows = work()
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<24} {rows:>9} rows {seconds:7.2f} CPU s, peak RSS {peak:6.0f} MiB", flush=True)


def main() -> None:
    """Prints one line for ours and one for the peer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lines = write(folder, asked.lines)
        print(f"{sum(lines.values())} lines in {sum(path.stat().st_size for path in folder.iterdir()) >> 20} MiB")
        measured("ours", lambda: ours(folder, lines))
        measured("iterparse, clearing", lambda: iterparse(folder))


if __name__ == "__main__":
    main()
