"""The results of a check, as moderators see them."""

from bot.chat.screens.check import check_pages
from bot.i18n.catalogue import speaking
from bot.moderation.regression import RegressionFigures
from tests.chat.worlds import entry, world


def test_a_base_without_regression_questions_is_not_said_to_fail_them() -> None:
    base = world([entry(1)]).base
    shown = str(check_pages(base, [], [], RegressionFigures(()), []))
    assert "**Regression questions:** none yet." in shown
    assert "goal" not in shown
    with speaking("es"):
        assert "todavía no hay ninguna" in str(check_pages(base, [], [], RegressionFigures(()), []))
