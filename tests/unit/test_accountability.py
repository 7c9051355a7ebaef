"""The statement of accountability: verdicts that follow from the log, and no field or count that it leaves out."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from accounts import KEY, digest, entries, entry, manifest, purpose_sha256
from builders import PURPOSE
from pydantic import ValidationError

from outputs.accountability.lawfulness import purpose_sha256 as digest_of_purpose
from outputs.accountability.model import Rule, Verantwoording
from outputs.accountability.render import render_html, render_json
from outputs.accountability.statement import statement
from schemas.log_entries import LogEntry
from schemas.purpose import PurposeConfig

#: Counts that may not be published beside protected tables.
INTERNAL = re.compile(r"households|.*:primary")


def made(log: list[LogEntry] | None = None, config: PurposeConfig = PURPOSE, **delivery: Any) -> Verantwoording:
    return statement(config, manifest(**delivery), entries() if log is None else log)


def verdicts(one: Verantwoording) -> list[str]:
    return [rule.verdict for rule in one.rules]


def changed(step: str, subject: str = "", **fields: Any) -> list[LogEntry]:
    """The log with the fields of one entry changed."""
    return [one.model_copy(update=fields) if (one.step, one.subject) == (step, subject) else one for one in entries()]


def without(step: str, subject: str = "") -> list[LogEntry]:
    return [one for one in entries() if (one.step, one.subject) != (step, subject)]


def of(step: str, subject: str = "") -> LogEntry:
    return next(one for one in entries() if (one.step, one.subject) == (step, subject))


def test_a_sound_run_fulfils_every_rule():
    assert verdicts(made()) == ["voldaan"] * 8


def with_column(kind: str, column: str, source: str = "jeugd") -> list[LogEntry]:
    columns = of("pull", source).columns
    return changed("pull", source, columns={**columns, kind: (*columns.get(kind, ()), column)})


def with_counts(step: str, subject: str = "", **counts: int) -> list[LogEntry]:
    return changed(step, subject, counts={**of(step, subject).counts, **counts})


def with_inputs(source: str, **inputs: str) -> list[LogEntry]:
    return changed("pull", source, inputs={**of("pull", source).inputs, **inputs})


DESTROYED = entry(PURPOSE, "open", keys=(KEY,), counts={"keys_destroyed": 1})
FAILS = {
    "a column outside the purpose received": (4, with_column("received", "inkomen")),
    "a dropped column used": (4, with_column("used", "geboortedatum")),
    "a column neither used nor dropped": (4, changed("pull", "wmo", columns={"received": ("bsn",), "used": ()})),
    "no columns in the log": (4, changed("pull", "wmo", columns={})),
    "a row unaccounted for": (1, with_counts("pull", "wmo", used=574)),
    "more rows than delivered": (1, with_counts("pull", "wmo", received=583, used=576)),
    "another file than delivered": (1, with_inputs("wmo", wmo=digest("other"))),
    "a step under another purpose": (1, changed("link", purpose="monitoring:1")),
    "a step under another digest": (1, changed("link", purpose_sha256="0" * 64)),
    "a source never pulled": (1, without("pull", "rmc")),
    "a refused step": (1, [*entries(), entry(PURPOSE, "refused", "wmo", code="test_numbers")]),
    "before the term": (1, changed("open", started=of("open").started - timedelta(days=5000))),
    "a source without a law": (1, [*entries(), entry(PURPOSE, "pull", "veiligheid", keys=(KEY,))]),
    "a table outside the purpose": (2, changed("protect", outputs={"table_persons": digest("x")})),
    "no tables": (2, without("protect")),
    "a file outside the purpose opened": (2, with_inputs("wmo", veiligheid=digest("veiligheid"))),
    "files opened that should not be": (2, with_counts("open", **{"files:never_opened": 0})),
    "a DPIA from after the run": (3, changed("open", started=of("open").started - timedelta(days=365))),
    "a DPIA too old": (3, [one.model_copy(update={"started": one.started.replace(year=2029)}) for one in entries()]),
    "criminal data without ground": (5, [*entries(), entry(PURPOSE, "pull", "veiligheid", keys=(KEY,))]),
    "a table without protection": (6, changed("protect", counts={})),
    "a row linked nowhere": (6, with_counts("link", **{"wmo:bsn": 555})),
    "a person of the frame lost": (6, with_counts("link", **{"frame:member": 4_265})),
    "two key sets": (7, changed("pull", "wmo", keys=("f" * 16,))),
    "no key": (7, changed("pull", "wmo", keys=())),
    "a key used after its destruction": (7, [DESTROYED, *entries()]),
    "another draft approved": (7, changed("approve", inputs={"manifest": digest("x")})),
    "objections not read": (8, changed("pull", "wmo", inputs={"wmo": digest("wmo")})),
    "other objections read": (8, with_inputs("wmo", bezwaar=digest("x"))),
}


@pytest.mark.parametrize("case", FAILS)
def test_the_rule_fails_that_the_log_contradicts(case: str):
    number, log = FAILS[case]
    assert verdicts(made(log))[number - 1] != "voldaan"


def test_a_verdict_cannot_be_set_by_hand():
    rule = made(with_column("received", "inkomen")).rules[3]
    assert rule.verdict == "niet voldaan"
    assert "inkomen" in rule.checks[0].evidence
    with pytest.raises(ValidationError, match="worst of its checks"):
        Rule.model_validate({**rule.model_dump(), "verdict": "voldaan"})


def test_the_purpose_and_the_delivery_count_too():
    assert verdicts(made(gemeentecode="GM0001"))[1] == "niet voldaan"
    dpia = PURPOSE.dpia.model_copy(update={"covers_sha256": "0" * 64})
    assert verdicts(made(config=PURPOSE.model_copy(update={"dpia": dpia})))[2] == "niet voldaan"
    assert verdicts(made(config=PURPOSE.model_copy(update={"retention": {"log": "P1Y"}})))[6] == "niet aangetoond"
    assert digest_of_purpose(PURPOSE) == purpose_sha256(PURPOSE)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path, value
    else:
        for key, one in items:
            yield from leaves(one, (*path, key))


#: Fields with closed values: what to change them into. Where a field has one value only, it must be shown.
CLOSED: dict[Any, Any] = {
    **{"id": "other-purpose", "gemeentecode": "GM0001", "oin": "9" * 20},
    **{"pseudonym_scope": "purpose", "by_command": False, "sensitive_sources": "rmc"},
}
NUMBERS = {
    **{"version": 7, "threshold": 43, "dominance_pct": 37, "cost_rounding_eur": 61_000, "p_pct": 23},
    **{"base": 10, "sensitive_base": 30, "count_width": 3, "cost_width_pct": 31, "group_share_pct": 71},
    **{"quarantine_pct": 47, "rows_change_pct": 53, "linked_change_points": 59},
}
DATES = {"valid_from": "2019-02-03", "valid_until": "2031-04-05", "date": "2026-05-06"}
CONTENT = PURPOSE.model_dump(mode="json")


def other_value(path: tuple[Any, ...], value: Any) -> Any:
    name = next(part for part in reversed(path) if isinstance(part, str))
    if path[0] == "retention" or name == "cadence":
        return "P41D"
    if "finest_region" in path:
        return "gemeente"
    if path == ("dpia", "version"):
        return "9.9"
    if name in {**CLOSED, **NUMBERS, **DATES}:
        return {**CLOSED, **NUMBERS, **DATES}[name]
    return "b" * 64 if name == "covers_sha256" else f"{value} gewijzigd"


def with_leaf(path: tuple[Any, ...], value: Any) -> PurposeConfig:
    if is_listed(path):
        return without_listed(path)
    content = json.loads(json.dumps(CONTENT))
    place = content
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return PurposeConfig.model_validate(content)


def is_listed(path: tuple[Any, ...]) -> bool:
    return path[0] == "tables" or (path[0] == "sources" and path[2] in ("columns", "drops"))


def without_listed(path: tuple[Any, ...]) -> PurposeConfig:
    """Tables and columns are closed lists: leaving one out is the only change that they know."""
    if path[0] == "tables":
        return PURPOSE.model_copy(update={"tables": dropped(PURPOSE.tables, path[1])})
    _, source, kind, place = path
    ground = PURPOSE.sources[source]
    ground = ground.model_copy(update={kind: dropped(getattr(ground, kind), place)})
    return PURPOSE.model_copy(update={"sources": {**PURPOSE.sources, source: ground}})


def dropped(names: tuple[str, ...], place: int) -> tuple[str, ...]:
    return (*names[:place], *names[place + 1 :])


FIELDS = [path for path, value in leaves(CONTENT) if value is not None and path != ("household_method",)]


@pytest.mark.parametrize("path", FIELDS, ids=lambda path: ".".join(map(str, path)))
def test_every_field_of_the_purpose_shows(path: tuple[Any, ...]):
    config = with_leaf(path, other_value(path, dict(leaves(CONTENT))[path]))
    label = {"purpose": f"{config.id}:{config.version}", "purpose_sha256": purpose_sha256(config)}
    # Compared under one digest, so that only the words and figures themselves can make the difference.
    log = [one.model_copy(update=label) for one in entries()]
    after = statement(config, manifest(), log).model_dump_json().replace(purpose_sha256(config), "")
    before = made().model_dump_json().replace(purpose_sha256(PURPOSE), "")
    assert after != before
    pages = [render_html(statement(config, manifest(), log)), render_html(made())]
    assert pages[0].replace(purpose_sha256(config), "") != pages[1].replace(purpose_sha256(PURPOSE), "")


def test_the_fingerprint_of_the_custodian_is_shown():
    assert "c0ffee00c0ffee00" in render_html(
        made(config=PURPOSE.model_copy(update={"key_fingerprint": "c0ffee00" * 2}))
    )


def test_the_one_household_method_is_shown():
    assert PURPOSE.household_method in render_html(made())


COUNTS = [(one.step, one.subject, name) for one in entries() for name in one.counts]


@pytest.mark.parametrize(("step", "subject", "name"), COUNTS)
def test_every_count_of_the_log_shows_but_for_the_internal_ones(step: str, subject: str, name: str):
    after = made(with_counts(step, subject, **{name: of(step, subject).counts[name] + 1}))
    internal = INTERNAL.fullmatch(name) is not None
    assert (after == made()) == internal
    assert (render_html(after) == render_html(made())) == internal


@pytest.mark.parametrize("number", range(len(entries())))
def test_times_columns_and_keys_of_every_entry_show(number: int):
    one = entries()[number]
    moved = {"started": one.started - timedelta(seconds=1), "ended": one.ended + timedelta(seconds=1)}
    other = [{name: value} for name, value in moved.items()]
    other += [{"keys": ("e" * 16,)}] if one.keys else []
    other += [{"columns": {**one.columns, kind: names[1:]}} for kind, names in one.columns.items() if names]
    for fields in other:
        log = [*entries()[:number], one.model_copy(update=fields), *entries()[number + 1 :]]
        assert render_html(made(log)) != render_html(made())
        assert render_json(made(log)) != render_json(made())


def test_a_count_that_nobody_foresaw_is_shown():
    page = render_html(made(with_counts("protect", **{"attacker:programs": 4_711})))
    assert "attacker:programs" in page
    assert "4.711" in page


def test_protected_counts_must_agree_with_the_log():
    counts = {one.table: (one.hidden, one.cells) for one in made().tables}
    assert statement(PURPOSE, manifest(), entries(), counts) == made()
    with pytest.raises(ValueError, match="other numbers"):
        statement(PURPOSE, manifest(), entries(), {**counts, "use": (0, 31)})
    with pytest.raises(ValueError, match="one run"):
        made([*entries(), entry(PURPOSE, "open", run="another")])


def test_a_draft_knows_no_approval_and_a_destroyed_key_is_named():
    assert "nog niet beslist" in render_html(made(without("approve")))
    late = DESTROYED.model_copy(update={"started": of("approve").ended, "ended": of("approve").ended})
    done = made([*entries(), late])
    assert (done.keys_destroyed, done.rules[6].verdict) == ((KEY,), "voldaan")


def test_json_comes_back():
    assert Verantwoording.model_validate_json(render_json(made())) == made()


def tree(text: str) -> ElementTree.Element:
    # The page is written as XML that is also HTML, so that a strict parser finds every tag left open.
    return ElementTree.fromstring(text)  # noqa: S314


def test_the_page_is_well_formed_without_script_or_request():
    page = render_html(made())
    root = tree(page)
    HTMLParser().feed(page)
    style = root.find(".//style").text
    expected = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{expected}'; base-uri 'none'; form-action 'none'" in page
    assert not {one.tag for one in root.iter()} & {"script", "img", "iframe", "link", "form", "object"}
    links = [one.attrib[name] for one in root.iter() for name in ("href", "src") if name in one.attrib]
    ids = {one.attrib["id"] for one in root.iter() if "id" in one.attrib}
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    assert not re.search(r"url\(|@import|style=", page)
    assert len(ids) == len([one for one in root.iter() if "id" in one.attrib])


def test_the_page_can_be_read_by_all():
    root = tree(render_html(made()))
    assert root.attrib["lang"] == "nl"
    levels = [int(one.tag[1]) for one in root.iter() if re.fullmatch(r"h[1-6]", one.tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in root.iter("table"):
        assert table[0].tag == "caption"
        assert {one.attrib["scope"] for one in table.iter("th")} == {"col", "row"}


def test_words_of_the_purpose_are_escaped():
    rude = "</style><script>alert('x')</script> & \"zoon\""
    page = render_html(made(config=PURPOSE.model_copy(update={"purpose": rude, "administrator": rude})))
    assert "<script" not in page
    assert rude in "".join(tree(page).itertext())
