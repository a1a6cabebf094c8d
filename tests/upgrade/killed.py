"""Kills ``casebot migrate`` at each of its statements: ``python -m tests.upgrade.killed FILE...``.

The tests run it in a process of its own, which can fork safely because it has no threads.
"""

import contextlib
import itertools
import os
import signal
import sqlite3
import sys
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.cli import main as casebot


def killed_at(number: int) -> None:
    """Make this process kill itself before one of its statements or commits.

    Args:
        number: which one, counted from 0.
    """
    left = itertools.count(number, -1)

    def count(*_: object) -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(Engine, moment, count)


def migrated(number: int) -> bool:
    """Migrate in a child that is killed at a statement; return whether it finished before it got there.

    Raises:
        RuntimeError: the migration failed.
    """
    child = os.fork()
    if not child:
        killed_at(number)
        os._exit(casebot(["migrate"]))
    _, status = os.waitpid(child, 0)
    if status not in {0, signal.SIGKILL}:
        message = f"killed {number} times, the migration fails: {status}"
        raise RuntimeError(message)
    return status == 0


def main(file: Path) -> None:
    """Kill the migration of a file at its first statement, its second, and so on, until it finishes."""
    os.environ["CASEBOT_DATABASE_URL"] = f"sqlite:///{file}"
    for number in itertools.count():
        done = migrated(number)
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if done:
            print(f"killed {number} times")  # noqa: T201 (what the tests read)
            return


if __name__ == "__main__":
    os.environ["CASEBOT_DATABASE_URL"] = "memory"
    casebot(["migrate"])  # imports what the command needs, once for all children
    for name in sys.argv[1:]:
        main(Path(name))
