"""The command line. Every command ends with one of the documented exit codes and, when refused, one line on stderr."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from samenloop.key_commands import keys_app
from samenloop.settings import Settings
from schemas.errors import SamenloopError, defect
from schemas.period import HalfYear

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
purpose_app = typer.Typer(no_args_is_help=True, help="Check and sign purpose files.")
log_app = typer.Typer(no_args_is_help=True, help="Read the processing log.")
release_app = typer.Typer(no_args_is_help=True, help="Approve, reject and list releases.")
app.add_typer(purpose_app, name="purpose")
app.add_typer(keys_app, name="keys")
app.add_typer(release_app, name="release")
app.add_typer(log_app, name="log")

FileOption = Annotated[Path, typer.Argument(help="Purpose file (YAML).", exists=True, dir_okay=False)]
WorkOption = Annotated[Path, typer.Option("--work", help="Work folder: artefacts, drafts and log; owner only.")]
OutOption = Annotated[Path, typer.Option("--out", help="Publication folder.")]


def _periods(text: str) -> tuple[HalfYear, ...]:
    try:
        return tuple(HalfYear.parse(part) for part in text.split(","))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


@app.command()
def demo(
    households: Annotated[
        int, typer.Option(min=100, help="Private households of the synthetic municipality.")
    ] = 55_678,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same municipality.")] = 1,
    out: Annotated[Path, typer.Option(help="Where everything goes.")] = Path("demo"),
) -> None:
    """Synthetic municipality, keys, signed purpose, whole run, approved release."""
    from samenloop.demo import demonstrate

    made = demonstrate(households, seed, out)
    typer.echo(f"Approved release of {households} synthetic households: {made.release}")
    typer.echo(f"Look at: {made.current / 'index.html'}")
    typer.echo(f"Tables:  {made.current / 'tables'}")


@app.command()
def synthesise(
    households: Annotated[int, typer.Option(min=100, help="Private households.")],
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")],
    out: Annotated[Path, typer.Option(help="The delivery folder; with several periods one folder each inside it.")],
    periods: Annotated[str, typer.Option(help="Half-years, in order, with a comma between.")] = "2018H1",
    column: Annotated[str, typer.Option(help="zoetermeer or netherlands (2017H2 only).")] = "zoetermeer",
    mess: Annotated[
        list[str] | None, typer.Option(help="A kind of mess and its rate, such as duplicates=0.02.")
    ] = None,
) -> None:
    """Make a delivery of a synthetic municipality, with its truth beside it."""
    from samenloop.synthetic.municipality import SynthesisRequest
    from samenloop.synthetic.municipality import synthesise as make
    from samenloop.synthetic.request import MessRates

    try:
        rates = MessRates.model_validate(dict(rate.split("=", 1) for rate in mess or []))
        wanted = {"households": households, "seed": seed, "out": out, "periods": _periods(periods)}
        made = make(SynthesisRequest.model_validate({**wanted, "column": column, "mess": rates}))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    for one in made:
        typer.echo(f"{one.period}: {one.folder} (truth: {one.truth})")


@app.command()
def run(
    purpose: FileOption,
    delivery: Annotated[Path, typer.Option(help="Delivery folder with levering.json.")],
    period: Annotated[str, typer.Option(help="Half-year such as 2018H1.")],
    work: WorkOption,
    out: OutOption,
    approve: Annotated[bool, typer.Option("--approve", help="Approve at once where the purpose allows it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run everything up to a draft release."""
    from samenloop import releases
    from samenloop.report import RunReport, reported
    from samenloop.runs import RunRequest
    from samenloop.steps import run_all

    if len(_periods(period)) != 1:
        raise typer.BadParameter("a run is about one half-year")
    paths = {"purpose": purpose, "delivery": delivery, "work": work, "out": out}
    request = RunRequest(period=period, **{name: str(path.resolve()) for name, path in paths.items()})
    try:
        reference, draft = run_all(request)
        place = releases.approve(work, out, reference.run) if approve else Path(draft.folder)
    except SamenloopError as error:
        if as_json:
            typer.echo(json.dumps(asdict(RunReport.of_refusal(error))))
        raise
    report = reported(reference, place, approved=approve)
    if as_json:
        typer.echo(json.dumps(asdict(report)))
    else:
        report.print()


