"""Charts of dots with intervals: the municipality beside other areas, and the effect of an approach."""

from collections.abc import Iterator, Sequence
from typing import Final

from outputs.publication.charts import look
from outputs.publication.charts.chart import Chart
from outputs.publication.charts.row_drawings import ClassRow, dots
from outputs.publication.charts.source import Source, in_class_order
from outputs.publication.charts.wording import (
    Language,
    half_year,
    hidden_word,
    listed,
    say,
    shortest,
    signed,
    withheld_note,
)
from outputs.publication.page_tables import Record, is_hidden, published
from outputs.publication.site.words import Words
from schemas.domains import COMBINATIONS

_TWO_OR_MORE: Final = "twee of meer"
_EFFECT: Final = "verschil"
#: Outcome -> the unit of its change, in Dutch and English.
_UNITS: Final[dict[str, tuple[str, str]]] = {
    "domeinen": ("per huishouden", "per household"),
    "kosten": ("euro per huishouden", "euros per household"),
    "minder_domeinen": ("procentpunten", "percentage points"),
}
_GROUPS: Final = ("aanpak", "controle", _EFFECT)


def comparisons(source: Source) -> Iterator[Chart]:
    """Yields a chart per area: how many households per 1,000 more or fewer, by combination of laws."""
    by_area: dict[str, list[Record]] = {}
    order = {"area": ("Nederland",), "combination": (*COMBINATIONS, "een of meer", _TWO_OR_MORE)}
    for record in in_class_order(source.of_municipality("comparison"), order):
        by_area.setdefault(str(record["area"]), []).append(record)
    language, words = source.language, Words(source.language)
    for place, (area, records) in enumerate(by_area.items(), start=1):
        rows = [
            _difference_row(
                one,
                str(one["combination"]),
                words.label("combination", str(one["combination"])),
                "difference",
                language,
            )
            for one in records
        ]
        name, of = words.label("area", area), str(records[0]["reference_period"])
        title = say(
            language,
            f"Verschil met {name}, huishoudens per 1.000",
            f"Difference with {name}, households per 1,000",
        )
        note = say(
            language,
            " De lijn geeft aan hoe ver het verschil door afronding kan liggen; "
            f"het cijfer van {name} is van {half_year(of, language)}.",
            f" The line shows how far rounding can carry the difference; the figure of {name} is of "
            f"{half_year(of, language)}.",
        )
        same = say(language, f"gelijk aan {name}", f"the same as {name}")
        reading = _comparison_reading(rows, name, source)
        yield _chart(source, f"comparison-{place}", "comparison", title, (reading, note), rows, same)


def effects(source: Source) -> Iterator[Chart]:
    """Yields a chart per outcome: the change of both groups, and the effect with its 95% interval."""
    by_outcome: dict[str, list[Record]] = {}
    order = {"outcome": tuple(_UNITS), "group": _GROUPS}
    for record in in_class_order(source.of_municipality("effects"), order):
        by_outcome.setdefault(str(record["outcome"]), []).append(record)
    language, words = source.language, Words(source.language)
    for place, (outcome, records) in enumerate(by_outcome.items(), start=1):
        named = f"{words.label('outcome', outcome)} ({say(language, *_UNITS[outcome])})"
        rows = [
            _difference_row(
                one,
                str(one["group"]),
                words.label("group", str(one["group"])).split(" (", maxsplit=1)[0],
                "change",
                language,
            )
            for one in records
        ]
        title = say(language, f"Effect van de aanpak: {named}", f"Effect of the approach: {named}")
        note = say(
            language,
            " De lijn is het 95%-interval van het verschil.",
            " The line is the 95% interval of the difference.",
        )
        same = say(language, "geen verandering", "no change")
        yield _chart(source, f"effect-{place}", "effects", title, (_effect_reading(rows, source), note), rows, same)


def _chart(
    source: Source, name: str, table: str, title: str, texts: tuple[str, str], rows: Sequence[ClassRow], zero: str
) -> Chart:
    reading, note = texts
    described = f"{title}. {listed([f'{row.label}: {row.text}' for row in rows])}{note}"
    language, one = source.language, source.chart_id(name)
    spec = dots(rows, {"label": say(language, "Groep", "Group"), "value": title}, described, zero)
    hidden = sum(row.text == hidden_word(language) for row in rows)
    drawn = look.drawn(spec, one, title, described)
    return Chart(one, title, f"{reading}{withheld_note(hidden, language)}{note}", described, drawn, spec, table)


def _difference_row(record: Record, key: str, label: str, figure: str, language: Language) -> ClassRow:
    """Gives the row of a difference, with its interval where both ends are published."""
    value, low, high = (published(record, name) for name in (figure, f"{figure}_low", f"{figure}_high"))
    if value is None:
        text = hidden_word(language) if is_hidden(record) else say(language, "geen cijfer", "no figure")
        return ClassRow(key, label, None, text)
    if low is None or high is None:
        return ClassRow(key, label, value, signed(value, language))
    between = say(language, "tot", "to")
    text = f"{signed(value, language)} ({signed(low, language)} {between} {signed(high, language)})"
    return ClassRow(key, label, value, text, low, high)


def _comparison_reading(rows: Sequence[ClassRow], name: str, source: Source) -> str:
    language = source.language
    row = next((one for one in rows if one.key == _TWO_OR_MORE), None)
    if row is None or row.value is None:
        return say(
            language,
            f"Hoeveel huishoudens meer of minder dan in {name} twee of meer wetten gebruiken is niet te tonen.",
            f"How many households more or fewer than in {name} use two or more laws cannot be shown.",
        )
    size = shortest(abs(row.value), language)
    if row.value == 0:
        return say(
            language,
            f"Per 1.000 huishoudens gebruiken er hier evenveel twee of meer wetten als in {name}.",
            f"Of every 1,000 households as many use two or more laws here as in {name}.",
        )
    rounding = row.low is not None and row.high is not None and row.low <= 0 <= row.high
    caution = say(language, "; dat kan ook door afronding komen", "; rounding alone may do that") if rounding else ""
    dutch, english = ("meer", "more") if row.value > 0 else ("minder", "fewer")
    return say(
        language,
        f"Per 1.000 huishoudens gebruiken er hier {size} {dutch} twee of meer wetten dan in {name}{caution}.",
        f"Of every 1,000 households {size} {english} use two or more laws here than in {name}{caution}.",
    )


def _effect_reading(rows: Sequence[ClassRow], source: Source) -> str:
    language = source.language
    row = next((one for one in rows if one.key == _EFFECT), None)
    if row is None or row.value is None or row.low is None or row.high is None:
        return say(language, "Het effect is niet te tonen.", "The effect cannot be shown.")
    if row.low <= 0 <= row.high:
        return say(
            language,
            f"Het verschil is {row.text}: het interval bevat nul, dus een effect is niet aangetoond.",
            f"The difference is {row.text}: the interval holds zero, so no effect is shown.",
        )
    return say(
        language,
        f"Het verschil is {row.text}: het interval bevat nul niet.",
        f"The difference is {row.text}: the interval does not hold zero.",
    )
