"""Contracts that would otherwise let a figure be wrong without a word."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from builders import csv_of, deliver, pull_file, row
from pydantic import ValidationError

from samenloop.drafts import _source_facts
from samenloop.purposes import read_purpose
from schemas.delivery import DeliveryManifest
from schemas.errors import RefusedByPurpose
from schemas.log_entries import LogEntry

EXAMPLE = Path(__file__).parent.parent.parent / "purposes" / "stapeling.yaml"


def test_one_file_does_not_serve_two_sources():
    one = {"name": "wmo.csv", "rows": 1, "sha256": "0" * 64}
    manifest = {"gemeentecode": "GM0637", "period": "2018H1", "reference_date": "2018-07-01", "delivery_id": "x"}
    DeliveryManifest.model_validate({**manifest, "files": {"wmo": one}})
    with pytest.raises(ValidationError):
        DeliveryManifest.model_validate({**manifest, "files": {"wmo": one, "jeugd": one}})


@pytest.mark.parametrize(
    ("source", "without", "problem"),
    [
        ("wmo", {"bedrag_begin", "bedrag_einde"}, "used together or not at all"),
        ("jeugd", {"aanbieder"}, ""),
        ("jeugd wmo", {"aanbieder"}, "providers needs the column aanbieder"),
    ],
)
def test_a_table_has_the_columns_that_it_needs(tmp_path, source, without, problem):
    content = yaml.safe_load(EXAMPLE.read_text())
    for name in source.split():
        ground = content["sources"][name]
        ground["columns"] = [column for column in ground["columns"] if column not in without]
        ground["drops"] = [*ground["drops"], *without]
    path = tmp_path / "purpose.yaml"
    path.write_text(yaml.safe_dump(content))
    if problem:
        with pytest.raises(RefusedByPurpose, match=problem):
            read_purpose(path)
    else:
        read_purpose(path)


def test_duplicates_are_excluded_not_used():
    now = datetime.now(UTC)
    counts = {"received": 100, "used": 80, "excluded:outside_period": 20}
    entry = LogEntry(
        run="r",
        step="pull",
        subject="wmo",
        started=now,
        ended=now,
        purpose="stapeling:1",
        purpose_sha256="0" * 8,
        counts=counts,
    )
    run = SimpleNamespace(purpose=read_purpose(EXAMPLE))
    facts = _source_facts(run, entry, {"wmo:duplicate": 10})
    assert (facts.rows_received, facts.rows_used, facts.rows_excluded) == (100, 70, 30)


def test_spaces_around_the_names_in_a_header_are_no_other_names(tmp_path):
    rows = [row("wmo", bsn="999900006", begin="2018-02-01")]
    content = csv_of("wmo", rows)
    header, rest = content.split(b"\n", 1)
    spaced = header.replace(b";", b" ; ") + b" \n" + rest
    plain = pull_file(tmp_path, "wmo", deliver(tmp_path, "wmo", content))
    assert pull_file(tmp_path, "wmo", deliver(tmp_path, "wmo", spaced)).counts == plain.counts
    assert plain.counts["used"] == 1
