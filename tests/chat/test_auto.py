"""Answers that nobody asked for: only where they are wanted and sure."""

from dataclasses import replace

import pytest

from bot.cogs.auto import UNASKED
from bot.store.model import GuildSettings
from tests.chat.conftest import Town


@pytest.fixture
async def wanted(town: Town) -> None:
    """Ana's channel is one where the bot may speak up."""
    chosen = replace(GuildSettings(), auto_channels=frozenset({town.channel.id}))
    await town.store.save_settings(town.guild.id, chosen)


@pytest.mark.usefixtures("wanted")
async def test_a_sure_answer_comes_unasked_and_says_so_once(town: Town) -> None:
    await town.ana.send(town.channel, "who was killed?")
    label, answer = town.answers()
    assert label.text == UNASKED
    assert answer.text.startswith("### Who was killed?")
    await town.ben.send(town.channel, "who was killed?")
    assert len(town.answers()) == 2


@pytest.mark.usefixtures("wanted")
async def test_what_it_is_not_asked_to_judge_is_left_alone(town: Town) -> None:
    bens = await town.ben.send(town.channel, "hello there")
    await town.ana.send(town.channel, "who was killed?", reply_to=bens)
    await town.ana.send(town.channel, "best pizza recipe please")
    robot = town.guild.add_member(town.env.create_user("robot", bot=True))
    await robot.send(town.channel, "who was killed?")
    other = town.guild.create_text_channel("other")
    await town.ana.send(other, "who was killed?")
    assert not town.answers()
    assert not town.answers(other)


async def test_where_it_may_not_answer_at_all_it_does_not_speak_up_either(town: Town) -> None:
    here, other = town.channel.id, town.guild.create_text_channel("other")
    chosen = replace(GuildSettings(), auto_channels=frozenset({here}), channels=frozenset({other.id}))
    await town.store.save_settings(town.guild.id, chosen)
    await town.ana.send(town.channel, "who was killed?")
    assert not town.answers()


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize("text", ["!ask who was killed?", "{me} who was killed?"])
async def test_who_asks_is_answered_once(town: Town, text: str) -> None:
    answer = await town.say(text.format(me=town.me))
    assert answer.text.startswith("### Who was killed?")


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize("message_content", [False])
async def test_without_the_intent_it_is_silent_and_the_log_says_why_once(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        await town.ana.send(town.channel, "who was killed?")
    assert not town.answers()
    assert caplog.text.count("message content intent") == 1
