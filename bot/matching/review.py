"""What the phrasings themselves show to be weak: each is left out in turn, and asked as a member would.

Instead of one matcher for each phrasing, the entries' phrasings are dealt into a few folds and a head is trained
without each fold: with eight, seven in eight of an entry's other phrasings are there, at the price of eight heads.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.matching import head
from bot.matching.corpus import Corpus, FloatArray

FOLDS: Final = 8
SURE: Final = 0.6
"""Chance of another entry from which a phrasing counts as taken by it. Below, it is only worded as no other is, which
is what phrasings are for."""
ALIKE: Final = 0.9
"""Similarity from which two phrasings of an entry say the same in the same words."""
NEIGHBOURS: Final = 0.5
"""Share of an entry's phrasings that lie nearest to one other entry, from which the two are hard to tell apart."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A phrasing that, left out, another entry takes; `chance` is how sure that is, 0..1."""

    entry: str
    phrasing: str
    taken_by: str
    chance: float


@dataclass(frozen=True, slots=True)
class Twins:
    """Two phrasings of an entry that are nearly the same."""

    entry: str
    phrasing: str
    other: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """An entry of whose phrasings a `share`, 0..1, lies nearest to another entry."""

    entry: str
    other: str
    share: float


@dataclass(frozen=True, slots=True)
class Review:
    """Everything found, in the order of the matcher's entries."""

    strays: tuple[Stray, ...] = ()
    twins: tuple[Twins, ...] = ()
    neighbours: tuple[Neighbours, ...] = ()


def review(kernel: FloatArray, corpus: Corpus, ids: Sequence[str], phrasings: Sequence[str]) -> Review:
    """Look for weak phrasings.

    `kernel` has the phrasings' fused similarities, shape (phrasings, phrasings); `ids` are the entries' by their number
    in `corpus`; `phrasings` the texts as they were written, in the order of `corpus`.
    """
    return Review(
        tuple(_strays(kernel, corpus, ids, phrasings)),
        tuple(_twins(kernel, corpus, ids, phrasings)),
        tuple(_neighbours(kernel, corpus, ids)),
    )


def _strays(kernel: FloatArray, corpus: Corpus, ids: Sequence[str], phrasings: Sequence[str]) -> list[Stray]:
    owners = corpus.owners
    # An entry's phrasings lie side by side, so that they are dealt evenly.
    fold = np.arange(len(corpus)) - np.searchsorted(owners, owners)
    fold %= FOLDS
    found: dict[int, Stray] = {}
    for turn in range(FOLDS):
        out, kept = np.flatnonzero(fold == turn), np.flatnonzero(fold != turn)
        present, local = np.unique(owners[kept], return_inverse=True)
        if len(present) <= 1:
            continue
        logits = kernel[np.ix_(out, kept)] @ head.train(
            kernel[np.ix_(kept, kept)], local.astype(np.int32), len(present)
        )
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        best, chance = present[odds.argmax(axis=1)], 1 / odds.sum(axis=1)
        for at, winner, sure in zip(out.tolist(), best.tolist(), chance.tolist(), strict=True):
            # Left without any phrasing, an entry cannot be found.
            if winner != owners[at] and sure >= SURE and owners[at] in present:
                found[at] = Stray(ids[owners[at]], phrasings[at], ids[winner], sure)
    return [found[at] for at in sorted(found)]


def _twins(kernel: FloatArray, corpus: Corpus, ids: Sequence[str], phrasings: Sequence[str]) -> list[Twins]:
    owners = corpus.owners
    alike = np.argwhere(np.triu(kernel >= ALIKE, 1) & (owners[:, None] == owners[None, :]))
    return [Twins(ids[owners[one]], phrasings[other], phrasings[one]) for one, other in alike.tolist()]


def _neighbours(kernel: FloatArray, corpus: Corpus, ids: Sequence[str]) -> list[Neighbours]:
    owners = corpus.owners
    others = kernel.copy()
    np.fill_diagonal(others, -np.inf)
    nearest = owners[others.argmax(axis=1)]
    found = []
    for entry in np.unique(owners).tolist():
        mine = nearest[owners == entry]
        other, count = Counter(mine[mine != entry].tolist()).most_common(1)[0] if (mine != entry).any() else (entry, 0)
        if count >= NEIGHBOURS * len(mine):
            found.append(Neighbours(ids[entry], ids[other], count / len(mine)))
    return found
