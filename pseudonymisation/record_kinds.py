"""What kind of record it is, for the tables that ask for more than that it is there.

What is read here is all that remains of the codes it is read from. The kinds of jeugd and veiligheid say who is under
youth protection or was a nuisance, which is judicial: without a purpose for it nothing of that is stored.
"""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.births import ages
from pseudonymisation.records import RawBatch
from schemas.domains import APPROACH, TRAJECTORIES
from schemas.errors import RefusedDelivery
from schemas.extracts import parse_dates
from schemas.record_kinds import (
    ADULT_AGE,
    COMPLETED,
    IN_APPROACH,
    NUISANCE_CODES,
    NUISANCE_MINOR,
    PROTECTION,
    STAGE_OF_STATUS,
    SUCCEEDED,
    SUCCESS_OF,
    VOLUNTARY,
    YOUTH_PROTECTION_CODES,
)


def record_kinds(batch: RawBatch, *, for_pyramid: bool) -> "pa.Array[Any]":
    """Gives the kind of each row, null where it has none.

    Args:
        batch: sound rows of one source.
        for_pyramid: whether the purpose has the table ``pyramid``; without it jeugd and veiligheid have no kinds.
    """
    if batch.source == APPROACH:
        return pa.array([IN_APPROACH] * batch.rows, pa.string())
    if batch.source == TRAJECTORIES:
        return _of_trajectories(batch)
    if for_pyramid and batch.source == "jeugd":
        return _of_youth_care(batch)
    if for_pyramid and batch.source == "veiligheid":
        return _of_reports(batch)
    return pa.nulls(batch.rows, pa.string())


def approaches_named(batch: RawBatch) -> set[str]:
    """Gives the distinct names in the rows of ``aanpak``; of other sources none."""
    return set(batch.column("aanpak").drop_null().unique().to_pylist())


def check_one_approach(names: set[str]) -> None:
    """Checks that a delivery is about one approach: the effect of two together is that of neither.

    Raises:
        RefusedDelivery: ``several_approaches``.
    """
    if len(names) > 1:
        raise RefusedDelivery(
            "several_approaches",
            f"{APPROACH}: {APPROACH}: {len(names)} approaches in one file",
            "deliver one approach; another has a purpose of its own",
        )


def _of_youth_care(batch: RawBatch) -> "pa.Array[Any]":
    judicial = pc.is_in(batch.column("productcategorie"), pa.array(YOUTH_PROTECTION_CODES))
    return pc.if_else(judicial, PROTECTION, VOLUNTARY)


def _of_reports(batch: RawBatch) -> "pa.Array[Any]":
    nuisance = pc.is_in(pc.utf8_upper(batch.column("soort")), pa.array(NUISANCE_CODES))
    then = ages(batch.column("geboortedatum"), parse_dates(batch.column("datum").to_pandas()))
    minor = pc.fill_null(pc.and_(pc.greater_equal(then, 0), pc.less(then, ADULT_AGE)), False)
    return pc.if_else(pc.and_(nuisance, minor), NUISANCE_MINOR, pa.scalar(None, pa.string()))


def _of_trajectories(batch: RawBatch) -> "pa.Array[Any]":
    sort, form, status, result = (batch.column(name) for name in ("soort", "vorm", "status", "resultaat"))
    stage = _replaced(status, STAGE_OF_STATUS)
    hoped_for = pc.fill_null(pc.equal(result, _replaced(sort, SUCCESS_OF)), False)
    stage = pc.if_else(pc.and_(pc.equal(stage, COMPLETED), hoped_for), SUCCEEDED, stage)
    return pc.binary_join_element_wise(sort, form, stage, ":")


def _replaced(cells: "pa.Array[Any]", by: dict[str, str]) -> "pa.Array[Any]":
    """Each cell by what stands for it; the quarantine let no other cell through."""
    return pa.array(list(by.values()), pa.string()).take(pc.index_in(cells, pa.array(list(by))))
