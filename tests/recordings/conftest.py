"""The clock, and where recordings are compared or written."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.recordings import golden
from tests.recordings.clock import Clock
from tests.recordings.shell import Shell
from tests.recordings.world import Answerer, at_hand

Keep: TypeAlias = Callable[[str, Sequence[str]], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let the time be what the scenario says, for all that ask ``datetime.datetime``."""
    clock = Clock()
    monkeypatch.setattr(dt, "datetime", clock.told())
    return clock


@pytest.fixture
def shell(answerer: Answerer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: Clock) -> Iterator[Shell]:
    """A terminal in an empty folder."""
    with at_hand(answerer):
        yield Shell(monkeypatch, tmp_path, clock)


@pytest.fixture(scope="session")
def writing(pytestconfig: pytest.Config) -> bool:
    """Whether everything is recorded again."""
    return any(isinstance(plugin, golden.Writing) for plugin in pytestconfig.pluginmanager.get_plugins())


@pytest.fixture
def keep(*, writing: bool) -> Keep:
    """Hold the lines of a scenario against its file, or write them there."""
    return golden.write if writing else _hold


def _hold(name: str, lines: Sequence[str]) -> None:
    if differs := golden.difference(name, lines):
        pytest.fail(differs, pytrace=False)
