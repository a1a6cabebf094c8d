"""The moderators' regression set, asked of the answerer: what comes out right and what does not."""

from dataclasses import dataclass
from enum import StrEnum

from bot.answering.answerer import Answerer, calibration
from bot.answering.reply import Reply
from bot.matching.types import Outcome


class Verdict(StrEnum):
    """How a regression question came out."""

    RIGHT = "right"
    """Reached the entry it must reach, or was rightly left unanswered."""

    SUGGESTED = "suggested"
    """The right entry was only among the suggestions."""

    MISSED = "missed"
    """Found nothing, or suggestions without the right entry."""

    WRONG = "wrong"
    """Got the answer of another entry."""

    FALSE = "false"
    """Got an answer although it must not be answered."""


@dataclass(frozen=True, slots=True)
class RegressionCase:
    """A regression question and how it came out."""

    question: str
    expected: str | None
    """Id of the entry it must reach; None where it must not be answered."""

    got: tuple[str, ...]
    """Ids of the entries that were answered or suggested."""

    outcome: Outcome
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RegressionFigures:
    """How a whole regression set came out."""

    cases: tuple[RegressionCase, ...]

    def share(self, verdict: Verdict, *, answered: bool) -> float:
        """Return the share of a verdict, in percent, among the questions that must be answered or must not."""
        group = [case for case in self.cases if (case.expected is not None) == answered]
        return 100 * sum(case.verdict is verdict for case in group) / len(group) if group else 0.0


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A regression question that comes out differently after an edit."""

    before: RegressionCase
    after: RegressionCase

    @property
    def worse(self) -> bool:
        """Whether the edit spoils it: it came out right, or at least unanswered, and does not any more."""
        order = (Verdict.RIGHT, Verdict.SUGGESTED, Verdict.MISSED, Verdict.WRONG, Verdict.FALSE)
        return order.index(self.after.verdict) > order.index(self.before.verdict)


def changes(before: RegressionFigures, after: RegressionFigures) -> tuple[VerdictChange, ...]:
    """List the questions that come out differently, those that get worse first.

    Args:
        before: the set as it comes out of the knowledge in use.
        after: as it comes out of a draft; questions that only one of the two holds are passed over.
    """
    old = {case.question: case for case in before.cases}
    both = [VerdictChange(old[case.question], case) for case in after.cases if case.question in old]
    differing = [change for change in both if change.before.verdict is not change.after.verdict]
    return tuple(sorted(differing, key=lambda change: not change.worse))


def evaluate(answerer: Answerer) -> RegressionFigures:
    """Ask every question of the knowledge base's regression set."""
    questions = calibration(answerer.base).questions
    return RegressionFigures(tuple(_case(answerer.answer(text), text, entry) for text, entry in questions))


def _case(reply: Reply, question: str, expected: str | None) -> RegressionCase:
    answered = tuple(answer.entry for answer in reply.answers)
    suggested = tuple(suggestion.entry for suggestion in reply.suggestions)
    if expected is None:
        verdict = Verdict.FALSE if answered else Verdict.RIGHT
    elif answered:
        verdict = Verdict.RIGHT if expected in answered else Verdict.WRONG
    else:
        verdict = Verdict.SUGGESTED if expected in suggested else Verdict.MISSED
    return RegressionCase(question, expected, answered or suggested, reply.outcome, verdict)
