"""The rooms of the house, and what may cross their walls."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("schemas", "pseudonymisation", "linkage", "outputs", "samenloop")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_imports_run_one_way():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda path: path.name)
def test_dags_are_wiring_only(path):
    packages = {name.split(".")[0] for name in _imports(path)}
    assert packages <= {"__future__", "airflow", "samenloop", "schemas", "datetime", "typing", "pendulum"}
    assert "schemas" not in packages


def test_one_file_reads_the_environment():
    readers = {"os.environ", "getenv", "environ.get"}
    found = {str(path.relative_to(ROOT)) for path in SOURCES if any(name in path.read_text() for name in readers)}
    # The demo sets SAMENLOOP_HOME for its own keyring; it reads nothing.
    assert found <= {"samenloop/demo.py"}


def test_only_disclosure_control_makes_protected_tables():
    makers = {str(path.relative_to(ROOT)) for path in SOURCES if "ProtectedTable(" in path.read_text()}
    # steps.py reads back what disclosure control made; page.py checks what it is given once more.
    assert makers == {"outputs/disclosure/protect.py", "samenloop/steps.py", "outputs/publication/page_tables.py"}


def test_nothing_reads_outside_the_project():
    assert not [path for path in SOURCES if "shared/" in path.read_text()]


def test_no_dumping_grounds():
    names = {path.stem for path in SOURCES} | {path.parent.name for path in SOURCES}
    assert not names & {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_can_be_read_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= 260
