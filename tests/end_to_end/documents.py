"""The commands of a page of the documentation, run as they stand there, one after another."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def run_blocks(page: str, place: Path) -> subprocess.CompletedProcess[str]:
    """Runs the ``sh`` blocks of ``docs/<page>`` in a folder that holds the purposes and nothing else."""
    shutil.copytree(ROOT / "purposes", place / "purposes")
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / page).read_text(), re.DOTALL)
    assert len(blocks) >= 5
    env = {name: value for name, value in os.environ.items() if not name.startswith("SAMENLOOP")}
    path = os.pathsep.join([str(Path(sys.executable).parent), env["PATH"]])
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=place,
        env={**env, "PATH": path, "HOME": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
