"""The model on which everything that is signed is built."""

import re
from typing import Annotated, Any, Final

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, StringConstraints

#: A length of time in years, months, weeks and days (ISO 8601).
Duration = Annotated[str, StringConstraints(pattern=r"^P(\d+[YMWD])+$")]

_UNITS: Final = {"Y": "years", "M": "months", "W": "weeks", "D": "days"}


class Strict(BaseModel):
    """Frozen, strict about types, refuses unknown keys; errors never show an input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


def length_of(term: Duration) -> relativedelta:
    """Gives a length of time, such as ``P1Y6M``, as something that can be added to a date."""
    parts = {_UNITS[unit]: int(number) for number, unit in re.findall(r"(\d+)([YMWD])", term)}
    return relativedelta(**parts)


def without_unset(model: BaseModel, plain: SerializerFunctionWrapHandler, *names: str) -> dict[str, Any]:
    """Gives the content of a model without these fields where they are not set.

    They came later than the others: what does not use them keeps the bytes that were signed before they existed.
    """
    content: dict[str, Any] = plain(model)
    for name in names:
        if getattr(model, name) is None:
            content.pop(name, None)
    return content
