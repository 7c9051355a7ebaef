"""The demo: a synthetic municipality, a keyring, a signed purpose, the whole run and an approved release."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from samenloop.keyring import make_keyring, open_keyring
from samenloop.purpose_register import sign_and_register
from samenloop.purposes import read_purpose
from samenloop.releases import approve
from samenloop.runs import RunRequest
from samenloop.steps import run_all
from samenloop.synthetic.municipality import SynthesisRequest, synthesise
from schemas.errors import RunError
from schemas.period import HalfYear

PERIOD: Final = HalfYear(2018, 1)
_PURPOSE: Final = Path(__file__).parent.parent / "purposes" / "stapeling.yaml"


@dataclass(frozen=True)
class Demo:
    """What a demo made: the folder of the release, and the release that is current."""

    release: Path
    current: Path
    truth: Path


def demonstrate(households: int, seed: int, out: Path) -> Demo:
    """Makes everything under ``out`` (input, keyring, work) and publishes in ``out`` itself.

    Raises:
        RunError: ``demo_purpose_missing``: the example purposes are not beside the code.
    """
    place = out / "input" / "levering"
    drafted = draft_of(SynthesisRequest(households=households, seed=seed, out=place, periods=(PERIOD,)), out)
    release = approve(out / "work", out, drafted.run)
    return Demo(release, release.with_name("current"), drafted.truth)


@dataclass(frozen=True)
class Drafted:
    """A draft about a synthetic municipality: its run, its folder, and the truth of the delivery."""

    run: str
    folder: Path
    truth: Path


def draft_of(wanted: SynthesisRequest, out: Path) -> Drafted:
    """Makes a synthetic municipality of one period in ``out/input`` and takes it through every step up to a draft.

    Raises:
        RunError: ``demo_purpose_missing``: the example purposes are not beside the code.
    """
    if not _PURPOSE.is_file():
        raise RunError("demo_purpose_missing", "the example purposes are not beside the code", "run it from a checkout")
    out.mkdir(parents=True, exist_ok=True)
    home, given = out / "keyring", out / "input"
    shutil.rmtree(given, ignore_errors=True)
    given.mkdir(mode=0o700)
    (delivered,) = synthesise(wanted)
    keyring = open_keyring(home) if (home / "keyring.json").exists() else make_keyring(home, "synthetic")
    os.environ["SAMENLOOP_HOME"] = str(home.resolve())
    purpose = shutil.copyfile(_PURPOSE, given / _PURPOSE.name)
    sign_and_register(keyring, read_purpose(purpose))
    request = RunRequest(
        purpose=str(purpose.resolve()),
        delivery=str(delivered.folder.resolve()),
        period=str(delivered.period),
        work=str((out / "work").resolve()),
        out=str(out.resolve()),
    )
    reference, folder = run_all(request)
    return Drafted(reference.run, folder, delivered.truth)
