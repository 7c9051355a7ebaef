"""What lies in the work folder is not trusted: an artefact, a draft or a release that was changed is refused."""

import hashlib
import json
from pathlib import Path

import pytest

from end_to_end.deliveries import copied
from outputs.publication.release import MANIFEST, ReleaseName, write_manifest
from samenloop import steps
from samenloop.log_book import read_entries
from samenloop.releases import approve
from samenloop.runs import RunRequest
from samenloop.storage import Artefact, WorkFolder
from schemas.errors import SamenloopError


@pytest.fixture
def request_(municipality, tmp_path, monkeypatch):
    monkeypatch.setenv("SAMENLOOP_HOME", str(municipality.home))
    return RunRequest(
        str(municipality.purpose), str(municipality.delivery), "2018H1", str(tmp_path / "work"), str(tmp_path / "out")
    )


def refused(code, call, *arguments):
    with pytest.raises(SamenloopError) as error:
        call(*arguments)
    assert error.value.code == code


def pulled(request_):
    reference = steps.open_run(request_)
    return reference, [steps.pull(reference, source) for source in steps.sources(reference)]


def test_artefacts_are_checked_and_complete(request_):
    reference, artefacts = pulled(request_)
    refused("reference_unknown", steps.link, reference, artefacts[:-1])
    refused("reference_unknown", steps.link, reference, [*artefacts[:-1], Artefact("rmc", "0" * 64, 1)])
    path = Path(request_.work) / "artefacts" / f"{artefacts[1].sha256}.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    refused("artefact_differs", steps.link, reference, artefacts)
    codes = [entry.code for entry in read_entries(WorkFolder(Path(request_.work))) if entry.step == "refused"]
    # The log does not write the same refusal of the same step twice in a row.
    assert codes == ["reference_unknown", "artefact_differs"]


def test_a_draft_that_the_log_does_not_tell_of_is_not_signed(request_):
    reference, folder = steps.run_all(request_)
    table = folder / "tables" / "stacking.csv"
    table.write_text(table.read_text().replace("GM0637;geen;", "GM0637;geen;9"))
    write_manifest(folder, ReleaseName("stapeling", "2018H1", reference.run))
    refused("draft_differs", approve, Path(request_.work), Path(request_.out), reference.run)
    assert not list(Path(request_.out).rglob("*.csv"))


def test_a_release_with_other_tables_is_not_passed_for_this_one(request_):
    work, out = Path(request_.work), Path(request_.out)
    reference, _ = steps.run_all(request_)
    place = approve(work, out, reference.run)
    steps.run_all(request_)
    assert approve(work, out, reference.run) == place
    (place / "manifest.sig").rename(out / "manifest.sig")
    refused("signature_invalid", approve, work, out, reference.run)
    (out / "manifest.sig").rename(place / "manifest.sig")
    table = place / "tables" / "stacking.csv"
    table.write_text(table.read_text().replace("GM0637;geen;", "GM0637;geen;9"))
    refused("file_differs", approve, work, out, reference.run)


def test_what_is_published_tells_no_digest_of_a_delivered_file_and_no_comment(request_, municipality, tmp_path):
    purpose = tmp_path / "purpose" / "stapeling.yaml"
    purpose.parent.mkdir()
    for path in municipality.purpose.parent.glob("stapeling.yaml*"):
        (purpose.parent / path.name).write_bytes(path.read_bytes())
    purpose.write_text(purpose.read_text() + "# een opmerking buiten de handtekening\n")
    _, folder = steps.run_all(RunRequest(**{**vars(request_), "purpose": str(purpose)}))
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    manifest = json.loads((municipality.delivery / "levering.json").read_bytes())
    digests = [file["sha256"] for file in manifest["files"].values()]
    digests.append(hashlib.sha256((municipality.delivery / "levering.json").read_bytes()).hexdigest())
    assert [digest for digest in digests if digest.encode() in everything] == []
    assert b"buiten de handtekening" not in everything
    assert (folder / MANIFEST).is_file()


def test_a_file_of_which_no_row_is_sound_is_refused(request_, municipality, tmp_path):
    """Every date of the file in another spelling is a broken extract, not a file without provisions."""
    delivery, source = copied(municipality.delivery, tmp_path / "delivery"), "wmo"
    path = delivery / f"{source}.csv"
    header, *rows = path.read_text().splitlines(keepends=True)
    content = "".join([header, *(row.replace("-", "/") for row in rows)]).encode()
    path.write_bytes(content)
    manifest = json.loads((delivery / "levering.json").read_bytes())
    manifest["files"][source]["sha256"] = hashlib.sha256(content).hexdigest()
    (delivery / "levering.json").write_text(json.dumps(manifest))
    reference = steps.open_run(RunRequest(**{**vars(request_), "delivery": str(delivery)}))
    refused("all_quarantined", steps.pull, reference, source)
