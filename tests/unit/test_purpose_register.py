"""A superseded purpose is refused, and one that was changed after signing is refused by the name of what changed."""

import shutil
from pathlib import Path

import pytest
import yaml

from samenloop.keyring import make_keyring
from samenloop.purpose_register import check_as_signed, check_not_superseded, sign_and_register
from samenloop.purposes import read_purpose
from schemas.errors import RefusedByPurpose

EXAMPLE = Path(__file__).parent.parent.parent / "purposes" / "stapeling.yaml"


@pytest.fixture(scope="module")
def keyring(tmp_path_factory):
    return make_keyring(tmp_path_factory.mktemp("keys") / "home", "synthetic")


def written(folder, name, content):
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return read_purpose(path)


def example(**changes):
    return yaml.safe_load(EXAMPLE.read_text()) | changes


def test_a_lower_version_is_refused_once_a_higher_one_is_signed(keyring, tmp_path):
    old, new = (written(tmp_path, f"v{number}", example(id="versies", version=number)) for number in (1, 2))
    sign_and_register(keyring, old)
    check_not_superseded(keyring.home, old)
    sign_and_register(keyring, new)
    with pytest.raises(RefusedByPurpose) as refused:
        check_not_superseded(keyring.home, old)
    assert refused.value.code == "purpose_superseded"
    with pytest.raises(RefusedByPurpose):
        sign_and_register(keyring, old)


def test_signing_a_version_again_replaces_it(keyring, tmp_path):
    first = written(tmp_path, "first", example(id="opnieuw"))
    second = written(tmp_path, "second", example(id="opnieuw", target_group="Andere groep"))
    sign_and_register(keyring, first)
    sign_and_register(keyring, second)
    check_as_signed(keyring, second)
    with pytest.raises(RefusedByPurpose) as refused:
        check_as_signed(keyring, first)
    assert refused.value.code == "changed_target_group"


def test_comments_and_white_space_may_change(keyring, tmp_path):
    path = shutil.copyfile(EXAMPLE, tmp_path / "commentaar.yaml")
    sign_and_register(keyring, read_purpose(path))
    path.write_text("# een opmerking\n\n" + path.read_text())
    check_as_signed(keyring, read_purpose(path))


def test_a_damaged_register_refuses(keyring, tmp_path):
    purpose = written(tmp_path, "kapot", example(id="kapot"))
    sign_and_register(keyring, purpose)
    (keyring.home / "purposes" / "kapot.json").write_text("{}")
    with pytest.raises(RefusedByPurpose) as refused:
        check_as_signed(keyring, purpose)
    assert refused.value.code == "register_damaged"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"household_rules": None}, "changed_household_rules"),
        ({"household_rules": {"apart": ["briefadres"]}}, "changed_household_rules_apart"),
        (
            {"household_rules": {"apart": ["institution_size"], "institution_above": 11}},
            "changed_household_rules_institution_above",
        ),
        ({"key_fingerprint": "0123456789abcdef"}, "changed_key_fingerprint"),
    ],
)
def test_fields_that_a_purpose_may_leave_out_are_signed_too(keyring, tmp_path, change, code):
    signed = {"household_rules": {"apart": ["institution_size"], "institution_above": 10}}
    sign_and_register(keyring, written(tmp_path, "signed", example(id="naar-keuze", **signed)))
    with pytest.raises(RefusedByPurpose) as refused:
        check_as_signed(keyring, written(tmp_path, "changed", example(id="naar-keuze", **(signed | change))))
    assert refused.value.code == code
