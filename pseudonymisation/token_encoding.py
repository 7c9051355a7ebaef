"""Keyed tokens in bulk: HMAC-SHA256 once per distinct value, then AES-256 over whole columns of numbers.

A value becomes a secret of 64 bits that never leaves this module's callers; what is stored is its token under a salt,
``AES(secret || salt)`` cut short. Without the key nothing can be computed from a value, nor a value from a token.
Source: RFC 2104 (HMAC), RFC 5869 (HKDF), FIPS 197 (AES as a keyed permutation); Broder (1997) for MinHash.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pseudonymisation.keys import PseudonymKey

Secrets = npt.NDArray[np.uint64]

#: One block in, one block out: a keyed permutation of single numbers, not encryption of a text, so no chaining.
_ONE_BLOCK: Final = modes.ECB

_CHUNK: Final = 1 << 19
_LETTERS: Final = 27
_LONGEST_NAME: Final = 20
_ABSENT: Final = np.uint64(2**64 - 1)


@dataclass(frozen=True, eq=False, repr=False)
class Slots:
    """Several secrets per value: ``of_distinct`` (distinct values + 1 missing, by slots) and ``codes`` (its row)."""

    of_distinct: Secrets
    codes: npt.NDArray[np.intp]

    def rows(self, here: npt.NDArray[np.intp]) -> "Slots":
        """Gives the same of some rows."""
        return Slots(self.of_distinct, self.codes[here])

    def words(self) -> "Iterator[Slots]":
        """Gives the slots by eight, as they fit in a word."""
        for start in range(0, self.of_distinct.shape[1], 8):
            yield Slots(self.of_distinct[:, start : start + 8], self.codes)


class TokenEncoder:
    """Makes tokens under one match-token key. Secrets and salts are 64-bit numbers; 0 stands for a missing value."""

    __slots__ = ("__compound", "__mac", "__salted")

    def __init__(self, key: PseudonymKey) -> None:
        self.__mac = HMAC(_derived(key, b"attribute"), SHA256())
        self.__compound, self.__salted = (
            Cipher(algorithms.AES(_derived(key, purpose)), _ONE_BLOCK()) for purpose in (b"compound", b"salted")
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("an encoder holds a key and is never pickled or copied")

    def secrets(self, attribute: str, values: "pa.Array[Any]") -> Secrets:
        """Gives the secret of each value of a column of text or bytes: one per attribute and value."""
        encoded = pc.dictionary_encode(values)
        of_distinct = self._of_distinct(attribute, encoded.dictionary.cast(pa.binary()).to_pylist())
        return np.append(of_distinct, np.uint64(0))[_codes(encoded)]

    def compound(self, *parts: Secrets) -> Secrets:
        """Gives the secret of several attributes together; missing where one of them is."""
        joined = parts[0]
        for part in parts[1:]:
            joined = _encrypted(self.__compound, joined, part)
        return joined

    def unordered(self, one: Secrets, other: Secrets) -> Secrets:
        """Gives the secret of two values in either order."""
        return self.compound(np.minimum(one, other), np.maximum(one, other))

    def tokens(self, secrets: Secrets, salt: Secrets, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Gives tokens of an unsigned type: comparable under one salt only; never 0 unless missing."""
        cut = _encrypted(self.__salted, secrets, salt).astype(dtype)
        cut[(cut == 0) & (secrets != 0) & (salt != 0)] = 1
        return cut

    def sketch_word(self, slots: Slots, salt: Secrets) -> Secrets:
        """Gives up to eight slots as the bytes of one word under the salt; a missing slot is a zero byte."""
        word = np.zeros(len(salt), np.uint64)
        for place, of_distinct in enumerate(slots.of_distinct.T):
            token = self.tokens(of_distinct[slots.codes], salt, np.uint8).astype(np.uint64)
            word |= token << np.uint64(8 * place)
        return word

    def name_slots(self, attribute: str, names: "pa.Array[Any]", slots: int) -> Slots:
        """Gives MinHash slots of the bigrams of folded names: two names share about as many as their bigrams."""
        encoded = pc.dictionary_encode(names)
        bigrams = _bigrams(encoded.dictionary)
        letters = [b"%d,%d" % (one, other) for one in range(_LETTERS) for other in range(_LETTERS)]
        of_bigram = self._of_distinct(f"{attribute} bigram", letters)
        of_slot = self._of_distinct(f"{attribute} slot", [b"%d" % slot for slot in range(slots)])
        made = np.zeros((len(encoded.dictionary) + 1, slots), np.uint64)
        for slot in range(slots):
            order = self.compound(of_bigram, np.full(len(of_bigram), of_slot[slot]))
            order = np.append(order, _ABSENT)
            made[:-1, slot] = order[bigrams].min(axis=1, initial=_ABSENT)
        return Slots(made, _codes(encoded))

    def letter_slots(self, attribute: str, words: "pa.Array[Any]", length: int) -> Slots:
        """Gives a slot per letter of words of one length: two words share as many as they have letters alike."""
        encoded = pc.dictionary_encode(words)
        made = np.zeros((len(encoded.dictionary) + 1, length), np.uint64)
        for place in range(length):
            letters = pc.utf8_slice_codeunits(encoded.dictionary, place, place + 1)
            made[:-1, place] = self.secrets(f"{attribute} {place}", letters)
        return Slots(made, _codes(encoded))

    def _of_distinct(self, attribute: str, values: list[bytes]) -> Secrets:
        started = self.__mac.copy()
        started.update(len(attribute).to_bytes(4, "big") + attribute.encode())
        hashed = np.frombuffer(b"".join(_finished(started, value) for value in values), "<u8").astype(np.uint64)
        return np.maximum(hashed, np.uint64(1))


