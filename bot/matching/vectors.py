"""Static English word vectors: a text is the sum of its words' vectors, refined by a small perceptron.

The table (`data/word_vectors.npz`) is described in `docs/vectors.md`: its provenance, and how to build one. A
word's vector carries the word's weight in its length (a common word is short), so that a plain sum is the intended use.
The perceptron is a deep averaging network with one hidden layer (Iyyer et al. 2015): it sees which words stand
together, though not their order.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from math import pi, sqrt
from pathlib import Path
from typing import Final, Protocol, Self, final

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray
from bot.matching.types import Tier

_SUFFIXES: Final = (
    ("ies", "y"), ("ied", "y"), ("es", ""), ("ed", ""), ("ing", ""), ("ing", "e"), ("s", ""), ("d", ""), ("ly", ""),
)  # fmt: skip
"""How an inflected word that the table lacks is traced to one that it has: (ending, what to put in its place)."""
_SHORTEST_STEM: Final = 3
_CHUNK: Final = 2_048
"""Texts that are refined at once, to bound the memory taken."""
_SQRT_2_PI: Final = np.float32(sqrt(2.0 / pi))


class Encoder(Protocol):
    """Anything that turns texts into vectors: static word vectors, or a sentence model."""

    @property
    def share(self) -> float:
        """How much the vectors count in the fused similarity, 0..1; the rest is lexical."""

    @property
    def tier(self) -> Tier:
        """Which of the shipped decisions was fitted with such vectors."""

    @property
    def name(self) -> str:
        """What tells its vectors from all others'."""

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return a row of unit length for every text, shape (texts, dimensions); zeros for one that says nothing."""


def encoded(encoder: Encoder | None, texts: Sequence[Sequence[str]]) -> FloatArray:
    """Return the vectors of texts given as words, shape (texts, dimensions); of no dimensions without an encoder."""
    if encoder is None:
        return np.zeros((len(texts), 0), dtype=np.float32)
    return encoder.encode([" ".join(text) for text in texts])


def norms(rows: FloatArray) -> FloatArray:
    """Return the Euclidean length of each row, shape (rows,), without their squares, which take as much memory."""
    found: FloatArray = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return found


@final
class WordVectors:
    """An immutable table of words, quantised vectors and a perceptron; safe to share between threads."""

    __slots__ = ("_bias", "_inner", "_numbers", "_outer", "_packed", "_scales")
    share: Final = 0.6
    tier: Final = "static"
    name: Final = "static"

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        words: Sequence[str],
        packed: npt.NDArray[np.uint8],
        scales: FloatArray,
        inner: FloatArray,
        bias: FloatArray,
        outer: FloatArray,
    ) -> None:
        """Take n words, their vectors and the perceptron.

        Vectors: `packed` (n, dim / 2), four bits a component, and `scales` (n,), by which they are multiplied.
        Perceptron: `inner` (dim, hidden), `bias` (hidden,) and `outer` (hidden, dim).
        Raises ValueError if the shapes do not fit together.
        """
        count, dim = len(packed), 2 * packed.shape[1]
        hidden = len(bias)
        if not (len(words) == count == len(scales) and inner.shape == (dim, hidden) and outer.shape == (hidden, dim)):
            message = f"{len(words)} words, packed {packed.shape}, inner {inner.shape}, outer {outer.shape} do not fit"
            raise ValueError(message)
        self._numbers: Mapping[str, int] = {word: number for number, word in enumerate(words)}
        self._packed = packed
        self._scales = scales
        self._inner = inner
        self._bias = bias
        self._outer = outer

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a table. Raises OSError if the file cannot be read, KeyError or ValueError if it is no such table."""
        with np.load(path, allow_pickle=False) as table:
            words = table["words"].tobytes().decode("utf-8").split("\n")
            scales, inner, bias, outer = (
                table[name].astype(np.float32) for name in ("scales", "inner", "bias", "outer")
            )
            return cls(words, table["rows"], scales, inner, bias, outer)

    def _number(self, word: str) -> int | None:
        """Return the row of `word`, or of the form it is inflected from; None if the table has neither."""
        number = self._numbers.get(word)
        if number is not None:
            return number
        for ending, replacement in _SUFFIXES:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
                number = self._numbers.get(word[: -len(ending)] + replacement)
                if number is not None:
                    return number
        return None

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the unit vector of every text, given as normalized words parted by blanks."""
        out = np.zeros((len(texts), 2 * self._packed.shape[1]), dtype=np.float32)
        known: dict[str, int | None] = {}
        for start in range(0, len(texts), _CHUNK):
            numbers: list[int] = []
            counts: list[int] = []
            for text in texts[start : start + _CHUNK]:
                before = len(numbers)
                for word in text.split():
                    if word not in known:
                        known[word] = self._number(word)
                    number = known[word]
                    if number is not None:
                        numbers.append(number)
                counts.append(len(numbers) - before)
            lengths = np.array(counts, dtype=np.int64)
            said = start + np.flatnonzero(lengths)
            if len(said):
                vectors = _unpacked(self._packed[numbers])
                vectors *= self._scales[numbers, None]
                first = np.cumsum(lengths) - lengths
                out[said] = self._refined(np.add.reduceat(vectors, first[said - start], axis=0))
        return out

    def _refined(self, sums: FloatArray) -> FloatArray:
        """Return unit text vectors for sums of word vectors, both of shape (texts, dim)."""
        rows = _unit(sums)
        inner = rows @ self._inner + self._bias
        # The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016), as the perceptron was trained.
        bent = np.float32(0.044715) * inner * inner + np.float32(1)
        bent *= inner
        bent *= _SQRT_2_PI
        np.tanh(bent, out=bent)
        bent += np.float32(1)
        bent *= inner
        bent *= np.float32(0.5)
        return _unit(rows + bent @ self._outer)


def _unpacked(packed: npt.NDArray[np.uint8]) -> FloatArray:
    """Return components -7..7, shape (n, dim), from bytes (n, dim / 2): the first half of them in the low four bits."""
    components = np.concatenate((packed & 15, packed >> 4), axis=1).astype(np.float32)
    # In place: of the words of two thousand texts each copy takes 12 MB.
    components -= np.float32(8)
    return components


@final
class JoinedVectors:
    """The vectors of two encoders end to end, so that a cosine is the weighted mean of theirs; immutable."""

    __slots__ = ("_encoders", "name", "share", "tier")

    def __init__(self, first: Encoder, second: Encoder, *, weight: float, share: float) -> None:
        """Take the encoders, the first's `weight` (0..1; the rest is the second's) and the :class:`Encoder`'s share.

        The tier is the first's.
        """
        self._encoders = ((first, np.float32(sqrt(weight))), (second, np.float32(sqrt(1 - weight))))
        self.share: Final = share
        self.tier: Final = first.tier
        self.name: Final = f"{first.name} and {second.name}, {weight} of the first, share {share}"

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the unit vector of every text; zeros for one that says nothing to either encoder."""
        return _unit(np.hstack([factor * encoder.encode(texts) for encoder, factor in self._encoders]))


def _unit(rows: FloatArray) -> FloatArray:
    """Return each of `rows`, shape (n, dim), at length 1; a row of zeros stays one."""
    unit: FloatArray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    return unit


@cache
def static_vectors() -> WordVectors:
    """Return the table that the package carries."""
    with as_file(files("bot.matching").joinpath("data/word_vectors.npz")) as path:
        return WordVectors.load(path)
