"""Files that are not what they should be, whatever is in them: bytes, archives, links, and changes during the run."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from end_to_end.bad_deliveries.case import FILES, LATER, Bad, Break, Folder, given, stated, table
from end_to_end.bad_deliveries.mixed import MARKER


def _zipped(content: bytes, name: str = "rmc.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return buffer.getvalue()


def _tarred(content: bytes, form: int = tarfile.USTAR_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as packed:
        described = tarfile.TarInfo(FILES["rmc"])
        described.size = len(content)
        packed.addfile(described, io.BytesIO(content))
    return buffer.getvalue()


_ARCHIVES = (
    ("a zip", "archive", given(_zipped)),
    ("a zip bomb", "archive", stated(_zipped(b"\0" * (64 << 20)))),
    ("a zip in a zip", "archive", given(lambda content: _zipped(_zipped(content)))),
    ("an empty zip", "archive", stated(b"PK\x05\x06" + b"\0" * 18)),
    ("a spreadsheet", "archive", stated(_zipped(MARKER.encode(), "xl/worksheets/sheet1.xml"))),
    ("gzip", "archive", given(gzip.compress)),
    ("bzip2", "archive", given(bz2.compress)),
    ("xz", "archive", given(lzma.compress)),
    ("zstandard", "archive", given(lambda content: pa.compress(content, "zstd", asbytes=True))),
    ("7z", "archive", stated(b"7z\xbc\xaf\x27\x1c" + MARKER.encode())),
    ("rar", "archive", stated(b"Rar!\x1a\x07\x01\x00" + MARKER.encode())),
    ("a tar", "archive", given(_tarred)),
)


def _at(name: str, make: Callable[[Path], object]) -> Bad:
    """Something else in the place of the file, which is kept outside the delivery."""

    def breaks(folder: Folder) -> None:
        path = folder.path / FILES["rmc"]
        path.rename(folder.path.parent / "elsewhere.csv")
        make(path)

    return Bad(name, "rmc", "file_missing", breaks)


def _untouched(change: Callable[[Path], object], file: str = "rmc") -> Break:
    """Changes bytes, and leaves the manifest as it was."""
    return lambda folder: change(folder.path / FILES[file]) and None


def _one_bit(path: Path) -> int:
    content = bytearray(path.read_bytes())
    content[-9] ^= 1
    return path.write_bytes(bytes(content))


def _exchanged(folder: Folder) -> None:
    rmc, wmo = (folder.path / FILES[file] for file in ("rmc", "wmo"))
    first, second = rmc.read_bytes(), wmo.read_bytes()
    rmc.write_bytes(second)
    wmo.write_bytes(first)


def _after_the_check(change: Callable[[Path], object]) -> None:
    from pseudonymisation import delivery

    checked = delivery._check_bytes

    def check(file: io.BufferedReader, source: str, delivered: delivery.DeliveredFile) -> None:
        checked(file, source, delivered)
        if delivered.name == FILES["rmc"]:
            change(Path("delivery") / delivered.name)

    delivery._check_bytes = check  # type: ignore[assignment]


def grows() -> None:
    """The sender goes on writing."""

    def append(path: Path) -> None:
        with path.open("ab") as file:
            file.write(b"\n")

    _after_the_check(append)


def shrinks() -> None:
    """The sender begins anew."""
    _after_the_check(lambda path: os.truncate(path, 45))


def turns() -> None:
    """The sender writes over it, in the same length, and puts the clock back."""

    def rewrite(path: Path) -> None:
        before = path.stat()
        path.write_bytes(path.read_bytes().replace(MARKER.encode(), MARKER.upper().encode()))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    _after_the_check(rewrite)


def renames_the_delivery() -> None:
    """Another manifest takes the place of the one that the run began with."""
    from samenloop import steps

    opened = steps.open_run

    def open_run(request):
        reference = opened(request)
        path = Path("delivery/levering.json")
        path.write_text(path.read_text().replace(f'"{LATER}"', '"d3"'))
        return reference

    steps.open_run = open_run


def _pipe_for_the_manifest(folder: Folder) -> None:
    (folder.path / "levering.json").unlink()
    os.mkfifo(folder.path / "levering.json")


def _nothing(_folder: Folder) -> None:
    return None


BYTES = [
    Bad("a bit flipped", "rmc", "wrong_hash", _untouched(_one_bit)),
    Bad("a bit flipped in Parquet", "brp", "wrong_hash", _untouched(_one_bit, "brp")),
    Bad("a byte less", "shv", "wrong_hash", _untouched(lambda path: os.truncate(path, 99) or 1, "shv")),
    Bad("exchanged with another source", "rmc", "wrong_hash", _exchanged),
    Bad("emptied", "pwet", "empty_file", _untouched(lambda path: os.truncate(path, 0) or 1, "pwet")),
    *table("brp", ("nothing that says so", "empty_file", stated(b"", 0))),
    *table("rmc", ("an old spreadsheet", "wrong_encoding", stated(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99))),
    *table("rmc", ("a PDF", "wrong_encoding", stated(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"))),
    *table("rmc", ("a tar of an old kind", "wrong_encoding", stated(b"rmc.csv" + b"\0" * 600))),
    *table("rmc", ("the file of another source", "header_missing", stated("bsn\n999900006\n"))),
    Bad("growing", "rmc", "file_changed", _nothing, fault=grows),
    Bad("shrinking", "rmc", "wrong_row_count", _nothing, fault=shrinks),
    Bad("written over in the same length and at the same time", "rmc", "file_changed", _nothing, fault=turns),
    Bad("another manifest during the run", "", "run_changed", _nothing, exit_code=3, fault=renames_the_delivery),
]
PLACES = [
    _at("a link to the file", lambda path: path.symlink_to(path.parent.parent / "elsewhere.csv")),
    _at("a link to nowhere", lambda path: path.symlink_to(path.parent / "nowhere")),
    _at("a link to itself", lambda path: path.symlink_to(path)),
    _at("a link to a device without end", lambda path: path.symlink_to("/dev/zero")),
    _at("a pipe", os.mkfifo),
    _at("a folder", Path.mkdir),
    _at("a name with other capitals", lambda path: path.with_name("RMC.CSV").write_bytes(b"")),
    Bad(
        "a pipe for the manifest",
        "levering.json",
        "manifest_missing",
        _pipe_for_the_manifest,
    ),
]

CASES = {
    "bytes": BYTES,
    "archives": [*table("rmc", *_ARCHIVES), *table("pwet", *_ARCHIVES[:1]), *table("shv", _ARCHIVES[5])],
    "places": PLACES,
}
