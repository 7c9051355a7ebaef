"""Waiting for a delivery without a worker: a task that hands over to Airflow's triggerer until everything is there.

The DAG file imports this while it is parsed, so what is heavy is imported where it is used.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, TaskDeferralError, TaskDeferralTimeout
from airflow.triggers.base import BaseTrigger, TriggerEvent

from schemas.errors import RunError, SamenloopError, defect

#: After the last moment of waiting: a triggerer that has not said anything by now is not there.
_SILENCE: Final = timedelta(minutes=10)


class DeliveryTrigger(BaseTrigger):
    """Looks at the place of a delivery until it is complete and was the same at two looks, or until it is too late.

    Args:
        location: folder or URL of the delivery.
        period: that it has to be about.
        until: last moment, in ISO 8601: a triggerer that takes over goes on with the same one.
        every: seconds between looks while something lacks.
        settled: seconds between two looks at a complete delivery.
    """

    def __init__(self, location: str, period: str, until: str, every: float = 60, settled: float = 10) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.location, self.period, self.until = location, period, until
        self.every, self.settled = every, settled

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Gives what a triggerer makes this of."""
        stated = {"location": self.location, "period": self.period, "until": self.until}
        return f"{__name__}.{type(self).__name__}", {**stated, "every": self.every, "settled": self.settled}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yields one event: ``failure``, which is empty when the delivery is there."""
        try:
            await self._arrived()
        except SamenloopError as error:
            failure = str(error)
        except Exception as error:  # the boundary: nothing of a library's text may pass
            failure = str(defect(error, "waiting"))
        else:
            failure = ""
        yield TriggerEvent({"failure": failure})  # type: ignore[no-untyped-call]

    async def _arrived(self) -> None:
        from samenloop.delivery_arrival import arrival

        before = None
        while True:
            now = await asyncio.to_thread(arrival, self.location, self.period)
            if now.complete and now == before:
                return
            lacks = now.lacks or "its files still change"
            left = (datetime.fromisoformat(self.until) - datetime.now(UTC)).total_seconds()
            if left <= 0:
                raise RunError(
                    "delivery_awaited",
                    f"no complete delivery of {self.period} by {self.until}: {lacks}",
                    "ask the sender, and start the run again once it is there",
                )
            if before is None or now.lacks != before.lacks:
                self.log.info("waiting: %s", now.lacks or "everything is there, a second look follows")
            before = now
            await asyncio.sleep(self.settled if now.complete else min(self.every, left))


class WaitForDelivery(BaseOperator):
    """Waits for the delivery that the run is asked for; in the meantime no worker is taken.

    A run by hand or by assets waits only when its parameter ``wait`` says so.

    Args:
        nightly: how long a run of the schedule waits.
    """

    def __init__(self, *, nightly: timedelta, **options: Any) -> None:
        super().__init__(**{**options, "retries": 0})
        self.nightly = nightly

    def execute(self, context: Any) -> None:
        """Hands over to the triggerer, unless there is nothing to wait for."""
        wait = self._wait(context["params"].get("wait"), str(context["dag_run"].run_type))
        if not wait:
            return
        from samenloop import airflow_steps

        location, period = airflow_steps.awaited(context["params"])
        until = (datetime.now(UTC) + wait).isoformat(timespec="seconds")
        self.defer(trigger=DeliveryTrigger(location, period, until), method_name="arrived", timeout=wait + _SILENCE)

    def _wait(self, stated: int | None, run_type: str) -> timedelta:
        if stated is not None:
            return timedelta(seconds=stated)
        return self.nightly if run_type == "scheduled" else timedelta(0)

    def arrived(self, _context: Any, event: Mapping[str, str]) -> None:
        """Goes on, or ends with the one line of the trigger.

        Raises:
            AirflowFailException: the delivery did not come in time, or its place is not known.
        """
        if event["failure"]:
            raise AirflowFailException(event["failure"])

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Any) -> Any:
        """Goes on after waiting; when nobody looked at all it says so.

        Raises:
            AirflowFailException: the triggerer is not there, or broke down.
        """
        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except (TaskDeferralError, TaskDeferralTimeout):
            silent = RunError(
                "triggerer_silent", "nobody looked for the delivery", "start the triggerer, or ask for a wait of 0"
            )
        raise AirflowFailException(str(silent))
