"""The domains of the social field, their laws and the names they bear in every table."""

from collections.abc import Collection
from typing import Final

#: Source name in a delivery -> name of the domain in the tables.
DOMAIN_NAMES: Final[dict[str, str]] = {
    "jeugd": "Jeugd",
    "pwet": "P-wet",
    "wmo": "Wmo",
    "shv": "SHV",
    "rmc": "RMC",
    "veiligheid": "Veiligheid",
}

#: The three decentralised laws of 2015, in the order in which a combination names them.
LAWS: Final[tuple[str, ...]] = ("Jeugd", "P-wet", "Wmo")

#: Domains that make up the dimensions 1D, 2D and 3-4D.
DIMENSION_DOMAINS: Final[tuple[str, ...]] = (*LAWS, "SHV")

#: Domains whose deliveries carry amounts.
COST_DOMAINS: Final[tuple[str, ...]] = (*LAWS, "SHV", "Veiligheid")

NONE: Final = "geen"
TOTAL: Final = "totaal"

COMBINATIONS: Final[tuple[str, ...]] = (
    NONE,
    "Jeugd",
    "P-wet",
    "Wmo",
    "Jeugd+P-wet",
    "Jeugd+Wmo",
    "P-wet+Wmo",
    "Jeugd+P-wet+Wmo",
)
DIMENSIONS: Final[tuple[str, ...]] = (NONE, "1D", "2D", "3-4D")

#: Sources that are no domain: what was done with a household. They are linked, and enter no count of use or cost.
APPROACH: Final = "aanpak"
TRAJECTORIES: Final = "trajecten"
BESIDE_DOMAINS: Final = (APPROACH, TRAJECTORIES)

#: Every source whose records are linked to households -> what the records call it.
RECORD_DOMAINS: Final[dict[str, str]] = {**DOMAIN_NAMES, **{name: name for name in BESIDE_DOMAINS}}
#: The same for a reader.
RECORD_LABELS: Final[dict[str, str]] = {**DOMAIN_NAMES, APPROACH: "Aanpak", TRAJECTORIES: "Trajecten"}

FRAME: Final = "brp"
OBJECTIONS: Final = "bezwaar"
#: The list of institutional addresses, for a purpose that has one.
INSTITUTIONS: Final = "instellingen"


def combination(laws: Collection[str]) -> str:
    """Names the exact combination of laws: ``geen`` or the laws joined with ``+`` in the order of the tables."""
    return "+".join(law for law in LAWS if law in laws) or NONE
