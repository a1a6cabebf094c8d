"""Text to ranked entries to a decision. Pure: imports neither Discord nor the knowledge base nor the store."""

from bot.matching.matcher import Matcher
from bot.matching.spelling import Repair
from bot.matching.text import question_parts
from bot.matching.types import (
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
from bot.matching.vectors import Encoder

__all__ = [
    "Calibration", "Candidate", "Decision", "Encoder", "Explanation", "Lexicon", "MatchedWord", "Matcher", "Outcome",
    "Repair", "Target", "Thresholds",
    "question_parts",
]  # fmt: skip
