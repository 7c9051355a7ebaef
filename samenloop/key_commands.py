"""The commands ``samenloop keys ...``: make, list, rotate and destroy keys; see docs/keys.md."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from samenloop.settings import Settings

keys_app = typer.Typer(no_args_is_help=True, help="Make, list, rotate and destroy keys.")


@keys_app.command("init")
def keys_init(
    synthetic: Annotated[bool, typer.Option("--synthetic", help="A keyring for synthetic data.")] = False,
    custodian: Annotated[
        Literal["passphrase", "vault", "airflow"], typer.Option(help="Who holds the key-encryption key; for good.")
    ] = "passphrase",
) -> None:
    """Make the keyring in SAMENLOOP_HOME, with signing keys of controller and FG."""
    from samenloop.keyring import make_keyring

    profile: Literal["production", "synthetic"] = "synthetic" if synthetic else "production"
    keyring = make_keyring(Settings().home, profile, custodian)
    typer.echo(f"{profile} keyring made in {keyring.home}; custodian {custodian} {keyring.kek.fingerprint}")
    if keyring.keeps_its_passphrase:
        typer.echo(
            "warning: the passphrase lies in the keyring itself; move it and set SAMENLOOP_PASSPHRASE_FILE", err=True
        )


@keys_app.command("list")
def keys_list() -> None:
    """List every version of every key set: purpose, scope, version, fingerprint, state."""
    from samenloop.keyring import open_keyring

    keyring = open_keyring(Settings().home)
    typer.echo(f"profile {keyring.profile}")
    typer.echo(f"custodian {keyring.custodian.holder.kind} {keyring.custodian.fingerprint}")
    for one in keyring.store.listed():
        typer.echo(f"{one.purpose} {one.scope} {one.version} {one.fingerprint} {one.state}")


@keys_app.command("rotate")
def keys_rotate(purpose: str, scope: str) -> None:
    """Make a new version of a key set; the next run of this scope gives other pseudonyms."""
    from samenloop.keyring import open_keyring

    keyring = open_keyring(Settings().home)
    made = keyring.store.rotate(purpose, scope, keyring.kek)
    typer.echo(f"{purpose} {scope}: now {made.fingerprint}")


@keys_app.command("destroy")
def keys_destroy(
    purpose: str,
    scope: str,
    version: Annotated[int | None, typer.Option(min=1, help="Only this version; default: all of them.")] = None,
    work: Annotated[Path | None, typer.Option("--work", help="Work folder whose log is to tell of it.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Needed: this cannot be undone.")] = False,
) -> None:
    """Destroy the key set of a scope for good; it leaves a record, and an entry in the log with --work."""
    from samenloop.key_retention import note_destructions
    from samenloop.keyring import open_keyring
    from samenloop.storage import WorkFolder

    if not yes:
        raise typer.BadParameter("what these keys made can never be made again; add --yes if that is what you want")
    keyring = open_keyring(Settings().home)
    for gone in keyring.store.destroy(purpose, scope, version):
        typer.echo(f"destroyed {gone.purpose} {gone.scope} {gone.version} {gone.fingerprint} {gone.wrapped_sha256}")
    if work is None:
        typer.echo("the processing log does not tell of it yet; samenloop retention will note it", err=True)
    else:
        typer.echo(f"{len(note_destructions(WorkFolder.existing(work), keyring))} entries written")
