"""The likeliest entries put in order once more, by figures that mean the same in every FAQ.

A classifier that has seen three phrasings of an entry knows little; how many of the question's words stand in the
phrasings and in the answer tells the rest. What the figures are worth is learned from many FAQs
(`scripts/decision/fit.py`): once for new entries, for which it counts the less the more phrasings they have, and once
for any.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np

from bot.matching.alignment import Aligned
from bot.matching.corpus import FloatArray, IntArray

FIGURES: Final = (
    "log probability", "cosine", "same words", "alike words", "recall", "overlap", "words in the answer",
    "cosine of the answer", "most missed word", "missing words", "kind of question",
)  # fmt: skip
HALF: Final = 5.0
"""Phrasings of an entry at which the figures count half of what they count for a new entry."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The entries compared with a question: `figures`, shape (entries, FIGURES), and their numbers of `phrasings`."""

    figures: FloatArray
    phrasings: FloatArray

    @property
    def alike(self) -> float:
        """The share of the question's words that the first entry has, like ones included, 0..1."""
        return float(self.figures[0, FIGURES.index("alike words")])

    @property
    def rows(self) -> FloatArray:
        """What the reranker weighs, shape (entries, 2 x FIGURES): each figure for a new entry and for any."""
        young = HALF / (self.phrasings + HALF)
        return np.hstack([self.figures * young[:, None], self.figures]).astype(np.float32)

    def taken(self, order: IntArray) -> Self:
        """Return these entries in another order, given their places."""
        return replace(self, figures=self.figures[order], phrasings=self.phrasings[order])

    def order(self, weights: FloatArray) -> FloatArray:
        """Return the probability of each entry to be meant, shape (entries,), given one weight for each column."""
        logits = self.rows @ weights
        odds = np.exp(logits - logits.max())
        return np.asarray(odds / odds.sum(), dtype=np.float32)


def candidates(  # noqa: PLR0913, PLR0917 (one argument for each kind of evidence)
    probability: FloatArray,
    cosine: FloatArray,
    first: IntArray,
    aligned: Aligned,
    of_answer: FloatArray,
    kind: FloatArray,
    phrasings: FloatArray,
) -> Candidates:
    """Return what is known of each entry.

    Args:
        probability: by the classifier, 0..1, shape (entries,).
        cosine: of the question's vector with each phrasing's, entry by entry, shape (phrasings,).
        first: where each entry begins among the phrasings, shape (entries,).
        aligned: the question put beside the phrasings and entries.
        of_answer: the cosine of the question's vector with the answer's, shape (entries,).
        kind: 1 where the entry's phrasings ask for the same kind of thing, -1 for another, 0 unknown; shape (entries,).
        phrasings: how many the entry has, shape (entries,).
    """
    figures = [
        np.log(np.maximum(probability, np.float32(1e-6))),
        np.maximum.reduceat(cosine, first),
        aligned.same,
        aligned.alike,
        np.maximum.reduceat(aligned.recall, first),
        np.maximum.reduceat(aligned.overlap, first),
        aligned.answered,
        of_answer,
        aligned.missed,
        aligned.missing,
        kind,
    ]
    return Candidates(np.column_stack(figures).astype(np.float32), phrasings)
