"""From draft to release under Airflow: the signature of the FG decides, and nothing that a user of Airflow can do."""

import ast
import json
import shutil
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from end_to_end.airflow_client import asked
from end_to_end.airflow_home import airflow, rows_of
from end_to_end.municipality import Municipality, Place, snapshot
from outputs.publication.release import ReleaseName, write_manifest
from samenloop import airflow_steps
from samenloop.airflow_approval import ANSWERS
from samenloop.approvals import decision_file
from samenloop.keyring import open_keyring
from samenloop.log_book import read_entries
from samenloop.purpose_register import sign_and_register
from samenloop.purposes import read_purpose
from samenloop.releases import decide, verify
from samenloop.signatures import public_key_file
from samenloop.storage import WorkFolder

_DAG = Path(__file__).parent.parent.parent / "dags" / "publish.py"
_YES = {"chosen_options": ["Goedkeuren"], "params_input": {"reason": "in orde"}, "responded_by_user": {"id": "x"}}
_NO = {"chosen_options": ["Afwijzen"], "params_input": {"reason": "te\nklein"}, "responded_by_user": {"id": "x"}}


@dataclass(frozen=True)
class Waiting:
    """A draft that waits, in folders of its own: a worker without the FG's key, and the FG with it."""

    place: Place
    worker: Path
    fg: Path

    @property
    def draft(self) -> Path:
        (only,) = self.place.drafts
        return only

    @property
    def params(self) -> dict[str, str]:
        return {"work": str(self.place.work), "out": str(self.place.out), "release": ""}

    def entries(self):
        return list(read_entries(WorkFolder(self.place.work), self.draft.name if self.place.drafts else None))

    def codes(self):
        return [entry.code for entry in self.entries() if entry.step == "refused"]


def made(root: Path, municipality: Municipality, by_command: str) -> Path:
    """A draft under a purpose that says who may approve; its keyring goes with its log."""
    home = shutil.copytree(municipality.home, root / "home")
    purpose = root / "stapeling.yaml"
    purpose.write_text(municipality.purpose.read_text().replace("by_command: true", f"by_command: {by_command}"))
    sign_and_register(open_keyring(home), read_purpose(purpose))
    done = replace(municipality, home=home, purpose=purpose).run(Place(root))
    assert done.exit_code == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def in_person(municipality, tmp_path_factory):
    return made(tmp_path_factory.mktemp("in_person"), municipality, "false")


@pytest.fixture(scope="module")
def by_command(municipality, tmp_path_factory):
    return made(tmp_path_factory.mktemp("by_command"), municipality, "true")


def _former(root: Path) -> None:
    """A release of before, with one figure of the municipality and one hidden cell that differ from the draft."""
    name = ReleaseName("stapeling", "2018H1", "2018h1-former")
    (drafted,) = Place(root).drafts
    former = shutil.copytree(drafted, name.folder(root / "out"))
    lines = (former / "tables" / "use.csv").read_text().splitlines(keepends=True)
    assert lines[3].startswith("2018H1;GM0637;Wmo;")
    lines[3] = "2018H1;GM0637;Wmo;85;5;6;A\n"
    (former / "tables" / "use.csv").write_text("".join([*lines, "2018H1;BU06379999;Wmo;;;;C\n"]))
    write_manifest(former, name)
    (former.parent / "current").symlink_to(former.name)


def waiting(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, worker_has_key: bool) -> Waiting:
    root = tmp_path / "place"
    shutil.copytree(template, root, symlinks=True)
    _former(root)
    fg = shutil.copytree(root / "home", tmp_path / "fg")
    if not worker_has_key:
        (root / "home" / "signing" / "fg.key").unlink()
    monkeypatch.setenv("SAMENLOOP_HOME", str(root / "home"))
    return Waiting(Place(root), root / "home", fg)


@pytest.fixture
def unsigned(in_person, tmp_path, monkeypatch):
    return waiting(in_person, tmp_path, monkeypatch, worker_has_key=False)


@pytest.fixture
def synthetic(by_command, tmp_path, monkeypatch):
    return waiting(by_command, tmp_path, monkeypatch, worker_has_key=True)


