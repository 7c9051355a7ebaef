"""The Merkle tree of RFC 6962 over SHA-256: hashes, the growing edge, proofs and their verification.

Source: RFC 6962 section 2.1 (hashes and proofs) and RFC 9162 section 2.1.3.2 and 2.1.4.2 (their verification).
A proof is a tuple of hashes in the order of the RFC.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

#: Root of the tree without leaves.
EMPTY_ROOT: Final = sha256(b"").digest()
HASH_BYTES: Final = 32

#: Gives the hash of the complete subtree of 2**height leaves with this index among its equals.
NodeReader = Callable[[int, int], bytes]
Proof = tuple[bytes, ...]


def leaf_hash(data: bytes) -> bytes:
    """Gives the hash of an entry."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Gives the hash over two subtrees."""
    return sha256(b"\1" + left + right).digest()


def joined(peaks: Sequence[bytes]) -> bytes:
    """Gives the root over complete subtrees, the largest and leftmost first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


class Frontier:
    """The right edge of a growing tree: all that is needed to add a leaf and to know the root.

    Attributes:
        size: number of leaves added.
        peaks: hashes of the complete subtrees, the largest and leftmost first.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    def append(self, leaf: bytes) -> None:
        """Adds the hash of a leaf (or of a subtree, when all added ones are equally high)."""
        size = self.size
        while size & 1:
            leaf = sha256(b"\1" + self.peaks.pop() + leaf).digest()
            size >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Gives the root over everything added."""
        return joined(self.peaks)


def tree_root(size: int, node: NodeReader) -> bytes:
    """Gives the root of the first ``size`` leaves."""
    return _span(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: NodeReader) -> Proof:
    """Gives the proof that the leaf at ``index`` is in the tree of ``size`` leaves.

    Raises:
        ValueError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of that size")
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, node: NodeReader) -> Proof:
    """Gives the proof that the tree of ``old`` leaves is the beginning of the tree of ``new`` leaves.

    Raises:
        ValueError: ``old`` is larger than ``new``, or negative.
    """
    if not 0 <= old <= new:
        raise ValueError("the old tree is no beginning of the new one")
    if old in (0, new):
        return ()
    start, end = 0, new
    path: list[bytes] = []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    if start:
        path.append(_span(start, end, node))
    return tuple(reversed(path))


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Says whether the proof shows that the hash ``leaf`` stands at ``index`` under ``root``."""
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            leaf = node_hash(sibling, leaf)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            leaf = node_hash(leaf, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and leaf == root


def is_consistent(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Says whether the proof shows that the old tree is the beginning of the new one."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and old_root == (new_root if old else EMPTY_ROOT)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return _both_roots(old, new, path, old_root, new_root)


def _both_roots(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(leaves: int) -> int:
    """Gives the largest power of two smaller than the number of leaves."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _span(start: int, end: int, node: NodeReader) -> bytes:
    peaks = []
    while start < end:
        width = 1 << ((end - start).bit_length() - 1)
        height = width.bit_length() - 1
        peaks.append(node(height, start >> height))
        start += width
    return joined(peaks)
