"""What the page tells of the linkage itself, from the counts of the log: nobody looked at a single pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from outputs.publication.number_format import one_decimal, whole
from outputs.rates import to_tens
from schemas.domains import DOMAIN_NAMES, RECORD_LABELS

#: Shares in the log are per ten thousand.
_TO_PERCENT: Final = 100


@dataclass(frozen=True)
class LinkedByName:
    """A source without BSN: how many records were linked by name, and what the model expects of those links.

    Attributes:
        domain_name: name for the reader.
        linked: records linked, in tens.
        unsure: records that resembled a person too little, or two persons alike; they stay unlinked. In tens.
        precision: expected share of right links, in percent with its interval of 95%; empty without links.
        recall: expected share of the records of persons in the frame that were linked, in the same form.
    """

    domain_name: str
    linked: str
    unsure: str
    precision: str
    recall: str


@dataclass(frozen=True)
class LinkageFacts:
    """The quality of the linkage of one run.

    Attributes:
        by_name: per source without BSN.
        drift: domain name and by how many percent points its linked share differs from the former run.
        sensitivity: at most so many households (up to the next ten) would a figure differ if only the surest links by
            name counted; none where nothing is linked by name.
    """

    by_name: tuple[LinkedByName, ...] = ()
    drift: tuple[tuple[str, str], ...] = ()
    sensitivity: int | None = None


NO_LINKAGE_FACTS: Final = LinkageFacts()


def linkage_facts(linked: Mapping[str, int], protected: Mapping[str, int]) -> LinkageFacts:
    """Gives the facts from the counts of the steps ``link`` and ``protect``."""
    sources = [source for source in DOMAIN_NAMES if f"by_name:{source}:linked" in linked]
    drift = tuple(
        (name, _points(linked[f"drift:{source}"]))
        for source, name in RECORD_LABELS.items()
        if f"drift:{source}" in linked
    )
    return LinkageFacts(
        tuple(_by_name(source, linked) for source in sources), drift, protected.get("sensitivity:households")
    )


def _by_name(source: str, counts: Mapping[str, int]) -> LinkedByName:
    before = f"by_name:{source}"
    unsure = counts.get(f"{before}:ambiguous", 0) + counts.get(f"{before}:clerical", 0)
    return LinkedByName(
        DOMAIN_NAMES[source],
        whole(to_tens(counts[f"{before}:linked"])),
        whole(to_tens(unsure)),
        _interval(f"{before}:precision", counts),
        _interval(f"{before}:recall", counts),
    )


def _interval(name: str, counts: Mapping[str, int]) -> str:
    if name not in counts:
        return ""
    value, low, high = (one_decimal(counts[f"{name}{end}"] / _TO_PERCENT) for end in ("", "_low", "_high"))
    return f"{value} % ({low} tot {high})"


def _points(share: int) -> str:
    sign = "+" if share > 0 else "\u2212" if share < 0 else ""
    return f"{sign}{one_decimal(abs(share) / _TO_PERCENT)}"
