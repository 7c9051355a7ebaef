"""Which neighbourhoods a synthetic municipality has: their codes, sizes and postal areas."""

from dataclasses import dataclass

from samenloop.synthetic.draws import Draws
from samenloop.synthetic.request import SynthesisRequest

_USUAL_BUURTEN_PER_WIJK = 8
_MOST_PER_LEVEL = 99
_FIRST_POSTAL_AREA = 2700


@dataclass(frozen=True, slots=True)
class Buurt:
    """One neighbourhood.

    Attributes:
        index: place in the municipality, from 0.
        code: CBS code, such as BU06370101.
        households: exact number of private households.
        postal_area: four digits; two neighbourhoods share one.
        upper_half: which half of the letters of the postal area is this neighbourhood's own.
    """

    index: int
    code: str
    households: int
    postal_area: int
    upper_half: bool


def buurten(request: SynthesisRequest) -> tuple[Buurt, ...]:
    """Gives the neighbourhoods of a municipality; their households add up to the request."""
    count = request.buurten
    per_wijk = max(min(_USUAL_BUURTEN_PER_WIJK, -(-count // 2)), -(-count // _MOST_PER_LEVEL))
    areas_per_wijk = -(-per_wijk // 2)
    sizes = _sizes(request.households, count, Draws(request.seed, 1))
    result = []
    for index, households in enumerate(sizes):
        wijk, place = divmod(index, per_wijk)
        code = f"BU{request.gemeentecode[2:]}{wijk + 1:02d}{place + 1:02d}"
        area = _FIRST_POSTAL_AREA + wijk * areas_per_wijk + place // 2
        result.append(Buurt(index, code, households, area, upper_half=place % 2 == 1))
    return tuple(result)


def _sizes(households: int, count: int, draws: Draws) -> list[int]:
    """Divides the households over neighbourhoods of about the same size; each gets at least one."""
    weights = [0.75 + draws.uniform() / 2 for _ in range(count)]
    total = sum(weights)
    sizes = []
    left, weight_left = households, total
    for place, weight in enumerate(weights):
        still_to_come = count - place - 1
        size = left if still_to_come == 0 else round(left * weight / weight_left)
        size = min(max(size, 1), left - still_to_come)
        sizes.append(size)
        left, weight_left = left - size, weight_left - weight
    return sizes
