"""The log and the rules as pages: every step with its counts and rules, what stays inside left out, a small filter."""

from dataclasses import replace

import pytest
from site_example import body_row, example_content, example_entries, example_facts, tree, words

from outputs.publication.site.log_page import count_name, rules_of
from outputs.publication.site.rendering import shipped_script
from outputs.publication.site.site import site_pages
from outputs.publication.site.words import Words

SITE = site_pages(example_content())
LOG = SITE["logboek.html"]


def steps(page):
    return [one for one in tree(page).iter("section") if one.get("class") == "step"]


def test_every_entry_is_a_step_with_time_source_rules_and_refusal():
    assert [one.get("data-step") for one in steps(LOG)] == ["open", "pull", "pull", "link", "protect"]
    assert [one.get("data-source") for one in steps(LOG)] == ["", "brp", "wmo", "", ""]
    third = {words(one[0]): words(one[1]) for one in steps(LOG)[2].findall("dl/div")}
    assert third["Begin en einde"] == "1 augustus 2018, 12:02:00 UTC tot 1 augustus 2018, 12:02:30 UTC"
    assert third["Bron"] == "Wmo"
    assert third["Bewijs voor regel"] == "1, 2, 3, 4, 5, 7, 8"
    assert third["Kolommen niet gelezen"] == "geboortedatum"
    assert third["Weigering"] == "geen"


def test_counts_are_in_words_and_in_the_notation_of_the_language():
    assert body_row(LOG, "tellingen-2", "Ontvangen rijen") == ["12.345"]
    assert body_row(LOG, "tellingen-4", "Wmo: niet gekoppeld: niet in de BRP-levering") == ["30"]
    assert body_row(LOG, "tellingen-5", "Combinaties van wetten: waarvan afgeschermd") == ["12"]
    assert body_row(SITE["en/logboek.html"], "tellingen-2", "Rows received") == ["12,345"]
    assert count_name(Words("nl"), "quarantined:begin:date") == "Onleesbaar: begin: date"


@pytest.mark.parametrize("page", ["logboek.html", "en/logboek.html"])
def test_counts_that_stay_inside_are_not_shown(page):
    text = "".join(tree(SITE[page]).itertext())
    assert not [secret for secret in ("53.421", "53,421", "4.711", "4,711") if secret in text]


def test_a_refusal_is_shown_with_its_code():
    refused = example_entries()[4].model_copy(update={"step": "refused", "code": "costs_unprotected", "counts": {}})
    page = site_pages(example_content(entries=[*example_entries()[:4], refused]))["logboek.html"]
    assert "costs_unprotected" in words(steps(page)[-1])
    assert rules_of(refused) == (1, 2)


def test_each_of_the_eight_rules_has_its_verdict_its_evidence_and_its_steps():
    root = tree(LOG)
    section = next(one for one in root.iter("section") if one.get("aria-labelledby") == "regels")
    rules = section.findall("details")
    assert len(rules) == 8
    for number, rule in enumerate(rules, 1):
        text = words(rule)
        assert f"Bewering {number}" in text
        assert f"bewijs {number}" in text
        assert ("niet aangetoond" if number == 6 else "voldaan") in words(rule.find("summary"))
    linked = [one.get("href") for one in rules[4].iter("a")]
    assert linked == ["#stap-3", "verantwoording.html#regel-5"]


def test_the_account_shows_what_purpose_and_run_say_per_rule():
    text = words(tree(SITE["verantwoording.html"]))
    assert all(f"zegt {number}" in text and f"toont {number}" in text for number in range(1, 9))


def test_in_english_the_words_of_the_rules_are_marked_as_dutch():
    for page in ("en/logboek.html", "en/verantwoording.html"):
        root = tree(SITE[page])
        dutch = {words(one) for one in root.iter() if one.get("lang") == "nl"}
        assert any("Bewering 1" in text for text in dutch)
        assert any("bewijs 1" in text for text in dutch)


def test_how_to_check_it_yourself():
    text = words(tree(LOG))
    assert "samenloop verify DIR --public-key FILE" in text
    assert "cd" * 32 in text


def test_without_script_every_step_is_shown_and_no_choice_is():
    choice = next(one for one in tree(LOG).iter("div") if one.get("id") == "filter")
    assert choice.get("hidden") == "hidden"
    assert not [one for one in steps(LOG) if one.get("hidden")]


def test_the_choices_are_those_that_occur():
    selects = {one.get("data-key"): [option.get("value") for option in one] for one in tree(LOG).iter("select")}
    assert selects == {
        "step": ["", "open", "pull", "link", "protect"],
        "source": ["", "brp", "wmo"],
        "rule": ["", *"12345678"],
    }


def test_the_filter_is_small_and_is_the_one_script_of_its_page():
    script = shipped_script("log_filter.js")
    assert len(script) < 1500
    assert LOG.count("<script") == 1
    assert f"<script>{script}</script>" in LOG
    assert not [word for word in ("innerHTML", "eval", "fetch", "import", "document.write") if word in script]


def test_what_people_wrote_is_escaped_on_every_page():
    rude = "</style><script>alert('x')</script> & \"zoon\""
    facts = replace(example_facts(), controller_name=rude, purpose_text=rude, fg_contact=rude, release=rude)
    for page in site_pages(example_content(facts=facts)).values():
        assert "<script>alert" not in page
        assert rude in words(tree(page))