@purpose_app.command("check")
def purpose_check(file: FileOption) -> None:
    """Tell every problem of a purpose file at once."""
    from samenloop.purposes import dpia_scope_sha256, read_purpose

    purpose = read_purpose(file)
    covered = dpia_scope_sha256(purpose.config)
    if purpose.config.dpia.covers_sha256 != covered:
        typer.echo(f"dpia.covers_sha256 is of another scope than this purpose, whose scope is {covered}", err=True)
    typer.echo(f"{purpose.label}: no problems; sha256 {purpose.sha256}")


@purpose_app.command("explain")
def purpose_explain(file: FileOption) -> None:
    """Print a purpose file as a plain Dutch page."""
    from samenloop.purpose_page import explained
    from samenloop.purposes import read_purpose

    typer.echo(explained(read_purpose(file).config), nl=False)


@purpose_app.command("diff")
def purpose_diff(old: FileOption, new: FileOption) -> None:
    """Show what a new version of a purpose changes, and what of it allows more."""
    from samenloop.purpose_diff import changes
    from samenloop.purposes import read_purpose

    for change in changes(read_purpose(old).config, read_purpose(new).config):
        typer.echo(str(change))


@purpose_app.command("sign")
def purpose_sign(file: FileOption) -> None:
    """Sign a purpose file as controller and as FG with the keys of this keyring."""
    from samenloop.keyring import open_keyring
    from samenloop.purpose_register import sign_and_register
    from samenloop.purposes import read_purpose

    purpose = read_purpose(file)
    sign_and_register(open_keyring(Settings().home), purpose)
    typer.echo(f"{purpose.label}: signed by controller and fg")


@release_app.command("approve")
def release_approve(release: str, work: WorkOption, out: OutOption) -> None:
    """Sign a draft as FG and publish it."""
    from samenloop import releases

    typer.echo(f"Approved: {releases.approve(work, out, release)}")


@release_app.command("reject")
def release_reject(release: str, work: WorkOption) -> None:
    """Reject a draft; the former release stays."""
    from samenloop import releases

    releases.reject(work, release)
    typer.echo(f"Rejected: {release}")


@release_app.command("list")
def release_list(work: WorkOption, out: OutOption) -> None:
    """List drafts and releases."""
    from samenloop import releases

    for item in releases.listed(work, out):
        typer.echo(f"{item.state:8} {item.name.purpose} {item.name.period} {item.name.release}")


@app.command()
def retention(work: WorkOption, out: OutOption) -> None:
    """Erase what is past its term, by the purpose under which it was made, and note it in the log."""
    from datetime import UTC, datetime

    from samenloop.retention import erase_expired
    from samenloop.storage import WorkFolder

    entries = erase_expired(WorkFolder(work), out, datetime.now(UTC).date())
    for entry in entries:
        typer.echo(f"{entry.run} {entry.subject}: {entry.counts['erased']} erased")
    typer.echo(f"{len(entries)} entries written")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a release, or of a log.", exists=True, file_okay=False)],
    public_key: Annotated[
        Path | None, typer.Option(help="Public key of the FG, or a folder of public keys; default: this keyring's.")
    ] = None,
) -> None:
    """Check offline, with public keys alone: a release against its signed manifest and log, or a whole log."""
    from samenloop import log_book, releases

    keys = public_key or releases.public_keys()
    if (folder / "tile").is_dir():
        entries = log_book.verify_whole(folder, keys if keys.is_dir() else keys.parent)
        typer.echo(f"{entries} entries are as signed and witnessed")
        return
    files = releases.verify(folder, keys / "fg.pub" if keys.is_dir() else keys)
    typer.echo(f"{files} files are as signed")


@log_app.command("show")
def log_show(work: WorkOption, run: Annotated[str | None, typer.Option(help="Only this run.")] = None) -> None:
    """Print the entries of the log, one line each."""
    from outputs.log.entry_line import line_of
    from samenloop.log_book import read_entries
    from samenloop.storage import WorkFolder

    for entry in read_entries(WorkFolder(work), run):
        typer.echo(line_of(entry).decode())


def main() -> None:
    """Runs a command; a refusal becomes one line on standard error and its exit code."""
    try:
        app()
    except SamenloopError as error:
        refusal = error
    except Exception as error:
        refusal = defect(error, "command")
    else:
        return
    typer.echo(str(refusal), err=True)
    sys.exit(refusal.exit_code)
