"""A reply follows its question: edited with it, deleted with it."""

from collections.abc import Sequence

import discord
import pytest

from bot.cogs.command import Context
from bot.store.model import ReplyLink
from bot.store.store import StoreError
from bot.views.delivery import send
from bot.views.page import Page
from tests.chat.conftest import Town

OFF_TOPIC = "best pizza recipe please"


async def _restart(town: Town) -> None:
    await town.restart()


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("written", ["!ask {}", "{me} {}"])
async def test_an_edited_question_is_answered_in_place(town: Town, written: str, *, restarted: bool) -> None:
    question = await town.ana.send(town.channel, written.format(OFF_TOPIC, me=town.me))
    (before,) = town.answers()
    if restarted:
        await _restart(town)
    await town.ana.edit(question, written.format("who was killed?", me=town.me))
    (after,) = town.answers()
    assert after.message.id == before.message.id
    assert after.text.startswith("### Who was killed?")


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_deleted_question_takes_its_reply_along(town: Town, *, restarted: bool) -> None:
    question = await town.ana.send(town.channel, "!ask who was killed?")
    assert len(town.answers()) == 1
    if restarted:
        await _restart(town)
    await town.ana.delete(question)
    assert not town.answers()


async def test_what_is_no_question_any_more_loses_its_reply(town: Town) -> None:
    question = await town.ana.send(town.channel, f"{town.me} who was killed?")
    await town.ana.edit(question, "never mind")
    assert not town.answers()


async def test_a_question_edited_into_a_command_is_that_command(town: Town) -> None:
    question = await town.ana.send(town.channel, "!ask who was killed?")
    await town.ana.edit(question, "!topics")
    (answer,) = town.answers()
    assert answer.text.startswith("### What you can ask")


async def test_talk_edited_into_a_question_is_answered(town: Town) -> None:
    talk = await town.ana.send(town.channel, "who was killed?")
    await town.ana.edit(talk, f"{town.me} who was killed?")
    (answer,) = town.answers()
    assert answer.text.startswith("### Who was killed?")


async def test_a_pin_changes_nothing(town: Town) -> None:
    question = await town.ana.send(town.channel, f"!ask {OFF_TOPIC}")
    await town.ana.edit(question, "!ask who was killed?")
    (answer,) = town.answers()
    await town.ana.click(answer.message, label="Delete")
    allowed = discord.Permissions(manage_messages=True, pin_messages=True)
    roles = [town.guild.create_role("moderators", permissions=allowed)]
    await town.guild.add_member(town.env.create_user("cleo"), roles=roles).set_pinned(question, pinned=True)
    assert not town.answers()


async def test_a_question_deleted_while_its_answer_is_on_the_way_leaves_no_reply(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    async def send_slowly(ctx: Context, pages: Sequence[Page], *, private: bool = False) -> list[discord.Message]:
        sent = await send(ctx, pages, private=private)
        seen.extend(town.answers())
        await town.bot.replies.question_deleted(town.bot, ctx.message.id)
        return sent

    monkeypatch.setattr("bot.replies.send", send_slowly)
    await town.ana.send(town.channel, f"{town.me} who was killed?")
    assert len(seen) == 1
    assert not town.answers()


async def test_an_edited_question_gets_its_answer_without_the_database_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(question: int) -> ReplyLink | None:
        message = f"no database for {question}"
        raise StoreError(message)

    question = await town.ana.send(town.channel, f"!ask {OFF_TOPIC}")
    monkeypatch.setattr(town.store, "find_link", unreachable)
    await town.ana.edit(question, "!ask who was killed?")
    assert town.answers()[-1].text.startswith("### Who was killed?")
    await town.ana.delete(question)


async def test_after_its_reply_was_deleted_an_edited_question_gets_a_new_one(town: Town) -> None:
    question = await town.ana.send(town.channel, f"!ask {OFF_TOPIC}")
    (before,) = town.answers()
    channel = before.message.channel
    await town.bot.get_partial_messageable(channel.id).get_partial_message(before.message.id).delete()
    await town.ana.edit(question, "!ask who was killed?")
    (answer,) = town.answers()
    assert answer.text.startswith("### Who was killed?")
