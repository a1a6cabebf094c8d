"""The classifier: which entry a question means, learned from the phrasings at load.

Multinomial logistic regression on the phrasings' features. Entries with few phrasings count as much as those with many.
Both ways to fit it stop early: with so few examples, the number of steps is the regularisation that matters.
"""

from math import cos, pi, sqrt
from typing import Final

import numpy as np

from bot.matching.corpus import FloatArray, IntArray
from bot.matching.hashing import Hashes, mixed

MOST_IN_FULL: Final = 1_500
"""Phrasings up to which every step sees all of them. Beyond, steps on a few at a time come to the same ranking in a
tenth of the time."""

DECAY: Final = 3e-5
"""L2 penalty on the weights, per phrasing."""
FULL_STEPS: Final = 60
STEPS_BY_ROOT: Final = 1.4
"""Full steps for the root of the number of phrasings: the condition of the problem grows with that number."""

EPOCHS: Final = 8
BATCH: Final = 256
MOMENTUM: Final = 0.9
BATCH_RATE: Final = 20.0
"""First rate of a step on a batch, as a multiple of one over the largest curvature; it falls to 0 along a cosine."""
_POWER_STEPS: Final = 60
_CONVERGED: Final = 1e-4
"""Relative growth from one step of the power iteration to the next at which it ends: 13 steps for most FAQs."""


def train(features: FloatArray, owners: IntArray, entries: int, hashes: Hashes) -> FloatArray:
    """Return weights of shape (dimensions, entries): `features @ weights` are the entries' logits.

    Args:
        features: the phrasings', shape (phrasings, dimensions).
        owners: their entries' numbers, 0..entries-1, shape (phrasings,).
        entries: how many there are.
        hashes: of the phrasings' texts, shape (phrasings,).
    """
    counts = np.bincount(owners, minlength=entries)[owners]
    balance = (1.0 / counts / np.mean(1.0 / counts)).astype(np.float32)
    rate = 1.0 / _largest_eigenvalue(features, balance)
    if len(owners) <= MOST_IN_FULL:
        return _in_full(features, owners, entries, balance, rate)
    return _in_batches(features, owners, entries, balance, rate, hashes)


def _in_full(features: FloatArray, owners: IntArray, entries: int, balance: FloatArray, rate: float) -> FloatArray:
    """Fit by Nesterov's accelerated gradient, which takes the root of the steps that the plain gradient takes."""
    weights = np.zeros((features.shape[1], entries), dtype=np.float32)
    ahead = weights
    momentum = 1.0
    step = np.float32(2.0 * rate / len(owners))
    kept = np.float32(1.0 - 2.0 * rate * DECAY)
    for _ in range(max(FULL_STEPS, round(STEPS_BY_ROOT * sqrt(len(owners))))):
        moved = kept * ahead - step * _slope(features, owners, balance, ahead)
        following = (1.0 + sqrt(1.0 + 4.0 * momentum * momentum)) / 2.0
        ahead = moved + np.float32((momentum - 1.0) / following) * (moved - weights)
        weights, momentum = moved, following
    return weights


def _in_batches(  # noqa: PLR0913, PLR0917 (what both ways to fit take, and the hashes)
    features: FloatArray, owners: IntArray, entries: int, balance: FloatArray, rate: float, hashes: Hashes
) -> FloatArray:
    """Fit by stochastic gradient with momentum, the phrasings dealt into new batches in every epoch."""
    weights = np.zeros((features.shape[1], entries), dtype=np.float32)
    speed = np.zeros_like(weights)
    batches = len(owners) // BATCH
    for epoch in range(EPOCHS):
        hashes = mixed(hashes + np.uint32(1))
        for number, batch in enumerate(np.array_split(np.argsort(hashes, kind="stable"), batches)):
            done = (epoch + number / batches) / EPOCHS
            step = BATCH_RATE * rate * (1.0 - MOMENTUM) * (1.0 + cos(pi * done)) / 2.0 / len(batch)
            speed *= np.float32(MOMENTUM)
            speed -= np.float32(step) * _slope(features[batch], owners[batch], balance[batch], weights)
            weights += speed
    return weights


def _slope(features: FloatArray, owners: IntArray, balance: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the gradient of the balanced sum of the phrasings' losses, of the shape of `weights`."""
    # Logits, shape (phrasings, entries); then, in place, probabilities less what they should be.
    error = features @ weights
    error -= error.max(axis=1, keepdims=True)
    np.exp(error, out=error)
    error /= error.sum(axis=1, keepdims=True)
    error[np.arange(len(owners)), owners] -= 1.0
    error *= balance[:, None]
    return np.asarray(features.T @ error, dtype=np.float32)


def _largest_eigenvalue(features: FloatArray, balance: FloatArray) -> float:
    """Return an estimate from a little above (power iteration and a margin) of the balanced mean of outer products.

    Half of it bounds the curvature of the mean loss (Böhning 1992).
    """
    vector = np.ones(features.shape[1], dtype=np.float32)
    value = 0.0
    for _ in range(_POWER_STEPS):
        vector = (balance * (features @ vector)) @ features
        before, value = value, float(np.linalg.norm(vector)) or 1.0
        vector /= np.float32(value)
        if abs(value - before) <= _CONVERGED * value:
            break
    return 1.05 * value / len(features)
