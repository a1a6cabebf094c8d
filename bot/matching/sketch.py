"""Count sketches: sparse features as short dense rows.

Each feature has a bucket and a sign, both drawn at random; a row is the signed sum of its features' weights by bucket
(Charikar, Chen and Farach-Colton 2002; as a kernel, Weinberger et al. 2009). The product of two rows estimates the
product of the sparse ones without bias, so a linear classifier learns from rows of 512 numbers what it would learn from
20,000 features, and BLAS does the work.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray, IntArray


class CountSketch:
    """Maps features numbered 0..features-1 to `dimensions` buckets; immutable."""

    def __init__(self, features: int, dimensions: int) -> None:
        """Draw the buckets and the signs, always the same for a number of features."""
        random = np.random.default_rng(0)
        self.dimensions: Final = dimensions
        self._bucket = random.integers(0, dimensions, features)
        self._sign = random.choice(np.array([-1, 1], dtype=np.float32), features)

    def rows(
        self, row: npt.NDArray[np.integer], feature: npt.NDArray[np.integer], weight: FloatArray, count: int
    ) -> FloatArray:
        """Return `count` sketches, shape (count, dimensions).

        `row`, `feature` and `weight` list the sparse entries: the `row` each is in, 0..count-1; shape (entries,) each.
        """
        at = row * self.dimensions + self._bucket[feature]
        flat = np.bincount(at, weight * self._sign[feature], count * self.dimensions)
        return flat.reshape(count, self.dimensions).astype(np.float32)

    def row(self, feature: IntArray, weight: FloatArray) -> FloatArray:
        """Return the sketch of one sparse row, shape (dimensions,)."""
        flat = np.bincount(self._bucket[feature], weight * self._sign[feature], self.dimensions)
        return flat.astype(np.float32)
