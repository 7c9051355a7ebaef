"""Deliveries made from another one: copied, shuffled, broken."""

import csv
import hashlib
import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any


def copied(delivery: Path, to: Path) -> Path:
    """A copy that may be changed: a delivery of its own, so under an id of its own."""
    shutil.copytree(delivery, to)
    changed_manifest(
        to, lambda manifest: manifest.update(delivery_id=f"{manifest['delivery_id']}-{to.parent.name}"[-80:])
    )
    return to


def changed_manifest(delivery: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Changes levering.json."""
    path = delivery / "levering.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest, indent=2))


def sealed(delivery: Path, source: str, content: bytes, rows: int | None = None) -> None:
    """Replaces a file and puts its digest (and rows) into levering.json, as a sender who made it this way would."""
    (delivery / f"{source}.csv").write_bytes(content)

    def change(manifest: dict[str, Any]) -> None:
        manifest["files"][source]["sha256"] = hashlib.sha256(content).hexdigest()
        if rows is not None:
            manifest["files"][source]["rows"] = rows

    changed_manifest(delivery, change)


def lines(delivery: Path, source: str) -> list[str]:
    """The lines of a file, with the header, without line breaks."""
    return (delivery / f"{source}.csv").read_text(encoding="utf-8").splitlines()


def rewritten(delivery: Path, source: str, change: Callable[[list[str]], list[str]]) -> None:
    """Rewrites a file line by line and seals it; the number of rows in levering.json stays as it was."""
    sealed(delivery, source, ("\n".join(change(lines(delivery, source))) + "\n").encode())


def shuffled(delivery: Path, to: Path, seed: int) -> Path:
    """The same delivery with the rows of every file in another order."""
    copy, chance = copied(delivery, to), random.Random(seed)
    for path in sorted(copy.glob("*.csv")):
        rewritten(copy, path.stem, lambda given: [given[0], *chance.sample(given[1:], len(given) - 1)])
    return copy


def cells(delivery: Path, source: str) -> list[dict[str, str]]:
    """The rows of a file as text."""
    text = (delivery / f"{source}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))
