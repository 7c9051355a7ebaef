"""Signed notes, checkpoints, co-signatures and the witness."""

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from logs import COSIGNER, LOG_KEY, ORIGIN, OTHER_COSIGNER, OTHER_SIGNER, SIGNER, WITNESS_KEY

from outputs.log.checkpoint import Checkpoint, history_block, parse_checkpoint, parse_history
from outputs.log.merkle import EMPTY_ROOT, leaf_hash, node_hash
from outputs.log.note import LOG, NoteInvalid, NoteKey
from outputs.log.witness import Witness
from schemas.errors import VerificationFailed

# The example of the note package of the Go checksum database.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_BODY = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

ONE, TWO, THREE = (leaf_hash(name) for name in (b"one", b"two", b"three"))
FIRST = Checkpoint(ORIGIN, 1, ONE)


def signed(checkpoint, signer=SIGNER, cosigner=COSIGNER):
    with_log = checkpoint.signed(signer.line(ORIGIN, checkpoint.body))
    return with_log.signed(cosigner.line(checkpoint.body, 1_767_355_200)) if cosigner else with_log


class TestNote:
    def test_signature_of_another_implementation_is_understood(self):
        key = NoteKey.from_vkey(GO_KEY)
        key.check(GO_LINE, GO_BODY)
        assert key.vkey() == GO_KEY
        with pytest.raises(NoteInvalid):
            key.check(GO_LINE, GO_BODY + b"!\n")

    def test_log_line_is_that_of_the_specification(self):
        private = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
        key_id = sha256(ORIGIN.encode() + b"\n\x01" + private.public_key().public_bytes_raw()).digest()[:4]
        expected = b64encode(key_id + private.sign(b"text\n")).decode()
        assert SIGNER.line(ORIGIN, b"text\n").decode() == f"\u2014 {ORIGIN} {expected}\n"

    def test_cosignature_is_that_of_the_specification(self):
        private = Ed25519PrivateKey.from_private_bytes(b"\2" * 32)
        name, encoded = COSIGNER.line(FIRST.body, 1_679_315_147).decode().removeprefix("\u2014 ").split()
        raw = b64decode(encoded)
        assert name == "samenloop/GM0637/fg"
        assert raw[:4] == sha256(name.encode() + b"\n\x04" + private.public_key().public_bytes_raw()).digest()[:4]
        assert raw[4:12] == (1_679_315_147).to_bytes(8, "big")
        private.public_key().verify(raw[12:], b"cosignature/v1\ntime 1679315147\n" + FIRST.body)

    @pytest.mark.parametrize("name", ["", "with space", "with+plus", "two\nlines"])
    def test_names_have_no_space_or_plus(self, name):
        with pytest.raises(ValueError, match="name"):
            NoteKey(name, LOG_KEY.public, LOG)

    @pytest.mark.parametrize("text", ["", "name", GO_KEY[:-4], GO_KEY.replace("c74f", "c74e"), "a+b+AAAA"])
    def test_damaged_keys_are_refused(self, text):
        with pytest.raises(ValueError):
            NoteKey.from_vkey(text)

    def test_every_changed_byte_of_a_signature_line_is_refused(self):
        for key, line in zip((LOG_KEY, WITNESS_KEY), signed(FIRST).lines, strict=True):
            key.check(line, FIRST.body)
            for place in range(len(line)):
                with pytest.raises(NoteInvalid):
                    key.check(line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :], FIRST.body)


