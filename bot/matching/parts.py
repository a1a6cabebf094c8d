"""Messages that ask two things: ``who was killed and when?``."""

import re
from typing import Final

_ASKING: Final = "who|whom|whose|what|when|where|why|how|which"
_VERB_FIRST: Final = "is|are|was|were|did|does|do|has|have|had|can|could|will|would|should"
_BORDER: Final = re.compile(
    rf"\s*(?:[?!.;]+\s+|[?]+|[,;]?\s+\b(?:and|also|plus|&)\b(?:\s+(?:also|then|like))?\s+|[,;]\s*)(?=(?:{_ASKING}|{_VERB_FIRST})\b)",
    re.IGNORECASE,
)
_QUESTION_WORD: Final = re.compile(rf"\b(?:{_ASKING})\b", re.IGNORECASE)
_BARE: Final = re.compile(rf"(?:{_ASKING})(?:\s+(?:exactly|else|old|many|long))?", re.IGNORECASE)

MAX_PARTS: Final = 2
"""More questions than this in one message are answered as one: nobody reads a list of replies."""


def combined_questions(text: str) -> tuple[str, ...]:
    """Split a message that asks two things into its questions.

    A second question that is a bare question word takes over the rest of the first one:
    ``who was killed and when?`` gives ``who was killed`` and ``when was killed``.

    Args:
        text: a message, at most as long as Discord allows.

    Returns:
        Two questions, or nothing where the text does not ask exactly two.
    """
    if len(text) > MAX_LENGTH:
        return ()
    parts = [part.strip(" ?!.,;") for part in _BORDER.split(text)]
    parts = [part for part in parts if part]
    if len(parts) != MAX_PARTS:
        return ()
    first, second = parts
    opening = _QUESTION_WORD.search(first)
    if _BARE.fullmatch(second) and opening:
        second = f"{second}{first[opening.end() :]}"
    return first, second


MAX_LENGTH: Final = 300
"""Longer messages tell a story; their one question is found by the matcher."""
