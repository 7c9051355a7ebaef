"""Messages of iJw (jeugd) and SuwiML (pwet): attacks on the parser, and files that are no such message."""

from end_to_end.bad_deliveries.case import given, stated, swap, table
from end_to_end.bad_deliveries.mixed import MARKER, ROWS

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
#: What a document type may carry into a parser.
_DOCTYPES = {
    "a document type": "<!DOCTYPE x>",
    "an entity": f'<!DOCTYPE x [<!ENTITY e "{MARKER}">]>',
    "an entity of a billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>',
    "an entity of one long text": f'<!DOCTYPE x [<!ENTITY e "{MARKER * 90_000}">]>',
    "an entity from outside": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "a parameter entity from outside": '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x.dtd"> %e;]>',
    "a document type elsewhere": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
}
_DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _attacks(element: str, inside: str, cell: str):
    """Attacks on any XML: ``element`` may hold what is not known, ``inside`` ends it, ``cell`` is a text of it."""
    return [
        *((name, "forbidden_dtd", swap(_DECLARED, _DECLARED + doctype)) for name, doctype in _DOCTYPES.items()),
        ("an entity that nobody declared", "unreadable", swap(cell, "&lol;")),
        ("nested 300 deep", "unreadable", swap(inside, "<a>" * 300 + "</a>" * 300 + inside)),
        ("nested 100000 deep and never closed", "unreadable", swap(inside, "<a>" * 100_000)),
        ("an attribute of 11 MB", "unreadable", swap(inside, f'<a b="{MARKER * 1_000_000}"/>{inside}')),
        ("a comment of 11 MB", "unreadable", swap(inside, f"<!--{MARKER * 1_000_000}-->{inside}")),
        ("an attribute twice", "unreadable", swap(inside, f'<a b="1" b="{MARKER}"/>{inside}')),
        ("a prefix of no namespace", "unreadable", swap(inside, f"<q:{MARKER}/>{inside}")),
        ("an element that is not closed", "unreadable", swap(inside, "")),
        ("cut", "unreadable", given(lambda content: content[:-40])),
        ("two documents", "unreadable", given(lambda content: content + content.split(b"\n", 1)[1])),
        ("text after the end", "unreadable", given(lambda content: content + MARKER.encode())),
        ("no XML", "unreadable", stated(MARKER)),
        ("UTF-16", "wrong_encoding", given(lambda content: content.decode().encode("utf-16"))),
        ("latin-1 that says so", "wrong_encoding", swap("UTF-8", "ISO-8859-1")),
        ("latin-1 that does not say so", "wrong_encoding", given(lambda c: c.replace(cell.encode(), b"\xe9", 1))),
        ("another root", "wrong_message", stated(f"{_DECLARED}<x>{MARKER}</x>")),
    ]


MESSAGES = table(
    "jeugd",
    *_attacks("m:Client", "</m:Client>", "<m:Soort>01"),
    ("a NUL", "wrong_encoding", swap("<m:Soort>01", "\0")),
    ("messages of the other law", "wrong_message", swap("/ijw/", "/iwmo/", 999)),
    ("another version", "wrong_message", swap("3_2", "3_1", 999)),
    ("a code of another message", "wrong_message", swap("<m:BerichtCode>436", "<m:BerichtCode>438")),
    ("a version that is not of its namespace", "wrong_message", swap("<m:BerichtVersie>3", "<m:BerichtVersie>2")),
    ("a message that is not among ours", "wrong_message", swap("jw301", "jw302", 999)),
    ("another municipality", "wrong_municipality", swap(">0637<", ">0344<", 999), "1 other municipality"),
    ("no header", "wrong_message", swap("m:Header", "m:Kop", 2)),
    ("a bundle in a bundle", "wrong_message", given(lambda c: c.replace(b"Berichten>", b"x>"))),
    ("an assignment without a number", "missing_element", swap("<m:ToewijzingNummer>1<", "<m:ToewijzingNummer><")),
    ("a begin twice", "repeated_element", swap("<m:Ingangsdatum>", "<m:Ingangsdatum/><m:Ingangsdatum>")),
    ("a text of 11 MB", "unreadable", swap("<m:Soort>01", f"<m:Soort>{MARKER * 1_000_000}")),
    ("17 MB of something else", "unreadable", swap("<m:Bericht ", f"{'<x>y</x>' * 2_200_000}<m:Bericht ")),
    ("a message less", "wrong_row_count", given(lambda c: c[: c.rindex(b"<m:Bericht ")] + b"</Berichten>"), "11 lines"),
)

