"""Is a message about what the FAQ is about at all?

A linear classifier between what the FAQ covers, its phrasings and known questions, and messages that must not be
answered. It is fitted at load by weighted ridge regression on the stems of the words, on pairs of neighbouring stems
("how does" asks of the world, "how did" of the case) and, where there is an encoder, on the text's vector. Its closed
form also gives the score of every known question as if it had been left out (the hat matrix; Hastie, Tibshirani and
Friedman, The Elements of Statistical Learning, 2nd edition, equation 7.64), so that what is built on the scores is not
misled by them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress, pairwise
from math import log
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray
from bot.matching.stems import stem_all

RIDGE: Final = 1.0
"""Penalty on the squared weights, of texts of unit length and mean weight 1."""
FEWEST_OF_STEM: Final = 3
FEWEST_OF_PAIR: Final = 8
"""Texts that hold a stem, or a pair of them, below which it is no feature: what is rare separates little, and the time
to fit grows with the square of their number."""
_BIAS: Final = 0.3

ScopeWords = Sequence[str]


@dataclass(frozen=True, slots=True)
class ScopeWeights:
    """What a scope has learnt.

    `terms`, the stems and the frequent pairs of them, have the IDFs `idf`; those that are a `feature` have a share of
    the direction; shape (terms,) each. `direction` has a weight for each feature, for each dimension of the encoder's
    vectors and for the constant; `middle` is the mean vector of the phrasings. `unknown` is the IDF of a stem that is
    not among the terms.
    """

    terms: tuple[str, ...]
    idf: npt.NDArray[np.float64]
    feature: npt.NDArray[np.bool_]
    direction: FloatArray
    middle: FloatArray
    unknown: float


class Scope:
    """What is inside of the FAQ's scope and what is outside; immutable."""

    def __init__(self, weights: ScopeWeights) -> None:
        """Take what was learnt."""
        self.weights: Final = weights
        self._number = {term: at for at, term in enumerate(compress(weights.terms, weights.feature.tolist()))}
        self._weight = dict(zip(weights.terms, weights.idf.tolist(), strict=True))

    @classmethod
    def fitted(
        cls,
        phrasings: Sequence[ScopeWords],
        questions: Sequence[ScopeWords],
        covered: Sequence[bool],
        vectors: FloatArray,
        tested: Sequence[int],
    ) -> tuple[Self, FloatArray]:
        """Fit to the FAQ's phrasings and to known questions, some of which it covers and some not.

        Both sides count the same in all, however many texts they have. `vectors` are those of all texts by the encoder,
        the phrasings' first. Also returns the scores of the questions numbered `tested`, each as if it had not been
        fitted to; shape (tested,).
        """
        texts = [*phrasings, *questions]
        counts = [_terms(text) for text in texts]
        frequency = Counter(term for text in counts for term in text)
        terms = sorted(term for term, texts_of in frequency.items() if " " not in term or texts_of >= FEWEST_OF_PAIR)
        inside = np.array([True] * len(phrasings) + list(covered))
        weights = ScopeWeights(
            terms=tuple(terms),
            idf=np.array([log((len(texts) + 1) / (frequency[term] + 0.5)) for term in terms]),
            feature=np.array([" " in term or frequency[term] >= FEWEST_OF_STEM for term in terms]),
            direction=np.zeros(0, dtype=np.float32),
            middle=vectors[: len(phrasings)].mean(axis=0),
            unknown=log(2 * (len(texts) + 1)),
        )
        rows = cls(weights)._rows(counts, vectors)  # noqa: SLF001 (its own)
        sides = np.where(inside, 1, -1).astype(np.float32)
        balance = (0.5 * len(texts) / np.where(inside, inside.sum(), (~inside).sum())).astype(np.float32)
        asked = len(phrasings) + np.array(tested, dtype=np.int64)
        left_out = rows[asked]
        scale = np.sqrt(balance)
        rows *= scale[:, None]  # A product with its own transpose takes half the time of another.
        spread = rows.T @ rows
        spread[np.diag_indices_from(spread)] += np.float32(RIDGE)
        aims = rows.T @ (scale * sides)
        del rows  # The largest of all, and the solver needs room.
        solved = np.linalg.solve(spread, np.column_stack([aims, left_out.T]))
        direction = np.ascontiguousarray(solved[:, 0])
        leverage = np.einsum("ij,ji->i", left_out, solved[:, 1:]) * balance[asked]
        without = (left_out @ direction - leverage * sides[asked]) / (1 - leverage)
        return cls(replace(weights, direction=direction)), without.astype(np.float32)

    def score(self, text: ScopeWords, vector: FloatArray) -> float:
        """Return how far inside `text` lies: about 1 for a phrasing, about -1 for what must not be answered.

        `vector` is the text's by the encoder.
        """
        return float((self._rows([_terms(text)], vector[None, :]) @ self.weights.direction)[0])

    def _rows(
        self, counts: Sequence[Counter[str]], vectors: FloatArray
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """Return one row a text: its terms, weighted and of unit length, its centred vector, and a constant."""
        features = len(self._number)
        rows = np.zeros((len(counts), features + vectors.shape[1] + 1), dtype=np.float32)
        for row, text in zip(rows[:, :features], counts, strict=True):
            square = 0.0
            for term, count in text.items():
                unknown = 0.0 if " " in term else self.weights.unknown
                weight = (1 + log(count)) * self._weight.get(term, unknown)
                square += weight * weight
                if term in self._number:
                    row[self._number[term]] = weight
            np.divide(row, max(square, 1e-9) ** 0.5, out=row)
        dense = np.where(np.any(vectors, axis=1, keepdims=True), vectors - self.weights.middle, np.float32(0))
        dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), np.float32(1e-9))
        rows[:, features:-1] = dense
        rows[:, -1] = _BIAS
        return rows


def _terms(text: ScopeWords) -> Counter[str]:
    """Return the stems of a text and the pairs of neighbours, how it opens and ends included ("how do", " who")."""
    stems = stem_all(text)
    return Counter([*stems, *map(" ".join, pairwise(["", *stems, ""]))])
