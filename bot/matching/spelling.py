"""Typo repair, word by word, against the FAQ's own vocabulary.

A word is repaired only if the FAQ does not know it and it is no common English word: "from" is never turned into "form"
and "cattle" never into "battle" because the FAQ has the latter only. Distances are optimal string
alignment (OSA: insertion, deletion, substitution, swap of neighbours), see rapidfuzz.distance.OSA.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST_REPAIRED: Final = 3
"""Letters below which a word is left alone: nearly every pair of shorter words is one edit apart."""
LONG_WORD: Final = 7
"""Letters from which two edits are allowed."""
MAX_REPAIRED: Final = 32
"""Unknown words a message that are repaired; the rest stay as typed, to bound the time taken."""
MAX_WORD: Final = 40
"""Letters of the longest word that is repaired or split."""


@cache
def common_words() -> Mapping[str, int]:
    """Return the ~30,000 commonest English words and their rank, 0 the commonest."""
    text = files("bot.matching").joinpath("data/common_words.txt").read_text(encoding="ascii")
    return {word: rank for rank, word in enumerate(text.split())}


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of one typed word: `(typed,)` or more words for a lost blank, one word for two with a stray blank."""

    typed: str
    words: tuple[str, ...]


class Speller:
    """Repairs words against a vocabulary; immutable."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Take the vocabulary with the number of phrasings each word occurs in."""
        self._counts = dict(counts)
        self._common = common_words()
        self._vocabulary = sorted(word for word in counts if len(word) >= SHORTEST_REPAIRED - 1 and not word.isdigit())
        self._letters = np.array([_letters(word) for word in self._vocabulary], dtype=np.uint64)
        self._cost_of_common = log(len(self._common) + 2)

    def known(self, word: str) -> bool:
        """Tell whether `word` is left as typed: in the FAQ, a common word, or a number."""
        return word in self._counts or word in self._common or word.isdigit()

    def repair(self, typed: Sequence[str]) -> list[Repair]:
        """Return what each word, or pair of words with a stray blank between, is read as, in order."""
        joined = self._join(typed)
        unknown = list(dict.fromkeys(word for word in joined if self._repairable(word)))[:MAX_REPAIRED]
        found = dict(zip(unknown, self._nearest(unknown), strict=True))
        return [Repair(word, found.get(word, (word,))) for word in joined]

    def _repairable(self, word: str) -> bool:
        return not self.known(word) and SHORTEST_REPAIRED <= len(word) <= MAX_WORD

    def _join(self, typed: Sequence[str]) -> list[str]:
        """Undo stray blanks: "kar dashian", where neither half is known but the whole is in the FAQ."""
        joined: list[str] = []
        for word in typed:
            if joined and joined[-1] + word in self._counts and not (self.known(joined[-1]) and self.known(word)):
                joined[-1] += word
            else:
                joined.append(word)
        return joined

    def _nearest(self, unknown: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the reading of each unknown word; the word itself if nothing is near enough."""
        if not unknown or not self._vocabulary:
            return [(word,) for word in unknown]
        readings: list[tuple[str, ...]] = []
        for word in unknown:
            near = self._near(word)
            best = self._best(word, near, 1)
            reading = (best,) if best else self._split(word)
            if not reading and len(word) >= LONG_WORD:
                best = self._best(word, near, 2)
                reading = (best,) if best else ()
            readings.append(reading or (word,))
        return readings

    def _near(self, word: str) -> list[tuple[str, int]]:
        """Return the vocabulary words within reach of `word`, and how many edits away each is.

        An edit changes at most two of the letters that a word has at all, which rules out most of a large vocabulary
        cheaply.
        """
        edits = 2 if len(word) >= LONG_WORD else 1
        alike = np.flatnonzero(np.bitwise_count(self._letters ^ np.uint64(_letters(word))) <= 2 * edits)
        others = [self._vocabulary[at] for at in alike.tolist()]
        found = process.extract(word, others, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(other, int(distance)) for other, distance, _ in found]

    def _best(self, word: str, near: Sequence[tuple[str, int]], allowed: int) -> str | None:
        """Return the likeliest word within `allowed` edits: nearest, same edges, commonest in the FAQ."""
        reachable = [(other, distance) for other, distance in near if distance <= allowed]
        if not reachable:
            return None
        return max(
            reachable,
            key=lambda item: (-item[1], item[0][0] == word[0], item[0][-1] == word[-1], self._counts[item[0]], item[0]),
        )[0]

    def _split(self, word: str) -> tuple[str, ...]:
        """Undo one lost blank: the likeliest two known words, one of them the FAQ's, that make up `word`."""
        best: tuple[float, tuple[str, ...]] | None = None
        for cut in range(1, len(word)):
            left, right = word[:cut], word[cut:]
            if not (self.known(left) and self.known(right) and (left in self._counts or right in self._counts)):
                continue
            cost = self._cost(left) + self._cost(right)
            if best is None or cost < best[0]:
                best = (cost, (left, right))
        return best[1] if best else ()

    def _cost(self, word: str) -> float:
        """Return how surprising `word` is: the logarithm of its rank, less for the FAQ's own words."""
        rank = self._common.get(word)
        cost = self._cost_of_common if rank is None else log(rank + 2)
        return cost - 1.0 if word in self._counts else cost


def _letters(word: str) -> int:
    """Return the set of the characters of `word` as 64 bits (different characters may share a bit)."""
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) & 63)
    return bits
