r"""Text of any origin, made safe for a terminal or a log: what would drive it or cannot be seen is written out.

A member's question, a file's name, a key of a knowledge file or what git says may hold characters that a terminal
obeys (ESC, C1 controls), that turn the direction of what follows, or that begin a line which looks like a record of
the log. Each becomes the escape that JSON has for it, ``\u001b``: JSON that passes through here holds the same data.
"""

import json
import re
import unicodedata
from typing import Final

_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, format characters (bidi controls, tags and the zero-width ones among them), lone surrogates, line and
paragraph separators: https://www.unicode.org/reports/tr44/#General_Category_Values"""

_KEPT: Final = frozenset("\n\t\u200c\u200d")
"""The joiners are kept: some scripts and many emoji need them, and no terminal obeys them."""

_BLANK: Final = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""The other Default_Ignorable_Code_Points, but for the variation selectors that every other emoji has:
https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt"""


def escaped(text: str) -> str:
    """Return a text of any number of lines with everything escaped that a terminal must not get."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def one_line(text: str) -> str:
    """Return a text as one line, in which line feeds and tabs are escaped as well."""
    return escaped(text).replace("\n", r"\n").replace("\t", r"\t")


def _shown(char: str) -> str:
    hidden = unicodedata.category(char) in _CATEGORIES or _BLANK.match(char)
    # JSON's own escape: of what does not fit into four digits it makes two.
    return json.dumps(char).strip('"') if hidden and char not in _KEPT else char
