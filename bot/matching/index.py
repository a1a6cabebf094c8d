"""Sparse TF-IDF rows in plain numpy arrays.

A channel is one way to see a text (stemmed words, character n-grams). Each phrasing is a row of unit length; the
similarity of a question to every phrasing is one pass over the postings of the question's features.
IDF is counted over entries, not phrasings: a word that one entry's ten phrasings share is rare, not common.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import Stemmer

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

GRAM_SIZES: Final = (2, 3, 4)


class Features(Protocol):
    """Turns words into the features of a channel, repeats included."""

    def __call__(self, words: Sequence[str]) -> list[str]:
        """Return the features of `words`."""


class StemFeatures:
    """Stemmed words and pairs of neighbouring ones, the edges of the text counting as neighbours."""

    def __init__(self) -> None:
        """Make the stemmer (Snowball, English)."""
        self._stem = Stemmer.Stemmer("english")

    def __call__(self, words: Sequence[str]) -> list[str]:
        """Return stems, then pairs as "left right"; "^" and "$" stand for the edges."""
        stems: list[str] = self._stem.stemWords(list(words))
        if not stems:
            return []
        return stems + [f"{left} {right}" for left, right in zip(["^", *stems], [*stems, "$"], strict=True)]


class GramFeatures:
    """Character 2-, 3- and 4-grams within words, with a blank at either end of the word."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        """Cut up the words of `vocabulary` once; others are cut up anew each time, so that memory stays bounded."""
        self._known = {word: _grams(word) for word in vocabulary}

    def __call__(self, words: Sequence[str]) -> list[str]:
        """Return all grams of all words."""
        return [gram for word in words for gram in self._known.get(word) or _grams(word)]


def _grams(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(padded[at : at + size] for size in GRAM_SIZES for at in range(len(padded) - size + 1))


@dataclass(frozen=True, slots=True)
class Row:
    """A text in a channel: feature numbers and weights; `length` is the Euclidean length, unknown features included."""

    features: IntArray
    weights: FloatArray


class Channel:
    """The phrasings in one channel, as postings; immutable once built."""

    def __init__(self, features: Features, texts: Sequence[Sequence[str]], owners: Sequence[int], entries: int) -> None:
        """Index `texts` (words of each phrasing); `owners` are their entries' numbers, 0..entries-1."""
        self._features = features
        cut = [features(text) for text in texts]
        pairs = {(feature, owner) for row, owner in zip(cut, owners, strict=True) for feature in row}
        frequency: dict[str, int] = {}
        for feature, _ in pairs:
            frequency[feature] = frequency.get(feature, 0) + 1
        names = sorted(frequency)
        self._number = {name: number for number, name in enumerate(names)}
        self._idf = np.array([log((entries + 1) / (frequency[name] + 0.5)) for name in names], dtype=np.float32)
        self.rows = [self._row(row) for row in cut]
        self._size = len(self.rows)
        self._start, self._phrasing, self._weight = _postings(self.rows, len(names))

    def row(self, words: Sequence[str]) -> Row:
        """Return `words` as a row of unit length; features that no phrasing has are left out."""
        return self._row(self._features(words))

    def _row(self, features: Sequence[str]) -> Row:
        counts: dict[int, int] = {}
        for feature in features:
            number = self._number.get(feature)
            if number is not None:
                counts[number] = counts.get(number, 0) + 1
        numbers = np.fromiter(counts, dtype=np.int32, count=len(counts))
        weights = np.array([1 + log(count) for count in counts.values()], dtype=np.float32) * self._idf[numbers]
        length = sqrt(float(weights @ weights))
        return Row(numbers, weights / np.float32(length) if length else weights)

    def kernel(self) -> FloatArray:
        """Return the cosine of every phrasing with every other, shape (phrasings, phrasings)."""
        return np.stack([self._cosines(row) for row in self.rows]) if self.rows else np.zeros((0, 0), dtype=np.float32)

    def similarities(self, words: Sequence[str]) -> FloatArray:
        """Return the cosine of the text with every phrasing, shape (phrasings,), 0..1."""
        return self._cosines(self.row(words))

    def _cosines(self, row: Row) -> FloatArray:
        if not row.features.size:
            return np.zeros(self._size, dtype=np.float32)
        spans = [slice(self._start[feature], self._start[feature + 1]) for feature in row.features]
        where = np.concatenate([self._phrasing[span] for span in spans])
        what = np.concatenate([self._weight[span] * weight for span, weight in zip(spans, row.weights, strict=True)])
        return np.bincount(where, weights=what, minlength=self._size).astype(np.float32)


def _postings(rows: Sequence[Row], width: int) -> tuple[npt.NDArray[np.int64], IntArray, FloatArray]:
    """Return the rows by feature: where each feature's postings start, their phrasings and their weights."""
    if not rows:
        return np.zeros(width + 1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
    feature = np.concatenate([row.features for row in rows])
    weight = np.concatenate([row.weights for row in rows])
    phrasing = np.repeat(np.arange(len(rows), dtype=np.int32), [row.features.size for row in rows])
    order = np.argsort(feature, kind="stable")
    start = np.zeros(width + 1, dtype=np.int64)
    np.cumsum(np.bincount(feature, minlength=width), out=start[1:])
    return start, phrasing[order], weight[order]
