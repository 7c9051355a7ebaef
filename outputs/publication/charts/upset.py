"""Which laws go together: a row per exact combination, dots for its laws, a bar for its households (an UpSet view).

After Lex, Gehlenborg, Strobelt, Vuillemot and Pfister, UpSet: visualization of intersecting sets (2014).
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import altair as alt

from outputs.publication.charts import look
from outputs.publication.charts.bars import class_row
from outputs.publication.charts.chart import Chart, Spec
from outputs.publication.charts.row_drawings import ClassRow
from outputs.publication.charts.source import Source, in_class_order
from outputs.publication.charts.wording import (
    half_year,
    hidden_word,
    listed,
    number,
    say,
    together,
    withheld_note,
)
from schemas.domains import COMBINATIONS, LAWS, NONE, TOTAL

_ROW: Final = 34
_DOTS: Final = 132
_START: Final = _DOTS + 8
_INNER: Final = look.WIDTH - 2 * look.MARGIN
#: Room for the figure at the end of the longest bar.
_END: Final = _INNER - 60
_HEAD: Final = 24
_EMPTY: Final = "#6b7680"


def combinations(source: Source) -> Iterator[Chart]:
    """Yields the combinations from most to fewest households, the hidden ones last; ``geen`` is left out."""
    records = in_class_order(
        (one for one in source.of_municipality("stacking") if str(one["combination"]) not in (NONE, TOTAL)),
        {"combination": COMBINATIONS},
    )
    if not records:
        return
    language = source.language
    rows = [class_row(one, "combination", "households", number, language) for one in records]
    rows.sort(key=lambda row: (row.value is None, -(row.value or 0)))
    title = say(language, "Combinaties van wetten in huishoudens", "Combinations of laws in households")
    note = say(
        language,
        " Huishoudens zonder voorziening uit deze wetten zijn niet getekend.",
        " Households without a provision of these laws are not drawn.",
    )
    described = f"{title}. {listed([f'{row.label}: {row.text}' for row in rows])}{note}"
    hidden = sum(row.text == hidden_word(language) for row in rows)
    spec = _spec(rows, described, source)
    one = source.chart_id("combinations")
    reading = _reading(rows, source) + withheld_note(hidden, language) + note
    yield Chart(one, title, reading, described, look.drawn(spec, one, title, described), spec, "stacking")


def _reading(rows: Sequence[ClassRow], source: Source) -> str:
    when, language = half_year(source.facts.period, source.language), source.language
    several = [row for row in rows if "+" in row.key and row.value]
    if not several:
        return say(
            language,
            f"Over {when} is van geen combinatie van twee of drie wetten een aantal boven nul te tonen.",
            f"No number above zero of a combination of two or three laws can be shown of {when}.",
        )
    most = [row for row in several if row.value == several[0].value]
    names, count = together([row.label for row in most], language), most[0].text
    each = say(language, "elk ", "each ") if len(most) > 1 else ""
    return say(
        language,
        f"Het meest voorkomend van de getoonde combinaties van twee of drie wetten in {when}: {names}, met {each}"
        f"{count} huishoudens.",
        f"Most frequent of the combinations of two or three laws shown in {when}: {names}, with {each}{count} "
        "households.",
    )


def _spec(rows: Sequence[ClassRow], description: str, source: Source) -> Spec:
    order = [row.key for row in rows]
    y = alt.Y("key:N", axis=None, sort=None, scale=alt.Scale(domain=order, paddingInner=0, paddingOuter=0))
    # Two scales side by side in one view: a view of fixed size is laid out without measuring any text.
    chart = (
        look.layered(_matrix(rows, y), _bars(rows, y, source))
        .resolve_scale(x="independent")
        .properties(width=_INNER, height=_ROW * len(rows))
    )
    return look.spec_of(chart, description, {"top": look.MARGIN + _HEAD})


def _matrix(rows: Sequence[ClassRow], y: alt.Y) -> alt.LayerChart:
    cells = [{"key": row.key, "law": law, "used": law in row.key.split("+")} for row in rows for law in LAWS]
    ends = [
        {"key": row.key, "first": used[0], "last": used[-1]}
        for row in rows
        if len(used := [law for law in LAWS if law in row.key.split("+")]) > 1
    ]
    scale = alt.Scale(domain=list(LAWS), range=[0, _DOTS], paddingInner=0, paddingOuter=0)
    axis = alt.Axis(orient="top", title=None, labelAngle=0, domain=False, ticks=False, labelColor=look.INK)
    x = alt.X("law:N", axis=axis, scale=scale)
    base = alt.Chart(alt.InlineData(values=cells)).encode(x=x, y=y)
    return look.layered(
        alt.Chart(alt.InlineData(values=ends))
        .mark_rule(strokeWidth=3, color=look.INK)
        .encode(x=alt.X("first:N", scale=scale, axis=axis), x2="last:N", y=y),
        base.transform_filter("!datum.used").mark_point(
            size=110, filled=True, opacity=1, fill="#ffffff", stroke=_EMPTY, strokeWidth=1.5
        ),
        base.transform_filter("datum.used").mark_point(size=150, filled=True, opacity=1, color=look.INK),
    )


def _bars(rows: Sequence[ClassRow], y: alt.Y, source: Source) -> alt.LayerChart:
    values: list[dict[str, Any]] = [
        {"key": row.key, "label": row.label, "text": row.text} | ({} if row.value is None else {"value": row.value})
        for row in rows
    ]
    most = max((row.value for row in rows if row.value is not None), default=0)
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, max(most, 1)], range=[_START, _END], nice=False))
    names = say(source.language, "Combinatie", "Combination"), say(source.language, "Huishoudens", "Households")
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=y, tooltip=[alt.Tooltip("label:N", title=names[0]), alt.Tooltip("text:N", title=names[1])]
    )
    drawn = base.transform_filter("isValid(datum.value)")
    return look.layered(
        drawn.mark_bar(height=16, color=look.BLUE).encode(x=x),
        drawn.mark_text(align="left", dx=6, fontWeight="bold").encode(x=x, text="text:N"),
        base.transform_filter("!isValid(datum.value)")
        .mark_text(align="left", fontStyle="italic", color=look.SOFT)
        .encode(x=alt.value(_START), text="text:N"),
    )
