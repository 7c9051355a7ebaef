"""The persons of the log: each once per run and source, under the key of the log only."""

import pyarrow as pa
import pytest
from builders import persons_of_the_log, pulled

from pseudonymisation.data_subjects import DataSubjects
from pseudonymisation.keys import PseudonymKey
from schemas.data_subjects import DATA_SUBJECT_SCHEMA
from schemas.errors import RefusedByPurpose

BSN = pa.array(["999996770", "999990019", None, "999996770"])


def test_each_person_has_one_id_per_run_and_source():
    key = PseudonymKey.generate("log_subject")
    places = [DataSubjects(key, run, source) for run in ("first", "second") for source in ("wmo", "jeugd")]
    ids = [one for place in places for one in place.ids(BSN).to_pylist()]
    assert len(ids) == len(set(ids)) == 8
    assert places[0].ids(BSN).equals(DataSubjects(key, "first", "wmo").ids(BSN))


def test_a_key_of_a_purpose_is_refused():
    with pytest.raises(RefusedByPurpose, match="person key"):
        DataSubjects(PseudonymKey.generate("person"), "run", "wmo")


def test_nobody_yet_is_an_empty_table():
    assert persons_of_the_log().table().schema == DATA_SUBJECT_SCHEMA
    assert persons_of_the_log().table().num_rows == 0


def test_partners_and_quarantined_rows_count_and_objectors_do_not(tmp_path):
    rows = [
        {"bsn": "999996770", "bsn_partner": "999990019", "regeling": "P-wet", "begin": "2018-01-01"},
        {"bsn": "999990019", "regeling": "P-wet", "begin": "no date"},
        {"bsn": "999993653", "bsn_partner": "999994669", "regeling": "P-wet", "begin": "2018-01-01"},
    ]
    persons = persons_of_the_log()
    pulled(tmp_path, "pwet", rows, objectors=["999994669"], persons=persons)
    assert persons.table().num_rows == 3
    persons = persons_of_the_log()
    pulled(tmp_path, "pwet", rows, objectors=["999996770"], persons=persons)
    assert persons.table().num_rows == 3
    persons = persons_of_the_log()
    pulled(tmp_path, "pwet", rows, objectors=["999990019", "999993653"], persons=persons)
    assert persons.table().num_rows == 1
