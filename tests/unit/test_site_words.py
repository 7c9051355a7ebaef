"""The catalogues: the same keys in both languages, nothing left untranslated, nothing on a page left without words."""

import re
from datetime import date

import pytest
from site_example import example_content, tree

from outputs.effects.effect_words import CAUTION_TEXTS, REFUSAL_TEXTS
from outputs.publication.site.site import site_pages
from outputs.publication.site.views import LABEL_KINDS
from outputs.publication.site.words import Words, catalogue, sentence
from schemas.tables import TABLE_CONTRACTS

DUTCH, ENGLISH = Words("nl"), Words("en")
#: The same word in both languages, or names.
ALIKE = {"column.segment", *(f"labels.combination.{name}" for name in ("Jeugd+P-wet", "Jeugd+Wmo", "P-wet+Wmo"))}
ALIKE |= {"labels.combination.Jeugd+P-wet+Wmo"}


def flat(nested, before=""):
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def test_both_catalogues_have_the_same_keys_and_values_to_fill_in():
    dutch, english = (dict(flat(catalogue(language))) for language in ("nl", "en"))
    assert list(dutch) == list(english)
    for key, text in dutch.items():
        assert isinstance(text, str)
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[key])), key


def test_nothing_is_left_untranslated():
    dutch, english = (dict(flat(catalogue(language))) for language in ("nl", "en"))
    assert {key for key, text in dutch.items() if text == english[key]} <= ALIKE


@pytest.mark.parametrize("words", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_every_table_and_figure_has_words(words):
    for name, contract in TABLE_CONTRACTS.items():
        assert words.label("table", name) != name
        assert words(f"of.{name}")
        assert all(words(f"column.{figure}") for figure in contract.figures)
    assert LABEL_KINDS["law"] == ("domain",)


@pytest.mark.parametrize("words", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_every_reason_and_caution_of_effects_has_words(words):
    assert set(words.labels("effect_refusal")) == set(REFUSAL_TEXTS)
    assert set(words.labels("effect_caution")) == set(CAUTION_TEXTS)


def test_the_dutch_words_of_effects_are_those_of_the_statement():
    assert DUTCH.labels("effect_refusal") == REFUSAL_TEXTS
    assert DUTCH.labels("effect_caution") == CAUTION_TEXTS


def test_an_english_page_shows_no_dutch_sentence_of_the_catalogue():
    dutch, english = (dict(flat(catalogue(language))) for language in ("nl", "en"))
    long = {text for key, text in dutch.items() if len(text) > 40 and "{" not in text and text != english[key]}
    for address, page in site_pages(example_content()).items():
        if address.startswith("en/"):
            shown = words_of(tree(page))
            assert [text for text in long if text in shown] == [], address


def words_of(element):
    """The text of a page but what is marked as Dutch."""
    inside = "".join(words_of(one) + (one.tail or "") for one in element if one.get("lang") != "nl")
    return (element.text or "") + inside


def test_numbers_and_dates_are_those_of_the_language():
    assert [DUTCH.whole(1_234_567), ENGLISH.whole(-1_234_567)] == ["1.234.567", "\u22121,234,567"]
    assert [DUTCH.decimal(1_234.5), ENGLISH.decimal(1_234.5)] == ["1.234,5", "1,234.5"]
    assert [DUTCH.decimal(-0.01), ENGLISH.hundredths(-0.25)] == ["0,0", "\u22120.25"]
    assert [DUTCH.euro(1_234), ENGLISH.euro(1_234)] == ["€\u00a01.234", "€1,234"]
    day = date(2018, 7, 1)
    assert [DUTCH.day(day), ENGLISH.day(day)] == ["1\u00a0juli 2018", "1\u00a0July 2018"]
    assert [DUTCH.half_year("2018H2"), ENGLISH.half_year("2018H2")] == [
        "tweede halfjaar van 2018",
        "second half of 2018",
    ]
    with pytest.raises(ValueError, match="half-year"):
        ENGLISH.half_year("2018")
    with pytest.raises(ValueError, match="fraction"):
        ENGLISH.whole(1.5)


def test_a_code_without_a_label_is_shown_as_it_is():
    assert DUTCH.label("area", "Ede") == "Ede"
    assert sentence("p-wet en Wmo") == "P-wet en Wmo"


def test_an_unknown_sentence_or_a_value_left_out_is_an_error():
    with pytest.raises(KeyError):
        DUTCH("site.unknown")
    with pytest.raises(KeyError):
        DUTCH("key.top", top=4)
