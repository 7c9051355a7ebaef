"""One row per household: where it is, which laws it uses, how many dimensions, what it costs in all."""

from typing import Any, Final

import narwhals as nw
import pandas as pd

from schemas.domains import COMBINATIONS, COST_DOMAINS, DIMENSION_DOMAINS, DIMENSIONS, DOMAIN_NAMES, LAWS, NONE

Lazy = nw.LazyFrame[Any]

FLAGS: Final = {name: f"uses_{source}" for source, name in DOMAIN_NAMES.items()}
RECORDED: Final = {name: f"has_{source}" for source, name in DOMAIN_NAMES.items() if name in COST_DOMAINS}


def profiles(households: Lazy, use: Lazy) -> Lazy:
    """Gives household, buurt, combination, dimensions, cost_cent (all cost domains) and flags per domain.

    ``FLAGS``: a provision is in use; ``RECORDED``: there is a record, in use or not.
    """
    flags = [(nw.col("active") & (nw.col("domain") == name)).any().alias(column) for name, column in FLAGS.items()]
    records = [(nw.col("domain") == name).any().alias(column) for name, column in RECORDED.items()]
    per_household = use.group_by("household").agg(*flags, *records, nw.col("cost_cent").sum())
    joined = households.join(per_household, on="household", how="left").with_columns(
        *(nw.col(column).fill_null(False) for column in (*FLAGS.values(), *RECORDED.values())),
        nw.col("cost_cent").fill_null(0),
    )
    return joined.with_columns(combination=_combination(), dimensions=_dimensions())


def _combination() -> nw.Expr:
    """The exact combination, found by the number that the flags of the three laws spell in binary."""
    spelled = nw.sum_horizontal(*(nw.col(FLAGS[law]).cast(nw.Int32) * 2**place for place, law in enumerate(LAWS)))
    named = {sum(2**place for place, law in enumerate(LAWS) if law in name.split("+")): name for name in COMBINATIONS}
    return _choice(spelled, named, NONE)


def _dimensions() -> nw.Expr:
    number = nw.sum_horizontal(*(nw.col(FLAGS[domain]).cast(nw.Int32) for domain in DIMENSION_DOMAINS))
    return _choice(number, {0: DIMENSIONS[0], 1: DIMENSIONS[1], 2: DIMENSIONS[2]}, DIMENSIONS[3])


def _choice(number: nw.Expr, names: dict[int, str], otherwise: str) -> nw.Expr:
    result: nw.Expr = nw.lit(otherwise)
    for value, name in names.items():
        result = nw.when(number == value).then(nw.lit(name)).otherwise(result)
    return result


def collected(frame: Lazy) -> pd.DataFrame:
    """Gives a small result, one row per buurt and category, as pandas."""
    result: pd.DataFrame = frame.collect("pandas").to_native()
    return result
