"""How sure it is that the best entry answers a question, learnt from questions whose right outcome is known.

Logistic regression on a few figures of the evidence. A score of one kind of evidence alone cannot tell "who shot tupac"
from "who shot the victim"; together, and with the scope classifier's opinion, they can.
"""

from collections.abc import Sequence
from math import exp
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray

PENALTY: Final = 1.0
"""L2 penalty on the weights of standardised figures."""
_STEPS: Final = 30
_SURE: Final = 30.0
"""Logit beyond which a probability is 0 or 1 in double precision for all purposes here."""


class Confidence:
    """A fitted logistic regression; immutable."""

    def __init__(self, weights: npt.NDArray[np.float64]) -> None:
        """Take the weight of every figure and, at the end, the bias."""
        self.weights: Final = weights
        self._bias = float(weights[-1])

    @classmethod
    def fitted(cls, questions: Sequence[FloatArray], right: Sequence[bool]) -> Self:
        """Fit to the figures of questions, arrays of one length, of which some reach the `right` entry.

        The others reach a wrong one, or there is none for them. Both kinds count the same in all, if there are both.
        Newton's method, which converges in a few steps on so few weights.
        """
        figures = np.array(questions, dtype=np.float64)
        mean = figures.mean(axis=0)
        spread = np.maximum(figures.std(axis=0), 1e-6)
        rows = np.hstack([(figures - mean) / spread, np.ones((len(figures), 1))])
        aims = np.array(right, dtype=np.float64)
        balance = 0.5 * len(aims) / np.maximum(np.where(right, aims.sum(), (1 - aims).sum()), 1)
        penalty = PENALTY * np.eye(rows.shape[1])
        penalty[-1, -1] = 1e-6
        weights = np.zeros(rows.shape[1])
        for _ in range(_STEPS):
            chance = _logistic(rows @ weights)
            slope = rows.T @ (balance * (chance - aims)) + penalty @ weights
            curve = (rows.T * (balance * chance * (1 - chance))) @ rows + penalty
            weights = weights - np.linalg.solve(curve, slope)
        slopes = weights[:-1] / spread
        return cls(np.append(slopes, weights[-1] - mean @ slopes))

    def __call__(self, figures: FloatArray) -> float:
        """Return the probability, 0..1, that the best entry answers a question with these figures."""
        logit = float(figures.astype(np.float64) @ self.weights[:-1]) + self._bias
        return 1 / (1 + exp(-min(max(logit, -_SURE), _SURE)))


def _logistic(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_SURE, _SURE))))
