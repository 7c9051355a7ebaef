"""Effects in Dutch words for a reader: what to be wary of beside every figure, and why figures are not given."""

from collections.abc import Iterator, Mapping
from typing import Final

#: Names of counts in the log of the step ``protect``, followed by a code of one of the texts below.
CAUTION: Final = "effects:caution_"
REFUSED: Final = "effects:refused_"

_APART: Final = "De aanpak en de controlegroep verschilden na het koppelen nog in "
#: Code of a caution -> what a reader has to know beside every effect.
CAUTION_TEXTS: Final[dict[str, str]] = {
    "balance:domains_before": f"{_APART}het aantal domeinen vooraf.",
    "balance:minors": f"{_APART}het aandeel met minderjarige kinderen.",
    "balance:persons": f"{_APART}het aantal personen.",
    "balance:youngest_age": f"{_APART}de leeftijd van het jongste lid.",
    "balance:oldest_age": f"{_APART}de leeftijd van het oudste lid.",
    "balance:cost_before_cent": f"{_APART}de kosten vooraf.",
    "unmatched": (
        "Voor meer dan een tiende van de huishoudens in de aanpak is geen vergelijkbaar huishouden gevonden; zij "
        "tellen niet mee, en het effect is dat van de andere."
    ),
    "ages_unknown": (
        "Op leeftijd en op kinderen is niet vergeleken: dit doel leest geen geboortedata voor de vergelijking."
    ),
    "start_within": (
        "De aanpak begon voor deze huishoudens in het half jaar dat hier 'erna' heet: wat er toen nog liep telt mee, "
        "en het effect valt daardoor eerder te klein uit dan te groot."
    ),
    "start_unknown": (
        "Onbekend is wie een half jaar eerder al in de aanpak was; die huishoudens tellen mee alsof zij er net in "
        "kwamen."
    ),
    "trend_unknown": "Onbekend is of beide groepen zich vóór de aanpak gelijk ontwikkelden.",
    "trend:domains": (
        "Al vóór de aanpak liep het aantal domeinen van beide groepen uiteen: dit verschil is niet als effect te lezen."
    ),
    "trend:cost": (
        "Al vóór de aanpak liepen de kosten van beide groepen uiteen: dit verschil is niet als effect te lezen."
    ),
}
#: Code of a refusal -> why figures of one or more outcomes are withheld.
REFUSAL_TEXTS: Final[dict[str, str]] = {
    "group_small": "Er zijn te weinig huishoudens in de aanpak met een vergelijkbaar huishouden daarbuiten.",
    "cost_dominated": "Een te groot deel van de kosten van een van de groepen is van één huishouden.",
    "group_exposed": "Bijna alle of bijna geen huishoudens van een van de groepen gebruiken minder domeinen.",
    "released_before": "Van dit half jaar is al een effect gepubliceerd; een tweede zou het eerste preciezer maken.",
}


def told(counts: Mapping[str, int]) -> Iterator[str]:
    """Yields the texts that belong to a release, refusals first; nothing for a release without effects.

    Args:
        counts: of the log entry of the step ``protect``.
    """
    for prefix, texts in ((REFUSED, REFUSAL_TEXTS), (CAUTION, CAUTION_TEXTS)):
        yield from (text for code, text in texts.items() if counts.get(f"{prefix}{code}"))
