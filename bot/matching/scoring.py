"""From similarities to the evidence for every entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from bot.matching.corpus import FloatArray, IntArray
from bot.matching.decision import Chance
from bot.matching.reranker import Candidates
from bot.matching.term_weights import TermCoverage

SHARPNESS: Final = 12.0
"""Of the log-mean-exp over an entry's phrasings: towards 0 their mean, towards infinity their maximum."""

CERTAIN: Final = 20.0
"""Added to the logit of an entry that has the text as a phrasing. What a moderator has put there leads there, however
many phrasings of other entries are like it: without it 153 of the 4,760 of one FAQ led elsewhere."""

MISSING: Final = 2.0
"""Off the logit of an entry that has no word of the question, in any of very many phrasings."""
RIPE: Final = 10
"""Phrasings of an entry at which half of that is taken off: of a new entry a word that it lacks says little."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Entries ranked for a question, best first; arrays of shape (ranked,).

    `entries` are their numbers, `logits` what ranks them, and `probability` is the softmax of these over all that were
    considered. `verbatim` tells whether the best has the very text as a phrasing.
    """

    entries: IntArray
    logits: FloatArray
    probability: FloatArray
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best entries of a question.

    Attributes:
        entries: their numbers, best first, shape (ranked,).
        probability: of each to be meant, 0..1, shape (ranked,).
        similarity: how much the nearest phrasing of each of the first has in common with the question, 0..1; shape
            (compared,).
        nearest: the number of the best entry's nearest phrasing.
        grasp: how much of the question is understood.
        compared: what the first were put in order by.
        figures: what the decision goes by; see :mod:`bot.matching.decision`.
        chance: how sure the best entry, and the best three, are.
        verbatim: whether the best entry has the very text as a phrasing.
    """

    entries: IntArray
    probability: FloatArray
    similarity: FloatArray
    nearest: int
    grasp: TermCoverage
    compared: Candidates
    figures: FloatArray
    chance: Chance
    verbatim: bool

    @property
    def held(self) -> float:
        """The share of the question's words that the best entry has, 0..1."""
        return float(self.grasp.held[self.entries[0]])

    @property
    def lead(self) -> float:
        """By how much the best entry is likelier than the next, 0..1."""
        first, second = np.append(self.probability, 0.0)[:2]
        return float(first - second)

    @property
    def chance_of_two(self) -> float:
        """How probable it is that one of the best two entries answers the question, 0..1."""
        of_three = float(self.probability[:3].sum())
        return self.chance.offer * float(self.probability[:2].sum()) / of_three

    def scores(self, limit: int) -> FloatArray:
        """Return how far to trust each of the first entries, 0..1, best first; never rises."""
        share = self.probability[:limit] / max(float(self.probability[0]), 1e-9)
        return np.minimum.accumulate(np.float32(self.chance.answer) * share).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Considered:
    """The entries that a question is ranked by, whose phrasings lie side by side.

    `entries` are their numbers, and `first` tells where each of these begins among the phrasings, shape (entries,).
    `popularity` and `ripeness` tell what the number of its phrasings says of each entry, shape (entries,): the
    logarithm of how often it is asked, and how far its phrasings have all the words that it is asked by, 0..1.
    """

    entries: IntArray
    first: IntArray
    popularity: FloatArray
    ripeness: FloatArray

    @classmethod
    def of(cls, owners: IntArray) -> Self:
        """Take the numbers of the phrasings' entries, side by side, at least one; shape (phrasings,)."""
        first = np.flatnonzero(np.append(True, owners[1:] != owners[:-1])).astype(np.int32)
        sizes = np.diff(np.append(first, len(owners))).astype(np.float32)
        # Curators write down what is asked, so that what is asked more has more phrasings. To have fewer than others
        # says nothing: an entry may be new.
        rising = np.sort(sizes)
        median = (rising[(len(sizes) - 1) // 2] + rising[len(sizes) // 2]) / 2  # np.median takes ten times as long
        popularity = np.log(np.maximum(sizes, median))
        return cls(owners[first], first, popularity, sizes / (sizes + RIPE))

    def leaning(self, held: FloatArray) -> FloatArray:
        """Return what to add to the entries' logits, shape (entries,), for their number of phrasings and their words.

        `held` is that of the question's :class:`bot.matching.term_weights.TermCoverage`.
        """
        return self.popularity - np.float32(MISSING) * self.ripeness * (1 - held[self.entries])


def mean_logits(similar: FloatArray, considered: Considered) -> FloatArray:
    """Return the log-mean-exp of the phrasings of each entry considered, given their similarities.

    The mean, not the sum: an entry must not win by having more phrasings.
    """
    counts = np.diff(np.append(considered.first, len(similar)))
    mean = np.add.reduceat(np.exp(np.float32(SHARPNESS) * similar), considered.first) / counts
    return np.log(mean).astype(np.float32)


def rank(
    logits: FloatArray,
    considered: Considered,
    grasp: TermCoverage,
    verbatim: Sequence[int],
    ruled_out: Sequence[int],
) -> Ranking:
    """Return the entries considered, best first, given a logit for each, trained as if all were asked equally.

    Entries numbered `verbatim` have the very text as a phrasing and come before all others; those `ruled_out` are left
    out.
    """
    logits = logits + considered.leaning(grasp.held)
    if verbatim:
        logits += np.float32(CERTAIN) * np.isin(considered.entries, verbatim).astype(np.float32)
    order = np.argsort(-logits, kind="stable")
    if ruled_out:
        order = order[~np.isin(considered.entries[order], ruled_out)]
    logits = logits[order]
    odds = np.exp(logits - logits[:1])
    probability = odds / max(float(odds.sum()), 1.0)
    entries = considered.entries[order]
    return Ranking(entries, logits, probability, bool(len(entries)) and int(entries[0]) in verbatim)
