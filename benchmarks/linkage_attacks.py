"""What an insider learns from match tokens who holds a plain register of the same persons, and not the key.

Frequency alignment: in every token column of every blocking rule the most frequent token is taken for the most
frequent value of a plain attribute, the next for the next, and so on; counted are the records that so get their right
value, for the best column of all. Beside it: always guessing the most frequent value, and the figure measured before on
tokens without blocks (the aim is half of it).

Similarity profile: the insider encodes the own register under a key of the own, since who shares what with whom does
not depend on the key. A record's profile is what is missing in it, how many share its blocks and which tokens they
share, and, round by round, the profiles of those who share (colour refinement of the graph of similarities). Records
with a profile that is unique on both sides are claimed; counted are the right claims. Both with an identical register,
and with one that lacks one person of twenty.

    python benchmarks/linkage_attacks.py [--size 20000] [--rounds 3] [--seed 1]
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from linkage_cases import write_dutch
from linkage_score import benchmark_key, tokens_of

Array = np.ndarray[Any, Any]

#: Share of records re-identified per plain attribute on tokens without blocks, as measured on the prototype.
_BEFORE: Final = {
    ("surname",): 0.08,
    ("given",): 0.04,
    ("year",): 0.23,
    ("sex",): 1.0,
    ("surname", "year"): 0.003,
    ("surname", "initial", "birth"): 0.0,
}
_PROFILE_BEFORE: Final = 0.064
_ATTRIBUTES: Final = (
    *_BEFORE,
    *(("initial",), ("birth",), ("month",), ("day",), ("pc4",), ("postcode",), ("number",), ("postcode", "number")),
    *(("birth", "initial"), ("birth", "surname"), ("surname", "given"), ("surname", "initial", "year")),
)
_NOT_TOKENS: Final = ("record", "id", "rule")


def encoded(people: pa.Table, key: str) -> tuple[Any, Array]:
    """Gives the token rows, and per record number its row in ``people``: to count what was right, not to attack."""
    tokens, rows = tokens_of(people, benchmark_key(key))
    return tokens.drop_columns(["id"]).to_pandas(), rows


def frequency_alignment(tokens: Any, plain: Any) -> Iterator[tuple[tuple[str, ...], str, float, float]]:
    """Gives per plain attribute the best column, the share of records it re-identifies, and that of a constant guess.

    Args:
        tokens: token rows.
        plain: plain columns, a row per record number.
    """
    rng = np.random.default_rng(1)
    columns = list(_columns(tokens, rng))
    for attribute in _ATTRIBUTES:
        known = plain[list(attribute)].notna().all(axis=1).to_numpy()
        joined = plain[list(attribute)].fillna("").agg("|".join, axis=1)
        ranks = _ranks(joined.to_numpy(dtype=object), known, rng)
        shares = [
            ((ranks[records] == of_tokens) & (of_tokens >= 0)).sum() / len(plain) for _, records, of_tokens in columns
        ]
        best = int(np.argmax(shares))
        yield attribute, columns[best][0], float(shares[best]), float((ranks == 0).mean())


def _columns(tokens: Any, rng: np.random.Generator) -> Iterator[tuple[str, Array, Array]]:
    """Gives every token column by rule and over all rules: its name, the record of each row, the rank of its token."""
    whole = [(str(rule), rows) for rule, rows in tokens.groupby("rule")]
    for name, rows in [*whole, ("all", tokens)]:
        for column in rows.columns.difference(_NOT_TOKENS):
            used = rows[["record", column]].drop_duplicates("record")
            values = used[column].to_numpy()
            yield f"{name}: {column}", used["record"].to_numpy(), _ranks(values, (values != 0) & ~pd.isna(values), rng)


def _ranks(values: Array, known: Array, rng: np.random.Generator) -> Array:
    """Gives the rank by frequency of each value, 0 the most frequent; -1 where unknown. Ties fall at random."""
    codes, distinct = pd.factorize(values)
    counts = np.bincount(codes[known], minlength=len(distinct))
    # In order of appearance the ties of both sides would fall alike, which an insider cannot see.
    chance = rng.permutation(len(counts))
    place = np.empty(len(counts), np.int64)
    place[np.lexsort((chance, -counts))] = np.arange(len(counts))
    return np.where(known, place[codes], -1)


def profiles(tokens: Any, records: int, rounds: int, use: str) -> list[Array]:
    """Gives the profile of every record as a number, before and after each round.

    Args:
        tokens: token rows.
        records: how many records there are.
        rounds: rounds of refinement.
        use: "wide" uses tokens of 16 bits and more (shorter ones agree by chance, and differently under every key),
            "all" every token, "sketches" wide tokens and the bytes of sketches.
    """
    columns = [name for name in tokens.columns.difference((*_NOT_TOKENS, "block")) if "sketch" not in name]
    if use != "all":
        columns = [name for name in columns if tokens[name].dtype.itemsize > 1]
    if use == "sketches":
        tokens, sketched = _bytes_apart(tokens)
        columns += sketched
    blocks = tokens["block"].to_numpy(np.uint64, na_value=0)
    groups = [_groups(blocks)] + [_groups(blocks, tokens[name].to_numpy()) for name in columns]
    record = tokens["record"].to_numpy()
    start = _mixed(tokens["rule"].fillna(99).to_numpy(np.uint64))
    for place, name in enumerate(columns):
        start = _mixed(start ^ _mixed((tokens[name].to_numpy() == 0).astype(np.uint64) + np.uint64(2 * place)))
    colours = [_summed(start, record, records)]
    for _ in range(rounds + 1):
        mine, rows = colours[-1][record], start
        for place, group in enumerate(groups):
            rows = _mixed(
                rows * np.uint64(31) + _summed(_mixed(mine + np.uint64(place)), group, group.max() + 1)[group]
            )
        colours.append(_mixed(colours[-1] + _summed(rows, record, records)))
    return colours


def _bytes_apart(tokens: Any) -> tuple[Any, list[str]]:
    """Gives the sketches as a column for each byte."""
    made = {}
    for name in tokens.columns[tokens.columns.str.contains("sketch")]:
        of_row = tokens[name].to_numpy(np.uint64).view(np.uint8).reshape(-1, 8)
        made.update({f"{name} {place}": of_row[:, place] for place in range(8)})
    return tokens.assign(**made), list(made)


def _groups(*keys: Array) -> Array:
    """Gives the number of the group of rows that agree on every key."""
    code = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        found, _ = pd.factorize(key)
        code, _ = pd.factorize(code * (int(found.max()) + 1) + found)
    return code


def _mixed(numbers: Array) -> Array:
    """Scrambles 64-bit numbers, so that their sums stand for sets."""
    numbers = (numbers ^ (numbers >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(33))


def _summed(numbers: Array, group: Array, groups: int) -> Array:
    result = np.zeros(groups, np.uint64)
    np.add.at(result, group, numbers)
    return result


def claims(victim: Array, own: Array, victim_rows: Array, own_rows: Array) -> tuple[float, float]:
    """Gives the share of the victim's records claimed rightly, and the share of the claims that are right."""
    sides = []
    for colours, rows in ((victim, victim_rows), (own, own_rows)):
        side = pd.Series(rows, index=colours)
        sides.append(side[~side.index.duplicated(keep=False)])
    both = pd.concat(sides, axis=1, join="inner")
    right = int((both[0] == both[1]).sum())
    return right / len(victim), right / max(len(both), 1)


