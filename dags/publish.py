"""From draft to release: shows a draft to the privacy officer and does what was signed. Wiring only."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, Param, dag, task
from airflow.sdk.configuration import conf

from samenloop.airflow_approval import AskPrivacyOfficer

#: While the file is parsed a promise (XComArg), in a task a small dictionary.
Reference = Any

#: Section [samenloop] of airflow.cfg: who is asked, each with id and name; none stated, whoever may use Airflow.
PEOPLE: list[dict[str, str]] = conf.getjson("samenloop", "fg", fallback=[])

OPERATORS = """
### Publiceren

Legt een **concept** voor aan de functionaris gegevensbescherming (FG) en doet wat is getekend.

* Een uitgave hangt aan de **handtekening** van de FG over het controlegetal van het concept. Een taak op geslaagd
  zetten, of een antwoord via de API schrijven, publiceert niets.
* `ask` toont waarom het mag, wat is nagegaan en wat verandert. `signed` wacht op de handtekening:
  `samenloop release decide`. Alleen als het ondertekende doel goedkeuring met een opdracht toestaat, tekent deze
  taak het antwoord met de sleutel van de FG.
* `release` leest de handtekening in de werkmap. Goedgekeurd: de uitgave verschijnt in een keer. Afgewezen: het
  concept gaat opzij en de vorige uitgave blijft. Niets getekend: `refused: decision_missing`.
* Leeg bij `release` betekent: het laatste concept waarover nog niet is beslist.
"""


def _task_failed(context: Any) -> None:
    from samenloop import airflow_failures

    airflow_failures.report_task(context)


@dag(
    dag_id="publish",
    description="Legt een concept voor aan de FG en publiceert wat de FG heeft ondertekend",
    doc_md=OPERATORS,
    schedule=[Asset("samenloop/concept")],
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5), "on_failure_callback": _task_failed},
    params={
        "release": Param(
            "", type="string", pattern=r"^([a-z0-9-]{1,80})?$", description="Welk concept; leeg = laatste"
        ),
        "work": Param("", type="string", description="Werkmap; leeg = uit de omgeving"),
        "out": Param("", type="string", description="Publicatiemap; leeg = uit de omgeving"),
    },
    tags=["samenloop"],
)
def publish() -> None:
    """Wires the steps; samenloop is imported inside the tasks so that the scheduler parses this file quickly."""

    @task(multiple_outputs=False)
    def review(params: dict[str, str] | None = None) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.review(params or {})

    @task.sensor(mode="reschedule", poke_interval=60, timeout=timedelta(days=14).total_seconds(), retries=0)
    def signed(draft: Reference, answer: Reference) -> bool:
        from samenloop import airflow_steps

        return airflow_steps.signed(draft, answer)

    # Whatever the others say: this task looks for the signature itself, and fails where there is none.
    @task(multiple_outputs=False, trigger_rule="all_done_min_one_success")
    def release(draft: Reference) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.release(draft)

    draft = review()
    asked = AskPrivacyOfficer(task_id="ask", draft=draft, within=timedelta(days=14), people=PEOPLE)
    signed(draft, asked.output) >> release(draft)


publish()
