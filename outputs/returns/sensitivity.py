"""How the balance of a pilot hangs on attribution and relapse, and where it is zero."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from outputs.returns.amounts import Exact
from outputs.returns.business_case import Pilot, business_case


@dataclass(frozen=True)
class Variant:
    """A balance in cents under other suppositions; None is what the pilot itself says."""

    attribution: Fraction | None
    relapse: Fraction | None
    balance: int


def variants(
    pilot: Pilot, attributions: Sequence[Exact | None], relapses: Sequence[Exact | None]
) -> tuple[Variant, ...]:
    """Gives the balance for every attribution with every relapse.

    Raises:
        RunError: ``share_out_of_bounds``.
    """
    return tuple(
        Variant(_exact(share), _exact(relapse), business_case(pilot, share, relapse).balance)
        for share in attributions
        for relapse in relapses
    )


def break_even_attribution(pilot: Pilot) -> Fraction | None:
    """Gives the one attribution at which the pilot just pays.

    Above 1 it never does, below 0 it always does; None where no benefit has an attribution.
    """
    return _zero(lambda share: _balance(pilot, attribution=share))


def break_even_relapse(pilot: Pilot) -> Fraction | None:
    """Gives the relapse at which the pilot just pays; below 0 it never does; None where relapse plays no part."""
    return _zero(lambda share: _balance(pilot, relapse=share))


def break_even_scale(pilot: Pilot) -> Fraction | None:
    """Gives which part of the counted benefits would do to pay the costs; None where nothing is counted."""
    return _zero(lambda part: part * (_balance(pilot) + _cost(pilot)) - _cost(pilot))


def _balance(pilot: Pilot, attribution: Fraction | None = None, relapse: Fraction | None = None) -> Fraction:
    return sum((baat.counted(attribution, relapse) for baat in pilot.baten), start=Fraction(0)) - _cost(pilot)


def _cost(pilot: Pilot) -> int:
    return sum(uitgave.bedrag_cent for uitgave in pilot.kosten)


def _zero(balance: Callable[[Fraction], Fraction]) -> Fraction | None:
    """Gives where a straight line is zero; None where it is level."""
    start = balance(Fraction(0))
    slope = balance(Fraction(1)) - start
    return -start / slope if slope else None


def _exact(share: Exact | None) -> Fraction | None:
    return None if share is None else Fraction(share)
