"""What a run reports when it ends: rows per source, link methods, where the release is."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from samenloop.drafts import latest_entries
from samenloop.runs import RunReference, reopen
from schemas.errors import SamenloopError

_NOT_USED: Final = ("quarantined:", "excluded:", "merged:", "objected")


@dataclass(frozen=True)
class RunReport:
    """One run as ``--json`` prints it.

    Attributes:
        run: run id, also the release id.
        release: folder of the draft or, when approved, of the release.
        approved: whether it is published.
        repeated: whether it had been done before, so that nothing was done now.
        rows: source -> count name -> rows.
        methods: source -> link method (with reason) -> rows.
        refusals: refusals of this run: code and exit code.
    """

    run: str = ""
    release: str = ""
    approved: bool = False
    repeated: bool = False
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    methods: dict[str, dict[str, int]] = field(default_factory=dict)
    refusals: list[dict[str, str | int]] = field(default_factory=list)

    @classmethod
    def of_refusal(cls, error: SamenloopError) -> "RunReport":
        """Gives the report of a run that was refused."""
        return cls(refusals=[{"code": error.code, "exit_code": error.exit_code, "what": error.what}])

    def print(self) -> None:
        """Prints the rows per source, why some were not used, and where to look."""
        console = Console()
        console.print(self._rows_table())
        if unused := self._unused_table():
            console.print(unused)
        if self.repeated:
            print("This delivery was processed before; nothing was done.")  # noqa: T201
        print(f"{'Release' if self.approved else 'Draft'}: {self.release}")  # noqa: T201

    def _rows_table(self) -> Table:
        table = _table(f"Run {self.run}", "source", "rows", "number")
        for source, counts in self.rows.items():
            whole = {name: number for name, number in counts.items() if not name.startswith(_NOT_USED)}
            for name, number in (whole | self.methods.get(source, {})).items():
                table.add_row(source, name, str(number))
        return table

    def _unused_table(self) -> Table | None:
        """Every reason for which rows were not used, per source; with the rows used they add up to those received."""
        table = _table("Rows that were not used", "source", "outcome", "reason", "rows")
        for source, counts in self.rows.items():
            for name, number in counts.items():
                if name.startswith(_NOT_USED):
                    outcome, _, reason = name.partition(":")
                    table.add_row(source, outcome, reason, str(number))
        return table if table.row_count else None


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title)
    for column in columns:
        table.add_column(column, justify="right" if column == columns[-1] else "left")
    return table


def reported(reference: RunReference, place: Path, *, approved: bool, repeated: bool = False) -> RunReport:
    """Gives the report of a run that left a draft or a release at ``place``."""
    entries = latest_entries(reopen(reference))
    linked = next(entry.counts for entry in entries if entry.step == "link")
    rows = {entry.subject: entry.counts for entry in entries if entry.step == "pull"}
    methods = {
        source: {name.removeprefix(f"{source}:"): n for name, n in linked.items() if name.startswith(f"{source}:")}
        for source in rows
    }
    return RunReport(
        reference.run, str(place), approved, repeated, rows, {name: found for name, found in methods.items() if found}
    )
