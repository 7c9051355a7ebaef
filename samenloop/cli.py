"""The command line. Every command ends with one of the documented exit codes and, when refused, one line on stderr."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from samenloop.delivery_commands import delivery_app
from samenloop.key_commands import keys_app
from samenloop.log_commands import log_app
from samenloop.options import OutOption, PurposeArgument, WorkOption
from samenloop.purpose_commands import purpose_app
from samenloop.release_commands import release_app
from samenloop.returns_commands import returns_app
from schemas.errors import SamenloopError, defect
from schemas.period import HalfYear

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(purpose_app, name="purpose")
app.add_typer(keys_app, name="keys")
app.add_typer(release_app, name="release")
app.add_typer(log_app, name="log")
app.add_typer(delivery_app, name="delivery")
app.add_typer(returns_app, name="returns")


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
    periods: Annotated[
        str,
        typer.Option(help="Consecutive half-years, a comma between; one without published figures takes the nearest."),
    ] = "2018H1",
    column: Annotated[
        str, typer.Option(help="Figures to reproduce: zoetermeer, netherlands or register.")
    ] = "zoetermeer",
    mess: Annotated[
        list[str] | None, typer.Option(help="A kind of mess and its rate, such as duplicates=0.02.")
    ] = None,
    approach: Annotated[
        bool, typer.Option("--approach", help="Add aanpak.csv and trajecten.csv: an approach without effect.")
    ] = False,
) -> None:
    """Make a delivery of a synthetic municipality, with its truth beside it."""
    from samenloop.synthetic.approach import add_approach
    from samenloop.synthetic.municipality import SynthesisRequest
    from samenloop.synthetic.municipality import synthesise as make
    from samenloop.synthetic.request import MessRates

    try:
        rates = MessRates.model_validate(dict(rate.split("=", 1) for rate in mess or []))
        wanted = {"households": households, "seed": seed, "out": out, "periods": _periods(periods)}
        made = make(SynthesisRequest.model_validate({**wanted, "column": column, "mess": rates}))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if approach:
        add_approach(made, seed)
    for one in made:
        typer.echo(f"{one.period}: {one.folder} (truth: {one.truth})")


@app.command()
def run(
    purpose: PurposeArgument,
    delivery: Annotated[str, typer.Option(help="Delivery folder with levering.json, or its URL (sftp, s3, abfs).")],
    period: Annotated[str, typer.Option(help="Half-year such as 2018H1.")],
    work: WorkOption,
    out: OutOption,
    approve: Annotated[bool, typer.Option("--approve", help="Approve at once where the purpose allows it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    repair_report: Annotated[
        Path | None, typer.Option(help="Folder with SOURCE/certificate.pem; encrypted reports of unread rows go there.")
    ] = None,
) -> None:
    """Run everything up to a draft release; a delivery that was processed before is left as it is."""
    from samenloop import releases
    from samenloop.delivery_location import whole_location
    from samenloop.done_before import done_before
    from samenloop.progress import on_terminal
    from samenloop.report import RunReport, reported
    from samenloop.runs import RunRequest
    from samenloop.steps import run_all

    if len(_periods(period)) != 1:
        raise typer.BadParameter("a run is about one half-year")
    paths = {name: str(path.resolve()) for name, path in (("purpose", purpose), ("work", work), ("out", out))}
    repair = str(repair_report.resolve()) if repair_report else ""
    request = RunRequest(period=period, delivery=whole_location(delivery), repair=repair, **paths)
    try:
        done = done_before(request)
        with on_terminal(wanted=not as_json):
            reference, place = (done.reference, done.folder) if done else run_all(request)
        if approve and not (done and done.approved):
            place = releases.approve(work, out, reference.run)
    except SamenloopError as error:
        if as_json:
            typer.echo(json.dumps(asdict(RunReport.of_refusal(error))))
        raise
    report = reported(reference, place, approved=approve or bool(done and done.approved), repeated=done is not None)
    if as_json:
        typer.echo(json.dumps(asdict(report)))
    else:
        report.print()


@app.command()
def retention(work: WorkOption, out: OutOption) -> None:
    """Erase what is past its term and destroy the keys that made it, by the purpose of then; the log tells of it."""
    from datetime import UTC, datetime

    from samenloop.key_retention import erase_and_destroy
    from samenloop.storage import WorkFolder

    entries = erase_and_destroy(WorkFolder.existing(work), out, datetime.now(UTC).date())
    for entry in entries:
        what = ", ".join(f"{number} {name}" for name, number in entry.counts.items())
        typer.echo(f"{entry.run} {entry.subject}: {what}")
    typer.echo(f"{len(entries)} entries written")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a release, or of a log.", exists=True, file_okay=False)],
    public_key: Annotated[
        Path | None, typer.Option(help="Public key of the FG, or a folder of them all; default: this keyring's.")
    ] = None,
) -> None:
    """Check offline, with public keys alone: a release against its manifest, log and purpose, or a whole log."""
    from samenloop import log_book, releases
    from samenloop.purpose_audit import check_kept_to_purpose
    from samenloop.signatures import ROLES, Role

    keys = public_key or releases.public_keys()
    if (folder / "tile").is_dir():
        entries = log_book.verify_whole(folder, keys if keys.is_dir() else keys.parent)
        typer.echo(f"{entries} entries are as signed and witnessed")
        return
    roles: dict[Role, Path] = {role: keys / f"{role}.pub" for role in ROLES} if keys.is_dir() else {"fg": keys}
    files = releases.verify(folder, roles["fg"])
    typer.echo(f"{files} files are as signed")
    typer.echo(f"every step kept to {check_kept_to_purpose(folder, roles)}, signed by {' and '.join(roles)}")


@app.command()
def audit(
    release: Annotated[str, typer.Argument(help="Folder of a release or draft, or its id.")],
    known: Annotated[
        Path | None, typer.Option(help="CSV region;households that an attacker has from elsewhere.")
    ] = None,
    work: WorkOption = Path("work"),
    out: OutOption = Path(),
) -> None:
    """Attack a release as an outsider would: can any protected figure be found too closely?"""
    from outputs.disclosure.audit import check_audit
    from samenloop.release_audit import audit_release, place_of

    made = audit_release(place_of(release, work, out), work, known)
    check_audit(made)
    typer.echo(f"{made.attacked} small or hidden figures attacked, none can be found too closely")


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
