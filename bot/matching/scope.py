"""Is a message about what the FAQ is about at all?

A linear classifier between the FAQ's phrasings and messages that must not be answered, fitted at load by weighted ridge
regression on the stems of the words and, where there is an encoder, on the text's vector. Its closed form also gives
the score of every training text as if it had been left out (the hat matrix; Hastie, Tibshirani and Friedman, The
Elements of
Statistical Learning, 2nd edition, equation 7.64), so that what is built on the scores is not misled by them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from math import log
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray
from bot.matching.stems import stem_all

RIDGE: Final = 1.0
"""Penalty on the squared weights, of texts of unit length and mean weight 1."""
FEWEST_TEXTS: Final = 2
"""Texts that hold a stem, below which it is no feature: what occurs once separates nothing."""
_BIAS: Final = 0.3

Words = Sequence[str]


@dataclass(frozen=True, slots=True)
class ScopeWeights:
    """What a scope has learnt.

    `stems` have the IDFs `idf`, of which those that are a `feature` have a share of the direction; shape (stems,) each.
    `direction` has a weight for each feature, for each dimension of the encoder's vectors and for the constant;
    `middle` is the mean vector of the phrasings. `unknown` is the IDF of a stem that is not among them.
    """

    stems: tuple[str, ...]
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
        self._number = {stem: at for at, stem in enumerate(compress(weights.stems, weights.feature.tolist()))}
        self._weight = dict(zip(weights.stems, weights.idf.tolist(), strict=True))

    @classmethod
    def fitted(cls, inside: Sequence[Words], outside: Sequence[Words], vectors: FloatArray) -> tuple[Self, FloatArray]:
        """Fit to the words of the FAQ's phrasings and of messages that must not be answered; neither may be empty.

        Both sides count the same in all, however many texts they have. `vectors` are those of all texts by the encoder,
        the inside ones first. Also returns the scores of the outside texts, each as if it had not been fitted to; shape
        (outside,).
        """
        texts = [*inside, *outside]
        stems = [Counter(stem_all(text)) for text in texts]
        frequency = Counter(stem for text in stems for stem in text)
        weights = ScopeWeights(
            stems=tuple(sorted(frequency)),
            idf=np.array([log((len(texts) + 1) / (frequency[stem] + 0.5)) for stem in sorted(frequency)]),
            feature=np.array([frequency[stem] >= FEWEST_TEXTS for stem in sorted(frequency)]),
            direction=np.zeros(0, dtype=np.float32),
            middle=vectors[: len(inside)].mean(axis=0),
            unknown=log(2 * (len(texts) + 1)),
        )
        rows = cls(weights)._rows(stems, vectors)  # noqa: SLF001 (its own)
        sides = np.repeat(np.array([1, -1], dtype=np.float32), [len(inside), len(outside)])
        balance = np.where(sides > 0, 0.5 / len(inside), 0.5 / len(outside)).astype(np.float32) * np.float32(len(texts))
        scaled = rows * np.sqrt(balance)[:, None]  # A product with its own transpose takes half the time of another.
        spread = scaled.T @ scaled + np.float32(RIDGE) * np.eye(rows.shape[1], dtype=np.float32)
        tested = rows[len(inside) :]
        solved = np.linalg.solve(spread, np.column_stack([rows.T @ (balance * sides), tested.T]))
        direction = solved[:, 0]
        leverage = np.einsum("ij,ji->i", tested, solved[:, 1:]) * balance[len(inside) :]
        without = (tested @ direction + leverage) / (1 - leverage)
        return cls(replace(weights, direction=direction)), without.astype(np.float32)

    def score(self, text: Words, vector: FloatArray) -> float:
        """Return how far inside `text` lies: about 1 for a phrasing, about -1 for what must not be answered.

        `vector` is the text's by the encoder.
        """
        return float((self._rows([Counter(stem_all(text))], vector[None, :]) @ self.weights.direction)[0])

    def _rows(
        self, stems: Sequence[Counter[str]], vectors: FloatArray
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """Return one row a text: its stems, weighted and of unit length, its centred vector, and a constant."""
        rows = np.zeros((len(stems), len(self._number)), dtype=np.float32)
        for row, text in zip(rows, stems, strict=True):
            square = 0.0
            for stem, count in text.items():
                weight = (1 + log(count)) * self._weight.get(stem, self.weights.unknown)
                square += weight * weight
                if stem in self._number:
                    row[self._number[stem]] = weight
            np.divide(row, max(square, 1e-9) ** 0.5, out=row)
        dense = np.where(np.any(vectors, axis=1, keepdims=True), vectors - self.weights.middle, np.float32(0))
        dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), np.float32(1e-9))
        return np.hstack([rows, dense, np.full((len(stems), 1), _BIAS, dtype=np.float32)])
