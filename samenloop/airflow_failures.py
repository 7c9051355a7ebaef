"""How a failure crosses into Airflow: as one line of ours, in the log and at the webhook of the deployment.

What a library says never passes: its messages quote the values that it choked on, and Airflow writes messages, causes
and contexts into its logs.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.request import Request, urlopen

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from samenloop.settings import Settings
from schemas.errors import SamenloopError, defect

_LOG: Final = logging.getLogger(__name__)
_OURS: Final = re.compile(r"(refused|failed): [a-z_]+: [^\n]*")
_FINAL: Final = ("request_incomplete", "delivery_awaited")
_Result = TypeVar("_Result")


def guarded(step: Callable[[], _Result]) -> _Result:
    """Runs a step and gives its result.

    Raises:
        AirflowFailException: a refusal, or a request that is incomplete; a retry would end the same way.
        AirflowException: the machine or a defect; worth a retry.
    """
    try:
        return step()
    except SamenloopError as error:
        failure = _failure(error)
    except Exception as error:  # the boundary: nothing of a library's text may pass
        failure = _failure(defect(error, "task"))
    # Raised out here the exception has neither cause nor context, so that no log can follow it to the original.
    raise failure


def _failure(error: SamenloopError) -> AirflowException:
    final = error.verb == "refused" or error.code in _FINAL
    return AirflowFailException(str(error)) if final else AirflowException(str(error))


def report_task(context: Mapping[str, Any]) -> None:
    """Reports a task that failed for good: run, step, source, attempts, and the line of the failure."""
    task, attempt = context["ti"], getattr(context["ti"], "try_number", 1)
    stated = getattr(context.get("task"), "op_kwargs", None) or {}
    run, source = stated.get("run"), stated.get("source")
    words = [
        f"run {run['run']}" if isinstance(run, Mapping) else f"run {context.get('run_id', 'unknown')}",
        f"step {task.task_id}",
        *([f"source {source}"] if isinstance(source, str) else []),
        f"attempt {attempt}",
    ]
    _report(f"{task.dag_id}: {', '.join(words)}: {_line(context.get('exception'))}")


def report_run(context: Mapping[str, Any]) -> None:
    """Reports a run of which no task failed: it took too long, or nothing of it could go on."""
    reason = str(context.get("reason"))
    if reason != "task_failure":
        advice = "look for a task that waits for a pool or a worker that is not there"
        _report(f"{context['dag'].dag_id}: run {context.get('run_id', 'unknown')}: failed: {reason}: {advice}")


def _line(error: object) -> str:
    """The line of an error of ours; of any other its type."""
    if isinstance(error, AirflowException) and _OURS.fullmatch(str(error)):
        return str(error)
    return (
        f"failed: {type(error).__name__ if error else 'killed'}: the task ended without a line of its own: see its log"
    )


def _report(line: str) -> None:
    _LOG.error(line)
    url = Settings().notify_url.get_secret_value()
    if not url:
        return
    try:
        if not url.startswith(("https://", "http://")):
            raise ValueError("no address of a webhook")
        body = json.dumps({"text": line}).encode()
        request = Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
        with urlopen(request, timeout=10):  # noqa: S310
            pass
    except Exception as error:  # whatever is wrong with the webhook, the failure itself is in the log
        _LOG.warning("the webhook of SAMENLOOP_NOTIFY_URL did not take the line: %s", type(error).__name__)
