"""How alike texts are to each other, so that wordings of one question come together."""

from collections.abc import Sequence
from math import sqrt
from typing import Final
from zlib import crc32

import numpy as np

from bot.matching.corpus import FloatArray
from bot.matching.stems import stem
from bot.matching.term_weights import WordWeights

SLOTS: Final = 1_024
"""Dimensions into which stems are hashed: two of a question's few words seldom meet in one."""


def fingerprints(texts: Sequence[Sequence[str]], vectors: FloatArray, share: float, weights: WordWeights) -> FloatArray:
    """Give each text a row of which the product with another's is their similarity, at most 1.

    Args:
        texts: as words, read by the matcher.
        vectors: the texts' by the encoder, of unit length, shape (texts, dimensions).
        share: how much the vectors count, 0..1; the rest is for the stems that the texts have in common.
        weights: what each word says.
    """
    stems = np.zeros((len(texts), SLOTS), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text:
            stems[row, crc32(stem(word).encode()) % SLOTS] += weights.weight(word)
    stems /= np.maximum(np.linalg.norm(stems, axis=1, keepdims=True), np.float32(1e-9))
    return np.hstack([np.float32(sqrt(share)) * vectors, np.float32(sqrt(1 - share)) * stems])


def cluster(rows: FloatArray, least: float) -> list[list[int]]:
    """Put rows together with the first row that they are alike to.

    Each row joins the nearest of the groups that stand, by the row that opened it, if that is at least `least`
    alike; else it opens a group. One pass: the order of the rows decides.

    Args:
        rows: fingerprints, shape (texts, dimensions).
        least: similarity, 0..1.

    Returns:
        The rows' numbers by group; the first of each opened it.
    """
    groups: list[list[int]] = []
    openers = np.empty_like(rows)
    for at, row in enumerate(rows):
        likeness = openers[: len(groups)] @ row
        best = int(likeness.argmax()) if groups else -1
        if best >= 0 and likeness[best] >= least:
            groups[best].append(at)
        else:
            openers[len(groups)] = row
            groups.append([at])
    return groups
