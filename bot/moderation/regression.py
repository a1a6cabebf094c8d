"""Evaluation of the moderators' regression set."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.answering.answerer import Answerer, calibration
from bot.answering.reply import Reply
from bot.knowledge.model import Goals
from bot.matching.types import Outcome


class Verdict(StrEnum):
    """The result of a regression question."""

    RIGHT = "right"
    """It was answered with the expected entry, or rightly not answered."""

    SUGGESTED = "suggested"
    """The expected entry was only suggested."""

    MISSED = "missed"
    """Nothing was found, or the suggestions did not include the expected entry."""

    WRONG = "wrong"
    """It was answered with another entry."""

    FALSE = "false"
    """It was answered although it must not be."""


@dataclass(frozen=True, slots=True)
class RegressionCase:
    """A regression question and its result."""

    question: str
    expected: str | None
    """Id of the expected entry; None if the question must not be answered."""

    got: tuple[str, ...]
    """Ids of the entries that were answered or suggested."""

    outcome: Outcome
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RegressionFigures:
    """The results of a whole regression set."""

    cases: tuple[RegressionCase, ...]

    def share(self, verdict: Verdict, *, answered: bool) -> float:
        """Return the share of a verdict in percent, 0 to 100.

        Args:
            verdict: the verdict to count.
            answered: whether to consider the questions that must be answered, or those that must not.
        """
        group = self._group(answered=answered)
        return 100 * sum(case.verdict is verdict for case in group) / len(group) if group else 0.0

    def behind(self, goals: Goals) -> bool:
        """Return whether the results fall behind goals. Where there are no questions yet, there is nothing to miss."""
        right = self.share(Verdict.RIGHT, answered=True)
        few_right = bool(self._group(answered=True)) and right < goals.right
        return few_right or self.share(Verdict.FALSE, answered=False) > goals.false

    def _group(self, *, answered: bool) -> list[RegressionCase]:
        return [case for case in self.cases if (case.expected is not None) == answered]


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A regression question whose verdict an edit changes."""

    before: RegressionCase
    after: RegressionCase

    @property
    def worse(self) -> bool:
        """Whether the verdict is worse than before."""
        order = (Verdict.RIGHT, Verdict.SUGGESTED, Verdict.MISSED, Verdict.WRONG, Verdict.FALSE)
        return order.index(self.after.verdict) > order.index(self.before.verdict)


def changes(before: RegressionFigures, after: RegressionFigures) -> tuple[VerdictChange, ...]:
    """Return the questions whose verdict changes, those that get worse first.

    Args:
        before: the results with the knowledge in use.
        after: the results with a draft; questions that are only in one of the two are ignored.
    """
    old = {case.question: case for case in before.cases}
    both = [VerdictChange(old[case.question], case) for case in after.cases if case.question in old]
    differing = [change for change in both if change.before.verdict is not change.after.verdict]
    return tuple(sorted(differing, key=lambda change: not change.worse))


def evaluate(answerer: Answerer, progress: Callable[[int, int], None] | None = None) -> RegressionFigures:
    """Return the results of the knowledge base's regression set, asked as if the bot had not seen its wording.

    Args:
        answerer: the bot.
        progress: told before each question how many have been asked, and of how many.
    """
    questions = calibration(answerer.base).questions
    answerer = answerer.untaught()
    cases: list[RegressionCase] = []
    for text, entry in questions:
        if progress:
            progress(len(cases), len(questions))
        cases.append(_case(answerer.answer(text), text, entry))
    return RegressionFigures(tuple(cases))


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
