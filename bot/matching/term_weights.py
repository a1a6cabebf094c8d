"""How much each word of a question weighs, and how much of a question the FAQ understands."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

from bot.matching.corpus import Corpus, FloatArray, IntArray, distinct
from bot.matching.stems import stem, stem_all


@dataclass(frozen=True, slots=True)
class TermCoverage:
    """How much of a text is understood.

    `known` is how much its distinct words tell that the FAQ knows, `unknown` those that it does not, in nats; `held`
    is the share of both together that the phrasings of each entry have, 0..1, shape (entries,).
    """

    known: float
    unknown: float
    held: FloatArray

    @property
    def coverage(self) -> float:
        """The share of the words' weight that the FAQ's vocabulary knows, 0..1."""
        return self.known / (self.known + self.unknown) if self.known else 0.0


class WordWeights:
    """Entry-level IDF of stemmed words; immutable."""

    def __init__(self, corpus: Corpus, stop_words: frozenset[str]) -> None:
        """Count in how many entries each stem occurs. `stop_words` weigh nothing where the FAQ does not know them."""
        stems = stem_all(corpus.vocabulary)
        number = {stem: at for at, stem in enumerate(dict.fromkeys(stems))}
        of_word = np.array([number[stem] for stem in stems], dtype=np.int64)
        owners = corpus.owners[corpus.phrasing_of_token].astype(np.int64)
        pairs = distinct(of_word[corpus.tokens] * (corpus.entries + 1) + owners)[0]
        counts = np.bincount(pairs // (corpus.entries + 1), minlength=len(number))
        entries = len(np.unique(corpus.owners))
        weights = np.log((entries + 1) / (counts + 0.5))
        self._weights = dict(zip(number, weights.tolist(), strict=True))
        self._number = number
        self._holders = (pairs % (corpus.entries + 1)).astype(np.int32)
        """The entries that hold each stem, one stem after the other; `_start` tells where each begins."""
        self._start = [0, *np.cumsum(counts).tolist()]
        self._entries = corpus.entries
        self._weight_of_unknown = log((entries + 1) / 0.5)
        self.stop_words: Final = stop_words

    def knows(self, word: str) -> bool:
        """Tell whether a phrasing has `word`, in whatever inflection."""
        return stem(word) in self._weights

    def weight(self, word: str) -> float:
        """Return how much `word` tells, in nats."""
        known: float | None = self._weights.get(stem(word))
        if known is not None:
            return known
        return 0.0 if word in self.stop_words else self._weight_of_unknown

    def grasp(self, text: Sequence[str]) -> TermCoverage:
        """Return how much of `text` the FAQ and each of its entries understand."""
        known = unknown = 0.0
        holders: list[IntArray] = []
        weights: list[float] = []
        words = list(dict.fromkeys(text))
        for word, stemmed in zip(words, stem_all(words), strict=True):
            number = self._number.get(stemmed)
            if number is not None:
                weight = self._weights[stemmed]
                known += weight
                holders.append(self._holders[self._start[number] : self._start[number + 1]])
                weights.append(weight)
            elif word not in self.stop_words:
                unknown += self._weight_of_unknown
        if not holders:
            return TermCoverage(known, unknown, np.zeros(self._entries, dtype=np.float32))
        held = np.bincount(
            np.concatenate(holders), np.repeat(weights, [len(each) for each in holders]), minlength=self._entries
        )
        return TermCoverage(known, unknown, (held / (known + unknown)).astype(np.float32))
