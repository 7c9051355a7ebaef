"""What a deployment calls a place: folders, URLs without secrets, and connections by name."""

import hashlib
import json
from pathlib import Path

import pytest
from end_to_end.sftp_server import PASSWORD, sftp_server

from pseudonymisation import delivery
from pseudonymisation.delivery import open_checked
from pseudonymisation.delivery_folder import LocalFolder
from samenloop.delivery_location import database_url, delivery_folder, is_remote, whole_location
from schemas.delivery import DeliveredFile
from schemas.errors import RefusedDelivery, RunError

pytestmark = pytest.mark.xdist_group("servers")


@pytest.fixture
def connections(tmp_path, monkeypatch):
    file = tmp_path / "connections.json"
    monkeypatch.setenv("SAMENLOOP_CONNECTIONS_FILE", str(file))

    def write(content, mode=0o600):
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        file.chmod(mode)

    return write


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with sftp_server(tmp_path_factory.mktemp("sftp")) as started:
        yield started


def refused(code, ask, *arguments):
    with pytest.raises(RunError) as caught:
        ask(*arguments)
    assert caught.value.code == code
    assert "GEHEIM" not in str(caught.value)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_a_path_is_a_folder_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert whole_location("levering") == str(tmp_path / "levering")
    assert delivery_folder("levering") == LocalFolder(Path("levering"))
    assert not is_remote(str(tmp_path))


def test_a_url_stays_as_it_is():
    assert whole_location("sftp://a@b/c/../d") == "sftp://a@b/c/../d"


@pytest.mark.parametrize(
    "location",
    [
        "ftp://host/map",
        "file:///etc",
        "http://169.254.169.254/latest",
        "sftp:///map",
        "s3://",
        "sftp://[host/map",
        "sftp://host:poort/map",
        "sftp://host:99999/map",
        "s3://bucket:9000/map",
        "sftp://lezer:GEHEIM@host/map",
        "sftp://lezer:@host/map",
        "s3://bucket/map?secret=GEHEIM",
        "s3://bucket/map#GEHEIM",
    ],
)
def test_a_location_that_is_none_or_holds_a_secret(location):
    refused("location_invalid", delivery_folder, location)


def test_a_connection_that_nobody_made(connections):
    connections({"andere": {}})
    refused("connection_unknown", delivery_folder, "sftp://gemeente@127.0.0.1/map")
    refused("connection_unknown", database_url, "gemeente")


def test_a_connection_to_a_server_is_no_database(connections):
    connections({"gemeente": {"host": "127.0.0.1", "password": "GEHEIM"}})
    refused("connection_unknown", database_url, "gemeente")


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"gemeente": "GEHEIM"}', '{"gemeente": 5}', '"gemeente"'])
def test_a_file_of_connections_that_says_nothing(content, connections):
    connections(content)
    refused("connections_unreadable", database_url, "gemeente")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_of_connections_that_is_not_for_its_owner_alone(mode, connections):
    connections({"gemeente": {"url": "postgresql://GEHEIM"}}, mode)
    assert "chmod 600" in refused("connections_unreadable", database_url, "gemeente")


def test_a_file_of_connections_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMENLOOP_CONNECTIONS_FILE", str(tmp_path / "weg.json"))
    refused("connections_unreadable", database_url, "gemeente")


def test_the_address_of_a_database_shows_itself_nowhere(connections):
    connections({"suite": {"url": "postgresql+psycopg://lezer:GEHEIM@host/suite"}})
    address = database_url("suite")
    assert address.get_secret_value() == "postgresql+psycopg://lezer:GEHEIM@host/suite"
    assert "GEHEIM" not in f"{address!r} {address}"


@pytest.mark.parametrize(
    "stated", [{"url": "postgresql://GEHEIM"}, {"onbekend": "GEHEIM"}, {"known_hosts": "/weg"}, {}]
)
def test_a_connection_that_does_not_fit_the_server(stated, connections):
    connections({"gemeente": stated})
    refused("server_unreachable", delivery_folder, "sftp://gemeente@127.0.0.1:1/map")


def test_a_folder_of_a_server_says_nothing_of_its_connection(server, connections):
    connections({"gemeente": server.connection})
    folder = delivery_folder(f"sftp://gemeente@127.0.0.1:{server.port}/map")
    assert PASSWORD not in repr(folder)
    assert "127.0.0.1" not in repr(folder)


def test_a_server_that_stops_in_the_middle_is_a_missing_file(server, connections):
    connections({"gemeente": server.connection})
    (server.root / "half").mkdir()
    (server.root / "half" / "wmo.csv").write_bytes(b"x" * (9 << 20))
    folder = delivery_folder(f"sftp://gemeente@127.0.0.1:{server.port}/half")
    with folder.open("wmo.csv") as file:
        assert file.read(10) == b"x" * 10
        server.hang_up()
        with pytest.raises(OSError, match="the server stopped giving the file"):
            file.read()
    with pytest.raises(OSError, match="does not know the file"):
        folder.stamp("wmo.csv", file)


@pytest.fixture
def held(server, connections):
    """A file of a server that is to be read here and there: its folder, its path and what the manifest says."""
    connections({"gemeente": server.connection})
    path = server.root / "parquet" / "wmo.parquet"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"PAR1 rijen PAR1")
    said = DeliveredFile(name=path.name, rows=1, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    return delivery_folder(f"sftp://gemeente@127.0.0.1:{server.port}/parquet"), path, said


def test_what_is_read_here_and_there_is_held_as_it_was_checked(held):
    folder, path, said = held
    with open_checked(folder, "wmo", said, here_and_there=True) as file:
        path.write_bytes(b"PAR1 anders PAR1")
        assert file.seek(5) == 5
        assert file.read(5) == b"rijen"


def test_it_is_refused_when_other_bytes_come_after_the_check(held, monkeypatch):
    folder, path, said = held
    check = delivery._check_bytes

    def checked(*arguments):
        check(*arguments)
        path.write_bytes(b"PAR1 appel PAR1")

    monkeypatch.setattr(delivery, "_check_bytes", checked)
    with (
        pytest.raises(RefusedDelivery, match="file_changed"),
        open_checked(folder, "wmo", said, here_and_there=True),
    ):
        pass


def test_it_is_refused_when_it_is_more_than_is_held(held, monkeypatch):
    folder, _, said = held
    monkeypatch.setattr(delivery, "HELD_BYTES", 14)
    with pytest.raises(RefusedDelivery, match="too_large"), open_checked(folder, "wmo", said, here_and_there=True):
        pass


def test_a_folder_that_is_no_longer_used_hangs_up(server, connections):
    connections({"gemeente": server.connection})
    folder = delivery_folder(f"sftp://gemeente@127.0.0.1:{server.port}/map")
    assert server.sessions
    del folder
    assert server.is_left_alone()
