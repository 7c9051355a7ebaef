"""Purpose files: strict, complete, signed by two roles, in force."""

from datetime import date

import pytest
import yaml
from builders import EXAMPLE_PURPOSE

from samenloop.keyring import make_keyring, open_keyring
from samenloop.purposes import check_in_force, check_signatures, read_purpose, sign_purpose
from schemas.errors import RefusedByPurpose

TEXT = EXAMPLE_PURPOSE.read_text(encoding="utf-8")
GONE = object()


def purpose(folder, text=TEXT):
    (folder / "purpose.yaml").write_text(text, encoding="utf-8")
    return read_purpose(folder / "purpose.yaml")


def changed(place, value):
    """The example purpose with one field, named by its path, replaced or gone."""
    content = yaml.safe_load(TEXT)
    *parents, last = place.split(".")
    inside = content
    for name in parents:
        inside = inside[name]
    if value is GONE:
        del inside[last]
    else:
        inside[last] = value
    return yaml.safe_dump(content, allow_unicode=True)


def code_of(folder, text):
    with pytest.raises(RefusedByPurpose) as refused:
        purpose(folder, text)
    return refused.value.code


def test_the_example_is_in_order(tmp_path):
    read = purpose(tmp_path)
    assert read.label == "stapeling:1"
    assert read.config.domains == ("jeugd", "pwet", "wmo", "shv", "rmc")


VEILIGHEID = {
    "law": "Wet politiegegevens",
    "article": "Artikel 20",
    "columns": ["postcode", "huisnummer", "huisletter", "huisnummertoevoeging", "soort", "datum"],
}


ANSWERS = [
    *("purpose", "target_group", "information_duty", "administrator", "disclosure_to_third_parties"),
    *("controller.name", "controller.fg_contact", "legal_ground.avg_6", "legal_ground.avg_89"),
    *("sources.wmo.law", "sources.wmo.article", "sources.wmo.bsn_ground", "sources.wmo.special_category"),
    *("proportionality.why_link", "proportionality.why_this_level", "proportionality.why_these_domains_and_period"),
]
PARTS = ["legal_ground.avg_9", "sources.brp", "sources.bezwaar", "sources.jeugd.special_category", "dpia"]


@pytest.mark.parametrize("place", [*ANSWERS, *PARTS, "disclosure", "approval", "retention", "valid_until"])
def test_what_is_left_out_is_refused(tmp_path, place):
    assert code_of(tmp_path, changed(place, GONE)) == "purpose_invalid"


@pytest.mark.parametrize("place", ANSWERS)
@pytest.mark.parametrize("answer", ["", "   ", "ja"], ids=repr)
def test_an_answer_says_something(tmp_path, place, answer):
    assert code_of(tmp_path, changed(place, answer)) == "purpose_invalid"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("remark", "an unknown key"),
        ("disclosure.remark", 1),
        ("sources.wmo.remark", "an unknown key"),
        ("id", "../stapeling"),
        ("version", 0),
        ("valid_until", "2016-12-31"),
        ("participants", []),
        ("controller.gemeentecode", "0637"),
        ("controller.oin", "123"),
        ("sources.wmo.columns", []),
        ("sources.wmo.columns", ["bsn", "begin", "einde", "naam"]),
        ("sources.wmo.columns", ["bsn", "begin", "einde", "begin"]),
        ("sources.wmo.columns", ["bsn", "begin"]),
        ("sources.wmo.drops", ["bsn"]),
        ("sources.wmo.drops", ["naam"]),
        ("sources.politie", {"law": "wet", "article": "artikel", "columns": ["bsn"]}),
        ("sources.veiligheid", VEILIGHEID),
        ("dpia.covers_sha256", "x"),
        ("proportionality.alternatives", []),
        ("proportionality.alternatives", [{"alternative": "geen", "rejected_because": ""}]),
        ("retention.log", "10 years"),
        ("pseudonym_scope", "forever"),
        ("household_method", "family"),
        ("tables", []),
        ("tables", ["stacking", "persons"]),
        ("tables", ["stacking", "stacking"]),
        ("disclosure.threshold", 9),
        ("disclosure.dominance_pct", 51),
        ("disclosure.cost_rounding_eur", 999),
    ],
    ids=lambda value: str(value)[:40],
)
def test_one_wrong_answer_is_refused(tmp_path, place, value):
    assert code_of(tmp_path, changed(place, value)) == "purpose_invalid"


def test_a_purpose_without_a_domain_is_refused(tmp_path):
    only = {name: ground for name, ground in yaml.safe_load(TEXT)["sources"].items() if name in ("brp", "bezwaar")}
    assert code_of(tmp_path, changed("sources", only)) == "purpose_invalid"


def test_veiligheid_is_allowed_with_its_ground(tmp_path):
    content = yaml.safe_load(changed("sources.veiligheid", VEILIGHEID))
    content["legal_ground"]["avg_10"] = "Artikel 10 AVG"
    assert "veiligheid" in purpose(tmp_path, yaml.safe_dump(content)).config.domains


