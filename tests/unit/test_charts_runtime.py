"""The runtime of interactive charts: the files as their makers published them, and a script that a policy can name."""

import base64
import hashlib
import json
import re
from importlib.resources import files

from chart_tables import facts, tables

from outputs.publication.charts import charts_for
from outputs.publication.charts.runtime import LIBRARIES, chart_styles, runtime_files, script_source, toggle_script

FOLDER = files("outputs.publication") / "runtime"
ROW = re.compile(
    r"^\| `(\S+)` \| (\S+), `\S+` \| ([\d.]+) \| BSD-3-Clause \(`(\S+)`\) \| (\d+) \| `([0-9a-f]{64})` \|$", re.M
)


def table() -> dict[str, tuple[str, str, str, str, str]]:
    return {row[0]: row[1:] for row in ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))}


def test_each_library_is_the_one_that_the_readme_names() -> None:
    found = runtime_files()
    assert tuple(table()) == LIBRARIES
    for name, (_, _, licence, size, digest) in table().items():
        assert hashlib.sha256(found[name]).hexdigest() == digest
        assert len(found[name]) == int(size)
        assert "Redistribution and use" in found[licence].decode()
    total = sum(len(found[name]) for name in LIBRARIES)
    assert f"{total:,} bytes together" in found["README.md"].decode()


def test_versions_are_those_in_the_files_and_in_the_specs() -> None:
    found, versions = runtime_files(), {name: row[1] for name, row in table().items()}
    assert f'version="{versions["vega.min.js"]}"' in found["vega.min.js"].decode()
    assert f'"{versions["vega-lite.min.js"]}"' in found["vega-lite.min.js"].decode()
    spec = json.loads(charts_for("concentratie", tables(), facts(), "nl")[0].spec_json)
    assert spec["$schema"].endswith(f"v{versions['vega-lite.min.js']}.json")


def test_nothing_else_is_shipped() -> None:
    names = {one.name for one in FOLDER.iterdir() if one.is_file()}
    assert names == {*runtime_files(), "charts.js", "charts.css"}


def test_the_script_can_stand_inside_a_page_and_is_named_by_its_hash() -> None:
    script = toggle_script()
    assert "</" not in script
    assert "<!--" not in script
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert script_source() == f"'sha256-{digest}' 'strict-dynamic'"
    assert "unsafe" not in script_source()
    assert tuple(re.findall(r'"([\w.-]+\.js)"', script)) == LIBRARIES


def test_the_script_evaluates_nothing_and_asks_for_nothing() -> None:
    script = toggle_script()
    for word in ("eval(", "new Function", "fetch(", "XMLHttpRequest", "import(", "innerHTML", "http://", "https://"):
        assert word not in script
    assert "ast: true" in script
    assert "loader: { load: refuse" in script
    assert "url(" not in chart_styles()
    assert "@import" not in chart_styles()
