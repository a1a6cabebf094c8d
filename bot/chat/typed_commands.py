"""Typed commands, read as generously as members type them: ``! ask`` and ``!ask:`` are ``!ask``."""

import copy
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, TypeAlias

import discord
from discord.ext import commands

from bot.answering.answerer import Answerer
from bot.escaping import visible

Takes: TypeAlias = Callable[[Answerer, str], bool]
"""Returns whether a command accepts the words after its name."""

_TAKES: Final = "takes"

_NAME: Final = re.compile(r"\s*(\w+)(?:[:,.;!?]+|(?=\s)|$)\s*(.*)", re.DOTALL)
"""Matches a word, the punctuation directly after it, and the rest."""


class Typed(NamedTuple):
    """A text as a name, which may or may not be a command's, and the words after it."""

    name: str
    words: str
    signed: bool
    """Whether one of the expected signs stands before the name."""


def declared(takes: Takes) -> dict[Any, Any]:
    """Return the ``extras`` that declare which words a command accepts after its name."""
    return {_TAKES: takes}


def nothing(_answerer: Answerer, words: str) -> bool:
    """Accept no words."""
    return not words


def takes(command: commands.Command[Any, ..., Any], answerer: Answerer, words: str) -> bool:
    """Return whether a command accepts the words after its name."""
    fits: Takes = command.extras.get(_TAKES, nothing)
    return fits(answerer, words)


def read_command(text: str, signs: Iterable[str]) -> Typed | None:
    """Split a text into a name and the words after it; return None if it does not begin with a word.

    Args:
        text: the text of a message.
        signs: what may stand before the name, such as a prefix; full-width forms of it count, too.
    """
    shown = visible(text).lstrip()
    for sign in signs:
        head, rest = shown[: len(sign)], shown[len(sign) :]
        found = _NAME.match(rest) if _folded(head) == _folded(sign) else None
        if found:
            return Typed(found[1], found[2].rstrip(), signed=True)
    found = _NAME.match(shown)
    return Typed(found[1], found[2].rstrip(), signed=False) if found else None


def with_content(message: discord.Message, content: str) -> discord.Message:
    """Return a copy of a message with another text."""
    other = copy.copy(message)
    other.content = content
    return other


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
