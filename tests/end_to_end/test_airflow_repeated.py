"""The same delivery, night after night: the task that opens a run skips, and leaves everything as it was."""

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from end_to_end.municipality import PERIOD, snapshot
from samenloop import airflow_steps


def test_a_delivery_that_was_processed_is_skipped(municipality, release, monkeypatch):
    monkeypatch.setenv("SAMENLOOP_HOME", str(municipality.home))
    before = snapshot(release.root)
    params = {
        **{"purpose": str(municipality.purpose), "delivery": str(municipality.delivery), "period": PERIOD},
        **{"work": str(release.work), "out": str(release.out)},
    }
    with pytest.raises(AirflowSkipException, match="processed before"):
        airflow_steps.open_run(params)
    assert snapshot(release.root) == before


def test_elsewhere_it_is_not_done_yet(municipality, tmp_path, monkeypatch):
    monkeypatch.setenv("SAMENLOOP_HOME", str(municipality.home))
    params = {
        **{"purpose": str(municipality.purpose), "delivery": str(municipality.delivery), "period": PERIOD},
        **{"work": str(tmp_path / "work"), "out": str(tmp_path / "out")},
    }
    assert airflow_steps.open_run(params)["work"] == str(tmp_path / "work")
