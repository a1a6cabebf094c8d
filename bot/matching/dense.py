"""The dense channel: texts as vectors, centred on the FAQ.

What all phrasings have in common (the topic of the FAQ) says nothing about which entry is meant, so their mean is taken
off every vector before cosines are taken.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from bot.matching.index import FloatArray
from bot.matching.vectors import Encoder

_FEW: Final = 5
"""Phrasings at which half of the mean is taken off: that of a handful is mostly chance."""


class DenseChannel:
    """The phrasings as centred unit vectors; immutable once built."""

    def __init__(self, encoder: Encoder, texts: Sequence[Sequence[str]]) -> None:
        """Encode `texts`, the words of each phrasing."""
        self.encoder: Final = encoder
        raw = encoder.encode([" ".join(text) for text in texts])
        self._middle = (raw.sum(axis=0) / np.float32(len(texts) + _FEW)).astype(np.float32)
        self._rows = self._centred(raw)

    def kernel(self) -> FloatArray:
        """Return the cosine of every phrasing with every other, shape (phrasings, phrasings)."""
        return np.asarray(self._rows @ self._rows.T, dtype=np.float32)

    def similarities(self, words: Sequence[str]) -> FloatArray:
        """Return the cosine of the text with every phrasing, shape (phrasings,), -1..1."""
        return np.asarray(self._rows @ self._centred(self.encoder.encode([" ".join(words)]))[0], dtype=np.float32)

    def _centred(self, raw: FloatArray) -> FloatArray:
        """Return the rows without the mean, of unit length again; zero rows stay zero."""
        rows = np.where(np.any(raw, axis=1, keepdims=True), raw - self._middle, np.float32(0))
        unit: FloatArray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
        return unit
