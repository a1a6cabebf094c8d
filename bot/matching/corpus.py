"""The phrasings as arrays of word numbers: what all channels are built from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

_COLUMNS: Final = 32
"""Columns that are multiplied at once, to bound the memory taken."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Phrasings in the order of their entries, so that an entry's phrasings lie side by side.

    `vocabulary` holds the distinct words, sorted; `tokens` the numbers of all words of all phrasings, one phrasing
    after the other; `start` where each phrasing begins in it, shape (phrasings + 1,); `owners` the number of each
    phrasing's entry, rising, shape (phrasings,); `entries` how many entries there are, those without phrasings
    included.
    """

    vocabulary: tuple[str, ...]
    tokens: IntArray
    start: IntArray
    owners: IntArray
    entries: int

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], owners: Sequence[int], entries: int) -> "Corpus":
        """Build from `texts`, none of which may be empty; `owners` must not fall."""
        vocabulary = tuple(sorted({word for text in texts for word in text}))
        number = {word: at for at, word in enumerate(vocabulary)}
        lengths = np.fromiter(map(len, texts), dtype=np.int32, count=len(texts))
        start = np.zeros(len(texts) + 1, dtype=np.int32)
        np.cumsum(lengths, out=start[1:])
        tokens = np.fromiter((number[word] for text in texts for word in text), dtype=np.int32, count=int(start[-1]))
        return cls(vocabulary, tokens, start, np.asarray(owners, dtype=np.int32), entries)

    def __len__(self) -> int:
        """Return the number of phrasings."""
        return len(self.owners)

    @property
    def phrasing_of_token(self) -> IntArray:
        """Return the number of the phrasing that each of `tokens` belongs to."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.start))

    def stretches(self, entries: IntArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return the number of the first phrasing of each of `entries`, and the one after its last."""
        return np.searchsorted(self.owners, entries), np.searchsorted(self.owners, entries, side="right")

    def members(self, entries: IntArray) -> IntArray:
        """Return the numbers of the phrasings of `entries`, entry by entry."""
        first, last = self.stretches(entries)
        return spans(first, last - first)

    def text(self, phrasing: int) -> list[str]:
        """Return the words of the phrasing of that number."""
        return [self.vocabulary[token] for token in self.tokens[slice(*self.start[phrasing : phrasing + 2])].tolist()]

    def texts(self) -> list[list[str]]:
        """Return the words of every phrasing."""
        words = [self.vocabulary[token] for token in self.tokens.tolist()]
        return [words[left:right] for left, right in pairwise(self.start.tolist())]


def distinct(keys: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the distinct `keys`, rising, and how often each occurs; sorts `keys` in place.

    np.unique hashes large arrays of integers before it sorts, which takes several times as long and twice the memory.
    """
    keys.sort()
    at = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, dtype=np.int64)
    return keys[at], np.diff(np.append(at, len(keys)))


def spans(first: npt.NDArray[np.integer], lengths: npt.NDArray[np.integer]) -> IntArray:
    """Return the concatenation of `range(first[i], first[i] + lengths[i])` over all i."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total, dtype=np.int32) + np.repeat(first - ends + lengths, lengths), dtype=np.int32)


def product(columns: IntArray, weights: FloatArray, lengths: npt.NDArray[np.integer], matrix: FloatArray) -> FloatArray:
    """Return the product of a sparse matrix with a dense one, shape (rows, columns of `matrix`).

    Row by row, the sparse one has `weights` in its `columns`; `lengths` tells how many each row has, shape (rows,).
    """
    out = np.zeros((len(lengths), matrix.shape[1]), dtype=np.float32)
    filled = np.flatnonzero(lengths)
    if not len(filled):
        return out
    first = (np.cumsum(lengths) - lengths)[filled]
    for at in range(0, matrix.shape[1], _COLUMNS):
        part = np.ascontiguousarray(matrix[:, at : at + _COLUMNS])[columns]
        part *= weights[:, None]
        out[filled, at : at + _COLUMNS] = np.add.reduceat(part, first, axis=0)
    return out


def sums(values: FloatArray, lengths: npt.NDArray[np.integer]) -> FloatArray:
    """Return the sums of consecutive stretches of `values`, whose `lengths` are all at least 1."""
    if not len(lengths):
        return np.zeros(0, dtype=np.float32)
    return np.asarray(np.add.reduceat(values, np.cumsum(lengths) - lengths), dtype=np.float32)
