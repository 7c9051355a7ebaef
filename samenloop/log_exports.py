"""The log in the forms of two standards, every record of it, in a file that is whole or not there."""

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, Literal

from outputs.log.ldv import LdvProfile, ldv_records
from outputs.log.ldv_record import LdvRecord
from outputs.log.otlp_lines import write_otlp_lines
from outputs.log.vng import Bewerking, BewerkingProfile, bewerkingen, write_bewerkingen
from samenloop.data_subjects import data_subjects
from samenloop.executions import Execution, executions
from samenloop.storage import WorkFolder
from schemas.errors import RunError
from schemas.purpose import PurposeConfig

Form = Literal["ldv", "vng"]

_KIND_OF_ID: Final = "id-types/log-subject"


def export(work: WorkFolder, file: Path, form: Form, run: str | None = None, register: str | None = None) -> int:
    """Writes the records of every execution in the log, of one run when named, and gives how many are on disk.

    Args:
        work: whose log.
        file: where the records go; what is there is replaced once the new file is whole.
        form: ``ldv`` (Logboek Dataverwerkingen 0.8, OTLP/JSON lines) or ``vng`` (Bewerking records, JSON lines).
        run: only this one.
        register: URI of the register of processing activities; by default a URN of the controller's OIN.

    Raises:
        RunError: ``run_unknown``, ``folder_missing``, ``log_incomplete``, or the errors of ``data_subjects``.
    """
    found = list(executions(work, run))
    if not found:
        raise RunError("run_unknown", "the log tells of no such run", "see samenloop log show")
    profile = _profile(register or _register(work, found))
    if form == "ldv":
        of_ldv = chain.from_iterable(_ldv(work, one, profile) for one in found)
        return _whole(file, lambda opened: write_otlp_lines(of_ldv, opened))
    of_vng = chain.from_iterable(_vng(work, one, profile) for one in found)
    return _whole(file, lambda opened: write_bewerkingen(of_vng, opened))


def register_urn(config: PurposeConfig) -> str:
    """Gives the name of the controller's register where it has no address of its own."""
    return f"urn:oin:{config.controller.oin}:register"


def _profile(register: str) -> LdvProfile:
    return LdvProfile(register, f"{register}/{_KIND_OF_ID}", version("samenloop"))


def _register(work: WorkFolder, found: Iterable[Execution]) -> str:
    for one in found:
        if config := _purpose(work, one):
            return register_urn(config)
    raise RunError("register_unknown", "no purpose of this log tells whose register it is", "give --register")


def _purpose(work: WorkFolder, execution: Execution) -> PurposeConfig | None:
    return work.purpose(execution.entries[0].purpose_sha256)


def _ldv(work: WorkFolder, one: Execution, profile: LdvProfile) -> Iterator[LdvRecord]:
    return ldv_records(one.entries, data_subjects(work, one), profile)


def _vng(work: WorkFolder, one: Execution, profile: LdvProfile) -> Iterator[Bewerking]:
    config = _purpose(work, one)
    if config is None or not one.pulls:
        return iter(())
    return bewerkingen(config, one.entries, data_subjects(work, one), BewerkingProfile(profile))


def _whole(path: Path, write: Callable[[BinaryIO], int]) -> int:
    if not path.parent.is_dir():
        raise RunError("folder_missing", "the folder of the export is not there", "make it first")
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            written = write(file)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return written
