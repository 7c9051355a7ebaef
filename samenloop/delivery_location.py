"""From what a deployment calls a place to the place itself: folders of deliveries, and databases.

A delivery is a folder of this machine, or a URL: ``sftp://host/folder``, ``s3://bucket/folder``, ``abfs://...``. What a
server wants to know of the reader (user, key, endpoint) comes from an Airflow Connection that the URL names before an
``@`` (``s3://deliveries@bucket/folder``), or from the file of connections of the settings. A database is always named:
its address never stands in a purpose.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from pseudonymisation.delivery import MANIFEST
from pseudonymisation.delivery_folder import DeliveryFolder, LocalFolder, RemoteFolder
from samenloop.settings import Settings
from schemas.errors import RunError

_PROTOCOLS: Final = ("sftp", "s3", "abfs", "abfss", "az")


def is_remote(location: str) -> bool:
    """Tells whether a delivery lies on a server."""
    return "://" in location


def whole_location(location: str) -> str:
    """Gives a location that means the same from every folder: a path is made absolute, a URL is left alone."""
    return location if is_remote(location) else str(Path(location).resolve())


def delivery_folder(location: str) -> DeliveryFolder:
    """Gives the folder of a delivery.

    Raises:
        RunError: ``location_invalid``: no protocol of ours, or a URL with a secret in it; ``connection_unknown``;
            ``connections_unreadable``; ``server_unreachable``.
    """
    if not is_remote(location):
        return LocalFolder(Path(location))
    parts, port = _parts(location)
    options = _options(parts.username or "")
    path = parts.path
    if parts.scheme == "sftp" and options.get("host", parts.hostname) != parts.hostname:
        raise RunError(
            "location_invalid",
            "the URL of the delivery and the connection that it names are of different hosts",
            "write the host of the connection in the URL",
        )
    if parts.scheme == "sftp":
        options = {"host": parts.hostname, **({"port": port} if port else {}), **options}
    else:
        path = f"{parts.hostname}{parts.path}"
    return RemoteFolder(_filesystem(parts.scheme, options, path), path)


def _parts(location: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(location)
        port = parts.port
    except ValueError:
        raise _invalid() from None
    # A location is written down with the run, so there is no place in it for a secret.
    secret = parts.password is not None or parts.query or parts.fragment
    if parts.scheme not in _PROTOCOLS or secret or not parts.hostname or (port and parts.scheme != "sftp"):
        raise _invalid()
    return parts, port


def _invalid() -> RunError:
    return RunError(
        "location_invalid",
        f"the delivery is no folder, and no plain URL of {', '.join(_PROTOCOLS)} without password or query",
        "name the connection before the @, and keep the password in it",
    )


def _filesystem(protocol: str, options: dict[str, Any], path: str) -> Any:
    from samenloop import delivery_servers

    kinds: dict[str, Callable[..., Any]] = {"sftp": delivery_servers.sftp, "s3": delivery_servers.s3}
    server: Callable[..., Any] = kinds.get(protocol, delivery_servers.azure)
    try:
        filesystem = server(**options)
        # Only a question to the server shows that it is there and lets us in; that the file is not there is an answer.
        with suppress(FileNotFoundError):
            filesystem.info(f"{path.rstrip('/')}/{MANIFEST}")
    except Exception:  # texts of drivers name hosts, users and keys
        raise RunError(
            "server_unreachable",
            f"the server of the delivery ({protocol}) does not let the reader in",
            "look at the server, the connection, and whether the package for this protocol is installed",
        ) from None
    return filesystem


def database_url(connection: str) -> SecretStr:
    """Gives the address of a database that a purpose names.

    Raises:
        RunError: ``connection_unknown`` or ``connections_unreadable``.
    """
    stated = _options(connection).get("url")
    if not stated:
        raise RunError(
            "connection_unknown",
            f"connection {connection} has no url of a database",
            "add it to the file of connections, or to the Connections of Airflow",
        )
    return SecretStr(str(stated))


def _options(connection: str) -> dict[str, Any]:
    """What is known of a connection: from the file of the settings, else from Airflow; empty for no name."""
    if not connection:
        return {}
    file = Settings().connections_file
    if file is not None:
        return _of_file(file, connection)
    from samenloop.airflow_connections import connection_options

    return connection_options(connection)


def _of_file(file: Path, connection: str) -> dict[str, Any]:
    try:
        if file.stat().st_mode & 0o077:
            raise RunError(
                "connections_unreadable", "the file of connections can be read by others", "chmod 600 that file"
            )
        stated = json.loads(file.read_bytes())[connection]
        return dict(stated)
    except KeyError:
        raise RunError(
            "connection_unknown", f"connection {connection} is not in the file of connections", "add it there"
        ) from None
    except (OSError, ValueError, TypeError):
        raise RunError(
            "connections_unreadable", "the file of connections is no JSON of objects by name", "mend it"
        ) from None