def test_every_problem_is_told_at_once(tmp_path):
    text = TEXT.replace("threshold: 10", "threshold: 9").replace("dominance_pct: 50", "dominance_pct: 60")
    with pytest.raises(RefusedByPurpose, match=r"disclosure\.threshold.*disclosure\.dominance_pct"):
        purpose(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        TEXT + "version: 2\n",
        TEXT.replace("  threshold: 10\n", "  threshold: 99\n  threshold: 10\n"),
        TEXT.replace("law: Jeugdwet", "law: &a Jeugdwet").replace("law: Participatiewet", "law: *a"),
        TEXT.replace("approval:\n", "approval:\n  <<: {by_command: true}\n"),
        "id: [",
        "id: !!python/object/apply:os.getcwd []",
        "id: a\n---\nid: b\n",
        "\x00",
    ],
    ids=["key twice", "nested key twice", "alias", "merge", "half", "python tag", "two documents", "NUL"],
)
def test_yaml_that_may_say_something_else_than_it_seems(tmp_path, text):
    assert code_of(tmp_path, text) == "purpose_yaml"


@pytest.mark.parametrize("text", ["", "text", "- a", "1: 2\n"])
def test_other_yaml_is_refused(tmp_path, text):
    assert code_of(tmp_path, text) == "purpose_invalid"


@pytest.mark.parametrize("text", ["? [a, b]\n: 1\n", "? {a: 1}\n: 1\n", "[" * 5000, "v: 2018-13-45\n"])
def test_yaml_that_cannot_be_built_is_refused(tmp_path, text):
    assert code_of(tmp_path, text) == "purpose_yaml"


def test_no_file_and_no_utf8_are_refused(tmp_path):
    with pytest.raises(RefusedByPurpose, match="purpose_missing"):
        read_purpose(tmp_path / "nowhere.yaml")
    (tmp_path / "purpose.yaml").write_bytes(b"id: \xff")
    with pytest.raises(RefusedByPurpose, match="purpose_yaml"):
        read_purpose(tmp_path / "purpose.yaml")


class TestSignature:
    @pytest.fixture
    def signing(self, tmp_path):
        return make_keyring(tmp_path / "home", "synthetic").signing

    @pytest.fixture
    def sign(self, signing):
        return open_keyring(signing.parent).sign

    @pytest.fixture
    def signed(self, tmp_path, signing, sign):
        sign_purpose(purpose(tmp_path), sign)
        check_signatures(purpose(tmp_path), signing)
        return tmp_path

    @pytest.mark.parametrize(
        "text",
        [
            "# more\n" + TEXT,
            TEXT.replace("version: 1", "version:   1"),
            "\n\n" + TEXT,
            TEXT.replace("id: stapeling", 'id: "stapeling"'),
        ],
        ids=["comment", "spaces", "empty lines", "quotes"],
    )
    def test_comments_and_white_space_may_change(self, signed, signing, text):
        check_signatures(purpose(signed, text), signing)

    @pytest.mark.parametrize(
        ("place", "value"),
        [
            ("version", 2),
            ("disclosure.threshold", 11),
            ("approval.by_command", False),
            ("tables", ["stacking"]),
            ("sources.rmc.article", "Artikel 1"),
        ],
    )
    def test_nothing_else_may_change(self, signed, signing, place, value):
        with pytest.raises(RefusedByPurpose, match="purpose_signature"):
            check_signatures(purpose(signed, changed(place, value)), signing)

    @pytest.mark.parametrize("role", ["controller", "fg"])
    def test_both_roles_must_sign(self, signed, signing, role):
        (signed / f"purpose.yaml.{role}.sig").unlink()
        with pytest.raises(RefusedByPurpose, match="purpose_unsigned"):
            check_signatures(purpose(signed), signing)

    def test_one_role_cannot_sign_for_both(self, signed, signing, sign):
        forged = sign("fg", purpose(signed).canonical)
        (signed / "purpose.yaml.controller.sig").write_text(forged)
        with pytest.raises(RefusedByPurpose, match="purpose_signature"):
            check_signatures(purpose(signed), signing)

    def test_both_roles_with_one_key_are_refused(self, tmp_path, signing, sign):
        for half in ("key", "pub"):
            (signing / f"controller.{half}").write_bytes((signing / f"fg.{half}").read_bytes())
        sign_purpose(purpose(tmp_path), sign)
        with pytest.raises(RefusedByPurpose, match="same_key"):
            check_signatures(purpose(tmp_path), signing)

    def test_both_roles_with_one_key_in_two_spellings_are_refused(self, tmp_path, signing, sign):
        (signing / "controller.key").write_bytes((signing / "fg.key").read_bytes())
        (signing / "controller.pub").write_bytes((signing / "fg.pub").read_bytes() + b"\n")
        sign_purpose(purpose(tmp_path), sign)
        with pytest.raises(RefusedByPurpose, match="same_key"):
            check_signatures(purpose(tmp_path), signing)

    def test_a_missing_public_key_is_refused(self, signed, signing):
        (signing / "fg.pub").unlink()
        with pytest.raises(RefusedByPurpose):
            check_signatures(purpose(signed), signing)


@pytest.mark.parametrize(
    ("today", "in_force"),
    [("2016-12-31", False), ("2017-01-01", True), ("2030-12-31", True), ("2031-01-01", False)],
)
def test_term(tmp_path, today, in_force):
    read = purpose(tmp_path)
    if in_force:
        check_in_force(read, date.fromisoformat(today))
    else:
        with pytest.raises(RefusedByPurpose, match="purpose_expired"):
            check_in_force(read, date.fromisoformat(today))