def profile_attack(people: pa.Table, rounds: int, seed: int) -> Iterator[tuple[str, str, float, float]]:
    """Gives per kind of insider the best tokens and round, the share re-identified, the share of claims right."""
    tokens, rows = encoded(people, "the key of the purpose")
    kept = np.sort(np.random.default_rng(seed).permutation(len(people))[: len(people) * 19 // 20])
    for insider, mine in (("identical register", np.arange(len(people))), ("one of twenty missing", kept)):
        own, own_rows = encoded(people.take(pa.array(mine)), "a key of the insider")
        tried = []
        for use in ("wide", "all", "sketches"):
            seen = profiles(tokens, len(people), rounds, use), profiles(own, len(mine), rounds, use)
            for number, (theirs, ours) in enumerate(zip(*seen, strict=True)):
                tried.append((f"{use}, {number}", *claims(theirs, ours, rows, mine[own_rows])))
        number, share, right = max(tried, key=lambda one: one[1])
        yield insider, number, share, right


def main() -> None:
    """Prints both attacks on a register of Dutch persons."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_dutch(folder, "a", given.size, 0.5, given.seed)
        people = pq.read_table(folder / "register.parquet")
        clean = pd.read_parquet(folder / "clean_register.parquet")
    tokens, rows = encoded(people, "the key of the purpose")
    print(
        "| attribute | best column | re-identified | most frequent value | before | half of it |\n" + "| --- " * 6 + "|"
    )
    for attribute, column, share, constant in frequency_alignment(tokens, clean.iloc[rows].reset_index(drop=True)):
        before = _BEFORE.get(attribute)
        aims = "| |" if before is None else f"{before:.2%} | {before / 2:.2%} |"
        print(f"| {' + '.join(attribute)} | {column} | {share:.2%} | {constant:.2%} | {aims}")
    print(
        "\n| similarity profile | best tokens, round | re-identified | claims right | before | half of it |\n"
        + "| --- " * 6
        + "|"
    )
    for insider, number, share, right in profile_attack(people, given.rounds, given.seed):
        aims = f"{_PROFILE_BEFORE:.2%} | {_PROFILE_BEFORE / 2:.2%} |"
        print(f"| {insider} | {number} | {share:.2%} | {right:.2%} | {aims}")


if __name__ == "__main__":
    main()
