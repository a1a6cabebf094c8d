"""Cached results of checking an Answerer, which takes seconds."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from bot.answering.answerer import Answerer
from bot.knowledge.hints import Hint
from bot.knowledge.load import read_files
from bot.moderation import regression
from bot.moderation.hints import all_hints


class CheckCache:
    """Caches the regression results and the hints of each Answerer for its lifetime. Any thread may use it."""

    def __init__(self) -> None:
        """Create an empty cache."""
        self._figures: Final[WeakKeyDictionary[Answerer, regression.RegressionFigures]] = WeakKeyDictionary()
        self._hints: Final[WeakKeyDictionary[Answerer, tuple[dt.date, Sequence[Hint]]]] = WeakKeyDictionary()
        """The hints, and the day on which they were true."""

    def figures(self, answerer: Answerer) -> regression.RegressionFigures:
        """Return an Answerer's regression results, which takes seconds the first time."""
        found = self._figures.get(answerer)
        if found is None:
            found = self._figures[answerer] = regression.evaluate(answerer)
        return found

    def hints(self, answerer: Answerer, folder: Path, today: dt.date) -> Sequence[Hint]:
        """Return an Answerer's hints, which takes seconds the first time on a day.

        Args:
            answerer: the Answerer in use.
            folder: the files that it was built from; there are no hints while they have problems.
            today: the current day, for the age of reviews.
        """
        day, found = self._hints.get(answerer, (None, ()))
        if day != today:
            files = read_files(folder)
            if files.problems:
                return ()
            found = all_hints(files, answerer.untaught().matcher, today)
            self._hints[answerer] = today, found
        return found
