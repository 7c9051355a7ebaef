"""The synthetic municipality over many half-years: nearest figures, exact totals, users who leave, enter and return."""

import csv
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from samenloop.synthetic.allocation import Flows
from samenloop.synthetic.draws import Draws
from samenloop.synthetic.municipality import MessRates, SynthesisRequest, synthesise
from samenloop.synthetic.reference import household_counts, nearest_period
from schemas.domains import COMBINATIONS
from schemas.period import HalfYear


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


@pytest.mark.parametrize(
    ("column", "period", "published"),
    [
        ("zoetermeer", "2017H2", "2017H2"),
        ("zoetermeer", "2018H1", "2018H1"),
        ("zoetermeer", "2013H1", "2017H2"),
        ("zoetermeer", "2017H1", "2017H2"),
        ("zoetermeer", "2018H2", "2018H1"),
        ("zoetermeer", "2030H1", "2018H1"),
        ("netherlands", "2013H1", "2017H2"),
        ("netherlands", "2018H1", "2017H2"),
    ],
)
def test_a_half_year_without_figures_takes_the_nearest(column, period, published):
    at, held = HalfYear.parse(period), HalfYear.parse(published)
    assert nearest_period(column, at) == held
    assert household_counts(column, at, 10_000) == household_counts(column, held, 10_000)


YEARS = tuple(HalfYear(year, half) for year in range(2014, 2019) for half in (1, 2))


@pytest.fixture(scope="module")
def years(tmp_path_factory):
    """Per half-year person -> whether their household uses a law, in ten half-years without mess."""
    out = tmp_path_factory.mktemp("years")
    mess = MessRates.none()
    found = []
    for delivery in synthesise(SynthesisRequest(households=3000, seed=2, out=out, periods=YEARS, mess=mess)):
        truth = {row["address"]: row["combination"] for row in rows(delivery.truth)}
        assert Counter(truth.values()) == {
            name: number
            for name, number in zip(COMBINATIONS, household_counts("zoetermeer", delivery.period, 3000), strict=True)
            if number
        }
        people = rows(delivery.folder / "brp.csv")
        found.append({one["bsn"]: truth[address(one)] != "geen" for one in people})
    return found


def address(person):
    suffix = (person["huisletter"] + person["huisnummertoevoeging"]).upper()
    return "-".join(filter(None, (person["postcode"], person["huisnummer"], suffix)))


def test_users_come_and_go_although_the_totals_stay(years):
    for before, after in pairwise(years):
        both = before.keys() & after.keys()
        assert len(both) / len(before) > 0.95
        left, entered = ({bsn for bsn in both if before[bsn] is was and after[bsn] is not was} for was in (True, False))
        for moved in (left, entered):
            assert 0.05 < len(moved) / sum(before[bsn] for bsn in both) < 0.14


def test_who_left_comes_back_more_often_than_who_never_used_enters(years):
    def enters(people, later):
        """Share of these people, still there after so many half-years, whose household used a law again by then."""
        there = [bsn for bsn in people if all(bsn in year for year in later)]
        return sum(any(year[bsn] for year in later) for bsn in there) / len(there)

    left = {bsn for bsn, used in years[0].items() if used and years[1].get(bsn) is False}
    never = {bsn for bsn, used in years[0].items() if not used and years[1].get(bsn) is False}
    assert enters(left, years[2:4]) < enters(left, years[2:]) < 0.6
    assert enters(left, years[2:]) > 0.25
    assert enters(left, years[2:]) > 1.3 * enters(never, years[2:])


@pytest.mark.parametrize("before", [(0, 1, 0, 0, 0, 0, 0, 0), (9, 3, 0, 5, 1, 0, 2, 1), (800, 41, 51, 75, 6, 3, 20, 4)])
@pytest.mark.parametrize("after", [(0, 1, 0, 0, 0, 0, 0, 0), (21, 0, 0, 0, 0, 0, 0, 0), (803, 41, 48, 76, 5, 3, 21, 3)])
def test_flows_are_exact_at_both_ends(before, after):
    after = (sum(before) - sum(after[1:]), *after[1:])
    if after[0] < 0:
        after = before[::-1]
    rows_of_flows = Flows(before, after, Draws(1, 3)).take(before)
    assert [int(row.sum()) for row in rows_of_flows] == list(before)
    assert [int(sum(column)) for column in zip(*rows_of_flows, strict=True)] == list(after)
    assert min(int(cell) for row in rows_of_flows for cell in row) >= 0
