"""Writes the table of `docs/privacy.md` from `bot/privacy.py`: `python scripts/privacy.py`.

A test fails until the two are in step.
"""

import datetime as dt
import importlib
import math
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.privacy import TABLE, Kept, terms

PAGE = Path(__file__).resolve().parent.parent / "docs" / "privacy.md"
BEGIN = "<!-- scripts/privacy.py writes what follows -->\n"
END = "<!-- up to here -->\n"

HEAD = ("What and why", "Where", "How long", "How to delete it earlier", "Who can see it")


def table() -> str:
    """Write the table in markdown, with what is kept by default."""
    rows = [HEAD, ("---",) * len(HEAD), *map(_row, TABLE)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def limit(owner: str, most: str | None) -> int | None:
    """Return the most that something in memory holds.

    Args:
        owner: a key of :attr:`bot.privacy.Kept.memory`.
        most: what is there.
    """
    if most:
        return math.prod(int(_named(name)) for name in most.split(" * "))
    try:
        return int(_named(owner).cache_parameters()["maxsize"])
    except ModuleNotFoundError:  # an attribute of a class: a single value
        return None


def _named(path: str) -> Any:  # noqa: ANN401 (a number, or a function)
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _row(kept: Kept) -> tuple[str, ...]:
    filled = terms(dt.timedelta(days=Settings.model_fields["retention_days"].default))
    texts = [text.format(**filled) for text in (f"**{kept.what}** {kept.why}", kept.time, kept.end, kept.seen)]
    return (texts[0], "; ".join(_places(kept)) or "standard error", *texts[1:])


def _places(kept: Kept) -> list[str]:
    places = []
    if kept.columns:
        places.append("database: " + ", ".join(f"`{column}`" for column in kept.columns))
    if kept.memory:
        places.append("memory: " + ", ".join(_held(*held) for held in kept.memory.items()))
    if kept.files:
        places.append("files: " + ", ".join("git" if file == "git" else f"`{file}`" for file in kept.files))
    if kept.discord:
        places.append(f"Discord: {kept.discord}")
    return places


def _held(owner: str, most: str | None) -> str:
    name = "`{}`".format(".".join(owner.split(".")[-2:]))
    count = limit(owner, most)
    return f"{name} (at most {count:,})" if count else name


def main() -> None:
    """Update the page in place."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
