"""``protocol/disclosure.json``: what was done to the figures, what was lost, and what holds; all of it from the log."""

from collections.abc import Mapping
from typing import Any, Final

from schemas.disclosure_policy import DisclosurePolicy

FORMAT: Final = "samenloop-disclosure-1"
_STATED: Final = ("cells", "hidden", "within", "rms_error", "error_95", "value_hidden_pct", "negative")


def disclosure_report(policy: DisclosurePolicy, counts: Mapping[str, int]) -> dict[str, Any]:
    """Gives the report.

    Args:
        policy: of the signed purpose.
        counts: of the log entry of the step ``protect``.
    """
    tables = {
        name: {what: counts[f"{name}:{what}"] for what in _STATED if f"{name}:{what}" in counts}
        for name in hidden_cells(counts)
    }
    return {
        "format": FORMAT,
        "policy": policy.model_dump(mode="json"),
        "tables": tables,
        "attack": {
            "figures": counts["audit:figures"],
            "found": counts["audit:found"],
            "earlier_releases": counts["audit:releases"],
        },
        "done": _done(policy),
        "guarantee": (
            "Wie alles leest wat onder dit doel is gepubliceerd en van elke regio het aantal huishoudens kent, kan "
            f"geen aantal onder {policy.threshold} huishoudens nauwkeuriger vinden dan op {policy.count_width} "
            f"huishoudens, geen te beschermen bedrag nauwkeuriger dan op {policy.cost_width_pct} procent, en geen "
            "bedrag dat alleen daarom mee is afgeschermd nauwkeuriger dan op een vijfde daarvan."
        ),
    }


def hidden_cells(counts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Gives table -> (hidden, cells) from the counts of the step ``protect``."""
    tables = [name.removesuffix(":cells") for name in counts if name.endswith(":cells")]
    return {name: (counts[f"{name}:hidden"], counts[f"{name}:cells"]) for name in tables}


def stated_errors(counts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Gives table -> (largest error in households, root mean square error), as they are published."""
    tables = [name.removesuffix(":within") for name in counts if name.endswith(":within")]
    return {name: (counts[f"{name}:within"], counts[f"{name}:rms_error"]) for name in tables}


def noisy_errors(counts: Mapping[str, int]) -> dict[str, int]:
    """Gives differentially private table -> error that 95 of 100 counts of a smallest region stay within."""
    tables = [name.removesuffix(":error_95") for name in counts if name.endswith(":error_95")]
    return {name: counts[f"{name}:error_95"] for name in tables}


def _done(policy: DisclosurePolicy) -> list[str]:
    formal = policy.formal
    noisy = formal and (
        f"Formele privacy (differential privacy): {', '.join(formal.tables)} met ruis in plaats van afronding, "
        f"epsilon {formal.epsilon:g} per tabel en uitgave, uit een budget van {formal.budget:g}."
    )
    return [
        *([noisy] if noisy else []),
        f"Aantallen: één kubus van alle huishoudens, één keer gecontroleerd afgerond op {policy.base}, en op "
        f"{policy.sensitive_base} waar {', '.join(policy.sensitive_sources)} voorkomt; elke tabel is er een som van.",
        f"Kosten: afgeschermd onder {policy.threshold} huishoudens, bij meer dan {policy.dominance_pct} procent van "
        f"één huishouden of aanbieder en bij de p%-regel met p = {policy.p_pct}; daarna wat deze terug zou geven.",
        f"Bedragen in veelvouden van {policy.cost_rounding_eur} euro; aandelen in hele procenten, stappen van ten "
        f"minste {policy.threshold} huishoudens.",
        f"Wijken en buurten waar meer dan {policy.group_share_pct} procent een kenmerk deelt: niet gepubliceerd.",
    ]
