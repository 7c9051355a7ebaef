"""The peer Splink on DuckDB, clear text, set up as an expert would; in an environment of its own.

Runs by itself: ``peer_splink.py FOLDER`` reads ``clean_*.parquet``, writes ``splink.parquet`` and ``splink.json``.
Trained without labels: u by random sampling, m by EM in two blockings, never inside addresses (who lives together is
no match, and EM would take it for one). Scored pairs are cut at 0.5.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any, Final

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_RULES: Final = (
    ("birth", "initial"),
    ("birth", "surname"),
    ("postcode", "number"),
    ("surname", "initial", "year"),
    ("postcode", "initial", "year"),
)
_FLOOR: Final = 0.01


def _level(sql: str, label: str) -> Any:
    return cll.CustomLevel(sql, label)


def _null(column: str) -> Any:
    return _level(f"{column}_l is null or {column}_r is null", "null").configure(is_null_level=True)


def _given() -> Any:
    return cl.CustomComparison(
        output_column_name="given",
        comparison_levels=[
            _null("initial"),
            cll.ExactMatchLevel("given").configure(tf_adjustment_column="given"),
            cll.JaroWinklerLevel("given", 0.9),
            _level("given_l is not null and given_r is not null and left(given_l, 3) = left(given_r, 3)", "prefix"),
            _level("initial_l = initial_r and (given_l is null or given_r is null)", "initial only"),
            _level("initial_l = initial_r", "same initial"),
            cll.ElseLevel(),
        ],
    )


def _surname() -> Any:
    return cl.CustomComparison(
        output_column_name="surname",
        comparison_levels=[
            _null("surname"),
            cll.ExactMatchLevel("surname").configure(tf_adjustment_column="surname"),
            _level("surname_l = surname2_r or surname2_l = surname_r", "in the double name"),
            cll.JaroWinklerLevel("surname", 0.92),
            cll.JaroWinklerLevel("surname", 0.85),
            cll.ElseLevel(),
        ],
    )


def _birth() -> Any:
    return cl.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            _null("birth"),
            _level("birth_l = birth_r", "exact"),
            _level("year_l = year_r and month_l = day_r and day_l = month_r", "swapped"),
            _level("year_l = year_r and (day_l is null or day_r is null) and (month_l = month_r or month_l is null "
                   "or month_r is null)", "unknown part"),
            cll.DamerauLevenshteinLevel("birth", 1),
            _level("(year_l = year_r)::int + (month_l = month_r)::int + (day_l = day_r)::int >= 2", "two parts"),
            _level("year_l = year_r", "year"),
            cll.ElseLevel(),
        ],
    )  # fmt: skip


def _address() -> Any:
    return cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            _null("postcode"),
            _level("postcode_l = postcode_r and number_l = number_r and suffix_l = suffix_r", "full"),
            _level("postcode_l = postcode_r and number_l = number_r", "without suffix"),
            _level("number_l = number_r and damerau_levenshtein(postcode_l, postcode_r) = 1", "one off"),
            _level("postcode_l = postcode_r", "postcode"),
            _level("pc4_l = pc4_r", "pc4"),
            cll.ElseLevel(),
        ],
    )


def scored_pairs(folder: Path) -> Any:
    """Gives the connection-bound relation of scored pairs."""
    api = DuckDBAPI()
    sides = []
    for name in ("register", "records"):
        table = api._con.sql(f"select * from read_parquet('{folder}/clean_{name}.parquet')").to_arrow_table()
        sides.append(api.register(table, dataset_display_name=name))
    comparisons = [_given(), _surname(), _birth(), _address()]
    if api._con.sql(f"select count(sex) from read_parquet('{folder}/clean_records.parquet')").fetchone()[0]:
        comparisons.append(cl.ExactMatch("sex"))
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="row",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in _RULES],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    linker = Linker(sides, settings, log_level=logging.ERROR)
    train = linker.training
    certain = [block_on("birth", "surname", "initial"), block_on("surname", "given", "postcode", "number")]
    train.estimate_probability_two_random_records_match(certain, recall=0.8)
    train.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    train.estimate_parameters_using_expectation_maximisation(block_on("birth"))
    train.estimate_parameters_using_expectation_maximisation(block_on("surname", "given"))
    return linker.inference.predict(threshold_match_probability=_FLOOR)


def main() -> None:
    """Links the case in a folder."""
    folder = Path(sys.argv[1])
    predicted = scored_pairs(folder)
    relation = predicted.as_duckdbpyrelation()
    side = "case when source_dataset_l = 'register' then row_{} else row_{} end::int as {}"
    columns = [side.format("l", "r", "register"), side.format("r", "l", "record"), "match_probability as score"]
    relation.project(", ".join(columns)).write_parquet(str(folder / "splink.parquet"))
    (folder / "splink.json").write_text(json.dumps({"threshold": 0.5, "rules": _RULES}))


if __name__ == "__main__":
    main()
