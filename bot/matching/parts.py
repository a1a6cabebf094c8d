"""Questions that lean on another: the second of two in one message, and the follow-up to an answer."""

import re
from typing import Final

_ASKING: Final = "who|whom|whose|what|when|where|why|how|which"
_VERB_FIRST: Final = "is|are|was|were|did|does|do|has|have|had|can|could|will|would|should"
_BORDER: Final = re.compile(
    r"\s*(?:[?!.;]+\s+|[?]+|[,;]?\s+\b(?:and|also|plus|&)\b(?:\s+(?:also|then|like))?\s+|[,;]\s*)"
    rf"(?=(?:{_ASKING}|{_VERB_FIRST})\b)",
    re.IGNORECASE,
)
_QUESTION_WORD: Final = re.compile(rf"\b(?:{_ASKING})\b", re.IGNORECASE)
_BARE: Final = re.compile(rf"(?P<asked>(?:{_ASKING})(?:\s+(?:exactly|else|old|many|long))?)", re.IGNORECASE)
_LEANING: Final = re.compile(
    rf"(?:(?:and|but|ok|okay|so|then|also)\W+)+(?P<rest>{_BARE.pattern}"
    r"(?:\s+(?:is|are|was|were|did|does|do)?\s*(?:that|this|it|he|she|they)(?:\s+(?:happen|be))?)?)",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(r"(?:(?:and|but|ok|okay|so)\W+)*(?:what|how)\s+about\s+(?P<topic>.+)", re.IGNORECASE)
_PUNCTUATION: Final = " ?!.,;"

MAX_PARTS: Final = 2
"""More questions than this in one message are answered as one: nobody reads a list of replies."""

MAX_LENGTH: Final = 300
"""Longer messages tell a story; their one question is found by the matcher."""

MAX_FOLLOW_UP: Final = 80
"""A follow-up is short; what is longer stands by itself."""


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
    parts = [part.strip(_PUNCTUATION) for part in _BORDER.split(text)]
    parts = [part for part in parts if part]
    if len(parts) != MAX_PARTS:
        return ()
    first, second = parts
    if _BARE.fullmatch(second):
        second = _asked_of(second, first)
    return first, second


def follow_ups(text: str, previous: str) -> tuple[str, ...]:
    """Complete a question that leans on the one before: ``and when was that?`` after ``Who was killed?``.

    Args:
        text: what a member asks now.
        previous: the question that was answered before.

    Returns:
        What the question may mean in full, such as ``when was killed``; nothing if `text` stands by itself.
    """
    text = text.strip(_PUNCTUATION)
    if len(text) > MAX_FOLLOW_UP:
        return ()
    if leaning := _LEANING.fullmatch(text):
        return tuple(dict.fromkeys((_asked_of(leaning["asked"], previous), leaning["asked"], leaning["rest"])))
    if about := _ABOUT.fullmatch(text):
        opening = _QUESTION_WORD.search(previous)
        again = [f"{opening[0]} {about['topic']}"] if opening else []
        return (f"{previous.strip(_PUNCTUATION)} {about['topic']}", *again)
    return ()


def _asked_of(question_word: str, question: str) -> str:
    """Ask something else of the same matter: ``when`` of ``who was killed`` is ``when was killed``."""
    opening = _QUESTION_WORD.search(question)
    return (
        f"{question_word}{question[opening.end() :]}".strip(_PUNCTUATION) if opening else f"{question_word} {question}"
    )