def _codes(encoded: "pa.DictionaryArray") -> npt.NDArray[np.intp]:
    codes = pc.fill_null(encoded.indices, len(encoded.dictionary))
    return np.asarray(codes.to_numpy(zero_copy_only=False), np.intp)


def _derived(key: PseudonymKey, purpose: bytes) -> bytes:
    info = b"samenloop match token v1|" + key.kind.encode() + b"|" + purpose
    return HKDF(SHA256(), 32, salt=None, info=info).derive(key.expose_secret())


def _finished(started: HMAC, value: bytes) -> bytes:
    mac = started.copy()
    mac.update(value)
    return mac.finalize()[:8]


def _encrypted(cipher: Cipher[modes.ECB], one: Secrets, other: Secrets) -> Secrets:
    """Gives the first word of the block ``one || other``, never 0 unless a part is missing."""
    result = np.empty(len(one), np.uint64)
    encryptor = cipher.encryptor()
    for start in range(0, len(one), _CHUNK):
        end = min(start + _CHUNK, len(one))
        # Bytes in, bytes out: no memory of numpy is written by other code or lent to it.
        blocks = np.stack([one[start:end], other[start:end]], axis=1).astype("<u8").tobytes()
        sealed = np.frombuffer(encryptor.update(blocks), "<u8")
        result[start:end] = np.maximum(sealed[::2], np.uint64(1))
    result[(one == 0) | (other == 0)] = 0
    return result


def _bigrams(names: "pa.Array[Any]") -> npt.NDArray[np.intp]:
    """Gives the codes of the padded bigrams of folded names (names x width); where there is none, one more."""
    cut = pc.utf8_slice_codeunits(names, 0, _LONGEST_NAME)
    padded = pc.ascii_rpad(cut, _LONGEST_NAME, " ").cast(pa.binary(_LONGEST_NAME)) if len(names) else names
    joined = b"".join(padded.to_pylist())
    letters = np.frombuffer(joined, np.uint8).reshape(len(names), _LONGEST_NAME).astype(np.intp)
    letters = np.pad(np.where(letters == ord(" "), 0, letters - ord("a") + 1), ((0, 0), (1, 1)))
    codes = letters[:, :-1] * _LETTERS + letters[:, 1:]
    return np.where(codes == 0, _LETTERS * _LETTERS, codes)
