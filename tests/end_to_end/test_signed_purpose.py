"""Every field of a signed purpose, changed one at a time: the run ends with exit 3 and a code of its own."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from end_to_end.municipality import Municipality, Place

EXAMPLE = yaml.safe_load((Path(__file__).parent.parent.parent / "purposes" / "stapeling.yaml").read_text())

#: Another value that the model accepts, where the rule below does not make one.
OTHER = {
    "id": "stapelingen",
    "pseudonym_scope": "purpose",
    "controller.gemeentecode": "GM0999",
    "controller.oin": "00000001001234567999",
    "valid_from": "2016-01-01",
    "valid_until": "2031-01-01",
    "dpia.date": "2026-03-03",
    "dpia.covers_sha256": "0" * 64,
    "disclosure.dominance_pct": 40,
    "disclosure.base": 10,
    "disclosure.count_width": 3,
    "disclosure.group_share_pct": 80,
    "disclosure.cadence": "P4M",
    **{f"disclosure.finest_region.{table}": "gemeente" for table in EXAMPLE["disclosure"]["finest_region"]},
    "sources.rmc.drops": ["bsn"],
    "sources.bezwaar.columns": ["naam"],
    "sources.bezwaar.drops": ["naam"],
    "household_method": "person",
}
#: No other value of these is a purpose at all.
INVALID = {"household_method", "sources.bezwaar.columns", "sources.bezwaar.drops", "sources.rmc.drops"}


def leaves(value: object, place: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every field of a purpose by its path; a list is one field."""
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in leaves(inner, (*place, name))]
    return [place]


def another(place: tuple[str, ...], value: object) -> object:
    """Another value of the same kind."""
    dotted = ".".join(place)
    if dotted in OTHER:
        return OTHER[dotted]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 10
    if isinstance(value, list):
        if place[-1] == "alternatives":
            return [{**value[0], "alternative": "Iets anders"}, *value[1:]]
        return list(reversed(value)) if len(value) > 1 else []
    return "P3D" if place[0] == "retention" else f"{value}x"


@pytest.fixture(scope="module")
def refusals(municipality: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("refusals"))


@pytest.mark.parametrize("place", leaves(EXAMPLE), ids=".".join)
def test_a_changed_field_refuses_the_run(municipality, refusals, tmp_path, place):
    content = yaml.safe_load(municipality.purpose.read_text())
    holder = content
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = another(place, holder[place[-1]])
    changed = tmp_path / municipality.purpose.name
    changed.write_text(yaml.safe_dump(content, sort_keys=False))
    for role in ("controller", "fg"):
        shutil.copy(f"{municipality.purpose}.{role}.sig", tmp_path)

    done = replace(municipality, purpose=changed).run(refusals)

    dotted = ".".join(place)
    code = "purpose_invalid" if dotted in INVALID else f"changed_{'_'.join(place)}"
    assert (done.exit_code, done.stderr.split(": ")[:2]) == (3, ["refused", code])
    assert done.stderr.count("\n") == 1
    assert not list(refusals.work.glob("artefacts/*"))
    log = municipality.command(refusals, "log", "show", "--work", refusals.work)
    assert f'"code":"{code}"' in log.stdout


def test_every_field_has_a_code_of_its_own():
    codes = [f"changed_{'_'.join(place)}"[:60] for place in leaves(EXAMPLE)]
    assert len(set(codes)) == len(codes)
