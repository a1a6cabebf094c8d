"""What is counted while members ask."""

import logging

import pytest

from bot.ops.http import observed
from tests.chat.conftest import Town


def metrics(town: Town) -> list[str]:
    return town.bot.metrics.text().decode().splitlines()


async def test_questions_by_outcome_and_surface(town: Town) -> None:
    await town.say(f"{town.me} who was killed?")
    await town.slash("ask", question="who was killed?")
    await town.slash("ask", question="what is the boiling point of tin")
    shown = metrics(town)
    assert 'casebot_questions_total{outcome="answer",surface="mention"} 1.0' in shown
    assert 'casebot_questions_total{outcome="answer",surface="slash"} 1.0' in shown
    assert 'casebot_questions_total{outcome="none",surface="slash"} 1.0' in shown
    assert "casebot_match_seconds_count 3.0" in shown
    assert "casebot_guilds 1.0" in shown
    assert f"casebot_entries {len(town.bot.live.current.base.entries)}.0" in shown
    assert not any("killed" in line or "boiling" in line for line in shown)


async def test_errors_by_logger(town: Town) -> None:
    async with observed(town.bot, "127.0.0.1", None):
        logging.getLogger("bot.somewhere").error("It failed")
        logging.getLogger("bot.somewhere").warning("It is late")
    logging.getLogger("bot.somewhere").error("It failed when nobody counted")
    assert 'casebot_errors_total{logger="bot.somewhere"} 1.0' in metrics(town)


async def test_where_it_can_be_read_is_logged(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot")
    async with observed(town.bot, "127.0.0.1", 0):
        assert "Metrics and health are at http://127.0.0.1:" in caplog.text
