"""The result of a check."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How serious the result of a check is."""

    OK = "ok"
    WARNING = "warning"
    """The bot can run, but something will not work as expected."""

    FAULT = "fault"
    """The bot cannot run."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    verdict: Severity
    about: str
    """What was checked, in a word or two."""

    what: str
    """What was found, in a sentence."""

    fix: str = ""
    """How to fix it; empty if nothing is wrong."""


def ok(about: str, what: str) -> Finding:
    """Return a finding that nothing is wrong."""
    return Finding(Severity.OK, about, what)


def warning(about: str, what: str, fix: str) -> Finding:
    """Return a finding that something will not work as expected."""
    return Finding(Severity.WARNING, about, what, fix)


def fault(about: str, what: str, fix: str) -> Finding:
    """Return a finding that the bot cannot run."""
    return Finding(Severity.FAULT, about, what, fix)
