"""Typo repair, word by word, against the FAQ's own vocabulary and common English.

A noisy channel: of all readings of an unknown word (a FAQ word, a common word, two words with the blank lost, the
word as typed) the one that is cheapest wins, where the cost is that of the slips (edits in optimal string alignment,
see rapidfuzz.distance.OSA; less for slips that fingers make) plus that of the word (less for words that are common, in
English or in the FAQ, and for the FAQ's own). Known words are left alone: "from" is never turned into "form" by a FAQ
that has only the latter.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import log
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.matching.phonetic import sound
from bot.matching.types import Repair

SHORTEST_REPAIRED: Final = 3
"""Letters below which a word is left alone: nearly every pair of shorter words is one edit apart."""
LONG_WORD: Final = 7
"""Letters from which two edits are allowed."""
SHORTEST_HEARD: Final = 4
"""Letters from which a word is also compared by its sound."""
MAX_REPAIRED: Final = 32
"""Unknown words a message that are repaired; the rest stay as typed, to bound the time taken."""
MAX_WORD: Final = 40
"""Letters of the longest word that is repaired or split."""

EDIT_COST: Final = 5.0
SECOND_EDIT_COST: Final = 6.0
FIRST_LETTER_COST: Final = 1.0
FINGER_DISCOUNT: Final = 2.0
"""Off an edit that fingers make: a neighboring key, swapped, doubled or dropped letters."""
HEARD_EDIT_COST: Final = 0.75
"""Of each further edit between words that sound alike."""
LOST_BLANK_COST: Final = 4.0
RARITY_WEIGHT: Final = 0.6
"""Weight of the logarithm of a word's rank among common words."""
FAQ_DISCOUNT: Final = 3.0
"""Off a word that the FAQ has."""

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS: Final = {
    key: {
        other
        for near_row in _ROWS[max(0, row - 1) : row + 2]
        for other in near_row[max(0, column - 1) : column + 2]
        if other != key
    }
    for row, keys in enumerate(_ROWS)
    for column, key in enumerate(keys)
}  # fmt: skip


@cache
def common_words() -> Mapping[str, int]:
    """Return the ~30,000 commonest English words and their rank, 0 the commonest."""
    text = files("bot.matching").joinpath("data/common_words.txt").read_text(encoding="ascii")
    return {word: rank for rank, word in enumerate(text.split())}


@cache
def common_names() -> frozenset[str]:
    """Return some 5,000 common given names and surnames that are no common words."""
    return frozenset(files("bot.matching").joinpath("data/names.txt").read_text(encoding="ascii").split())


class _Words:
    """Words that can be searched for near ones."""

    def __init__(self, words: Iterable[str]) -> None:
        usable = (word for word in words if len(word) >= SHORTEST_REPAIRED - 1 and not word.isdigit())
        self._words = np.array(sorted(usable, key=len), dtype=object)
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int64)
        self._letters = np.array([_letters(word) for word in self._words], dtype=np.uint64)

    def near(self, word: str, edits: int) -> list[tuple[str, int]]:
        """Return the words at most `edits` edits away, and how many each is.

        An edit changes the length by at most one, and at most two of the letters that a word has at all, which rules
        out most of a large vocabulary cheaply.
        """
        first, end = np.searchsorted(self._lengths, [len(word) - edits, len(word) + edits + 1]).tolist()
        alike = np.bitwise_count(self._letters[first:end] ^ np.uint64(_letters(word))) <= 2 * edits
        others = self._words[first:end][alike].tolist()
        found = process.extract(word, others, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(other, int(distance)) for other, distance, _ in found]


@cache
def _common() -> _Words:
    return _Words(word for word in common_words() if len(word) >= SHORTEST_REPAIRED)


