"""What a draft changes of the regression set is told before it is confirmed."""

from bot.matching.types import Outcome
from bot.moderation.regression import RegressionCase, RegressionFigures, Verdict, changes


def case(question: str, verdict: Verdict, expected: str | None = "entry") -> RegressionCase:
    return RegressionCase(question, expected, (), Outcome.NONE, verdict)


def test_questions_that_come_out_differently_are_listed_the_worse_first() -> None:
    before = RegressionFigures(
        (
            case("fixed", Verdict.WRONG),
            case("the same", Verdict.RIGHT),
            case("spoilt", Verdict.RIGHT),
            case("answered now", Verdict.RIGHT, None),
            case("gone", Verdict.RIGHT),
        )
    )
    after = RegressionFigures(
        (
            case("fixed", Verdict.RIGHT),
            case("the same", Verdict.RIGHT),
            case("spoilt", Verdict.SUGGESTED),
            case("answered now", Verdict.FALSE, None),
            case("new", Verdict.MISSED),
        )
    )
    found = [(change.after.question, change.worse) for change in changes(before, after)]
    assert found == [("spoilt", True), ("answered now", True), ("fixed", False)]
