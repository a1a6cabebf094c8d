"""The command: measures and prints tables in Markdown."""

import argparse
import platform
import sys
from itertools import chain
from pathlib import Path

from tests.benchmarks import report
from tests.places import KNOWLEDGE

SIZES = (100, 1_000, 10_000, 100_000)
QUESTIONS = 400
PEOPLE = 1_000


def main() -> None:
    """Print one table for each size, one for names of people, and one for the knowledge folder itself."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--sizes", type=_sizes, default=SIZES, metavar="N,N,...", help="phrasings (default: 100,1000,10000,100000)"
    )
    parser.add_argument("--questions", type=int, default=QUESTIONS, metavar="N", help="a table (default: %(default)s)")
    parser.add_argument("--knowledge", type=Path, default=KNOWLEDGE, metavar="DIR", help="default: the shipped folder")
    options = parser.parse_args()
    sys.stdout.write(f"Python {platform.python_version()}, one thread.\n")
    for text in chain(
        report.sizes(options.sizes, options.questions, options.knowledge),
        report.names(PEOPLE, options.questions),
        report.whole(options.questions, options.knowledge),
    ):
        sys.stdout.write(text)
        sys.stdout.flush()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


main()
