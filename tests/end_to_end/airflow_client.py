"""Airflow's own API server with our plugin, in a process of its own, asked by a client: a user with a role.

Run as a program it reads requests from its first argument (JSON: role, method, path, body) and prints the answers; a
request may first wait until the question to the FG is there, and its path may name that run as ``{run}``.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

_PLUGINS = Path(__file__).parent.parent.parent / "plugins"


def asked(home: Path, env: Mapping[str, str], requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gives status, headers and text of the answer to each request."""
    settings = {
        **{"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__PLUGINS_FOLDER": str(_PLUGINS)},
        **{"AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin"},
        **{"AIRFLOW__API_AUTH__JWT_SECRET": "x" * 64, "HOME": str(home)},
    }
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "SAMENLOOP"))}
    done = subprocess.run(
        [sys.executable, __file__, json.dumps(requests)],
        env={**inherited, **settings, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=85,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return answers


def _run_that_waits() -> str:
    for _ in range(60):
        with closing(sqlite3.connect(Path(os.environ["AIRFLOW_HOME"]) / "airflow.db")) as database:
            found = database.execute("SELECT run_id FROM task_instance WHERE state = 'awaiting_input'").fetchall()
        if found:
            return str(found[0][0])
        time.sleep(0.5)
    raise TimeoutError("nobody was asked anything")


def _main() -> None:
    from airflow.api_fastapi.app import create_app, get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from fastapi.testclient import TestClient

    answers = []
    with TestClient(create_app()) as client:
        for request in json.loads(sys.argv[1]):
            path = request["path"].replace("{run}", _run_that_waits() if "{run}" in request["path"] else "")
            headers = {}
            if role := request.get("role"):
                user = SimpleAuthManagerUser(username=role, role=None if role == "nobody" else role)
                token = get_auth_manager().generate_jwt(user)
                headers["Authorization"] = f"Bearer {token}"
            got = client.request(request.get("method", "GET"), path, headers=headers, json=request.get("body"))
            answers.append({"status": got.status_code, "headers": dict(got.headers), "text": got.text})
    print(json.dumps(answers))


if __name__ == "__main__":
    _main()
