"""The page "Verwerkingen" in Airflow: what it shows, to whom, and that it gives no file but those of a manifest."""

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from end_to_end.airflow_client import asked
from end_to_end.airflow_home import airflow
from end_to_end.municipality import Place, snapshot
from samenloop.airflow_plugin import SamenloopPlugin, application, may_see
from samenloop.processing_page import ShownRun, render_page


class Reader(HTMLParser):
    """Every tag with its attributes, and the text of the cells per row."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.rows, self.at = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.at = tag
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.at in ("td", "th", "a"):
            self.rows[-1][-1] += data.strip()


@pytest.fixture
def place(release, tmp_path):
    """A release that was published by the command line, as it lies there."""
    shutil.copytree(release.root, tmp_path / "place", symlinks=True)
    return Place(tmp_path / "place")


@pytest.fixture
def client(place, monkeypatch):
    monkeypatch.setenv("SAMENLOOP_WORK", str(place.work))
    monkeypatch.setenv("SAMENLOOP_OUT", str(place.out))
    monkeypatch.setenv("SAMENLOOP_HOME", str(place.root / "there is no keyring here"))
    app = application()
    app.dependency_overrides[may_see] = lambda: None
    return TestClient(app)


def test_the_last_runs_are_there_with_their_state(client, place):
    got = client.get("/verwerkingen")
    assert got.status_code == 200
    page, name = Reader(got.text), place.published.readlink().name
    (row,) = [row for row in page.rows if row[0] == name]
    assert row[1:4] == ["eerste halfjaar van 2018", "goedgekeurd", "6"]
    disclosure = json.loads((place.published / "protocol" / "disclosure.json").read_bytes())
    assert row[4] == str(len(list((place.published / "tables").glob("*.csv"))))
    assert row[5] == str(sum(one["hidden"] for one in disclosure["tables"].values()))


def test_the_page_can_be_read_by_everybody(client):
    page = Reader(client.get("/verwerkingen").text)
    assert ("html", {"lang": "nl"}) in page.tags
    names = [tag for tag, _ in page.tags]
    assert names.count("caption") == names.count("table") > 0
    assert {attributes.get("scope") for tag, attributes in page.tags if tag == "th"} == {"col", "row"}
    assert "script" not in names


def test_a_link_leads_to_the_statement_of_the_release(client, place):
    (link,) = [attributes["href"] for tag, attributes in Reader(client.get("/verwerkingen").text).tags if tag == "a"]
    got = client.get(f"/{link}")
    assert got.content == (place.published / "protocol" / "verantwoording.html").read_bytes()
    assert got.headers["content-type"] == "text/html; charset=utf-8"


def test_every_answer_allows_no_script_and_no_frame_elsewhere(client):
    (link,) = [attributes["href"] for tag, attributes in Reader(client.get("/verwerkingen").text).tags if tag == "a"]
    for path in ("/verwerkingen", f"/{link}"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "script-src" not in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert "unsafe-inline" not in client.get("/verwerkingen").headers["content-security-policy"]


def base(place, kind="uitgave"):
    return f"/{kind}/stapeling/2018H1/{place.published.readlink().name}"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "manifest.json",
            "manifest.sig",
            "../current/index.html",
            "../../../../work/log-id",
            "protocol/../index.html",
        ),
        *("/etc/passwd", "//etc/passwd", "protocol", "protocol/", "", ".", "..", "index.html\x00", "INDEX.html"),
    ],
)
@pytest.mark.parametrize("kind", ["uitgave", "concept"])
def test_nothing_is_given_but_what_the_manifest_names(client, place, name, kind):
    assert client.get(f"{base(place, kind)}/index.html").status_code == 200
    # As it stands a client would settle the dots by itself.
    for written in (
        quote(name, safe="/").replace(".", "%2E"),
        quote(name, safe=""),
        quote(quote(name, safe=""), safe=""),
    ):
        assert client.get(f"{base(place, kind)}/{written}").status_code == 404


@pytest.mark.parametrize("kind", ["work", "..", "log", "drafts", "Concept"])
def test_there_are_no_other_kinds(client, place, kind):
    assert client.get(f"{base(place, kind)}/index.html").status_code == 404


def test_a_file_that_was_changed_or_is_a_link_is_not_given(client, place):
    page = place.published / "index.html"
    content = page.read_bytes()
    page.write_bytes(content + b"<p>")
    assert client.get(f"{base(place)}/index.html").status_code == 404
    (place.root / "elsewhere.html").write_bytes(content)
    page.unlink()
    page.symlink_to(place.root / "elsewhere.html")
    assert client.get(f"{base(place)}/index.html").status_code == 404


def test_what_was_put_aside_is_not_given(client, place):
    (draft,) = place.drafts
    hidden = draft.with_name(f".rejected.{draft.name}")
    draft.rename(hidden)
    assert client.get(f"/concept/stapeling/2018H1/{hidden.name}/index.html").status_code == 404
    assert client.get("/uitgave/stapeling/2018H1/current/index.html").status_code == 404


def test_looking_changes_nothing(client, place):
    before = snapshot(place.root)
    client.get("/verwerkingen")
    client.get(f"{base(place)}/index.html")
    assert snapshot(place.root) == before


def test_without_folders_it_says_so(client, monkeypatch):
    monkeypatch.delenv("SAMENLOOP_WORK")
    assert client.get("/verwerkingen").status_code == 503


def test_an_empty_work_folder_is_an_empty_page(client, tmp_path, monkeypatch):
    monkeypatch.setenv("SAMENLOOP_WORK", str(tmp_path / "nothing"))
    assert "Er is nog geen verwerking geweest." in client.get("/verwerkingen").text


def test_a_value_is_no_markup():
    text = render_page([ShownRun("<b>x", "a:1", "<i>", "concept (<u>)", 1, 2, 3, '"><script>')])
    assert not {"b", "i", "u", "script"} & {tag for tag, _ in Reader(text).tags}


def test_a_refusal_is_shown_with_its_code():
    assert "<td>geweigerd (wrong_hash)</td>" in render_page(
        [ShownRun("2018h1-x", "a:1", "2018H1", "geweigerd (wrong_hash)", 1, 0, 0, "")]
    )


@pytest.fixture(scope="module")
def inside(release, tmp_path_factory):
    """What a real Airflow answers: to nobody, to whoever may look, and about its plugins."""
    root = tmp_path_factory.mktemp("inside")
    assert airflow(root, "migrate", {}, "db", "migrate") == 0
    env = {"SAMENLOOP_WORK": str(release.work), "SAMENLOOP_OUT": str(release.out)}
    page, file = "/samenloop/verwerkingen", f"/samenloop{base(release)}/index.html"
    asking = [
        *({"path": page}, {"path": file}, {"path": page, "role": "viewer"}, {"path": file, "role": "viewer"}),
        *({"path": page, "role": "nobody"}, {"path": "/api/v2/plugins", "role": "admin"}),
        {"path": "/api/v2/plugins/importErrors", "role": "admin"},
    ]
    return asked(root / "airflow", env, asking)


def test_nobody_sees_it_without_logging_in(inside):
    assert [answer["status"] for answer in inside[:2]] == [401, 401]


def test_who_may_look_at_the_runs_sees_it(inside):
    assert [answer["status"] for answer in inside[2:4]] == [200, 200]
    assert "goedgekeurd" in inside[2]["text"]


def test_who_has_no_role_does_not(inside):
    assert inside[4]["status"] == 403


def test_airflow_loads_the_plugin_with_its_view(inside):
    (plugin,) = [one for one in json.loads(inside[5]["text"])["plugins"] if one["name"] == SamenloopPlugin.name]
    (view,) = plugin["external_views"]
    assert (view["name"], view["href"], view["destination"]) == ("Verwerkingen", "/samenloop/verwerkingen", "nav")
    assert Path(plugin["source"].split(": ")[-1]).name == "verwerkingen.py" or "verwerkingen.py" in plugin["source"]
    assert json.loads(inside[6]["text"])["total_entries"] == 0
