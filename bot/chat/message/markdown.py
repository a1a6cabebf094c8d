"""Text in Discord's markdown."""

import re
from functools import lru_cache
from typing import Final

from discord import utils

from bot.chat.message.limits import cut

_ALSO_SPECIAL: Final = re.compile(r"<(?=[@#:a/t])|(?<=^\d)(?=[.)]\s)|(?<=^\d\d)(?=[.)]\s)|:(?=//)")
"""What discord.py leaves alone: ``<#channel>``, ``<t:time>``, ``1.``, which would begin a list, and addresses, which
would become links, and at some places previews."""

_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    r"\uffa0\U000e0000-\U000e007f]"
)
"""What shows nothing, or turns the direction of what follows. Joiners stay: some scripts and many emoji need them."""


@lru_cache(2_000)  # mostly the knowledge files' texts, the same with every answer
def literal(text: str) -> str:
    """Escape one line of text so that it reads as it was written: no markdown, mentions or links, nothing invisible.

    For every text that does not come from this code. The knowledge files are plain text: the same
    words are shown in the terminal, so an underscore in a handle must not become italics here.
    """
    escaped = utils.escape_mentions(utils.escape_markdown(visible(text), ignore_links=False))
    return _ALSO_SPECIAL.sub(r"\\\g<0>", escaped)


def visible(text: str) -> str:
    """Take out what cannot be seen."""
    return _INVISIBLE.sub("", text)


def shortened(text: str, limit: int) -> str:
    """Escape a text that must stay one line, cut so that it fits with its escapes.

    Args:
        text: any text; its blanks become single ones.
        limit: how many characters it may take; from 1.
    """
    line = " ".join(text.split())
    room = limit
    while len(shown := literal(cut(line, room))) > limit:
        room -= max(1, (len(shown) - limit) // 3)
    return shown
