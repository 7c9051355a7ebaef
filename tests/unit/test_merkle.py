"""The Merkle tree against the definition of RFC 6962, written down here once more as it stands there."""

from hashlib import sha256

import pytest

from outputs.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    tree_root,
)

# The leaves and roots of the test data of the Certificate Transparency reference implementation.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [b"entry %d" % number for number in range(70)]


def mth(data):
    """RFC 6962, 2.1."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = _k(len(data))
    return sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m, data):
    """RFC 6962, 2.1.1."""
    if len(data) == 1:
        return []
    k = _k(len(data))
    return [*path(m, data[:k]), mth(data[k:])] if m < k else [*path(m - k, data[k:]), mth(data[:k])]


def subproof(m, data, b=True):
    """RFC 6962, 2.1.2."""
    if m == len(data):
        return [] if b else [mth(data)]
    k = _k(len(data))
    if m <= k:
        return [*subproof(m, data[:k], b), mth(data[k:])]
    return [*subproof(m - k, data[k:], False), mth(data[:k])]


def _k(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def node(height, index):
    return mth(LEAVES[index << height : (index + 1) << height])


def flipped(proof, place):
    return (*proof[:place], bytes([proof[place][0] ^ 1]) + proof[place][1:], *proof[place + 1 :])


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_reference_implementation(size):
    frontier = Frontier()
    for leaf in CT_LEAVES[:size]:
        frontier.append(leaf_hash(leaf))
    assert frontier.root().hex() == CT_ROOTS[size] == mth(CT_LEAVES[:size]).hex()


@pytest.mark.parametrize("size", range(70))
def test_growing_and_reading_give_the_defined_root(size):
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf_hash(leaf))
    assert frontier.root() == tree_root(size, node) == mth(LEAVES[:size])


@pytest.mark.parametrize("size", [*range(1, 18), 33, 63, 64, 65, 70])
def test_inclusion_is_proved_as_defined_and_for_no_other_place(size):
    root = mth(LEAVES[:size])
    for index in range(size):
        proof = inclusion_proof(index, size, node)
        leaf = leaf_hash(LEAVES[index])
        assert list(proof) == path(index, LEAVES[:size])
        assert is_included(leaf, index, size, proof, root)
        assert not is_included(leaf_hash(b"other"), index, size, proof, root)
        assert not is_included(leaf, index, size, (*proof, root), root)
        assert not is_included(leaf, index, size, proof[:-1], root) or not proof
        assert not any(is_included(leaf, other, size, proof, root) for other in range(size) if other != index)
        assert not any(is_included(leaf, index, size, flipped(proof, place), root) for place in range(len(proof)))


@pytest.mark.parametrize("new", [*range(1, 18), 33, 64, 70])
def test_consistency_is_proved_as_defined_and_for_no_other_tree(new):
    root = mth(LEAVES[:new])
    for old in range(1, new + 1):
        proof = consistency_proof(old, new, node)
        before = mth(LEAVES[:old])
        assert list(proof) == subproof(old, LEAVES[:new])
        assert is_consistent(old, new, proof, before, root)
        assert not is_consistent(old, new, proof, mth([*LEAVES[: old - 1], b"other"]), root)
        assert not is_consistent(old, new, proof, before, mth([*LEAVES[: new - 1], b"other"]))
        assert not is_consistent(old, new, (*proof, root), before, root)
        assert not proof or not is_consistent(old, new, proof[:-1], before, root)
        assert not any(is_consistent(old, new, flipped(proof, place), before, root) for place in range(len(proof)))


def test_the_empty_tree_is_the_beginning_of_every_tree():
    assert consistency_proof(0, 7, node) == ()
    assert is_consistent(0, 7, (), EMPTY_ROOT, mth(LEAVES[:7]))
    assert not is_consistent(0, 7, (), mth(LEAVES[:1]), mth(LEAVES[:7]))
    assert not is_consistent(3, 2, (), EMPTY_ROOT, EMPTY_ROOT)


@pytest.mark.parametrize("index, size", [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index, size):
    assert not is_included(leaf_hash(b""), index, size, (), EMPTY_ROOT)
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(index, size, node)


def test_a_tree_is_no_beginning_of_a_smaller_one():
    with pytest.raises(ValueError, match="no beginning"):
        consistency_proof(4, 3, node)
