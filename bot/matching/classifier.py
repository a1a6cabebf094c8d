"""The head: which entry a question means, learnt from the phrasings at load.

Multinomial logistic regression in its dual form: a score is a weighted sum of the question's similarities to the
phrasings, and the weights are fitted so that each phrasing finds its own entry. Entries with few phrasings count as
much as those with many. Nesterov's accelerated gradient, stopped early: with so few examples the number of steps is the
regularisation that matters. The condition of the problem grows with the number of phrasings, and the steps that the
gradient takes to the same point with its root.
"""

from math import sqrt
from typing import Final

import numpy as np

from bot.matching.corpus import FloatArray, IntArray
from bot.matching.kernel import Kernel

FEWEST_STEPS: Final = 60
STEPS_BY_ROOT: Final = 1.4
"""Steps for the root of the number of phrasings."""
DECAY: Final = 3e-5
"""L2 penalty on the function, per phrasing."""
_POWER_STEPS: Final = 20


def train(kernel: Kernel, owners: IntArray, entries: int) -> FloatArray:
    """Return weights of shape (phrasings, entries): `similarities @ weights` are the entries' logits.

    `kernel` holds the phrasings' similarities to one another; `owners` their entries' numbers, 0..entries-1, shape
    (phrasings,).
    """
    size = len(owners)
    counts = np.bincount(owners, minlength=entries)[owners]
    balance = (1.0 / counts / np.mean(1.0 / counts) / size).astype(np.float32)[:, None]
    rate = np.float32(1.0 / (0.5 * _largest_eigenvalue(kernel, balance) + DECAY))
    weights = np.zeros((size, entries), dtype=np.float32)
    ahead = weights
    momentum = 1.0
    rows = np.arange(size)
    for _ in range(max(FEWEST_STEPS, round(STEPS_BY_ROOT * sqrt(size)))):
        slope = kernel.times(ahead)
        slope -= slope.max(axis=1, keepdims=True)
        np.exp(slope, out=slope)
        slope /= slope.sum(axis=1, keepdims=True)
        slope[rows, owners] -= 1.0
        slope *= balance
        slope += np.float32(DECAY) * ahead
        moved = ahead - rate * slope
        following = (1.0 + sqrt(1.0 + 4.0 * momentum * momentum)) / 2.0
        ahead = moved + np.float32((momentum - 1.0) / following) * (moved - weights)
        weights, momentum = moved, following
    return weights


def _largest_eigenvalue(kernel: Kernel, balance: FloatArray) -> float:
    """Return an estimate from a little above (power iteration and a margin) for the kernel of balanced phrasings.

    That is the matrix with the root of `balance`, shape (phrasings, 1), on either side. The product of the two largest
    values would bound it too, but so loosely that one new entry of two phrasings would slow all others down tenfold.
    """
    root = np.sqrt(balance)
    vector = np.ones_like(root)
    value = 1.0
    for _ in range(_POWER_STEPS):
        vector = root * kernel.times(root * vector)
        value = float(np.linalg.norm(vector)) or 1.0
        vector /= np.float32(value)
    return 1.05 * value
