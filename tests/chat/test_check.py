"""The results of a check, as moderators see them."""

from bot.chat.screens.check import check_pages
from bot.i18n.catalogue import speaking
from bot.matching.types import Outcome
from bot.moderation.regression import RegressionCase, RegressionFigures, Verdict
from tests.chat.worlds import entry, world


def test_a_base_without_regression_questions_is_not_said_to_fail_them() -> None:
    base = world([entry(1)]).base
    shown = str(check_pages(base, [], [], RegressionFigures(()), []))
    assert "**Regression questions:** none yet." in shown
    assert "goal" not in shown
    with speaking("es"):
        assert "todavía no hay ninguna" in str(check_pages(base, [], [], RegressionFigures(()), []))


def test_a_regression_question_that_fails_is_named_with_the_entry_that_was_wanted() -> None:
    base = world([entry(1), entry(2)]).base
    case = RegressionCase("what is it", "entry-1", ("entry-2",), Outcome.ANSWER, Verdict.WRONG)
    shown = str(check_pages(base, [], [], RegressionFigures((case,)), []))
    assert "gets the answer of `entry-2`; expected `entry-1`" in shown
