"""Results of the check of an Answerer, computed once since they take seconds."""

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
    """Caches how the regression set comes out, and the hints, for as long as the Answerer lives. Any thread may ask."""

    def __init__(self) -> None:
        """Start empty."""
        self._figures: Final[WeakKeyDictionary[Answerer, regression.RegressionFigures]] = WeakKeyDictionary()
        self._hints: Final[WeakKeyDictionary[Answerer, Sequence[Hint]]] = WeakKeyDictionary()

    def figures(self, answerer: Answerer) -> regression.RegressionFigures:
        """Ask an Answerer its regression set; takes seconds the first time."""
        found = self._figures.get(answerer)
        if found is None:
            found = self._figures[answerer] = regression.evaluate(answerer)
        return found

    def hints(self, answerer: Answerer, folder: Path, today: dt.date) -> Sequence[Hint]:
        """Find what could be better; takes seconds the first time.

        Args:
            answerer: what is in use.
            folder: the files that it was built from; while they have problems there are no hints.
            today: what the age of a review counts from, the first time.
        """
        found = self._hints.get(answerer)
        if found is None:
            files = read_files(folder)
            if files.problems:
                return ()
            found = self._hints[answerer] = all_hints(files, answerer.matcher, today)
        return found
