"""DDAS (shv) and the manifest."""

from collections.abc import Callable
from typing import Any

from end_to_end.bad_deliveries.case import (
    LATER,
    Bad,
    Break,
    Folder,
    given,
    manifest_text,
    manifest_with,
    stated,
    swap,
    table,
)
from end_to_end.bad_deliveries.mixed import MARKER, ROWS

_CLIENT = '"Burgerservicenummer": "'


def _cell(written: str) -> Callable[[str], Break]:
    """Another house number for the first client."""
    return swap('"Huisnummer": "9000"', f'"Huisnummer": {written}')


def _last_municipality(code: bytes) -> Callable[[str], Break]:
    return given(lambda content: code.join(content.rsplit(b"GM0637", 1)))


DDAS = table(
    "shv",
    ("a key twice", "duplicate_key", swap(_CLIENT, f'"burgerservicenummer": "1", {_CLIENT}')),
    ("a key twice in what is not read", "duplicate_key", swap('"omschrijving"', f'"{MARKER}": 1, "{MARKER}": 2, "x"')),
    ("nested 100000 deep", "unreadable", swap('"traject"', "[" * 100_000)),
    ("nested 40 deep in what is not read", "unreadable", swap('"traject"', "[" * 40 + "]" * 40)),
    ("NaN", "unreadable", _cell("NaN")),
    ("minus infinity", "unreadable", _cell("-Infinity")),
    ("a number of 400 digits", "unreadable", _cell("9" * 400)),
    ("a number with a plus", "unreadable", _cell("+1")),
    ("a number of base 16", "unreadable", _cell("0x1F")),
    ("a list for a cell", "wrong_structure", _cell(f'["{MARKER}"]')),
    ("an object for a cell", "wrong_structure", _cell(f'{{"{MARKER}": 1}}')),
    ("a cell of 1 KB", "wrong_structure", _cell(f'"{MARKER * 100}"')),
    ("a text of 2 MB", "unreadable", swap('"traject"', f'"{MARKER * 200_000}"')),
    ("half a surrogate", "unreadable", swap('"traject"', '"\\ud800"')),
    ("a broken escape", "unreadable", swap('"traject"', '"\\q"')),
    ("a line break in a text", "unreadable", swap('"traject"', f'"{MARKER}\n"')),
    ("single quotes", "unreadable", swap('"traject"', "'traject'")),
    ("a comment", "unreadable", swap('"traject"', f'"traject" /* {MARKER} */')),
    ("a comma too many", "unreadable", swap('"traject",', '"traject",,')),
    ("a byte order mark", "wrong_encoding", given(lambda content: b"\xef\xbb\xbf" + content)),
    ("UTF-16", "wrong_encoding", given(lambda content: content.decode().encode("utf-16"))),
    ("latin-1", "wrong_encoding", swap('"traject"', '"traj\xe9ct"', encoding="latin-1")),
    ("cut", "unreadable", given(lambda content: content[:-50])),
    ("two documents", "unreadable", given(lambda content: content * 2)),
    ("a document per line", "unreadable", stated('{"schuldhulptrajecten": []}\n' * 3)),
    ("no trajectories", "wrong_message", stated(f'{{"{MARKER}": []}}')),
    ("a text", "wrong_message", stated(f'"{MARKER}"')),
    ("an object for the list", "wrong_structure", stated(f'{{"schuldhulptrajecten": {{"{MARKER}": 1}}}}')),
    ("a trajectory without a client", "wrong_structure", swap('"client"', '"klant"')),
    ("a trajectory of 3 clients", "wrong_structure", swap('"client": [', '"client": [{}, {},'), "3 clients"),
    ("two municipalities", "several_municipalities", _last_municipality(b"GM0344"), "1 trajectory"),
    ("another municipality", "wrong_municipality", swap("GM0637", "GM0344", 999), "1 other municipality"),
    ("no municipality", "wrong_gemeentecode", _last_municipality(MARKER.encode()), "1 trajectory"),
    ("an empty list", "wrong_row_count", stated('{"schuldhulptrajecten": []}'), "0 rows"),
    ("dates of the Dutch", "all_quarantined", swap('"startdatum": "2018-01-01"', '"startdatum": "01-01-2018"', 99)),
    (
        "moments for dates",
        "all_quarantined",
        swap('"startdatum": "2018-01-01"', '"startdatum": "2018-01-01T00:00"', 99),
    ),
)