CLAIMS = table(
    "claims",
    ("a claim without its total", "missing_element", swap("TotaalIngediendBedrag>", "Anders>", 2), "Totaal"),
    ("a claim that does not add up", "wrong_total", swap("<s:Bedrag>123456<", "<s:Bedrag>123457<")),
    ("euros where cents are due", "wrong_total", swap("<s:Bedrag>123456<", "<s:Bedrag>1234<", 99)),
    ("a claim without a number", "missing_element", swap("DeclaratieNummer>", "Anders>", 2), "DeclaratieNummer"),
    ("a line without a reference", "missing_element", swap("<s:ReferentieNummer>1<", "<s:ReferentieNummer><")),
    ("a line without a sign", "missing_element", swap("</s:Bedrag><s:DebetCredit>D<", "</s:Bedrag><s:DebetCredit><")),
    ("an amount twice", "repeated_element", swap("<s:Bedrag>", "<s:Bedrag>1</s:Bedrag><s:Bedrag>")),
    ("the total of a billion", "wrong_total", swap("<s:TotaalBedrag>", "<s:TotaalBedrag>9")),
)

SUWI = table(
    "pwet",
    *_attacks("ClientSuwi", "</ClientSuwi>", "<CdSzWet>PW"),
    ("a NUL", "unreadable", swap("<CdSzWet>PW", "\0")),
    ("a file from outside (XInclude)", "wrong_structure", swap(">2711 ZX<", "><xi:include href='x' xmlns:xi='y'/><")),
    ("another version", "wrong_message", swap("v0500", "v0400")),
    ("a cell of 1 KB", "wrong_structure", swap("<CdSzWet>PW", f"<CdSzWet>{MARKER * 100}")),
    (
        "a number twice",
        "duplicate_element",
        swap("<Burgerservicenr>", "<Burgerservicenr>1</Burgerservicenr><Burgerservicenr>"),
    ),
    (
        "a begin twice",
        "duplicate_element",
        swap("<SzWet>", "<DatBUitkeringsverhouding>1</DatBUitkeringsverhouding><SzWet>"),
    ),
    (
        "a benefit of 50000 periods",
        "wrong_structure",
        swap("<Uitkeringsperiode>", "<Uitkeringsperiode/>" * 50_001 + "<Uitkeringsperiode>"),
    ),
    (
        "a client twice",
        "wrong_row_count",
        given(lambda c: c.replace(b"</s:", c.split(b"\n")[2] + b"</s:")),
        f"{ROWS + 1}",
    ),
    ("nobody", "wrong_row_count", given(lambda c: b"\n".join([*c.split(b"\n")[:2], c.split(b"\n")[-2]])), "0 rows"),
    (
        "dates of the ISO",
        "all_quarantined",
        swap("<DatBUitkeringsverhouding>20180101", "<DatBUitkeringsverhouding>01-01-2018", 99),
        "begin",
    ),
    ("amounts with a comma", "all_quarantined", swap("123456<", "1234,56<", 99), "integer"),
    ("amounts of dollars", "all_quarantined", swap("EUR", "USD", 99), "integer"),
)

CASES = {"messages": [*MESSAGES, *CLAIMS], "SuwiML": SUWI}
