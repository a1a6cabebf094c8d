"""``python -m tests.benchmarks.site``: what it takes to build the public page, by the number of entries.

The times hold for the machine they are taken on; the ratio, of an entry's time to that of the first row, for any.
"""

import sys
import time
from collections.abc import Sequence
from typing import Final

from bot.site.render import Renderer
from tests.site import samples

SIZES: Final = ("100", "1000", "5000")


def main(sizes: Sequence[str]) -> None:
    """Print one row for each number of entries."""
    print("| Entries | Pages | CPU | an entry, to the first row | heaviest page |\n|---|---|---|---|---|")  # noqa: T201
    first = 0.0
    for size in map(int, sizes):
        base = samples.large(size)
        began = time.process_time()
        files = Renderer(base).files()
        took = time.process_time() - began
        first = first or took / size
        pages = [len(content) for path, content in files.items() if path.endswith(".html")]
        ratio = took / size / first
        print(f"| {size} | {len(pages)} | {took:.1f} s | {ratio:.2f} | {max(pages) / 1_000:.1f} kB |")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:] or SIZES)
