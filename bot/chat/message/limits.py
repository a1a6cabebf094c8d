"""Discord's limits, and functions that fit text to them. No other module contains these numbers.

discord.py checks almost none of them. Discord rejects a whole message over a limit, and the member gets nothing.
See https://discord.com/developers/docs/components/reference and
https://discord.com/developers/docs/resources/message.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import discord
from discord import app_commands

from bot.knowledge.sentences import sentence_ends

MESSAGE_TEXT: Final = 4_000
"""Characters in all text displays of one message together."""

MESSAGE_COMPONENTS: Final = 40
"""Components in one message, including nested ones."""

BUTTON_LABEL: Final = 80
CUSTOM_ID: Final = 100
OPTION_LABEL: Final = 100
OPTIONS: Final = 25
"""Options in one select menu."""

PLACEHOLDER: Final = 150
MODAL_TITLE: Final = 45
INPUT: Final = 4_000
"""Characters in a text input of a form."""

BEFORE_FORM: Final = 2.0
"""Our own limit: seconds to prepare a form. Discord requires it within 3 seconds of the click:
https://discord.com/developers/docs/interactions/receiving-and-responding"""

CHOICES: Final = 25
"""Autocomplete choices of one option."""

CHOICE: Final = 100
"""Characters in a choice's name, and in its value."""

ROWS: Final = 5
"""Our own limit: rows of buttons or select menus below one message; nobody looks through more."""

SECTIONS: Final = (MESSAGE_COMPONENTS - 2 * ROWS) // 2
"""Sections on one page. A section takes two components, its text and the separator before it (for the first section,
the container); a row of controls also takes two, the row and the control in it."""

LIST_ROWS: Final = 2
"""Our own limit: rows of controls on a page of a list. The row of three page buttons takes four components; of the ten
for :data:`ROWS`, that leaves room for two rows."""

LIST_TEXT: Final = 3_000
"""Our own limit: characters on a page of a list. Nobody scrolls further, and the line with the page number fits."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"

_LINE_END: Final = re.compile(r"(?=\n)")
_WORD_END: Final = re.compile(r"(?<=\S)(?=\s+(?!\s|\[{1,2}\d|\(<https:))")
"""Whitespace before a citation mark or an address is not a word's end, so that they stay with their words."""

_WHOLE: Final = re.compile(r"\\.|(?P<whole>``(?:[^`\n]|(?<!`)`(?!`))+``|`[^`\n]+`|<https://[^\s<>]+>)")
"""Matches what an escape hides, and code and addresses within a line, which are not split if they fit."""

_FENCE: Final = re.compile(r"^```[^`\n]*$", re.MULTILINE)
_CODE_END: Final = "\n```"
_LEAST_FOR_CODE: Final = 100
"""The lowest limit at which code blocks stay code blocks; the line that begins one has at most 33 characters."""

_MARK: Final = re.compile(r"\s*\[{1,2}\d")

_LAST_WORD: Final = re.compile(r"(?<!\s)\s+\S*$")


def cut(text: str, limit: int) -> str:
    """Shorten a one-line text, such as a label or a choice, at the end of a word.

    Args:
        text: any text.
        limit: the most characters to return, including the ellipsis; at least 1.
    """
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = head if text[limit - 1].isspace() else _LAST_WORD.sub("", head) or head
    return f"{words.rstrip()}…"


def base36(number: int) -> str:
    """Return a number in base 36, in which a Discord id takes 13 characters of a custom id instead of 20."""
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits


def split(text: str, limit: int) -> list[str]:
    """Split a text into pieces: at the ends of lines, else of sentences, else between words.

    Only whitespace at the splits is lost. A citation mark stays with its words, a backslash with the character that it
    escapes, and a link or code within a line stays whole. A code block is split at the end of a line; each piece of it
    is a code block of its own.

    Args:
        text: any text.
        limit: the most characters of a piece; at least 2.
    """
    pieces = []
    rest = text.strip()
    while len(rest) > limit:
        end = _border(rest, limit)
        fence = _open_fence(rest[:end]) if limit >= _LEAST_FOR_CODE else None
        if fence and fence.start() < limit // 2:
            piece, rest = _split_code(rest, limit, fence)
        else:
            end = fence.start() if fence else end
            piece, rest = rest[:end].rstrip(), rest[end:].lstrip()
        pieces.append(piece)
    return [*pieces, rest] if rest else pieces


