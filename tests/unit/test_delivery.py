"""Opening a delivery: the manifest, and files that are what the manifest says."""

import os

import pytest
from builders import csv_of, deliver, manifest_of, row, write_manifest

from pseudonymisation.delivery import open_checked, read_manifest
from pseudonymisation.delivery_folder import LocalFolder
from schemas.delivery import DeliveredFile
from schemas.errors import RefusedDelivery

MIB = 1 << 20
SOUND = csv_of("wmo", [row("wmo"), row("wmo")])


def refusal(folder, delivered):
    with pytest.raises(RefusedDelivery) as refused, open_checked(LocalFolder(folder), "wmo", delivered) as file:
        file.read()
    return refused.value


class TestManifest:
    def test_of_a_sound_delivery(self, tmp_path):
        write_manifest(tmp_path, manifest_of({"wmo": deliver(tmp_path, "wmo", SOUND)}))
        manifest, sha256 = read_manifest(LocalFolder(tmp_path))
        assert (manifest.period, manifest.files["wmo"].rows, len(sha256)) == ("2018H1", 2, 64)

    def test_real_deliveries_need_not_say_that_they_are_not_synthetic(self, tmp_path):
        content = manifest_of({"wmo": deliver(tmp_path, "wmo", SOUND)})
        del content["synthetic"]
        write_manifest(tmp_path, content)
        assert read_manifest(LocalFolder(tmp_path))[0].synthetic is False

    @pytest.mark.parametrize(
        "fields",
        [
            {"gemeentecode": "0637"},
            {"gemeentecode": "GM06371"},
            {"period": "2018"},
            {"period": "2018H3"},
            {"reference_date": "first of July"},
            {"delivery_id": "a b"},
            {"delivery_id": ""},
            {"files": {}},
            {"files": {"WMO": {"name": "wmo.csv", "rows": 1, "sha256": "0" * 64}}},
            {"files": {"wmo": {"name": "../wmo.csv", "rows": 1, "sha256": "0" * 64}}},
            {"files": {"wmo": {"name": "/etc/passwd", "rows": 1, "sha256": "0" * 64}}},
            {"files": {"wmo": {"name": ".wmo.csv", "rows": 1, "sha256": "0" * 64}}},
            {"files": {"wmo": {"name": "wmo.csv\n", "rows": 1, "sha256": "0" * 64}}},
            {"files": {"wmo": {"name": "wmo.csv", "rows": -1, "sha256": "0" * 64}}},
            {"files": {"wmo": {"name": "wmo.csv", "rows": "1", "sha256": "0" * 64}}},
            {"files": {"wmo": {"name": "wmo.csv", "rows": 1, "sha256": "A" * 64}}},
            {"files": {"wmo": {"name": "wmo.csv", "rows": 1, "sha256": "0" * 63}}},
            {"files": {"wmo": {"name": "wmo.csv", "rows": 1, "sha256": "0" * 64, "more": 1}}},
            {"remark": "unknown"},
        ],
        ids=lambda fields: str(fields)[:60],
    )
    def test_a_wrong_field_is_refused(self, tmp_path, fields):
        write_manifest(tmp_path, manifest_of({"wmo": deliver(tmp_path, "wmo", SOUND)}, **fields))
        with pytest.raises(RefusedDelivery, match="manifest_invalid"):
            read_manifest(LocalFolder(tmp_path))

    @pytest.mark.parametrize("content", ["", "{", "[]", "null", "1", '"text"', "NaN", "[" * 100_000])
    def test_another_text_is_refused(self, tmp_path, content):
        write_manifest(tmp_path, content)
        with pytest.raises(RefusedDelivery, match="manifest_invalid"):
            read_manifest(LocalFolder(tmp_path))

    def test_other_bytes_are_refused(self, tmp_path):
        (tmp_path / "levering.json").write_bytes(b'{"period": "\xff"}')
        with pytest.raises(RefusedDelivery, match="manifest_invalid"):
            read_manifest(LocalFolder(tmp_path))

    @pytest.mark.parametrize("make", [lambda path: None, os.mkfifo, lambda path: path.mkdir()])
    def test_no_regular_file_is_no_manifest(self, tmp_path, make):
        make(tmp_path / "levering.json")
        with pytest.raises(RefusedDelivery, match="manifest_missing"):
            read_manifest(LocalFolder(tmp_path))

    def test_a_link_is_no_manifest(self, tmp_path):
        write_manifest(tmp_path, manifest_of({"wmo": deliver(tmp_path, "wmo", SOUND)}))
        (tmp_path / "levering.json").rename(tmp_path / "elsewhere")
        (tmp_path / "levering.json").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(RefusedDelivery, match="manifest_missing"):
            read_manifest(LocalFolder(tmp_path))