def sign(one: Waiting, answer, monkeypatch, reason="gezien"):
    """What the FG does, with a keyring of their own."""
    from datetime import UTC, datetime

    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("SAMENLOOP_HOME", str(one.fg))
        return decide(one.place.work, one.draft.name, answer, reason, datetime.now(UTC))


def fails(code, call, *arguments):
    with pytest.raises(AirflowFailException, match=rf"^refused: {code}: [^\n]*$"):
        call(*arguments)


def test_without_a_signature_nothing_is_published(unsigned):
    """The tasks before it were marked as successful by hand, so this one runs."""
    before = snapshot(unsigned.place.out)
    draft = airflow_steps.review(unsigned.params)
    assert (draft["release"], draft["work"]) == (unsigned.draft.name, str(unsigned.place.work))
    fails("decision_missing", airflow_steps.release, draft)
    assert snapshot(unsigned.place.out) == before
    assert unsigned.codes() == ["decision_missing"]


@pytest.mark.parametrize("worker_has_key", [False, True])
@pytest.mark.parametrize("answer", [_YES, _NO, None, "x", {"chosen_options": "Goedkeuren"}, {"params_input": 1}])
def test_an_answer_that_anybody_wrote_signs_nothing(in_person, tmp_path, monkeypatch, answer, worker_has_key):
    one = waiting(in_person, tmp_path, monkeypatch, worker_has_key=worker_has_key)
    before = snapshot(one.place.root / "work" / "drafts"), snapshot(one.place.out)
    draft = airflow_steps.review(one.params)
    assert airflow_steps.signed(draft, answer) is False
    fails("decision_missing", airflow_steps.release, draft)
    assert (snapshot(one.place.root / "work" / "drafts"), snapshot(one.place.out)) == before


def test_what_the_fg_signed_is_published_by_a_worker_without_the_key(unsigned, monkeypatch):
    decision = sign(unsigned, "approve", monkeypatch)
    draft = airflow_steps.review(unsigned.params)
    assert airflow_steps.signed(draft, None) is True
    published = Path(airflow_steps.release(draft)["folder"])
    assert unsigned.place.published.resolve() == published.resolve()
    assert verify(published, public_key_file(unsigned.fg / "signing", "fg")) > 10
    last = unsigned.entries()[-1]
    assert last.step == "approve"
    assert (last.inputs["decision"], last.inputs["decision:key"]) == (decision.sha256, decision.key)
    assert last.inputs["manifest"] == decision.manifest_sha256


def test_what_the_fg_rejected_leaves_the_former_release(unsigned, monkeypatch):
    before, folder, name = snapshot(unsigned.place.out), unsigned.draft.parent, unsigned.draft.name
    decision = sign(unsigned, "reject", monkeypatch, "te weinig huishoudens")
    draft = airflow_steps.review(unsigned.params)
    assert airflow_steps.release(draft) == {"release": name, "folder": ""}
    assert snapshot(unsigned.place.out) == before
    assert unsigned.place.drafts == []
    (kept,) = folder.glob(f".rejected.{name}.*.json")
    assert json.loads(kept.read_bytes())["decision"]["reason"] == "te weinig huishoudens"
    last = unsigned.entries()[-1]
    assert (last.step, last.inputs["decision"]) == ("reject", decision.sha256)
    with pytest.raises(AirflowSkipException, match="no draft waits"):
        airflow_steps.review(unsigned.params)


def test_a_signature_under_another_draft_publishes_nothing(unsigned, monkeypatch):
    before = snapshot(unsigned.place.out)
    sign(unsigned, "approve", monkeypatch)
    file = decision_file(unsigned.draft)
    content = json.loads(file.read_bytes())
    content["decision"]["manifest_sha256"] = "0" * 64
    file.write_text(json.dumps(content))
    draft = airflow_steps.review(unsigned.params)
    assert airflow_steps.signed(draft, _YES) is False
    fails("decision_invalid", airflow_steps.release, draft)
    with pytest.raises(AirflowException, match="draft_differs"):
        airflow_steps.release({**draft, "manifest_sha256": "0" * 64})
    assert snapshot(unsigned.place.out) == before
    assert unsigned.codes() == ["decision_invalid", "draft_differs"]


