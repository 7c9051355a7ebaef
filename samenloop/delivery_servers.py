"""File systems of servers, through fsspec: SFTP by paramiko, S3 and Azure by Arrow.

An SFTP server is known by its key before a password is sent; a link on it is seen as a link.
"""

from pathlib import Path
from typing import Any

import paramiko
import pyarrow.fs
from fsspec.implementations.arrow import ArrowFSWrapper
from fsspec.implementations.sftp import SFTPFileSystem


class _KnownHostsOnly(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    """Lets a server pass whose key stands in a file of known hosts."""

    def __init__(self, file: Path) -> None:
        self._known = paramiko.HostKeys(str(file))

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        if not self._known.check(hostname, key):
            raise paramiko.SSHException("the server is not a known host")


class _Sftp(SFTPFileSystem):  # type: ignore[misc]
    def info(self, path: str, **_kwargs: Any) -> dict[str, Any]:
        place = self._strip_protocol(path)
        return {**self._decode_stat(self.ftp.lstat(place)), "name": place}


def sftp(known_hosts: str = "~/.ssh/known_hosts", **options: Any) -> Any:
    """Gives the file system of an SFTP server (host, port, username, password or key_filename)."""
    policy = _KnownHostsOnly(Path(known_hosts).expanduser())
    quiet = {"allow_agent": False, "look_for_keys": False, "timeout": 30}
    return _Sftp(host_key_policy=policy, skip_instance_cache=True, **quiet, **options)


def s3(key: str | None = None, secret: str | None = None, endpoint_url: str | None = None, **options: Any) -> Any:
    """Gives the file system of S3, or of a server that speaks it; without a key what the machine itself may read."""
    scheme, _, host = (endpoint_url or "").rpartition("://")
    at = {"endpoint_override": host, "scheme": scheme or "https"} if endpoint_url else {}
    limits = {"connect_timeout": 10, "request_timeout": 60}
    return ArrowFSWrapper(pyarrow.fs.S3FileSystem(access_key=key, secret_key=secret, **at, **limits, **options))


def azure(**options: Any) -> Any:
    """Gives the file system of Azure Blob Storage (account_name, account_key)."""
    return ArrowFSWrapper(pyarrow.fs.AzureFileSystem(**options))
