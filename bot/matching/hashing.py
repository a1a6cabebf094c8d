"""Numbers for texts that depend on nothing but the text.

What is drawn at random by them, such as the buckets of a sketch or the batches of a fit, stays as it is for all other
texts when one is added. Drawn by places in a list, everything after the new one would be drawn again, and an edit would
change the answers to questions that have nothing to do with it.
"""

from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint32]


def hashes(texts: Iterable[str]) -> Hashes:
    """Return the hash of each text, shape (texts,)."""
    return mixed(np.fromiter((crc32(text.encode()) for text in texts), dtype=np.uint32))


def hashes_of_words(texts: Iterable[Sequence[str]]) -> Hashes:
    """Return the hash of each text, given as words; shape (texts,)."""
    return hashes(map(" ".join, texts))


def mixed(numbers: Hashes) -> Hashes:
    """Return numbers of which each bit depends on all bits of the one it stands for (MurmurHash3's finalizer)."""
    numbers = (numbers ^ (numbers >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    numbers = (numbers ^ (numbers >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return numbers ^ (numbers >> np.uint32(16))
