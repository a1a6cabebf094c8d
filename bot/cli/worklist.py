"""The questions asked in vain, for a terminal, a program or a spreadsheet."""

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
from bot.moderation.unanswered import Group, Placed

_COLUMNS: Final = ("question", "count", "last", "why", "nearest", "score", "wordings")
_FORMULA: Final = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula, behind blanks and controls that it passes over:
https://owasp.org/www-community/attacks/CSV_Injection"""
_PARTED: Final = re.compile(r"(?<=[;\t\r\n])")
"""Where a spreadsheet may part cells whatever we part them by: many countries' part them by semicolons."""


def table(groups: Sequence[Placed]) -> Table:
    """Lay out groups for a terminal."""
    shown = Table("Asked", "Question", "Last", "Why", "Nearest entry", box=None, pad_edge=False)
    for group, nearest in groups:
        near = f"{nearest.entry} ({nearest.score:.2f})" if nearest else ""
        cells = (str(group.count), one_line(group.text), f"{group.last:%Y-%m-%d}", _whys(group), near)
        shown.add_row(*map(text, cells))
    return shown


def write_json(groups: Sequence[Placed], out: TextIO) -> None:
    """Write groups as a JSON array."""
    json.dump([_row(*placed) for placed in groups], out, ensure_ascii=False, indent=2)
    out.write("\n")


def write_csv(groups: Sequence[Placed], out: TextIO) -> None:
    """Write groups as CSV with a heading; what a spreadsheet would take for a formula begins with an apostrophe."""
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for group, nearest in groups:
        row = _row(group, nearest)
        row["why"] = _whys(group)
        row["wordings"] = " | ".join(group.wordings)
        writer.writerow({key: _defused(str(value)) for key, value in row.items() if value is not None})


def _defused(cell: str) -> str:
    return "".join(f"'{part}" if _is_formula(part) else part for part in _PARTED.split(cell))


def _is_formula(part: str) -> bool:
    # Of full width, too, and behind what does not show.
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
