"""Count sketches: sparse features as short dense rows.

Each feature has a bucket and a sign, both drawn by its hash; a row is the signed sum of its features' weights by bucket
(Charikar, Chen and Farach-Colton 2002; as a kernel, Weinberger et al. 2009). The product of two rows estimates the
product of the sparse ones without bias, so a linear classifier learns from rows of 512 numbers what it would learn from
20,000 features, and BLAS does the work.
"""

from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray, IntArray
from bot.matching.hashing import Hashes

_CHUNK: Final = 512
"""Rows that are worked on at once, to bound the memory taken."""


class CountSketch:
    """Maps features numbered 0..features-1 to `dimensions` buckets; immutable."""

    def __init__(self, hashes: Hashes, dimensions: int) -> None:
        """Take a hash for each feature, shape (features,)."""
        self.dimensions: Final = dimensions
        self._bucket = (hashes >> np.uint32(1)).astype(np.int64) % dimensions
        self._sign = np.where(hashes & np.uint32(1), np.float32(1), np.float32(-1))

    def rows(
        self, row: npt.NDArray[np.integer], feature: npt.NDArray[np.integer], weight: FloatArray, count: int
    ) -> FloatArray:
        """Return `count` sketches, shape (count, dimensions).

        `row`, `feature` and `weight` list the sparse entries: the `row` each is in, 0..count-1, rising;
        shape (entries,) each.
        """
        found = np.empty((count, self.dimensions), dtype=np.float32)
        # What is counted is twice as wide as what is kept, so a chunk of the rows at a time.
        ends = np.searchsorted(row, np.arange(0, count + _CHUNK, _CHUNK))
        for first, (start, end) in zip(range(0, count, _CHUNK), pairwise(ends.tolist()), strict=False):
            some, rows = feature[start:end], min(_CHUNK, count - first)
            at = (row[start:end] - first) * self.dimensions + self._bucket[some]
            flat = np.bincount(at, weight[start:end] * self._sign[some], rows * self.dimensions)
            found[first : first + rows] = flat.reshape(rows, self.dimensions)
        return found

    def row(self, feature: IntArray, weight: FloatArray) -> FloatArray:
        """Return the sketch of one sparse row, shape (dimensions,)."""
        flat = np.bincount(self._bucket[feature], weight * self._sign[feature], self.dimensions)
        return flat.astype(np.float32)
