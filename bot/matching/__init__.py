"""Text to ranked entries to a decision. Pure: imports neither Discord nor the knowledge base nor the store."""

from bot.matching.matcher import Matcher
from bot.matching.model import (
    Calibration,
    Candidate,
    Decision,
    Explanation,
    Lexicon,
    MatchedWord,
    Outcome,
    Target,
    Thresholds,
)
from bot.matching.spelling import Repair

__all__ = [
    "Calibration", "Candidate", "Decision", "Explanation", "Lexicon", "MatchedWord", "Matcher", "Outcome", "Repair",
    "Target", "Thresholds",
]  # fmt: skip