class TestCheckpoint:
    def test_body_is_that_of_the_specification(self):
        root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
        body = Checkpoint("example.com/behind-the-sofa", 20852163, b64decode(root)).body
        assert body == f"example.com/behind-the-sofa\n20852163\n{root}\n".encode()

    def test_is_read_as_it_was_written(self):
        first = signed(FIRST)
        second = signed(Checkpoint(ORIGIN, 2, node_hash(ONE, TWO), first.digest))
        assert parse_checkpoint(second.note) == second
        assert list(parse_history(history_block(first) + history_block(second))) == [first, second]
        assert first.follows(None)
        assert second.follows(first)
        assert not second.follows(None)
        assert not second.follows(signed(FIRST, OTHER_SIGNER))

    def test_every_changed_byte_is_refused(self):
        note = signed(FIRST).note
        for place in range(len(note)):
            with pytest.raises(NoteInvalid):
                parse_checkpoint(note[:place] + bytes([note[place] ^ 1]) + note[place + 1 :]).check(
                    LOG_KEY, WITNESS_KEY
                )

    @pytest.mark.parametrize("cut", [b"", b"\n", b"x"])
    def test_half_a_checkpoint_is_refused(self, cut):
        with pytest.raises(NoteInvalid):
            parse_checkpoint(signed(FIRST).note[:40] + cut)

    @pytest.mark.parametrize(
        "made",
        [
            signed(FIRST, cosigner=None),
            signed(FIRST, OTHER_SIGNER),
            signed(FIRST, cosigner=OTHER_COSIGNER),
            signed(FIRST).signed(signed(FIRST).lines[0]),
            signed(Checkpoint("samenloop/GM0344", 1, ONE)),
        ],
    )
    def test_other_keys_more_or_fewer_are_refused(self, made):
        signed(FIRST).check(LOG_KEY, WITNESS_KEY)
        with pytest.raises(NoteInvalid):
            made.check(LOG_KEY, WITNESS_KEY)

    @pytest.mark.parametrize(
        "fields", [("", 1, ONE), ("a\nb", 1, ONE), ("a", -1, ONE), ("a", 1, b""), ("a", 1, ONE, b"")]
    )
    def test_impossible_ones_cannot_be_made(self, fields):
        with pytest.raises(ValueError, match=r"checkpoint|origin"):
            Checkpoint(*fields)


class TestWitness:
    @pytest.fixture
    def witness(self, tmp_path):
        return Witness(COSIGNER, LOG_KEY, tmp_path / "fg" / "seen", clock=lambda: 1_767_355_200)

    def offered(self, size, root, before=None):
        return signed(Checkpoint(ORIGIN, size, root, before.digest if before else None), cosigner=None)

    def test_signs_what_continues_the_last_it_saw(self, witness):
        first = witness.cosign(self.offered(1, ONE), ())
        second = witness.cosign(self.offered(2, node_hash(ONE, TWO), first), (TWO,))
        second.check(LOG_KEY, WITNESS_KEY)
        assert witness.seen() == second

    def test_gives_the_same_signature_when_asked_again(self, witness):
        offered = self.offered(1, ONE)
        first = witness.cosign(offered, ())
        witness._clock = lambda: 1_900_000_000
        assert witness.cosign(offered, ()) == first

    @pytest.mark.parametrize(
        "size, root, proof",
        [
            (1, TWO, ()),
            (0, EMPTY_ROOT, ()),
            (2, node_hash(THREE, TWO), (TWO,)),
            (2, node_hash(ONE, TWO), (THREE,)),
            (2, node_hash(ONE, TWO), ()),
        ],
    )
    def test_refuses_a_fork_and_remembers_what_it_saw(self, witness, size, root, proof):
        first = witness.cosign(self.offered(1, ONE), ())
        with pytest.raises(VerificationFailed) as refusal:
            witness.cosign(self.offered(size, root, first), proof)
        assert refusal.value.code == "log_forked"
        assert witness.seen() == first

    def test_refuses_a_history_that_leaves_one_out(self, witness):
        witness.cosign(self.offered(1, ONE), ())
        other = signed(Checkpoint(ORIGIN, 0, EMPTY_ROOT))
        with pytest.raises(VerificationFailed, match="log_forked"):
            witness.cosign(self.offered(2, node_hash(ONE, TWO), other), (TWO,))

    def test_refuses_another_log(self, witness):
        with pytest.raises(VerificationFailed, match="log_unsigned"):
            witness.cosign(signed(FIRST, OTHER_SIGNER, None), ())

    def test_refuses_a_damaged_memory(self, witness, tmp_path):
        witness.cosign(self.offered(1, ONE), ())
        state = tmp_path / "fg" / "seen"
        state.write_bytes(state.read_bytes().replace(b"\n1\n", b"\n0\n"))
        with pytest.raises(VerificationFailed, match="witness_state_damaged"):
            witness.cosign(self.offered(1, TWO), ())
