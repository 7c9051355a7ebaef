"""A real SFTP server on this machine for a test session: it serves a folder to one user with a password."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

USER = "aanleveraar"
PASSWORD = "GEHEIM-sftp-wachtwoord"  # noqa: S105


@dataclass(frozen=True)
class SftpServer:
    """A server at work.

    Attributes:
        port: on 127.0.0.1.
        root: the folder that it serves as ``/``.
        known_hosts: a file in which its key stands.
        sessions: of the clients that are connected now.
        asked: the users whose password was asked for.
        loop: in which it runs.
    """

    port: int
    root: Path
    known_hosts: Path
    sessions: set[asyncssh.SSHServerConnection]
    asked: list[str]
    loop: asyncio.AbstractEventLoop

    def hang_up(self) -> None:
        """Ends every session, as a server that goes down does."""
        for session in tuple(self.sessions):
            self.loop.call_soon_threadsafe(session.abort)
        assert self.is_left_alone()

    def is_left_alone(self, within: float = 10) -> bool:
        """Waits until nobody is connected; tells whether that came."""
        until = time.monotonic() + within
        while self.sessions and time.monotonic() < until:
            time.sleep(0.02)
        return not self.sessions

    @property
    def connection(self) -> dict[str, str | int]:
        return {"port": self.port, "username": USER, "password": PASSWORD, "known_hosts": str(self.known_hosts)}


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """Starts a server; ``folder`` gets its root and its known hosts."""
    root, known_hosts = folder / "served", folder / "known_hosts"
    root.mkdir(parents=True)
    # The kind of key that a client does not ask for first: it has to ask for what it knows.
    known, other = (asyncssh.generate_private_key(kind) for kind in ("ecdsa-sha2-nistp256", "ssh-ed25519"))
    sessions: set[asyncssh.SSHServerConnection] = set()
    asked: list[str] = []

    class Door(asyncssh.SSHServer):
        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            self._session = conn
            sessions.add(conn)

        def connection_lost(self, exc: Exception | None) -> None:
            sessions.discard(self._session)

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            asked.append(username)
            return (username, password) == (USER, PASSWORD)

    async def start() -> asyncssh.SSHAcceptor:
        def served(channel: asyncssh.SSHServerChannel) -> asyncssh.SFTPServer:
            return asyncssh.SFTPServer(channel, chroot=str(root))

        return await asyncssh.create_server(
            Door, "127.0.0.1", 0, server_host_keys=[other, known], sftp_factory=served, allow_scp=False
        )

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    acceptor = asyncio.run_coroutine_threadsafe(start(), loop).result(30)
    port = acceptor.get_port()
    known_hosts.write_text(f"[127.0.0.1]:{port} {known.export_public_key().decode().strip()}\n")
    try:
        yield SftpServer(port, root, known_hosts, sessions, asked, loop)
    finally:
        asyncio.run_coroutine_threadsafe(_stopped(acceptor, sessions), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


async def _stopped(acceptor: asyncssh.SSHAcceptor, sessions: set[asyncssh.SSHServerConnection]) -> None:
    acceptor.close()
    for session in tuple(sessions):
        session.abort()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
