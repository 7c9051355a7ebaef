"""The commands ``samenloop returns``."""

import typer
from rich.console import Console
from rich.table import Table

from schemas.errors import VerificationFailed

returns_app = typer.Typer(no_args_is_help=True, help="Prices, business cases and social cost-benefit analysis.")


@returns_app.command("check")
def returns_check() -> None:
    """Print every published reference figure beside ours; exit code 6 when one differs by more than its rounding."""
    from outputs.returns.reference_check import reference_rows

    rows = reference_rows()
    table = Table(title="Reference figures")
    for title in ("part", "what", "unit", "reference", "ours", "verdict"):
        table.add_column(title, justify="right" if title in ("reference", "ours") else "left")
    for row in rows:
        table.add_row(row.part, row.what, row.unit, f"{row.reference}", f"{row.ours}", row.verdict)
    Console(width=160).print(table)
    different = [row for row in rows if row.verdict == "verschil"]
    typer.echo(f"{len(rows)} figures, {sum(row.equal for row in rows)} equal, {len(different)} different")
    if different:
        raise VerificationFailed(
            "figures_differ", f"{len(different)} of {len(rows)} reference figures differ", "report this to the makers"
        )
