"""The processing log: appending, repeating, crashes, several writers, slices."""

import json
import multiprocessing
import os
import stat
from itertools import count

import pytest
from logs import COSIGNER, LOG_KEY, NOON, ORIGIN, OTHER_COSIGNER, OTHER_SIGNER, SIGNER, WITNESS_KEY, LogPlace, log_entry

from outputs.log.checkpoint import parse_history
from outputs.log.merkle import is_consistent, is_included, leaf_hash
from outputs.log.slices import EntryProof
from outputs.log.verify import verify_log, verify_slice
from schemas.errors import RunError, VerificationFailed


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def place(tmp_path):
    return LogPlace(tmp_path)


def checked(place, seen=None):
    return verify_log(place.folder, LOG_KEY, WITNESS_KEY, seen)


def files_of(place):
    return {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file()}


class TestAppending:
    def test_gives_back_what_was_committed_in_order(self, place):
        log = place.open()
        entries = [log_entry(0), log_entry(20), log_entry(1, counts={"received": 3}, columns={"used": ["started"]})]
        with log.transaction() as transaction:
            assert [transaction.append(one) for one in entries] == [0, 1, 2]
        assert list(log.entries()) == list(place.open().entries()) == entries
        assert list(log.entries("run-0")) == [entries[0], entries[2]]
        assert checked(place) == 3

    def test_lines_are_canonical_and_are_the_leaves(self, place):
        log = place.filled([3])
        lines = (place.folder / "log.jsonl").read_bytes().splitlines()
        assert list(json.loads(lines[0])) == sorted(json.loads(lines[0]))
        for index, line in enumerate(lines):
            newest = log.checkpoint()
            assert is_included(leaf_hash(line), index, 3, log.inclusion_proof(index), newest.root)

    def test_without_a_transaction_the_lock_is_held_until_commit(self, place):
        log = place.open()
        assert log.append(log_entry(0)) == 0
        assert log.commit().size == 1
        assert place.open().append(log_entry(1)) == 1

    def test_an_error_in_a_transaction_leaves_the_log_as_it_was(self, place):
        log = place.filled([2])
        before = files_of(place)
        with pytest.raises(RuntimeError), log.transaction() as transaction:
            transaction.append(log_entry(2))
            raise RuntimeError
        assert files_of(place) == before
        assert place.filled([1]).checkpoint().size == 3

    def test_a_commit_of_nothing_signs_nothing(self, place):
        log = place.filled([2])
        newest = log.checkpoint()
        assert log.commit() == newest
        assert len(list(parse_history((place.folder / "checkpoints.txt").read_bytes()))) == 1

    def test_an_empty_log_can_be_committed_and_checked(self, place):
        assert place.open().commit().size == 0
        assert checked(place) == 0
        place.filled([1])
        assert checked(place) == 1

    def test_a_log_that_is_not_there_is_empty(self, place):
        assert list(place.open().entries()) == []
        with pytest.raises(VerificationFailed, match="log_missing"):
            checked(place)

    def test_too_long_an_entry_is_refused(self, place):
        with pytest.raises(RunError, match="entry_too_long"), place.open().transaction() as log:
            log.append(log_entry(0, counts={f"{'c' * 70}{number}": 1 for number in range(1000)}))

    def test_files_are_for_their_owner_only(self, place):
        place.filled([300])
        for path in (place.folder, *place.folder.rglob("*"), place.seen):
            assert path.stat().st_mode & 0o077 == 0, path

    def test_every_checkpoint_is_consistent_with_every_later_one(self, place):
        log = place.filled([1, 2, 300, 5])
        chain = list(parse_history((place.folder / "checkpoints.txt").read_bytes()))
        assert [one.size for one in chain] == [1, 3, 303, 308]
        for old in chain:
            for new in chain:
                if old.size <= new.size:
                    proof = log.consistency_proof(old.size, new.size)
                    assert is_consistent(old.size, new.size, proof, old.root, new.root)
        with pytest.raises(ValueError, match="not that large"):
            log.consistency_proof(1, 309)
        assert list(log.entries()) == [log_entry(number) for number in range(308)]

    def test_partial_files_go_when_the_whole_one_is_there(self, place):
        place.filled([100, 50])
        assert sorted(path.name for path in (place.folder / "tile/0/000.p").iterdir()) == ["100", "150"]
        place.filled([150])
        assert not (place.folder / "tile/0/000.p").exists()
        assert not (place.folder / "tile/entries/000.p").exists()
        assert (place.folder / "tile/1/000.p/1").stat().st_size == 32
        assert checked(place) == 300


