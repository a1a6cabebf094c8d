"""Text in Discord's markdown."""

import re
from functools import lru_cache
from typing import Final

from discord import utils

from bot.chat.message.limits import cut

_ALSO_SPECIAL: Final = re.compile(r"<(?=[@#:a/t])|(?<=^\d)(?=[.)]\s)|(?<=^\d\d)(?=[.)]\s)|:(?=//)")
"""What discord.py does not escape: ``<#channel>``, ``<t:time>``, ``1.``, which would begin a list, and addresses, which
would become links and sometimes previews."""

_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    r"\uffa0\U000e0000-\U000e007f]"
)
"""Invisible characters, and those that change the direction of text. Joiners are not included, because some scripts and
many emoji need them."""


@lru_cache(2_000)  # mostly texts of the knowledge files, which recur in answers
def literal(text: str) -> str:
    """Return one line of text escaped to show as written: no markdown, mentions, links or invisible characters.

    Use it for every text that does not come from the code. The knowledge files are plain text, so an underscore in a
    handle, for instance, must not begin italics.
    """
    escaped = utils.escape_mentions(utils.escape_markdown(visible(text), ignore_links=False))
    return _ALSO_SPECIAL.sub(r"\\\g<0>", escaped)


def visible(text: str) -> str:
    """Return a text without invisible characters."""
    return _INVISIBLE.sub("", text)


def shortened(text: str, limit: int) -> str:
    """Return a text as one escaped line, shortened so that it fits including the escapes.

    Args:
        text: any text; runs of whitespace become single spaces.
        limit: the most characters to return; at least 1.
    """
    line = " ".join(text.split())
    room = limit
    while len(shown := literal(cut(line, room))) > limit:
        room -= max(1, (len(shown) - limit) // 3)
    return shown
