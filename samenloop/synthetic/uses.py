"""What a household uses: care under Jeugdwet and Wmo, a benefit, debt help. Amounts in cents, days as day numbers."""

from dataclasses import dataclass, field

from samenloop.synthetic.costs import Level


@dataclass(slots=True, eq=False)
class Provision:
    """One allocation of care to one person by one provider.

    Attributes:
        bsn: BSN of the client, a member of the household.
        product: product category, a code of JZ020 or WMO020.
        form: leveringsvorm, zin or pgb.
        provider: code of the provider.
        begin: first day.
        end: last day, included; None while it runs.
        share: part of the cost of the care of this household.
    """

    bsn: str
    product: str
    form: str
    provider: str
    begin: int
    end: int | None
    share: float


@dataclass(slots=True, eq=False)
class Care:
    """All care of one household under one law.

    Attributes:
        cents: cost per half-year.
        level: how heavy the care was when the cost was set.
        provisions: at least one that is active, once arranged.
    """

    cents: int = 0
    level: Level = Level.NONE
    provisions: list[Provision] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Benefit:
    """One benefit of one household.

    Attributes:
        bsn: BSN of the claimant.
        bsn_partner: BSN of the partner in the same household, or empty.
        family_code: leefvorm.
        scheme: regeling.
        begin: first day.
        end: last day, included; None while it runs.
        monthly: euro cents per month.
        rows: number of payments per half-year in the register (1, 2 or 6).
    """

    bsn: str
    bsn_partner: str
    family_code: str
    scheme: str
    begin: int
    end: int | None
    monthly: int
    rows: int


@dataclass(slots=True, eq=False)
class DebtHelp:
    """Debt help of one person: its phase, days and cost per half-year in cents."""

    bsn: str
    phase: str
    begin: int
    end: int | None
    cents: int
