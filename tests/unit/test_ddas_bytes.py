"""The bytes under a JSON parser: what is sound passes unchanged, wherever the chunks of the file end."""

import io
import json

import ijson
import pytest
from deliver_as.ddas import document, trajectory_of
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonymisation.sources.ddas_bytes import LONGEST_RUN, JsonBytes
from pseudonymisation.sources.ddas_json import JsonValues
from schemas.errors import RefusedDelivery


class Trickle(io.BytesIO):
    """A file that gives a few bytes at a time."""

    step = 1

    def read(self, size=-1):
        return super().read(min(size, self.step))


def passed(content, step):
    """What a parser gets of a file, and the code of the refusal if there is one."""
    file = Trickle(content)
    file.step = step
    checked = JsonBytes(file, "shv")
    got = b"".join(iter(checked.read, b""))
    assert checked.read() == checked.read(0) == b""
    return got, checked.refusal and checked.refusal.code


STEPS = pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 11, 13, 10_000])


@STEPS
@pytest.mark.parametrize(
    "text",
    [
        '["é"]',
        "[-1.5E10, true, null]",
        '["\\\\", "\\"", "\\n", "\\/"]',
        '["\\\\ud800"]',
        '["\\ud83d\\ude00\\ud83d\\ude00"]',
        '["\\u00e9\\\\\\ud83d\\ude00+"]',
        '["' + "\\\\" * 40 + '"]',
        '["+ NaN \u00a0 \uff11"]',
    ],
)
def test_what_is_sound_passes_unchanged(text, step):
    assert passed(text.encode(), step) == (text.encode(), None)


@STEPS
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'["\\ud800"]', "unreadable"),
        (b'["\\ud800\\\\"]', "unreadable"),
        (b'["\\ud83dx\\ude00"]', "unreadable"),
        (b'["\\udc00"]', "unreadable"),
        (b'["\\ud83d\\ud83d\\ude00"]', "unreadable"),
        (b'["a\\', "unreadable"),
        (b"[+1]", "unreadable"),
        (b"[NaN]", "unreadable"),
        (b"['a']", "unreadable"),
        ("[\u00a01]".encode(), "unreadable"),
        (b'["\\"", +1]', "unreadable"),
        (b'["\xff"]', "wrong_encoding"),
        (b'["\xc3', "wrong_encoding"),
        (b'["\xed\xa0\x80"]', "wrong_encoding"),
    ],
)
def test_what_parsers_differ_on_is_refused(content, code, step):
    got, refused = passed(content, step)
    assert refused == code
    assert content.startswith(got)


@pytest.mark.parametrize("filler", ["x", " ", "\\\\", '\\"'])
def test_nothing_is_longer_than_can_be_held(filler):
    opening = "[" if filler == " " else '["'
    closing = "]" if filler == " " else '"]'
    assert passed(f"{opening}{filler * (LONGEST_RUN // 2 - 70_000)}{closing}".encode(), 10_000)[1] is None
    assert passed(f"{opening}{'y' * LONGEST_RUN}{filler * 100_000}{closing}".encode(), 10_000)[1] == "unreadable"


def test_the_line_of_a_wrong_byte():
    checked = JsonBytes(io.BytesIO(b"[\n\n\xff]"), "shv")
    checked.read()
    assert "line 3" in str(checked.refusal)


def read_by(parser, content):
    """The events of a whole document, or the refusal."""
    values = JsonValues(io.BytesIO(content.encode()), "shv", parser)
    events = []
    try:
        while not events or sum(kind.startswith("start_") - kind.startswith("end_") for kind, _ in events):
            events.append(values.next())
        values.finish()
    except RefusedDelivery as refused:
        return str(refused)
    finally:
        values.close()
    return events


PIECES = ["{", "}", "[", "]", ",", ":", '"', "\\", "\\u", "d83d", "\\ude00", "1", "-", "+", ".", "e9", "nul", "true"]
PIECES += [" ", "\t", "\n", "\x01", "\x7f", "\u00a0", "\uff11", "\ufeff", "/**/", "'", "é", "\x0c", "NaN", '"":0,']
DOCUMENT = json.dumps(
    document([trajectory_of({"fase": "nazorg", "bsn": "999900006", "begin": "2018-01-01"}, "GM0637")])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(DOCUMENT)), st.integers(0, 3), st.sampled_from(PIECES)), max_size=3))
def test_every_parser_reads_or_refuses_the_same(damage):
    content = DOCUMENT
    for place, length, piece in damage:
        content = content[:place] + piece + content[place + length :]
    fast, plain = (read_by(ijson.get_backend(name), content) for name in ("yajl2_c", "python"))
    assert fast == plain
