"""Match tokens of a few persons: what two records can see of each other, and what one file shows of itself."""

import hashlib
import hmac
import pickle

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pseudonymisation.keys import PseudonymKey
from pseudonymisation.match_tokens import match_tokens
from pseudonymisation.token_encoding import TokenEncoder
from schemas.match_tokens import MATCH_TOKEN_SCHEMA, RULES, SKETCH_COLUMNS, TOKEN_TYPES

KEY = PseudonymKey("match_token", bytes(range(1, 33)))
JAN = {
    **{"geslachtsnaam": "Jansen", "voornamen": "Johannes Petrus", "geboortedatum": "1980-05-12", "geslacht": "M"},
    **{"postcode": "1234AB", "huisnummer": "5", "huisletter": "A", "huisnummertoevoeging": None},
}


def people(*rows):
    ids = [hashlib.sha256(str(place).encode()).digest()[:16] for place in range(len(rows))]
    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in JAN}
    return pa.table({"id": pa.array(ids, pa.binary(16)), **columns})


def tokens(*rows):
    return match_tokens(people(*rows), KEY)


def seen_of_each_other(one, other):
    """Per rule that both share a block of: names of the tokens that are equal there."""
    left, right = tokens(JAN | one).to_pylist(), tokens(JAN | other).to_pylist()
    found = {}
    for row in left:
        for beside in right:
            if row["block"] is not None and row["block"] == beside["block"]:
                found[RULES[row["rule"]]] = {name for name in TOKEN_TYPES if row[name] and row[name] == beside[name]}
    return found


def test_one_person_agrees_with_himself_under_every_rule():
    found = seen_of_each_other({}, {})
    assert set(found) == set(RULES)
    filled = set(TOKEN_TYPES) - {"surname_other", "surname_other_sound"}
    assert all(equal == filled for equal in found.values())


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"geslacht": "V"}, {"sex"}),
        ({"huisletter": "B"}, {"address"}),
        ({"voornamen": "Jan"}, {"given", "given_second", "initials", "both_names"}),
        ({"voornamen": "J.P."}, {"given", "given_formal", "given_second", "given_start", "both_names"}),
        ({"geslachtsnaam": "Janssen"}, {"surname", "both_names"}),
        ({"geslachtsnaam": "van Jansen"}, set()),
        ({"geboortedatum": "12-05-1980"}, set()),
        ({"geslacht": "1"}, set()),
        ({"postcode": "1234 ab"}, set()),
    ],
)
def test_a_difference_shows_in_its_own_tokens_only(change, lost):
    found = seen_of_each_other({}, change)["address_and_birth_year"]
    filled = set(TOKEN_TYPES) - {"surname_other", "surname_other_sound"}
    assert filled - found == lost


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"postcode": "9999ZZ"}, set(RULES) - {"address_and_birth_year"}),
        ({"geboortedatum": "1980-12-05"}, set(RULES) - {"birth_date_and_initial", "birth_date_and_surname"}),
        ({"geboortedatum": "1980-05-00"}, {"address_and_birth_year", "surname_initial_and_year"}),
        ({"geslachtsnaam": "Pieters"}, {"birth_date_and_initial", "address_and_birth_year"}),
        ({"geslachtsnaam": "Jansen-Pieters"}, set(RULES)),
        ({"voornamen": "Bram"}, {"birth_date_and_surname", "address_and_birth_year"}),
    ],
)
def test_which_rules_find_a_changed_record(change, rules):
    assert set(seen_of_each_other({}, change)) == rules


def test_swapped_names_are_seen_and_two_namesakes_of_one_name_only_are_not():
    one, other = {"geslachtsnaam": "Bos", "voornamen": "Wessel"}, {"geslachtsnaam": "Wessel", "voornamen": "Bos"}
    assert "both_names" in seen_of_each_other(one, other)["address_and_birth_year"]
    brother = seen_of_each_other(one, one | {"voornamen": "Bram"})["address_and_birth_year"]
    assert "surname" in brother
    assert "both_names" not in brother


def test_persons_of_one_address_share_no_block_unless_of_one_year():
    alone = {"geslachtsnaam": "Pieters", "voornamen": "Bram", "geboortedatum": "1984-01-02"}
    assert set(seen_of_each_other({}, alone)) == set()
    assert set(seen_of_each_other({}, alone | {"geboortedatum": "1980-01-02"})) == {"address_and_birth_year"}


