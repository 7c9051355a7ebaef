"""A year of iJw from file to pseudonyms, in one process: CPU seconds and peak memory.

``--lines`` lines of claims (323), five per assignment (301), are written as messages and as canonical CSV of the same
rows, in a folder that is removed afterwards. Each is pulled whole: hashed, read, validated, pseudonymised; what comes
out is compared by the sums of records and of cost. The numbers are of the official test range, so some eight thousand
children have them all; assignments, addresses, amounts and periods differ. The peer is plain ``lxml.etree.iterparse``
over the same messages, which counts elements and clears them. Every line is measured in a process of its own.

    PYTHONPATH=tests python benchmarks/sources.py [--lines 1000000]
"""

import argparse
import csv
import hashlib
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from deliver_as.istandaarden import CLAIM_END, assignment, claim_line, claim_opening, client
from istandaarden import GROUND, TEST_BSNS
from lxml import etree

from pseudonymisation.data_subjects import DataSubjects
from pseudonymisation.delivery_folder import LocalFolder
from pseudonymisation.keys import KINDS, KeySet, PseudonymKey
from pseudonymisation.objections import Objections
from pseudonymisation.pseudonymise import Pull, PullOrder
from pseudonymisation.source_delivery import SourceDelivery
from schemas.delivery import DeliveredFile
from schemas.extracts import CANONICAL_COLUMNS
from schemas.period import HalfYear
from schemas.source_formats import MessagesFormat

PER_ASSIGNMENT = 5
PROVIDER = "12345678"
Result = tuple[int, int, int]


def rows_of(number: int) -> list[dict[str, str]]:
    """Gives the rows of one assignment: one a month."""
    child = {
        **{"bsn": TEST_BSNS[number % len(TEST_BSNS)], "geboortedatum": f"20{number % 15:02}-05-03"},
        **{"postcode": f"27{number // 100 % 100:02}AB", "huisnummer": str(number % 100 + 1)},
        **{"productcategorie": "45", "leveringsvorm": "zin", "aanbieder": PROVIDER},
        "begin": f"2017-{number % 12 + 1:02}-{number // 12 % 28 + 1:02}",
    }
    return [
        {
            **child,
            "bedrag_cent": str(10_000 + number % 9_973 + month),
            "bedrag_begin": f"2018-{month:02}-01",
            "bedrag_einde": f"2018-{month:02}-28",
        }
        for month in range(1, PER_ASSIGNMENT + 1)
    ]


def write(folder: Path, assignments: int) -> dict[str, list[DeliveredFile]]:
    """Writes both forms and gives their files."""
    lines = assignments * PER_ASSIGNMENT
    cents = sum(int(row["bedrag_cent"]) for number in range(assignments) for row in rows_of(number))
    with (
        (folder / "301.xml").open("w") as assigned,
        (folder / "323.xml").open("w") as claimed,
        (folder / "jeugd.csv").open("w", newline="") as canonical,
    ):
        table = csv.DictWriter(canonical, CANONICAL_COLUMNS["jeugd"], delimiter=";", lineterminator="\n")
        table.writeheader()
        assigned.write("<Berichten>\n")
        claimed.write(claim_opening("jeugd", PROVIDER, cents))
        for number in range(assignments):
            rows = rows_of(number)
            assigned.write(assignment("jeugd", number, rows[0]))
            own = (claim_line(f"{number}-{line}", number, row) for line, row in enumerate(rows))
            claimed.write(client(rows[0]["bsn"], "".join(own)))
            table.writerows(rows)
        assigned.write("</Berichten>\n")
        claimed.write(CLAIM_END)
    return {
        "messages": [_delivered(folder / "301.xml", assignments), _delivered(folder / "323.xml", lines)],
        "canonical": [_delivered(folder / "jeugd.csv", lines)],
    }


def _delivered(path: Path, rows: int) -> DeliveredFile:
    with path.open("rb") as file:
        return DeliveredFile(name=path.name, rows=rows, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def pulled(folder: Path, files: list[DeliveredFile], *, as_messages: bool) -> Result:
    """Pulls the source; gives rows, and the sums of their records and of their cost."""
    form = MessagesFormat(kind="istandaarden") if as_messages else None
    ground = GROUND.model_copy(update={"format": form})
    order = PullOrder(SourceDelivery("jeugd", ground, LocalFolder(folder), tuple(files)), HalfYear(2018, 1), True)
    keys = KeySet({kind: PseudonymKey(kind, hashlib.sha256(kind.encode()).digest()) for kind in KINDS})
    nobody = Objections(pa.array([], pa.string()))
    subjects = DataSubjects(PseudonymKey.generate("log_subject"), "run", "jeugd")
    rows, records, cost = 0, 0, 0
    for batch in Pull(order, keys, nobody, subjects).batches():
        rows += batch.num_rows
        halves = np.frombuffer(b"".join(batch["record"].cast(pa.binary()).to_pylist()), np.uint64)
        records += int(np.sum(halves, dtype=np.uint64))
        cost += int(batch["cost_cent"].to_numpy().sum())
    return rows, records % 2**64, cost


def counted(folder: Path) -> Result:
    """Counts the lines of the messages and does nothing else."""
    lines = 0
    for name, element_name in (("301.xml", "ToegewezenProduct"), ("323.xml", "Prestatie")):
        for _, element in etree.iterparse(folder / name, tag=f"{{*}}{element_name}"):
            lines += 1
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return lines, 0, 0


def _measure(work: Callable[[], Result]) -> tuple[Result, float, float]:
    started = time.process_time()
    result = work()
    return result, time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(works: dict[str, Callable[[], Result]]) -> Iterator[Result]:
    """Prints a line of a table for each, measured in a fresh process, and gives what came out."""
    print("| | rows | CPU s | peak MiB |\n|---|---|---|---|")
    for name, work in works.items():
        with multiprocessing.get_context("spawn").Pool(1) as alone:
            result, seconds, peak = alone.apply(_measure, (work,))
        print(f"| {name} | {result[0]:,} | {seconds:.1f} | {peak:.0f} |", flush=True)
        yield result


def main() -> None:
    """Prints the table, and fails when the two forms do not give the same rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = write(folder, asked.lines // PER_ASSIGNMENT)
        sizes = {name: sum((folder / file.name).stat().st_size for file in found) for name, found in files.items()}
        print(", ".join(f"{name}: {size >> 20} MiB" for name, size in sizes.items()))
        messages, canonical, _ = measured(
            {
                "iJw messages, pulled": partial(pulled, folder, files["messages"], as_messages=True),
                "canonical CSV, pulled": partial(pulled, folder, files["canonical"], as_messages=False),
                "peer: `lxml.etree.iterparse`, counts only": partial(counted, folder),
            }
        )
    if messages != canonical:
        raise SystemExit("the two forms do not give the same rows")


if __name__ == "__main__":
    main()
