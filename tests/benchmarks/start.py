"""``python -m tests.benchmarks.start KNOWLEDGE CACHE``: what ``casebot run`` does until it would log in."""

import sys
from functools import partial
from pathlib import Path

import bot.cli
import bot.observability.logs
import bot.process.running  # noqa: F401 (imported as the command does, for the time this takes)
from bot.answering import Answerer
from bot.knowledge.edit.desk import Desk
from bot.knowledge.live import LiveKnowledge


def main(knowledge: Path, cache: Path) -> None:
    """Import what the bot needs, and build what it answers with."""
    Desk(knowledge)
    LiveKnowledge(knowledge, partial(Answerer, cache=cache))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
