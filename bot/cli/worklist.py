"""The questions asked in vain, for a terminal, a program or a spreadsheet."""

import csv
import json
from collections.abc import Sequence
from typing import Any, Final, TextIO

from rich.table import Table
from rich.text import Text

from bot.matching.types import Candidate
from bot.moderation.unanswered import Group, Placed

_COLUMNS: Final = ("question", "count", "last", "why", "nearest", "score", "wordings")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection"""


def table(groups: Sequence[Placed]) -> Table:
    """Lay out groups for a terminal."""
    shown = Table("Asked", "Question", "Last", "Why", "Nearest entry", box=None, pad_edge=False)
    for group, nearest in groups:
        near = f"{nearest.entry} ({nearest.score:.2f})" if nearest else ""
        cells = (str(group.count), _printable(group.text), f"{group.last:%Y-%m-%d}", _whys(group), near)
        shown.add_row(*map(Text, cells))
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
        for key in ("question", "wordings"):
            row[key] = f"'{row[key]}" if row[key].startswith(_FORMULA) else row[key]
        writer.writerow(row)


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


def _printable(text: str) -> str:
    """Take out what a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)
