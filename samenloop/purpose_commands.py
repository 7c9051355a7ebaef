"""The commands ``samenloop purpose ...``: check, explain, compare, sign and register purpose files."""

from pathlib import Path
from typing import Annotated

import typer

from samenloop.options import PurposeArgument
from samenloop.settings import Settings
from schemas.purpose import PurposeConfig

purpose_app = typer.Typer(no_args_is_help=True, help="Check, explain, compare and sign purpose files.")


@purpose_app.command("check")
def purpose_check(file: PurposeArgument) -> None:
    """Tell every problem of a purpose file at once."""
    from samenloop.purposes import read_purpose

    purpose = read_purpose(file)
    _warn_of_dpia(purpose.config)
    typer.echo(f"{purpose.label}: no problems; sha256 {purpose.sha256}")


@purpose_app.command("explain")
def purpose_explain(file: PurposeArgument) -> None:
    """Print a purpose file as a plain Dutch page."""
    from samenloop.purpose_page import explained
    from samenloop.purposes import read_purpose

    typer.echo(explained(read_purpose(file).config), nl=False)


@purpose_app.command("diff")
def purpose_diff(old: PurposeArgument, new: PurposeArgument) -> None:
    """Show what a new version of a purpose changes, and what of it allows more."""
    from samenloop.purpose_diff import changes
    from samenloop.purposes import read_purpose

    for change in changes(read_purpose(old).config, read_purpose(new).config):
        typer.echo(str(change))


@purpose_app.command("sign")
def purpose_sign(file: PurposeArgument) -> None:
    """Sign a purpose file as controller and as FG with the keys of this keyring."""
    from samenloop.keyring import open_keyring
    from samenloop.purpose_register import sign_and_register
    from samenloop.purposes import read_purpose

    purpose = read_purpose(file)
    _warn_of_dpia(purpose.config)
    sign_and_register(open_keyring(Settings().home), purpose)
    typer.echo(f"{purpose.label}: signed by controller and fg")


@purpose_app.command("register")
def purpose_register(
    file: PurposeArgument,
    register: Annotated[str | None, typer.Option(help="URI of the register; default: a URN of the OIN.")] = None,
) -> None:
    """Print the entry of the register of processing activities (AVG 30), with what it still asks, as JSON."""
    from datetime import UTC, datetime

    from outputs.register.processing_activity import register_entry
    from samenloop.log_exports import register_urn
    from samenloop.purposes import read_purpose

    config = read_purpose(file).config
    entry = register_entry(config, register or register_urn(config), datetime.now(UTC).date())
    typer.echo(entry.model_dump_json(indent=2))


@purpose_app.command("dpia")
def purpose_dpia(file: PurposeArgument) -> None:
    """Print the sections of the national DPIA form that the purpose answers, and what they still ask, as JSON."""
    from outputs.register.dpia import dpia_sections
    from samenloop.purposes import read_purpose

    typer.echo(dpia_sections(read_purpose(file).config).model_dump_json(indent=2))


@purpose_app.command("floor")
def purpose_floor(
    file: Annotated[Path, typer.Argument(help="Disclosure policy (YAML).", exists=True, dir_okay=False)],
) -> None:
    """Sign a disclosure policy as the floor: no purpose of this keyring may protect less."""
    from samenloop.keyring import open_keyring
    from samenloop.policy_floor import set_floor

    typer.echo(f"Floor: {set_floor(open_keyring(Settings().home), file)}")


def _warn_of_dpia(config: PurposeConfig) -> None:
    from samenloop.purposes import dpia_scope_sha256

    covered = dpia_scope_sha256(config)
    if config.dpia.covers_sha256 != covered:
        typer.echo(f"dpia.covers_sha256 is of another scope than this purpose, whose scope is {covered}", err=True)
