"""The commands ``samenloop log ...``: show the log, export it in the forms of two standards, answer a person."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from samenloop.options import WorkOption
from schemas.errors import RunError

log_app = typer.Typer(no_args_is_help=True, help="Read and export the processing log; answer a person.")

RunOption = Annotated[str | None, typer.Option(help="Only this run.")]


@log_app.command("show")
def log_show(work: WorkOption, run: RunOption = None) -> None:
    """Print the entries of the log, one line each."""
    from outputs.log.entry_line import line_of
    from samenloop.log_book import read_entries
    from samenloop.storage import WorkFolder

    for entry in read_entries(WorkFolder.existing(work), run):
        typer.echo(line_of(entry).decode())


@log_app.command("export")
def log_export(
    work: WorkOption,
    to: Annotated[Path, typer.Option(help="File that the records go to; replaced when it is there.")],
    standard: Annotated[
        Literal["ldv", "vng"], typer.Option(help="Logboek Dataverwerkingen 0.8 (OTLP/JSON lines), or VNG Bewerking.")
    ] = "ldv",
    run: RunOption = None,
    register: Annotated[str | None, typer.Option(help="URI of the register; default: a URN of the OIN.")] = None,
) -> None:
    """Export every record of the log: each step, and each person per source under an id of the log alone."""
    from samenloop.log_exports import export
    from samenloop.storage import WorkFolder

    records = export(WorkFolder.existing(work), to, standard, run, register)
    typer.echo(f"{records} records in {to}")


@log_app.command("subject")
def log_subject(
    work: WorkOption, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Tell in which runs a person was processed: BSN on standard input, with the FG's key; the request is logged."""
    from samenloop.access_letter import written
    from samenloop.data_subjects import access
    from samenloop.keyring import open_keyring
    from samenloop.settings import Settings
    from samenloop.storage import WorkFolder

    folder = WorkFolder.existing(work)
    try:
        answer = access(folder, open_keyring(Settings().home), sys.stdin.readline())
    except RunError as error:
        if error.code == "bsn_invalid":
            raise typer.BadParameter(f"{error.what}: {error.advice}") from None
        raise
    typer.echo(json.dumps(asdict(answer), default=str) if as_json else written(folder, answer), nl=as_json)