class TestRepeating:
    def test_the_same_entry_at_another_time_is_not_written_again(self, place):
        log = place.filled([3])
        later = log_entry(1).model_copy(update={"started": NOON.replace(hour=20), "ended": NOON.replace(hour=21)})
        for one in (log, place.open()):
            with one.transaction() as transaction:
                assert transaction.append(later) == 1
        assert checked(place) == 3

    def test_within_one_transaction_too(self, place):
        with place.open().transaction() as log:
            assert [log.append(log_entry(0)), log.append(log_entry(1)), log.append(log_entry(0))] == [0, 1, 0]

    def test_what_differs_from_the_last_one_of_its_key_is_written(self, place):
        log = place.filled([2])
        changed = log_entry(0, counts={"rows": 1})
        with log.transaction() as transaction:
            assert [transaction.append(one) for one in (changed, changed, log_entry(0))] == [2, 2, 3]
        with place.open().transaction() as transaction:
            assert [transaction.append(one) for one in (log_entry(0), changed)] == [3, 4]

    @pytest.mark.parametrize("fields", [{"run": "run-9"}, {"step": "link"}, {"subject": "zz"}, {"subject": ""}])
    def test_another_run_step_or_subject_is_another_key(self, place, fields):
        log = place.filled([1])
        with log.transaction() as transaction:
            assert transaction.append(log_entry(0, **fields)) == 1

    def test_names_that_look_like_fields_do_not_confuse_it(self, place):
        odd = {
            "inputs": {"started": "ab" * 8, "run": "cd" * 8, "ended": "0" * 8},
            "columns": {"used": ["ended", "run"]},
        }
        with place.open().transaction() as log:
            assert log.append(log_entry(0, **odd)) == 0
            assert log.append(log_entry(0, **(odd | {"inputs": {"started": "ba" * 8}}))) == 1
            assert log.append(log_entry(0, **odd, started=NOON.replace(hour=20))) == 2
            assert log.append(log_entry(0, **odd, ended=NOON.replace(hour=22))) == 2
        assert len(list(log.entries("run-0"))) == 3

    def test_what_another_writer_wrote_meanwhile_counts(self, place):
        one, other = place.open(), place.open()
        for log in (one, other):
            with log.transaction() as transaction:
                transaction.append(log_entry(0))
        with other.transaction() as transaction:
            assert transaction.append(log_entry(0, code="x")) == 1
        with one.transaction() as transaction:
            assert transaction.append(log_entry(0)) == 2

    def test_across_more_runs_than_it_remembers(self, place):
        entries = [log_entry(0, run=f"run-{number}") for number in range(40)]
        for log in (place.open(), place.open()):
            for _ in range(2):
                with log.transaction() as transaction:
                    assert [transaction.append(one) for one in entries] == list(range(40))
                    assert [transaction.append(one) for one in entries] == list(range(40))
        assert checked(place) == 40

    def test_dropped_entries_are_forgotten(self, place):
        log = place.open()
        with pytest.raises(RuntimeError), log.transaction() as transaction:
            transaction.append(log_entry(0))
            raise RuntimeError
        with log.transaction() as transaction:
            assert transaction.append(log_entry(0)) == 0
        assert checked(place) == 1


class Crash(BaseException):
    """The machine stops."""


