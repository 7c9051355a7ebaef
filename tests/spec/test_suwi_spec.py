"""What a SuwiML delivery of benefits means: which row a benefit becomes, and which is left out by rule."""

import io

import pandas as pd
import pandera.errors
import pytest
from deliver_as.suwi import document

from pseudonymisation.sources.source_reader import OpenedFile
from pseudonymisation.sources.suwi import SuwiBenefits
from schemas.extracts import CANONICAL_COLUMNS, TEXT, extract_schema
from schemas.purpose import SourceGround
from schemas.source_formats import SuwiFormat

ANNA, BEN, CAS = "999900006", "999900018", "999996770"
COLUMNS = CANONICAL_COLUMNS["pwet"]
UNTIL_NOW = {"begin": "2017-01-01", "einde": None}


def reader(content, lines, columns=COLUMNS, form=None):
    ground = SourceGround(law="wet", article="artikel", bsn_ground="wet", columns=columns)
    opened = OpenedFile(io.BytesIO(content.encode()), lines)
    return SuwiBenefits("pwet", [opened], ground, form or SuwiFormat(kind="suwi"))


def rows_of(content, lines, **options):
    """The rows of a delivery, each without the cells that are empty, and what was counted."""
    benefits = reader(content, lines, **options)
    names = benefits.header()
    found = [
        {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}
        for batch in benefits.batches()
        for cells in zip(*(batch[name].to_pylist() for name in names), strict=True)
    ]
    return found, dict(benefits.counts)


def client(bsn, *parts, before=""):
    return f"<ClientSuwi><Burgerservicenr>{bsn}</Burgerservicenr>{before}{''.join(parts)}</ClientSuwi>"


def benefit(*periods, code="PW", begin="20170101", end="", partner="", more=""):
    begin = f"<DatBUitkeringsverhouding>{begin}</DatBUitkeringsverhouding>" if begin else ""
    end = f"<DatEUitkeringsverhouding>{end}</DatEUitkeringsverhouding>" if end else ""
    code = f"<SzWet><CdSzWet>{code}</CdSzWet></SzWet>" if code else ""
    if partner:
        partner = (
            f"<PartnerUitkeringsverhouding><Burgerservicenr>{partner}</Burgerservicenr></PartnerUitkeringsverhouding>"
        )
    return f"<Uitkeringsverhouding>{begin}{end}{code}{partner}{more}{''.join(periods)}</Uitkeringsverhouding>"


def period(begin, end, amount="", name="BedrBetaalbaarGesteldeUitkering"):
    paid = f"<InkomstenBijstandUitkering><{name}>{amount}</{name}></InkomstenBijstandUitkering>" if amount else ""
    days = f"<DatBUitkeringsperiode>{begin}</DatBUitkeringsperiode><DatEUitkeringsperiode>{end}</DatEUitkeringsperiode>"
    return f"<Uitkeringsperiode>{days}{paid}</Uitkeringsperiode>"


def cents(digits, sign="+", sign_name="CdPositiefNegatief", currency="EUR"):
    sign = f"<{sign_name}>{sign}</{sign_name}>" if sign else ""
    return f"<CdMunteenheid>{currency}</CdMunteenheid>{sign}<WaardeBedr>{digits}</WaardeBedr>"


JANUARY = ("20180101", "20180131")
SPECIAL = (
    "<SpecifiekeGegevensBijzBijstand><CdClusterBijzBijstand>01</CdClusterBijzBijstand></SpecifiekeGegevensBijzBijstand>"
)


