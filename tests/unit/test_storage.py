"""The work folder: owner only, whole files only, artefacts by content."""

import hashlib
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from samenloop.storage import Artefact, WorkFolder, write_whole
from schemas.errors import RunError

SCHEMA = pa.schema({"n": pa.int64()})


def write(work, folder, *numbers):
    return work.write(folder, "use", SCHEMA, [pa.record_batch({"n": [number]}) for number in numbers])


def test_a_work_folder_is_for_its_owner_only(tmp_path):
    former = os.umask(0)
    try:
        (tmp_path / "work").mkdir(mode=0o777)
        work = WorkFolder(tmp_path / "work")
    finally:
        os.umask(former)
    assert {path.stat().st_mode & 0o777 for path in (work.path, *work.path.iterdir())} == {0o700}


def test_an_artefact_has_its_content_as_its_name(tmp_path):
    work = WorkFolder(tmp_path / "work")
    with work.temporary("run-1") as folder:
        pending = write(work, folder, 1, 2)
        with pytest.raises(RunError, match="artefact_missing"):
            work.artefact_path(pending.artefact)
        work.keep(pending)
    path = work.artefact_path(pending.artefact)
    assert path.name == hashlib.sha256(path.read_bytes()).hexdigest() + ".parquet"
    assert pq.read_table(path)["n"].to_pylist() == [1, 2]
    assert pending.artefact.rows == 2


def test_the_same_rows_are_the_same_artefact(tmp_path):
    work = WorkFolder(tmp_path / "work")
    with work.temporary("run-1") as one, work.temporary("run-1") as other:
        assert write(work, one, 1, 2).artefact == write(work, other, 1, 2).artefact != write(work, other, 2, 1).artefact


def test_a_broken_stream_leaves_nothing(tmp_path):
    work = WorkFolder(tmp_path / "work")

    def broken():
        yield pa.record_batch({"n": [1]})
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"), work.temporary("run-1") as folder:
        work.write(folder, "use", SCHEMA, broken())
    assert [*(work.path / "tmp").iterdir(), *(work.path / "artefacts").iterdir()] == []


def test_an_artefact_that_is_gone_is_refused(tmp_path):
    with pytest.raises(RunError, match="artefact_missing"):
        WorkFolder(tmp_path / "work").artefact_path(Artefact("use", "0" * 64, 1))


def test_leftovers_of_one_run_are_cleared_and_those_of_another_stay(tmp_path):
    work = WorkFolder(tmp_path / "work")
    for name in ("run-1.a", "run-1.b", "run-2.a", "run-10.a"):
        (work.path / "tmp" / name).mkdir()
        (work.path / "tmp" / name / "brp.parquet").touch()
    work.clear_leftovers("run-1")
    assert sorted(path.name for path in (work.path / "tmp").iterdir()) == ["run-10.a", "run-2.a"]


def test_a_small_file_is_whole_or_not_there(tmp_path, monkeypatch):
    write_whole(tmp_path / "run.json", b"former")

    def full_disk(*_):
        raise OSError("no space left")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="no space"):
        broken.setattr(os, "fsync", full_disk)
        write_whole(tmp_path / "run.json", b"new")
    assert (tmp_path / "run.json").read_bytes() == b"former"
    write_whole(tmp_path / "run.json", b"new")
    assert (tmp_path / "run.json").read_bytes() == b"new"
    assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o600
