"""Canonical CSV (rmc) and the CSV of a suite (wmo: comma, windows-1252, Dutch dates and amounts)."""

from end_to_end.bad_deliveries.case import given, stated, swap, table
from end_to_end.bad_deliveries.mixed import MARKER, ROWS

_HEADER = "soort_nummer;nummer;soort;status;begin;einde"
_LONG = f"BSN;1;{MARKER * 1_800_000};Geregistreerd;2018-01-01;"


def _lines(change):
    return given(lambda content: "\n".join(change(content.decode().splitlines())) + "\n")


def _suite(change):
    return given(lambda content: change(content.decode("cp1252")).encode("cp1252"))


def _without_the_last(text):
    return text.replace(",Periode t/m\r\n", "\r\n").replace(",30-06-2018\r\n", "\r\n")


CANONICAL = table(
    "rmc",
    ("a NUL in a cell", "wrong_encoding", swap(MARKER, f"{MARKER}\0"), "line 2"),
    ("nothing but NULs", "wrong_encoding", stated(b"\0" * 4096)),
    ("UTF-16 without a mark", "wrong_encoding", given(lambda content: content.decode().encode("utf-16-le"))),
    ("UTF-32", "wrong_encoding", given(lambda content: content.decode().encode("utf-32"))),
    ("EBCDIC", "wrong_encoding", given(lambda content: content.decode().encode("cp500"))),
    ("half a letter at the end", "wrong_encoding", given(lambda content: content[:-1] + b"\xc3")),
    ("an overlong letter", "wrong_encoding", given(lambda content: content.replace(b"k", b"\xc1\xab", 1))),
    ("a half surrogate", "wrong_encoding", given(lambda content: content.replace(b"k", b"\xed\xa0\x80", 1))),
    ("a page of an error", "header_missing", stated(f"<html><body>{MARKER}</body></html>\n")),
    ("a line for a spreadsheet before it", "header_missing", swap(_HEADER, f"sep=;\n{_HEADER}")),
    ("an empty line before it", "header_missing", swap(_HEADER, f"\n{_HEADER}")),
    ("a title before it", "header_missing", swap(_HEADER, f"Uitdraai {MARKER}\n{_HEADER}")),
    ("the header of another source", "header_missing", swap(_HEADER, "bsn;postcode;huisnummer;x;y;z")),
    ("a header without any name", "header_missing", swap(_HEADER, ";;;;;")),
    ("a column without a name", "undeclared_column", _lines(lambda lines: [f"{line};" for line in lines]), "number 7"),
    ("a column named after a person", "undeclared_column", swap(_HEADER, f"{_HEADER};{MARKER}"), "number 7"),
    ("names in capitals", "header_missing", swap(_HEADER, _HEADER.upper())),
    ("a tab between cells", "wrong_delimiter", swap(";", "\t", 999)),
    ("a bar between cells", "wrong_delimiter", swap(";", "|", 999)),
    ("a header of 70 KB", "header_missing", swap(_HEADER, "x" * 70_000)),
    ("a quote that is never closed", "ragged_row", swap(f"{MARKER};", f'"{MARKER};')),
    ("a row of 20 MB", "unreadable", given(lambda content: content + _LONG.encode() + b"\n")),
    ("the header again halfway", "wrong_row_count", _lines(lambda lines: [*lines, lines[0]]), f"{ROWS + 1} rows"),
    ("twice the same file behind one another", "wrong_row_count", given(lambda content: content * 2)),
    ("cut in a row", "ragged_row", given(lambda content: content[:-30])),
    ("cut between rows", "wrong_row_count", _lines(lambda lines: lines[:-1]), f"{ROWS - 1} rows"),
    ("nothing but the header", "wrong_row_count", _lines(lambda lines: lines[:1]), "0 rows"),
    ("a row of too many cells", "ragged_row", _lines(lambda lines: [*lines[:-1], lines[-1] + f";{MARKER}"]), "1 row"),
)

SUITE = table(
    "wmo",
    ("UTF-8 in a file of windows-1252", "wrong_encoding", given(lambda content: content.decode("cp1252")), "line 2"),
    ("a byte that windows-1252 does not have", "wrong_encoding", given(lambda content: content + b"\x81"), "line 14"),
    ("a semicolon between cells", "wrong_delimiter", _suite(lambda text: text.replace('"', "").replace(",", ";"))),
    ("our names, not those of the suite", "header_missing", _suite(lambda text: text.lower())),
    ("a column more", "undeclared_column", _suite(lambda text: text.replace("\r\n", f",{MARKER}\r\n")), "number 15"),
    ("a column less", "missing_column", _suite(_without_the_last), "bedrag_einde"),
    ("a column twice", "duplicate_header", _suite(lambda text: text.replace("Huisletter", "Huisnummer", 1))),
    ("a row short of a cell", "ragged_row", _suite(lambda text: text.replace("zin,", "", 2)), "2 row"),
    ("a row more", "wrong_row_count", _suite(lambda text: text + text.splitlines()[-1] + "\r\n"), f"{ROWS + 1} rows"),
    ("dates of the ISO", "all_quarantined", _suite(lambda text: text.replace("01-01-2018", "2018-01-01")), "begin"),
    ("dates of America", "all_quarantined", _suite(lambda text: text.replace("30-06-2018", "06/30/2018")), "einde"),
    ("years of two digits", "all_quarantined", _suite(lambda text: text.replace("01-01-2018", "01-01-18")), "begin"),
    ("days of a spreadsheet", "all_quarantined", _suite(lambda text: text.replace("01-01-2018", "43101")), "begin"),
    ("days before their begin", "all_quarantined", _suite(lambda text: text.replace("30-06-2018", "30-06-2017"))),
    ("amounts with a point", "all_quarantined", _suite(lambda text: text.replace('"1.234,56"', "1234.56")), "integer"),
    ("amounts with a sign", "all_quarantined", _suite(lambda text: text.replace("1.234,56", "€ 1.234,56")), "integer"),
    ("amounts of a float", "all_quarantined", _suite(lambda text: text.replace("1.234,56", "1,23456E+3")), "integer"),
    ("amounts without a period", "all_quarantined", _suite(lambda text: text.replace("30-06-2018\r", "\r")), "period"),
)

CASES = {"canonical CSV": CANONICAL, "CSV of a suite": SUITE}
