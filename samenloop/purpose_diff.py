"""What a new version of a purpose changes, and which of it widens what may be done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from schemas.purpose import PurposeConfig

#: Lists that allow more when they grow.
_GROWS_WIDER: Final = ("columns", "tables", "participants")
#: And lists that allow more when they shrink: who is set apart is left out.
_SHRINKS_WIDER: Final = ("apart",)
#: Numbers that allow more when they change in this direction.
_WIDER_WHEN: Final = {"institution_above": 1}
#: Values that allow more than what they replace.
_WIDER_VALUES: Final = {("pseudonym_scope", "purpose"), ("approval.by_command", True)}


@dataclass(frozen=True)
class Change:
    """One field that differs: its place, and whether the new version allows more there."""

    field: str
    widens: bool

    def __str__(self) -> str:
        return f"{'WIDENS' if self.widens else 'changes'} {self.field}"


def changes(old: PurposeConfig, new: PurposeConfig) -> list[Change]:
    """Gives every field that differs, the widening ones first, otherwise in order of place."""
    weaker = new.disclosure.weaker_than(old.disclosure)
    found = [
        replace(change, widens=change.field.split(".")[1].split(":")[0].split(" ")[0] in weaker)
        if change.field.startswith("disclosure.")
        else change
        for change in _differences("", old.model_dump(mode="json"), new.model_dump(mode="json"))
    ]
    return sorted(found, key=lambda change: (not change.widens, change.field))


def _differences(place: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            inside = f"{place}.{name}" if place else name
            if name not in old or name not in new:
                widens = (place == "sources" and name in new) or name == "household_rules"
                yield Change(f"{inside} ({'added' if name in new else 'removed'})", widens)
            else:
                yield from _differences(inside, old[name], new[name])
    elif isinstance(old, list) and isinstance(new, list) and all(isinstance(item, str) for item in (*old, *new)):
        yield from _list_changes(place, old, new)
    elif old != new:
        yield Change(place, _widens(place, old, new))


def _list_changes(place: str, old: list[str], new: list[str]) -> Iterator[Change]:
    grows_wider = place.rsplit(".", 1)[-1] in _GROWS_WIDER
    for item in sorted(set(new) - set(old)):
        yield Change(f"{place}: {item} (added)", grows_wider)
    for item in sorted(set(old) - set(new)):
        yield Change(f"{place}: {item} (removed)", place.rsplit(".", 1)[-1] in _SHRINKS_WIDER)


def _widens(place: str, old: Any, new: Any) -> bool:
    direction = _WIDER_WHEN.get(place.rsplit(".", 1)[-1])
    if direction is not None and (old is None or new is None):
        return new is None
    if direction is not None:
        return bool((new - old) * direction > 0)
    if place.startswith("retention.") or place == "valid_until":
        return True
    return (place, new) in _WIDER_VALUES
