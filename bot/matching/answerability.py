"""How sure it is that the best entry answers a question: all evidence weighed together, learnt from known questions.

One kind of evidence alone cannot tell "who shot the president" from "who shot the victim". The figures below can, with
the opinion of a classifier that has seen messages which must not be answered, and how near the nearest of these is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bot.matching.confidence import Confidence
from bot.matching.corpus import Corpus, FloatArray
from bot.matching.in_scope import Scope
from bot.matching.query import Query
from bot.matching.scoring import Evidence
from bot.matching.types import Thresholds
from bot.matching.vectors import Encoder, encoded

MOST_WEIGHED: Final = 1_000
"""Known questions of either kind whose evidence is weighed: the few weights need no more, and it takes its time."""
ENOUGH: Final = 50
"""Known questions of either kind from which they teach more than the FAQ's own phrasings, left out in turn, do."""
FALSE_ANSWERS: Final = 0.06
FALSE_SUGGESTIONS: Final = 0.25
"""Shares of the known questions outside the FAQ that the thresholds let through. Curators collect the hard ones, so
that of all that members write much less comes through."""
LEAD: Final = 0.15
"""By which the best entry must be likelier than the next, or both are answered or offered: of 2,100 questions by six
writers every third below it meant another entry than the best."""
LEAST_ANSWER: Final = 0.35
LEAST_SUGGESTION: Final = 0.05
"""Floors, however well the known questions are told apart. Of those six writers' questions .35 answers 1 % more of what
must not be answered than .5 does, and 3 % more of the others rightly."""


@dataclass(frozen=True, slots=True)
class Known:
    """A question of which it is known whether the FAQ covers it: how it was read, its vector, and its evidence.

    `right` tells whether the best entry is the one it must reach, which it never is where the FAQ does not cover it.
    Without `evidence` it teaches the scope alone.
    """

    reading: Query
    vector: FloatArray
    evidence: Evidence | None
    covered: bool
    right: bool


def enough(questions: Sequence[Known]) -> bool:
    """Tell whether there are enough questions of either kind to learn from."""
    kinds = [question.covered for question in questions if question.evidence]
    return min(kinds.count(True), kinds.count(False)) >= ENOUGH


class Answerability:
    """Probabilities and thresholds learnt from known questions; immutable."""

    def __init__(self, scope: Scope, confidence: Confidence, outside: FloatArray) -> None:
        """Take what was learnt.

        `outside` holds the vectors of questions that must not be answered, shape (questions, dimensions).
        """
        self.scope: Final = scope
        self.confidence: Final = confidence
        self.outside: Final = outside

    @classmethod
    def fitted(cls, questions: Sequence[Known], corpus: Corpus, encoder: Encoder | None) -> tuple[Self, Thresholds]:
        """Learn from `questions`, of both kinds, beside the phrasings of `corpus`; returns the thresholds as well."""
        phrasings = corpus.texts()
        weighed = [
            (number, question, question.evidence) for number, question in enumerate(questions) if question.evidence
        ]
        covered = np.array([question.covered for question in questions])
        vectors = np.stack([question.vector for question in questions])
        scope, left_out = Scope.fitted(
            phrasings,
            [question.reading.words for question in questions],
            covered.tolist(),
            np.concatenate([encoded(encoder, phrasings), vectors]),
            [number for number, _, _ in weighed],
        )
        near = nearest_outside(vectors, covered, [number for number, _, _ in weighed])
        figures = [
            _figures(question.reading, evidence, float(score), float(nearest))
            for (_, question, evidence), score, nearest in zip(weighed, left_out, near, strict=True)
        ]
        confidence = Confidence.fitted(figures, [question.right for _, question, _ in weighed])
        chances = [
            confidence(row) for row, (_, question, _) in zip(figures, weighed, strict=True) if not question.covered
        ]
        answer, suggest = np.quantile(chances, [1 - FALSE_ANSWERS, 1 - FALSE_SUGGESTIONS], method="higher")
        thresholds = Thresholds(
            answer=max(float(answer), LEAST_ANSWER), suggest=max(float(suggest), LEAST_SUGGESTION), lead=LEAD
        )
        return cls(scope, confidence, vectors[~covered]), thresholds

    def scored(self, reading: Query, vector: FloatArray, evidence: Evidence) -> Evidence:
        """Return `evidence` with scores that say how probable it is that the best entry answers the question.

        That is the best entry's score; the others keep their proportion to it. `vector` is the text's by the encoder.
        Of a text that stands in the FAQ as a phrasing, word for word, it is certain.
        """
        if evidence.verbatim:
            chance = 1.0
        else:
            scope = self.scope.score(reading.words, vector)
            near = float((self.outside @ vector).max())
            chance = self.confidence(_figures(reading, evidence, scope, near))
        scale = np.float32(chance / max(float(evidence.score[0]), 1e-9))
        return replace(evidence, score=np.minimum(evidence.score * scale, np.float32(1)))


def nearest_outside(vectors: FloatArray, covered: npt.NDArray[np.bool_], asked: Sequence[int]) -> FloatArray:
    """Return the cosine of the questions numbered `asked` with the nearest other one that is not covered.

    `vectors` are those of all known questions, shape (questions, dimensions), and `covered` tells which the FAQ covers,
    shape (questions,). The result has shape (asked,).
    """
    outside = np.flatnonzero(~covered)
    cosines = vectors[asked] @ vectors[outside].T
    cosines[np.equal.outer(asked, outside)] = -1
    return np.asarray(cosines.max(axis=1), dtype=np.float32)


def _figures(reading: Query, evidence: Evidence, scope: float, outside: float) -> FloatArray:
    """Return what the confidence goes by, shape (figures,).

    `outside` is the cosine with the nearest known question that must not be answered.
    """
    grasp = evidence.grasp
    return np.array(
        [
            evidence.similarity[0],
            evidence.probability[0],
            evidence.logits[0],
            grasp.coverage,
            evidence.held,
            grasp.unknown,
            grasp.known + grasp.unknown,
            *evidence.nearness,
            float(reading.asks),
            scope,
            outside,
        ],
        dtype=np.float32,
    )
