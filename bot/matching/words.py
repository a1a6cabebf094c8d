"""How much each word of a question weighs, and how much of a question the FAQ understands."""

from collections.abc import Sequence
from math import log

import numpy as np

from bot.matching.corpus import Corpus, distinct
from bot.matching.stems import stem, stem_all


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
        self._weight_of_unknown = log((entries + 1) / 0.5)
        self._stop_words = stop_words

    def knows(self, word: str) -> bool:
        """Tell whether a phrasing has `word`, in whatever inflection."""
        return stem(word) in self._weights

    def weight(self, word: str) -> float:
        """Return how much `word` tells, in nats."""
        known: float | None = self._weights.get(stem(word))
        if known is not None:
            return known
        return 0.0 if word in self._stop_words else self._weight_of_unknown

    def sums(self, text: Sequence[str]) -> tuple[float, float]:
        """Return how much the distinct words of `text` tell that the FAQ knows, and those that it does not."""
        known = unknown = 0.0
        words = list(dict.fromkeys(text))
        for word, stemmed in zip(words, stem_all(words), strict=True):
            weight = self._weights.get(stemmed)
            if weight is not None:
                known += weight
            elif word not in self._stop_words:
                unknown += self._weight_of_unknown
        return known, unknown

    def coverage(self, text: Sequence[str]) -> float:
        """Return the share of the words' weight that the FAQ's vocabulary knows, 0..1."""
        known, unknown = self.sums(text)
        return known / (known + unknown) if known else 0.0
