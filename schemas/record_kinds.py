"""Code lists and names of the kinds of records: what some tables ask of a record beside that it is there.

A kind is a text in the column ``kind`` of ``PROVISION_SCHEMA`` and ``TRAIT_SCHEMA``; most records have none.
Sources: iJw 3.2, code list JZ020; docs/definitions.md, "Kinds, approaches and trajectories".
"""

from typing import Final

#: Table that needs the kinds of jeugd and veiligheid, and ages.
PYRAMID: Final = "pyramid"
#: Tables that read what is known of a household beside its use.
TRAIT_TABLES: Final = frozenset({PYRAMID, "effects", "trajectories"})

#: JZ020: jeugdreclassering, jeugdbescherming, preventief justitieel kader.
YOUTH_PROTECTION_CODES: Final = ("47", "48", "49")
PROTECTION: Final = "protection"
VOLUNTARY: Final = "voluntary"

#: Kinds of report at veiligheid that are nuisance.
NUISANCE_CODES: Final = ("OVERLAST", "WOONOVERLAST")
NUISANCE_MINOR: Final = "nuisance_minor"

#: Kind of a household of the frame with a member younger than ``ADULT_AGE``.
MINOR: Final = "minor"
ADULT_AGE: Final = 18

#: Kind of every record of the source aanpak.
IN_APPROACH: Final = "approach"

TRAJECTORY_FORMS: Final = ("kort", "intensief")
TRAJECTORY_RESULTS: Final = ("financieel stabiel", "betaald werk", "geen")
#: Kind of trajectory -> the result with which a completed one succeeded.
SUCCESS_OF: Final[dict[str, str]] = {"schuldhulp": "financieel stabiel", "reintegratie": "betaald werk"}
TRAJECTORY_SORTS: Final = tuple(SUCCESS_OF)

#: How far a trajectory came, from first to last; what succeeded was completed, what was completed was started.
STAGES: Final = ("offered", "started", "completed", "succeeded")
COMPLETED: Final = "completed"
SUCCEEDED: Final = "succeeded"
#: Status in the register -> stage; a trajectory that was broken off was started.
STAGE_OF_STATUS: Final[dict[str, str]] = {
    "aangeboden": "offered",
    "gestart": "started",
    "afgebroken": "started",
    "afgerond": COMPLETED,
}
