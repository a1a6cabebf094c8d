"""Is a message about what the FAQ is about at all?

A linear classifier between the FAQ's phrasings and messages that must not be answered, fitted at load by weighted ridge
regression on the stems of the words and, where there is an encoder, on the text's vector. Its closed form also gives
the score of every training text as if it had been left out (the hat matrix; Hastie, Tibshirani and Friedman, The
Elements of
Statistical Learning, 2nd edition, equation 7.64), so that what is built on the scores is not misled by them.
"""

from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Final

import numpy as np

from bot.matching.corpus import FloatArray
from bot.matching.stems import stem_all
from bot.matching.vectors import Encoder, encoded

RIDGE: Final = 1.0
"""Penalty on the squared weights, of texts of unit length and mean weight 1."""
FEWEST_TEXTS: Final = 2
"""Texts that hold a stem, below which it is no feature: what occurs once separates nothing."""
_BIAS: Final = 0.3

Words = Sequence[str]


class Scope:
    """What is inside of the FAQ's scope and what is outside; immutable once fitted."""

    def __init__(self, inside: Sequence[Words], outside: Sequence[Words], encoder: Encoder | None) -> None:
        """Fit to the words of the FAQ's phrasings and of messages that must not be answered; neither may be empty.

        Both sides count the same in all, however many texts they have.
        """
        self._encoder = encoder
        texts = [*inside, *outside]
        stems = [Counter(stem_all(text)) for text in texts]
        frequency = Counter(stem for text in stems for stem in text)
        self._number = {
            stem: number
            for number, stem in enumerate(sorted(s for s, count in frequency.items() if count >= FEWEST_TEXTS))
        }
        self._weight = {stem: log((len(texts) + 1) / (count + 0.5)) for stem, count in frequency.items()}
        self._weight_of_unknown = log(2 * (len(texts) + 1))
        vectors = encoded(encoder, texts)
        self._middle = vectors[: len(inside)].mean(axis=0)
        rows = self._rows(stems, vectors)
        sides = np.concatenate([np.ones(len(inside)), -np.ones(len(outside))])
        balance = np.where(sides > 0, 0.5 / len(inside), 0.5 / len(outside)) * len(texts)
        scaled = rows * np.sqrt(balance)[:, None]  # A product with its own transpose takes half the time of another.
        spread = scaled.T @ scaled + RIDGE * np.eye(rows.shape[1])
        tested = rows[len(inside) :]
        solved = np.linalg.solve(spread, np.column_stack([rows.T @ (balance * sides), tested.T]))
        self._direction = solved[:, 0]
        leverage = np.einsum("ij,ji->i", tested, solved[:, 1:]) * balance[len(inside) :]
        without = (tested @ self._direction + leverage) / (1 - leverage)
        self.left_out: FloatArray = without.astype(np.float32)
        """The scores of the outside texts, each as if it had not been fitted to; shape (outside,)."""

    def score(self, text: Words, vector: FloatArray | None = None) -> float:
        """Return how far inside `text` lies: about 1 for a phrasing, about -1 for what must not be answered.

        `vector` is the text's by the encoder, where the caller has it already.
        """
        vectors = encoded(self._encoder, [text]) if vector is None else vector[None, :]
        return float((self._rows([Counter(stem_all(text))], vectors) @ self._direction)[0])

    def _rows(
        self, stems: Sequence[Counter[str]], vectors: FloatArray
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Return one row a text: its stems, weighted and of unit length, its centred vector, and a constant."""
        rows = np.zeros((len(stems), len(self._number)))
        for row, text in zip(rows, stems, strict=True):
            square = 0.0
            for stem, count in text.items():
                weight = (1 + log(count)) * self._weight.get(stem, self._weight_of_unknown)
                square += weight * weight
                if stem in self._number:
                    row[self._number[stem]] = weight
            np.divide(row, max(square, 1e-9) ** 0.5, out=row)
        dense = np.where(np.any(vectors, axis=1, keepdims=True), vectors - self._middle, 0.0)
        dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
        return np.hstack([rows, dense, np.full((len(stems), 1), _BIAS)])
