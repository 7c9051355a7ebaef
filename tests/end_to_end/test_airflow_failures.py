"""Who is told of a failure, and what: one line of ours, never a value, and never less because a webhook is down."""

import json
import logging
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from urllib.request import Request

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowTaskTimeout

from samenloop import airflow_failures

_URL = "https://hooks.example/secret"
_LINE = "nightly_linkage: run 2018h1-0123456789ab, step pull, source wmo, attempt 3: "


def _context(error: object, **op_kwargs: object) -> Mapping[str, Any]:
    task = SimpleNamespace(dag_id="nightly_linkage", task_id="pull", try_number=3)
    return {"ti": task, "run_id": "scheduled__x", "exception": error, "task": SimpleNamespace(op_kwargs=op_kwargs)}


def _of_wmo(error: object) -> Mapping[str, Any]:
    return _context(error, run={"run": "2018h1-0123456789ab", "work": "/srv/work"}, source="wmo")


class _Webhook:
    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[Request] = []
        self._error = error

    def __call__(self, request: Request, timeout: float) -> "_Webhook":
        assert timeout <= 10
        self.asked.append(request)
        if self._error:
            raise self._error
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        pass


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> _Webhook:
    return _asked_at(_URL, _Webhook(), monkeypatch)


def _asked_at(url: str, webhook: _Webhook, monkeypatch: pytest.MonkeyPatch) -> _Webhook:
    monkeypatch.setenv("SAMENLOOP_NOTIFY_URL", url)
    monkeypatch.setattr(airflow_failures, "urlopen", webhook)
    return webhook


def _texts(webhook: _Webhook) -> list[str]:
    return [json.loads(request.data)["text"] for request in webhook.asked if isinstance(request.data, bytes)]


@pytest.mark.parametrize("kind", [AirflowException, AirflowFailException])
def test_a_line_of_ours_goes_out_whole(
    kind: type[Exception], webhook: _Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    airflow_failures.report_task(_of_wmo(kind("refused: wrong_hash: wmo: 2 rows: deliver again")))
    assert _texts(webhook) == [_LINE + "refused: wrong_hash: wmo: 2 rows: deliver again"]
    assert caplog.messages == _texts(webhook)
    (request,) = webhook.asked
    assert (request.full_url, request.get_method()) == (_URL, "POST")
    assert request.get_header("Content-type") == "application/json"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (KeyError("Treukelebrugge"), "KeyError"),
        (ValueError("refused: wrong_hash: Treukelebrugge"), "ValueError"),
        (AirflowException("Treukelebrugge"), "AirflowException"),
        (AirflowException("failed: defect: x: y\nTreukelebrugge"), "AirflowException"),
        (AirflowTaskTimeout("Treukelebrugge"), "AirflowTaskTimeout"),
        (None, "killed"),
    ],
)
def test_of_any_other_failure_only_the_type_goes_out(
    error: Exception | None, kind: str, webhook: _Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    airflow_failures.report_task(_of_wmo(error))
    assert _texts(webhook) == [f"{_LINE}failed: {kind}: the task ended without a line of its own: see its log"]
    assert "Treukelebrugge" not in caplog.text


def test_a_task_that_has_no_run_yet_goes_by_the_run_of_airflow(webhook: _Webhook) -> None:
    airflow_failures.report_task(_context(AirflowException("failed: x: y: z")))
    assert _texts(webhook) == ["nightly_linkage: run scheduled__x, step pull, attempt 3: failed: x: y: z"]


@pytest.mark.parametrize("error", [OSError("secret"), ValueError("secret"), TimeoutError("secret")])
def test_a_webhook_that_fails_hides_nothing(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _asked_at(_URL, _Webhook(error), monkeypatch)
    airflow_failures.report_task(_of_wmo(AirflowException("failed: x: y: z")))
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    assert caplog.messages[0] == _LINE + "failed: x: y: z"
    assert type(error).__name__ in caplog.messages[1]
    assert "secret" not in caplog.text


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://hooks.example", "hooks.example"])
def test_only_the_web_is_posted_to(url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    webhook = _asked_at(url, _Webhook(), monkeypatch)
    airflow_failures.report_task(_of_wmo(AirflowException("failed: x: y: z")))
    assert webhook.asked == []
    assert url not in caplog.text


def test_without_a_webhook_the_log_has_the_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    webhook = _asked_at("", _Webhook(), monkeypatch)
    airflow_failures.report_task(_of_wmo(AirflowException("failed: x: y: z")))
    assert webhook.asked == []
    assert caplog.messages == [_LINE + "failed: x: y: z"]


def test_a_run_that_took_too_long_is_told_of(webhook: _Webhook) -> None:
    airflow_failures.report_run(
        {"dag": SimpleNamespace(dag_id="nightly_linkage"), "run_id": "scheduled__x", "reason": "timed_out"}
    )
    (text,) = _texts(webhook)
    assert text.startswith(
        "nightly_linkage: run scheduled__x: failed: timed_out: look for a task that waits for a pool"
    )


def test_a_run_with_a_failed_task_was_told_of_already(webhook: _Webhook) -> None:
    airflow_failures.report_run({"dag": SimpleNamespace(dag_id="x"), "run_id": "x", "reason": "task_failure"})
    assert webhook.asked == []
