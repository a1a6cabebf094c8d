"""What each part of the matcher brings: dev figures with one part switched off at a time.

Usage: python scripts/ablation.py PATH-OF-DEV-MODULE [variant ...]
The module has run(build, grid, verbose) as dev/dev.py has.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from bot.matching import Matcher, dense, index, matcher, ranker, spelling, vectors, words

GRID = ((1, 0), (3, 0), (5, 0), (10, 0), (5, 1), (5, 2))


class Adapter:
    """A matcher as the bench wants it."""

    def __init__(self, entries: dict[str, list[str]], *, lexical_only: bool = False) -> None:
        """Build."""
        self._matcher = Matcher.from_phrasings(entries, lexical_only=lexical_only)

    def rank(self, question: str) -> list[tuple[str, float]]:
        """Return entries and scores, best first."""
        return [(candidate.entry, candidate.score) for candidate in self._matcher.rank(question)]


@contextmanager
def patched(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Set attributes for a while."""
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    for owner, name, value in changes:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def _no_repair(_: object, typed: Sequence[str]) -> list[spelling.Repair]:
    return [spelling.Repair(word, (word,)) for word in typed]


class _Nothing:
    @staticmethod
    def near(*_: object) -> list[tuple[str, int]]:
        return []


def _zeros(self: Any, _: Sequence[str], among: Any = None) -> Any:  # noqa: ANN401
    size = len(self._lengths) if isinstance(self, index.StemChannel) else len(self._norm)
    return np.zeros(size if among is None else len(among), dtype=np.float32)


def _only_stems(row: Callable[..., Any]) -> Callable[..., Any]:
    def cut(self: Any, text: Sequence[str]) -> Any:  # noqa: ANN401
        features, _ = row(self, text)
        kept = features[features < self._base]
        weights = self._idf[kept]
        return kept, weights / np.float32(max(float(np.linalg.norm(weights)), 1e-9))

    return cut


VARIANTS: dict[str, list[tuple[Any, str, Any]]] = {
    "all": [],
    "no vectors (lexical only)": [],
    "no perceptron on the vectors": [(vectors.WordVectors, "_refined", lambda _, sums: vectors._unit(sums))],  # noqa: SLF001
    "no centring on the FAQ": [(dense, "_FEW", 1e9)],
    "no trained head (closed form, as above 3,000)": [(ranker, "MOST_FOR_HEAD", 0), (ranker, "NEAR_BY_VECTORS", 16)],
    "no typo repair": [(spelling.Speller, "repair", _no_repair)],
    "repair to FAQ words only": [(spelling, "_common", _Nothing)],
    "no repair by sound": [(spelling, "SHORTEST_HEARD", 99)],
    "no n-grams": [(index.GramChannel, "similarities", _zeros)],
    "no stems": [(index.StemChannel, "similarities", _zeros)],
    "no pairs of stems in questions": [(index.StemChannel, "row", _only_stems(index.StemChannel.row))],
    "no coverage in the score": [(words.WordWeights, "coverage", lambda *_: 1.0)],
    "no question parts": [(matcher, "question_parts", lambda _: [])],
}


def main() -> None:
    """Run all variants, or those whose names are given."""
    spec = importlib.util.spec_from_file_location("dev", Path(sys.argv[1]))
    if spec is None or spec.loader is None:
        sys.exit(f"{sys.argv[1]}: no such module")
    dev = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dev)
    for name, changes in VARIANTS.items():
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        with patched(*changes):
            figures = dev.run(lambda e, n=name: Adapter(e, lexical_only="lexical only" in n), grid=GRID, verbose=False)
        cells = " | ".join(f"{figures[key][-1]:.1f}" for key in [f"k{k}e{e}" for k, e in GRID] + ["auroc0", "right900"])
        print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
