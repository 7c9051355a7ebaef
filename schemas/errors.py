"""The few errors of Samenloop: a machine code, an exit code and advice; never the value of a cell.

Exit codes: 0 done; 1 failed (a defect or the machine); 2 wrong usage; 3 refused by purpose, signature or key;
4 refused delivery; 5 refused by disclosure control; 6 verification failed.
"""

from traceback import walk_tb
from typing import ClassVar, Final

_OWN_PACKAGES: Final = frozenset({"schemas", "pseudonymisation", "linkage", "outputs", "samenloop"})


class SamenloopError(Exception):
    """A run that stops for a reason that its operator can act on.

    Args:
        code: short machine code, snake case, stable between versions.
        what: what is wrong, naming source, column, rule and count, never a value from a delivery.
        advice: what to do about it.
    """

    exit_code: ClassVar[int] = 1
    verb: ClassVar[str] = "failed"

    def __init__(self, code: str, what: str, advice: str) -> None:
        super().__init__(code, what, advice)
        self.code = code
        self.what = what
        self.advice = advice

    def __str__(self) -> str:
        """Gives the one line that every command prints on standard error."""
        return f"{self.verb}: {self.code}: {self.what}: {self.advice}"


class RunError(SamenloopError):
    """The machine or the working folders are not in the state that a run needs."""


class RefusedByPurpose(SamenloopError):
    """The signed purpose, its signatures or the keys do not allow this."""

    exit_code = 3
    verb = "refused"


class RefusedDelivery(SamenloopError):
    """A delivery breaks its contract; nothing of it is used."""

    exit_code = 4
    verb = "refused"


class RefusedByDisclosureControl(SamenloopError):
    """A table cannot be published safely."""

    exit_code = 5
    verb = "refused"


class VerificationFailed(SamenloopError):
    """A publication or log is not what its signatures say."""

    exit_code = 6
    verb = "refused"


def defect(error: BaseException, where: str) -> RunError:
    """Gives the error for something that was not foreseen: its type and place in our code, never its text."""
    place = "unknown"
    for frame, line in walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__", ""))
        if module.split(".", maxsplit=1)[0] in _OWN_PACKAGES:
            place = f"{module}:{line}"
    what = f"{where}: unexpected {type(error).__name__} at {place}"
    return RunError("defect", what, "run again; if it stays, report this line to the makers")
