"""Deliveries on real servers (SFTP, S3): the same release as from a folder, and refusals that tell nothing."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from end_to_end.commands import Outcome
from end_to_end.municipality import Municipality, Place, snapshot
from end_to_end.other_forms import delivered_as_parquet, written_purpose
from end_to_end.s3_server import BUCKET, s3_server
from end_to_end.sftp_server import PASSWORD, USER, SftpServer, sftp_server

pytestmark = pytest.mark.xdist_group("servers")

EXAMPLE = Path(__file__).parent.parent.parent / "purposes" / "stapeling.yaml"
_LINE = re.compile(r"(failed|refused): (?P<code>[a-z_]+): [^\n]+: [^\n:]+\n")


@dataclass(frozen=True)
class Server:
    """Where deliveries are put, and how they are asked for.

    Attributes:
        connection: what its reader knows.
        put: puts a folder under a name.
        overwrite: gives an action, for a process of its own, that writes other bytes to a file.
        location: URL of a folder by its name.
    """

    connection: dict[str, Any]
    put: Callable[[Path, str], object]
    overwrite: Callable[[str, bytes], Callable[[], None]]
    location: Callable[[str], str]

    @property
    def secrets(self) -> list[str]:
        return [str(self.connection[name]) for name in ("password", "key", "secret") if name in self.connection]


@pytest.fixture(scope="module")
def sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    with sftp_server(tmp_path_factory.mktemp("sftp")) as server:
        yield server


@pytest.fixture(scope="module")
def servers(sftp: SftpServer) -> Iterator[dict[str, Server]]:
    with s3_server() as s3:
        yield {
            "sftp": Server(
                sftp.connection,
                lambda folder, name: shutil.copytree(folder, sftp.root / name),
                lambda name, content: partial(_write, sftp.root / name, content),
                lambda name: f"sftp://gemeente@127.0.0.1:{sftp.port}/{name}",
            ),
            "s3": Server(
                s3.connection,
                s3.upload,
                lambda name, content: partial(_put_object, s3.connection, name, content),
                lambda name: f"s3://gemeente@{BUCKET}/{name}",
            ),
        }


@pytest.fixture(params=["sftp", "s3"])
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    return servers[request.param]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "run")
    made.root.mkdir()
    return made


def _write(path: Path, content: bytes) -> None:
    """Writes into the file and leaves its time as it was: nothing but the bytes tells."""
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _put_object(connection: dict[str, str], name: str, content: bytes) -> None:
    from end_to_end.s3_server import S3Server

    S3Server(connection).client.put_object(Bucket=BUCKET, Key=name, Body=content)


def _after_the_check(change: Callable[[], None]) -> None:
    """A fault for a child: the sender writes to the wmo once its bytes have been found in order."""
    from pseudonymisation import delivery

    check = delivery._check_bytes

    def checked(file: Any, source: str, delivered: Any) -> None:
        check(file, source, delivered)
        if source == "wmo":
            change()

    delivery._check_bytes = checked


def _asking(municipality: Municipality, root: Path, location: str, connection: dict[str, Any]) -> Municipality:
    """The municipality with a delivery elsewhere, and a file that says how to get in there."""
    file = root / "connections.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps({"gemeente": connection}))
    return replace(municipality, delivery=location, env={"SAMENLOOP_CONNECTIONS_FILE": str(file)})


def _stopped(outcome: Outcome, exit_code: int, code: str, *unsaid: str) -> None:
    assert outcome.exit_code == exit_code, outcome
    assert outcome.stdout == ""
    line = _LINE.fullmatch(outcome.stderr)
    assert line, outcome.stderr
    assert line["code"] == code
    assert not [word for word in unsaid if word in outcome.stderr]


def _found_in(place: Place, words: list[str]) -> list[str]:
    return [path for path, content in snapshot(place.root).items() if any(word.encode() in content for word in words)]


def test_the_same_release_as_from_a_folder(
    server: Server, municipality: Municipality, release: Place, place: Place, tmp_path: Path
) -> None:
    server.put(municipality.delivery, "levering")
    asking = _asking(municipality, tmp_path, server.location("levering"), server.connection)
    outcome = asking.run(place, "--approve")
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.stderr == ""
    assert snapshot(place.published / "tables") == snapshot(release.published / "tables")
    assert _found_in(place, server.secrets) == []


def test_parquet_is_read_here_and_there(
    server: Server, municipality: Municipality, release: Place, place: Place, tmp_path: Path
) -> None:
    formats = delivered_as_parquet(municipality.delivery, tmp_path / "parquet")
    server.put(tmp_path / "parquet", "parquet")
    shutil.copytree(municipality.home, tmp_path / "home")
    purpose = written_purpose(EXAMPLE, tmp_path / "stapeling.yaml", version=2, formats=formats)
    own = replace(municipality, home=tmp_path / "home", purpose=purpose)
    assert own.command(place, "purpose", "sign", purpose).exit_code == 0
    outcome = _asking(own, tmp_path, server.location("parquet"), server.connection).run(place, "--approve")
    assert outcome.exit_code == 0, outcome.stderr
    assert _figures(place) == _figures(release)


def _figures(place: Place) -> dict[str, bytes]:
    """The tables; the workbook also names the version of the purpose, which is another one here."""
    tables = snapshot(place.published / "tables")
    return {name: content for name, content in tables.items() if not name.endswith(".xlsx")}


def test_a_file_that_is_written_to_after_it_was_checked(
    server: Server, municipality: Municipality, place: Place, tmp_path: Path
) -> None:
    content = (municipality.delivery / "wmo.csv").read_bytes()
    server.put(municipality.delivery, "veranderd")
    asking = _asking(municipality, tmp_path, server.location("veranderd"), server.connection)
    change = server.overwrite("veranderd/wmo.csv", content.replace(b"AGBW0000", b"AGBW0009"))
    _stopped(asking.run(place, fault=partial(_after_the_check, change)), 4, "file_changed", *server.secrets)


def test_a_file_that_is_not_there(server: Server, municipality: Municipality, place: Place, tmp_path: Path) -> None:
    shutil.copytree(municipality.delivery, tmp_path / "delivery")
    (tmp_path / "delivery" / "wmo.csv").unlink()
    server.put(tmp_path / "delivery", "onvolledig")
    asking = _asking(municipality, tmp_path, server.location("onvolledig"), server.connection)
    _stopped(asking.run(place), 4, "file_missing", *server.secrets)


def test_a_folder_without_a_manifest(server: Server, municipality: Municipality, place: Place, tmp_path: Path) -> None:
    asking = _asking(municipality, tmp_path, server.location("nergens"), server.connection)
    _stopped(asking.run(place), 4, "manifest_missing", *server.secrets)


@pytest.mark.parametrize("wrong", ["password", "secret", "key"])
def test_a_wrong_secret(
    wrong: str, servers: dict[str, Server], municipality: Municipality, place: Place, tmp_path: Path
) -> None:
    server = servers["sftp" if wrong == "password" else "s3"]
    known = {**server.connection, wrong: "GEHEIM-maar-fout"}
    asking = _asking(municipality, tmp_path, server.location("levering"), known)
    _stopped(asking.run(place), 1, "server_unreachable", "GEHEIM", USER, "127.0.0.1")
    assert _found_in(place, ["GEHEIM", *server.secrets]) == []


def test_a_server_that_is_not_there(server: Server, municipality: Municipality, place: Place, tmp_path: Path) -> None:
    elsewhere = {"port": 1, "endpoint_url": "http://127.0.0.1:1"}
    gone = {name: elsewhere.get(name, known) for name, known in server.connection.items()}
    asking = _asking(municipality, tmp_path, server.location("levering"), gone)
    _stopped(asking.run(place), 1, "server_unreachable", *server.secrets, "127.0.0.1")


@pytest.mark.parametrize("known", [False, True], ids=["of nobody", "of another server there"])
def test_an_unknown_host_never_gets_the_password(
    known: bool, sftp: SftpServer, servers: dict[str, Server], municipality: Municipality, place: Place, tmp_path: Path
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    hosts = tmp_path / "known_hosts"
    hosts.write_text(f"[127.0.0.1]:{sftp.port} {other}" if known else "")
    before = len(sftp.asked)
    asking = _asking(
        municipality, tmp_path, servers["sftp"].location("levering"), {**sftp.connection, "known_hosts": str(hosts)}
    )
    _stopped(asking.run(place), 1, "server_unreachable", PASSWORD, USER, "127.0.0.1")
    assert len(sftp.asked) == before


@pytest.mark.parametrize("name", ["wmo.csv", "levering.json"])
def test_a_link_on_the_server_is_not_followed(
    name: str, sftp: SftpServer, servers: dict[str, Server], municipality: Municipality, place: Place, tmp_path: Path
) -> None:
    folder = f"link-{name}"
    servers["sftp"].put(municipality.delivery, folder)
    (sftp.root / folder / name).rename(sftp.root / folder / "elders")
    (sftp.root / folder / name).symlink_to("elders")
    asking = _asking(municipality, tmp_path, servers["sftp"].location(folder), sftp.connection)
    code = "manifest_missing" if name == "levering.json" else "file_missing"
    _stopped(asking.run(place), 4, code, PASSWORD)
