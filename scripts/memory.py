"""Measure how much memory the bot takes at its peak, each way in a process of its own.

    python scripts/memory.py [WAY...]

With the shipped FAQ and without a cache; without words, all ways. MB are resident ones, as the system counts them.
"""

import contextlib
import io
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

from bot.answering.answerer import Answerer
from bot.cli import main
from bot.knowledge.load import load
from bot.moderation import regression

KNOWLEDGE: Final = Path("knowledge")


def ask() -> None:
    """Answer a question on the command line, with nothing learned before."""
    main(["ask", "who was killed?"])


def check() -> None:
    """Check the FAQ and ask the regression set."""
    main(["--knowledge", str(KNOWLEDGE), "check"])


def serving() -> Answerer:
    """Load what `casebot run` loads, until it connects to Discord."""
    import_module("bot.ops.app")
    for name in import_module("bot.chat.client").EXTENSIONS:
        import_module(name)
    answerer = Answerer(load(KNOWLEDGE))
    import_module("bot.i18n.identify").warm_up()
    return answerer


def preview() -> None:
    """Show what an edit would change, as in chat: a draft beside what serves, both asked the regression set."""
    live = serving()
    draft = Answerer(load(KNOWLEDGE))
    regression.evaluate(live)
    regression.evaluate(draft)


WAYS: Final[dict[str, Callable[[], object]]] = {"ask": ask, "check": check, "run": serving, "preview": preview}


def measure(way: str) -> None:
    """Take one way, and print this process's peak."""
    with contextlib.redirect_stdout(io.StringIO()):
        WAYS[way]()
    print(f"{way:10} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB")


if __name__ == "__main__":
    if "CASEBOT_MEASURED" in os.environ:
        measure(sys.argv[1])
    else:
        for each in sys.argv[1:] or WAYS:
            # A new cache each: nothing has been learned before.
            with tempfile.TemporaryDirectory() as cache:
                environ = {**os.environ, "CASEBOT_MEASURED": "1", "XDG_CACHE_HOME": cache}
                subprocess.run([sys.executable, __file__, each], env=environ, check=True)  # noqa: S603 (itself)
