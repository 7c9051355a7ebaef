"""The ledger: it gives back what was put in, to nobody else, and it knows when a release comes too soon."""

from datetime import date, timedelta

import pytest
from cubes import POLICY, asked, cube, moved, tabulated

from outputs.disclosure.protect import protect
from outputs.disclosure.release_record import ReleaseRecord
from samenloop.keyring import make_keyring
from samenloop.release_ledger import ReleaseLedger
from schemas.errors import RefusedByDisclosureControl, RunError

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def keyring(tmp_path_factory):
    return make_keyring(tmp_path_factory.mktemp("home") / "keyring", "synthetic")


@pytest.fixture
def ledger(keyring, tmp_path):
    return ReleaseLedger(keyring, tmp_path, "stapeling")


def record(release="r1", period="2018H1", moved_cells=None):
    return ReleaseRecord(release=release, period=period, made=TODAY, cells={}, figures={}, moved=moved_cells)


def test_releases_come_back_in_order_with_the_day_of_their_approval(ledger):
    for number in range(12):
        ledger.append(record(f"r{number}"), TODAY + timedelta(days=number))
    assert [one.release for one in ledger.releases()] == [f"r{number}" for number in range(12)]
    assert ledger.releases()[3].made == TODAY + timedelta(days=3)


def test_a_release_is_kept_once(ledger):
    ledger.append(record(), TODAY)
    ledger.append(record(), TODAY + timedelta(days=1))
    assert [one.made for one in ledger.releases()] == [TODAY]


def test_what_lies_on_the_disk_tells_nothing_and_opens_for_its_purpose_alone(ledger, keyring, tmp_path):
    made = protect(tabulated(cube(1, 2, 2, 600)), None, asked()).record
    sealed = ledger.sealed(made)
    assert ledger.opened(sealed) == made
    assert b"stacking" not in sealed
    with pytest.raises(RunError, match="ledger_damaged"):
        ReleaseLedger(keyring, tmp_path, "another").opened(sealed)
    with pytest.raises(RunError, match="ledger_damaged"):
        ledger.opened(sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_no_truth_in_a_record_only_seals_that_equal_truths_share():
    municipality = cube(1, 2, 2, 600)
    first = protect(tabulated(municipality), None, asked()).record
    same = protect(tabulated(municipality), None, asked("r2", earlier=(first,))).record
    other = protect(tabulated(moved(municipality, 3, 60)), None, asked("r2", earlier=(first,))).record
    assert same.cells == first.cells
    assert same.moved == 0
    assert other.moved > 2
    truths = set(municipality.counts.ravel().tolist())
    assert {cell.rounded % 5 for cell in first.cells.values()} == {0}
    assert truths - {cell.rounded for cell in first.cells.values()}


@pytest.mark.parametrize(
    ("days", "moved_cells", "period", "refused"),
    [
        (10, 3, "2018H1", True),  # a correction of three cells within the cadence
        (10, 0, "2018H1", False),  # nothing moved
        (10, 10, "2018H1", False),  # as many as the threshold
        (10, None, "2018H2", False),  # another half-year
        (100, 3, "2018H1", False),  # after the cadence
    ],
)
def test_when_a_correction_may_be_released(ledger, days, moved_cells, period, refused):
    ledger.append(record("r1"), TODAY)
    later = TODAY + timedelta(days=days)
    if refused:
        with pytest.raises(RefusedByDisclosureControl, match="correction_too_small"):
            ledger.check_calendar(record("r2", period, moved_cells), 1, POLICY, later)
    else:
        ledger.check_calendar(record("r2", period, moved_cells), 1, POLICY, later)


def test_a_draft_that_was_audited_before_another_release_came_is_made_again(ledger):
    ledger.append(record("r1"), TODAY)
    with pytest.raises(RefusedByDisclosureControl, match="ledger_moved"):
        ledger.check_calendar(record("r2", "2018H2"), 0, POLICY, TODAY)
    ledger.check_calendar(record("r1"), 0, POLICY, TODAY)
