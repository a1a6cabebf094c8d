"""What the phrasings themselves show to be weak: each is left out in turn, and asked as a member would.

Instead of one matcher for each phrasing, the entries' phrasings are dealt into a few folds and a classifier is trained
without each fold: with four, three in four of an entry's other phrasings are there, at the price of four classifiers.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.matching import classifier
from bot.matching.corpus import Corpus, FloatArray, IntArray
from bot.matching.hashing import hashes_of_words
from bot.matching.ranker import Ranker, numbered
from bot.matching.scoring import Considered
from bot.matching.term_weights import WordWeights

FOLDS: Final = 4
_CHUNK: Final = 512
"""Phrasings that are compared with all others at once, to bound the memory taken."""
SURE: Final = 0.75
"""Chance of another entry from which a phrasing counts as taken by it. Below, it is only worded as no other is, which
is what phrasings are for."""
ALIKE: Final = 0.9
"""Similarity from which two phrasings of an entry say the same in the same words."""
NEIGHBOURS: Final = 0.5
"""Share of an entry's phrasings that lie nearest to one other entry, from which the two are hard to tell apart."""


@dataclass(frozen=True, slots=True)
class Misclassified:
    """A phrasing that, left out, another entry takes; `chance` is how sure that is, 0..1."""

    entry: str
    phrasing: str
    taken_by: str
    chance: float


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Two phrasings of an entry that are nearly the same."""

    entry: str
    phrasing: str
    other: str


@dataclass(frozen=True, slots=True)
class Confusable:
    """An entry of whose phrasings a `share`, 0..1, lies nearest to another entry."""

    entry: str
    other: str
    share: float


@dataclass(frozen=True, slots=True)
class Review:
    """Everything found, in the order of the matcher's entries."""

    strays: tuple[Misclassified, ...] = ()
    twins: tuple[Duplicates, ...] = ()
    neighbours: tuple[Confusable, ...] = ()


def review(
    ranker: Ranker, corpus: Corpus, ids: Sequence[str], phrasings: Sequence[str], stop_words: frozenset[str]
) -> Review:
    """Look for weak phrasings.

    `ranker` has indexed `corpus`; `ids` are the entries' by their number in it; `phrasings` the texts as they were
    written, in its order; `stop_words` as for :class:`bot.matching.term_weights.WordWeights`.
    """
    features = ranker.features()
    twins: list[Duplicates] = []
    nearest = np.zeros(len(corpus), dtype=np.int32)
    for start in range(0, len(corpus), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(corpus)))
        # Shape (rows, phrasings).
        similar = features[rows] @ features.T
        alike = (similar >= ALIKE) & np.equal.outer(corpus.owners[rows], corpus.owners)
        for row, other in np.argwhere(alike).tolist():
            if other > rows[row]:
                twins.append(Duplicates(ids[corpus.owners[other]], phrasings[other], phrasings[rows[row]]))
        similar[np.arange(len(rows)), rows] = -np.inf
        nearest[rows] = corpus.owners[similar.argmax(axis=1)]
    return Review(
        tuple(_strays(features, corpus, ids, phrasings, stop_words)),
        tuple(twins),
        tuple(_neighbours(nearest, corpus, ids)),
    )


def _strays(
    features: FloatArray, corpus: Corpus, ids: Sequence[str], phrasings: Sequence[str], stop_words: frozenset[str]
) -> list[Misclassified]:
    owners, texts = corpus.owners, corpus.texts()
    of_texts = hashes_of_words(texts)
    # An entry's phrasings lie side by side, so that they are dealt evenly.
    fold = np.arange(len(corpus)) - np.searchsorted(owners, owners)
    fold %= FOLDS
    found: dict[int, Misclassified] = {}
    for turn in range(FOLDS):
        out, kept = (np.flatnonzero(side).astype(np.int32) for side in (fold == turn, fold != turn))
        present = np.unique(owners[kept])
        if not len(out) or len(present) <= 1:
            continue
        considered = Considered.of(owners[kept])
        weights = classifier.train(features[kept], *numbered(owners[kept]), of_texts[kept])
        left = Corpus.of([texts[at] for at in kept], owners[kept].tolist(), corpus.entries)
        known = WordWeights(left, stop_words)
        leanings = [considered.leaning(known.grasp(texts[at]).held) for at in out.tolist()]
        logits = features[out] @ weights + np.stack(leanings)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        best, chance = present[odds.argmax(axis=1)], 1 / odds.sum(axis=1)
        for at, winner, sure in zip(out.tolist(), best.tolist(), chance.tolist(), strict=True):
            # Left without any phrasing, an entry cannot be found.
            if winner != owners[at] and sure >= SURE and owners[at] in present:
                found[at] = Misclassified(ids[owners[at]], phrasings[at], ids[winner], sure)
    return [found[at] for at in sorted(found)]


def _neighbours(nearest: IntArray, corpus: Corpus, ids: Sequence[str]) -> list[Confusable]:
    """Take the number of the entry that has the phrasing nearest to each phrasing."""
    owners = corpus.owners
    found = []
    for entry in np.unique(owners).tolist():
        mine = nearest[owners == entry]
        other, count = Counter(mine[mine != entry].tolist()).most_common(1)[0] if (mine != entry).any() else (entry, 0)
        if count >= NEIGHBOURS * len(mine):
            found.append(Confusable(ids[entry], ids[other], count / len(mine)))
    return found
