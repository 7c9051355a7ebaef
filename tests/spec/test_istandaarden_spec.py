"""iWmo and iJw messages: what a municipality sent, and the rows and counts that it is worth.

Assignment 1 runs from January to June in each table; a claim line is one of 10.00 euro for January unless said.
"""

import io

import pytest
from deliver_as.istandaarden import TEST_BSN, answer, assignment, claim, claim_line, client, delivery

from pseudonymisation.sources.istandaarden import Messages
from pseudonymisation.sources.source_reader import OpenedFile
from schemas.extracts import CANONICAL_COLUMNS
from schemas.purpose import SourceGround

PROVIDER = "12345678"
ROW = {
    **{"bsn": TEST_BSN, "geboortedatum": "2009-05-03", "postcode": "2711AB", "huisnummer": "1"},
    **{"productcategorie": "45", "aanbieder": PROVIDER, "begin": "2018-01-01", "einde": "2018-06-30"},
    **{"bedrag_cent": "1000", "bedrag_begin": "2018-01-01", "bedrag_einde": "2018-01-31"},
}
LINES = ("<m:ToegewezenProduct>", "<m:StartProduct>", "<m:StopProduct>", "<m:Prestatie>")


def read(*messages, source="jeugd", columns=None):
    used = columns or CANONICAL_COLUMNS[source]
    ground = SourceGround(law="wet", article="artikel", bsn_ground="wet", special_category="zorg", columns=used)
    files = [OpenedFile(io.BytesIO(text.encode()), sum(map(text.count, LINES))) for text in messages]
    reader = Messages(source, files, ground)
    assert reader.header() == used
    rows = []
    for batch in reader.batches():
        cells = zip(*(column.to_pylist() for column in batch.values()), strict=True)
        rows += [dict(zip(batch, row, strict=True)) for row in cells]
    assert sum(file.rows for file in files) == len(rows) + reader.counts.total(), "lines in = rows out + counts"
    return rows, reader.counts


def assigned(number=1, source="jeugd", on="2018-01-01", dated="2018-07-01", change="", **cells):
    return assignment(source, number, {**ROW, **cells}, on, dated, change)


def line(reference="1", number=1, **cells):
    return claim_line(reference, number, {**ROW, **cells})


def claimed(*lines, cents=None, source="jeugd", **how):
    return claim(source, "".join(lines), 1000 * len(lines) if cents is None else cents, **how)


def periods(rows):
    return [(row["begin"], row["einde"]) for row in rows]


def test_a_claim_line_is_completed_by_its_assignment():
    [row], counts = read(claimed(line()), assigned())
    assert row == {**ROW, "leveringsvorm": "zin", "huisletter": None, "huisnummertoevoeging": None}
    assert counts == {"merged:toewijzing": 1}


def test_an_assignment_without_claims_is_a_row_without_cost():
    [row], counts = read(assigned())
    assert (row["begin"], row["aanbieder"], row["bedrag_cent"], row["bedrag_begin"]) == (
        "2018-01-01",
        PROVIDER,
        None,
        None,
    )
    assert counts == {}


@pytest.mark.parametrize("number", [None, 2], ids=["no number", "unknown number"])
def test_a_claim_line_without_assignment_has_the_period_of_its_product(number):
    [row], _ = read(claimed(line(number=number)))
    assert periods([row]) == [("2018-01-01", "2018-01-31")]
    assert (row["postcode"], row["geboortedatum"], row["bedrag_cent"]) == (None, None, "1000")


@pytest.mark.parametrize(
    ("use", "date"), [("", "2009-05-03"), ("1", "2009-05-00"), ("2", "2009-00-00"), ("3", "0000-00-00")]
)
def test_of_a_birth_date_only_what_is_known_is_given(use, date):
    said = f"<s:DatumGebruik>{use}</s:DatumGebruik></m:Geboortedatum>"
    [row], _ = read(assigned().replace("</m:Geboortedatum>", said))
    assert row["geboortedatum"] == date


def test_leading_zeros_of_a_number_do_not_count():
    text = claimed(line()).replace("<m:ToewijzingNummer>1<", "<m:ToewijzingNummer>001<")
    assert read(assigned(), text)[1] == {"merged:toewijzing": 1}


