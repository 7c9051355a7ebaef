"""From readable persons to match tokens: the only form in which names and birth dates leave this room."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.address import ADDRESS_COLUMNS, AddressColumn, read_address
from pseudonymisation.keys import PseudonymKey
from pseudonymisation.names import GivenNames, Surnames, read_dates, read_given_names, read_sex, read_surnames, sound
from pseudonymisation.token_encoding import Secrets, TokenEncoder
from schemas.match_tokens import (
    COMMON_COLUMNS,
    COMMON_LIMITS,
    MATCH_TOKEN_SCHEMA,
    RULES,
    SKETCH_COLUMNS,
    SKETCH_SLOTS,
)

#: Text columns that are read; ``id`` comes with them. A column that is not there is missing in every row.
READ_COLUMNS: Final = ("geslachtsnaam", "voornamen", "geboortedatum", "geslacht", *ADDRESS_COLUMNS)

_ADDRESS_PARTS: Final = r"^(?P<postcode>(?P<postcode_area>[0-9]{4})[A-Z]{2})\|(?P<house_number>[0-9]+)$"


def match_tokens(people: pa.Table, key: PseudonymKey, blocks: "pa.Array[Any] | None" = None) -> pa.Table:
    """Gives the match tokens (``MATCH_TOKEN_SCHEMA``) of persons or records, in an order that tells nothing.

    Args:
        people: ``id`` (16 bytes, each once) and the text columns ``READ_COLUMNS``, trimmed, null where missing. The
            voorvoegsel is not read: with, without and inside the surname are one.
        key: the match-token key of the purpose.
        blocks: the blocking keys of the other file, where they are known: rows of other keys are not made, since they
            could not link to anything and would show how the persons of this file lie beside each other.
    """
    ordered = people.sort_by("id").combine_chunks()
    ids = _column(ordered, "id").cast(MATCH_TOKEN_SCHEMA.field("id").type)
    person = _People({name: _column(ordered, name) for name in READ_COLUMNS}, ids, TokenEncoder(key))
    seen = np.zeros(len(ids), bool)
    tables = []
    shared = None if blocks is None else pd.Index(pc.unique(blocks.drop_null()).to_numpy())
    for rule, made in person.blocks():
        block = made if shared is None else np.where(shared.get_indexer(made) >= 0, made, np.uint64(0))
        tables.append(_with_ids(_rows(person, rule, block), ids, seen))
    tables.append(_with_ids({"record": np.flatnonzero(~seen).astype(np.uint32)}, ids, seen))
    return pa.concat_tables(tables)


def _with_ids(columns: dict[str, npt.NDArray[Any]], ids: "pa.Array[Any]", seen: npt.NDArray[np.bool_]) -> pa.Table:
    """A table of these columns, the others null, with the id on the first row of each record."""
    here = columns["record"]
    again = seen[here]
    seen[here] = True
    made = {name: pa.array(column, MATCH_TOKEN_SCHEMA.field(name).type) for name, column in columns.items()}
    made["id"] = ids.take(pa.array(here, mask=again))
    arrays = [made.get(field.name, pa.nulls(len(here), field.type)) for field in MATCH_TOKEN_SCHEMA]
    return pa.Table.from_arrays(arrays, schema=MATCH_TOKEN_SCHEMA)


class _People:
    """The secrets of every attribute of every record; lives only while its tokens are made."""

    def __init__(self, cells: "dict[str, pa.Array[Any]]", ids: "pa.Array[Any]", encoder: TokenEncoder) -> None:
        self.encoder = encoder
        read = read_address({name: cells[name] for name in ADDRESS_COLUMNS})
        surnames, given = read_surnames(cells["geslachtsnaam"]), read_given_names(cells["voornamen"])
        self.secrets = {
            **self._names(surnames, given),
            **self._dates(cells["geboortedatum"]),
            **self._addresses(read),
            "sex": encoder.secrets("sex", read_sex(cells["geslacht"])),
        }
        self.slots = (
            encoder.name_slots("given", given.first, SKETCH_SLOTS),
            encoder.name_slots("surname", surnames.own, SKETCH_SLOTS),
            encoder.letter_slots("postcode", pc.utf8_slice_codeunits(read.number, 0, 6), 6),
        )
        nobody = encoder.secrets("nobody", ids.cast(pa.binary()))
        named = (("given", given.first), ("surname", surnames.own))
        common = [_common(values, self.secrets[name], nobody) for name, values in named]
        self.secrets.update(zip(COMMON_COLUMNS, (column for columns in common for column in columns), strict=True))

    def blocks(self) -> Iterator[tuple[int, Secrets]]:
        """Gives the blocking keys: (rule, key of each record), a rule more than once for names in two parts."""
        known, joined = self.secrets, self.encoder.compound
        date = joined(known["year"], known["month"], known["day"])
        day_month = self.encoder.unordered(known["day"], known["month"])
        initial = known["initial"]
        made = [(RULES[0], joined(date, initial)), (RULES[2], joined(known["address_number"], known["year"]))]
        for surname in (known["surname_sound"], known["surname_other_sound"]):
            made.append((RULES[1], joined(date, surname)))
            made.append((RULES[3], joined(surname, initial, known["year"])))
            made.append((RULES[4], joined(surname, initial, day_month)))
        for name, key in made:
            rule = RULES.index(name)
            label = self.encoder.secrets("rule", pa.array([name])).repeat(len(key))
            yield rule, joined(label, key)

    def _names(self, surnames: Surnames, given: GivenNames) -> dict[str, Secrets]:
        # The own name and the other part share their secrets, as do the formal and the second name.
        columns = {
            "given": ("given", given.first),
            "given_formal": ("formal", given.formal),
            "given_second": ("formal", given.second),
            "given_start": ("start", pc.utf8_slice_codeunits(given.formal, 0, 3)),
            "initial": ("initial", given.initial),
            "initials": ("initials", given.initials),
            "surname": ("surname", surnames.own),
            "surname_other": ("surname", surnames.other),
            "surname_sound": ("surname sound", sound(surnames.own)),
            "surname_other_sound": ("surname sound", sound(surnames.other)),
        }
        either = (self.encoder.secrets("name", names) for names in (given.first, surnames.own))
        made = {name: self.encoder.secrets(*column) for name, column in columns.items()}
        return {**made, "both_names": self.encoder.unordered(*either)}

    def _dates(self, cells: "pa.Array[Any]") -> dict[str, Secrets]:
        dates = read_dates(cells)
        # Day and month share their secrets, so that swapped ones are seen.
        return {
            "year": self.encoder.secrets("year", dates.year),
            "month": self.encoder.secrets("day or month", dates.month),
            "day": self.encoder.secrets("day or month", dates.day),
        }

    def _addresses(self, read: AddressColumn) -> dict[str, Secrets]:
        parts = pc.extract_regex(read.number, _ADDRESS_PARTS)
        names = ("postcode", "postcode_area", "house_number")
        made = {name: self.encoder.secrets(name, pc.struct_field(parts, name)) for name in names}
        suffix = self.encoder.secrets("suffix", pc.replace_substring_regex(read.full, r"^.*\|", ""))
        made["address_number"] = self.encoder.compound(made["postcode"], made["house_number"])
        made["address"] = self.encoder.compound(made["address_number"], suffix)
        return made


def _rows(person: _People, rule: int, block: Secrets) -> dict[str, npt.NDArray[Any]]:
    """The rows of one blocking key: every attribute salted with it."""
    here = np.flatnonzero(block)
    salt, encoder = block[here], person.encoder
    columns: dict[str, npt.NDArray[Any]] = {
        "record": here.astype(np.uint32),
        "block": salt,
        "rule": np.full(len(here), rule, np.uint8),
    }
    for name, secrets in person.secrets.items():
        columns[name] = encoder.tokens(secrets[here], salt, MATCH_TOKEN_SCHEMA.field(name).type.to_pandas_dtype())
    words = (word for slots in person.slots for word in slots.rows(here).words())
    for name, word in zip(SKETCH_COLUMNS, words, strict=True):
        columns[name] = encoder.sketch_word(word, salt)
    return columns


def _common(values: "pa.Array[Any]", secrets: Secrets, nobody: Secrets) -> Iterator[Secrets]:
    """Gives per limit the secrets of values that are common in their column; of the others one that nobody shares."""
    encoded = pc.dictionary_encode(values)
    codes = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    counts = np.bincount(codes, minlength=len(encoded.dictionary) + 1)[codes]
    for limit in COMMON_LIMITS:
        yield np.where(counts >= limit * len(codes), secrets, nobody)


def _column(table: pa.Table, name: str) -> "pa.Array[Any]":
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string())
    column = table[name].combine_chunks()
    return column if name == "id" else column.cast(pa.string())
