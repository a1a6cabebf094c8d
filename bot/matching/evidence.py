"""From similarities to the evidence for every entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.matching.index import FloatArray, IntArray

SHARPNESS: Final = 12.0
"""Of the log-mean-exp over an entry's phrasings: towards 0 their mean, towards infinity their maximum."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Every entry's evidence for one question; all of shape (entries,) but `coverage`, 0..1.

    `logits` rank the entries (-inf: ruled out); `probability` is their softmax; `nearest` is the number of the entry's
    phrasing nearest to the question and `similarity` how near it is; `score` tells how far to trust the entry, 0..1.
    `nearness` is how near the nearest phrasing of all is in each channel, shape (channels,).
    """

    logits: FloatArray
    probability: FloatArray
    nearest: IntArray
    similarity: FloatArray
    score: FloatArray
    coverage: float
    nearness: FloatArray

    @property
    def best(self) -> int:
        """Return the number of the best entry."""
        return int(np.argmax(self.logits))


def mean_logits(similar: FloatArray, owners: IntArray, entries: int) -> FloatArray:
    """Return the log-mean-exp of each entry's phrasings: what ranks where no head was trained.

    The mean, not the sum: an entry must not win by having more phrasings.
    """
    counts = np.maximum(np.bincount(owners, minlength=entries), 1)
    mean = np.bincount(owners, weights=np.exp(SHARPNESS * similar), minlength=entries) / counts
    return np.log(np.maximum(mean, 1e-9)).astype(np.float32)


def weigh(
    similar: FloatArray,
    logits: FloatArray,
    owners: IntArray,
    coverage: float,
    ruled_out: Sequence[int] = (),
    nearness: FloatArray | None = None,
) -> Evidence:
    """Return the evidence, given the question's similarity to every phrasing (`similar`, shape (phrasings,)).

    The score is the similarity of the entry's nearest phrasing times the root of probability and coverage: near, sure and
    understood; any of the three missing means a question that the FAQ does not cover.
    """
    entries = len(logits)
    logits = logits.copy()
    logits[np.bincount(owners, minlength=entries) == 0] = -np.inf
    logits[list(ruled_out)] = -np.inf
    order = np.argsort(similar, kind="stable").astype(np.int32)
    nearest = np.zeros(entries, dtype=np.int32)
    nearest[owners[order]] = order
    similarity = np.where(np.isfinite(logits), np.clip(similar[nearest], 0.0, 1.0), 0.0).astype(np.float32)
    top = float(logits.max())
    odds = np.exp(logits - np.float32(top)) if np.isfinite(top) else np.zeros(entries, dtype=np.float32)
    probability = odds / max(float(odds.sum()), 1.0)
    score = similarity * np.sqrt(probability * np.float32(coverage))
    if nearness is None:
        nearness = np.zeros(0, dtype=np.float32)
    return Evidence(logits, probability, nearest, similarity, score, coverage, nearness)
