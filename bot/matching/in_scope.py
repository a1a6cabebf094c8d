"""Is a message about what the FAQ is about at all?

A linear classifier between what the FAQ covers, its phrasings and known questions, and messages that must not be
answered: known ones, and the general messages that no FAQ answers. It is fitted at load by weighted ridge regression on
the stems of the words, on pairs of neighboring stems ("how does" asks of the world, "how did" of the case) and, where
there is an encoder, on the text's vector. The known questions are dealt into folds, and each is scored by a classifier
that has not seen its fold, so that what is built on the scores is not misled by them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray, IntArray, product
from bot.matching.hashing import hashes_of_words
from bot.matching.stems import stem_all
from bot.matching.vectors import norms

RIDGE: Final = 1.0
"""Penalty on the squared weights, of texts of unit length and mean weight 1."""
FEWEST_OF_STEM: Final = 2
FEWEST_OF_PAIR: Final = 3
"""Texts that hold a stem, or a pair of them, below which it is no feature."""
FOLDS: Final = 5
STEPS: Final = 20
"""Of conjugate gradient. The residual is below a hundredth then; 40 steps tell the sides apart no better."""
_BIAS: Final = np.float32(0.3)
_TINY: Final = np.float32(1e-20)
_CHUNK: Final = 4_096
"""Texts whose vectors are squared at once, to bound the memory taken."""

Terms = list[str]


@dataclass(frozen=True, slots=True)
class ScopeWeights:
    """What a scope has learned.

    `terms` are the features among the stems and pairs; `direction` has a weight for each of them, for each dimension of
    the encoder's vectors and for the constant; `middle` is the mean vector of the phrasings.
    """

    terms: tuple[str, ...]
    direction: FloatArray
    middle: FloatArray


@dataclass(frozen=True, slots=True)
class _Rows:
    """Texts as rows: binary terms of unit length together, and a dense part.

    `term` lists the terms of all texts, one text after the other, and `lengths` how many each has, shape (texts,);
    `weight` is theirs, of the shape of `term`. `dense` has shape (texts, dimensions + 1).
    """

    term: IntArray
    weight: FloatArray
    lengths: IntArray
    terms: int
    dense: FloatArray

    def times(self, matrix: FloatArray) -> FloatArray:
        """Return the product with `matrix`, shape (terms + dimensions + 1, columns)."""
        return product(self.term, self.weight, self.lengths, matrix[: self.terms]) + self.dense @ matrix[self.terms :]

    def transposed(self) -> "_Transposed":
        """Return the same numbers, term by term."""
        by_term = np.argsort(self.term, kind="stable")
        text = np.repeat(np.arange(len(self.lengths), dtype=np.int32), self.lengths)
        counts = np.bincount(self.term, minlength=self.terms)
        return _Transposed(text[by_term], self.weight[by_term], counts, self.dense)


@dataclass(frozen=True, slots=True)
class _Transposed:
    """The columns of :class:`_Rows`: the `text` and `weight` of each entry, term by term, of which `counts` tell."""

    text: IntArray
    weight: FloatArray
    counts: npt.NDArray[np.integer]
    dense: FloatArray

    def times(self, matrix: FloatArray) -> FloatArray:
        """Return the product with `matrix`, shape (texts, columns)."""
        return np.vstack([product(self.text, self.weight, self.counts, matrix), self.dense.T @ matrix])

    def squares(self, importance: FloatArray) -> FloatArray:
        """Return the weighted sums of the squares of each column, of the shape of the product with `importance`."""
        dense = np.zeros((self.dense.shape[1], importance.shape[1]), dtype=np.float32)
        for start in range(0, len(self.dense), _CHUNK):
            among = slice(start, start + _CHUNK)
            dense += (self.dense[among] ** 2).T @ importance[among]
        return np.vstack([product(self.text, self.weight**2, self.counts, importance), dense])


class Scope:
    """What is inside of the FAQ's scope and what is outside; immutable."""

    def __init__(self, weights: ScopeWeights) -> None:
        """Take what was learned."""
        self.weights: Final = weights
        self._number = {term: at for at, term in enumerate(weights.terms)}

    @classmethod
    def fitted(
        cls,
        phrasings: Sequence[Sequence[str]],
        known: Sequence[Sequence[str]],
        covered: Sequence[bool],
        general: Sequence[Sequence[str]],
        vectors: Sequence[FloatArray],
    ) -> tuple[Self, FloatArray]:
        """Fit to the phrasings, to known questions, which the FAQ covers or not, and to general messages.

        Both sides count the same in all, however many texts they have. `vectors` are the encoder's, shape (texts,
        dimensions), one array for each of these three kinds of texts. Also returns the scores of the known questions,
        each by a classifier that has not seen it; shape (known,).
        """
        stems = [_terms(text) for text in (*phrasings, *known, *general)]
        frequency = Counter(term for text in stems for term in dict.fromkeys(text))
        terms = sorted(
            term for term, texts in frequency.items() if texts >= (FEWEST_OF_PAIR if " " in term else FEWEST_OF_STEM)
        )
        middle = np.asarray(vectors[0].mean(axis=0), dtype=np.float32)
        unfitted = cls(ScopeWeights(tuple(terms), np.zeros(0, dtype=np.float32), middle))
        rows, count = unfitted._rows(stems, vectors), len(stems)
        del stems, frequency  # as large as all that follows
        inside = np.array([*[True] * len(phrasings), *covered, *[False] * len(general)])
        # One column for each fold, which it is not fitted to, and one for all.
        seen = np.ones((count, FOLDS + 1), dtype=np.float32)
        first = len(phrasings)
        fold = hashes_of_words(known).astype(np.int64) % FOLDS
        seen[first + np.arange(len(known)), fold] = 0
        sides = np.where(inside, 1, -1).astype(np.float32)[:, None]
        balance = np.where(inside, 1 / inside.sum(), 1 / max((~inside).sum(), 1)).astype(np.float32)[:, None]
        directions = _ridge(rows, seen * balance * np.float32(count / 2), sides)
        unseen = rows.times(directions)[first + np.arange(len(known)), fold]
        return cls(ScopeWeights(tuple(terms), np.ascontiguousarray(directions[:, -1]), middle)), unseen

    def score(self, text: Sequence[str], vector: FloatArray) -> float:
        """Return how far inside `text` lies: about 1 for a phrasing, about -1 for what must not be answered.

        `vector` is the text's by the encoder.
        """
        direction, count = self.weights.direction, len(self._number)
        found = [self._number[term] for term in dict.fromkeys(_terms(text)) if term in self._number]
        score = float(direction[found].sum()) / sqrt(max(len(found), 1)) + float(_BIAS * direction[-1])
        if vector.any():
            centred = vector - self.weights.middle
            score += float(centred @ direction[count:-1]) / max(float(np.linalg.norm(centred)), 1e-9)
        return score

    def _rows(self, texts: Sequence[Terms], vectors: Sequence[FloatArray]) -> _Rows:
        """Return one row a text: its terms, its vector centred and of unit length, and a constant."""
        found = [[self._number[term] for term in dict.fromkeys(text) if term in self._number] for text in texts]
        lengths = np.fromiter(map(len, found), dtype=np.int32, count=len(found))
        term = np.fromiter((number for text in found for number in text), dtype=np.int32, count=int(lengths.sum()))
        weight = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32)
        dense = np.empty((len(texts), len(self.weights.middle) + 1), dtype=np.float32)
        dense[:, -1] = _BIAS
        # In place: each copy is as large as the vectors of all phrasings.
        centred = np.concatenate(vectors, out=dense[:, :-1])
        empty = ~centred.any(axis=1)
        centred -= self.weights.middle
        centred[empty] = 0
        centred /= np.maximum(norms(centred), np.float32(1e-9))[:, None]
        return _Rows(term, weight, lengths, len(self._number), dense)


