"""Whatever is done to a log of 200 entries is refused, with the right first bad index.

A bit is flipped in every byte of ``log.jsonl``, ``checkpoint`` and ``checkpoints.txt`` and in one of a few bytes of
every other file; each entry is dropped, swapped with the next and followed by a false one, in the lines alone and in
all files together; the log is cut off, put back, rewritten and signed again.
"""

import shutil
from itertools import accumulate

import pytest
from logs import COSIGNER, LOG_KEY, ORIGIN, OTHER_COSIGNER, OTHER_SIGNER, SIGNER, WITNESS_KEY, LogPlace, log_entry

from outputs.log.audit import Audit
from outputs.log.checkpoint import Checkpoint, parse_history
from outputs.log.merkle import leaf_hash
from outputs.log.tiles import TiledTree, bundle_ends, last_tile, packed
from outputs.log.verify import verify_log
from schemas.errors import VerificationFailed

COMMITS = (1, 14, 15, 60, 1, 100, 9)
SIZES = list(accumulate(COMMITS))
SIZE = SIZES[-1]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    place = LogPlace(tmp_path_factory.mktemp("sound"))
    place.filled(COMMITS)
    return place


@pytest.fixture
def place(sound, tmp_path):
    shutil.copytree(sound.root, tmp_path / "copy")
    return LogPlace(tmp_path / "copy")


def first_bad(place, seen=None):
    with pytest.raises(VerificationFailed) as refusal:
        verify_log(place.folder, LOG_KEY, WITNESS_KEY, seen)
    assert refusal.value.code == "log_altered"
    return int(refusal.value.what.split()[3])


def flips(data, step=1):
    for offset in range(0, len(data), step):
        place = min(offset + offset // step % step, len(data) - 1)
        yield place, data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :]


def commit_of(number):
    """Gives the first entry of the commit that holds an entry."""
    return max(size for size in (0, *SIZES) if size <= number)


def lines_of(place):
    return (place.folder / "log.jsonl").read_bytes().splitlines()


