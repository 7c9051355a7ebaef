"""Contracts of the tables beside the base ones: households over time, segments, effects and comparison."""

from typing import Final

from schemas.table_contract import HOUSEHOLDS, PER_1000, PERIOD, REGION, STATUS, TableContract, figure, key

_FROM: Final = key("from_period", "Het half jaar ervoor")
_TO: Final = key("to_period", "Het half jaar van deze uitgave")
_COST: Final = figure("cost_eur", "Kosten in het half jaar in euro, afgerond")
_MOVED: Final = (_FROM, _TO, REGION)


def _transitions(name: str, what: str) -> TableContract:
    ends = "nieuw = er was niemand van; onbekend = niet te volgen; totaal = alle"
    return TableContract(
        name,
        f"Huishoudens naar {what} in twee opeenvolgende halve jaren",
        (
            *_MOVED,
            key("from_class", f"{what.capitalize()} in het half jaar ervoor; {ends}"),
            key("to_class", f"{what.capitalize()} nu; vertrokken = geen huishouden meer; totaal = alle"),
            HOUSEHOLDS,
            STATUS,
        ),
    )


_OVER_TIME: Final = (
    _transitions("transitions", "combinatie van wetten"),
    _transitions("dimension_transitions", "aantal domeinen"),
    TableContract(
        "flow",
        "Instroom, doorstroom en uitstroom per domein",
        (
            *_MOVED,
            key("law", "Domein; totaal = een of meer van Jeugd, P-wet, Wmo en SHV"),
            figure("stayed", "Huishoudens met het domein in beide halve jaren"),
            figure("inflow", "Huishoudens met het domein nu en niet in het half jaar ervoor, nieuwe meegeteld"),
            figure("outflow", "Huishoudens met het domein in het half jaar ervoor en niet nu, vertrokken meegeteld"),
            STATUS,
        ),
    ),
    TableContract(
        "duration",
        "Huishoudens met voorzieningen naar duur",
        (
            PERIOD,
            REGION,
            key(
                "duration",
                "Jaren onafgebroken gebruik tot nu toe; onbekend = al in gebruik bij het begin; totaal = alle",
            ),
            HOUSEHOLDS,
            STATUS,
        ),
    ),
    TableContract(
        "relapse",
        "Terugkeer van huishoudens na uitstroom",
        (
            PERIOD,
            REGION,
            key("within_years", "Binnen zoveel jaar na de uitstroom"),
            figure("households", "Huishoudens die precies zoveel jaar geleden uitstroomden en nog te volgen zijn"),
            figure("relapsed", "Daarvan: sindsdien weer een voorziening"),
            figure("relapse_pct", "Aandeel daarvan in procenten"),
            STATUS,
        ),
    ),
)

_SEGMENTS: Final = (
    TableContract(
        "segments",
        "Huishoudens en kosten naar segment",
        (
            PERIOD,
            REGION,
            key("segmentation", "Indeling: domeinen (Jeugd, P-wet, Wmo, SHV) of aandacht (P-wet, Jeugd, Veiligheid)"),
            key("segment", "Aantal domeinen van de indeling; 2+ = aandachtshuishoudens; totaal = alle"),
            HOUSEHOLDS,
            PER_1000,
            _COST,
            figure("cost_share_pct", "Gepubliceerde kosten als aandeel van die van alle huishoudens, in procenten"),
            figure("mean_cost_eur", "Gepubliceerde kosten gedeeld door gepubliceerde huishoudens, in euro"),
            STATUS,
        ),
    ),
    TableContract(
        "top_groups",
        "Duurste huishoudens en overlap met veiligheid",
        (
            PERIOD,
            REGION,
            key("top_pct", "De duurste zoveel procent van alle particuliere huishoudens"),
            figure("households", "Aantal huishoudens in die groep"),
            figure("with_safety", "Daarvan: met een melding in het domein Veiligheid"),
            figure("with_safety_pct", "Aandeel daarvan in procenten"),
            STATUS,
        ),
    ),
    TableContract(
        "pyramid",
        "Gezinnen naar trede van de piramide",
        (
            PERIOD,
            REGION,
            key("level", "Trede 0 tot en met 4 van de gezinnenpiramide; geen = op geen trede; totaal = alle"),
            HOUSEHOLDS,
            PER_1000,
            STATUS,
        ),
    ),
)

_EFFECTS: Final = (
    TableContract(
        "trajectories",
        "Trajecten van schuldhulp en re-integratie",
        (
            PERIOD,
            REGION,
            key("trajectory", "Soort traject: schuldhulp of reintegratie"),
            key("form", "Vorm: kort, intensief; totaal = beide"),
            key("group", "aanpak = huishoudens in de aanpak; overig = de andere; totaal = alle"),
            figure("offered", "Huishoudens aan wie het is aangeboden, gestart en afgerond meegeteld"),
            figure("started", "Daarvan: gestart"),
            figure("completed", "Daarvan: afgerond"),
            figure("succeeded", "Daarvan: geslaagd (financieel stabiel, of betaald werk)"),
            figure("success_pct", "Geslaagd als aandeel van afgerond, in procenten"),
            figure("success_low", "Ondergrens van het 95%-interval van dat aandeel"),
            figure("success_high", "Bovengrens van het 95%-interval van dat aandeel"),
            figure("difference_pct", "Aandeel van de aanpak min dat van de overige huishoudens, in procentpunten"),
            figure("difference_low", "Ondergrens van het 95%-interval van dat verschil"),
            figure("difference_high", "Bovengrens van het 95%-interval van dat verschil"),
            STATUS,
        ),
    ),
    TableContract(
        "effects",
        "Effect van de aanpak, vergeleken met een controlegroep",
        (
            *_MOVED,
            key("outcome", "Uitkomst: domeinen, kosten (euro) of minder_domeinen (aandeel, procent)"),
            key("group", "aanpak of controle; verschil = effect van de aanpak"),
            HOUSEHOLDS,
            figure("before", "Gemiddelde in het half jaar ervoor", "decimal"),
            figure("after", "Gemiddelde in dit half jaar", "decimal"),
            figure("change", "Verandering", "decimal"),
            figure("change_low", "Ondergrens van het 95%-interval", "decimal"),
            figure("change_high", "Bovengrens van het 95%-interval", "decimal"),
            STATUS,
        ),
    ),
    TableContract(
        "comparison",
        "Vergelijking met Nederland en andere gemeenten",
        (
            PERIOD,
            REGION,
            key("combination", "Precieze combinatie van Jeugd, P-wet en Wmo; of een of meer, twee of meer daarvan"),
            key("area", "Waarmee is vergeleken"),
            key("reference_period", "Half jaar van het vergeleken cijfer"),
            PER_1000,
            figure("reference_per_1000", "Vergeleken cijfer: per 1.000 particuliere huishoudens"),
            figure("difference", "Verschil per 1.000 huishoudens", "decimal"),
            figure("difference_low", "Het verschil is, door afronding, minstens", "decimal"),
            figure("difference_high", "Het verschil is, door afronding, hoogstens", "decimal"),
            STATUS,
        ),
    ),
)

#: Contracts in the order of the publication, after the base ones.
FURTHER_CONTRACTS: Final[tuple[TableContract, ...]] = (*_OVER_TIME, *_SEGMENTS, *_EFFECTS)