@pytest.mark.parametrize(
    ("delivered", "begin", "reason"),
    [
        ("20170131", "2017-01-31", None),
        ("20170100", "20170100", "begin:date"),  # day unknown
        ("20170000", "20170000", "begin:date"),  # month unknown
        ("20170230", "2017-02-30", "begin:date"),
        ("31-01-2017", "31-01-2017", "begin:date"),
        ("2017013", "2017013", "begin:date"),
        ("", None, "begin:missing"),
    ],
)
def test_dates_are_eight_digits(delivered, begin, reason):
    [row], _ = rows_of(document(client(ANNA, benefit(begin=delivered))), 1)
    assert row.get("begin") == begin
    assert _reasons(row) == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("amount", "cell", "reason"),
    [
        (cents("104500"), "104500", None),  # cents: 1045 euro
        (cents("104500", "-"), "-104500", None),
        (cents("104500", "-", "CdPositiveNegatief"), "-104500", None),
        (cents("104500", ""), "104500", None),
        (cents("0", "-"), "-0", None),
        (cents("-5"), "+-5", "bedrag_cent:integer"),
        (cents("-5", ""), "+-5", "bedrag_cent:integer"),
        (cents("5", "?"), "?5", "bedrag_cent:integer"),
        (cents("1.045,00"), "1.045,00", "bedrag_cent:integer"),
        (cents("104500", "+", currency="NLG"), "+104500 NLG", "bedrag_cent:integer"),
        (cents("", "-"), "-", "bedrag_cent:integer"),
        (cents("-5", "-"), "--5", "bedrag_cent:integer"),
        (cents("", "-", currency="NLG"), "- NLG", "bedrag_cent:integer"),
        ("<WaardeBedr>7</WaardeBedr>", "7", None),
        ("<WaardeBedr/>", None, None),
    ],
)
def test_amounts_are_cents_with_the_sign_apart(amount, cell, reason):
    [row], _ = rows_of(document(client(ANNA, benefit(period(*JANUARY, amount)))), 1)
    assert row.get("bedrag_cent") == cell
    assert _reasons(row) == ([reason] if reason else [])


def _reasons(row):
    frame = pd.DataFrame({name: pd.Series([row.get(name)], dtype=TEXT) for name in COLUMNS})
    try:
        extract_schema(COLUMNS).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        return sorted(set(error.failure_cases["check"]))
    return []


@pytest.mark.parametrize(
    ("code", "regeling", "counted"),
    [
        ("PW", "P-wet", {}),
        ("pw", "P-wet", {}),
        ("IOAW", "IOAW", {}),
        ("IOAZ", "IOAZ", {}),
        ("BBZ", "Bbz", {}),
        ("Bbz", "Bbz", {}),
        ("TW", None, {"excluded:other_scheme": 1}),
        ("WWB", None, {"excluded:other_scheme": 1}),
    ],
)
def test_codes_that_are_a_provision(code, regeling, counted):
    found, counts = rows_of(document(client(ANNA, benefit(code=code))), 1)
    assert ([row["regeling"] for row in found], counts) == ([regeling] if regeling else [], counted)


def test_the_purpose_says_which_codes_are_a_provision():
    form = SuwiFormat(kind="suwi", regelingen=("WWB",))
    found, counts = rows_of(document(client(ANNA, benefit(code="WWB"), benefit(code="IOAW"))), 2, form=form)
    assert [row["regeling"] for row in found] == ["P-wet"]
    assert counts == {"excluded:other_scheme": 1}


def test_a_benefit_without_a_code_is_left_to_quarantine():
    [row], counts = rows_of(document(client(ANNA, benefit(code=""))), 1)
    assert (_reasons(row), counts) == (["regeling:missing"], {})


def test_a_benefit_has_a_row_per_period_and_one_row_without_any():
    two = benefit(period(*JANUARY, cents("100")), period("20180201", "20180228", cents("200", "-")), end="20180228")
    found, _ = rows_of(document(client(ANNA, two, benefit(code="BBZ"))), 3)
    span = {"bsn": ANNA, "begin": "2017-01-01"}
    first = {**span, "regeling": "P-wet", "einde": "2018-02-28"}
    assert found == [
        {**first, "bedrag_cent": "100", "bedrag_begin": "2018-01-01", "bedrag_einde": "2018-01-31"},
        {**first, "bedrag_cent": "-200", "bedrag_begin": "2018-02-01", "bedrag_einde": "2018-02-28"},
        {**span, "regeling": "Bbz"},
    ]


def test_a_period_of_another_scheme_is_a_line_each():
    other = benefit(period(*JANUARY, cents("1")), period(*JANUARY, cents("1")), code="TW")
    assert rows_of(document(client(ANNA, other)), 2) == ([], {"excluded:other_scheme": 2})


def test_income_is_no_cost():
    content = document(client(ANNA, benefit(period(*JANUARY, cents("999"), "BedrTotaalInkomstenUitkering"))))
    [row], _ = rows_of(content, 1)
    assert "bedrag_cent" not in row


def test_special_assistance_is_no_benefit():
    found, counts = rows_of(document(client(ANNA, SPECIAL, SPECIAL, benefit()) + client(BEN, SPECIAL)), 4)
    assert ([row["bsn"] for row in found], counts) == ([ANNA], {"excluded:special_assistance": 3})


