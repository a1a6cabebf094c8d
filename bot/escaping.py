r"""Invisible characters in untrusted text, and its escaping for terminals and logs.

A member's question, a file name, a key in a knowledge file or a message of git may contain characters that control a
terminal (ESC, C1 controls), that change the direction of the text after them, or that start a line which looks like a
log record. Each is replaced by its JSON escape, such as ``\u001b``, so JSON that passes through here keeps its meaning.
"""

import json
import re
import unicodedata
from typing import Final

_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control characters, format characters (including bidi controls, tags and zero-width characters), lone surrogates, and
line and paragraph separators: https://www.unicode.org/reports/tr44/#General_Category_Values"""

_KEPT: Final = frozenset("\n\t\u200c\u200d")
"""Line feed and tab; and the joiners, which some scripts and many emoji need and which control no terminal."""

_BLANK: Final = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""The other Default_Ignorable_Code_Points, except the variation selectors, which many emoji contain:
https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt"""


def is_invisible(char: str) -> bool:
    """Return whether a character shows nothing or changes how others are shown; line feed and tab are whitespace."""
    return char not in _KEPT and (unicodedata.category(char) in _CATEGORIES or _BLANK.match(char) is not None)


def first_invisible(text: str) -> str | None:
    """Return the first invisible character of a text; None if it has none."""
    return None if _is_plain(text) else next(filter(is_invisible, text), None)


def visible(text: str) -> str:
    """Return a text without invisible characters."""
    if _is_plain(text):
        return text
    return "".join(char for char in text if not is_invisible(char))


def escaped(text: str) -> str:
    """Return a text, of any number of lines, with all characters escaped that must not reach a terminal."""
    if _is_plain(text):
        return text
    return "".join(map(_shown, text))


def _is_plain(text: str) -> bool:
    """Return whether a text certainly has no invisible character, far faster than a look at each."""
    return text.replace("\n", "").isprintable() and (text.isascii() or not _BLANK.search(text))


def one_line(text: str) -> str:
    """Return an escaped text as one line: line feeds and tabs are escaped, too."""
    return escaped(text).replace("\n", r"\n").replace("\t", r"\t")


def _shown(char: str) -> str:
    # JSON's own escape, which is a surrogate pair beyond four hexadecimal digits.
    return json.dumps(char).strip('"') if is_invisible(char) else char
