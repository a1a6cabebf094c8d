"""From similarities to the evidence for every entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from bot.matching.corpus import FloatArray, IntArray
from bot.matching.term_weights import TermCoverage

SHARPNESS: Final = 12.0
"""Of the log-mean-exp over an entry's phrasings: towards 0 their mean, towards infinity their maximum."""

SAME: Final = 0.999
"""Similarity from which a text is taken to be a phrasing word for word: below 1 for the sake of rounding alone."""
CERTAIN: Final = 20.0
"""Added to the logit of an entry that has the text as a phrasing. What a moderator has put there leads there, however
many phrasings of other entries are like it: without it 153 of the 4,760 of one FAQ led elsewhere."""

MISSING: Final = 2.0
"""Off the logit of an entry that has no word of the question, in any of very many phrasings."""
RIPE: Final = 10
"""Phrasings of an entry at which half of that is taken off: of a new entry a word that it lacks says little."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for the entries considered; arrays of shape (considered,), best entry first.

    `entries` are their numbers; `logits` rank them; `probability` is the softmax of these; `similarity` is
    that of the entry's nearest phrasing; `score` tells how far to trust the entry, 0..1, as does `grasp` for the
    question as a whole. `nearness` is the best similarity in each channel, shape (channels,). `nearest` is the number
    of the best entry's nearest phrasing, -1 if there is no entry. `verbatim` tells whether that is the text itself.
    """

    entries: IntArray
    logits: FloatArray
    probability: FloatArray
    nearest: int
    similarity: FloatArray
    score: FloatArray
    grasp: TermCoverage
    nearness: FloatArray
    verbatim: bool

    @property
    def held(self) -> float:
        """The share of the question's words that the best entry has, 0..1."""
        return float(self.grasp.held[self.entries[0]]) if len(self.entries) else 0.0

    @property
    def lead(self) -> float:
        """By how much the best entry is likelier than the next, 0..1."""
        first, second = np.append(self.probability, 0.0)[:2]
        return float(first - second)


@dataclass(frozen=True, slots=True)
class Considered:
    """Phrasings to compare a question with, side by side by entry.

    `phrasings` are their numbers, shape (phrasings,); `entries` the numbers of their entries in the same order, and
    `first` where each of these begins among the phrasings, shape (entries,). `popularity` and `ripeness` tell what the
    number of its phrasings says of each entry, shape (entries,): the logarithm of how often it is asked, and how far
    its phrasings have all the words that it is asked by, 0..1.
    """

    phrasings: IntArray
    entries: IntArray
    first: IntArray
    popularity: FloatArray
    ripeness: FloatArray

    @classmethod
    def of(cls, phrasings: IntArray, owners: IntArray) -> Self:
        """Take the numbers of the phrasings, at least one, and those of their entries, shape (phrasings,)."""
        first = np.flatnonzero(np.append(True, owners[1:] != owners[:-1])).astype(np.int32)
        sizes = np.diff(np.append(first, len(owners))).astype(np.float32)
        # Curators write down what is asked, so that what is asked more has more phrasings. To have fewer than others
        # says nothing: an entry may be new.
        popularity = np.log(np.maximum(sizes, np.median(sizes)))
        return cls(phrasings, owners[first], first, popularity, sizes / (sizes + RIPE))

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


def weigh(  # noqa: PLR0913, PLR0917
    channels: Sequence[FloatArray],
    similar: FloatArray,
    logits: FloatArray,
    considered: Considered,
    grasp: TermCoverage,
    ruled_out: Sequence[int] = (),
) -> Evidence:
    """Return the evidence, given the question's similarity to the phrasings `considered`.

    `similar` is fused from `channels`; each has shape (phrasings,). `logits` has one for each entry considered, trained
    as if all were asked equally; entries `ruled_out` are left out. An entry that has the very text as a phrasing comes
    before all others.
    The score is the similarity of the entry's nearest phrasing times the root of probability and coverage: near,
    sure and understood; any of the three missing means a question that the FAQ does not cover.
    """
    nearest_of = np.maximum.reduceat(similar, considered.first)
    # By words and letters alone: the vectors do not know every word.
    same = np.maximum.reduceat(np.minimum.reduce(channels[:2]), considered.first) >= SAME
    logits = logits + considered.leaning(grasp.held) + np.float32(CERTAIN) * same.astype(np.float32)
    order = np.argsort(-logits, kind="stable")
    if ruled_out:
        order = order[~np.isin(considered.entries[order], ruled_out)]
    similarity = nearest_of[order].clip(0.0, 1.0)
    entries, logits = considered.entries[order], logits[order]
    nearest = -1
    if len(order):
        first, *after = considered.first[order[0] : order[0] + 2].tolist()
        nearest = int(considered.phrasings[first + similar[first : after[0] if after else None].argmax()])
    odds = np.exp(logits - logits[:1])
    probability = odds / max(float(odds.sum()), 1.0)
    score = similarity * np.sqrt(probability * np.float32(grasp.coverage))
    nearness = np.array([channel.max() for channel in channels], dtype=np.float32)
    verbatim = bool(len(order)) and bool(same[order[0]])
    return Evidence(entries, logits, probability, nearest, similarity, score, grasp, nearness, verbatim)
