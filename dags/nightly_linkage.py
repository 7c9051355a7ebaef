"""The nightly run: one task per source, then link, protect and leave a draft. Wiring only; the steps are elsewhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, AssetOrTimeSchedule, CronTriggerTimetable, Param, dag, task
from airflow.sdk.configuration import conf

from samenloop.airflow_waiting import WaitForDelivery

#: While the file is parsed a promise (XComArg), in a task a small dictionary or a list of them.
Reference = Any

#: Section [samenloop] of airflow.cfg: pool by source, for systems that bear few readers at once; none has one untold.
POOLS: dict[str, str] = conf.getjson("samenloop", "pools", fallback={})
#: Sources whose own DAGs say when they have delivered; once all of them have, linkage starts.
DELIVERED: list[str] = conf.getjson(
    "samenloop", "delivered", fallback=["brp", "jeugd", "wmo", "pwet", "shv", "rmc", "bezwaar"]
)

OPERATORS = """
### Nachtelijke koppeling

Leest per bron de levering, pseudonimiseert, koppelt per huishouden, beveiligt de tabellen en laat een **concept**
achter.
Publiceren doet deze DAG niet: de functionaris gegevensbescherming keurt het concept apart goed of af.

* De nachtelijke run wacht tot vier uur op een levering die compleet is; met de hand of op assets gestart wacht hij
  niet, tenzij `wait` (seconden) dat zegt.
* **Overgeslagen**: de levering is al verwerkt; er is niets te doen.
* Een lege parameter betekent: de waarde uit de omgeving (`SAMENLOOP_PURPOSE`, `SAMENLOOP_DELIVERY`, ...).
* **Geweigerd** (`refused: ...`): levering, doel of sleutel voldoet niet. Er volgt geen nieuwe poging; het log zegt in
  een regel wat er mis is en wat te doen.
* **Mislukt** (`failed: ...`): de machine of een defect. Er volgen twee nieuwe pogingen; opnieuw starten kan altijd.
* Tussen taken gaan alleen verwijzingen (run, naam, sha256, rijen), nooit gegevens.
"""


def _task_failed(context: Any) -> None:
    from samenloop import airflow_failures

    airflow_failures.report_task(context)


def _run_failed(context: Any) -> None:
    from samenloop import airflow_failures

    airflow_failures.report_run(context)


def _path(what: str) -> Param:
    return Param("", type="string", description=f"{what}; leeg = uit de omgeving")


@dag(
    dag_id="nightly_linkage",
    description="Koppelt de leveringen van het sociaal domein per huishouden en laat een concept achter",
    doc_md=OPERATORS,
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 2 * * *", timezone="UTC"),
        assets=[Asset(f"samenloop/levering/{source}") for source in DELIVERED],
    ),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    # A pool that nobody made leaves its tasks scheduled for ever; this ends the run, and says so.
    dagrun_timeout=timedelta(hours=20),
    on_failure_callback=_run_failed,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5), "on_failure_callback": _task_failed},
    params={
        "purpose": _path("Doelbestand (YAML)"),
        "delivery": _path("Map van de levering, met levering.json"),
        "period": Param("", type="string", pattern=r"^(\d{4}H[12])?$", description="Halfjaar, zoals 2018H1"),
        "work": _path("Werkmap"),
        "out": _path("Publicatiemap"),
        "wait": Param(
            None,
            type=["null", "integer"],
            minimum=0,
            maximum=43200,
            description="Seconden wachten op de levering; leeg = 4 uur voor de nachtelijke run, anders niet",
        ),
    },
    tags=["samenloop"],
)
def nightly_linkage() -> None:
    """Wires the steps; samenloop is imported inside the tasks so that the scheduler parses this file quickly."""

    @task(multiple_outputs=False)
    def open_run(params: dict[str, str] | None = None) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.open_run(params or {})

    @task(multiple_outputs=False)
    def sources(run: Reference, only: list[str] | None = None, without: list[str] | None = None) -> list[str]:
        from samenloop import airflow_steps

        return airflow_steps.sources(run, only, without or ())

    @task(multiple_outputs=False, map_index_template="{{ task.op_kwargs['source'] }}")
    def pull(run: Reference, source: str) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.pull(run, source)

    @task(multiple_outputs=False, trigger_rule="none_failed_min_one_success")
    def link(run: Reference, pulled: Reference) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.link(run, pulled)

    @task(multiple_outputs=False)
    def protect(run: Reference, linked: Reference) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.protect(run, linked)

    @task(multiple_outputs=False, outlets=[Asset("samenloop/concept")])
    def draft(run: Reference, tables: Reference) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.draft(run, tables)

    @task(multiple_outputs=False, trigger_rule="all_done")
    def forget(run: Reference | None) -> None:
        """Erases what linkage by name leaves, however the run ended."""
        from samenloop import airflow_steps

        airflow_steps.forget(run)

    run = open_run()
    WaitForDelivery(task_id="wait", nightly=timedelta(hours=4)) >> run
    pulled = [pull.partial(run=run).expand(source=sources(run, without=sorted(POOLS)))]
    for pool in sorted(set(POOLS.values())):
        its = [source for source in sorted(POOLS) if POOLS[source] == pool]
        pull_its = pull.override(task_id=f"pull_{pool}", pool=pool)
        pulled.append(pull_its.partial(run=run).expand(source=sources.override(task_id=f"sources_{pool}")(run, its)))
    linked = link(run, pulled)
    draft(run, protect(run, linked))
    linked >> forget(run)


nightly_linkage()
