"""The commands ``samenloop returns``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from schemas.errors import VerificationFailed

if TYPE_CHECKING:
    from outputs.returns.reference_check import Row

returns_app = typer.Typer(no_args_is_help=True, help="Prices, business cases and social cost-benefit analysis.")


@returns_app.command("check")
def returns_check(
    release: Annotated[
        Path | None, typer.Option(help="Release or draft to read the counts of households from.", exists=True)
    ] = None,
    against: Annotated[
        str, typer.Option(help="With --release: Zoetermeer or Nederland (combinations), or register (domains).")
    ] = "Zoetermeer",
) -> None:
    """Print every published reference figure beside ours; exit code 6 when one differs by more than its rounding.

    Counts of households come from published tables: those of the release given, or else of four synthetic
    municipalities that go the whole way in a temporary folder, which takes about a minute.
    """
    from outputs.returns.reference_check import reference_rows
    from samenloop.reference_runs import rows_of_release, rows_of_synthetic_municipalities

    extra = rows_of_release(release, against) if release else rows_of_synthetic_municipalities()
    rows = reference_rows(extra)
    _print(rows)
    different = [row for row in rows if row.verdict == "verschil"]
    typer.echo(f"{len(rows)} figures, {sum(row.equal for row in rows)} equal, {len(different)} different")
    if different:
        raise VerificationFailed(
            "figures_differ", f"{len(different)} of {len(rows)} reference figures differ", "report this to the makers"
        )


def _print(rows: tuple["Row", ...]) -> None:
    table = Table(title="Reference figures")
    for title in ("part", "what", "unit", "reference", "ours", "verdict"):
        table.add_column(title, justify="right" if title in ("reference", "ours") else "left")
    for row in rows:
        margin = f" (within {row.margin})" if row.verdict == "afronding" else ""
        table.add_row(row.part, row.what, row.unit, f"{row.reference}", f"{row.ours}", row.verdict + margin)
    Console(width=160).print(table)
