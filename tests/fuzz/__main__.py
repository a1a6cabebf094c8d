"""The command: feeds the bot messages and reports what it did with them.

``python -m tests.fuzz --messages 1000000 --processes 2``
"""

import argparse
import sys
from multiprocessing import get_context
from time import perf_counter
from typing import Final

from tests.fuzz.portion import Outcome, portion

PORTION: Final = 20_000
"""Messages of one seed: what a trouble names is found again by that many at the most."""


def main() -> int:
    """Run all portions and print what they came to; exit status 1 on any trouble."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--messages", type=int, default=PORTION, metavar="N", help="default: %(default)s")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the first portion; default: %(default)s")
    options = parser.parse_args()
    counts = [min(PORTION, options.messages - start) for start in range(0, options.messages, PORTION)]
    seeds = range(options.seed, options.seed + len(counts))
    total, start = Outcome(options.seed), perf_counter()
    # ProcessPoolExecutor stops forever at the end of its workers' tasks, in Python 3.11 (cpython issue 115634).
    with get_context("spawn").Pool(options.processes, maxtasksperchild=10) as pool:
        portions = [pool.apply_async(portion, task) for task in zip(seeds, counts, strict=True)]
        for outcome in (each.get() for each in portions):
            total.fed += outcome.fed
            total.sent += outcome.sent
            total.characters += outcome.characters
            total.longest = max(total.longest, outcome.longest)
            total.ways += outcome.ways
            total.troubles += outcome.troubles
            for trouble in outcome.troubles:
                print(f"seed {outcome.seed}: {trouble}", flush=True)  # noqa: T201 (the report)
            print(f"{total.fed:,} messages, {perf_counter() - start:.0f} s", flush=True)  # noqa: T201 (as above)
    ways = ", ".join(f"{way} {count:,}" for way, count in total.ways.most_common())
    print(  # noqa: T201 (as above)
        f"{total.fed:,} messages of {total.characters / total.fed:.0f} characters on average and {total.longest:,} at "
        f"most ({ways}); {total.sent:,} messages sent or edited; {len(total.troubles)} troubles."
    )
    return int(bool(total.troubles))


if __name__ == "__main__":
    sys.exit(main())
