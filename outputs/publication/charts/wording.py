"""Words and numbers of the charts: labels and notation are those of the pages, so that both say the same."""

from collections.abc import Sequence

from outputs.publication.site.words import Language, Words

__all__ = ["Language"]


def say(language: Language, dutch: str, english: str) -> str:
    """Gives the text of the language."""
    return dutch if language == "nl" else english


def hidden_word(language: Language) -> str:
    """Gives the word that stands where a figure is confidential."""
    return say(language, "afgeschermd", "withheld")


def number(value: float, language: Language, decimals: int = 0) -> str:
    """Gives a number: ``1.234,5`` in Dutch, ``1,234.5`` in English.

    Raises:
        ValueError: the value has more decimals than are asked for; nothing is rounded here.
    """
    if round(value, decimals) != value:
        raise ValueError("a figure has more decimals than the chart shows")
    return Words(language).decimal(value, decimals)


def shortest(value: float, language: Language) -> str:
    """Gives a number with as many decimals as it has.

    Raises:
        ValueError: it has more than six.
    """
    return number(value, language, next((places for places in range(6) if round(value, places) == value), 6))


def signed(value: float, language: Language) -> str:
    """Gives a difference with its sign."""
    return f"{'+' if value > 0 else ''}{shortest(value, language)}"


def euro(value: float, language: Language) -> str:
    """Gives whole euros."""
    return Words(language).euro(value)


def percent(value: float, language: Language) -> str:
    """Gives a whole percentage."""
    return Words(language).percent(value)


def half_year(period: str, language: Language) -> str:
    """Gives a half-year in words, with its article."""
    return f"{say(language, 'het', 'the')} {Words(language).half_year(period)}"


def class_label(name: str, language: Language) -> str:
    """Gives a class of households by number of domains, or where they came from or went to."""
    return Words(language).labels("dimensions", "end").get(name, name)


def together(names: Sequence[str], language: Language) -> str:
    """Gives names in one sentence: ``a, b en c``."""
    return say(language, " en ", " and ").join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def listed(parts: Sequence[str]) -> str:
    """Gives what a drawing holds, part by part, as one text."""
    return "; ".join(parts) + "."


def withheld_note(hidden: int, language: Language) -> str:
    """Gives the sentence on what is not shown; nothing when all is."""
    if not hidden:
        return ""
    return say(
        language,
        f" {hidden} {'cijfer is' if hidden == 1 else 'cijfers zijn'} afgeschermd.",
        f" {hidden} {'figure is' if hidden == 1 else 'figures are'} withheld.",
    )
