"""The floor of a municipality: a purpose that protects less is refused, and nobody lowers the floor."""

import pytest
import yaml
from builders import EXAMPLE_PURPOSE

from samenloop.keyring import make_keyring
from samenloop.policy_floor import check_floor, set_floor
from samenloop.purposes import read_purpose
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RefusedByPurpose

POLICY = read_purpose(EXAMPLE_PURPOSE).config.disclosure.model_dump(mode="json")
STRICTER = {
    "threshold": 15,
    "base": 10,
    "sensitive_base": 20,
    "count_width": 5,
    "p_pct": 20,
    "cost_rounding_eur": 5000,
    "cost_width_pct": 20,
    "dominance_pct": 40,
    "group_share_pct": 80,
    "sensitive_sources": ["jeugd", "shv", "veiligheid", "rmc"],
    "finest_region": {**POLICY["finest_region"], "dimensions": "wijk"},
    "cadence": "P6M",
}


@pytest.fixture
def keyring(tmp_path):
    return make_keyring(tmp_path / "keyring", "synthetic")


def written(tmp_path, **changes):
    file = tmp_path / "policy.yaml"
    content = {**POLICY, **changes}
    if content["count_width"] >= content["base"]:
        content["base"] = 10
    file.write_text(yaml.safe_dump(content))
    return file


def test_without_a_floor_the_limits_of_the_purpose_itself_hold(keyring):
    check_floor(keyring, read_purpose(EXAMPLE_PURPOSE))


def test_a_purpose_on_the_floor_passes(keyring, tmp_path):
    set_floor(keyring, written(tmp_path))
    check_floor(keyring, read_purpose(EXAMPLE_PURPOSE))


@pytest.mark.parametrize("rule", STRICTER)
def test_each_rule_of_the_floor_holds(keyring, tmp_path, rule):
    set_floor(keyring, written(tmp_path, **{rule: STRICTER[rule]}))
    with pytest.raises(RefusedByPurpose, match=f"policy_below_floor: .*{rule}"):
        check_floor(keyring, read_purpose(EXAMPLE_PURPOSE))


def test_every_rule_of_a_policy_is_held_against_the_floor():
    # Noise is weighed in tests/property/test_formal_privacy.py: its absence is the stricter rule.
    assert set(STRICTER) == set(DisclosurePolicy.model_fields) - {"formal"}


def test_a_changed_floor_is_noticed(keyring, tmp_path):
    floor = set_floor(keyring, written(tmp_path, threshold=15))
    floor.write_text(floor.read_text().replace("threshold: 15", "threshold: 10"))
    with pytest.raises(RefusedByPurpose, match="floor_signature"):
        check_floor(keyring, read_purpose(EXAMPLE_PURPOSE))


def test_a_floor_that_is_partly_gone_is_noticed(keyring, tmp_path):
    set_floor(keyring, written(tmp_path, threshold=15)).unlink()
    with pytest.raises(RefusedByPurpose, match="purpose_missing"):
        check_floor(keyring, read_purpose(EXAMPLE_PURPOSE))


def test_a_floor_is_only_ever_raised(keyring, tmp_path):
    set_floor(keyring, written(tmp_path, threshold=15))
    set_floor(keyring, written(tmp_path, threshold=20))
    with pytest.raises(RefusedByPurpose, match=r"floor_lowered: .*threshold"):
        set_floor(keyring, written(tmp_path, threshold=15))
