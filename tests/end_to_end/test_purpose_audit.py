"""What an auditor finds when a release does not keep to its purpose, though all its signatures are sound."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from end_to_end.municipality import Municipality, Place
from samenloop.keyring import open_keyring
from samenloop.purpose_audit import check_kept_to_purpose
from samenloop.purposes import read_purpose, sign_purpose
from schemas.errors import VerificationFailed


@pytest.fixture
def audited(municipality: Municipality, release: Place, tmp_path: Path):
    """A copy of the release, and the public keys of both roles."""
    folder = shutil.copytree(release.published, tmp_path / "release")
    return folder, {role: municipality.home / "signing" / f"{role}.pub" for role in ("controller", "fg")}


def refused(audited, code: str, *words: str) -> None:
    with pytest.raises(VerificationFailed) as failed:
        check_kept_to_purpose(*audited)
    assert failed.value.code == code
    assert failed.value.exit_code == 6
    assert all(word in failed.value.what for word in words)


def entries(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "protocol" / "log.jsonl").read_text().splitlines()]


def rewritten(folder: Path, content: list[dict]) -> None:
    lines = (json.dumps(one, sort_keys=True, separators=(",", ":")) for one in content)
    (folder / "protocol" / "log.jsonl").write_text("".join(f"{line}\n" for line in lines))


def test_a_sound_release_keeps_to_its_purpose(audited):
    assert check_kept_to_purpose(*audited) == "stapeling:1"


@pytest.mark.parametrize("role", ["controller", "fg"])
def test_a_purpose_without_a_signature_or_with_the_other_role_s(audited, role):
    folder, keys = audited
    signature = folder / "protocol" / f"purpose.yaml.{role}.sig"
    other = "fg" if role == "controller" else "controller"
    shutil.copy(folder / "protocol" / f"purpose.yaml.{other}.sig", signature)
    refused(audited, "purpose_signature", role)
    signature.unlink()
    refused(audited, "purpose_signature", role)
    assert check_kept_to_purpose(folder, {other: keys[other]}) == "stapeling:1"


def test_an_unreadable_purpose(audited):
    (audited[0] / "protocol" / "purpose.yaml").write_text("id: stapeling\n")
    refused(audited, "purpose_unreadable")


@pytest.mark.parametrize("change", [{"purpose": "monitoring:1"}, {"purpose_sha256": "0" * 64}])
def test_a_step_under_another_purpose(audited, change):
    first, *rest = entries(audited[0])
    rewritten(audited[0], [first | change, *rest])
    refused(audited, "purpose_other", first["step"])


@pytest.mark.parametrize("step", ["open", "link", "protect", "pull"])
def test_a_step_that_is_not_in_the_log(audited, step):
    kept = entries(audited[0])
    gone = next(one for one in kept if one["step"] == step)
    rewritten(audited[0], [one for one in kept if one is not gone])
    refused(audited, "step_missing", step)


def of_wmo(one: dict) -> bool:
    return one.get("subject") == "wmo"


BEYOND = {
    "a column used": (of_wmo, lambda one: one["columns"]["used"].append("naam"), "column wmo.naam used"),
    "a column received": (of_wmo, lambda one: one["columns"]["received"].append("naam"), "column wmo.naam received"),
    "a source": (of_wmo, lambda one: one.update(subject="veiligheid"), "source veiligheid"),
    "a table": (
        lambda one: one["step"] == "protect",
        lambda one: one["outputs"].update(table_persons="0" * 64),
        "table persons",
    ),
    "before the term": (of_wmo, lambda one: one.update(started="2001-01-01T00:00:00Z"), "outside the term"),
    "after the term": (
        of_wmo,
        lambda one: one.update(started="2999-01-01T00:00:00Z", ended="2999-01-01T00:00:00Z"),
        "outside the term",
    ),
}


@pytest.mark.parametrize("what", BEYOND)
def test_something_beyond_the_purpose(audited, what):
    which, change, words = BEYOND[what]
    content = entries(audited[0])
    found = next(one for one in content if which(one))
    original = json.loads(json.dumps(found))
    change(found)
    rewritten(audited[0], [original, *content] if what == "a source" else content)
    refused(audited, "purpose_exceeded", words)


def test_a_table_file_beyond_the_purpose(audited, municipality):
    folder, _ = audited
    content = yaml.safe_load((folder / "protocol" / "purpose.yaml").read_text())
    content["tables"].remove("concentration")
    path = folder / "protocol" / "purpose.yaml"
    path.write_text(yaml.safe_dump(content))
    purpose = read_purpose(path)
    sign_purpose(purpose, open_keyring(municipality.home).sign)
    rewritten(folder, [one | {"purpose_sha256": purpose.sha256} for one in entries(folder)])
    refused(audited, "purpose_exceeded", "2 time(s)", "table concentration")


def test_verify_says_so_on_the_command_line(municipality, release):
    keys = municipality.home / "signing"
    done = municipality.command(release, "verify", release.published, "--public-key", keys)
    assert done.stdout.splitlines()[1] == "every step kept to stapeling:1, signed by controller and fg"
    done = municipality.command(release, "verify", release.published, "--public-key", keys / "fg.pub")
    assert done.stdout.splitlines()[1] == "every step kept to stapeling:1, signed by fg"
