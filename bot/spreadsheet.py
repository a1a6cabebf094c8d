"""Cells of CSV files that no spreadsheet takes for formulas."""

import re
import unicodedata
from typing import Final

from bot.escaping import escaped

_FORMULA: Final = ("=", "+", "-", "@")
"""What begins a formula in a spreadsheet, even after blanks and control characters, which it ignores:
https://owasp.org/www-community/attacks/CSV_Injection"""

_SEPARATOR: Final = re.compile(r"(?<=[;\t\r\n])")
"""Where a spreadsheet may split a cell, although the file uses commas; in many countries, it splits at semicolons."""


def defused(cell: str) -> str:
    """Return a cell with an apostrophe before each part that a spreadsheet would take for a formula."""
    return "".join(f"'{part}" if _is_formula(part) else part for part in _SEPARATOR.split(cell))


def fused(cell: str) -> str:
    """Return a cell without the apostrophes that :func:`defused` has put there."""
    return "".join(part[1:] if part.startswith("'") and _is_formula(part) else part for part in _SEPARATOR.split(cell))


def _is_formula(part: str) -> bool:
    """Return whether a part is a formula, or one with apostrophes before it, which get one more."""
    # NFKC also finds full-width signs; invisible characters before the sign do not hide it.
    bare = unicodedata.normalize("NFKC", part.lstrip("'"))
    return "".join(c for c in bare if not c.isspace() and escaped(c) == c).startswith(_FORMULA)