def _named(**fields: Any) -> Break:
    return lambda folder: folder.entry("rmc", **fields)


def _twice(folder: Folder) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["files"]["rmc"] *= 2

    folder.manifest(change)


def _other_source(folder: Folder) -> None:
    """Two sources of one file."""

    def change(manifest: dict[str, Any]) -> None:
        manifest["files"]["rmc"] = manifest["files"]["wmo"]

    folder.manifest(change)


def _several(folder: Folder) -> None:
    (folder.path / "rmc2.csv").write_bytes(folder.content("rmc"))

    def change(manifest: dict[str, Any]) -> None:
        manifest["files"]["rmc"].append({**manifest["files"]["rmc"][0], "name": "rmc2.csv"})

    folder.manifest(change)


def _manifest(name: str, breaks: Break, code: str = "manifest_invalid") -> Bad:
    return Bad(name, "levering.json", code, breaks)


MANIFEST = [
    _manifest("nothing", manifest_text(lambda _: "")),
    _manifest("an empty object", manifest_text(lambda _: "{}")),
    _manifest("a list", manifest_text(lambda text: f"[{text}]")),
    _manifest("cut", manifest_text(lambda text: text[:-9])),
    _manifest("a NUL", manifest_text(lambda text: text + "\0")),
    _manifest("latin-1", manifest_text(lambda text: text.replace(f'"{LATER}"', '"\xe9"').encode("latin-1"))),
    _manifest("two documents", manifest_text(lambda text: text * 2)),
    _manifest("a key twice", manifest_text(lambda text: text.replace("{", '{"period": "2018H1", ', 1))),
    _manifest("a key twice in a file", manifest_text(lambda text: text.replace('"rows"', '"rows": 1, "rows"', 1))),
    _manifest("an unknown key", manifest_with(**{MARKER: 1})),
    _manifest("nested 100000 deep", manifest_text(lambda _: "[" * 100_000)),
    _manifest("longer than 1 MiB", manifest_text(lambda text: " " * (1 << 20) + text)),
    _manifest("no half-year", manifest_with(period="2018H3")),
    _manifest("no municipality", manifest_with(gemeentecode=MARKER)),
    _manifest("no date", manifest_with(reference_date="2018-02-30")),
    _manifest("an id with a path", manifest_with(delivery_id=f"../{MARKER}")),
    _manifest("no sources", manifest_with(files={}, tables={})),
    _manifest("a source that is none", manifest_with(files={MARKER: []})),
    _manifest("a source without files", manifest_with(files={"rmc": []})),
    _manifest("a path for a name", _named(name="../rmc.csv")),
    _manifest("a whole path for a name", _named(name="/etc/passwd")),
    _manifest("a URL for a name", _named(name="http://127.0.0.1:9/rmc.csv")),
    _manifest("a hidden name", _named(name=".rmc.csv")),
    _manifest("a name with a NUL", _named(name="rmc.csv\0")),
    _manifest("fewer rows than none", _named(rows=-1)),
    _manifest("rows as a text", _named(rows=str(ROWS))),
    _manifest("rows as a float", _named(rows=ROWS + 0.5)),
    _manifest("rows that are no number", manifest_text(lambda text: text.replace('"rows": 12', '"rows": NaN', 1))),
    _manifest("a digest in capitals", _named(sha256="A" * 64)),
    _manifest("a digest of another kind", _named(sha256="0" * 40)),
    _manifest("a file named twice", _twice),
    _manifest("a file of two sources", _other_source),
    Bad("two files of canonical CSV", "rmc", "several_files", _several, "2 files"),
    Bad("billions of rows promised", "rmc", "wrong_row_count", _named(rows=1 << 62), f"{ROWS} rows"),
    Bad("a digest of nothing", "rmc", "wrong_hash", _named(sha256="0" * 64)),
]

CASES = {"DDAS": DDAS, "manifest": MANIFEST}
