"""File systems of servers, through fsspec: SFTP by paramiko, S3 and Azure by Arrow.

An SFTP server is known by its key before a password is sent; a link on it is seen as a link. What paramiko logs names
hosts and users, so it logs nowhere.
"""

import logging
import weakref
from pathlib import Path
from typing import Any, Final

import paramiko
import pyarrow.fs
from fsspec.implementations.arrow import ArrowFSWrapper
from fsspec.implementations.sftp import SFTPFileSystem

_SECONDS: Final = 30
_ATTEMPTS: Final = 3


class _Sftp(SFTPFileSystem):  # type: ignore[misc]
    def _connect(self) -> None:
        logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)
        options = dict(self.ssh_kwargs)
        self.client = paramiko.SSHClient()
        # The thread of a connection outlives whoever asked for it, and a server counts its connections.
        weakref.finalize(self, self.client.close)
        # Loaded into the client, so that it asks the server for the kind of key that is known.
        self.client.load_host_keys(str(Path(options.pop("known_hosts")).expanduser()))
        self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
        waits = dict.fromkeys(("timeout", "banner_timeout", "auth_timeout", "channel_timeout"), _SECONDS)
        self.client.connect(self.host, allow_agent=False, look_for_keys=False, **waits, **options)
        self.ftp = self.client.open_sftp()
        self.ftp.get_channel().settimeout(_SECONDS)

    def info(self, path: str, **_kwargs: Any) -> dict[str, Any]:
        place = self._strip_protocol(path)
        return {**self._decode_stat(self.ftp.lstat(place)), "name": place}


def sftp(known_hosts: str = "~/.ssh/known_hosts", **options: Any) -> Any:
    """Gives the file system of an SFTP server (host, port, username, password or key_filename and passphrase)."""
    return _Sftp(known_hosts=known_hosts, skip_instance_cache=True, **options)


def s3(key: str | None = None, secret: str | None = None, endpoint_url: str | None = None, **options: Any) -> Any:
    """Gives the file system of S3, or of a server that speaks it; without a key what the machine itself may read."""
    scheme, _, host = (endpoint_url or "").rpartition("://")
    at = {"endpoint_override": host, "scheme": scheme or "https"} if endpoint_url else {}
    limits = {
        "connect_timeout": 10,
        "request_timeout": 60,
        "retry_strategy": pyarrow.fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
    }
    return ArrowFSWrapper(pyarrow.fs.S3FileSystem(access_key=key, secret_key=secret, **at, **limits, **options))


def azure(**options: Any) -> Any:
    """Gives the file system of Azure Blob Storage (account_name, account_key)."""
    return ArrowFSWrapper(pyarrow.fs.AzureFileSystem(**options))
