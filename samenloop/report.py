"""What a run reports when it ends: rows per source, link methods, where the release is."""

from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from samenloop.drafts import latest_entries
from samenloop.runs import RunReference, reopen
from schemas.errors import SamenloopError


@dataclass(frozen=True)
class RunReport:
    """One run as ``--json`` prints it.

    Attributes:
        run: run id, also the release id.
        release: folder of the draft or, when approved, of the release.
        approved: whether it is published.
        rows: source -> count name -> rows.
        methods: source -> link method (with reason) -> rows.
        refusals: refusals of this run: code and exit code.
    """

    run: str = ""
    release: str = ""
    approved: bool = False
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    methods: dict[str, dict[str, int]] = field(default_factory=dict)
    refusals: list[dict[str, str | int]] = field(default_factory=list)

    @classmethod
    def of_refusal(cls, error: SamenloopError) -> "RunReport":
        """Gives the report of a run that was refused."""
        return cls(refusals=[{"code": error.code, "exit_code": error.exit_code, "what": error.what}])

    def print(self) -> None:
        """Prints a table of rows per source and where to look."""
        table = Table(title=f"Run {self.run}")
        for title in ("source", "rows", "number"):
            table.add_column(title, justify="right" if title == "number" else "left")
        for source, counts in self.rows.items():
            for name, number in (counts | self.methods.get(source, {})).items():
                table.add_row(source, name, str(number))
        Console().print(table)
        print(f"{'Release' if self.approved else 'Draft'}: {self.release}")  # noqa: T201


def reported(reference: RunReference, place: Path, *, approved: bool) -> RunReport:
    """Gives the report of a run that left a draft or a release at ``place``."""
    entries = latest_entries(reopen(reference))
    linked = next(entry.counts for entry in entries if entry.step == "link")
    rows = {entry.subject: entry.counts for entry in entries if entry.step == "pull"}
    methods = {
        source: {name.removeprefix(f"{source}:"): n for name, n in linked.items() if name.startswith(f"{source}:")}
        for source in rows
    }
    return RunReport(
        reference.run, str(place), approved, rows, {name: found for name, found in methods.items() if found}
    )
