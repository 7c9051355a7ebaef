"""What an Airflow Connection knows of a server or a database, in the words of fsspec and SQLAlchemy."""

import json
from typing import Any, Final

from schemas.errors import RunError

#: What a Connection to PostgreSQL says of its transport: never to be lost, or the line is less safe than was asked.
_SAFE_TRANSPORT: Final = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl")


def connection_options(name: str) -> dict[str, Any]:
    """Gives the options of a Connection: ``url`` of a database, or what fsspec wants to know of a server.

    Raises:
        RunError: ``connection_unknown``: Airflow has none of this name.
    """
    connection = _connection(name)
    extra = _extra(connection)
    kind = str(connection.conn_type or "")
    if kind in ("aws", "s3"):
        keys = {
            "key": connection.login,
            "secret": connection.password,
            "session_token": extra.get("aws_session_token"),
            "region": extra.get("region_name"),
            "endpoint_url": extra.get("endpoint_url"),
        }
        return {option: value for option, value in keys.items() if value}
    if kind in ("sftp", "ssh"):
        keys = {
            "host": connection.host,
            "port": connection.port,
            "username": connection.login,
            "password": connection.password,
            "key_filename": extra.get("key_file"),
            "passphrase": extra.get("private_key_passphrase"),
            "known_hosts": extra.get("known_hosts"),
        }
        return {option: value for option, value in keys.items() if value}
    if kind in ("wasb", "adls", "azure"):
        return {"account_name": connection.login or connection.host, "account_key": connection.password}
    return {"url": _database_url(kind, connection, extra)}


def _connection(name: str) -> Any:
    from airflow.sdk import Connection

    try:
        return Connection.get(name)
    except Exception:  # of a secrets backend, whose texts may name more than the connection
        raise RunError(
            "connection_unknown", f"Airflow has no Connection {name}", "add it, or set SAMENLOOP_CONNECTIONS_FILE"
        ) from None


def _extra(connection: Any) -> dict[str, Any]:
    try:
        found = json.loads(connection.extra or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _database_url(kind: str, connection: Any, extra: dict[str, Any]) -> str:
    import sqlalchemy as sa

    if extra.get("url"):
        return str(extra["url"])
    if kind != "postgres":
        raise RunError(
            "connection_unknown",
            "a Connection of this kind of database says too little: encryption and driver are in no field of it",
            "write the whole address of SQLAlchemy as url in its extra",
        )
    url = sa.URL.create(
        "postgresql+psycopg",
        username=connection.login,
        password=connection.password,
        host=connection.host,
        port=connection.port,
        database=connection.schema,
        query={name: str(extra[name]) for name in _SAFE_TRANSPORT if extra.get(name)},
    )
    return url.render_as_string(hide_password=False)
