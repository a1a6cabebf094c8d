"""How sure it is that the best entry answers a question: all evidence weighed together.

What each figure is worth is learned from many FAQs and ships with the package (`scripts/decision/fit.py`), so that a
FAQ is answered from rightly on its first day. Its own known questions move the weights, the further the more of them
there
are: the shipped weights are the middle of a normal distribution, in which the likeliest are looked for.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from typing import Final, Self

import numpy as np

from bot.matching import logistic, reranker
from bot.matching.corpus import FloatArray
from bot.matching.logistic import Doubles
from bot.matching.term_weights import TermCoverage
from bot.matching.types import Thresholds, Tier

FIGURES: Final = (
    *reranker.FIGURES, "probability", "log odds", "lead", "probability of three", "nearer than outside", "in scope",
    "words", "log phrasings", "logit", "known words", "words held", "unknown words",
)  # fmt: skip
MOST_WORDS: Final = 12
UNWRITTEN: Final = 2
"""Entries that a FAQ may lack and that a question may mean."""
FALSE_ANSWERS: Final = 0.07
FALSE_OFFERS: Final = 0.3
"""Shares of a FAQ's own questions without an answer that its thresholds let through. Moderators collect the hard ones,
so that of all that members write much less comes through."""
LEAST_ANSWER: Final = 0.2
LEAST_OFFER: Final = 0.02
"""Floors, however well the known questions are told apart."""
TRUSTED: Final = 80
"""Known questions without an answer from which the thresholds are half a FAQ's own."""
CERTAINTY: Final = 5.0
"""Inverse of the variance of the shipped weights, in questions."""


@dataclass(frozen=True, slots=True)
class Default:
    """What many FAQs have taught, for one kind of vectors.

    Attributes:
        reranker: weights of :class:`bot.matching.reranker.Candidates.rows`.
        middle, spread: mean and standard deviation of each of `FIGURES`; shape (figures,).
        answer: weights of the standardised figures, the bias last, for the chance that the best entry is right.
        offer: the same for the chance that one of the best three is.
        thresholds: of these chances.
    """

    reranker: FloatArray
    middle: Doubles
    spread: Doubles
    answer: Doubles
    offer: Doubles
    thresholds: Thresholds


@cache
def default(tier: Tier) -> Default:
    """Return what the package carries for a kind of vectors."""
    learnt = json.loads(files("bot.matching").joinpath("data/decision.json").read_text("utf-8"))[tier]
    middle, spread, answer, offer = (np.array(learnt[name]) for name in ("middle", "spread", "answer", "offer"))
    return Default(
        np.array(learnt["reranker"], dtype=np.float32),
        middle,
        spread,
        answer,
        offer,
        Thresholds(**learnt["thresholds"]),
    )


