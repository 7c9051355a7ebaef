"""Erases every day what is past its term. Wiring only; the terms are in the signed purposes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, task


def _task_failed(context: Any) -> None:
    from samenloop import airflow_failures

    airflow_failures.report_task(context)


@dag(
    dag_id="retention",
    description="Wist wat zijn bewaartermijn voorbij is en legt dat vast in het verwerkingslogboek",
    schedule="0 5 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5), "on_failure_callback": _task_failed},
    params={
        "work": Param("", type="string", description="Werkmap; leeg = uit de omgeving"),
        "out": Param("", type="string", description="Publicatiemap; leeg = uit de omgeving"),
    },
    tags=["samenloop"],
)
def retention() -> None:
    """Wires one task; samenloop is imported inside it so that the scheduler parses this file quickly."""

    @task(multiple_outputs=False)
    def erase(params: dict[str, str] | None = None) -> dict[str, int]:
        """Erases and gives the number of artefacts per kind."""
        from samenloop import airflow_steps

        return airflow_steps.erase(params or {})

    erase()


retention()
