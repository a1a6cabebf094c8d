"""How much each word of a question weighs, and how much of a question the FAQ understands."""

from collections.abc import Sequence
from math import log

import numpy as np

import Stemmer

from bot.matching.index import FloatArray
from bot.matching.vectors import Encoder

_stem = Stemmer.Stemmer("english")


class WordWeights:
    """Entry-level IDF of stemmed words; immutable."""

    def __init__(self, texts: Sequence[Sequence[str]], owners: Sequence[int], stop_words: frozenset[str]) -> None:
        """Count in how many entries each word of the phrasings (`texts`, of entries `owners`) occurs.

        `stop_words` weigh nothing where the FAQ does not know them.
        """
        pairs = {
            (stem, owner) for text, owner in zip(texts, owners, strict=True) for stem in _stem.stemWords(list(text))
        }
        counts: dict[str, int] = {}
        for stem, _ in pairs:
            counts[stem] = counts.get(stem, 0) + 1
        self._words = {word for text in texts for word in text}
        self._vocabulary: FloatArray | None = None
        entries = len(set(owners))
        self._weights = {stem: log((entries + 1) / (count + 0.5)) for stem, count in counts.items()}
        self._weight_of_unknown = log((entries + 1) / 0.5)
        self._stop_words = stop_words

    def without(self, texts: Sequence[Sequence[str]], owners: Sequence[int]) -> "WordWeights":
        """Return the weights as they are for other phrasings, with the same stop words."""
        return WordWeights(texts, owners, self._stop_words)

    def knows(self, word: str) -> bool:
        """Tell whether a phrasing has `word`, in whatever inflection."""
        return _stem.stemWord(word) in self._weights

    def weight(self, word: str) -> float:
        """Return how much `word` tells, in nats."""
        known = self._weights.get(_stem.stemWord(word))
        if known is not None:
            return known
        return 0.0 if word in self._stop_words else self._weight_of_unknown

    def strangeness(self, text: Sequence[str], vectors: Encoder | None) -> float:
        """Return the weight of the words that the FAQ lacks, each less the nearer it is to a word of the FAQ, in nats.

        "severe" beside "harsh" is hardly strange; a name that nobody in the FAQ bears is.
        """
        strange = [word for word in dict.fromkeys(text) if not self.knows(word) and word not in self._stop_words]
        if not strange or vectors is None:
            return self._weight_of_unknown * len(strange)
        if self._vocabulary is None:
            self._vocabulary = vectors.encode(sorted(self._words))
        near = np.clip((vectors.encode(strange) @ self._vocabulary.T).max(axis=1), 0.0, 1.0)
        return self._weight_of_unknown * float((1 - near).sum())

    def coverage(self, text: Sequence[str]) -> float:
        """Return the share of the words' weight that the FAQ's vocabulary knows, 0..1."""
        words = set(text)
        known = sum(self.weight(word) for word in words if self.knows(word))
        return known / (known + sum(self.weight(word) for word in words if not self.knows(word))) if known else 0.0