def test_a_rejection_does_not_become_an_approval(unsigned, monkeypatch):
    before = snapshot(unsigned.place.out)
    sign(unsigned, "reject", monkeypatch)
    file = decision_file(unsigned.draft)
    file.write_text(file.read_text().replace('"reject"', '"approve"'))
    fails("decision_invalid", airflow_steps.release, airflow_steps.review(unsigned.params))
    assert snapshot(unsigned.place.out) == before


@pytest.mark.parametrize(("answer", "step", "reason"), [(_YES, "approve", "in orde"), (_NO, "reject", "te klein")])
def test_where_the_purpose_allows_it_the_answer_is_signed(synthetic, answer, step, reason):
    draft = airflow_steps.review(synthetic.params)
    assert airflow_steps.signed(draft, answer) is True
    assert json.loads(decision_file(synthetic.draft).read_bytes())["decision"]["reason"] == reason
    airflow_steps.release(draft)
    assert synthetic.entries()[-1].step == step
    former = "2018h1-former" if step == "reject" else draft["release"]
    assert synthetic.place.published.readlink() == Path(former)


def test_what_the_fg_signed_stands_above_an_answer(synthetic, monkeypatch):
    sign(synthetic, "reject", monkeypatch)
    draft = airflow_steps.review(synthetic.params)
    assert airflow_steps.signed(draft, _YES) is True
    assert airflow_steps.release(draft)["folder"] == ""


def test_an_answer_about_another_draft_is_not_signed(synthetic):
    draft = airflow_steps.review(synthetic.params)
    with pytest.raises(AirflowException, match="draft_differs"):
        airflow_steps.signed({**draft, "manifest_sha256": "0" * 64}, _YES)
    assert not decision_file(synthetic.draft).exists()


def test_the_command_line_does_the_same(unsigned, municipality, monkeypatch):
    release = unsigned.draft.name
    worker = replace(municipality, home=unsigned.worker)
    folders = ("--work", unsigned.place.work, "--out", unsigned.place.out)
    refused = worker.command(unsigned.place, "release", "approve", release, *folders)
    assert (refused.exit_code, refused.stderr.split(": ")[1]) == (3, "approval_in_person")
    words = ("release", "decide", release, "--work", unsigned.place.work, "--reason", "gezien")
    without_key = worker.command(unsigned.place, *words, "--approve")
    assert (without_key.exit_code, without_key.stderr.split(": ")[1]) == (3, "key_missing")
    unsaid = replace(municipality, home=unsigned.fg).command(unsigned.place, *words)
    assert unsaid.exit_code == 2
    signed = replace(municipality, home=unsigned.fg).command(unsigned.place, *words, "--approve")
    assert signed.exit_code == 0, signed.stderr
    assert signed.stdout.startswith(f"Signed: approve {release}, manifest ")
    assert unsigned.place.published.readlink() == Path("2018h1-former")
    approved = worker.command(unsigned.place, "release", "approve", release, *folders)
    assert approved.exit_code == 0, approved.stderr
    assert unsigned.place.published.readlink() == Path(release)


def test_the_fg_is_shown_why_and_what_changes(unsigned):
    text = airflow_steps.shown(airflow_steps.review(unsigned.params))
    assert unsigned.draft.name in text
    assert "samenloop release decide" in text
    assert "Waarom koppelen: " in text
    assert "8. Rechten van betrokkenen: **" in text
    assert "sinds uitgave 2018h1-former (2018H1)" in text
    lines = (unsigned.draft / "tables" / "use.csv").read_text().splitlines()
    now, hidden = lines[3].split(";")[3], sum(line.endswith(";C") for line in lines)
    assert [line for line in text.splitlines() if line.startswith("  * use, ")] == [f"  * use, Wmo: 85 → {now}"]
    (table,) = [line for line in text.splitlines() if "(use): " in line]
    assert table.endswith(f"0 regels erbij, 1 weg; afgeschermd {hidden + 1} → {hidden}")
    assert "Regels die ruimer worden: geen" in text