def test_an_assignment_of_somebody_else_completes_nothing():
    rows, _ = read(assigned(), claimed(line(), bsn="999900018"))
    assert [(row["bsn"], row["postcode"]) for row in rows] == [("999900018", None), (TEST_BSN, "2711AB")]


@pytest.mark.parametrize(
    ("versions", "end", "counts"),
    [
        ([("2018-01-01", "2018-07-01", ""), ("2018-02-01", "2018-07-01", "")], "second", {"excluded:superseded": 1}),
        ([("2018-02-01", "2018-07-01", ""), ("2018-01-01", "2018-07-01", "")], "first", {"excluded:superseded": 1}),
        ([("2018-01-01", "2018-07-02", ""), ("2018-01-01", "2018-07-01", "")], "first", {"excluded:superseded": 1}),
        ([("2018-01-01", "2018-07-01", ""), ("31-12-2018", "2018-07-01", "")], "first", {"excluded:superseded": 1}),
        ([("2018-01-01", "2018-07-01", "13")], None, {"excluded:deleted": 1}),
        (
            [("2018-01-01", "2018-07-01", ""), ("2018-02-01", "2018-07-01", "13")],
            None,
            {"excluded:superseded": 1, "excluded:deleted": 1},
        ),
        (
            [("2018-01-01", "2018-07-01", "13"), ("2018-02-01", "2018-07-01", "05")],
            "second",
            {"excluded:superseded": 1},
        ),
    ],
    ids=["later", "earlier last", "same day", "no date", "deleted", "deleted later", "restored"],
)
def test_the_latest_version_of_an_assignment_holds(versions, end, counts):
    messages = [
        assigned(on=on, dated=dated, change=change, einde=name)
        for (on, dated, change), name in zip(versions, ("first", "second"), strict=False)
    ]
    rows, counted = read(*messages)
    assert [row["einde"] for row in rows] == ([end] if end else [])
    assert counted == counts
    assert read(*messages[::-1]) == (rows, counted)


def test_of_one_day_the_later_hour_holds_whatever_the_date_of_the_message():
    later = assigned(einde="later", dated="2018-07-01").replace(">12:00:00<", ">13:00:00<")
    earlier = assigned(einde="earlier", dated="2018-07-02")
    assert [row["einde"] for row in read(later, earlier)[0]] == ["later"]


def test_a_deleted_assignment_goes_with_its_claims_starts_and_stops():
    start = delivery("jeugd", "305", 1, Begindatum="2018-01-05")
    rows, counts = read(assigned(change="13"), claimed(line()), start)
    assert (rows, counts) == ([], {"excluded:deleted": 3})


def test_versions_of_two_municipalities_are_two_assignments():
    other = assigned().replace(">0637<", ">0518<")
    assert len(read(assigned(), other)[0]) == 2


STOP = {"Begindatum": "2018-01-05", "Einddatum": "2018-03-31"}


@pytest.mark.parametrize(
    ("source", "reason", "end", "count"),
    [
        ("jeugd", "31", "2018-03-31", "merged:stop"),
        ("wmo", "31", "2018-03-31", "merged:stop"),
        ("jeugd", "20", "2018-06-30", "merged:temporary_stop"),
        ("wmo", "20", "2018-06-30", "merged:temporary_stop"),
        ("wmo", "19", "2018-03-31", "merged:stop"),
        ("jeugd", "19", "2018-06-30", "excluded:unknown_reason"),
        ("jeugd", "32", "2018-03-31", "merged:stop"),
        ("wmo", "32", "2018-06-30", "excluded:unknown_reason"),
        ("jeugd", "02", "2018-03-31", "merged:stop"),
    ],
)
def test_a_stop_ends_unless_it_is_a_pause_or_of_no_reason_of_this_law(source, reason, end, count):
    stop = delivery(source, "307", 1, **STOP, RedenBeeindiging=reason)
    [row], counts = read(assigned(source=source), stop, source=source)
    assert (row["einde"], counts) == (end, {count: 1})


