"""A run: what was asked, under which purpose, keys and delivery. Every step opens it afresh; a change refuses it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import rfc8785

from pseudonymisation.delivery import read_manifest
from pseudonymisation.keys import KeySet
from samenloop.delivery_location import delivery_folder
from samenloop.keyring import Keyring, open_keyring
from samenloop.policy_floor import check_floor
from samenloop.purpose_register import check_as_signed, check_not_superseded
from samenloop.purposes import PurposeFile, check_in_force, read_purpose
from samenloop.settings import Settings
from samenloop.storage import WorkFolder, write_whole
from schemas.delivery import DeliveryManifest
from schemas.errors import RefusedByPurpose, RefusedDelivery, RunError
from schemas.period import HalfYear
from schemas.source_formats import SqlFormat


@dataclass(frozen=True)
class RunRequest:
    """What a run is asked to do: folders and files by absolute path or URL, the period as text.

    Attributes:
        repair: folder with a folder per source, for reports to the owners of the sources; empty for no reports.
    """

    purpose: str
    delivery: str
    period: str
    work: str
    out: str
    repair: str = ""


@dataclass(frozen=True)
class RunReference:
    """A run by name: its id and its work folder. Small enough for XCom, and without data."""

    run: str
    work: str


@dataclass(frozen=True, eq=False)
class Run:
    """An opened run: everything a step may use."""

    reference: RunReference
    request: RunRequest
    period: HalfYear
    purpose: PurposeFile
    manifest: DeliveryManifest
    manifest_sha256: str
    keyring: Keyring
    keys: KeySet
    work: WorkFolder

    @property
    def allow_test_numbers(self) -> bool:
        """Whether BSNs of the test range may occur."""
        return self.keyring.profile == "synthetic"


def start(request: RunRequest) -> Run:
    """Opens a run for the first time and notes what was asked in the work folder.

    The id follows from purpose, delivery, period, keys and version of the code: the same request is the same run, so a
    run that was killed can simply be started again.

    Raises:
        RefusedByPurpose: purpose, signature, term or key.
        RefusedDelivery: manifest, period, municipality or a synthetic delivery under a production keyring.
    """
    run = opened(request)
    run.work.clear_leftovers(run.reference.run)
    write_whole(run.work.purpose_file(run.purpose.sha256), run.purpose.canonical)
    write_whole(run.work.run_file(run.reference.run), json.dumps(asdict(request), indent=2).encode())
    return run


def reopen(reference: RunReference) -> Run:
    """Opens a run that was started, in any process.

    Raises:
        RunError: ``run_unknown``: it was never started here.
        RefusedByPurpose: ``run_changed``: purpose, delivery or keys are no longer those of the run.
    """
    path = WorkFolder(Path(reference.work)).run_file(reference.run)
    if not path.is_file():
        raise RunError("run_unknown", "this run was not started in this work folder", "start it")
    run = opened(RunRequest(**json.loads(path.read_bytes())))
    if run.reference.run != reference.run:
        raise RefusedByPurpose("run_changed", "purpose, delivery or keys changed since the run began", "start it again")
    return run


def opened(request: RunRequest) -> Run:
    """Opens what is asked, checks it, and writes nothing; errors as in ``start``."""
    period = _period(request.period)
    keyring = open_keyring(Settings().home)
    purpose = read_purpose(Path(request.purpose))
    check_not_superseded(keyring.home, purpose)
    check_as_signed(keyring, purpose)
    check_in_force(purpose, datetime.now(UTC).date())
    check_floor(keyring, purpose)
    scope = str(period) if purpose.config.pseudonym_scope == "release" else "purpose"
    keyring.check_custodian(purpose.config.key_fingerprint)
    keys = keyring.key_set(purpose.config.id, scope)
    manifest, manifest_sha256 = read_manifest(delivery_folder(request.delivery))
    _check_delivery(manifest, purpose, period, keyring)
    identity = rfc8785.dumps([purpose.sha256, manifest_sha256, str(period), keys.fingerprint, version("samenloop")])
    run = f"{str(period).lower()}-{hashlib.sha256(identity).hexdigest()[:12]}"
    reference = RunReference(run, request.work)
    work = WorkFolder(Path(request.work))
    return Run(reference, request, period, purpose, manifest, manifest_sha256, keyring, keys, work)


def _period(text: str) -> HalfYear:
    try:
        return HalfYear.parse(text)
    except ValueError:
        raise RunError("period_invalid", "the period is no half-year", "write it as 2018H1") from None


def _check_delivery(manifest: DeliveryManifest, purpose: PurposeFile, period: HalfYear, keyring: Keyring) -> None:
    if manifest.period != str(period):
        raise RefusedDelivery("wrong_period", f"the delivery is about {manifest.period}", f"deliver {period}")
    if manifest.gemeentecode != purpose.config.controller.gemeentecode:
        raise RefusedDelivery(
            "wrong_municipality",
            f"the delivery is of {manifest.gemeentecode}",
            "deliver for the controller of the purpose",
        )
    if manifest.synthetic and keyring.profile == "production":
        raise RefusedDelivery(
            "synthetic_delivery",
            "a synthetic delivery under a production keyring",
            "use a keyring made with --synthetic",
        )
    for source, ground in purpose.config.sources.items():
        if source not in manifest.files and not isinstance(ground.format, SqlFormat):
            raise RefusedDelivery(
                "file_missing",
                f"{source}: levering.json names no file for it",
                "ask the sender for a complete delivery",
            )
