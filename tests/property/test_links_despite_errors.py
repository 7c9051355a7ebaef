"""Records with one error link to the right household, on data and a mix of corruptions that nothing was tuned to."""

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from linkage_data import linkage_data

from linkage.probability import ProbabilityPolicy, link_by_probability
from pseudonymisation.keys import PseudonymKey
from pseudonymisation.match_tokens import match_tokens

#: How an extract writes anyway; none of these is an error.
HABITS = {"capitals", "given_first_only", "prefix_dropped", "prefix_respelled", "prefix_in_name"}
ERRORS = {
    "one typing error": {"surname_typo", "given_typo"},
    "day and month swapped": {"date_swapped"},
    "an initial": {"given_initials"},
}
SIZE = 100_000


def places(found: "pa.ChunkedArray", ids: "pa.ChunkedArray") -> np.ndarray:
    """Row numbers of ids in a file."""
    return pc.index_in(found.cast(pa.binary()), value_set=ids.combine_chunks().cast(pa.binary())).to_numpy()


def homes(register: pa.Table) -> np.ndarray:
    """The address of each person, which is the household."""
    parts = [register[name].fill_null("") for name in ("postcode", "huisnummer", "huisletter", "huisnummertoevoeging")]
    return pc.binary_join_element_wise(*parts, "|").to_numpy(zero_copy_only=False)


@pytest.mark.parametrize(("mix", "seed"), [("b", 90_001), ("a", 90_002)])
def test_one_error_is_survived(mix, seed):
    data = linkage_data(SIZE, 0.5, mix, seed)
    key = PseudonymKey.generate("match_token")
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    sides = [connection.from_arrow(match_tokens(side, key)) for side in (data.register, data.records)]
    found = link_by_probability(*sides, ProbabilityPolicy(), connection)

    home = homes(data.register)
    linked_home = np.full(data.records.num_rows, None, object)
    persons = places(found.links["person"], data.register["id"])
    linked_home[places(found.links["record"], data.records["id"])] = home[persons]
    true_home = np.full(data.records.num_rows, None, object)
    true_home[data.truth["record"].to_numpy()] = home[data.truth["register"].to_numpy()]

    right = (linked_home == true_home) & (true_home != None)  # noqa: E711 - element by element
    assert right.sum() / found.links.num_rows >= 0.99
    happened = {name: data.corruptions[name].to_numpy() for name in data.corruptions.column_names}
    for error, kinds in ERRORS.items():
        others = [column for name, column in happened.items() if name not in HABITS | kinds]
        times = np.sum([happened[kind] for kind in kinds], axis=0)
        alone = (times == 1) & ~np.any(others, axis=0) & (true_home != None)  # noqa: E711
        assert alone.sum() >= 20, error
        assert right[alone].mean() >= 0.95, error
