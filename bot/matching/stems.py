"""Stems of English words (Snowball), safe to ask for from any thread."""

from collections.abc import Iterable
from functools import lru_cache
from threading import Lock
from typing import Final

import Stemmer

REMEMBERED: Final = 10_000
"""Words whose stems are kept in memory."""

_lock = Lock()
_stemmer = Stemmer.Stemmer("english", REMEMBERED)


def stem_all(words: Iterable[str]) -> list[str]:
    """Return the stems of `words`, in order. PyStemmer's objects may not be shared by threads unguarded."""
    with _lock:
        return list(_stemmer.stemWords(list(words)))


@lru_cache(4_096)
def stem(word: str) -> str:
    """Return the stem of one word; an explanation asks for each of its words' several times."""
    return stem_all((word,))[0]
