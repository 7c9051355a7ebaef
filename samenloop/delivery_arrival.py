"""Whether a delivery has come: its manifest is about the period, and every file that it names is there."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from pseudonymisation.delivery import MANIFEST, read_manifest
from pseudonymisation.delivery_folder import DeliveryFolder
from samenloop.delivery_location import delivery_folder
from schemas.delivery import DeliveryManifest
from schemas.errors import RefusedDelivery, RunError

#: What may be over at the next look; other errors of this kind stay until somebody mends them.
_PASSING: Final = "server_unreachable"


@dataclass(frozen=True)
class Arrival:
    """What one look at a delivery found.

    Attributes:
        lacks: what is not there yet, without a value; empty for a complete delivery.
        stamps: of a complete delivery: what differs once any of its files was written to.
    """

    lacks: str
    stamps: tuple[Hashable, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything is there; it may still be growing."""
        return not self.lacks


def arrival(location: str, period: str) -> Arrival:
    """Looks once at the place of a delivery; files are opened, not read.

    Raises:
        RunError: the place or its connection is not known; waiting does not help.
    """
    try:
        folder = delivery_folder(location)
        manifest, digest = read_manifest(folder)
    except RefusedDelivery as error:
        return Arrival(error.what)
    except RunError as error:
        if error.code != _PASSING:
            raise
        return Arrival(error.what)
    if manifest.period != period:
        return Arrival(f"{MANIFEST} is about {manifest.period}")
    return _files(folder, manifest, digest)


def _files(folder: DeliveryFolder, manifest: DeliveryManifest, digest: str) -> Arrival:
    stamps: list[Hashable] = [digest]
    missing: list[str] = []
    for source in sorted(manifest.files):
        for delivered in manifest.of(source):
            try:
                with folder.open(delivered.name) as file:
                    stamps.append(folder.stamp(delivered.name, file))
            except OSError:
                missing.append(source)
    if missing:
        return Arrival(f"{len(missing)} file(s) that {MANIFEST} names are not there, first one of {missing[0]}")
    return Arrival("", tuple(stamps))