def figures(  # noqa: PLR0913, PLR0917 (one argument for each kind of evidence)
    of_best: FloatArray,
    probability: FloatArray,
    nearest_outside: float,
    scope: float,
    words: int,
    phrasings: float,
    logit: float,
    grasp: TermCoverage,
    held: float,
    entries: int,
) -> FloatArray:
    """Return what the decision goes by, shape (FIGURES,).

    Args:
        of_best: the figures of the best entry, see :mod:`bot.matching.reranker`.
        probability: of the entries compared, 0..1, best first.
        nearest_outside: cosine of the question with the nearest message that must not be answered.
        scope: see :class:`bot.matching.in_scope.Scope`.
        words: of the question, each counted once.
        phrasings: of the best entry.
        logit: of the entry that the classifier puts first.
        grasp: how much of the question the FAQ understands.
        held: the share of the question's words that the best entry has, 0..1.
        entries: how many the FAQ has.
    """
    # Of two entries one is always likely: what a question may mean instead counts as two entries more.
    probability = probability * np.float32(entries / (entries + UNWRITTEN))
    first, second = np.append(probability, 0.0)[:2].tolist()
    cosine = float(of_best[reranker.FIGURES.index("cosine")])
    return np.array(
        [
            *of_best.tolist(),
            first,
            log(first / (1 - first + 1e-4) + 1e-6),
            first - second,
            float(probability[:3].sum()),
            cosine - nearest_outside,
            scope,
            min(words, MOST_WORDS),
            log(phrasings),
            logit,
            grasp.coverage,
            held,
            grasp.unknown,
        ],
        dtype=np.float32,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """A question of which it is known whether the FAQ covers it.

    `right` tells whether the best entry is the one it must reach, `offered` whether one of the best three is; neither
    ever is where the FAQ does not cover it.
    """

    figures: FloatArray
    covered: bool
    right: bool
    offered: bool


@dataclass(frozen=True, slots=True)
class Chance:
    """How probable it is that the best entry answers a question, and that one of the best three does, 0..1."""

    answer: float
    offer: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """The shipped weights, or what a FAQ's own questions have made of them.

    Attributes:
        answer: weights of the standardised figures, the bias last; see :class:`Default`.
        offer: the same for suggestions.
        thresholds: the chances that decide.
    """

    answer: Doubles
    offer: Doubles
    thresholds: Thresholds


class Decider:
    """Chances by the shipped weights or by those that a FAQ's own questions have moved; immutable."""

    def __init__(self, shipped: Default, learnt: Learnt) -> None:
        """Take what is shipped, for its figures' means and spreads, and the weights to go by."""
        self.learnt: Final = learnt
        answer, offer = learnt.answer, learnt.offer
        # One product a question: the weights of the figures as they are, shape (figures, 2), and the biases.
        slopes = np.column_stack([answer[:-1], offer[:-1]]) / shipped.spread[:, None]
        self._slopes = slopes
        self._biases = np.array([answer[-1], offer[-1]]) - shipped.middle @ slopes

    @classmethod
    def unmoved(cls, shipped: Default) -> Self:
        """Return what decides by the shipped weights alone."""
        return cls(shipped, Learnt(shipped.answer, shipped.offer, shipped.thresholds))

    @classmethod
    def fitted(cls, shipped: Default, questions: Sequence[Known]) -> Self:
        """Move the shipped weights by a FAQ's own questions.

        Both kinds count the same in all, as the harmonic mean of their numbers: where one of them is missing, the other
        says nothing of where the line is.
        """
        covered = np.array([question.covered for question in questions], dtype=bool)
        inside, outside = int(covered.sum()), int((~covered).sum())
        if not inside or not outside:
            return cls.unmoved(shipped)
        each = 2 * inside * outside / (inside + outside)
        importance = np.where(covered, each / inside, each / outside)
        rows = (
            np.array([question.figures for question in questions], dtype=np.float64) - shipped.middle
        ) / shipped.spread
        rows = np.hstack([rows, np.ones((len(rows), 1))])
        certainty = np.full(rows.shape[1], CERTAINTY)
        right = np.array([question.right for question in questions])
        offered = np.array([question.offered for question in questions])
        answer = logistic.fit(rows, right, importance, shipped.answer, certainty)
        offer = logistic.fit(rows, offered, importance, shipped.offer, certainty)
        # The weights have been fitted to these very questions: the fewer, the better they are told apart than others
        # will be.
        told_apart = own_share(outside)
        thresholds = Thresholds(
            _moved(shipped.thresholds.answer, rows[~covered] @ answer, FALSE_ANSWERS * told_apart, LEAST_ANSWER),
            _moved(shipped.thresholds.suggest, rows[~covered] @ offer, FALSE_OFFERS, LEAST_OFFER),
            shipped.thresholds.lead,
        )
        return cls(shipped, Learnt(answer, offer, thresholds))

    def __call__(self, row: FloatArray) -> Chance:
        """Return the chances of a question with these figures, shape (figures,)."""
        answer, offer = logistic.probability(row.astype(np.float64) @ self._slopes + self._biases).tolist()
        return Chance(answer, max(answer, offer))


def own_share(questions: int) -> float:
    """Return how far a FAQ's own questions without an answer, so many of them, decide its thresholds, 0..1.

    A quantile's variance falls with the number of questions, so what is shipped and what is measured are weighed by
    their squares.
    """
    return questions**2 / (questions**2 + TRUSTED**2)


def _moved(shipped: float, logits: Doubles, share: float, least: float) -> float:
    """Return a threshold between the shipped one and the one that a `share` of a FAQ's own questions exceeds.

    `logits` are those of its questions without an answer, at least one.
    """
    own = float(np.quantile(logits, 1 - share, method="higher"))
    trust = own_share(len(logits))
    logit = (1 - trust) * log(shipped / (1 - shipped)) + trust * own
    return max(float(logistic.probability(np.array(logit))), least)
