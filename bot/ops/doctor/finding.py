"""What a check has found."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How a check has come out."""

    OK = "ok"
    WARNING = "warning"
    """The bot runs, but somebody will miss something."""

    FAULT = "fault"
    """The bot does not run."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    verdict: Severity
    about: str
    """What was checked, in a word or two."""

    what: str
    """What was found, in a sentence."""

    mend: str = ""
    """What to do about it; empty where all is well."""


def ok(about: str, what: str) -> Finding:
    """Find that all is well."""
    return Finding(Severity.OK, about, what)


def warning(about: str, what: str, mend: str) -> Finding:
    """Find that somebody will miss something."""
    return Finding(Severity.WARNING, about, what, mend)


def fault(about: str, what: str, mend: str) -> Finding:
    """Find that the bot does not run."""
    return Finding(Severity.FAULT, about, what, mend)
