"""The commands ``samenloop delivery``."""

from typing import Annotated

import typer

from samenloop.options import WorkOption

delivery_app = typer.Typer(no_args_is_help=True, help="Deliveries that are held.")


@delivery_app.command("accept")
def delivery_accept(
    delivery_id: Annotated[str, typer.Argument(help="delivery_id of its levering.json.")], work: WorkOption
) -> None:
    """Accept that a delivery is far from the one before, after finding out why; the log of its run says so."""
    from samenloop.delivery_discipline import accept_jumps
    from samenloop.storage import WorkFolder

    accept_jumps(WorkFolder.existing(work), delivery_id)
    typer.echo(f"Accepted: {delivery_id}")
