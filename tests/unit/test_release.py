"""A release: whole or not at all, exactly what its manifest names, and one of them current."""

import json
import shutil
from pathlib import Path

import pytest

from outputs.publication import release
from outputs.publication.release import ReleaseName, check_manifest, publish, write_manifest
from schemas.errors import VerificationFailed

FIRST, SECOND = (ReleaseName("stapeling", "2018H1", name) for name in ("one", "two"))


def made(folder, name=FIRST):
    (folder / "tables").mkdir(parents=True)
    (folder / "index.html").write_text(f"<p>{name.release}")
    (folder / "tables" / "use.csv").write_text("a;b\n")
    write_manifest(folder, name)
    return folder


def signed(_manifest):
    return "signature"


def everything(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


class TestManifest:
    def test_names_every_file_and_nothing_else(self, tmp_path):
        manifest = check_manifest(made(tmp_path / "draft"))
        assert sorted(manifest["files"]) == ["index.html", "tables/use.csv"]
        assert (manifest["purpose"], manifest["period"], manifest["release"]) == ("stapeling", "2018H1", "one")

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda folder: (folder / "index.html").write_text("other"), "file_differs"),
            (lambda folder: (folder / "index.html").unlink(), "file_differs"),
            (lambda folder: (folder / "tables" / "more.csv").touch(), "file_differs"),
            (lambda folder: (folder / "tables" / "manifest.json").touch(), "file_differs"),
            (lambda folder: (folder / ".hidden").touch(), "file_differs"),
            (lambda folder: (folder / "index.html").rename(folder / "page.html"), "file_differs"),
            (lambda folder: (folder / "manifest.json").unlink(), "manifest_missing"),
            (lambda folder: (folder / "manifest.json").write_text("{"), "manifest_missing"),
            (lambda folder: (folder / "manifest.json").write_text("{}"), "manifest_missing"),
            (lambda folder: (folder / "manifest.json").write_text("[]"), "manifest_missing"),
            (lambda folder: (folder / "manifest.json").write_text('{"files": []}'), "manifest_missing"),
        ],
        ids=["changed", "missing", "extra", "nested manifest", "hidden", "renamed", "gone", "half", "{}", "[]", "list"],
    )
    def test_a_folder_that_is_not_what_it_says_is_refused(self, tmp_path, change, code):
        folder = made(tmp_path / "draft")
        change(folder)
        with pytest.raises(VerificationFailed) as failed:
            check_manifest(folder)
        assert failed.value.code == code

    def test_its_sha256_is_what_write_manifest_gave(self, tmp_path):
        folder = made(tmp_path / "draft")
        assert (
            write_manifest(folder, FIRST) == release.hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
        )
        assert json.loads((folder / "manifest.json").read_bytes())["format"] == "samenloop-release-1"


class TestPublish:
    def test_signs_and_points_current_at_the_release(self, tmp_path):
        messages = []
        place = publish(
            made(tmp_path / "draft"),
            tmp_path / "out",
            FIRST,
            lambda message: messages.append(message) or "signature",
            note=lambda: None,
        )
        assert place == tmp_path / "out" / "stapeling" / "2018H1" / "one"
        assert messages == [(place / "manifest.json").read_bytes()]
        assert (place / "manifest.sig").read_text() == "signature\n"
        assert place.with_name("current").readlink() == Path("one")
        assert check_manifest(place)

    def test_the_former_release_stays_and_a_new_one_becomes_current(self, tmp_path):
        first = publish(made(tmp_path / "a", FIRST), tmp_path / "out", FIRST, signed, note=lambda: None)
        before = everything(first)
        publish(made(tmp_path / "b", SECOND), tmp_path / "out", SECOND, signed, note=lambda: None)
        assert everything(first) == before
        assert first.with_name("current").readlink() == Path("two")
        publish(tmp_path / "a", tmp_path / "out", FIRST, signed, note=lambda: None)
        assert first.with_name("current").readlink() == Path("one")
        assert sorted(path.name for path in first.parent.iterdir()) == ["current", "one", "two"]

    def test_a_release_that_is_there_is_not_written_again(self, tmp_path):
        place = publish(made(tmp_path / "draft"), tmp_path / "out", FIRST, signed, note=lambda: None)
        publish(tmp_path / "draft", tmp_path / "out", FIRST, lambda _: "another signature", note=lambda: None)
        assert (place / "manifest.sig").read_text() == "signature\n"

    def test_a_draft_that_was_changed_is_refused(self, tmp_path):
        draft = made(tmp_path / "draft")
        (draft / "index.html").write_text("other")
        with pytest.raises(VerificationFailed):
            publish(draft, tmp_path / "out", FIRST, signed, note=lambda: None)
        assert not (tmp_path / "out" / "stapeling" / "2018H1" / "current").exists()

    @pytest.mark.parametrize("stage", ["copy", "sign", "flush", "rename"])
    def test_a_failure_leaves_the_former_release_and_nothing_else(self, tmp_path, monkeypatch, stage):
        root = tmp_path / "out"
        publish(made(tmp_path / "a", FIRST), root, FIRST, signed, note=lambda: None)
        before = everything(root)

        def fails(*_, **__):
            assert (root / "stapeling" / "2018H1" / "current").readlink() == Path("one")
            assert not (root / "stapeling" / "2018H1" / "two").exists()
            raise OSError("no space left")

        draft = made(tmp_path / "b", SECOND)
        if stage == "copy":
            monkeypatch.setattr(shutil, "copytree", fails)
        if stage == "flush":
            monkeypatch.setattr(release, "_flush", fails)
        if stage == "rename":
            monkeypatch.setattr(Path, "replace", fails)
        with pytest.raises(OSError, match="no space left"):
            publish(draft, root, SECOND, fails if stage == "sign" else signed, note=lambda: None)
        assert everything(root) == before

    def test_a_new_release_can_be_seen_only_when_it_is_whole(self, tmp_path, monkeypatch):
        seen = []
        replace = Path.replace

        def spied(self, target):
            if target.name == "two":
                seen.append(sorted(path.name for path in target.parent.iterdir() if not path.name.startswith(".")))
                seen.append(everything(self))
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", spied)
        publish(made(tmp_path / "a", SECOND), tmp_path / "out", SECOND, signed, note=lambda: None)
        assert seen == [[], ["index.html", "manifest.json", "manifest.sig", "tables", "tables/use.csv"]]

    def test_the_log_entry_is_written_when_all_is_ready_and_nothing_is_visible(self, tmp_path):
        seen = []
        out = tmp_path / "out"

        def note():
            seen.append((FIRST.folder(out).exists(), len(list(FIRST.folder(out).parent.glob(f".{FIRST.release}.*")))))

        publish(made(tmp_path / "draft", FIRST), out, FIRST, signed, note)
        assert seen == [(False, 1)]