@pytest.mark.parametrize(
    ("deliveries", "period"),
    [
        ([("305", "2018-07-01", {"Begindatum": "2018-01-05"})], ("2018-01-05", "2018-06-30")),
        (
            [
                ("305", "2018-07-01", {"Begindatum": "2018-01-05"}),
                ("305", "2018-07-02", {"Begindatum": "2018-01-09"}),
            ],
            ("2018-01-09", "2018-06-30"),
        ),
        (
            [
                ("305", "2018-07-01", {"Begindatum": "2018-01-05"}),
                ("305", "2018-07-02", {"Begindatum": "2018-01-05", "StatusAanlevering": "3"}),
            ],
            ("2018-01-01", "2018-06-30"),
        ),
        (
            [
                ("305", "2018-01-06", {"Begindatum": "2018-01-05"}),
                ("307", "2018-04-01", {**STOP, "RedenBeeindiging": "20"}),
                ("305", "2018-05-02", {"Begindatum": "2018-05-01"}),
            ],
            ("2018-01-05", "2018-06-30"),
        ),
        (
            [
                ("307", "2018-04-01", {**STOP, "RedenBeeindiging": "20"}),
                ("307", "2018-05-02", {**STOP, "Einddatum": "2018-04-30", "RedenBeeindiging": "38"}),
            ],
            ("2018-01-01", "2018-04-30"),
        ),
        (
            [
                ("307", "2018-04-01", {**STOP, "RedenBeeindiging": "38"}),
                ("307", "2018-05-02", {**STOP, "RedenBeeindiging": "38", "StatusAanlevering": "3"}),
            ],
            ("2018-01-01", "2018-06-30"),
        ),
    ],
    ids=["start", "latest start", "withdrawn start", "resumed after a pause", "ended after a pause", "withdrawn stop"],
)
def test_care_as_delivered_wins_over_care_as_assigned(deliveries, period):
    messages = [delivery("jeugd", kind, 1, dated, **elements) for kind, dated, elements in deliveries]
    rows, counts = read(assigned(), claimed(line()), *messages)
    assert periods(rows) == [period]
    assert counts.total() == 1 + len(messages)
    assert read(*messages[::-1], assigned(), claimed(line())) == (rows, counts)


def test_a_start_of_no_assignment_is_counted():
    assert read(delivery("jeugd", "305", 7, Begindatum="2018-01-05"))[1] == {"excluded:unassigned": 1}


@pytest.mark.parametrize(
    ("amounts", "cents", "cells"),
    [
        (("123456",), 123456, ["123456"]),
        (("1000", "-1000"), 0, ["1000", "-1000"]),
        (("-2500",), -2500, ["-2500"]),
        (("0",), 0, ["0"]),
        (("12,50",), 1, ["12,50"]),
        (("-12.5", "1000"), 7, ["-12.5", "1000"]),
    ],
    ids=["cents", "credit of a debit", "credit", "nothing", "no integer", "credit, no integer"],
)
def test_amounts_are_cents_and_credit_is_negative(amounts, cents, cells):
    lines = [line(str(number), bedrag_cent=amount) for number, amount in enumerate(amounts)]
    rows, _ = read(assigned(), claimed(*lines, cents=cents))
    assert [row["bedrag_cent"] for row in rows] == cells


REPEATS = {"merged:toewijzing": 1, "excluded:duplicate": 1}


@pytest.mark.parametrize(
    ("claims", "rows", "counts"),
    [
        ([claimed(line("1"), line("2"))], 2, {"merged:toewijzing": 1}),
        ([claimed(line("1"), line("1"))], 1, REPEATS),
        ([claimed(line("1")), claimed(line("1"), name="2")], 1, REPEATS),
        ([claimed(line("1")), claimed(line("1"), name="2", provider="87654321")], 2, {"merged:toewijzing": 1}),
        ([claimed(line("1"), line("1", bedrag_cent="-1000"), cents=0)], 2, {"merged:toewijzing": 1}),
    ],
    ids=["two lines", "twice in a claim", "sent twice", "two providers", "credited under its own number"],
)
def test_a_repeated_line_counts_once(claims, rows, counts):
    read_rows, counted = read(assigned(), *claims)
    assert (len(read_rows), counted) == (rows, counts)


