"""A synthetic municipality, made one neighbourhood at a time: memory grows with a neighbourhood, not with a country."""

from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from samenloop.synthetic.allocation import Flows, Shares, Spread
from samenloop.synthetic.delivery import DeliveryWriter, SeparatedFile
from samenloop.synthetic.draws import Draws
from samenloop.synthetic.identifiers import Identifiers
from samenloop.synthetic.layout import buurten
from samenloop.synthetic.neighbourhood import Neighbourhood
from samenloop.synthetic.people import Household
from samenloop.synthetic.providers import Crowds
from samenloop.synthetic.reference import debt_help_counts, household_counts
from samenloop.synthetic.request import MessRates, SynthesisRequest
from samenloop.synthetic.truth import TRUTH_COLUMNS, truth_path
from schemas.period import HalfYear

__all__ = ["MessRates", "SynthesisRequest", "SynthesisedDelivery", "synthesise"]


@dataclass(frozen=True, slots=True)
class SynthesisedDelivery:
    """What was written for one period.

    Attributes:
        period: the half-year.
        folder: the delivery, with levering.json.
        truth: CSV with one row per private household, beside the folder.
    """

    period: HalfYear
    folder: Path
    truth: Path


def synthesise(request: SynthesisRequest) -> tuple[SynthesisedDelivery, ...]:
    """Writes one delivery per period with its truth; same request, same bytes.

    For one period the folder of the request is the delivery; for several each period has a folder inside it.

    Raises:
        OSError: a folder or file cannot be written.
    """
    deliveries = tuple(_delivery(request, period) for period in request.periods)
    with ExitStack() as stack:
        writers = [
            stack.enter_context(DeliveryWriter(delivery.folder, request, delivery.period)) for delivery in deliveries
        ]
        truths = [SeparatedFile(delivery.truth, TRUTH_COLUMNS) for delivery in deliveries]
        for truth in truths:
            stack.callback(truth.close)
        _populate(request, writers, truths)
    return deliveries


def _delivery(request: SynthesisRequest, period: HalfYear) -> SynthesisedDelivery:
    folder = request.out if len(request.periods) == 1 else request.out / str(period)
    return SynthesisedDelivery(period, folder, truth_path(folder))


def _populate(request: SynthesisRequest, writers: list[DeliveryWriter], truths: list[SeparatedFile]) -> None:
    totals = [household_counts(request.column, period, request.households) for period in request.periods]
    spread = Spread(totals[0], Draws(request.seed, 2))
    flows = [
        Flows(before, after, Draws(request.seed, 3, step)) for step, (before, after) in enumerate(pairwise(totals))
    ]
    debts = debt_help_counts(request.column, request.households)
    in_debt_help = debts and Shares(totals[0], debts, Draws(request.seed, 4))
    identifiers, strangers = Identifiers(request.seed), Identifiers(request.seed, lane=1)
    crowds = Crowds(request.households)
    moving: list[list[Household]] = [[] for _ in flows]
    for buurt in buurten(request):
        place = Neighbourhood(request, buurt, identifiers, strangers, crowds)
        for step, period in enumerate(request.periods):
            if step == 0:
                counts = spread.take(buurt.households)
                place.settle(period, counts, in_debt_help.take(counts) if in_debt_help else None)
            else:
                moved = flows[step - 1].take(place.counts())
                moving[step - 1] = place.evolve(period, moved, moving[step - 1])
            place.deliver(period, writers[step], truths[step])