class Speller:
    """Repairs words against a vocabulary; immutable."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Take the vocabulary with the number of times that each word occurs."""
        self._counts = dict(counts)
        self._total = sum(counts.values()) + 1
        self._common = common_words()
        self._names = common_names()
        self._vocabulary = _Words(sorted(counts))
        self._rarest = log(len(self._common) + 2)
        self._heard: dict[str, list[str]] = {}
        for word in sorted(counts):
            if len(word) >= SHORTEST_HEARD and word.isalpha():
                self._heard.setdefault(sound(word), []).append(word)

    def known(self, word: str) -> bool:
        """Tell whether `word` is left as typed: in the FAQ, a common word or name, or a number."""
        return not self.may_be_a_stranger(word) or self._is_name(word)

    def _is_name(self, word: str) -> bool:
        """Tell whether `word` is a common name, and none that sounds like a word of the FAQ: Jon, John."""
        return word in self._names and sound(word) not in self._heard

    def may_be_a_stranger(self, word: str) -> bool:
        """Tell whether `word` may name somebody whom the FAQ doesn't know: a common name, or an unknown word."""
        return word not in self._counts and word not in self._common and not word.isdigit()

    def repair(self, texts: Sequence[Sequence[str]]) -> list[list[Repair]]:
        """Return what each word, or pair of words with a stray blank between, is read as, in order, for every text.

        The texts are a message and parts of it: together they have `MAX_REPAIRED` words repaired, the first ones.
        """
        joined = [self._join(typed) for typed in texts]
        unknown = dict.fromkeys(
            repair.typed
            for repairs in joined
            for repair in repairs
            if repair.words == (repair.typed,) and self._open(repair.typed)
        )
        found = {word: self._reading(word) for word in list(unknown)[:MAX_REPAIRED]}
        return [
            [Repair(repair.typed, found.get(repair.typed, repair.words)) for repair in repairs] for repairs in joined
        ]

    def _open(self, word: str) -> bool:
        """Tell whether `word` is open to repair."""
        return SHORTEST_REPAIRED <= len(word) <= MAX_WORD and not self.known(word)

    def _join(self, typed: Sequence[str]) -> list[Repair]:
        """Undo stray blanks: "base ball", where a half is unknown but the whole is in the FAQ."""
        joined: list[Repair] = []
        for word in typed:
            before = joined[-1].words[0] if joined else ""
            if before and before + word in self._counts and not (self.known(before) and self.known(word)):
                joined[-1] = Repair(f"{before} {word}", (before + word,))
            else:
                joined.append(Repair(word, (word,)))
        return joined

    def _reading(self, typed: str) -> tuple[str, ...]:
        """Return the cheapest reading of an unknown word; the word itself if there is no other."""
        edits = 2 if len(typed) >= LONG_WORD else 1
        readings: dict[tuple[str, ...], float] = {}
        for word, distance in self._vocabulary.near(typed, edits):
            readings[word,] = _cost_of_slips(typed, word, distance) + self._cost(word)
        for word, distance in _common().near(typed, 1):
            readings.setdefault((word,), _cost_of_slips(typed, word, distance) + self._cost(word))
        if len(typed) >= SHORTEST_HEARD:
            for word in self._heard.get(sound(typed), ()):
                most = (len(typed) + len(word)) // 3
                distance = OSA.distance(typed, word, score_cutoff=most)
                if distance <= most:
                    cost = EDIT_COST + HEARD_EDIT_COST * (distance - 1) + self._cost(word)
                    if distance == 1:
                        # Spelled as it sounds, "wich", is as likely as a slip of the fingers.
                        cost -= FINGER_DISCOUNT
                    readings[word,] = min(cost, readings.get((word,), cost))
        for cut in range(1, len(typed)):
            left, right = typed[:cut], typed[cut:]
            if (left in self._counts or right in self._counts) and self.known(left) and self.known(right):
                readings[left, right] = LOST_BLANK_COST + self._cost(left) + self._cost(right)
        return min(readings, key=lambda reading: (readings[reading], reading), default=(typed,))

    def _cost(self, word: str) -> float:
        """Return how surprising `word` is."""
        rank = self._common.get(word)
        rarity = self._rarest if rank is None else log(rank + 2)
        count = self._counts.get(word)
        if count is None:
            return RARITY_WEIGHT * rarity
        # A name may be rare in English and still be every third question's.
        rarity_here = log(self._total / (count + 1))
        return RARITY_WEIGHT * min(rarity, rarity_here) - FAQ_DISCOUNT


def _cost_of_slips(typed: str, word: str, distance: int) -> float:
    """Return how unlikely it is to type `typed` for `word`, which is `distance` edits away."""
    cost = EDIT_COST if distance <= 1 else EDIT_COST + SECOND_EDIT_COST
    if typed[0] != word[0]:
        cost += FIRST_LETTER_COST
    return cost - FINGER_DISCOUNT * _likeness_to_finger_slip(typed, word) if distance == 1 else cost


def _likeness_to_finger_slip(typed: str, word: str) -> float:
    """Return how much one edit looks like a slip of the fingers, 0..1."""
    if len(typed) < len(word):
        return 0.7
    at = next((at for at, (left, right) in enumerate(zip(typed, word, strict=False)) if left != right), len(word))
    if len(typed) > len(word):
        beside = typed[max(0, at - 1) : at] + typed[at + 1 : at + 2]
        return 0.5 if any(typed[at] == key or typed[at] in _NEIGHBOURS.get(key, ()) for key in beside) else 0.0
    if typed[at + 1 :] != word[at + 1 :]:
        return 0.8
    return 1.0 if typed[at] in _NEIGHBOURS.get(word[at], ()) else 0.0


def _letters(word: str) -> int:
    """Return the set of the characters of `word` as 64 bits (different characters may share a bit)."""
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) & 63)
    return bits
