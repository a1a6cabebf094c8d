"""Thresholds from the FAQ's own phrasings.

No fixed threshold carries over from one FAQ to the next, so each is fitted at load: what a phrasing scores when it is
left out stands for a question that the FAQ covers, what it scores when its whole entry is left out for one that it does
not. The head gives both without refitting.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.index import FloatArray
from bot.matching.model import Thresholds

DEFAULT: Final = Thresholds(answer=0.5, suggest=0.3, lead=0.05)
"""For FAQs too small to calibrate on."""
FEWEST: Final = 20
"""Phrasings left out, of either kind, below which calibration says nothing."""
LOWEST_ANSWER: Final = 0.15
LOWEST_SUGGEST: Final = 0.08
"""Floors, whatever the phrasings say: below, a question shares next to nothing with any phrasing."""
ANSWER_STRICTNESS: Final = 2.0
SUGGEST_STRICTNESS: Final = 0.4
"""How much worse it is to answer (or suggest) where nothing is covered than to stay silent where something is."""


def fit(covered: FloatArray, right: npt.NDArray[np.bool_], uncovered: FloatArray) -> Thresholds:
    """Return thresholds for scores of `covered` questions (with whether the best entry was the `right` one) and others."""
    if len(covered) < FEWEST or len(uncovered) < FEWEST:
        return DEFAULT
    answer = _best_cut(covered, right, uncovered, ANSWER_STRICTNESS)
    suggest = _best_cut(covered, right, uncovered, SUGGEST_STRICTNESS)
    answer = max(answer, LOWEST_ANSWER)
    return Thresholds(answer=answer, suggest=min(max(suggest, LOWEST_SUGGEST), answer), lead=DEFAULT.lead)


def _best_cut(covered: FloatArray, right: npt.NDArray[np.bool_], uncovered: FloatArray, strictness: float) -> float:
    """Return the cut with the best sum of covered questions answered right and, times `strictness`, others turned away."""
    scores = np.unique(np.concatenate([covered, uncovered]))
    cuts = np.concatenate([scores[:1] - 1e-3, (scores[1:] + scores[:-1]) / 2, scores[-1:] + 1e-3])
    hits = np.sort(covered[right])
    others = np.sort(uncovered)
    gain = 1 - np.searchsorted(hits, cuts) / max(1, len(covered))
    turned_away = np.searchsorted(others, cuts) / len(others)
    return float(cuts[int(np.argmax(gain + strictness * turned_away))])
