"""Costs of segments: those of the households in them, tied to the costs of combinations by pieces."""

import numpy as np
import pytest
from cubes import POLICY, asked
from followed_municipalities import DOMAINS, municipality, rows_of

from outputs.disclosure.protect import protect
from outputs.segment_costs import PIECE, PIECES, pieces_of, segment_keys, with_segments
from schemas.tables import PUBLISHED

SIZE = (7, 3, 2, 1500)
DIMENSIONS = ("Jeugd", "P-wet", "Wmo", "SHV")


@pytest.fixture(scope="module")
def true():
    return municipality(*SIZE, ("costs", "segments", "dimensions"))


@pytest.fixture(scope="module")
def households():
    """Household -> wijk, active domains and cost, straight from the rows."""
    made = rows_of(*SIZE)
    found = {number: [f"WK{buurt[2:8]}", set(), 0] for number, buurt, _ in made.households}
    for number, domain, active, cost in made.used:
        found[number][1] |= {domain} if active else set()
        found[number][2] += cost
    return found.values()


def in_segment(using: set[str], segmentation: str, segment: str) -> bool:
    if segment == "totaal":
        return True
    if segmentation == "domeinen":
        return segment == ("geen", "1D", "2D", "3-4D", "3-4D")[len(using & set(DIMENSIONS))]
    number = len(using & {"P-wet", "Jeugd", "Veiligheid"})
    return number >= 2 if segment == "2+" else segment == str(number)


@pytest.mark.parametrize("key", segment_keys(DOMAINS))
def test_costs_are_those_of_the_households(true, households, key):
    table = true.money["segments"]
    column = table.categories.index(key)
    for row, region in enumerate(table.regions.codes[: 1 + len(table.regions.wijken)]):
        own = sorted(
            cost for wijk, using, cost in households if in_segment(using, *key) and cost and region in ("GM0637", wijk)
        )
        figures = {name: figure[row, column] for name, figure in table.figures.items()}
        assert figures["cost_cent"] == sum(own)
        assert [figures["largest_cent"], figures["second_cent"]] == [*own[::-1], 0, 0][:2]


def test_pieces_make_up_segments_and_combinations(true):
    joint = with_segments(true.money["costs"], true.money["segments"])
    cost = joint.figures["cost_cent"]
    for one in joint.equations:
        assert (cost[:, one.total] == cost[:, list(one.parts)].sum(axis=1)).all()
    tied = [one for one in joint.equations if any(joint.categories[part][0] == PIECE for part in one.parts)]
    # Eight combinations, four numbers of domains, four numbers of attention domains.
    assert len(tied) == 8 + 4 + 4


def test_attention_households_are_told_of_where_all_their_domains_are_there():
    assert ("aandacht", "2+") in segment_keys(DOMAINS)
    assert not [key for key in segment_keys(("Jeugd", "P-wet", "Wmo", "SHV")) if key[0] == "aandacht"]
    assert len(pieces_of(("domeinen", "totaal"), DOMAINS)) == len(PIECES)


def test_shares_and_means_follow_from_printed_figures(true):
    frame = protect(true, None, asked()).tables["segments"].frame
    shown = frame[frame["status"] == PUBLISHED]
    every = shown[shown["segment"] == "totaal"].set_index(["region", "segmentation"])
    assert len(shown) > 10
    for row in shown.itertuples():
        whole = every.loc[(row.region, row.segmentation)] if (row.region, row.segmentation) in every.index else None
        if whole is not None:
            assert row.cost_share_pct == int(100 * row.cost_eur / whole["cost_eur"] + 0.5)
            assert row.per_1000 == int(1000 * row.households / whole["households"] + 0.5)


def test_a_cost_that_one_household_holds_is_hidden_in_segments_too(true):
    """What segments leave of a combination is hidden with it: the piece of a few households."""
    made = protect(true, None, asked())
    money = with_segments(true.money["costs"], true.money["segments"])
    few = (money.figures["households"] > 0) & (money.figures["households"] < POLICY.threshold)
    printed = {
        (region, *key)
        for name, classes in (("costs", ["combination", "domain"]), ("segments", ["segmentation", "segment"]))
        for region, *key in made.tables[name]
        .frame.query("status == 'A'")[["region", *classes]]
        .itertuples(index=False, name=None)
    }
    sensitive = {
        (money.regions.codes[row], *money.categories[column]) for row, column in zip(*np.nonzero(few), strict=True)
    }
    assert sensitive
    assert not sensitive & printed
