"""The Dutch page of a purpose leaves nothing out, and the difference of two versions says what widens."""

from pathlib import Path

import pytest
import yaml

from samenloop.purpose_diff import changes
from samenloop.purpose_page import explained
from samenloop.purposes import read_purpose
from schemas.purpose import PurposeConfig

PURPOSES = Path(__file__).parent.parent.parent / "purposes"


def _texts(value):
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [] if isinstance(value, bool) else [str(value).strip()]


@pytest.mark.parametrize("file", sorted(PURPOSES.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_answer_of_the_file_is_on_the_page(file):
    content = yaml.safe_load(file.read_text())
    page = explained(read_purpose(file).config)
    # The scope is written out in words, so that a citizen need not know the term.
    missing = [text for text in _texts(content) if text not in page and text != content["pseudonym_scope"]]
    assert missing == []


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("  threshold: 10", "  threshold: 12", "changes disclosure.threshold"),
        ("  dominance_pct: 50", "  dominance_pct: 40", "changes disclosure.dominance_pct"),
        ("  cost_rounding_eur: 1000", "  cost_rounding_eur: 5000", "changes disclosure.cost_rounding_eur"),
        ("  by_command: true", "  by_command: false", "changes approval.by_command"),
        ("version: 1", "version: 2", "changes version"),
        ("drops: [leefvorm]", "drops: []", "changes sources.pwet.drops: leefvorm (removed)"),
        ("concentration, providers,", "concentration,", "changes tables: providers (removed)"),
    ],
)
def test_difference(tmp_path, old, new, change):
    """Each row narrows or neutrally changes the file; read backwards the same change widens where it should."""
    original = PURPOSES / "stapeling.yaml"
    changed = tmp_path / "changed.yaml"
    assert old in original.read_text()
    changed.write_text(original.read_text().replace(old, new, 1))
    before, after = read_purpose(original).config, read_purpose(changed).config
    assert [str(one) for one in changes(before, after)] == [change]
    backwards = [str(one) for one in changes(after, before)]
    neutral = ("version", "drops")
    widened = change.replace("changes", "WIDENS", 1).replace("(removed)", "(added)")
    assert backwards == [widened if not any(word in change for word in neutral) else change.replace("removed", "added")]


def test_a_new_source_widens():
    before = read_purpose(PURPOSES / "stapeling.yaml").config
    after = read_purpose(PURPOSES / "stapeling-veiligheid.yaml").config
    assert "WIDENS sources.veiligheid (added)" in [str(one) for one in changes(before, after)]


@pytest.mark.parametrize(
    ("source", "form"),
    [
        (
            "pwet",
            {
                **{"kind": "csv", "delimiter": ",", "encoding": "windows-1252", "dates": "dutch"},
                **{"amounts": "euros_comma", "names": {"begin": ["Datum ingang"]}},
                **{"values": {"regeling": {"PW": "P-wet"}}},
            },
        ),
        (
            "rmc",
            {"kind": "sql", "connection": "leerlingen", "table": "meldingen", "constants": {"soort_nummer": "BSN"}},
        ),
        ("wmo", {"kind": "istandaarden"}),
        ("pwet", {"kind": "suwi", "regelingen": ["PW", "IOAW"]}),
    ],
)
def test_how_a_source_is_delivered_is_on_the_page(source, form):
    content = yaml.safe_load((PURPOSES / "stapeling.yaml").read_text())
    content["sources"][source]["format"] = form
    page = explained(PurposeConfig.model_validate(content))
    shown = {key: value for key, value in form.items() if key != "kind"}
    assert "Geleverd als: " in page
    assert [text for text in _texts(shown) if text not in page] == []
    assert [
        column for told in ("names", "values", "constants") for column in form.get(told, {}) if column not in page
    ] == []


def test_limits_and_noise_are_on_the_page():
    content = yaml.safe_load((PURPOSES / "stapeling.yaml").read_text())
    content["sources"]["wmo"]["limits"] = {"quarantine_pct": 3, "rows_change_pct": 41, "linked_change_points": 17}
    content["disclosure"]["formal"] = {"tables": ["stacking"], "epsilon": 0.25, "budget": 3.5}
    page = explained(PurposeConfig.model_validate(content))
    for said in ("meer dan 3%", "meer dan 41%", "meer dan 17 procentpunt", "epsilon 0.25", "budget 3.5"):
        assert said in page