def pack_list(sections: Iterable[str]) -> list[list[str]]:
    """Distribute sections over the pages of a list, which are shorter than a message could be."""
    return pack(sections, LIST_TEXT)


def pack(sections: Iterable[str], text: int = MESSAGE_TEXT) -> list[list[str]]:
    """Distribute sections over pages that fit into one message each.

    A section moves to the next page as a whole if that avoids splitting it.

    Args:
        sections: texts in reading order.
        text: the most characters on a page, at most :data:`MESSAGE_TEXT`.
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
    """Return autocomplete choices for the first 25 (name, value) pairs, with shortened names.

    Values are ids. A shortened id would name something else, so pairs whose value is too long are left out.
    """
    fitting = (pair for pair in pairs if len(pair[1]) <= CHOICE)
    return [
        app_commands.Choice(name=cut(name, CHOICE), value=value)
        for (name, value), _ in zip(fitting, range(CHOICES), strict=False)
    ]


def option_groups(pairs: Sequence[tuple[str, str]]) -> Iterator[list[discord.SelectOption]]:
    """Yield select options for (label, value) pairs, in groups that fit into one select menu each."""
    for start in range(0, len(pairs), OPTIONS):
        yield [
            discord.SelectOption(label=cut(label, OPTION_LABEL), value=value)
            for label, value in pairs[start : start + OPTIONS]
        ]


def _open_fence(text: str) -> re.Match[str] | None:
    """Return the line that begins a code block in which a text ends; None if it does not end in one."""
    opening = None
    for found in _FENCE.finditer(text):
        opening = None if opening else found
    return opening


def _split_code(text: str, limit: int, fence: re.Match[str]) -> tuple[str, str]:
    """Split a text within a code block; return the piece, and the rest with a fence of its own.

    Args:
        text: a text that is longer than the limit.
        limit: the most characters of the piece.
        fence: the line that begins the code block.
    """
    room = limit - len(_CODE_END)
    end = text.rfind("\n", fence.end() + 1, room + 1)
    if end < 0:  # a single line fills the whole piece
        end = room
    after = text[end:].removeprefix("\n")
    if after.partition("\n")[0] == _CODE_END.strip():
        return text[:end] + _CODE_END, after.removeprefix(_CODE_END.strip()).lstrip()
    return text[:end] + _CODE_END, f"{fence[0]}\n{after}"


def _border(text: str, limit: int) -> int:
    """Return where to split a text that is longer than the limit."""
    whole = [range(found.start() + 1, found.end()) for found in _WHOLE.finditer(text) if found["whole"]]
    # A split at the end of a line must be in the second half; near the beginning, it could leave only a heading.
    borders: tuple[tuple[Iterator[int], int], ...] = (
        (_ends(_LINE_END, text), limit // 2),
        (_sentence_ends(text), 1),
        (_ends(_WORD_END, text), 1),
    )
    for ends, first in borders:
        fitting = itertools.takewhile(lambda end: end <= limit, ends)
        last = max((end for end in fitting if not any(end in span for span in whole)), default=0)
        if last >= first:
            return last
    # A single word fills the whole piece.
    escapes = limit - len(text[:limit].rstrip("\\"))
    return limit - escapes % 2


def _sentence_ends(text: str) -> Iterator[int]:
    """Yield the ends of sentences, except before citation marks, which may follow the full stop."""
    return (end for end in sentence_ends(text) if not _MARK.match(text, end))


def _ends(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    return (found.end() for found in pattern.finditer(text))
