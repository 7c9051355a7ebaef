"""The municipal register count of 2018 by number of domains, and an example of how it can be made up.

Source: municipal action research, Zoetermeer register count 2018 at address level: of 55,678 households 7,825 have
provisions in one of P-wet, Wmo, Jeugd and SHV, 1,455 in two, 155 in three or four, and 83% in none.
"""

from typing import Final

from schemas.period import HalfYear

SOURCE: Final = "Registertelling Zoetermeer 2018 (adresniveau), gemeentelijke rapportage"
PERIOD: Final = HalfYear(2018, 1)
HOUSEHOLDS: Final = 55_678

#: Households by number of domains.
BY_DIMENSION: Final = {"1D": 7_825, "2D": 1_455, "3-4D": 155}
NONE_PCT: Final = 83

#: Exact combination of laws -> households without and with debt help. The source gives sums over the number of domains;
#: how each falls apart is an example, in about the proportions of the statistic on combinations.
COMPOSITION: Final[dict[str, tuple[int, int]]] = {
    "geen": (46_243, 60),
    "Jeugd": (1_930, 15),
    "P-wet": (2_250, 260),
    "Wmo": (3_585, 30),
    "Jeugd+P-wet": (210, 20),
    "Jeugd+Wmo": (140, 5),
    "P-wet+Wmo": (800, 60),
    "Jeugd+P-wet+Wmo": (50, 20),
}
