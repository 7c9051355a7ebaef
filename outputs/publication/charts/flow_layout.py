"""Where the bands of a flow drawing lie: exact to the household, one scale for all, nothing moved to look better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: Height in units of all bands together.
TALL: Final = 280.0
#: A place is as high as its two lines of words, also when its bands are thinner.
_LEAST: Final = 32.0
_BETWEEN: Final = 8.0


@dataclass(frozen=True)
class Flow:
    """Published households that were in one class and are in another."""

    before: str
    after: str
    households: int


@dataclass(frozen=True)
class Band:
    """A flow drawn: where its upper edge starts and ends, and how thick it is."""

    flow: Flow
    start: float
    end: float
    thick: float


@dataclass(frozen=True)
class Place:
    """A class on one side: where its block starts and how high its bands make it."""

    name: str
    top: float
    high: float


@dataclass(frozen=True)
class Layout:
    """The blocks on both sides, the bands between them, and how high all of it is."""

    before: tuple[Place, ...]
    after: tuple[Place, ...]
    bands: tuple[Band, ...]
    high: float


def layout(flows: Sequence[Flow], before: Sequence[str], after: Sequence[str]) -> Layout:
    """Gives the layout; bands leave and arrive in the order of the classes, so that they cross no more than needed.

    Args:
        flows: one per pair of classes.
        before: classes on the left, from top to bottom; every class of a flow is among them.
        after: those on the right.
    """
    per_household = TALL / max(sum(flow.households for flow in flows), 1)
    left = _side(before, [(flow.before, flow.households * per_household) for flow in flows])
    right = _side(after, [(flow.after, flow.households * per_household) for flow in flows])
    leaving = {place.name: place.top for place in left}
    arriving = {place.name: place.top for place in right}
    bands = []
    for flow in sorted(flows, key=lambda one: (before.index(one.before), after.index(one.after))):
        thick = flow.households * per_household
        bands.append(Band(flow, leaving[flow.before], arriving[flow.after], thick))
        leaving[flow.before] += thick
        arriving[flow.after] += thick
    high = max((place.top + max(place.high, _LEAST) for place in (*left, *right)), default=0.0)
    return Layout(left, right, tuple(bands), high)


def _side(names: Sequence[str], sizes: Sequence[tuple[str, float]]) -> tuple[Place, ...]:
    places, top = [], 0.0
    for name in names:
        high = sum(size for one, size in sizes if one == name)
        places.append(Place(name, top, high))
        top += max(high, _LEAST) + _BETWEEN
    return tuple(places)
