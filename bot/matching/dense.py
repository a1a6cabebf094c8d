"""The dense channel: texts as vectors, centred on the FAQ.

What all phrasings have in common (the topic of the FAQ) says nothing about which entry is meant, so their mean is taken
off every vector before cosines are taken.
"""

from typing import Final

import numpy as np

from bot.matching.corpus import Corpus, FloatArray, IntArray
from bot.matching.vectors import Encoder, encoded

_FEW: Final = 5
"""Phrasings at which half of the mean is taken off: that of a handful is mostly chance."""
_RIDGE: Final = 1.0
"""Regularisation of the discriminant, in phrasings."""


class DenseChannel:
    """The phrasings as centred unit vectors; immutable once built."""

    def __init__(self, encoder: Encoder, corpus: Corpus) -> None:
        """Encode the phrasings."""
        self._rows = encoded(encoder, corpus.texts())
        self._middle = (self._rows.sum(axis=0) / np.float32(len(corpus) + _FEW)).astype(np.float32)

    def centred(self, vector: FloatArray) -> FloatArray:
        """Return the encoder's vector of a text, shape (dimensions,), centred; zeros if the text says nothing."""
        centred: FloatArray = self._centred(vector[None, :])[0]
        return centred

    @property
    def dimensions(self) -> int:
        """Return the dimensions of the vectors."""
        return int(self._rows.shape[1])

    @property
    def vectors(self) -> FloatArray:
        """Return the encoder's own vectors of the phrasings, shape (phrasings, dimensions)."""
        return self._rows

    def rows(self) -> FloatArray:
        """Return the centred vectors of the phrasings, shape (phrasings, dimensions)."""
        return self._centred(self._rows)

    def similarities(self, vector: FloatArray, among: IntArray) -> FloatArray:
        """Return the cosines of a centred `vector` with the phrasings numbered `among`, -1..1."""
        return np.asarray(self._centred(self._rows[among]) @ vector, dtype=np.float32)

    def cosines(self, vector: FloatArray, among: IntArray) -> FloatArray:
        """Return the cosines of the encoder's own `vector` of a text with those of the phrasings numbered `among`."""
        return np.asarray(self._rows[among] @ vector, dtype=np.float32)

    def means(self, corpus: Corpus) -> FloatArray:
        """Return the mean vector of every entry, shape (entries, dimensions)."""
        counts = np.bincount(corpus.owners, minlength=corpus.entries)
        out = np.zeros((corpus.entries, self._rows.shape[1]), dtype=np.float32)
        present = np.flatnonzero(counts)
        first = np.searchsorted(corpus.owners, present)
        out[present] = np.add.reduceat(self.rows(), first, axis=0) / counts[present][:, None]
        return out

    def discriminant(self, corpus: Corpus) -> FloatArray:
        """Return a direction for every entry, shape (entries, dimensions), by ridge regression on its phrasings.

        `discriminant @ vector` is about 1 for the entry meant and about 0 for the others: a head in closed form that
        costs one pass over the phrasings, however many there are.
        """
        counts = np.bincount(corpus.owners, minlength=corpus.entries)[:, None]
        rows = self.rows()
        spread = rows.T @ rows + np.float32(_RIDGE) * np.eye(self._rows.shape[1], dtype=np.float32)
        return np.asarray(np.linalg.solve(spread, (self.means(corpus) * counts).T).T, dtype=np.float32)

    def _centred(self, raw: FloatArray) -> FloatArray:
        """Return the rows without the mean, of unit length again; zero rows stay zero."""
        rows: FloatArray = raw - self._middle
        rows[~raw.any(axis=1)] = 0
        # In place, and without the squares in between: at 100,000 phrasings each copy takes 100 MB.
        rows /= np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), np.float32(1e-9))[:, None]
        return rows
