"""A decision of the FG counts for exactly one draft, under the registered key, as it was signed; else for nothing."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta, timezone

import pytest

from outputs.publication.release import ReleaseName, write_manifest
from samenloop.approvals import check_decision, decision_file, manifest_of, read_decision, sign_decision
from samenloop.keyring import make_keyring
from samenloop.signatures import is_signed, public_key_file
from schemas.errors import SamenloopError

NAME = ReleaseName("stapeling", "2018H1", "2018h1-0123456789ab")
MADE = datetime(2026, 3, 2, 9, 30, 0, 250, tzinfo=UTC)


@pytest.fixture(scope="module")
def keyrings(tmp_path_factory):
    root = tmp_path_factory.mktemp("keys")
    return make_keyring(root / "fg", "synthetic"), make_keyring(root / "other", "synthetic")


@pytest.fixture
def draft(tmp_path):
    folder = NAME.folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<p>")
    write_manifest(folder, NAME)
    return folder


def decided(draft, keyring, answer="approve", reason="in orde"):
    return sign_decision(draft, NAME, answer, reason, MADE, keyring)


def refused(code, call, *arguments):
    with pytest.raises(SamenloopError) as error:
        call(*arguments)
    assert error.value.code == code
    return error.value


@pytest.mark.parametrize("answer", ["approve", "reject"])
def test_what_was_signed_is_read_and_counts(draft, keyrings, answer):
    signed = decided(draft, keyrings[0], answer)
    read = read_decision(draft)
    assert read == signed
    decision = check_decision(read, NAME, manifest_of(draft), keyrings[0].signing)
    assert (decision.decision, decision.reason, decision.made, decision.role) == (answer, "in orde", MADE, "fg")
    assert re.fullmatch("[0-9a-f]{64}", decision.key)
    assert bool(read.manifest_signature) == (answer == "approve")


def test_an_approval_holds_the_signature_of_the_release(draft, keyrings):
    signed = decided(draft, keyrings[0])
    public = public_key_file(keyrings[0].signing, "fg")
    assert is_signed(public, "fg", manifest_of(draft), signed.manifest_signature)


def test_the_file_lies_beside_the_draft_for_its_owner_only(draft, keyrings):
    decided(draft, keyrings[0])
    path = decision_file(draft)
    assert path.parent == draft.parent
    assert path.stat().st_mode & 0o077 == 0
    assert sorted(one.name for one in draft.iterdir()) == ["index.html", "manifest.json"]


def test_the_moment_is_the_same_moment_in_any_zone(draft, keyrings):
    first = decided(draft, keyrings[0]).decision
    elsewhere = first.model_copy(update={"made": MADE.astimezone(timezone(timedelta(hours=2)))})
    assert elsewhere.made == first.made


def test_nothing_is_not_a_decision(draft, keyrings):
    assert refused("decision_missing", read_decision, draft).exit_code == 3
    decided(draft, keyrings[0])
    path = decision_file(draft)
    path.rename(draft.parent / "elsewhere")
    path.symlink_to(draft.parent / "elsewhere")
    refused("decision_missing", read_decision, draft)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"decision": {}, "signature": ""}'])
def test_a_file_that_is_no_decision(draft, content):
    decision_file(draft).write_bytes(content)
    assert refused("decision_invalid", read_decision, draft).exit_code == 6


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("decision", "approve"),
        ("reason", "iets anders"),
        ("made", "2026-03-02T09:30:01Z"),
        ("purpose", "monitoring"),
        ("period", "2018H2"),
        ("release", "2018h1-ba9876543210"),
        ("manifest_sha256", "0" * 64),
        ("key", "0" * 64),
    ],
)
def test_a_decision_that_was_changed_counts_for_nothing(draft, keyrings, field, value):
    decided(draft, keyrings[0], "reject")
    path = decision_file(draft)
    content = json.loads(path.read_bytes())
    assert content["decision"][field] != value
    content["decision"][field] = value
    path.write_text(json.dumps(content))
    refused("decision_invalid", check_decision, read_decision(draft), NAME, manifest_of(draft), keyrings[0].signing)


@pytest.mark.parametrize("field", ["format", "role", "decision"])
def test_a_word_that_nobody_knows_is_no_decision(draft, keyrings, field):
    decided(draft, keyrings[0])
    path = decision_file(draft)
    content = json.loads(path.read_bytes())
    content["decision"][field] = "controller"
    path.write_text(json.dumps(content))
    refused("decision_invalid", read_decision, draft)


def test_a_decision_about_another_draft_counts_for_nothing(draft, keyrings):
    signed = decided(draft, keyrings[0])
    (draft / "index.html").write_text("<p>other")
    write_manifest(draft, NAME)
    refused("decision_invalid", check_decision, signed, NAME, manifest_of(draft), keyrings[0].signing)


def test_a_decision_about_another_release_counts_for_nothing(draft, keyrings):
    signed = decided(draft, keyrings[0])
    other = ReleaseName(NAME.purpose, "2017H2", NAME.release)
    refused("decision_invalid", check_decision, signed, other, manifest_of(draft), keyrings[0].signing)


def test_the_key_of_somebody_else_counts_for_nothing(draft, keyrings):
    ours, theirs = keyrings
    signed = decided(draft, theirs)
    refused("decision_invalid", check_decision, signed, NAME, manifest_of(draft), ours.signing)
    posing = signed.decision.model_copy(update={"key": decided(draft, ours).decision.key})
    forged = signed.model_copy(update={"decision": posing, "signature": theirs.sign("fg", posing.canonical)})
    refused("decision_invalid", check_decision, forged, NAME, manifest_of(draft), ours.signing)


def test_another_role_with_the_right_words_counts_for_nothing(draft, keyrings):
    ours = keyrings[0]
    signed = decided(draft, ours)
    forged = signed.model_copy(update={"signature": ours.sign("controller", signed.decision.canonical)})
    refused("decision_invalid", check_decision, forged, NAME, manifest_of(draft), ours.signing)


def test_an_approval_without_the_signature_of_the_manifest_counts_for_nothing(draft, keyrings):
    signed = decided(draft, keyrings[0])
    for other in ("", signed.signature):
        forged = signed.model_copy(update={"manifest_signature": other})
        refused("decision_invalid", check_decision, forged, NAME, manifest_of(draft), keyrings[0].signing)


@pytest.mark.parametrize("reason", ["a\nb", "a\rb", "a\x00b", "a\x85b", "a\u2028b", "a\u2029b", "x" * 501])
def test_a_reason_is_one_line_and_not_long(draft, keyrings, reason):
    refused("reason_invalid", decided, draft, keyrings[0], "reject", reason)
    assert not decision_file(draft).exists()


@pytest.mark.parametrize("reason", ["", "x" * 500, 'é "quote" <b> \\ €'])
def test_a_reason_may_be_any_line(draft, keyrings, reason):
    decided(draft, keyrings[0], "reject", f" {reason}\n")
    assert read_decision(draft).decision.reason == reason


def test_a_draft_that_is_not_whole_can_be_rejected_only(draft, keyrings):
    (draft / "index.html").write_text("<p>other")
    refused("file_differs", decided, draft, keyrings[0])
    assert not decision_file(draft).exists()
    assert decided(draft, keyrings[0], "reject").manifest_signature == ""


def test_without_the_key_of_the_fg_nothing_is_signed(draft, keyrings, tmp_path):
    home = shutil.copytree(keyrings[0].home, tmp_path / "worker")
    (home / "signing" / "fg.key").unlink()
    from samenloop.keyring import open_keyring

    refused("key_missing", decided, draft, open_keyring(home))
    assert not decision_file(draft).exists()


def test_a_later_decision_takes_the_place_of_an_earlier_one(draft, keyrings):
    decided(draft, keyrings[0])
    decided(draft, keyrings[0], "reject", "toch niet")
    assert read_decision(draft).decision.decision == "reject"


def test_the_words_are_signed_as_canonical_json(draft, keyrings):
    decision = decided(draft, keyrings[0]).decision
    assert json.loads(decision.canonical)["format"] == "samenloop-decision-1"
    assert (
        decision.canonical == json.dumps(json.loads(decision.canonical), sort_keys=True, separators=(",", ":")).encode()
    )
