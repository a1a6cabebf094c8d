"""What the store keeps of a question, however it was asked."""

import datetime as dt

import pytest

from bot.store.types import Why
from tests.chat.conftest import Town

OFF_TOPIC = "best pizza recipe please"


@pytest.mark.parametrize("written", ["!ask {}", "{me} {}"])
async def test_a_question_without_answer_is_kept_in_the_members_words(town: Town, written: str) -> None:
    await town.say(written.format(OFF_TOPIC, me=town.me))
    (kept,) = await town.store.unanswered(town.guild.id)
    assert (kept.text, kept.why, kept.guild) == (OFF_TOPIC, Why.MISSED, town.guild.id)


async def test_slash_replies_and_direct_messages_are_kept_too(town: Town) -> None:
    first = await town.say("!ask who was killed?")
    await town.slash("ask", question=OFF_TOPIC + " 1")
    await town.say(OFF_TOPIC + " 2", reply_to=first.message)
    await town.ana.send_dm(OFF_TOPIC + " 3")
    kept = await town.store.unanswered()
    assert [(each.text[-1], each.guild) for each in kept] == [
        ("3", None),
        ("2", town.guild.id),
        ("1", town.guild.id),
    ]


async def test_a_picked_entry_counts_as_its_answer(town: Town) -> None:
    picked = next(iter(town.live.current.base.entries))
    await town.slash("ask", question=picked)
    stats = await town.store.stats(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    assert stats.entries == {picked: 1}


async def test_talk_and_commands_are_not_kept(town: Town) -> None:
    await town.ana.send(town.channel, OFF_TOPIC)
    await town.say("!topics")
    await town.say(town.me)
    assert not await town.store.unanswered()
