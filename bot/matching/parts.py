"""Two questions in one message, the second of which may lean on the first."""

import re
from typing import Final

ASKING: Final = "who|whom|whose|what|when|where|why|how|which"
VERB_FIRST: Final = "is|are|was|were|did|does|do|has|have|had|can|could|will|would|should"
_BORDER: Final = re.compile(
    # Of a text with single blanks. A run of marks is read from its first one only, not anew from each.
    r"\s?(?:(?<![?!.;])[?!.;]+\s|(?<!\?)\?+|[,;]?\s\b(?:and|also|plus|&)\b(?:\s(?:also|then|like))?\s|[,;]\s?)"
    rf"(?=(?:{ASKING}|{VERB_FIRST})\b)",
    re.IGNORECASE,
)
QUESTION_WORD: Final = re.compile(rf"\b(?:{ASKING})\b", re.IGNORECASE)
BARE: Final = re.compile(rf"(?:{ASKING})(?:\s+(?:exactly|else|old|many|long))?", re.IGNORECASE)
PUNCTUATION: Final = " ?!.,;"

MAX_PARTS: Final = 2
"""More questions than this in one message are answered as one: nobody reads a list of replies."""

MAX_LENGTH: Final = 300
"""Longer messages tell a story; their one question is found by the matcher."""


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
    lines = (" ".join(line.split()) for line in text.split("\n"))
    parts = [part.strip(PUNCTUATION) for part in _BORDER.split("\n".join(filter(None, lines)))]
    parts = [part for part in parts if part]
    if len(parts) != MAX_PARTS:
        return ()
    first, second = parts
    if BARE.fullmatch(second):
        second = asked_of(second, first)
    return first, second


def asked_of(question_word: str, question: str) -> str:
    """Ask something else of the same matter: ``when`` of ``who was killed`` is ``when was killed``."""
    opening = QUESTION_WORD.search(question)
    return (
        f"{question_word}{question[opening.end() :]}".strip(PUNCTUATION) if opening else f"{question_word} {question}"
    )
