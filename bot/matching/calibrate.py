"""Thresholds from the FAQ's own phrasings.

No fixed threshold carries over from one FAQ to the next, so each is fitted at load by cross-validation: in every fold a
fifth of the entries is left out, and one phrasing of each of the others; what the former score stands for questions that
the FAQ does not cover, what the latter score for those that it does.
"""

from collections.abc import Sequence
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching import head
from bot.matching.evidence import weigh
from bot.matching.index import FloatArray, IntArray
from bot.matching.model import Thresholds
from bot.matching.words import WordWeights

DEFAULT: Final = Thresholds(answer=0.35, suggest=0.2, lead=0.1)
"""For FAQs too small to calibrate on."""
FOLDS: Final = 5
FEWEST: Final = 20
"""Left-out phrasings, of either kind, below which calibration says nothing."""
LOWEST_ANSWER: Final = 0.15
LOWEST_SUGGEST: Final = 0.08
"""Floors, whatever the phrasings say: below, a question shares next to nothing with any phrasing."""
ANSWER_STRICTNESS: Final = 2.0
SUGGEST_STRICTNESS: Final = 0.4
"""How much worse it is to answer (or suggest) where nothing is covered than to stay silent where something is."""


QUESTIONS_ENOUGH: Final = 50
"""Questions of either kind (covered or not) from which they teach more than left-out phrasings do."""
FALSE_ANSWERS: Final = 0.03
FALSE_SUGGESTIONS: Final = 0.2
"""Shares of the questions that must not be answered which the thresholds let through."""


def enough(questions: Sequence[tuple[Sequence[str], str | None]]) -> bool:
    """Tell whether there are enough questions of either kind to learn the decision from."""
    outside = sum(entry is None for _, entry in questions)
    return min(outside, len(questions) - outside) >= QUESTIONS_ENOUGH


def from_confidence(uncovered: Sequence[float]) -> Thresholds:
    """Return the thresholds for probabilities, given those of the questions that must not be answered."""
    answer, suggest = np.quantile(uncovered, [1 - FALSE_ANSWERS, 1 - FALSE_SUGGESTIONS], method="higher")
    return Thresholds(answer=float(answer), suggest=float(suggest), lead=0.0)


class Sample:
    """Scores of questions whose right outcome is known."""

    def __init__(self) -> None:
        """Start empty."""
        self._covered: list[tuple[float, bool]] = []
        self._uncovered: list[float] = []

    def add_covered(self, score: float, *, right: bool) -> None:
        """Add a question that an entry covers, and whether the best entry was that one."""
        self._covered.append((score, right))

    def add_uncovered(self, score: float) -> None:
        """Add a question that must not be answered."""
        self._uncovered.append(score)

    def thresholds(self) -> Thresholds:
        """Return the thresholds that suit the sample best; the defaults if it is too small."""
        if len(self._covered) < FEWEST or len(self._uncovered) < FEWEST:
            return DEFAULT
        hits = np.sort([score for score, right in self._covered if right])
        others = np.sort(self._uncovered)
        answer = max(_best_cut(hits, len(self._covered), others, ANSWER_STRICTNESS), LOWEST_ANSWER)
        suggest = max(_best_cut(hits, len(self._covered), others, SUGGEST_STRICTNESS), LOWEST_SUGGEST)
        return Thresholds(answer=answer, suggest=min(suggest, answer), lead=DEFAULT.lead)


def _best_cut(hits: npt.NDArray[np.float64], covered: int, others: npt.NDArray[np.float64], strictness: float) -> float:
    """Return the cut with the best sum of covered questions answered right and, times `strictness`, others turned away."""
    scores = np.unique(np.concatenate([hits, others]))
    cuts = np.concatenate([scores[:1] - 1e-3, (scores[1:] + scores[:-1]) / 2, scores[-1:] + 1e-3])
    answered = (len(hits) - np.searchsorted(hits, cuts)) / covered
    turned_away = np.searchsorted(others, cuts) / len(others)
    return float(cuts[int(np.argmax(answered + strictness * turned_away))])


def cross_validate(
    sample: Sample, kernel: FloatArray, owners: IntArray, texts: Sequence[Sequence[str]], weights: WordWeights
) -> None:
    """Add the scores of left-out phrasings and entries to `sample`."""
    random = Random(0)  # noqa: S311
    shuffled = [int(entry) for entry in np.unique(owners)]
    random.shuffle(shuffled)
    turns = {
        entry: random.sample(members, len(members))
        for entry in shuffled
        for members in [np.flatnonzero(owners == entry).tolist()]
    }
    for fold in range(FOLDS):
        absent = set(shuffled[fold::FOLDS])
        tested = [turn[fold] for entry, turn in turns.items() if entry not in absent and len(turn) > max(1, fold)]
        outside = np.flatnonzero(np.isin(owners, list(absent))).tolist()
        kept = np.setdiff1d(np.arange(len(owners)), np.array(tested + outside, dtype=np.int64))
        if not kept.size:
            continue
        present = np.unique(owners[kept])
        local: IntArray = np.searchsorted(present, owners[kept]).astype(np.int32)
        fitted = head.train(kernel[np.ix_(kept, kept)], local, len(present))
        known = weights.without([texts[at] for at in kept], local.tolist())
        for at in tested + outside:
            similar = kernel[at, kept]
            evidence = weigh(similar, similar @ fitted, local, known.coverage(texts[at]))
            score = float(evidence.score[evidence.best])
            if owners[at] in absent:
                sample.add_uncovered(score)
            else:
                sample.add_covered(score, right=bool(present[evidence.best] == owners[at]))
