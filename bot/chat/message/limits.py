"""What Discord takes, and how text is made to fit. No other module knows these numbers.

discord.py checks almost none of them before it sends: a message over a limit is refused whole, and
the member gets nothing. See https://discord.com/developers/docs/components/reference for components
and https://discord.com/developers/docs/resources/message for messages.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import discord
from discord import app_commands

from bot.knowledge.sentences import sentence_ends

MESSAGE_TEXT: Final = 4_000
"""Characters of all text displays of one message together."""

MESSAGE_COMPONENTS: Final = 40
"""Components of one message, nested ones included."""

BUTTON_LABEL: Final = 80
CUSTOM_ID: Final = 100
OPTION_LABEL: Final = 100
OPTIONS: Final = 25
"""Options of one select menu."""

PLACEHOLDER: Final = 150
MODAL_TITLE: Final = 45
INPUT: Final = 4_000
"""Characters of a text in a modal."""

BEFORE_FORM: Final = 2.0
"""Our own: seconds that may be spent before a form is opened. Discord takes none later than 3 seconds after the click:
https://discord.com/developers/docs/interactions/receiving-and-responding"""

CHOICES: Final = 25
"""Autocomplete choices of one option."""

CHOICE: Final = 100
"""Characters of a choice's name, and of its value."""

ROWS: Final = 5
"""Our own: rows of buttons or selects below one message; more is not looked through."""

SECTIONS: Final = (MESSAGE_COMPONENTS - 2 * ROWS) // 2
"""Sections of one page: each is a text with a line before it (the first has its container instead),
and each row of controls takes two components (the row and what it holds)."""

LEAF_ROWS: Final = 2
"""Our own: rows of controls on a page of a list. The row of five buttons that turns it takes six
components, so that the rest of :data:`ROWS`'s ten is two rows."""

LEAF_TEXT: Final = 3_000
"""Our own: characters of a page of a list: nobody scrolls further, and the line that counts the pages fits too."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"

_LINE_END: Final = re.compile(r"(?=\n)")
_WORD_END: Final = re.compile(r"(?<=\S)(?=\s+(?!\s|\[\d))")
"""A blank before a citation mark is no border: the mark stays with the words that it proves."""

_MARK: Final = re.compile(r"\s*\[\d")

_LAST_WORD: Final = re.compile(r"(?<!\s)\s+\S*$")


def cut(text: str, limit: int) -> str:
    """Shorten a text that must stay one line (a label, a choice), at the end of a word.

    Args:
        text: any text.
        limit: how many characters may remain, the ellipsis included; from 1.
    """
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = head if text[limit - 1].isspace() else _LAST_WORD.sub("", head) or head
    return f"{words.rstrip()}…"


def short(number: int) -> str:
    """Write a number in 36 digits: an id of Discord takes 13 of them in a custom id, and not 20."""
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits


def split(text: str, limit: int) -> list[str]:
    """Split a text into pieces that fit, at line ends, else sentence ends, else between words.

    Nothing but the blanks at the borders is lost, and a citation mark stays with its words.

    Args:
        text: any text; a backslash and the character that it escapes stay together.
        limit: characters of the longest piece; from 2.
    """
    pieces = []
    rest = text.strip()
    while len(rest) > limit:
        end = _border(rest, limit)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


def leaves(sections: Iterable[str]) -> list[list[str]]:
    """Fill sections into pages of a list, which are shorter than a message could be."""
    return pack(sections, LEAF_TEXT)


def pack(sections: Iterable[str], text: int = MESSAGE_TEXT) -> list[list[str]]:
    """Fill sections into pages, each of which one message takes.

    A section moves to the next page as a whole where that spares a split.

    Args:
        sections: texts in reading order.
        text: characters of a page, at most :data:`MESSAGE_TEXT`.
    """
    pages: list[list[str]] = []
    room = 0
    for section in sections:
        for piece in split(section, text):
            if len(piece) > room or len(pages[-1]) == SECTIONS:
                pages.append([])
                room = text
            pages[-1].append(piece)
            room -= len(piece)
    return pages


def choices(pairs: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    """Make autocomplete choices of (name, value) pairs: the first 25, names cut.

    Values are ids and never cut: a cut id would name something else, so one that is too long is left out.
    """
    fitting = (pair for pair in pairs if len(pair[1]) <= CHOICE)
    return [
        app_commands.Choice(name=cut(name, CHOICE), value=value)
        for (name, value), _ in zip(fitting, range(CHOICES), strict=False)
    ]


def option_groups(pairs: Sequence[tuple[str, str]]) -> Iterator[list[discord.SelectOption]]:
    """Make select options of (label, value) pairs, in groups that one select menu takes each."""
    for start in range(0, len(pairs), OPTIONS):
        yield [
            discord.SelectOption(label=cut(label, OPTION_LABEL), value=value)
            for label, value in pairs[start : start + OPTIONS]
        ]


def _border(text: str, limit: int) -> int:
    """Find where to split a text that is longer than the limit."""
    # A line end near the beginning would make a page of one heading, so it must be in the second half.
    borders: tuple[tuple[Iterator[int], int], ...] = (
        (_ends(_LINE_END, text), limit // 2),
        (_sentence_ends(text), 1),
        (_ends(_WORD_END, text), 1),
    )
    for ends, first in borders:
        last = max(itertools.takewhile(lambda end: end <= limit, ends), default=0)
        if last >= first:
            return last
    # One word fills the whole piece.
    escapes = limit - len(text[:limit].rstrip("\\"))
    return limit - escapes % 2


def _sentence_ends(text: str) -> Iterator[int]:
    """Find the ends of sentences; the marks of one may stand behind its full stop."""
    return (end for end in sentence_ends(text) if not _MARK.match(text, end))


def _ends(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    return (found.end() for found in pattern.finditer(text))
