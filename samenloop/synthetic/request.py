"""What can be asked of the synthetic municipality: size, seed, periods, reference figures and how much mess."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from samenloop.synthetic.reference import Column
from schemas.period import HalfYear

Rate = Annotated[float, Field(ge=0.0, le=1.0)]


class MessRates(BaseModel):
    """How often each kind of mess occurs, 0 (never) to 1 (always).

    The first group rewrites regular rows, the second adds rows beside them. No rate changes the number of households,
    nor the number of households per exact combination of laws by the definitions.

    Attributes:
        lost_zeros: of the rows whose BSN starts with a zero, the share that lost it.
        dotted_bsn: share of rows whose BSN is written with dots, spaces or hyphens.
        sentinel_bsn: share of domain rows with 000000000 or 999999999 and a correct address.
        missing_bsn: share of domain rows without BSN and with a correct address.
        invalid_bsn: share of domain rows whose BSN fails the eleven test, with a correct address.
        address_spelling: share of rows whose correct address is spelled in another way.
        code_spelling: share of Jeugd and Wmo rows whose provider code is in lower case.
        missing_dwelling_id: share of frame rows without nummeraanduiding_id, and of dwellings where no row has it.
        moved: share of domain rows with another address than the frame; old rows in the frame are five times rarer.
        partner: share of couples on P-wet whose benefit names both partners.
        partner_elsewhere: share of benefits that name a partner who is a member of another household.
        claimant_gone: share of couples' benefits whose claimant is not in the frame; the partner decides.
        student_house: share of households that are houses of unrelated students.
        name_error: share of Veiligheid rows with a typing error, an initial, or day and month exchanged.
        duplicate: share of rows that are delivered twice, sometimes in another spelling.
        credit: share of rows with a correction beside them: a debit with its exact credit, or a partial credit.
        ended: households with one more record that ended before the period, per household.
        outside_frame: records of people who are not in the frame, per household.
        unlinkable: records without BSN and with an error in the address, per household.
        briefadres: people with a correspondence address at the town hall, per household.
        care_home: chance that a neighbourhood has a care home.
        objection: objectors, per household; never somebody who uses a provision.
        quarantine: rows that break the contract, per household.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lost_zeros: Rate = 0.5
    dotted_bsn: Rate = 0.03
    sentinel_bsn: Rate = 0.005
    missing_bsn: Rate = 0.01
    invalid_bsn: Rate = 0.003
    address_spelling: Rate = 0.1
    code_spelling: Rate = 0.02
    missing_dwelling_id: Rate = 0.005
    moved: Rate = 0.02
    partner: Rate = 0.9
    partner_elsewhere: Rate = 0.01
    claimant_gone: Rate = 0.01
    student_house: Rate = 0.008
    name_error: Rate = 0.35

    duplicate: Rate = 0.01
    credit: Rate = 0.03
    ended: Rate = 0.02
    outside_frame: Rate = 0.004
    unlinkable: Rate = 0.003
    briefadres: Rate = 0.003
    care_home: Rate = 0.3
    objection: Rate = 0.002
    quarantine: Rate = 0.001

    @classmethod
    def none(cls) -> Self:
        """Gives registers without any mess: every record has a clean BSN and the address of the frame."""
        return cls(**dict.fromkeys(cls.model_fields, 0.0))


class SynthesisRequest(BaseModel):
    """One synthetic municipality, validated at construction.

    Attributes:
        households: exact number of private households in every period.
        seed: same request, same bytes.
        out: the delivery folder; with several periods the folder that gets one delivery folder per period.
        periods: consecutive half-years, the earliest first.
        column: whose stacking figures to reproduce; a half-year without published figures takes the nearest ones.
        gemeentecode: CBS code, such as GM0637.
        mess: how often each kind of mess occurs.
        households_per_buurt: average size of a neighbourhood.

    Raises:
        ValueError: a field is out of range, no period is asked, periods are not consecutive, or the municipality needs
            more neighbourhoods than CBS codes have digits for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    households: int = Field(ge=1)
    seed: int = Field(ge=0)
    out: Path
    periods: tuple[HalfYear, ...] = (HalfYear(2018, 1),)
    column: Column = "zoetermeer"
    gemeentecode: Annotated[str, StringConstraints(pattern=r"^GM\d{4}$")] = "GM0637"
    mess: MessRates = MessRates()
    households_per_buurt: int = Field(default=1000, ge=1, le=1500)

    @model_validator(mode="after")
    def _consecutive(self) -> Self:
        if not self.periods:
            raise ValueError("at least one period is needed")
        for earlier, later in zip(self.periods, self.periods[1:], strict=False):
            if earlier.following != later:
                raise ValueError("periods must be consecutive half-years, the earliest first")
        return self

    @model_validator(mode="after")
    def _codes_suffice(self) -> Self:
        if self.buurten > 99 * 99:
            raise ValueError("more than 99 x 99 neighbourhoods: raise households_per_buurt")
        return self

    @property
    def buurten(self) -> int:
        """Number of neighbourhoods: the households divided by their average size, but at least three where possible."""
        return max(round(self.households / self.households_per_buurt), min(3, self.households))
