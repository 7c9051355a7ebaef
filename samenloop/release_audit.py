"""``samenloop audit``: the attacker's arithmetic over a release as it lies there, by whoever holds it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from outputs.disclosure.audit import Audit, Terms, audit
from outputs.disclosure.release_record import PublishedFigure, unmoved
from outputs.publication.release import MANIFEST
from outputs.tabulate import UNCOUNTED
from samenloop.keyring import open_keyring
from samenloop.purposes import read_purpose
from samenloop.release_ledger import ReleaseLedger
from samenloop.releases import listed
from samenloop.settings import Settings
from schemas.errors import RunError, SamenloopError, VerificationFailed
from schemas.tables import TABLE_CONTRACTS, typed


def audit_release(folder: Path, work: Path, known: Path | None = None) -> Audit:
    """Attacks the tables of a release or draft.

    Args:
        folder: of the release.
        work: folder of the runs; with the keyring at hand its ledger gives the earlier releases.
        known: CSV with ``region;households``: exact numbers that an attacker has from elsewhere.

    Raises:
        VerificationFailed: ``release_unreadable``: a file that an audit needs is missing or broken.
        RefusedByDisclosureControl: ``relations_contradict``: the printed figures cannot all be true.
    """
    try:
        policy = read_purpose(folder / "protocol" / "purpose.yaml").config.disclosure
        report: dict[str, Any] = json.loads((folder / "protocol" / "disclosure.json").read_bytes())
        tables = {path.stem: _table(path) for path in sorted((folder / "tables").glob("*.csv"))}
        households = _known(known) if known else {}
        stated = report["tables"]
        counted = [name for name in tables if name in TABLE_CONTRACTS and name not in UNCOUNTED]
        terms = Terms(
            policy,
            within={name: int(stated[name]["within"]) for name in counted if name not in policy.noisy_tables},
            negative=any(one.get("negative") for one in stated.values()),
            known=households,
            earlier=_earlier(folder, work),
        )
    except (OSError, ValueError, KeyError, TypeError, pd.errors.ParserError):
        raise _unreadable() from None
    except SamenloopError as error:
        if error.exit_code == 3:
            raise _unreadable() from None
        raise
    return audit(tables, terms)


def place_of(release: str, work: Path, out: Path) -> Path:
    """Gives the folder of a release that is named by its folder or by its id.

    Raises:
        RunError: ``release_unknown``.
    """
    if Path(release).is_dir():
        return Path(release)
    for one in listed(work, out):
        if one.name.release == release:
            return one.name.folder(work / "drafts" if one.state == "draft" else out)
    raise RunError("release_unknown", "there is no release of this name", "give its folder, or --work and --out")


def _table(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, sep=";", dtype="string", keep_default_na=False, na_values=[""])
    if path.stem not in TABLE_CONTRACTS or list(frame.columns) != TABLE_CONTRACTS[path.stem].names:
        return frame
    return typed(path.stem, frame)


def _known(path: Path) -> Mapping[str, int]:
    frame = pd.read_csv(path, sep=";", dtype={"region": "string", "households": "int64"})
    return dict(zip(frame["region"].astype(str), frame["households"].tolist(), strict=True))


def _earlier(folder: Path, work: Path) -> tuple[tuple[str, PublishedFigure], ...]:
    """Figures of earlier releases, for whoever has their ledger and its key; others audit the release alone."""
    home = Settings().home
    manifest = json.loads((folder / MANIFEST).read_bytes())
    if not (work / "ledger" / manifest["purpose"]).is_dir() or not (home / "keyring.json").is_file():
        return ()
    releases = ReleaseLedger(open_keyring(home), work, manifest["purpose"]).releases()
    own = [place for place, one in enumerate(releases) if one.release == manifest["release"]]
    return tuple(unmoved(releases[own[0]], releases[: own[0]])) if own else ()


def _unreadable() -> VerificationFailed:
    return VerificationFailed("release_unreadable", "a file of the release cannot be read", "name a whole release")