class TestCrash:
    @pytest.mark.parametrize("torn", [False, True])
    @pytest.mark.parametrize("before, added", [([], 1), ([3, 2], 4), ([250], 10), ([256], 1)])
    def test_at_any_durable_step_loses_and_doubles_nothing(self, tmp_path, monkeypatch, before, added, torn):
        """The machine stops at the first, second, ... sync; torn: the last byte written did not reach the disk."""
        size = sum(before) + added
        for steps in count():
            place = LogPlace(tmp_path / str(steps))
            place.filled(before)
            left = iter(range(steps))

            def stopping(descriptor, left=left):
                if next(left, None) is None:
                    status = os.fstat(descriptor)
                    if torn and stat.S_ISREG(status.st_mode) and status.st_size:
                        os.truncate(descriptor, status.st_size - 1)
                    raise Crash

            with monkeypatch.context() as patched:
                patched.setattr(os, "fsync", stopping)
                try:
                    place.filled([added])
                    break
                except Crash:
                    pass
            with place.open().transaction() as log:
                for number in range(size):
                    assert log.append(log_entry(number)) == number
            assert checked(place, place.seen.read_bytes()) == size
            assert list(place.open().entries()) == [log_entry(number) for number in range(size)]
        assert steps > 10

    @pytest.mark.parametrize("rest", [b'{"half', b'{"whole":1}\n', b"\xff\n\n"])
    def test_what_lies_behind_the_last_checkpoint_is_cut_off(self, place, rest):
        log = place.filled([3])
        before = files_of(place)
        with (place.folder / "log.jsonl").open("ab") as file:
            file.write(rest)
        for name in ("0/000.p/4", "0/000", "entries/000.p/5", "1/000.p/1"):
            path = place.folder / "tile" / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_bytes(b"half a tile")
        with pytest.raises(VerificationFailed, match="first bad index 3 "):
            checked(place)
        log.commit()
        assert files_of(place) == before

    def test_the_same_object_goes_on_after_a_failed_commit(self, place, monkeypatch):
        log = place.filled([3])
        monkeypatch.setattr(log._witness, "cosign", lambda *_: (_ for _ in ()).throw(Crash))
        with pytest.raises(Crash), log.transaction() as transaction:
            transaction.append(log_entry(3))
        monkeypatch.undo()
        with log.transaction() as transaction:
            assert [transaction.append(log_entry(number)) for number in (3, 4)] == [3, 4]
        assert checked(place) == 5


class TestOpeningAnAlteredLog:
    @pytest.mark.parametrize("name", ["checkpoint", "log.jsonl", "tile/0/000.p/5", "tile/entries/000.p/5"])
    @pytest.mark.parametrize("damage", ["gone", "flipped", "short"])
    def test_it_is_not_added_to_nor_cut(self, place, name, damage):
        place.filled([2, 3])
        path = place.folder / name
        data = path.read_bytes()
        path.unlink() if damage == "gone" else path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        if damage == "short":
            path.write_bytes(data[:-3])
        before = files_of(place)
        with pytest.raises(VerificationFailed, match="log_altered"):
            place.open().append(log_entry(5))
        after = files_of(place)
        after.pop(place.folder / ".lock", None)
        before.pop(place.folder / ".lock", None)
        assert after == before

    def test_all_of_it_gone_is_noticed_by_the_witness(self, place):
        place.filled([2])
        for path in files_of(place):
            path.unlink()
        with pytest.raises(VerificationFailed, match="its checkpoint is missing"):
            place.open().append(log_entry(0))

    def test_an_older_copy_put_back_is_noticed_by_the_witness(self, place):
        place.filled([2])
        older = files_of(place)
        place.filled([2])
        for path in files_of(place):
            path.unlink()
        for path, data in older.items():
            path.write_bytes(data)
        assert checked(place) == 2
        with pytest.raises(VerificationFailed, match="log_forked"):
            place.open().append(log_entry(2))
        with pytest.raises(VerificationFailed, match="first bad index 2 "):
            checked(place, place.seen.read_bytes())

    def test_another_key_cannot_go_on_with_it(self, place):
        place.filled([2])
        for keys in ({"signer": OTHER_SIGNER}, {"cosigner": OTHER_COSIGNER}):
            with pytest.raises(VerificationFailed):
                place.open(**keys).append(log_entry(2))