@pytest.mark.parametrize(
    ("said", "left", "counts"),
    [
        ({}, ["1", "2"], {"merged:toewijzing": 1}),
        ({"lines": {"1": "9307"}}, ["2"], {"excluded:rejected": 1, "merged:rejection": 1, "merged:toewijzing": 1}),
        ({"lines": {"1": "0233"}}, ["2"], {"excluded:rejected": 1, "merged:rejection": 1, "merged:toewijzing": 1}),
        ({"lines": {"1": "0200"}}, ["1", "2"], {"merged:no_remark": 1, "merged:toewijzing": 1}),
        ({"claim_code": "8001"}, ["1", "2"], {"merged:toewijzing": 1}),
        ({"claim_code": "9333"}, [None], {"excluded:rejected": 2}),
        ({"header_code": "0001"}, [None], {"excluded:rejected": 2}),
        ({"header_code": "0001", "name": "8"}, ["1", "2"], {"merged:toewijzing": 1}),
        ({"lines": {"1": "9307"}, "provider": "87654321"}, ["1", "2"], {"merged:rejection": 1, "merged:toewijzing": 1}),
    ],
    ids=[
        *("accepted", "one line", "not judged", "no remark", "wholly accepted", "claim", "message"),
        *("another message", "another provider"),
    ],
)
def test_what_the_municipality_rejected_is_left_out(said, left, counts):
    how = {"provider": PROVIDER, "name": "1", "lines": {}, "header_code": "0200", "claim_code": "0200", **said}
    rows, counted = read(
        claimed(line("1", bedrag_cent="1"), line("2", bedrag_cent="2"), cents=3), answer("jeugd", **how), assigned()
    )
    assert [row["bedrag_cent"] for row in rows] == left
    assert counted == counts


def test_a_rejected_claim_that_is_sent_again_stands():
    first, again = claimed(line()), claimed(line(), name="2")
    rejection = answer("jeugd", PROVIDER, "1", {}, "0001", "0200")
    rows, counts = read(assigned(), first, again, rejection)
    assert (len(rows), counts) == (1, {"excluded:rejected": 1, "merged:toewijzing": 1})


OTHER_ADDRESS = "<m:Contact><m:Soort>{}</m:Soort><m:Adres><s:Postcode>9999XX</s:Postcode></m:Adres></m:Contact>"


@pytest.mark.parametrize(
    ("contacts", "postcode"),
    [
        (lambda brp: OTHER_ADDRESS.format("02") + brp, "2711AB"),
        (lambda brp: brp + OTHER_ADDRESS.format("03"), "2711AB"),
        (lambda _: OTHER_ADDRESS.format("04"), None),
        (lambda brp: OTHER_ADDRESS.format("01") + brp.replace("</m:Contact>", SINCE.format("2018-03-01")), "2711AB"),
        (lambda brp: OTHER_ADDRESS.format("01").replace("</m:Contact>", SINCE.format("2018-03-01")) + brp, "9999XX"),
    ],
    ids=["correspondence", "residence", "temporary alone", "latest is last", "latest is first"],
)
def test_only_the_address_of_the_brp_is_used(contacts, postcode):
    text = assigned()
    start, end = text.index("<m:Contact>"), text.index("</m:Contactgegevens>")
    [row], _ = read(text[:start] + contacts(text[start:end]) + text[end:])
    assert row["postcode"] == postcode


SINCE = "<m:Periode><s:Begindatum>{}</s:Begindatum></m:Periode></m:Contact>"


def test_nothing_of_a_relation_is_used():
    relation = (
        "<m:Relaties><m:Relatie><m:Nummer>1</m:Nummer><m:Geboortedatum><s:Datum>1970-01-01</s:Datum></m:Geboortedatum>"
        f"{OTHER_ADDRESS.format('01')}</m:Relatie></m:Relaties>"
    )
    [row], _ = read(assigned().replace("<m:Contactgegevens>", f"{relation}<m:Contactgegevens>"))
    assert (row["geboortedatum"], row["postcode"]) == ("2009-05-03", "2711AB")


def test_a_client_without_bsn_does_not_inherit_that_of_the_client_before():
    text = claimed(line("1"), cents=2000).replace("</m:Clienten>", client("", line("2")) + "</m:Clienten>")
    assert [row["bsn"] for row in read(text)[0]] == [TEST_BSN, None]


def test_columns_that_are_not_used_are_not_given():
    columns = ("bsn", "begin", "einde")
    rows, _ = read(assigned(), claimed(line()), columns=columns)
    assert [tuple(row) for row in rows] == [columns]
