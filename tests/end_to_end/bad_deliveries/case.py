"""One bad delivery, and the words in which the tables say how it is broken."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from end_to_end.commands import Fault
from end_to_end.deliveries import changed_manifest

#: The id of what is delivered after the sound delivery.
LATER = "d2"
#: The file of each source; a source of messages has claims besides.
FILES = {
    "brp": "brp.parquet",
    "jeugd": "jeugd_301_0001.xml",
    "claims": "jeugd_323_0001.xml",
    "wmo": "wmo.csv",
    "pwet": "pwet.xml",
    "shv": "shv.json",
    "rmc": "rmc.csv",
}


@dataclass(frozen=True)
class Folder:
    """A delivery that may be broken, and what lies outside it."""

    path: Path

    def content(self, file: str) -> bytes:
        return (self.path / FILES[file]).read_bytes()

    def put(self, file: str, content: bytes, rows: int | None = None) -> None:
        """Replaces a file as a sender would who made it this way: the manifest has its digest."""
        (self.path / FILES[file]).write_bytes(content)
        said: dict[str, Any] = {"sha256": hashlib.sha256(content).hexdigest()}
        self.entry(file, **said, **({} if rows is None else {"rows": rows}))

    def entry(self, file: str, **fields: Any) -> None:
        """Changes what the manifest says of a file."""

        def change(manifest: dict[str, Any]) -> None:
            named = (one for files in manifest["files"].values() for one in files)
            next(one for one in named if one["name"] == FILES[file]).update(fields)

        self.manifest(change)

    def manifest(self, change: Callable[[dict[str, Any]], None]) -> None:
        changed_manifest(self.path, change)


Break = Callable[[Folder], None]


@dataclass(frozen=True)
class Bad:
    """A bad delivery.

    Attributes:
        name: how it is broken, in words.
        file: the file that is broken; its source is named in the refusal.
        code: machine code of the refusal.
        breaks: what is done to a sound delivery.
        says: what stands in the line besides.
        exit_code: of the command.
        by_command: run by the command, with all sources; else the broken source alone, by the steps of a run.
        fault: what happens during the run.
    """

    name: str
    file: str
    code: str
    breaks: Break
    says: str = ""
    exit_code: int = 4
    by_command: bool = False
    fault: Fault | None = None

    @property
    def source(self) -> str:
        return "jeugd" if self.file == "claims" else self.file

    @property
    def named(self) -> str:
        """What the refusal begins with: its source, or nothing where it is about the whole delivery."""
        return {"levering.json": "levering.json", "": ""}.get(self.source, f"{self.source}: ")


def given(change: Callable[[bytes], bytes | str], rows: int | None = None) -> Callable[[str], Break]:
    """Rewrites the bytes of a file; texts are UTF-8."""

    def on(file: str) -> Break:
        def breaks(folder: Folder) -> None:
            made = change(folder.content(file))
            folder.put(file, made if isinstance(made, bytes) else made.encode(), rows)

        return breaks

    return on


def swap(old: str, new: str, count: int = 1, encoding: str = "utf-8") -> Callable[[str], Break]:
    """Replaces a text that is in the file."""

    def change(content: bytes) -> bytes:
        text = content.decode(encoding)
        assert old in text, old
        return text.replace(old, new, count).encode(encoding)

    return given(change)


def stated(content: bytes | str, rows: int | None = None) -> Callable[[str], Break]:
    """Delivers other content altogether."""
    return given(lambda _: content, rows)


def manifest_with(**fields: Any) -> Break:
    """Changes fields of the manifest."""
    return lambda folder: folder.manifest(lambda found: found.update(fields))


def manifest_text(change: Callable[[str], str | bytes]) -> Break:
    """Rewrites the manifest as text."""

    def breaks(folder: Folder) -> None:
        path = folder.path / "levering.json"
        made = change(json.dumps(json.loads(path.read_text())))
        path.write_bytes(made if isinstance(made, bytes) else made.encode())

    return breaks


def table(file: str, *cases: tuple[Any, ...]) -> list[Bad]:
    """Cases of one file: name, code, what is done to the file, and what the line says besides."""
    return [Bad(name, file, code, breaks(file), *says) for name, code, breaks, *says in cases]
