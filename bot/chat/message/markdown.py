"""Text in Discord's markdown."""

import re
from functools import lru_cache
from typing import Final

from discord import utils

from bot.chat.message.limits import cut
from bot.escaping import visible
from bot.knowledge.inline import Code, Link, Span, Words, spans

_ALSO_SPECIAL: Final = re.compile(r"<(?=[@#:/\w])|:(?=//)")
"""What discord.py does not escape: the beginning of ``<#channel>``, ``<t:time>``, ``<id:home>`` and all their like, and
addresses, which would become links and sometimes previews."""

_NUMBER: Final = re.compile(r"(\s*\d+)(?=[.)](?:\s|$))")
"""Matches a number that would begin a list."""


@lru_cache(2_000)  # mostly texts of the knowledge files, which recur in answers
def literal(text: str) -> str:
    """Return text escaped to show as written: no markdown, mentions, links or invisible characters.

    Use it for every text that does not come from the code. The knowledge files are plain text, so an underscore in a
    handle, for instance, must not begin italics.
    """
    if "\n" in text:
        # One by one: over all lines, discord.py's expression takes time by the square of their number.
        return "\n".join(map(literal, text.split("\n")))
    escaped = utils.escape_mentions(utils.escape_markdown(visible(text), ignore_links=False))
    numbered = _NUMBER.match(escaped)
    begun = numbered.end() if numbered else 0
    rest = _ALSO_SPECIAL.sub(r"\\\g<0>", escaped[begun:])
    return f"{escaped[:begun]}\\{rest}" if numbered else rest


def line(text: str) -> str:
    """Return one line of an answer: code and links as such, and the rest escaped by :func:`literal`.

    A link shows its whole address, so that nobody is led elsewhere than they think.
    """
    return "".join(map(_span, spans(text)))


def _span(span: Span) -> str:
    match span:
        case Words(text):
            return literal(text)
        case Code(text):
            return _inline_code(visible(text))
        case Link(label, url):
            return f"{literal(label)} (<{url}>)" if label else f"<{url}>"


def _inline_code(text: str) -> str:
    if "`" not in text:
        return f"`{text}`"
    # Discord takes a backtick at the border for a part of the fence.
    return f"`` {text} ``"


def code_lines(text: str) -> str:
    """Return lines of code that cannot end the code block around them."""
    return visible(text).replace("```", "``\u200b`")


def shortened(text: str, limit: int) -> str:
    """Return a text as one escaped line, shortened so that it fits including the escapes.

    Args:
        text: any text; runs of whitespace become single spaces.
        limit: the most characters to return; at least 1.
    """
    line = " ".join(visible(text).split())
    room = limit
    while len(shown := literal(cut(line, room))) > limit:
        room -= max(1, (len(shown) - limit) // 3)
    return shown
