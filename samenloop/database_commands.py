"""The command ``samenloop release load``: an approved release into a database for analysts."""

from pathlib import Path
from typing import Annotated

import typer

from samenloop.options import OutOption, WorkOption


def release_load(
    release: Annotated[str, typer.Argument(help="Folder of an approved release, or its id.")],
    database: Annotated[
        str,
        typer.Option(help="sqlite:///file.db, or postgresql+psycopg://user@host/name with the password in ~/.pgpass."),
    ],
    analyst_role: Annotated[
        str | None, typer.Option(help="PostgreSQL role that may read the current releases; made when it is missing.")
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option(help="Public key of the FG, or a folder with it; default: this keyring's.")
    ] = None,
    work: WorkOption = Path("work"),
    out: OutOption = Path(),
) -> None:
    """Verify an approved release and make it the current one of its purpose and period in a database."""
    from samenloop import releases
    from samenloop.published_database import load_release
    from samenloop.release_audit import place_of

    keys = public_key or releases.public_keys()
    loaded = load_release(
        place_of(release, work, out), keys / "fg.pub" if keys.is_dir() else keys, database, analyst_role
    )
    name = loaded.name
    typer.echo(f"{name.purpose} {name.period} {name.release}: {sum(loaded.rows.values())} rows are current")