def write_some(root, writer):
    log = LogPlace(root).open()
    for number in range(8):
        with log.transaction() as transaction:
            transaction.append(log_entry(number, run=f"run-{writer}"))
            transaction.append(log_entry(number, run="run-shared"))


def test_several_processes_write_to_one_log(place):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_some, args=(place.root, writer)) for writer in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert all(writer.exitcode == 0 for writer in writers)
    assert checked(place) == 4 * 8 + 8
    for writer in range(4):
        found = [one.subject for one in place.open().entries(f"run-{writer}")]
        assert found == list("abcdefgh")


class TestSlice:
    @pytest.fixture
    def exported(self, place, tmp_path):
        place.filled([20, 280]).export_slice("run-1", tmp_path / "slice")
        return tmp_path / "slice"

    def verified(self, folder):
        return verify_slice(folder, LOG_KEY, WITNESS_KEY)

    def test_is_proved_without_the_log(self, exported):
        assert self.verified(exported) == 15
        proof = EntryProof.parse((exported / "proofs" / "15.tlog-proof").read_bytes())
        assert proof.index == 15
        assert proof.note == (exported / "checkpoint").read_bytes()
        text = proof.text().decode().splitlines()
        assert text[:2] == ["c2sp.org/tlog-proof@v1", "index 15"]
        assert text[text.index("") + 1] == ORIGIN

    def test_of_an_unknown_run_is_refused(self, place, tmp_path):
        for log in (place.open(), place.filled([1])):
            with pytest.raises(RunError, match="run_unknown"):
                log.export_slice("run-7", tmp_path / "none")

    def test_names_the_first_entry_that_is_not_proved(self, exported):
        path = exported / "log.jsonl"
        data = path.read_bytes()
        starts = [0, *(place + 1 for place, byte in enumerate(data) if byte == 10)]
        for place in range(0, len(data), 7):
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            number = sum(start <= place for start in starts) - 1
            with pytest.raises(VerificationFailed, match=f"first bad index {15 + number} "):
                self.verified(exported)

    @pytest.mark.parametrize(
        "name, index", [("checkpoint", 15), ("proofs/15.tlog-proof", 15), ("proofs/29.tlog-proof", 29)]
    )
    def test_every_byte_of_checkpoint_and_proofs_counts(self, exported, name, index):
        path = exported / name
        data = path.read_bytes()
        for place in range(len(data)):
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            with pytest.raises(VerificationFailed, match=f"first bad index {index} "):
                self.verified(exported)

    def test_dropped_added_and_swapped_lines_are_found(self, exported):
        path = exported / "log.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        for number in range(15):
            for changed in (lines[:number] + lines[number + 1 :], [*lines[:number], b"{}\n", *lines[number:]]):
                path.write_bytes(b"".join(changed))
                with pytest.raises(VerificationFailed, match=f"first bad index {15 + number} "):
                    self.verified(exported)
        path.write_bytes(b"".join(lines) + lines[0])
        with pytest.raises(VerificationFailed, match="first bad index 30 "):
            self.verified(exported)

    def test_an_entry_of_another_run_is_found(self, place, exported, tmp_path):
        place.open().export_slice("run-2", tmp_path / "other")
        (exported / "proofs" / "30.tlog-proof").write_bytes((tmp_path / "other/proofs/30.tlog-proof").read_bytes())
        with (exported / "log.jsonl").open("ab") as file:
            file.write((tmp_path / "other/log.jsonl").read_bytes().splitlines(keepends=True)[0])
        with pytest.raises(VerificationFailed, match=r"first bad index 30 \(an entry of another run"):
            self.verified(exported)

    def test_of_other_keys_is_refused(self, exported):
        for keys in ((OTHER_SIGNER.key(ORIGIN), COSIGNER.key), (SIGNER.key(ORIGIN), OTHER_COSIGNER.key)):
            with pytest.raises(VerificationFailed, match="first bad index 15 "):
                verify_slice(exported, *keys)

    def test_of_nothing_is_missing(self, tmp_path):
        with pytest.raises(VerificationFailed, match="log_missing"):
            self.verified(tmp_path)
