"""Ids of new entries: short names that are made of the question."""

import re
import unicodedata
from collections.abc import Container
from itertools import count
from typing import Final

MAX_ID: Final = 60
"""Longest id, as :data:`bot.knowledge.model.Id` says."""

_NO_LETTER: Final = "entry"
"""What an id begins with where the question gives none of its letters."""


def slug(question: str) -> str:
    """Make an id of a question: ``Who was Zoë?`` -> ``who-was-zoe``; empty where no Latin letter or digit is left."""
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    while len(words) > 1 and len("-".join(words)) > MAX_ID:
        words.pop()
    return "-".join(words)[:MAX_ID]


def new_id(question: str, taken: Container[str]) -> str:
    """Make an id of a question that no entry has yet.

    Args:
        question: in any script.
        taken: the ids that there are.

    Returns:
        Its :func:`slug`, with a number behind it where that is taken (``who-was-zoe-2``); ``entry-1`` and so on where
        no letter of it can stand in an id.
    """
    plain = slug(question)
    if plain and plain not in taken:
        return plain
    numbers = (f"-{number}" for number in count(2 if plain else 1))
    ids = (f"{(plain or _NO_LETTER)[: MAX_ID - len(number)].rstrip('-')}{number}" for number in numbers)
    return next(free for free in ids if free not in taken)
