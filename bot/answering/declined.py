"""Messages to which guesses would be tactless: requests for addresses or for slurs, and remarks that want assent."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from bot.i18n.phrases import unaccented

_GAP: Final = "..."
_MOST_BETWEEN: Final = 4
"""The most words that a gap stands for."""

_WORD: Final = re.compile(r"\w+|,")


class Declined:
    """Phrases that mark such messages; immutable."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Index the phrases.

        Args:
            phrases: words, and commas where they matter; ``...`` stands for up to four words.
        """
        self._phrases: Final = [[_words(part) for part in phrase.split(_GAP)] for phrase in phrases]

    def __call__(self, text: str) -> bool:
        """Return whether a message has one of the phrases in it."""
        words = _words(text)
        said = set(words)
        return any(said.issuperset(parts[0]) and _holds(words, parts) for parts in self._phrases)


def _holds(words: Sequence[str], parts: Sequence[Sequence[str]]) -> bool:
    first, *others = parts
    return any(
        words[start : start + len(first)] == first and _follows(words[start + len(first) :], others)
        for start in range(len(words))
    )


def _follows(words: Sequence[str], parts: Sequence[Sequence[str]]) -> bool:
    return not parts or _holds(words[: _MOST_BETWEEN + len(parts[0])], parts)


def _words(text: str) -> list[str]:
    return _WORD.findall(unaccented(unicodedata.normalize("NFKC", text).casefold()))
