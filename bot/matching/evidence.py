"""From similarities to the evidence for every entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.matching.corpus import FloatArray, IntArray

SHARPNESS: Final = 12.0
"""Of the log-mean-exp over an entry's phrasings: towards 0 their mean, towards infinity their maximum."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for the entries considered; arrays of shape (considered,), best entry first.

    `entries` are their numbers; `logits` rank them; `probability` is the softmax of these; `similarity` is
    that of the entry's nearest phrasing; `score` tells how far to trust the entry, 0..1, as does `coverage` for the
    question as a whole. `nearness` is the best similarity in each channel, shape (channels,). `nearest` is the number
    of the best entry's nearest phrasing, -1 if there is no entry.
    """

    entries: IntArray
    logits: FloatArray
    probability: FloatArray
    nearest: int
    similarity: FloatArray
    score: FloatArray
    coverage: float
    nearness: FloatArray


def mean_logits(similar: FloatArray, owners: IntArray) -> FloatArray:
    """Return the log-mean-exp of the phrasings of each entry, in the order of their first appearance in `owners`.

    The mean, not the sum: an entry must not win by having more phrasings.
    """
    first = _starts(owners)
    counts = np.diff(np.append(first, len(owners)))
    mean = np.add.reduceat(np.exp(np.float32(SHARPNESS) * similar), first) / counts
    return np.log(mean).astype(np.float32)


def _starts(owners: IntArray) -> IntArray:
    """Return where each entry's phrasings begin in `owners`, in which they lie side by side."""
    return np.flatnonzero(np.append(True, owners[1:] != owners[:-1])).astype(np.int32)


def weigh(  # noqa: PLR0913, PLR0917
    channels: Sequence[FloatArray],
    similar: FloatArray,
    logits: FloatArray,
    phrasings: IntArray,
    owners: IntArray,
    coverage: float,
    ruled_out: Sequence[int] = (),
) -> Evidence:
    """Return the evidence, given the question's similarity to `phrasings`, whose entries are `owners`.

    `similar` is fused from `channels`; each has shape (phrasings,).

    `phrasings` lie side by side by entry; `logits` has one for each entry in that order; entries `ruled_out` are
    left out.
    The score is the similarity of the entry's nearest phrasing times the root of probability and coverage: near,
    sure and understood; any of the three missing means a question that the FAQ does not cover.
    """
    first = _starts(owners)
    entries = owners[first]
    kept = np.flatnonzero(~np.isin(entries, ruled_out)) if ruled_out else np.arange(len(entries))
    order = kept[np.argsort(-logits[kept], kind="stable")]
    similarity = np.clip(np.maximum.reduceat(similar, first)[order], 0.0, 1.0)
    entries, logits = entries[order], logits[order]
    mine = np.flatnonzero(owners == entries[0]) if len(entries) else entries
    nearest = int(phrasings[mine[np.argmax(similar[mine])]]) if len(mine) else -1
    odds = np.exp(logits - logits[:1])
    probability = odds / max(float(odds.sum()), 1.0)
    score = similarity * np.sqrt(probability * np.float32(coverage))
    nearness = np.array([channel.max() for channel in channels], dtype=np.float32)
    return Evidence(entries, logits, probability, nearest, similarity, score, coverage, nearness)
