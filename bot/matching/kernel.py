"""The similarities of the phrasings to one another, which heads are trained on.

Of a few phrasings they are kept as they are. Of many only their leading part is, as a factor: it takes memory and time
in proportion to the number of phrasings, where the similarities themselves grow with its square.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from bot.matching.corpus import FloatArray, IntArray

RANK: Final = 400
"""Dimensions of the leading part. Of 2,900 phrasings it ranks 999 of 1,000 the same as all of the similarities do; of
1,633 other questions it puts another entry first for one in eleven, of the 302 with a right answer four more right."""


class Kernel(Protocol):
    """A symmetric matrix of similarities, shape (phrasings, phrasings), of which only products are asked."""

    def times(self, matrix: FloatArray) -> FloatArray:
        """Return its product with `matrix`, shape (phrasings, columns)."""

    def among(self, kept: IntArray) -> "Kernel":
        """Return that of the phrasings numbered `kept` alone."""

    def across(self, asked: IntArray, kept: IntArray, matrix: FloatArray) -> FloatArray:
        """Return the product of the rows of `asked` and the columns of `kept` with `matrix`, shape (kept, columns)."""


@dataclass(frozen=True, slots=True)
class Exact:
    """All similarities."""

    matrix: FloatArray

    def times(self, matrix: FloatArray) -> FloatArray:
        """See :class:`Kernel`."""
        return self.matrix @ matrix

    def among(self, kept: IntArray) -> "Exact":
        """See :class:`Kernel`."""
        return Exact(self.matrix[np.ix_(kept, kept)])

    def across(self, asked: IntArray, kept: IntArray, matrix: FloatArray) -> FloatArray:
        """See :class:`Kernel`."""
        return np.asarray(self.matrix[np.ix_(asked, kept)] @ matrix, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Leading:
    """The leading part: `factor`, shape (phrasings, RANK), times its own transpose is nearly the matrix."""

    factor: FloatArray

    @classmethod
    def of(cls, times: Callable[[FloatArray], FloatArray], size: int) -> "Leading":
        """Find it of a positive semidefinite matrix of `size` rows, more than RANK, given its product with others.

        A random projection finds the space of the leading eigenvectors (Halko, Martinsson and Tropp 2011, algorithm
        5.3).
        """
        probes = np.random.default_rng(0).standard_normal((size, RANK), dtype=np.float32)
        basis, _ = np.linalg.qr(times(probes))
        values, vectors = np.linalg.eigh(basis.T @ times(basis))
        return cls(np.asarray(basis @ (vectors * np.sqrt(np.maximum(values, 0))), dtype=np.float32))

    def times(self, matrix: FloatArray) -> FloatArray:
        """See :class:`Kernel`."""
        return self.factor @ (self.factor.T @ matrix)

    def among(self, kept: IntArray) -> "Leading":
        """See :class:`Kernel`."""
        return Leading(self.factor[kept])

    def across(self, asked: IntArray, kept: IntArray, matrix: FloatArray) -> FloatArray:
        """See :class:`Kernel`."""
        return np.asarray(self.factor[asked] @ (self.factor[kept].T @ matrix), dtype=np.float32)
