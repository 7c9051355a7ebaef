"""The commands ``samenloop release``: decide, approve, reject, list and load."""

from typing import Annotated

import typer

from samenloop.database_commands import release_load
from samenloop.options import OutOption, ReasonOption, WorkOption

release_app = typer.Typer(no_args_is_help=True, help="Decide on drafts, list releases, load one into a database.")
release_app.command("load")(release_load)


@release_app.command("approve")
def release_approve(release: str, work: WorkOption, out: OutOption, reason: ReasonOption = "") -> None:
    """Publish a draft that the FG signed; where the purpose allows it, sign as FG first."""
    from samenloop import releases

    typer.echo(f"Approved: {releases.approve(work, out, release, reason)}")


@release_app.command("reject")
def release_reject(release: str, work: WorkOption, reason: ReasonOption = "") -> None:
    """Reject a draft as FG; the former release stays."""
    from samenloop import releases

    releases.reject(work, release, reason)
    typer.echo(f"Rejected: {release}")


@release_app.command("decide")
def release_decide(
    release: str,
    work: WorkOption,
    approve: Annotated[bool, typer.Option("--approve/--reject", help="What the FG decides.")],
    reason: ReasonOption = "",
) -> None:
    """Sign a decision with the key of the FG and leave it beside the draft; nothing is published yet."""
    from datetime import UTC, datetime

    from samenloop import releases

    made = releases.decide(work, release, "approve" if approve else "reject", reason, datetime.now(UTC))
    typer.echo(f"Signed: {made.decision} {release}, manifest {made.manifest_sha256}")


@release_app.command("list")
def release_list(work: WorkOption, out: OutOption) -> None:
    """List drafts and releases."""
    from samenloop import releases

    for item in releases.listed(work, out):
        typer.echo(f"{item.state:8} {item.name.purpose} {item.name.period} {item.name.release}")