@pytest.mark.parametrize("inside", ["DomicilieAdres", "Straatadres", "both"])
def test_the_address_of_the_client(inside):
    parts = "<Postcd>2711AB</Postcd><Huisnr>12</Huisnr><Huisletter>A</Huisletter><Huisnrtoevoeging>3</Huisnrtoevoeging>"
    for name in ("Straatadres", "DomicilieAdres") if inside == "both" else (inside,):
        parts = f"<{name}>{parts}</{name}>"
    [row], _ = rows_of(document(client(ANNA, benefit(), before=f"<CdLeefvorm>08</CdLeefvorm>{parts}")), 1)
    cells = {name: row[name] for name in ("postcode", "huisnummer", "huisletter", "huisnummertoevoeging", "leefvorm")}
    assert list(cells.values()) == ["2711AB", "12", "A", "3", "08"]


@pytest.mark.parametrize(
    ("second", "kept"),
    [
        (client(BEN, benefit(partner=ANNA)), [(ANNA, BEN)]),  # the same benefit, from the other side
        (client(BEN, benefit(partner="9999.000.06")), [(ANNA, BEN)]),
        (client(BEN, benefit(partner=ANNA, begin="20180101")), [(ANNA, BEN), (BEN, ANNA)]),
        (client(BEN, benefit(partner=ANNA, code="IOAW")), [(ANNA, BEN), (BEN, ANNA)]),
        (client(BEN, benefit(partner=CAS)), [(ANNA, BEN), (BEN, CAS)]),
        (client(BEN, benefit()), [(ANNA, BEN), (BEN, None)]),
        (client(ANNA, benefit(partner=BEN)), [(ANNA, BEN), (ANNA, BEN)]),  # twins are found later, as every duplicate
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_couple_has_one_benefit(second, kept, swapped):
    clients = [client(ANNA, benefit(partner=BEN)), second]
    found, counts = rows_of(document("".join(reversed(clients) if swapped else clients)), 2)
    assert sorted((row["bsn"], row.get("bsn_partner", "")) for row in found) == [(a, b or "") for a, b in kept]
    assert counts == ({"excluded:partner_repeat": 1} if len(kept) == 1 else {})


def test_a_repeat_counts_per_line_and_across_files():
    periods = (period(*JANUARY, cents("1")), period("20180201", "20180228", cents("1")))
    both = [
        document(client(ANNA, benefit(*periods, partner=BEN))),
        document(client(BEN, benefit(*periods, partner=ANNA))),
    ]
    one = reader(both[0], 2)
    one.files = [OpenedFile(io.BytesIO(content.encode()), 2) for content in both]
    assert sum(len(batch["bsn"]) for batch in one.batches()) == 2
    assert one.counts == {"excluded:partner_repeat": 2}


def test_periods_that_only_the_partner_was_delivered_with_stay():
    first, second = period(*JANUARY, cents("1")), period("20180201", "20180228", cents("2"))
    clients = client(ANNA, benefit(first, partner=BEN)) + client(BEN, benefit(first, second, partner=ANNA))
    found, counts = rows_of(document(clients), 3)
    assert sorted((row["bsn"], row["bedrag_cent"]) for row in found) == [(ANNA, "1"), (BEN, "2")]
    assert counts == {"excluded:partner_repeat": 1}


@pytest.mark.parametrize("unknown", ["000000000", "999999999", "onbekend"])
def test_unknown_partners_make_no_couple(unknown):
    content = document(client(unknown, benefit(partner=unknown)) + client(ANNA, benefit(partner=unknown)))
    found, counts = rows_of(content, 2)
    assert (len(found), counts) == (2, {})


def test_columns_that_the_purpose_does_not_use_are_not_read():
    columns = ("bsn", "regeling", "begin", "einde")
    content = document(
        client(
            ANNA,
            benefit(period(*JANUARY, cents("1")), partner=BEN),
            before="<CdLeefvorm>" + "x" * 999 + "</CdLeefvorm>",
        )
    )
    assert rows_of(content, 1, columns=columns)[0] == [{"bsn": ANNA, "regeling": "P-wet", "begin": "2017-01-01"}]


def test_claims_and_fines_are_passed_over_unread():
    secret = "x" * 10_000
    claim = f"<Vordering><BedrAanvangVordering>{cents(secret)}</BedrAanvangVordering><Burgerservicenr/>"
    claim += f"<Uitkeringsverhouding><Fraude>{secret}</Fraude></Uitkeringsverhouding></Vordering>"
    found, counts = rows_of(document(client(ANNA, claim, benefit())), 1)
    assert ([row["bsn"] for row in found], counts) == ([ANNA], {})
