"""The unanswered questions, for a terminal, a program or a spreadsheet."""

import csv
import json
from collections.abc import Sequence
from typing import Any, Final, TextIO

from rich.table import Table

from bot.cli.output import text
from bot.escaping import one_line
from bot.matching.types import Candidate
from bot.moderation.unanswered import Group, GroupWithNearest
from bot.spreadsheet import defused

_COLUMNS: Final = ("question", "count", "last", "why", "nearest", "score", "wordings")


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
        writer.writerow({key: defused(str(value)) for key, value in row.items() if value is not None})


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
