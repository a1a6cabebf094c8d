"""The unanswered questions, for a terminal, a program or a spreadsheet."""

import csv
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final, TextIO

from rich.table import Table

from bot.cli.output import text
from bot.escaping import escaped, one_line
from bot.matching.types import Candidate
from bot.moderation.unanswered import Group, GroupWithNearest

_COLUMNS: Final = ("question", "count", "last", "why", "nearest", "score", "wordings")
_FORMULA: Final = ("=", "+", "-", "@")
"""What begins a formula in a spreadsheet, even after blanks and control characters, which it ignores:
https://owasp.org/www-community/attacks/CSV_Injection"""
_SEPARATOR: Final = re.compile(r"(?<=[;\t\r\n])")
"""Where a spreadsheet may split a cell, although the file uses commas; in many countries, it splits at semicolons."""


def table(groups: Sequence[GroupWithNearest]) -> Table:
    """Return a table of groups for a terminal."""
    shown = Table("Asked", "Question", "Last", "Why", "Nearest entry", box=None, pad_edge=False)
    for group, nearest in groups:
        near = f"{nearest.entry} ({nearest.score:.2f})" if nearest else ""
        cells = (str(group.count), one_line(group.text), f"{group.last:%Y-%m-%d}", _whys(group), near)
        shown.add_row(*map(text, cells))
    return shown


def write_json(groups: Sequence[GroupWithNearest], out: TextIO) -> None:
    """Write groups as a JSON array."""
    json.dump([_row(group, nearest) for group, nearest in groups], out, ensure_ascii=False, indent=2)
    out.write("\n")


def write_csv(groups: Sequence[GroupWithNearest], out: TextIO) -> None:
    """Write groups as CSV with a header. An apostrophe precedes what a spreadsheet would take for a formula."""
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for group, nearest in groups:
        row = _row(group, nearest)
        row["why"] = _whys(group)
        row["wordings"] = " | ".join(group.wordings)
        writer.writerow({key: _defused(str(value)) for key, value in row.items() if value is not None})


def _defused(cell: str) -> str:
    return "".join(f"'{part}" if _is_formula(part) else part for part in _SEPARATOR.split(cell))


def _is_formula(part: str) -> bool:
    # NFKC also finds full-width signs; invisible characters before the sign do not hide it.
    plain = "".join(c for c in unicodedata.normalize("NFKC", part) if not c.isspace() and escaped(c) == c)
    return plain.startswith(_FORMULA)


def _row(group: Group, nearest: Candidate | None) -> dict[str, Any]:
    return {
        "question": group.text,
        "count": group.count,
        "last": group.last.isoformat(),
        "why": dict(group.whys),
        "nearest": nearest.entry if nearest else None,
        "score": round(nearest.score, 3) if nearest else None,
        "wordings": group.wordings,
    }


def _whys(group: Group) -> str:
    return ", ".join(f"{why.replace('_', ' ')} {count}" for why, count in group.whys)
