"""Whether to answer: evidence and thresholds to an outcome, with the reason in words."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from bot.matching.evidence import Evidence
from bot.matching.model import Outcome, Target, Thresholds
from bot.matching.reading import Reading

STATEMENT_STRICTNESS: Final = 1.25
"""How much higher than a question a text that asks nothing must score to be answered."""
SUGGESTION_SHARE: Final = 0.25
"""Of the best candidate's score, below which another is not suggested beside it."""


def outcome(reading: Reading, evidence: Evidence, targets: Sequence[Target], limits: Thresholds) -> tuple[Outcome, str]:
    """Return what to do and why; `evidence` has at least one entry."""
    score = float(evidence.score[0])
    answer = limits.answer if reading.asks else min(STATEMENT_STRICTNESS * limits.answer, (1 + limits.answer) / 2)
    first, second = np.append(evidence.probability, 0.0)[:2]
    if reading.foreign:
        return Outcome.NONE, "most of the words are neither English nor the FAQ's"
    if score < limits.suggest:
        return Outcome.NONE, f"the best entry scores {score:.2f}, suggestions need {limits.suggest:.2f}"
    if score < answer:
        return (
            Outcome.SUGGEST,
            f"the best entry scores {score:.2f}, an answer {'' if reading.asks else 'to a statement '}needs {answer:.2f}",
        )
    if first - second < limits.lead:
        return Outcome.SUGGEST, f"two entries are about equally likely ({first:.0%} and {second:.0%})"
    if targets[evidence.entries[0]].covered:
        return Outcome.ANSWER, f"the best entry scores {score:.2f}, an answer needs {answer:.2f}"
    return (
        Outcome.NOT_COVERED,
        f"the best entry, which the source does not cover, scores {score:.2f}, above {answer:.2f}",
    )
