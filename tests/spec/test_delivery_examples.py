"""Every example in docs/deliveries.md is one that a purpose, a manifest or a file of connections can hold."""

import json
import re
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from schemas.delivery import DeliveredFile, DeliveryManifest
from schemas.purpose import SourceGround, SourceLimits
from schemas.source_formats import SourceFormat, format_problems

PAGE = (Path(__file__).parent.parent.parent / "docs" / "deliveries.md").read_text()
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
JSON = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def test_there_is_one_example_of_every_format():
    kinds = [example["format"]["kind"] for example in EXAMPLES if "format" in example]
    assert sorted(kinds) == ["csv", "ddas", "istandaarden", "parquet", "sql", "suwi"]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_of_a_purpose_is_valid(example):
    if "limits" in example:
        SourceLimits.model_validate(example["limits"])
    else:
        TypeAdapter(SourceFormat).validate_python(example["format"])


def test_the_manifest_is_valid_but_for_its_digests():
    content = json.loads(re.sub(r'"sha256": "[^"]*"', f'"sha256": "{"0" * 64}"', json.dumps(JSON[0])))
    manifest = DeliveryManifest.model_validate(content)
    assert [file.name for file in manifest.of("jeugd")] == ["jeugd_301.xml", "jeugd_323.xml"]
    assert (manifest.rows_of("jeugd"), manifest.rows_of("pwet"), manifest.rows_of("wmo")) == (24130, 4710, None)
    assert isinstance(manifest.files["brp"], DeliveredFile)


@pytest.mark.parametrize(
    ("columns", "drops", "names", "problem"),
    [
        (("bsn", "begin"), (), {"begin": ["Ingang"]}, None),
        (("bsn", "begin"), (), {"begin": ["bsn"]}, "bsn stands for two columns"),
        (("bsn", "begin"), ("Ingang",), {"begin": ["Ingang"]}, "Ingang stands for two columns"),
        (("bsn", "begin"), (), {"begin": ["bsn"], "bsn": ["begin"]}, None),
        (("bsn",), (), {"begin": ["Ingang"]}, "names the column begin, which is not used"),
    ],
)
def test_one_name_of_a_source_stands_for_one_column(columns, drops, names, problem):
    form = TypeAdapter(SourceFormat).validate_python({"kind": "csv", "names": names})
    found = format_problems("wmo", columns, drops, form)
    assert [text for text in found if problem and problem in text] == found
    assert bool(found) == (problem is not None)


def test_a_benefit_of_two_cannot_be_counted_once_without_the_partner():
    form = TypeAdapter(SourceFormat).validate_python({"kind": "suwi"})
    assert format_problems("pwet", ("bsn", "bsn_partner"), (), form) == []
    assert "needs the column bsn_partner" in format_problems("pwet", ("bsn",), (), form)[0]


def test_drops_are_names_of_the_owner():
    with pytest.raises(ValueError, match="no name of a column"):
        SourceGround(law="Wet", article="Artikel", columns=("begin",), drops=("a\nb",))
