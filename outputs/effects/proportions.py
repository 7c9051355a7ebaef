"""Shares of trajectories that succeeded, and the difference of two such shares, with 95% intervals.

Both take trajectories as independent of each other. Sources: Wilson, JASA 22 (1927), 209-212; Newcombe, Statistics in
Medicine 17 (1998), 857-872 (method 3) and 873-890 (method 10). The library is read when it is needed: it takes seconds,
and few purposes ask for it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """A share or a difference of two shares, and the bounds of its 95% interval."""

    value: float
    low: float
    high: float


def wilson(succeeded: int, of: int) -> Share:
    """Gives a share and its interval."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(succeeded, of, method="wilson")
    return Share(succeeded / of, float(low), float(high))


def newcombe(succeeded: int, of: int, other_succeeded: int, of_other: int) -> Share:
    """Gives the difference of two shares and its interval."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(succeeded, of, other_succeeded, of_other, method="newcomb", compare="diff")
    return Share(succeeded / of - other_succeeded / of_other, float(low), float(high))
