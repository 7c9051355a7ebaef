"""What README.md says can be done as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```\n(.*?)```", README, re.DOTALL)


def test_its_make_commands_are_targets():
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"make (\w+)", "\n".join(BLOCKS))
    assert set(named) == {"demo", "test"}
    assert set(named) <= set(targets)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", README))
def test_its_links_lead_somewhere(link):
    assert (ROOT / link).is_file()


def test_its_own_delivery_commands_run(tmp_path):
    """Runs the block in a copy of the purposes, so that no signature appears in the checkout."""
    block = next(block for block in BLOCKS if "samenloop run" in block)
    shutil.copytree(ROOT / "purposes", tmp_path / "purposes")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "samenloop").symlink_to(Path(sys.executable).with_name("samenloop"))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=tmp_path,
        env={**os.environ, "PWD": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "draft    stapeling 2018H1" in done.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_no_page_of_the_documentation_is_empty(path):
    assert len(path.read_text().split()) > 100
