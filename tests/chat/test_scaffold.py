"""The base that `casebot init` makes, on Discord: nothing of the bot needs this case."""

import datetime as dt
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.knowledge.load import load
from bot.knowledge.scaffold import init
from tests.chat.conftest import FakeLive, Town


@pytest.fixture
def live(tmp_path: Path) -> FakeLive:
    init(tmp_path / "case", dt.date(2026, 11, 24))
    return FakeLive(Answerer(load(tmp_path / "case")))


async def test_a_member_gets_an_answer_of_the_new_base(town: Town) -> None:
    answer = await town.slash("ask", question="when did the bakery burn down?")
    assert "The bakery on Mill Lane burned down on 14 March 2015" in answer.text
    assert "Article on the Mill Lane bakery fire" in answer.text


async def test_a_claim_of_the_new_base_names_who_makes_it(town: Town) -> None:
    answer = await town.slash("ask", question="was it arson?")
    assert "Ruth Hale says that somebody set it" in answer.text
    assert "Claimed by Ruth Hale" in answer.text