def test_a_token_is_worth_nothing_under_another_blocking_key():
    everyone = tokens(*(JAN | {"huisnummer": str(number), "geboortedatum": "1980-00-00"} for number in range(1, 60)))
    everyone = everyone.filter(pa.compute.equal(everyone["rule"], RULES.index("address_and_birth_year")))
    for name in ("given", "surname", "address", *SKETCH_COLUMNS[:4]):
        assert len(set(everyone[name].to_pylist())) == 59


def test_a_record_without_anything_is_there_without_a_block():
    table = tokens({}, JAN)
    assert table.schema == MATCH_TOKEN_SCHEMA
    assert set(table["id"].drop_null().to_pylist()) == set(people({}, JAN)["id"].to_pylist())
    assert table["block"].null_count == 1


def test_missing_values_are_zero_everywhere():
    row = tokens({"postcode": "1234AB", "huisnummer": "5", "geboortedatum": "1980-00-00"}).to_pylist()[0]
    kept = {"year", "address", "address_number", "postcode", "postcode_area", "house_number"}
    assert {name for name in TOKEN_TYPES if row[name]} == kept
    assert [row[name] for name in SKETCH_COLUMNS[:4]] == [0] * 4


def test_how_common_a_name_is_shows_only_to_its_namesakes():
    rare = [JAN | {"geslachtsnaam": f"Naam{chr(97 + place)}", "voornamen": "Wessel"} for place in range(20)]
    table = tokens(*rare)
    common = table.filter(pa.compute.equal(table["rule"], RULES.index("address_and_birth_year"))).to_pydict()
    assert len(set(common["surname"])) == 20
    assert len(set(common["given_common_3"])) == 1


def test_two_records_in_one_block_show_a_common_name_and_hide_a_rare_one(monkeypatch):
    monkeypatch.setattr("pseudonymisation.match_tokens.COMMON_LIMITS", (0.01, 0.3, 0.9))
    table = tokens(JAN, JAN, *(JAN | {"geslachtsnaam": "Pieters"} for _ in range(8)))
    block = table.filter(pa.compute.equal(table["rule"], RULES.index("address_and_birth_year"))).to_pandas()
    jansen = block[block["surname"].map(block["surname"].value_counts()) == 2]
    pieters = block[block["surname"].map(block["surname"].value_counts()) == 8]
    assert (len(jansen), len(pieters)) == (2, 8)
    assert jansen["surname_common_1"].nunique() == 1
    assert jansen["surname_common_2"].nunique() == 2
    assert pieters["surname_common_2"].nunique() == 1
    assert pieters["surname_common_3"].nunique() > 1


def test_no_columns_but_the_id_are_needed():
    assert len(match_tokens(people(JAN).select(["id"]), KEY)) == 1
    assert len(match_tokens(people().select(["id"]), KEY)) == 0


def test_rows_of_blocks_that_the_other_file_lacks_are_not_made():
    both = JAN | {"geboortedatum": "1999-01-01", "postcode": "9999ZZ"}
    whole, other = tokens(JAN, both), tokens(JAN)
    kept = match_tokens(people(JAN, both), KEY, other["block"].combine_chunks())
    expected = whole.filter(pa.compute.is_in(whole["block"], value_set=other["block"].combine_chunks()))
    assert kept["block"].drop_null().to_pylist() == expected["block"].to_pylist()
    assert set(kept["id"].drop_null().to_pylist()) == set(whole["id"].drop_null().to_pylist())
    assert len(kept) < len(whole)


def test_an_encoder_is_not_pickled():
    with pytest.raises(TypeError):
        pickle.dumps(TokenEncoder(KEY))


def test_a_token_is_aes_over_the_keyed_hash_of_the_value_and_the_blocking_key():
    def derived(purpose):
        info = b"samenloop match token v1|match_token|" + purpose
        return HKDF(SHA256(), 32, salt=None, info=info).derive(KEY.expose_secret())

    row = tokens(JAN).to_pylist()[0]
    secret = hmac.digest(derived(b"attribute"), b"\x00\x00\x00\x07surname" + b"jansen", "sha256")[:8]
    aes = Cipher(algorithms.AES(derived(b"salted")), modes.ECB()).encryptor()  # noqa: S305 (one block)
    sealed = aes.update(secret + row["block"].to_bytes(8, "little"))
    assert row["surname"] == int.from_bytes(sealed[:4], "little")
