"""The tree in tiles: names, what is in which file, taking up again, proofs read from files."""

from hashlib import sha256

import pytest

from outputs.log.merkle import Frontier, inclusion_proof, is_included, leaf_hash, tree_root
from outputs.log.tiles import TiledTree, TileName, TileReader, last_tile, levels_of, packed

PATHS = {
    TileName(0, 0): "tile/0/000",
    TileName(1, 1234067): "tile/1/x001/x234/067",
    TileName(0, 273, 112): "tile/0/273.p/112",
    TileName("entries", 1000, 1): "tile/entries/x001/000.p/1",
}


@pytest.mark.parametrize("name, path", PATHS.items())
def test_paths_are_those_of_the_specification(name, path):
    assert name.path == path
    assert TileName.parse(path.removeprefix("tile/")) == name


@pytest.mark.parametrize(
    "path", ["0/1", "0/000.p/256", "0/000.p/0", "00/000", "0/x000/001", "0/000/001", "entry/000", "0/000.p", "0/000~"]
)
def test_other_paths_are_no_tiles(path):
    assert TileName.parse(path) is None


def test_a_tree_of_70000_has_the_tiles_of_the_specification():
    assert [last_tile(level, 70_000) for level in levels_of(70_000)] == [
        TileName(0, 273, 112),
        TileName(1, 1, 17),
        TileName(2, 0, 1),
    ]
    assert list(levels_of(256)) == [0, 1]
    assert last_tile(0, 256) is None


def leaves(count):
    return [leaf_hash(b"%d" % number) for number in range(count)]


def plain_root(hashes):
    frontier = Frontier()
    for one in hashes:
        frontier.append(one)
    return frontier.root()


def grown(count, folder=None):
    tiles = {}
    tree = TiledTree(tiles.__setitem__)
    for leaf in leaves(count):
        tree.append(leaf)
    for level, hashes in enumerate(tree.open):
        name = last_tile(level, count)
        if name:
            tiles[name] = b"".join(hashes)
    for name, data in tiles.items() if folder else ():
        (folder / name.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / name.path).write_bytes(data)
    return tree, tiles


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 700, 65_536, 66_000])
def test_grown_and_taken_up_again_trees_have_the_same_root(count):
    tree, tiles = grown(count)
    assert tree.root() == plain_root(leaves(count))
    again = TiledTree(tiles.__setitem__)
    again.resume(count, tiles.__getitem__)
    assert again.root() == tree.root()
    assert again.open == tree.open
    more = leaf_hash(b"one more")
    again.append(more)
    tree.append(more)
    assert again.root() == tree.root()


def test_a_hash_above_the_leaves_is_the_root_of_its_tile():
    _, tiles = grown(700)
    assert tiles[TileName(1, 0, 2)] == plain_root(leaves(256)) + plain_root(leaves(512)[256:])


@pytest.mark.parametrize("count", [1, 300, 66_000])
def test_proofs_are_read_from_the_files(tmp_path, count):
    tree, _ = grown(count, tmp_path)
    reader = TileReader(tmp_path, count)
    assert tree_root(count, reader.node) == tree.root()
    hashes = leaves(count)
    for index in {0, count // 2, count - 1}:
        assert is_included(hashes[index], index, count, inclusion_proof(index, count, reader.node), tree.root())


def test_a_whole_tile_stands_in_for_the_partial_one(tmp_path):
    _, tiles = grown(300, tmp_path)
    assert TileReader(tmp_path, 200).read(TileName(0, 0, 200)) == tiles[TileName(0, 0)][: 200 * 32]
    assert tree_root(200, TileReader(tmp_path, 200).node) == plain_root(leaves(200))


def test_a_missing_tile_gives_no_proof(tmp_path):
    with pytest.raises(ValueError, match="tile"):
        TileReader(tmp_path, 3).node(0, 1)


def test_an_entry_is_packed_behind_its_length():
    assert packed(b"abc") == b"\0\3abc"
    assert len(packed(bytes(65_535))) == 65_537
    with pytest.raises(ValueError, match="longer"):
        packed(bytes(65_536))


def test_leaf_hashes_are_those_of_rfc_6962():
    assert leaf_hash(b"x") == sha256(b"\0x").digest()
