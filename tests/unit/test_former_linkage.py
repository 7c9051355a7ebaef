"""From which run households are followed: the log decides."""

from datetime import UTC, datetime

import pytest

from samenloop.following import former_linkage
from schemas.log_entries import LogEntry
from schemas.period import HalfYear

KEYS, OTHER_KEYS = "aa" * 8, "bb" * 8


def entry(run: str, step: str, purpose: str = "monitoring:1", keys: str = KEYS, subject: str = "") -> LogEntry:
    now = datetime(2018, 7, 2, tzinfo=UTC)
    used = (keys,) if step == "open" else ()
    sha = "0" * 64
    return LogEntry(
        run=run, step=step, subject=subject, started=now, ended=now, purpose=purpose, purpose_sha256=sha, keys=used
    )


def run(name: str, until: str = "draft", pulled: str = "brp jeugd wmo", **how: str) -> list[LogEntry]:
    """The entries of a run up to and including a step."""
    steps = ["open", "link", "protect", "draft", "approve"]
    last = {"reject": "draft", "refused": "link"}.get(until, until)
    done = steps[: steps.index(last) + 1] + ([until] if until not in steps else [])
    opened, *rest = (entry(name, step, **how) for step in done)
    return [opened, *(entry(name, "pull", subject=source, **how) for source in pulled.split()), *rest]


A, B = "2017h2-a", "2017h2-b"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], None),
        (run(A), A),
        (run(A, "approve"), A),
        # what failed, was refused or was rejected is no ground to build on
        (run(A, "protect"), None),
        (run(A, "refused"), None),
        (run(A, "reject"), None),
        (run(A) + run(B, "reject"), A),
        (run(A) + run(B, "link"), A),
        # of several that stand, the last
        (run(A) + run(B), B),
        # another version of the purpose is the same purpose; another purpose is not, however it begins
        (run(A, purpose="monitoring:2"), A),
        (run(A, purpose="monitoring-wijken:1"), None),
        # other keys make other pseudonyms
        (run(A, keys=OTHER_KEYS), None),
        (run(A) + run(B, keys=OTHER_KEYS), A),
        # only the half-year just before
        (run("2017h1-a"), None),
        (run("2018h1-a"), None),
        (run("2018h2-a"), None),
        (run(A) + run("2018h1-a"), A),
        # with other domains all who use those would seem to have come or gone
        (run(A, pulled="brp jeugd"), None),
        (run(A, pulled="brp jeugd wmo shv"), None),
        (run(A, pulled="brp jeugd wmo aanpak"), A),
    ],
)
def test_the_last_standing_run_of_the_half_year_before(log, expected):
    found = former_linkage(iter(log), "monitoring", KEYS, HalfYear(2018, 1), ("jeugd", "wmo"))
    assert (found and (found.run, found.step)) == (expected and (expected, "link"))
