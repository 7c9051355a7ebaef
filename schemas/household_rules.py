"""Which rules form the households of a purpose: who is set apart, and when one dwelling holds several households.

Each rule is named, counted in the log, and can be switched in the purpose. The names are those of the counts.
Sources: CBS, particulier huishouden; Ede derivation of households from the BRP (edebrp, functions_huishoudens).
"""

from collections.abc import Iterable
from typing import Final, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: Rules that set a person of the frame apart, in the order in which they are tried.
Apart = Literal["deceased", "unborn", "briefadres", "institution", "institution_list", "secret", "institution_size"]
#: Rules that split a dwelling.
Split = Literal["student_house", "families"]

APART: Final[tuple[Apart, ...]] = get_args(Apart)

#: Columns of the frame that a rule cannot do without.
COLUMNS_NEEDED: Final[dict[Apart | Split, tuple[str, ...]]] = {
    "deceased": ("datum_overlijden",),
    "unborn": ("geboortedatum",),
    "secret": ("indicatie_geheim",),
    "student_house": ("geboortedatum", "geslachtsnaam"),
    "families": ("geboortedatum", "geslachtsnaam"),
}


class HouseholdRules(BaseModel):
    """The rules of one purpose.

    Attributes:
        apart: who is no member of a private household: ``deceased`` and ``unborn`` (on the reference date),
            ``briefadres``, ``institution`` (flag in the BRP), ``institution_list`` (addresses in a list that is
            delivered), ``secret`` (a secret address), ``institution_size`` (more persons than a bound).
        institution_above: the bound of ``institution_size``: a dwelling with more persons is an institution.
        split: ``student_house`` (three or more adults of 17 to 30, all of other names: each a household),
            ``families`` (several families in one dwelling, by age, name and date of moving in).

    Raises:
        pydantic.ValidationError: a rule is named twice, or a bound goes without its rule.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    apart: tuple[Apart, ...] = ("briefadres", "institution")
    institution_above: int | None = Field(default=None, ge=5)
    split: tuple[Split, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len({*self.apart, *self.split}) != len(self.apart) + len(self.split):
            raise ValueError("a rule is named more than once")
        if ("institution_size" in self.apart) != (self.institution_above is not None):
            raise ValueError("institution_size and institution_above go together")
        return self

    def columns_missing(self, columns: Iterable[str]) -> list[tuple[str, str]]:
        """Gives rule and column for each column of the frame that a rule needs and that is not among these."""
        given = set(columns)
        rules: tuple[Apart | Split, ...] = (*self.apart, *self.split)
        return [(rule, name) for rule in rules for name in COLUMNS_NEEDED.get(rule, ()) if name not in given]


#: The rules of a purpose that names none.
DWELLING_RULES: Final = HouseholdRules()