def _ridge(rows: _Rows, importance: FloatArray, aims: FloatArray) -> FloatArray:
    """Return the weights of ridge regressions, shape (features, columns), by preconditioned conjugate gradient.

    Args:
        rows: what is regressed on.
        importance: of each text to each regression, shape (texts, columns).
        aims: what the regressions aim at, shape (texts, 1).
    """
    columns = rows.transposed()
    squares = columns.squares(importance)
    solved = np.zeros_like(squares)
    residual = columns.times(importance * aims)
    ahead = residual / (squares + RIDGE)
    direction = ahead
    product_before = (residual * ahead).sum(axis=0)
    for _ in range(STEPS):
        image = columns.times(importance * rows.times(direction)) + np.float32(RIDGE) * direction
        step = product_before / np.maximum((direction * image).sum(axis=0), _TINY)
        solved += step * direction
        residual = residual - step * image
        ahead = residual / (squares + RIDGE)
        following = (residual * ahead).sum(axis=0)
        direction = ahead + following / np.maximum(product_before, _TINY) * direction
        product_before = following
    return np.asarray(solved, dtype=np.float32)


def _terms(text: Sequence[str]) -> Terms:
    """Return the stems of a text and the pairs of neighbors, how it opens and ends included ("how do", " who")."""
    stems = stem_all(text)
    return [*stems, *map(" ".join, pairwise(["", *stems, ""]))]