def test_of_a_first_release_the_figures_are_shown_as_they_are(unsigned):
    shutil.rmtree(unsigned.place.out)
    text = airflow_steps.shown(airflow_steps.review(unsigned.params))
    assert "eerste uitgave van dit doel" in text
    assert "  * use, Wmo: " in text
    assert "→" not in text


def test_a_draft_that_was_changed_is_not_shown(unsigned):
    draft = airflow_steps.review(unsigned.params)
    (unsigned.draft / "index.html").write_text("<p>other")
    with pytest.raises(AirflowFailException, match="file_differs"):
        airflow_steps.shown(draft)


@pytest.fixture(scope="module")
def real(in_person, tmp_path_factory):
    """A real Airflow in which a user marked everything before the release as successful: unsigned, then signed."""
    root = tmp_path_factory.mktemp("publish")
    with pytest.MonkeyPatch.context() as patch:
        one = waiting(in_person, root, patch, worker_has_key=False)
        env = {"SAMENLOOP_HOME": str(one.worker)}
        conf = json.dumps(one.params)
        assert airflow(root, "migrate", env, "db", "migrate") == 0
        codes, states = [], []
        for name in ("unsigned", "signed"):
            if name == "signed":
                sign(one, "approve", patch)
            words = ("dags", "test", "publish", "-c", conf, "--mark-success-pattern", "ask|signed")
            codes.append(airflow(root, name, env, *words))
            states.append(one.place.published.readlink())
    return root, one, codes, states


def test_marking_the_tasks_as_successful_publishes_nothing(real):
    root, one, codes, states = real
    assert codes == [1, 0], (root / "signed.log").read_text()[-2000:]
    assert states == [Path("2018h1-former"), Path(one.draft.name)]
    log = (root / "unsigned.log").read_text()
    assert "AirflowFailException: refused: decision_missing: " in log
    assert "During handling" not in log


def test_xcom_carries_the_reference_only(real):
    root, *_ = real
    values = [json.loads(value) for (value,) in rows_of(root / "airflow", "SELECT value FROM xcom")]
    assert values
    for value in values:
        assert set(value) <= {"work", "out", "release", "manifest_sha256", "folder"}


def test_an_answer_in_the_browser_becomes_a_release_where_the_purpose_allows_it(synthetic, tmp_path):
    env = {"SAMENLOOP_HOME": str(synthetic.worker)}
    assert airflow(tmp_path, "migrate", env, "db", "migrate") == 0
    words = ("dags", "test", "publish", "-c", json.dumps(synthetic.params))
    codes: list[int] = []
    night = threading.Thread(target=lambda: codes.append(airflow(tmp_path, "answered", env, *words)))
    night.start()
    path = "/api/v2/dags/publish/dagRuns/{run}/taskInstances/ask/-1/hitlDetails"
    shown, answered = asked(
        tmp_path / "airflow",
        env,
        [
            {"path": path, "role": "admin"},
            {"method": "PATCH", "path": path, "role": "admin", "body": {k: _YES[k] for k in list(_YES)[:2]}},
        ],
    )
    night.join(80)
    assert answered["status"] == 200, answered["text"]
    detail = json.loads(shown["text"])
    assert detail["options"] == ["Goedkeuren", "Afwijzen"]
    assert synthetic.draft.name in detail["subject"]
    assert "Proportionaliteit" in detail["body"]
    assert codes == [0], (tmp_path / "answered.log").read_text()[-2000:]
    assert synthetic.place.published.readlink() == Path(synthetic.draft.name)
    assert json.loads(decision_file(synthetic.draft).read_bytes())["decision"]["reason"] == "in orde"


def test_the_dag_file_is_wiring_only():
    tree = ast.parse(_DAG.read_text())
    anywhere = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    light = {"datetime", "typing", "airflow.sdk", "airflow.sdk.configuration", "samenloop.airflow_approval"}
    assert anywhere == light | {"samenloop"}


def test_the_answers_are_those_that_can_be_signed():
    assert dict(ANSWERS) == {"Goedkeuren": "approve", "Afwijzen": "reject"}
