"""Compares what casebot says with its recordings, or records it again: ``python -m tests.recordings --write``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.recordings import golden


def run(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and run the scenarios; gives pytest's exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.recordings", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the files, and remove those of no scenario")
    parser.add_argument("-k", metavar="WORD", default="", help="only the scenarios with this in their name")
    options = parser.parse_args(arguments)
    # The plugin is in this process alone, so other ones would compare.
    plugins, workers = ([golden.Writing()], ["-n", "0"]) if options.write else ([], [])
    return int(pytest.main(["-q", *workers, str(Path(__file__).parent), "-k", options.k], plugins))


if __name__ == "__main__":
    sys.exit(run())
