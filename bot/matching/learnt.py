"""What a matcher learns at load: little beside the time that it takes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.matching.corpus import FloatArray
from bot.matching.in_scope import ScopeWeights
from bot.matching.types import Thresholds


@dataclass(frozen=True, slots=True)
class FittedState:
    """The thresholds; the head's weights (see `head`), None if there is no trained head.

    `scope` and `confidence` are what these two have learnt and `outside` the vectors of the known questions that must
    not be answered, shape (questions, dimensions); None where there were too few known questions.
    """

    thresholds: Thresholds
    head: FloatArray | None
    scope: ScopeWeights | None
    confidence: npt.NDArray[np.float64] | None
    outside: FloatArray | None
