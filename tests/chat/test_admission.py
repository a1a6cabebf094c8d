"""Not too fast, and only where the server wants it."""

from dataclasses import replace

import pytest
import simcord

from bot.chat import rate_limit
from bot.chat.client import AdmissionRefused
from bot.chat.cogs import admission
from bot.chat.cogs.admission import SLOWLY
from bot.chat.rate_limit import MEMBER_LIMIT
from bot.store.types import GuildSettings
from tests.chat.conftest import Town
from tests.settings import save_settings

TIMES = MEMBER_LIMIT[0]


@pytest.fixture
def unhurried() -> None:
    """Here the pace is the real one."""


@pytest.mark.parametrize("text", ["!ask who was killed?", "{me} who was killed?", "!topics", "{me} topics"])
async def test_who_asks_too_fast_is_told_once(town: Town, text: str) -> None:
    for _ in range(TIMES + 3):
        await town.ana.send(town.channel, text.format(me=town.me))
    remarks = [answer for answer in town.answers() if answer.text == SLOWLY]
    assert len(remarks) <= 1  # it deletes itself after a while
    assert len(town.answers()) - len(remarks) == TIMES
    sent = [request for request in town.env.http_requests if SLOWLY in str(request.json)]
    assert len(sent) == 1
    simcord.assert_error(town.env, AdmissionRefused)


async def test_slash_is_told_privately_each_time(town: Town) -> None:
    for _ in range(TIMES):
        await town.slash("ask", question="who was killed?")
    for _ in range(2):
        refused = await town.slash("topics")
        assert refused.text == SLOWLY
        assert refused.private
    simcord.assert_error(town.env, AdmissionRefused)


async def test_others_may_go_on(town: Town) -> None:
    for _ in range(TIMES + 1):
        await town.ana.send(town.channel, "!ask who was killed?")
    before = len(town.answers())
    await town.ben.send(town.channel, "!ask who was killed?")
    assert town.answers()[before].text.startswith("### Who was killed?")
    simcord.assert_error(town.env, AdmissionRefused)


async def test_a_channel_has_a_pace_of_its_own(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "CHANNEL_LIMIT", (2, 60.0))
    await town.bot.reload_extension(admission.__name__)
    for member in (town.ana, town.ben):
        await member.send(town.channel, "!ask who was killed?")
    cleo = town.guild.add_member(town.env.create_user("cleo"))
    await cleo.send(town.channel, f"{town.me} who was killed?")
    assert [answer.text == SLOWLY for answer in town.answers()] == [False, False, True]
    other = town.guild.create_text_channel("other")
    await cleo.send(other, f"{town.me} who was killed?")
    assert town.answers(other)[0].text.startswith("### Who was killed?")
    simcord.assert_error(town.env, AdmissionRefused)


async def test_direct_messages_have_the_same_pace(town: Town) -> None:
    for _ in range(TIMES + 3):
        await town.ana.send_dm("who was killed?")
    answers = [each for each in town.answers(town.ana.user.dm_channel) if each.text != SLOWLY]
    assert len(answers) == TIMES
    simcord.assert_error(town.env, AdmissionRefused)


async def test_elsewhere_it_names_its_channels_once(town: Town) -> None:
    other = town.guild.create_text_channel("bots")
    await save_settings(town.store, town.guild.id, replace(GuildSettings(), channels=frozenset({other.id})))
    hint = f"I don't answer in this channel. Please ask me in <#{other.id}>."
    for text in ("!ask who was killed?", f"{town.me} who was killed?"):
        await town.ana.send(town.channel, text)
    assert len([request for request in town.env.http_requests if hint in str(request.json)]) == 1
    refused = await town.slash("ask", question="who was killed?")
    assert refused.text == hint
    assert refused.private
    await town.ana.send(other, "!ask who was killed?")
    (answer,) = town.answers(other)
    assert answer.text.startswith("### Who was killed?")
    simcord.assert_error(town.env, AdmissionRefused)