def rewrite(folder, lines, sizes=SIZES):
    """Writes log.jsonl, bundle and tile anew so that they agree with each other (for a log within one tile)."""
    (folder / "log.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    shutil.rmtree(folder / "tile")
    for size in sizes:
        for level, data in (
            ("entries", b"".join(packed(line) for line in lines[:size])),
            ("0", b"".join(leaf_hash(line) for line in lines[:size])),
        ):
            path = folder / "tile" / level / "000.p" / str(size)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def test_the_sound_log_is_sound(sound):
    assert verify_log(sound.folder, LOG_KEY, WITNESS_KEY, sound.seen.read_bytes()) == SIZE


class TestFlippedBytes:
    @pytest.mark.slow
    def test_of_every_line(self, place):
        """Every byte against the checkpoints, one in 37 against signatures and all files as well."""
        path = place.folder / "log.jsonl"
        data = path.read_bytes()
        chain = list(parse_history((place.folder / "checkpoints.txt").read_bytes()))
        for at, changed in flips(data):
            path.write_bytes(changed)
            number = data.count(b"\n", 0, at)
            assert Audit(place.folder, chain).first_fault(is_all=False).index == number
            if at % 37 == 0:
                assert first_bad(place) == number

    @pytest.mark.parametrize("size", SIZES)
    def test_of_the_leaf_tiles(self, place, size):
        path = place.folder / f"tile/0/000.p/{size}"
        for at, changed in flips(path.read_bytes(), 11):
            path.write_bytes(changed)
            assert first_bad(place) == at // 32

    @pytest.mark.parametrize("size", SIZES)
    def test_of_the_bundles(self, place, size):
        path = place.folder / f"tile/entries/000.p/{size}"
        data = path.read_bytes()
        ends = list(bundle_ends(data))
        for at, changed in flips(data, 97):
            path.write_bytes(changed)
            assert first_bad(place) == sum(end <= at for end in ends)

    def test_of_the_newest_checkpoint(self, place):
        path = place.folder / "checkpoint"
        for _, changed in flips(path.read_bytes()):
            path.write_bytes(changed)
            assert first_bad(place) == SIZES[-2]

    def test_of_every_checkpoint(self, place):
        path = place.folder / "checkpoints.txt"
        data = path.read_bytes()
        ends = list(accumulate(len(one.note) + 1 for one in parse_history(data)))
        for at, changed in flips(data):
            path.write_bytes(changed)
            assert first_bad(place) == (0, *SIZES)[sum(end <= at for end in ends)]

    def test_of_the_tiles_above(self, tmp_path):
        place = LogPlace(tmp_path)
        place.filled([520, 100, 180])
        for width in (2, 3):
            path = place.folder / f"tile/1/000.p/{width}"
            data = path.read_bytes()
            for at, changed in flips(data):
                path.write_bytes(changed)
                assert first_bad(place) == at // 32 * 256
            path.write_bytes(data)
        for name, step in (("0/001", 67), ("0/003.p/32", 5), ("entries/002", 499)):
            path = place.folder / "tile" / name
            data = path.read_bytes()
            ends = list(bundle_ends(data)) if "entries" in name else range(32, len(data) + 1, 32)
            for at, changed in flips(data, step):
                path.write_bytes(changed)
                assert first_bad(place) == int(name[-3:] if "." not in name else 3) * 256 + sum(
                    end <= at for end in ends
                )
            path.write_bytes(data)


class TestEntries:
    @pytest.mark.parametrize("everywhere", [False, True])
    def test_dropped(self, place, everywhere):
        lines = lines_of(place)
        for number in range(SIZE):
            self.change(place, lines[:number] + lines[number + 1 :], everywhere)
            assert first_bad(place) == (commit_of(number) if everywhere else number)

    @pytest.mark.parametrize("everywhere", [False, True])
    def test_swapped(self, place, everywhere):
        lines = lines_of(place)
        for number in range(SIZE - 1):
            self.change(place, [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]], everywhere)
            assert first_bad(place) == (commit_of(number) if everywhere else number)

    @pytest.mark.parametrize("everywhere", [False, True])
    def test_inserted(self, place, everywhere):
        lines = lines_of(place)
        for number in range(SIZE + 1):
            self.change(place, [*lines[:number], b'{"run":"x"}', *lines[number:]], everywhere)
            assert first_bad(place) == (commit_of(number) if everywhere else number)

    def change(self, place, lines, everywhere):
        if everywhere:
            rewrite(place.folder, lines)
        else:
            (place.folder / "log.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))

    @pytest.mark.parametrize("number", [300, 520, 700])
    def test_altered_in_a_commit_of_many_tiles(self, tmp_path, number):
        """In one file the entry itself is named; in all three the commit."""
        place = LogPlace(tmp_path)
        place.filled([280, 520])
        start, width = number // 256 * 256, min(256, 800 - number // 256 * 256)
        suffix = f".p/{width}" if width < 256 else ""
        lines = lines_of(place)
        lines[number] = lines[number].replace(b"pull", b"link")
        self.change(place, lines, False)
        assert first_bad(place) == number
        part = lines[start : start + width]
        bundle = place.folder / f"tile/entries/{number // 256:03}{suffix}"
        bundle.write_bytes(b"".join(map(packed, part)))
        assert first_bad(place) == number
        tile = place.folder / f"tile/0/{number // 256:03}{suffix}"
        tile.write_bytes(b"".join(map(leaf_hash, part)))
        assert first_bad(place) == (256 if start == 256 else 280)

    def test_several_faults_name_the_lowest(self, place):
        lines = lines_of(place)
        for number in (20, 120):
            lines[number] = lines[number].replace(b"pull", b"link")
        self.change(place, lines, False)
        path = place.folder / "checkpoint"
        path.write_bytes(path.read_bytes().replace(b"\n200\n", b"\n199\n"))
        assert first_bad(place) == 20
        lines[20] = lines[20].replace(b"link", b"pull")
        self.change(place, lines, False)
        assert first_bad(place) == 120


class TestWholeLog:
    @pytest.mark.parametrize("name", ["log.jsonl", "tile/0/000.p/200", "tile/entries/000.p/200"])
    def test_cut_off_file(self, place, name):
        path = place.folder / name
        data = path.read_bytes()
        for size in range(0, len(data), 997):
            path.write_bytes(data[:size])
            ends = list(bundle_ends(data)) if "entries" in name else None
            expected = data.count(b"\n", 0, size) if ends is None else sum(end <= size for end in ends)
            assert first_bad(place) == (size // 32 if "/0/" in name else expected)

    @pytest.mark.parametrize("name", ["log.jsonl", "tile/0/000.p/200", "tile/entries/000.p/200", "checkpoints.txt"])
    def test_missing_file(self, place, name):
        (place.folder / name).unlink()
        assert first_bad(place) == 0

    def test_missing_checkpoint(self, place):
        (place.folder / "checkpoint").unlink()
        assert first_bad(place) == SIZES[-2]

    @pytest.mark.parametrize("name", ["tile/0/000", "tile/0/000.p/201", "tile/7/000", "tile/other", "tile/0/000.p/5~"])
    def test_added_file(self, place, name):
        (place.folder / name).parent.mkdir(exist_ok=True)
        (place.folder / name).write_bytes(b"")
        assert first_bad(place) == SIZE

    @pytest.mark.parametrize("dropped", range(len(COMMITS)))
    def test_dropped_checkpoint(self, place, dropped):
        path = place.folder / "checkpoints.txt"
        chain = list(parse_history(path.read_bytes()))
        path.write_bytes(b"".join(one.note + b"\n" for number, one in enumerate(chain) if number != dropped))
        assert (
            first_bad(place)
            == (0, *SIZES)[min(dropped, len(COMMITS) - 1 if dropped < len(COMMITS) - 1 else dropped - 1)]
        )

    @pytest.mark.parametrize("number", range(1, len(COMMITS)))
    def test_put_back_to_an_older_state_is_found_against_a_newer_checkpoint(self, place, number):
        chain = list(parse_history((place.folder / "checkpoints.txt").read_bytes()))[:number]
        rewrite(place.folder, lines_of(place)[: SIZES[number - 1]], SIZES[:number])
        (place.folder / "checkpoints.txt").write_bytes(b"".join(one.note + b"\n" for one in chain))
        (place.folder / "checkpoint").write_bytes(chain[-1].note)
        assert verify_log(place.folder, LOG_KEY, WITNESS_KEY) == SIZES[number - 1]
        assert first_bad(place, place.seen.read_bytes()) == SIZES[number - 1]

    @pytest.mark.parametrize("signer, cosigner", [(OTHER_SIGNER, COSIGNER), (SIGNER, OTHER_COSIGNER)])
    @pytest.mark.parametrize("number", range(len(COMMITS)))
    def test_rewritten_and_signed_again_with_another_key(self, place, signer, cosigner, number):
        """The first commits stay; from one on entries, tiles and checkpoints are made anew, all agreeing."""
        chain = list(parse_history((place.folder / "checkpoints.txt").read_bytes()))[:number]
        start = (0, *SIZES)[number]
        lines = lines_of(place)
        lines[start] = lines[start].replace(b"pull", b"link")
        rewrite(place.folder, lines)
        for size in SIZES[number:]:
            chain.append(self.signed_again(lines[:size], chain[-1] if chain else None, signer, cosigner))
        (place.folder / "checkpoints.txt").write_bytes(b"".join(one.note + b"\n" for one in chain))
        (place.folder / "checkpoint").write_bytes(chain[-1].note)
        assert first_bad(place) == start
        other = (signer.key(ORIGIN), cosigner.key)
        assert number or verify_log(place.folder, *other) == SIZE

    @pytest.mark.parametrize("number", range(len(COMMITS)))
    def test_rewritten_with_both_keys_is_found_against_a_checkpoint_kept_elsewhere(self, place, number):
        chain = list(parse_history((place.folder / "checkpoints.txt").read_bytes()))
        seen = chain[number].note
        shutil.rmtree(place.folder)
        place.seen.unlink()
        log = place.open()
        for start, size in zip((0, *SIZES), SIZES, strict=False):
            with log.transaction():
                for entry in range(start, size):
                    log.append(log_entry(entry, code="other" if entry == SIZES[number] - 1 else ""))
        assert verify_log(place.folder, LOG_KEY, WITNESS_KEY) == SIZE
        assert first_bad(place, seen) == (0, *SIZES)[number]

    def signed_again(self, lines, before, signer, cosigner):
        tree = TiledTree(lambda name, data: None)
        for line in lines:
            tree.append(leaf_hash(line))
        assert last_tile(0, tree.size)
        made = Checkpoint(ORIGIN, len(lines), tree.root(), before.digest if before else None)
        made = made.signed(signer.line(ORIGIN, made.body))
        return made.signed(cosigner.line(made.body, 1_767_355_200))
