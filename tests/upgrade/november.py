"""Copies of what a bot of November 2026 left behind; ``scripts/november_2026`` wrote it with the code of that month.

Times are moved to the present, so that the bot was always stopped within the last hour and nothing has expired since.
"""

import datetime as dt
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any, Final

from tests.places import NOVEMBER

STOPPED: Final = dt.datetime(2026, 11, 28, 12, 34, 56, 789012, tzinfo=dt.UTC)
TOKEN: Final = "the-token-of-november-2026"  # noqa: S105 (opens nothing)

HARBOUR: Final = 1_300_000_000_000_000_101
PUERTO: Final = 1_300_000_000_000_000_202
OLD: Final = 1_300_000_000_000_000_303
CASE, HELP, FORUM, STAFF = (1_300_000_000_000_001_100 + number for number in range(4))
PLAZA, AYUDA, MODERADORES = (1_300_000_000_000_002_200 + number for number in range(3))
KEEPERS, CAPTAINS, ALCALDES = (1_300_000_000_000_005_000 + number for number in range(3))
QUESTION, INTERACTION = (1_300_000_000_000_007_000 + number for number in range(2))
REPLIES: Final = tuple(1_300_000_000_000_008_000 + number for number in range(4))
ANA, BEN, MOD, DORA = (1_300_000_000_000_009_000 + number for number in range(4))

_HOURS: Final = (dt.datetime.now(dt.UTC) - STOPPED) // dt.timedelta(hours=1)
SINCE: Final = dt.timedelta(hours=_HOURS)
"""Time since the bot was stopped, in whole hours: rounding to the hour gives the same before and after the move."""

_MICROSECONDS: Final = SINCE // dt.timedelta(microseconds=1)
TO_NOW: Final = (
    f"UPDATE questions SET at = at + {_MICROSECONDS}",  # noqa: S608 (a number)
    f"UPDATE reply_links SET at = at + {_MICROSECONDS}",  # noqa: S608 (as above)
    f"UPDATE salts SET since = since + {_MICROSECONDS}",  # noqa: S608 (as above)
)
"""Statements that move the rows to the present."""

_RUN_AND_DIE: Final = """\
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for statement in sys.argv[2:]:
    connection.execute(statement)
connection.commit()
os._exit(0)
"""
"""Keeps the write-ahead log: SQLite would empty it if the last connection were closed."""


def text(name: str) -> str:
    """Return the text of a fixture."""
    return (NOVEMBER / name).read_text("utf-8")


def read(name: str) -> Any:  # noqa: ANN401 (JSON)
    """Return the content of a JSON fixture."""
    return json.loads(text(name))


def unpack(name: str, folder: Path) -> Path:
    """Unpack an archive of files from the bot's disk, and return the folder."""
    with tarfile.open(NOVEMBER / f"{name}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def sqlite(folder: Path, how: str) -> Path:
    """Unpack the SQLite database and move its rows to the present.

    Args:
        folder: where to.
        how: ``stopped``, or ``killed``: with half of the rows in the write-ahead log only.
    """
    file = unpack("sqlite", folder) / how / "casebot.db"
    subprocess.run([sys.executable, "-c", _RUN_AND_DIE, file, *TO_NOW], check=True)  # noqa: S603 (our own)
    return file


def knowledge(folder: Path, killed: str | None = None) -> Path:
    """Unpack the knowledge folder, which is part of a git work tree.

    Args:
        folder: where to.
        killed: one of :func:`killed_states`; None for the folder of a bot that was stopped.
    """
    unpack("knowledge", folder)
    if killed:
        _overlay(folder / "killed" / killed, folder / "repository")
    _bring_to_now(folder / "repository")
    return folder / "repository" / "knowledge"


def home(folder: Path, killed: str | None = None) -> Path:
    """Unpack a repository, ``texts.git``, and beside it the data folder of a bot that follows it.

    Args:
        folder: where to.
        killed: one of :func:`killed_states`; None for a bot that was stopped.
    """
    unpack("remote", folder)
    if killed:
        _overlay(folder / "killed" / killed, folder / "home")
    _bring_to_now(folder / "home")
    return folder / "home"


def killed_states(archive: str) -> list[str]:
    """Return the names of the states in which SIGKILL left the files of an archive."""
    with tarfile.open(NOVEMBER / f"{archive}.tar.gz") as opened:
        return sorted({name.split("/")[1] for name in opened.getnames() if name.startswith("killed/")})


def _overlay(changed: Path, target: Path) -> None:
    for path in changed.rglob("*"):
        if path.is_file():
            new = target / path.relative_to(changed)
            new.parent.mkdir(parents=True, exist_ok=True)
            path.replace(new)


def _bring_to_now(folder: Path) -> None:
    """Set the times by which the bot recognises git locks of its own to one or two hours ago."""
    begun = (STOPPED + SINCE).timestamp() - 3600
    for path in folder.rglob("committing"):
        path.write_text(f"{begun}\n", "utf-8")
    for path in folder.rglob("*.lock"):
        os.utime(path, (begun, begun))
