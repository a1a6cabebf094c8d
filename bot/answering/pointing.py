"""Messages that only point at another one, such as "can you answer this?" below somebody's question."""

from functools import cache
from typing import Final

from bot.i18n.catalogue import N_
from bot.i18n.phrases import folded, in_all_languages

_PHRASES: Final = N_(
    "this, that, this one, that one, the above, above, this question, that question, the question, answer, "
    "answer this, answer that, answer it, answer this one, answer that one, answer this question, "
    "answer that question, answer the question, answer his question, answer her question, answer their question, "
    "answer him, answer her, answer them, answer the above, reply, reply to this, reply to that, reply to him, "
    "reply to her, reply to them, respond, respond to this, respond to that, help him, help her, help them, "
    "help with this, know, know this, know that, know the answer, do you know, do you know this, do you know that, "
    "do you know the answer, do you know the answer to this, do you have an answer, do you have an answer to this, "
    "do you have an answer for this, "
    "got an answer, got an answer to this, got an answer for this, have an answer, any answer, any idea, any ideas, "
    "what about this, what about that, what about this one, what about that one, how about this, "
    "is this true, is that true, is this right, is that right, "
    "check this, fact check, fact check this, look this up, look it up, tell him, tell her, tell them"
)
"""All that such a message may say, with which each language's catalogue lists its own."""

_AROUND: Final = N_(
    "can you, could you, would you, will you, can u, could u, please, pls, plz, hey, hi, hello, bot, maybe, now, "
    "for me, for us, for him, for her, for them, thanks, thank you"
)
"""What may stand before, after and between."""


def points(text: str) -> bool:
    """Return whether a message asks nothing itself, but asks for an answer to another one, in any of the languages.

    A text without letters and digits, such as ``?`` or ``^``, points too.

    Args:
        text: the message, without mentions.
    """
    said = f" {folded(text)} "
    for around in _around():
        said = said.replace(f" {around} ", " ")
    return said.strip() in _phrases()


@cache
def _phrases() -> frozenset[str]:
    return in_all_languages(_PHRASES) | {""}


@cache
def _around() -> tuple[str, ...]:
    """Return what may stand around a phrase, longest first."""
    return tuple(sorted(in_all_languages(_AROUND), key=lambda said: (-len(said), said)))
