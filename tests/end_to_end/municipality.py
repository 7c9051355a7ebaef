"""A municipality for the tests: keyring, signed purpose and delivery, and runs in folders of their own."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from end_to_end.commands import Fault, Outcome, Running, begin, command

PERIOD = "2018H1"


@dataclass(frozen=True)
class Place:
    """The folders of one run: everything that a run may write lies under ``root``."""

    root: Path

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def published(self) -> Path:
        return self.out / "stapeling" / PERIOD / "current"

    @property
    def drafts(self) -> list[Path]:
        return sorted(self.work.glob(f"drafts/stapeling/{PERIOD}/2018h1-*"))


def copied_place(former: Place, root: Path) -> Place:
    """The folders of a former run, with a log of their own: the witness follows one log, and refuses its copy."""
    shutil.copytree(former.root, root, symlinks=True)
    shutil.rmtree(root / "work" / "log")
    (root / "work" / "log-id").unlink()
    return Place(root)


@dataclass(frozen=True)
class Municipality:
    """What stays the same from run to run."""

    home: Path
    purpose: Path
    delivery: Path
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {"SAMENLOOP_HOME": str(self.home), **self.env}

    def words(self, place: Place, *options: str) -> list[str | Path]:
        folders: list[str | Path] = ["--delivery", self.delivery, "--work", place.work, "--out", place.out]
        return ["run", self.purpose, *folders, "--period", PERIOD, *options]

    def begin(self, place: Place, *options: str, fault: Fault | None = None) -> Running:
        place.root.mkdir(exist_ok=True)
        return begin(self.words(place, *options), place.root, self.environment, fault)

    def run(self, place: Place, *options: str, fault: Fault | None = None) -> Outcome:
        return self.begin(place, *options, fault=fault).ended()

    def command(self, place: Place, *words: str | Path) -> Outcome:
        return command(words, place.root, self.environment)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file under a folder with its bytes, and every link with its target."""
    return {
        path.relative_to(folder).as_posix(): bytes(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
