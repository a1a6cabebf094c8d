"""Scenarios by their name, with the stage that each is played on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from tests.recordings.shell import Shell
from tests.recordings.stage import Stage
from tests.recordings.world import Plan

Script: TypeAlias = Callable[[Stage], Awaitable[None]]
Session: TypeAlias = Callable[[Shell], None]

SHIPPED: Final = Plan(shipped=True)
"""A bot that answers from the FAQ that comes with it."""

SMALL: Final = Plan()
"""A bot whose moderators edit the FAQ on a small case."""


@dataclass(frozen=True)
class Played:
    """A scenario on the stage, and what kind of bot it is about."""

    plan: Plan
    script: Script


PLAYED: Final[dict[str, Played]] = {}
"""What happens at Discord."""

TYPED: Final[dict[str, Session]] = {}
"""What is typed into a terminal."""


def played(plan: Plan, name: str = "") -> Callable[[Script], Script]:
    """Record a script.

    Args:
        plan: what kind of bot it is about.
        name: of the recording; by default that of the script.
    """

    def record(script: Script) -> Script:
        PLAYED[_new(name or script.__name__)] = Played(plan, script)
        return script

    return record


def typed(session: Session) -> Session:
    """Record what is typed into a terminal."""
    TYPED[_new(session.__name__)] = session
    return session


def _new(name: str) -> str:
    assert name not in {*PLAYED, *TYPED}, f"two scenarios are called {name}"
    return name
