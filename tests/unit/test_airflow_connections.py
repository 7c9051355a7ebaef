"""Connections of Airflow, as it finds them in the environment, in the words of our file systems and databases."""

import json

import pytest
import sqlalchemy as sa
from end_to_end.s3_server import BUCKET, s3_server
from end_to_end.sftp_server import sftp_server

from samenloop.airflow_connections import connection_options
from samenloop.delivery_location import database_url, delivery_folder
from schemas.errors import RunError

pytestmark = pytest.mark.xdist_group("servers")


@pytest.fixture(autouse=True)
def without_a_file_of_ours(monkeypatch):
    monkeypatch.delenv("SAMENLOOP_CONNECTIONS_FILE", raising=False)


@pytest.fixture
def connection(monkeypatch):
    def stated(said):
        text = said if isinstance(said, str) else json.dumps(said)
        monkeypatch.setenv("AIRFLOW_CONN_GEMEENTE", text)
        return connection_options("gemeente")

    return stated


SFTP = {"host": "sftp.voorbeeld.nl", "port": 2222, "username": "lezer", "password": "GEHEIM/:@ woord"}


@pytest.mark.parametrize(
    "said",
    [
        "sftp://lezer:GEHEIM%2F%3A%40%20woord@sftp.voorbeeld.nl:2222",
        {
            "conn_type": "sftp",
            "host": "sftp.voorbeeld.nl",
            "port": 2222,
            "login": "lezer",
            "password": "GEHEIM/:@ woord",
            "extra": {"no_host_key_check": "true", "allow_host_key_change": "true"},
        },
    ],
    ids=["uri", "json"],
)
def test_sftp_with_a_password_always_checks_the_host(said, connection):
    assert connection(said) == SFTP


def test_sftp_with_a_key(connection):
    extra = {"key_file": "/run/secrets/sleutel", "private_key_passphrase": "GEHEIM", "known_hosts": "/etc/hosts.known"}
    assert connection({"conn_type": "ssh", "host": "h", "login": "lezer", "extra": extra}) == {
        **{"host": "h", "username": "lezer"},
        **{"key_filename": "/run/secrets/sleutel", "passphrase": "GEHEIM", "known_hosts": "/etc/hosts.known"},
    }


def test_s3(connection):
    extra = {"endpoint_url": "https://s3.voorbeeld.nl", "region_name": "eu-west-1", "aws_session_token": "t"}
    assert connection({"conn_type": "aws", "login": "sleutel", "password": "GEHEIM", "extra": extra}) == {
        **{"key": "sleutel", "secret": "GEHEIM", "session_token": "t"},
        **{"region": "eu-west-1", "endpoint_url": "https://s3.voorbeeld.nl"},
    }


def test_s3_without_a_key_is_what_the_machine_may_read(connection):
    assert connection("aws://") == {}


def test_azure(connection):
    assert connection({"conn_type": "wasb", "login": "account", "password": "GEHEIM"}) == {
        "account_name": "account",
        "account_key": "GEHEIM",
    }


@pytest.mark.parametrize(
    "said",
    [
        "postgres://lezer:GEHEIM%40%2F@db.voorbeeld.nl:5433/suite?sslmode=verify-full&sslrootcert=%2Fca.pem",
        {
            **{"conn_type": "postgres", "login": "lezer", "password": "GEHEIM@/", "host": "db.voorbeeld.nl"},
            **{"port": 5433, "schema": "suite", "extra": {"sslmode": "verify-full", "sslrootcert": "/ca.pem"}},
        },
    ],
    ids=["uri", "json"],
)
def test_postgres_keeps_what_is_said_of_its_transport(said, connection):
    url = sa.make_url(connection(said)["url"])
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password) == ("lezer", "GEHEIM@/")
    assert (url.host, url.port, url.database) == ("db.voorbeeld.nl", 5433, "suite")
    assert url.query == {"sslmode": "verify-full", "sslrootcert": "/ca.pem"}


@pytest.mark.parametrize("kind", ["mssql", "oracle", "mysql"])
def test_another_database_needs_its_whole_address(connection, kind):
    with pytest.raises(RunError, match="connection_unknown"):
        connection({"conn_type": kind, "host": "db", "login": "lezer", "password": "GEHEIM", "schema": "suite"})


def test_a_whole_url_in_the_extra_comes_first(connection):
    said = {"conn_type": "generic", "extra": {"url": "mssql+pyodbc://lezer:GEHEIM@db/suite?driver=x"}}
    assert connection(said) == {"url": "mssql+pyodbc://lezer:GEHEIM@db/suite?driver=x"}


def test_extra_that_is_no_object_says_nothing(connection):
    assert connection({"conn_type": "sftp", "host": "h", "extra": "[1]"}) == {"host": "h"}


@pytest.mark.parametrize("said", [None, "{geen json GEHEIM"])
def test_a_connection_that_airflow_does_not_give(said, monkeypatch, capfd):
    if said:
        monkeypatch.setenv("AIRFLOW_CONN_GEMEENTE", said)
    with pytest.raises(RunError) as caught:
        delivery_folder("sftp://gemeente@127.0.0.1/map")
    assert caught.value.code == "connection_unknown"
    assert caught.value.__cause__ is None
    assert "GEHEIM" not in str(caught.value) + "".join(capfd.readouterr())


def test_a_delivery_by_a_connection_of_airflow(connection, tmp_path):
    with sftp_server(tmp_path) as server:
        (server.root / "levering").mkdir()
        (server.root / "levering" / "levering.json").write_bytes(b"{}")
        known = server.connection
        connection(
            {
                **{"conn_type": "sftp", "host": "127.0.0.1", "port": server.port},
                **{"login": known["username"], "password": known["password"]},
                "extra": {"known_hosts": known["known_hosts"]},
            }
        )
        with delivery_folder("sftp://gemeente@127.0.0.1/levering").open("levering.json") as file:
            assert file.read() == b"{}"


def test_a_bucket_by_a_connection_of_airflow(connection):
    with s3_server() as server:
        known = server.connection
        server.client.put_object(Bucket=BUCKET, Key="levering/levering.json", Body=b"{}")
        extra = {"endpoint_url": known["endpoint_url"], "region_name": known["region"]}
        connection({"conn_type": "aws", "login": known["key"], "password": known["secret"], "extra": extra})
        with delivery_folder(f"s3://gemeente@{BUCKET}/levering").open("levering.json") as file:
            assert file.read() == b"{}"


def test_a_database_by_a_connection_of_airflow(connection):
    connection("postgres://lezer:GEHEIM@db/suite")
    assert database_url("gemeente").get_secret_value() == "postgresql+psycopg://lezer:GEHEIM@db/suite"
