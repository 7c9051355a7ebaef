"""The synthetic municipality spends as the action research found: by dimension and at the top."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from samenloop.synthetic.municipality import SynthesisRequest, synthesise
from schemas.domains import NONE

HOUSEHOLDS = 20_000


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    (delivery,) = synthesise(SynthesisRequest(households=HOUSEHOLDS, seed=1, out=tmp_path_factory.mktemp("m") / "d"))
    with Path(delivery.truth).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def cost(row: dict[str, str]) -> int:
    return sum(int(row[f"cost_cent_{source}"]) for source in ("jeugd", "pwet", "wmo", "shv"))


def dimensions(row: dict[str, str]) -> int:
    laws = 0 if row["combination"] == NONE else row["combination"].count("+") + 1
    return min(laws + int(row["shv"]), 3)


def test_budget_by_number_of_dimensions(truth: list[dict[str, str]]) -> None:
    spent: dict[int, int] = defaultdict(int)
    for row in truth:
        spent[dimensions(row)] += cost(row)
    total = sum(spent.values())
    for dimension, share in ((1, 0.50), (2, 0.30), (3, 0.20)):
        assert abs(spent[dimension] / total - share) < 0.05


def test_cost_is_concentrated_at_the_top(truth: list[dict[str, str]]) -> None:
    ranked = sorted(map(cost, truth), reverse=True)
    for per_cent, share in ((1, 0.30), (4, 0.55)):
        assert abs(sum(ranked[: HOUSEHOLDS * per_cent // 100]) / sum(ranked) - share) < 0.08


def test_a_benefit_costs_fourteen_thousand_a_year(truth: list[dict[str, str]]) -> None:
    benefits = [int(row["cost_cent_pwet"]) for row in truth if "P-wet" in row["combination"]]
    assert 13_000 < 2 * sum(benefits) / len(benefits) / 100 < 15_000


def test_debt_help_and_absence_are_as_frequent_as_known(truth: list[dict[str, str]]) -> None:
    in_debt_help = sum(row["shv"] == "1" for row in truth) * 1000 / HOUSEHOLDS
    absent = sum(row["rmc"] == "1" for row in truth) * 1000 / HOUSEHOLDS
    assert 8 <= in_debt_help <= 12
    assert 12 <= absent <= 18
