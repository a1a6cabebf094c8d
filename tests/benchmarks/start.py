"""What ``casebot run`` does until it would log in; ``python -m tests.benchmarks`` takes the time."""

import argparse
from functools import partial
from pathlib import Path

from bot.ops.gc_tuning import paused


def main(knowledge: Path, cache: Path) -> None:
    """Import what the bot needs, and build what it answers with."""
    with paused():
        from bot.answering.answerer import Answerer  # noqa: PLC0415
        from bot.editing.desk import Desk  # noqa: PLC0415
        from bot.knowledge.reload import LiveKnowledge  # noqa: PLC0415

        Desk(knowledge)
        LiveKnowledge(knowledge, partial(Answerer, cache=cache))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.start", description=__doc__)
    parser.add_argument("knowledge", type=Path, metavar="KNOWLEDGE", help="its folder, which it writes to")
    parser.add_argument("cache", type=Path, metavar="CACHE", help="the folder that keeps what the matcher learns")
    options = parser.parse_args()
    main(options.knowledge, options.cache)
