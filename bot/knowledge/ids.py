"""Ids of new entries, derived from their questions."""

import re
import unicodedata
from collections.abc import Container
from itertools import count
from typing import Final

MAX_ID: Final = 60
"""The longest id, as in :data:`bot.knowledge.model.Id`."""

_NO_LETTER: Final = "entry"
"""Start of the id if the question has no Latin letters or digits."""


def slug(question: str) -> str:
    """Return a question as a slug: ``Who was Zoë?`` -> ``who-was-zoe``; empty if it has no Latin letters or digits."""
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    while len(words) > 1 and len("-".join(words)) > MAX_ID:
        words.pop()
    return "-".join(words)[:MAX_ID]


def new_id(question: str, taken: Container[str]) -> str:
    """Return an unused id for a question.

    Args:
        question: the question, in any script.
        taken: the ids in use.

    Returns:
        The question's :func:`slug`, followed by a number if it is taken (``who-was-zoe-2``); ``entry-1`` and so on if
        the slug is empty.
    """
    plain = slug(question)
    if plain and plain not in taken:
        return plain
    numbers = (f"-{number}" for number in count(2 if plain else 1))
    ids = (f"{(plain or _NO_LETTER)[: MAX_ID - len(number)].rstrip('-')}{number}" for number in numbers)
    return next(free for free in ids if free not in taken)
