"""The dense channel: texts as vectors, centred on the FAQ.

What all phrasings have in common (the topic of the FAQ) says nothing about which entry is meant, so their mean is taken
off every vector before cosines are taken.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import Corpus, FloatArray, IntArray
from bot.matching.vectors import Encoder, encoded, norms

_FEW: Final = 5
"""Phrasings at which half of the mean is taken off: that of a handful is mostly chance."""
_CHUNK: Final = 8_192
"""Phrasings that are summed up at once, to bound the memory taken."""
_RIDGE: Final = 1.0
"""Regularisation of the discriminant, in phrasings."""


class DenseChannel:
    """The phrasings as centred unit vectors; immutable once built."""

    def __init__(self, encoder: Encoder, corpus: Corpus) -> None:
        """Encode the phrasings."""
        self._rows = encoded(encoder, corpus.texts())
        self._middle = (self._rows.sum(axis=0) / np.float32(len(corpus) + _FEW)).astype(np.float32)
        chunks = [self._rows[start : start + _CHUNK] for start in range(0, len(corpus), _CHUNK)]
        self._scales = np.concatenate([_scaling(chunk, chunk - self._middle) for chunk in chunks])

    def centred(self, vector: FloatArray) -> FloatArray:
        """Return the encoder's vector of a text, shape (dimensions,), centred; zeros if the text says nothing."""
        rows: FloatArray = vector[None, :] - self._middle
        centred: FloatArray = (rows * _scaling(vector[None, :], rows)[:, None])[0]
        return centred

    @property
    def dimensions(self) -> int:
        """Return the dimensions of the vectors."""
        return int(self._rows.shape[1])

    @property
    def vectors(self) -> FloatArray:
        """Return the encoder's own vectors of the phrasings, shape (phrasings, dimensions)."""
        return self._rows

    def rows(self, among: slice = slice(None)) -> FloatArray:
        """Return the centred vectors of the phrasings, or of a stretch of them, shape (phrasings, dimensions)."""
        rows: FloatArray = self._rows[among] - self._middle
        rows *= self._scales[among, None]
        return rows

    def similarities(self, vector: FloatArray, among: IntArray) -> FloatArray:
        """Return the cosines of a centred `vector` with the phrasings numbered `among`, -1..1."""
        # The mean is taken off the products and not off the rows, which are many more numbers.
        products = self._rows[among] @ vector - self._middle @ vector
        return np.asarray(products * self._scales[among], dtype=np.float32)

    def cosines(self, vector: FloatArray, first: npt.NDArray[np.intp], last: npt.NDArray[np.intp]) -> FloatArray:
        """Return the cosines of the encoder's own `vector` of a text with those of some stretches of phrasings.

        Stretch i is numbered from `first[i]` to before `last[i]`; there must be at least one.
        """
        # Stretch by stretch, since a copy of all their rows takes longer than the products.
        parts = [self._rows[start:end] @ vector for start, end in zip(first.tolist(), last.tolist(), strict=True)]
        return np.concatenate(parts)

    def heads(self, corpus: Corpus) -> tuple[FloatArray, FloatArray]:
        """Return the mean vector of every entry, and a direction for it, both of shape (entries, dimensions).

        The directions come from ridge regression on the phrasings: `directions @ vector` is about 1 for the entry meant
        and about 0 for the others. It's a head in closed form that costs one pass over the phrasings, however many.
        """
        counts = np.bincount(corpus.owners, minlength=corpus.entries)
        total = np.zeros((corpus.entries, self.dimensions), dtype=np.float32)
        spread = np.float32(_RIDGE) * np.eye(self.dimensions, dtype=np.float32)
        for start in range(0, len(corpus), _CHUNK):
            among = slice(start, start + _CHUNK)
            rows, owners = self.rows(among), corpus.owners[among]
            first = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
            total[owners[first]] += np.add.reduceat(rows, first, axis=0)
            spread += rows.T @ rows
        directions = np.linalg.solve(spread, total.T).T
        return total / np.maximum(counts, 1).astype(np.float32)[:, None], np.asarray(directions, dtype=np.float32)


def _scaling(raw: FloatArray, centred: FloatArray) -> FloatArray:
    """Return what brings each of the `centred` rows to unit length, shape (rows,); 0 for zero `raw` ones."""
    return np.asarray(raw.any(axis=1) / np.maximum(norms(centred), 1e-9), dtype=np.float32)
