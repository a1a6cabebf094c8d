"""The head: which entry a question means, learnt from the phrasings at load.

Kernel ridge regression on one-against-rest targets, class-balanced. It is as accurate as the multinomial logistic head
of the design study, has a closed form, and gives what every phrasing would have scored had it (or its whole entry) not
been there, without refitting (Rifkin & Lippert 2007, "Notes on regularized least squares"): thresholds are
calibrated on that.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.matching.index import FloatArray, IntArray

RIDGE: Final = 0.3
"""Regularisation, in units of a phrasing's similarity to itself (1)."""


@dataclass(frozen=True, slots=True)
class Head:
    """Trained weights: `weights` has shape (phrasings, entries); `inverse` is that of the regularised kernel."""

    weights: FloatArray
    targets: FloatArray
    inverse: FloatArray

    def scores(self, similarities: FloatArray) -> FloatArray:
        """Return a score for every entry, about 1 for the right one and 0 for the others."""
        return similarities @ self.weights

    def without_phrasing(self) -> FloatArray:
        """Return the scores of each phrasing by a head trained on all others, shape (phrasings, entries)."""
        return self.targets - self.weights / np.diagonal(self.inverse)[:, None]

    def without_entry(self, members: IntArray) -> FloatArray:
        """Return the scores of an entry's phrasings (`members`) by a head trained without any of them."""
        return self.targets[members] - np.linalg.solve(self.inverse[np.ix_(members, members)], self.weights[members])


def train(kernel: FloatArray, owners: IntArray, entries: int) -> Head:
    """Fit the head to the `kernel` of the phrasings, shape (phrasings, phrasings), and their entries' numbers."""
    size = len(owners)
    targets = np.full((size, entries), -1.0 / max(1, entries - 1), dtype=np.float32)
    targets[np.arange(size), owners] = 1.0
    counts = np.bincount(owners, minlength=entries)[owners].astype(np.float64)
    balance = counts * np.mean(1.0 / counts)
    inverse = np.linalg.inv(kernel.astype(np.float64) + RIDGE * np.diag(balance)).astype(np.float32)
    return Head(inverse @ targets, targets, inverse)