class TestFile:
    def test_is_given_from_its_start(self, tmp_path):
        with open_checked(LocalFolder(tmp_path), "wmo", deliver(tmp_path, "wmo", SOUND)) as file:
            assert file.read() == SOUND

    def test_that_is_a_link_is_refused(self, tmp_path):
        delivered = deliver(tmp_path, "wmo", SOUND)
        (tmp_path / "wmo.csv").rename(tmp_path / "elsewhere")
        (tmp_path / "wmo.csv").symlink_to(tmp_path / "elsewhere")
        assert refusal(tmp_path, delivered).code == "file_missing"

    @pytest.mark.parametrize("make", [lambda path: None, os.mkfifo, lambda path: path.mkdir()])
    def test_that_is_not_regular_is_refused(self, tmp_path, make):
        make(tmp_path / "wmo.csv")
        assert refusal(tmp_path, DeliveredFile(name="wmo.csv", rows=0, sha256="0" * 64)).code == "file_missing"

    def test_with_one_other_byte_is_refused(self, tmp_path):
        delivered = deliver(tmp_path, "wmo", SOUND)
        (tmp_path / "wmo.csv").write_bytes(SOUND.replace(b"2711AB", b"2711AC", 1))
        assert refusal(tmp_path, delivered).code == "wrong_hash"

    def test_without_a_byte_is_refused(self, tmp_path):
        assert refusal(tmp_path, deliver(tmp_path, "wmo", b"")).code == "empty_file"

    @pytest.mark.parametrize(
        "start",
        [
            b"PK\x03\x04",
            b"\x1f\x8b\x08",
            b"7z\xbc\xaf\x27\x1c",
            b"BZh9",
            b"\xfd7zXZ\0",
            b"Rar!\x1a",
            b"a" * 257 + b"ustar\0",
        ],
        ids=["zip", "gzip", "7z", "bzip2", "xz", "rar", "tar"],
    )
    def test_that_is_an_archive_is_refused_unopened(self, tmp_path, start):
        assert refusal(tmp_path, deliver(tmp_path, "wmo", start + bytes(300))).code == "archive"

    def test_that_grows_while_it_is_read_is_refused(self, tmp_path):
        delivered = deliver(tmp_path, "wmo", SOUND)
        with (
            pytest.raises(RefusedDelivery, match="file_changed"),
            open_checked(LocalFolder(tmp_path), "wmo", delivered),
        ):
            (tmp_path / "wmo.csv").write_bytes(SOUND + SOUND)

    def test_that_is_written_over_in_the_same_length_and_at_the_same_time_is_refused(self, tmp_path):
        delivered = deliver(tmp_path, "wmo", SOUND)
        path = tmp_path / "wmo.csv"
        times = path.stat().st_atime_ns, path.stat().st_mtime_ns
        with (
            pytest.raises(RefusedDelivery, match="file_changed"),
            open_checked(LocalFolder(tmp_path), "wmo", delivered),
        ):
            path.write_bytes(SOUND.replace(b"2711AB", b"2711AC"))
            os.utime(path, ns=times)

    def test_that_changes_place_while_it_is_read_is_still_the_one_checked(self, tmp_path):
        with open_checked(LocalFolder(tmp_path), "wmo", deliver(tmp_path, "wmo", SOUND)) as file:
            (tmp_path / "wmo.csv").unlink()
            (tmp_path / "wmo.csv").write_bytes(b"another")
            assert file.read() == SOUND
