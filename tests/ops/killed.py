"""Runs a command that kills itself: ``python -m tests.ops.killed AT WORDS...``.

It ends at its AT-th step, counted from 0, as a SIGKILL at that instant would end it. A step is whatever Python tells
its audit hooks of: a file is opened to be written, renamed or removed, a folder is made, a database is connected to.
With AT below 0 it goes on to its end and says how many steps there were.
"""

import os
import signal
import sys
from typing import Any

from bot.cli import main

STEPS = ("open", "os.", "shutil.", "sqlite3.", "tempfile.")


def run(at: int, words: list[str]) -> int:
    """Run a command up to a step, and return its exit status if it gets to its end."""
    done = 0

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal done
        # Files that are only read are mostly modules.
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
            return
        if event.startswith(STEPS) and event not in {"os.listdir", "os.scandir", "os.putenv", "os.unsetenv"}:
            done += 1
            if done == at + 1:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    status = main(words)
    print(f"steps: {done}")  # noqa: T201 (what the tests read)
    return status


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]), sys.argv[2:]))
