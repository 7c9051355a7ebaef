"""The nightly run: one task per source, then link, protect and leave a draft. Wiring only; the steps are elsewhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, task

#: While the file is parsed a promise (XComArg), in a task a small dictionary or a list of them.
Reference = Any

OPERATORS = """
### Nachtelijke koppeling

Leest per bron de levering, pseudonimiseert, koppelt per huishouden, beveiligt de tabellen en laat een **concept**
achter.
Publiceren doet deze DAG niet: de functionaris gegevensbescherming keurt het concept apart goed of af.

* Een lege parameter betekent: de waarde uit de omgeving (`SAMENLOOP_PURPOSE`, `SAMENLOOP_DELIVERY`, ...).
* **Geweigerd** (`refused: ...`): levering, doel of sleutel voldoet niet. Er volgt geen nieuwe poging; het log zegt in
  een regel wat er mis is en wat te doen.
* **Mislukt** (`failed: ...`): de machine of een defect. Er volgen twee nieuwe pogingen; opnieuw starten kan altijd.
* Tussen taken gaan alleen verwijzingen (run, naam, sha256, rijen), nooit gegevens.
"""


def _path(what: str) -> Param:
    return Param("", type="string", description=f"{what}; leeg = uit de omgeving")


@dag(
    dag_id="nightly_linkage",
    description="Koppelt de leveringen van het sociaal domein per huishouden en laat een concept achter",
    doc_md=OPERATORS,
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
    params={
        "purpose": _path("Doelbestand (YAML)"),
        "delivery": _path("Map van de levering, met levering.json"),
        "period": Param("", type="string", pattern=r"^(\d{4}H[12])?$", description="Halfjaar, zoals 2018H1"),
        "work": _path("Werkmap"),
        "out": _path("Publicatiemap"),
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
    def sources(run: Reference) -> list[str]:
        from samenloop import airflow_steps

        return airflow_steps.sources(run)

    @task(multiple_outputs=False, map_index_template="{{ task.op_kwargs['source'] }}")
    def pull(run: Reference, source: str) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.pull(run, source)

    @task(multiple_outputs=False)
    def link(run: Reference, pulled: Reference) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.link(run, pulled)

    @task(multiple_outputs=False)
    def protect(run: Reference, linked: Reference) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.protect(run, linked)

    @task(multiple_outputs=False)
    def draft(run: Reference, tables: Reference) -> Reference:
        from samenloop import airflow_steps

        return airflow_steps.draft(run, tables)

    @task(multiple_outputs=False, trigger_rule="all_done")
    def forget(run: Reference | None) -> None:
        """Erases what linkage by name leaves, however the run ended."""
        from samenloop import airflow_steps

        airflow_steps.forget(run)

    run = open_run()
    pulled = pull.partial(run=run).expand(source=sources(run))
    linked = link(run, pulled)
    draft(run, protect(run, linked))
    linked >> forget(run)


nightly_linkage()
