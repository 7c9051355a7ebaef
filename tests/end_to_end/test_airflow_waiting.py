"""Waiting for a delivery: until it is complete and at rest, and not for ever."""

import asyncio
import hashlib
import json
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferralError, TaskDeferralTimeout, TaskDeferred

from samenloop import delivery_arrival
from samenloop.airflow_waiting import DeliveryTrigger, WaitForDelivery

_SOON, _LATER = timedelta(seconds=0.3), timedelta(seconds=20)
_FILES = {"brp": b"bsn\n", "wmo": b"bsn;begin\n"}


def _manifest(folder: Path, period: str = "2018H1") -> None:
    files = {
        source: {"name": f"{source}.csv", "rows": 0, "sha256": hashlib.sha256(content).hexdigest()}
        for source, content in _FILES.items()
    }
    stated = {"gemeentecode": "GM0637", "period": period, "reference_date": "2018-07-01", "delivery_id": "x"}
    (folder / "levering.json").write_text(json.dumps({**stated, "files": files}))


def _delivered(folder: Path) -> None:
    for source, content in _FILES.items():
        (folder / f"{source}.csv").write_bytes(content)
    _manifest(folder)


def _waited(location: object, within: timedelta) -> str:
    """The failure with which the trigger ends; empty when the delivery is there."""
    until = (datetime.now(UTC) + within).isoformat()
    trigger = DeliveryTrigger(str(location), "2018H1", until, every=0.05, settled=0.1)

    async def events() -> list[Any]:
        return [event.payload async for event in trigger.run()]

    (event,) = asyncio.run(events())
    assert set(event) == {"failure"}
    return str(event["failure"])


def test_a_delivery_that_is_there_is_waited_for_no_longer(tmp_path: Path) -> None:
    _delivered(tmp_path)
    assert _waited(tmp_path, _LATER) == ""


def test_a_delivery_is_complete_when_its_last_file_is_there(tmp_path: Path) -> None:
    _delivered(tmp_path)
    (tmp_path / "wmo.csv").unlink()
    late = threading.Timer(0.5, (tmp_path / "wmo.csv").write_bytes, [_FILES["wmo"]])
    began = time.monotonic()
    late.start()
    assert _waited(tmp_path, _LATER) == ""
    assert 0.5 < time.monotonic() - began < 10


def test_a_file_that_still_grows_is_not_complete(tmp_path: Path) -> None:
    _delivered(tmp_path)
    stop = threading.Event()

    def grow() -> None:
        while not stop.is_set():
            with (tmp_path / "wmo.csv").open("ab") as file:
                file.write(b"x\n")
            time.sleep(0.01)

    growing = threading.Thread(target=grow)
    growing.start()
    try:
        failure = _waited(tmp_path, timedelta(seconds=0.5))
    finally:
        stop.set()
        growing.join()
    assert failure.startswith("failed: delivery_awaited: no complete delivery of 2018H1 by ")
    assert ": its files still change: " in failure
    assert _waited(tmp_path, _LATER) == ""


def test_the_line_says_what_lacks(tmp_path: Path) -> None:
    assert "levering.json is not in the delivery folder" in _waited(tmp_path, _SOON)
    (tmp_path / "levering.json").write_text('{"gemeente')
    assert "it is no JSON" in _waited(tmp_path, _SOON)
    _manifest(tmp_path, "2017H2")
    assert "levering.json is about 2017H2" in _waited(tmp_path, _SOON)
    _manifest(tmp_path)
    failure = _waited(tmp_path, _SOON)
    assert "2 file(s) that levering.json names are not there, first one of brp" in failure
    assert "\n" not in failure


def test_a_link_is_not_a_file_that_came(tmp_path: Path) -> None:
    _delivered(tmp_path)
    (tmp_path / "wmo.csv").rename(tmp_path / "elsewhere")
    (tmp_path / "wmo.csv").symlink_to(tmp_path / "elsewhere")
    assert "1 file(s) that levering.json names are not there, first one of wmo" in _waited(tmp_path, _SOON)


def test_a_place_that_nobody_knows_is_not_waited_for() -> None:
    began = time.monotonic()
    assert _waited("gopher://host/folder", _LATER).startswith("failed: location_invalid: ")
    assert time.monotonic() - began < 10


def test_the_text_of_a_library_does_not_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def quote(_folder: object) -> None:
        raise KeyError("Treukelebrugge")

    monkeypatch.setattr(delivery_arrival, "read_manifest", quote)
    failure = _waited(tmp_path, _LATER)
    assert failure.startswith("failed: defect: waiting: unexpected KeyError at ")
    assert "Treukelebrugge" not in failure


def test_another_triggerer_goes_on_where_one_stopped() -> None:
    trigger = DeliveryTrigger("s3://deliveries@bucket/now", "2018H1", "2026-01-01T04:00:00+00:00")
    path, stated = trigger.serialize()
    assert path == "samenloop.airflow_waiting.DeliveryTrigger"
    assert DeliveryTrigger(**stated).serialize() == (path, stated)


def _execute(params: Mapping[str, object], run_type: str) -> TaskDeferred | None:
    waiting = WaitForDelivery(task_id="wait", nightly=timedelta(hours=4), retries=2)
    assert waiting.retries == 0
    try:
        waiting.execute({"params": params, "dag_run": SimpleNamespace(run_type=run_type)})
    except TaskDeferred as deferred:
        return deferred
    return None


@pytest.mark.parametrize(
    ("stated", "run_type", "seconds"),
    [
        (None, "manual", 0),
        (None, "asset_triggered", 0),
        (None, "scheduled", 4 * 3600),
        (0, "scheduled", 0),
        (90, "manual", 90),
    ],
)
def test_who_waits_and_how_long(stated: int | None, run_type: str, seconds: int, tmp_path: Path) -> None:
    deferred = _execute({"wait": stated, "delivery": str(tmp_path), "period": "2018H1"}, run_type)
    assert (deferred is None) == (seconds == 0)
    if deferred is not None:
        assert isinstance(deferred.trigger, DeliveryTrigger)
        left = (datetime.fromisoformat(deferred.trigger.until) - datetime.now(UTC)).total_seconds()
        assert seconds - 30 < left <= seconds
        assert (deferred.trigger.location, deferred.trigger.period) == (str(tmp_path), "2018H1")
        assert deferred.timeout == timedelta(seconds=seconds, minutes=10)


@pytest.mark.parametrize(
    "silence", [TaskDeferralError("x"), TaskDeferralTimeout("x")], ids=lambda one: type(one).__name__
)
def test_a_triggerer_that_is_not_there_is_told_of(silence: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_arguments: object) -> None:
        raise silence

    monkeypatch.setattr("airflow.sdk.BaseOperator.resume_execution", silent)
    waiting = WaitForDelivery(task_id="wait", nightly=timedelta(hours=4))
    with pytest.raises(AirflowFailException, match=r"^failed: triggerer_silent: .* start the triggerer"):
        waiting.resume_execution("arrived", {}, {})


def test_what_the_trigger_says_decides() -> None:
    waiting = WaitForDelivery(task_id="wait", nightly=timedelta(hours=4))
    waiting.arrived({}, {"failure": ""})
    with pytest.raises(AirflowFailException, match=r"^failed: delivery_awaited: x$"):
        waiting.arrived({}, {"failure": "failed: delivery_awaited: x"})
