"""Logistic regression with a prior: what many FAQs have taught, which one FAQ's own questions move."""

from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

STEPS: Final = 30
_SURE: Final = 30.0
"""Logit beyond which a probability is 0 or 1 in double precision for all purposes here."""
_TINY: Final = 1e-6
"""Keeps the odds of 0 and 1 finite."""

Doubles = npt.NDArray[np.float64]


def fit(rows: Doubles, aims: npt.NDArray[np.bool_], importance: Doubles, prior: Doubles, certainty: Doubles) -> Doubles:
    """Return the weights that are likeliest after the examples, shape (figures,).

    Newton's method on the negative logarithm of the posterior, which converges in a few steps on so few weights.

    Args:
        rows: the figures of each example, shape (examples, figures).
        aims: which examples are of the kind whose probability is wanted, shape (examples,).
        importance: how often each example counts, shape (examples,).
        prior: the weights before any example, shape (figures,): the middle of a normal distribution.
        certainty: of the prior, the inverse of its variance, above 0, shape (figures,).
    """
    weights = prior.copy()
    for _ in range(STEPS):
        chance = probability(rows @ weights)
        slope = rows.T @ (importance * (chance - aims)) + certainty * (weights - prior)
        curve = (rows.T * (importance * chance * (1 - chance))) @ rows + np.diag(certainty)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:  # noqa: PLR2004 (beyond what matters)
            break
    return weights


def probability(logits: Doubles) -> Doubles:
    """Return the probabilities of logits, 0..1, of their shape."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_SURE, _SURE))))


def logit(probability: float) -> float:
    """Return the logarithm of the odds of a probability, 0..1."""
    return log((probability + _TINY) / (1 - probability + _TINY))
