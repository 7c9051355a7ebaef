"""What the page tells beside its tables: who published, under which purpose, from which sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from outputs.publication.linkage_facts import NO_LINKAGE_FACTS, LinkageFacts
from outputs.publication.number_format import half_year
from schemas.disclosure_policy import DisclosurePolicy


@dataclass(frozen=True)
class SourceFacts:
    """One source: its legal ground and where its rows went.

    Attributes:
        source: name in the delivery, such as ``pwet``.
        domain_name: name for the reader, such as ``P-wet``.
        law: law on which the use of this source rests.
        article: article of that law.
        rows_received: rows of the delivered file.
        rows_used: rows that take part in the figures.
        rows_quarantined: rows that could not be read.
        rows_objected: rows of persons who objected.
        rows_excluded: rows left out by a counted rule.

    Raises:
        ValueError: a count is negative, or the rows received are not the sum of the four places a row can end in.
    """

    source: str
    domain_name: str
    law: str
    article: str
    rows_received: int
    rows_used: int
    rows_quarantined: int
    rows_objected: int
    rows_excluded: int

    def __post_init__(self) -> None:
        places = (self.rows_used, self.rows_quarantined, self.rows_objected, self.rows_excluded)
        if min(places) < 0:
            raise ValueError(f"source {self.source}: a row count is negative")
        if sum(places) != self.rows_received:
            raise ValueError(f"source {self.source}: the rows received are not the sum of where they ended")


@dataclass(frozen=True)
class PublicationFacts:
    """Everything of a release that the page states and that no table holds.

    Attributes:
        release: name of the release.
        purpose_id: identifier of the signed purpose.
        purpose_version: its version.
        purpose_text: why the figures are made, in the words of the purpose.
        controller_name: name of the controller, such as ``Gemeente Voorbeeld``.
        gemeentecode: CBS code of the municipality; the region of its rows in every table.
        fg_contact: where the privacy officer can be reached.
        period: half-year such as ``2018H1``.
        reference_date: day on which the households are counted.
        sources: one entry per source, in the order in which the page lists them.
        policy: rules of disclosure control, from the signed purpose.
        hidden_cells: table -> (hidden figures, all figures).
        synthetic: whether the households are invented; the page then says so in a banner.
        linkage: what is known of the quality of the linkage.
        families: whether one dwelling may hold several households.
        apart: rules by which somebody is in no private household, as the purpose names them.
        errors: table -> by how many households a count is off at most, and the root of the mean square at most.
        noisy: differentially private table -> by how many households 95 of 100 counts of a smallest region are off at
            most.
        values_hidden: table -> how much of its costs is in hidden cells, in percent.
        attacked: small counts and hidden costs that the attack on this release was tried on.
        earlier: earlier releases that the attacker had beside this one.
        awaited: tables that the purpose asks for and this release cannot have: there is no half-year before.
        effect_refusals: codes of the reasons why effects are withheld.
        effect_cautions: codes of what to bear in mind beside effects.

    Raises:
        ValueError: the period is no half-year, or a table hides more figures than it has.
    """

    release: str
    purpose_id: str
    purpose_version: int
    purpose_text: str
    controller_name: str
    gemeentecode: str
    fg_contact: str
    period: str
    reference_date: date
    sources: tuple[SourceFacts, ...]
    policy: DisclosurePolicy
    hidden_cells: Mapping[str, tuple[int, int]]
    synthetic: bool
    linkage: LinkageFacts = NO_LINKAGE_FACTS
    families: bool = False
    apart: tuple[str, ...] = ()
    errors: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    noisy: Mapping[str, int] = field(default_factory=dict)
    values_hidden: Mapping[str, int] = field(default_factory=dict)
    attacked: int = 0
    earlier: int = 0
    awaited: tuple[str, ...] = ()
    effect_refusals: tuple[str, ...] = ()
    effect_cautions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        half_year(self.period)
        for table, (hidden, total) in self.hidden_cells.items():
            if not 0 <= hidden <= total:
                raise ValueError(f"table {table}: hidden figures do not lie between none and all")
