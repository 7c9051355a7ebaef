"""The site as a whole: well-formed pages that find each other, request nothing, and allow nothing but their own."""

import base64
import hashlib
import posixpath
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from site_example import example_content, example_facts, example_tables, tree, words

from outputs.publication.site.pages import PAGE_OF, PAGES
from outputs.publication.site.site import site_pages, write_site
from schemas.tables import TABLE_CONTRACTS

SITE = site_pages(example_content())
#: What other parts of a release put beside the pages.
BESIDE = {
    *(f"tables/{name}.{form}" for name in TABLE_CONTRACTS for form in ("csv", "parquet")),
    "tables/stapeling-2018H1.xlsx",
    *("manifest.json", "catalog.jsonld", "gegevenswoordenboek.csv"),
    *(f"protocol/{name}" for name in ("verantwoording.html", "purpose.yaml", "log.jsonl", "disclosure.json")),
    "protocol/register.json",
}
EACH = pytest.mark.parametrize("address", SITE)


def ids(page):
    return [element.attrib["id"] for element in tree(page).iter() if "id" in element.attrib]


def csp(page):
    (policy,) = [one.get("content") for one in tree(page).iter("meta") if one.get("http-equiv")]
    return policy


def sha(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_both_languages_have_every_page():
    files = {page.file for page in PAGES}
    assert set(SITE) == files | {f"en/{file}" for file in files}


@EACH
def test_well_formed_in_its_language_and_each_id_once(address):
    root, found = tree(SITE[address]), ids(SITE[address])
    assert root.get("lang") == ("en" if address.startswith("en/") else "nl")
    assert len(found) == len(set(found))
    named = {i for one in root.iter() for i in one.get("aria-labelledby", "").split()}
    assert named | {one.get("for") for one in root.iter("label")} <= set(found)


@EACH
def test_only_html_void_elements_close_themselves(address):
    closed = set()

    class Tags(HTMLParser):
        def handle_startendtag(self, tag, attrs):
            closed.add(tag)

    Tags().feed(re.sub(r"<svg.*?</svg>", "", SITE[address], flags=re.DOTALL))
    assert closed <= {"meta", "link"}


@EACH
def test_headings_step_down_one_level_at_a_time(address):
    levels = [int(one.tag[1]) for one in tree(SITE[address]).iter() if re.fullmatch(r"h[1-6]", one.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@EACH
def test_every_link_leads_to_a_page_an_anchor_or_a_file_of_the_release(address):
    for link in tree(SITE[address]).iter():
        if (href := link.get("href")) is None:
            continue
        path, _, anchor = href.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(address), path)) if path else address
        assert target in SITE or target in BESIDE, href
        assert not anchor or anchor in ids(SITE[target]), href


@EACH
def test_nothing_is_requested_and_nothing_runs_but_what_the_policy_names(address):
    page, root = SITE[address], tree(SITE[address])
    assert {one.get("rel") for one in root.iter("link")} == {"alternate"}
    assert not {one.tag for one in root.iter()} & {"img", "iframe", "object", "form", "base", "embed"}
    for one in root.iter():
        assert not any(name.startswith("on") or name in ("src", "style", "action", "srcset") for name in one.attrib)
    (style,) = [one.text for one in root.iter("style")]
    assert "url(" not in style
    assert "@import" not in style
    assert not re.search(r"https?:", re.sub(r"<script.*?</script>|xmlns(:\w+)?=\"[^\"]*\"", "", page, flags=re.DOTALL))
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) <= 1
    parts = dict(part.split(" ", 1) for part in csp(page).split("; "))
    allowed = parts.pop("script-src", "")
    assert parts == {
        "default-src": "'none'",
        "style-src": f"'{sha(style)}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert allowed.split(" ")[0] == (f"'{sha(scripts[0])}'" if scripts else "")
    assert set(allowed.split(" ")[1:]) <= {"'strict-dynamic'"}


@EACH
def test_one_navigation_a_way_back_and_the_other_language(address):
    root = tree(SITE[address])
    (skip,) = [one for one in root.iter("a") if one.get("class") == "skip"]
    assert skip.get("href") == "#inhoud"
    (nav,) = [one for one in root.iter("nav") if one.get("class") == "site"]
    assert [one.get("href") for one in nav.iter("a")] == [page.file for page in PAGES]
    (here,) = [one.get("href") for one in nav.iter("a") if one.get("aria-current") == "page"]
    assert here == address.removeprefix("en/")
    crumbs = [one for one in root.iter("nav") if one.get("class") == "breadcrumb"]
    assert len(crumbs) == (0 if here == "index.html" else 1)
    other = f"../{here}" if address.startswith("en/") else f"en/{here}"
    (alternate,) = [one.get("href") for one in root.iter("link")]
    assert alternate == other
    assert other in [one.get("href") for one in root.iter("a")]


@EACH
def test_every_table_has_a_caption_scopes_and_a_focusable_area(address):
    root = tree(SITE[address])
    parents = {child: parent for parent in root.iter() for child in parent}
    for table in root.iter("table"):
        assert table[0].tag == "caption"
        assert words(table[0])
        assert {heading.get("scope") for heading in table.findall("thead/tr/th")} == {"col"}
        assert {row[0].get("scope") for row in table.findall("tbody/tr")} == {"row"}
        area = parents[table]
        assert (area.get("tabindex"), area.get("role")) == ("0", "region")
        assert area.get("aria-labelledby") == table[0].get("id")


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("table", TABLE_CONTRACTS)
def test_each_table_has_its_files_its_definition_and_its_denominator(table, language):
    root = tree(SITE[f"{language}{PAGE_OF[table]}.html"])
    (section,) = [one for one in root.iter("section") if one.get("aria-labelledby") == table]
    links = {one.get("href") for one in section.iter("a")}
    up = "../" if language else ""
    files = {f"{up}tables/{table}.csv", f"{up}tables/{table}.parquet", f"{up}tables/stapeling-2018H1.xlsx"}
    assert files | {f"definities.html#{table}"} <= links
    told = {words(one[0]): [words(text) for text in one[1:]] for one in section.findall("dl[@class='told']/div")}
    assert told["Denominator" if language else "Noemer"]
    assert "2018" in told["Period" if language else "Periode"][0]


def test_only_pages_with_a_table_are_there_and_the_others_are_named_with_the_reason():
    facts = replace(example_facts(), awaited=("transitions", "flow"))
    site = site_pages(example_content(tables=example_tables(), facts=facts))
    assert "verloop.html" not in site
    assert "vergelijking.html" not in site
    root = tree(site["index.html"])
    (missing,) = [one for one in root.iter("section") if one.get("aria-labelledby") == "ontbreekt"]
    told = [words(one) for one in missing.iter("li")]
    assert told[0] == "Vergelijking: het ondertekende doel vraagt er niet om."
    assert [one.split(":")[0] for one in told[1:]] == [
        "Overgangen tussen combinaties",
        "Instroom, doorstroom en uitstroom",
    ]
    assert all("geen half jaar ervoor" in one for one in told[1:])
    nav = next(one for one in root.iter("nav") if one.get("class") == "site")
    assert "Niet in deze uitgave: Verloop, Vergelijking" in words(nav)


def test_a_release_of_one_table_has_its_page_alone():
    content = example_content(tables={"use": example_tables()["use"]}, references=())
    site = {name for name in site_pages(content) if "/" not in name}
    assert site == {
        f"{name}.html" for name in ["index", "stapeling", "bescherming", "definities", "verantwoording", "logboek"]
    }


def test_what_is_written_are_the_pages_and_the_libraries_of_charts(tmp_path):
    write_site(example_content(), tmp_path)
    written = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
    assert {name for name in written if name.endswith(".html")} == set(SITE)
    assert {name for name in written if name not in SITE} == {
        name for name in written if name.startswith("runtime/") and not name.endswith(".html")
    }
    assert all(written[name].read_text() == page for name, page in SITE.items())


def test_the_same_content_in_another_row_order_gives_the_same_bytes():
    content = example_content()
    shuffled = {name: table.sample(frac=1, random_state=7) for name, table in content.tables.items()}
    assert site_pages(example_content(tables=shuffled)) == SITE


def test_every_design_token_that_a_style_uses_is_there():
    style = next(one.text for one in tree(SITE["index.html"]).iter("style"))
    used = set(re.findall(r"var\((--[\w-]+)", style))
    assert used <= set(re.findall(r"(--[\w-]+):", style))
