"""The data dictionary tells of every column of every contract, in a release and in the documentation.

Run as a program it writes the dictionary into docs/formats.md.
"""

import csv
import io
import re
from pathlib import Path

import pytest

from outputs.publication.formats.dictionary import dictionary_csv, dictionary_markdown
from schemas.tables import TABLE_CONTRACTS

PAGE = Path(__file__).parent.parent.parent / "docs" / "formats.md"
GENERATED = re.compile(r"(<!-- generated [^>]* -->\n)(.*)(<!-- end -->\n)", re.DOTALL)


def regenerated(page):
    return GENERATED.sub(lambda found: f"{found[1]}\n{dictionary_markdown(TABLE_CONTRACTS)}\n{found[3]}", page)


def rows(names=TABLE_CONTRACTS):
    return list(csv.DictReader(io.StringIO(dictionary_csv(names)), delimiter=";"))


def test_the_documentation_shows_the_contracts_of_now():
    page = PAGE.read_text()
    assert GENERATED.search(page)
    assert regenerated(page) == page, "run: .venv/bin/python tests/spec/test_data_dictionary.py"


def test_it_has_a_row_for_every_column_in_the_order_of_the_contracts():
    expected = [
        (name, column.name, column.kind, column.datatype, column.description)
        for name, contract in TABLE_CONTRACTS.items()
        for column in contract.columns
    ]
    found = [(one["table"], one["column"], one["kind"], one["datatype"], one["description"]) for one in rows()]
    assert found == expected


def test_a_release_has_the_tables_that_it_publishes_and_no_others():
    assert {one["table"] for one in rows(["use", "quality"])} == {"use", "quality"}


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("combination", "Jeugd+P-wet = Jeugd + P-wet"),
        ("dimensions", "3-4D = 3 of 4 domeinen"),
        ("providers", "10+ = 10 of meer aanbieders"),
        ("status", "A = gepubliceerd (SDMX: OBS_STATUS A, CONF_STATUS F)"),
        ("status", "C = afgeschermd, het cijfer is leeg (SDMX: OBS_STATUS Q, CONF_STATUS C)"),
    ],
)
def test_codes_are_told(column, code):
    listed = [one["codes"].split(" | ") for one in rows() if one["column"] == column]
    assert listed
    assert all(code in one for one in listed)


def test_a_figure_has_no_codes():
    assert not any(one["codes"] for one in rows() if one["kind"] == "figure")


def test_the_statuses_of_the_documentation_are_those_of_the_dictionary():
    page = PAGE.read_text()
    listed = next(one["codes"] for one in rows() if one["column"] == "status")
    for code, observation, confidentiality in re.findall(
        r"(\w) = [^|(]*\(SDMX: OBS_STATUS (\w), CONF_STATUS (\w)\)", listed
    ):
        assert re.search(rf"^\| `{code}` \| `{observation}` [^|]*\| `{confidentiality}` ", page, re.MULTILINE)


if __name__ == "__main__":
    PAGE.write_text(regenerated(PAGE.read_text()))
