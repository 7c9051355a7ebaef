"""Objections: who objected is out before anything is hashed; what cannot be read refuses the delivery."""

import pyarrow as pa
import pytest
from builders import bsn, csv_of, deliver, delivery_of, pulled, row

from pseudonymisation import pseudonymise
from pseudonymisation.objections import read_objections
from schemas.errors import RefusedDelivery

SOURCES = ["brp", "jeugd", "wmo", "pwet", "shv", "rmc"]


def objections(folder, *numbers):
    content = csv_of("bezwaar", [{"bsn": number} for number in numbers])
    return read_objections(delivery_of("bezwaar", folder, deliver(folder, "bezwaar", content)))


def test_every_spelling_of_a_bsn_objects(tmp_path):
    read = objections(tmp_path, "12345672", "999.996.770", "999996770")
    assert read.count == 2
    assert read.objects(pa.array(["012345672", "999996770", "123456782", None])).to_pylist() == [
        *(True, True),
        *(False, False),
    ]


def test_nobody_objected(tmp_path):
    assert objections(tmp_path).count == 0
    assert objections(tmp_path).objects(pa.array(["999996770", None])).to_pylist() == [False, False]


@pytest.mark.parametrize("unreadable", ["111222334", "999999999", "000000000", "jan", "-", " "])
def test_an_objection_that_cannot_be_read_refuses_the_delivery(tmp_path, unreadable):
    with pytest.raises(RefusedDelivery) as refused:
        objections(tmp_path, "999996770", unreadable)
    assert refused.value.code in ("objection_unreadable", "wrong_row_count")


def test_objectors_are_not_shown(tmp_path):
    assert "999996770" not in repr(objections(tmp_path, "999996770"))


@pytest.mark.parametrize("source", SOURCES)
def test_a_row_of_an_objector_is_dropped_and_counted(tmp_path, source):
    person = "nummer" if source == "rmc" else "bsn"
    found = pulled(tmp_path, source, [row(source), row(source, **{person: bsn(1)})], objectors=[bsn(0)])
    assert (found.counts["objected"], found.counts["used"], found.table.num_rows) == (1, 1, 1)


@pytest.mark.parametrize("source", SOURCES)
def test_an_objector_is_never_hashed(tmp_path, source, monkeypatch):
    handed_on = []
    name = "frame_batch" if source == "brp" else "provision_batch"
    make = getattr(pseudonymise, name)

    def watched(batch, *rest, **how):
        handed_on.append(batch.bsn)
        return make(batch, *rest, **how)

    monkeypatch.setattr(pseudonymise, name, watched)
    pulled(tmp_path, source, [row(source)], objectors=[bsn(0)])
    assert [len(numbers) for numbers in handed_on] == [0]


def test_an_objecting_partner_leaves_the_benefit_to_its_holder(tmp_path):
    rows = [row("pwet", bsn_partner=bsn(1)), row("pwet", bsn=bsn(2), bsn_partner=bsn(3))]
    found = pulled(tmp_path, "pwet", rows, objectors=[bsn(1)])
    assert (found.counts["partner_objected"], found.counts["used"]) == (1, 2)
    assert [partner is None for partner in found.table["partner"].to_pylist()] == [True, False]


def test_rows_that_differ_in_an_objecting_partner_only_become_one_record(tmp_path):
    rows = [row("pwet", bsn_partner=bsn(1)), row("pwet"), row("pwet", bsn_partner=bsn(2))]
    found = pulled(tmp_path, "pwet", rows, objectors=[bsn(1)])
    first, second, third = found.table["record"].to_pylist()
    assert first == second != third


def test_an_education_number_is_no_bsn_that_objects(tmp_path):
    found = pulled(tmp_path, "rmc", [row("rmc", soort_nummer="OWNR")], objectors=[bsn(0)])
    assert (found.counts.get("objected", 0), found.counts["used"]) == (0, 1)


def test_a_row_that_is_objected_and_invalid_counts_as_objected(tmp_path):
    found = pulled(tmp_path, "wmo", [row("wmo", begin="x"), row("wmo", begin="x", bsn="")], objectors=[bsn(0)])
    assert (found.counts["objected"], found.counts["quarantined:begin:date"]) == (1, 1)
