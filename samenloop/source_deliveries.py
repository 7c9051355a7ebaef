"""What was delivered of each source of a run, ready to be opened, and what the log says was read."""

import hashlib

from pseudonymisation.keyed_hash import keyed_digest
from pseudonymisation.source_delivery import SourceDelivery
from samenloop.delivery_location import database_url, delivery_folder
from samenloop.runs import Run
from schemas.delivery import DeliveredFile, DeliveryManifest
from schemas.source_formats import SqlFormat


def source_delivery(run: Run, source: str) -> SourceDelivery:
    """Gives a source of the delivery of a run.

    Raises:
        RunError: its folder or its database is not known to this deployment.
    """
    ground = run.purpose.config.sources[source]
    form = ground.format
    return SourceDelivery(
        source=source,
        ground=ground,
        folder=delivery_folder(run.request.delivery),
        files=run.manifest.of(source),
        database=database_url(form.connection) if isinstance(form, SqlFormat) else None,
        rows=run.manifest.rows_of(source),
    )


def manifest_as_logged(run: Run) -> DeliveryManifest:
    """Gives the manifest with keyed digests in the place of plain ones: nobody can try a guess at a small file."""

    def keyed(file: DeliveredFile) -> DeliveredFile:
        return file.model_copy(update={"sha256": keyed_digest(file.sha256, run.keys["record"])})

    files = {
        source: [keyed(file) for file in named] if isinstance(named, list) else keyed(named)
        for source, named in run.manifest.files.items()
    }
    return run.manifest.model_copy(update={"files": files})


def input_digest(run: Run, source: str) -> str:
    """Gives what the log names as read of a source: of its files; of a table, which table it was."""
    form = run.purpose.config.sources[source].format
    if isinstance(form, SqlFormat):
        named = f"{form.connection}|{form.table_schema or ''}|{form.table}"
        return keyed_digest(hashlib.sha256(named.encode()).hexdigest(), run.keys["record"])
    return manifest_as_logged(run).digest_of(source)
