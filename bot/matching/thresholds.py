"""Thresholds from the FAQ's own phrasings.

No fixed threshold carries over from one FAQ to the next, so each is fitted at load by cross-validation: in every fold a
fifth of the entries is left out, and one phrasing of each of the others; what the former score stands for questions
that the FAQ does not cover, what the latter score for those that it does.
"""

from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import Corpus
from bot.matching.holdout import Holdout
from bot.matching.ranker import Ranker
from bot.matching.scoring import weigh
from bot.matching.types import Thresholds

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
    """Return the cut with the best sum of covered questions answered right and, `strictness` times, others kept off."""
    scores = np.unique(np.concatenate([hits, others]))
    cuts = np.concatenate([scores[:1] - 1e-3, (scores[1:] + scores[:-1]) / 2, scores[-1:] + 1e-3])
    answered = (len(hits) - np.searchsorted(hits, cuts)) / covered
    turned_away = np.searchsorted(others, cuts) / len(others)
    return float(cuts[int(np.argmax(answered + strictness * turned_away))])


def cross_validate(sample: Sample, ranker: Ranker, corpus: Corpus, stop_words: frozenset[str]) -> None:
    """Add the scores of left-out phrasings and entries of `corpus`, which `ranker` has indexed, to `sample`."""
    kernel = ranker.kernel()
    owners = corpus.owners
    texts = corpus.texts()
    random = Random(0)  # noqa: S311
    shuffled = np.unique(owners).tolist()
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
        kept = np.setdiff1d(np.arange(len(owners), dtype=np.int32), np.array(tested + outside, dtype=np.int32))
        if not kept.size:
            continue
        left = Holdout.of(kept, kernel, corpus, texts, stop_words)
        for at in tested + outside:
            similar = ranker.similarities_of(at)[kept]
            evidence = weigh([similar], similar, similar @ left.head, left.considered, left.weights.grasp(texts[at]))
            score = float(evidence.score[0])
            if owners[at] in absent:
                sample.add_uncovered(score)
            else:
                sample.add_covered(score, right=bool(evidence.entries[0] == owners[at]))
