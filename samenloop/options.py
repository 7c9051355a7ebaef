"""The options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

PurposeArgument = Annotated[Path, typer.Argument(help="Purpose file (YAML).", exists=True, dir_okay=False)]
WorkOption = Annotated[Path, typer.Option("--work", help="Work folder: artefacts, drafts and log; owner only.")]
OutOption = Annotated[Path, typer.Option("--out", help="Publication folder.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in one line; kept with the signed decision.")]
