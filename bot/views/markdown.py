"""Text in Discord's markdown."""

import re
from functools import lru_cache
from typing import Final

from discord import utils

_ALSO_SPECIAL: Final = re.compile(r"<(?=[@#:a/t])|(?<=^\d)(?=[.)]\s)|(?<=^\d\d)(?=[.)]\s)")
"""What discord.py leaves alone: ``<#channel>``, ``<t:time>``, and ``1.``, which would begin a list."""


@lru_cache(2_000)  # mostly the knowledge files' texts, the same with every answer
def literal(text: str) -> str:
    """Escape one line of text so that it reads as it was written: no markdown, no mentions.

    For every text that does not come from this code. The knowledge files are plain text: the same
    words are shown in the terminal, so an underscore in a handle must not become italics here.
    """
    escaped = utils.escape_mentions(utils.escape_markdown(text))
    return _ALSO_SPECIAL.sub(r"\\\g<0>", escaped)
