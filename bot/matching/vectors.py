"""Static English word vectors: a text is the weighted sum of its words' vectors.

The table (`data/word_vectors.npz`) is built by `scripts/build_vectors.py`; its provenance and licences are in that
script's notes. Each vector's length already carries the word's weight (a common word is short), so that a plain sum
is the intended use.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, Protocol, Self, final

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray

_SUFFIXES: Final = (
    ("ies", "y"), ("ied", "y"), ("es", ""), ("ed", ""), ("ing", ""), ("ing", "e"), ("s", ""), ("d", ""), ("ly", ""),
)  # fmt: skip
"""How an inflected word that the table lacks is traced to one that it has: (ending, what to put in its place)."""
_SHORTEST_STEM: Final = 3


class Encoder(Protocol):
    """Anything that turns texts into vectors: static word vectors, or a sentence model."""

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return a row of unit length for every text, shape (texts, dimensions); zeros for one that says nothing."""


@final
class WordVectors:
    """An immutable table of words and quantised vectors; safe to share between threads."""

    __slots__ = ("_numbers", "_rows", "_scales")

    def __init__(self, words: Sequence[str], rows: npt.NDArray[np.int8], scales: FloatArray) -> None:
        """Take `rows` of shape (n, dim) and `scales` of shape (n,): the vector of word i is `rows[i] * scales[i]`.

        Raises ValueError if the three differ in length.
        """
        if not len(words) == len(rows) == len(scales):
            message = f"{len(words)} words, {len(rows)} rows and {len(scales)} scales do not match"
            raise ValueError(message)
        self._numbers: Mapping[str, int] = {word: number for number, word in enumerate(words)}
        self._rows = rows
        self._scales = scales

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a table. Raises OSError if the file cannot be read, KeyError or ValueError if it is no such table."""
        with np.load(path, allow_pickle=False) as table:
            words = table["words"].tobytes().decode("utf-8").split("\n")
            return cls(words, table["rows"], table["scales"].astype(np.float32))

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
        """Return the unit vector of every text, given as normalised words parted by blanks."""
        out = np.zeros((len(texts), self._rows.shape[1]), dtype=np.float32)
        for at, text in enumerate(texts):
            numbers = [number for word in text.split() if (number := self._number(word)) is not None]
            if numbers:
                total = self._scales[numbers] @ self._rows[numbers].astype(np.float32)
                length = float(np.linalg.norm(total))
                out[at] = total / np.float32(length) if length else total
        return out


@cache
def static_vectors() -> WordVectors:
    """Return the table that the package carries."""
    with as_file(files("bot.matching").joinpath("data/word_vectors.npz")) as path:
        return WordVectors.load(path)
