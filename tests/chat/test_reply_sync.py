"""A reply follows its question: edited with it, deleted with it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.serializers import message_payload

from bot.chat import rate_limit, reply_links
from bot.chat.client import REMARK_SECONDS, AdmissionRefused
from bot.chat.cogs import admission
from bot.chat.cogs.admission import SLOWLY
from bot.chat.cogs.command import Context
from bot.chat.cogs.reply_sync import FRESH
from bot.chat.idle_timers import IDLE
from bot.chat.message.page import Page
from bot.chat.message.send import send
from bot.store.store import StoreError
from bot.store.types import ReplyLink
from tests.chat.conftest import Seen, Town, shown
from tests.chat.worlds import entry, world

OFF_TOPIC = "best pizza recipe please"


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("written", ["!ask {}", "{me} {}"])
async def test_an_edited_question_is_answered_in_place(town: Town, written: str, *, restarted: bool) -> None:
    question = await town.ana.send(town.channel, written.format(OFF_TOPIC, me=town.me))
    (before,) = town.answers()
    if restarted:
        await town.restart()
    await town.ana.edit(question, written.format("who was killed?", me=town.me))
    (after,) = town.answers()
    assert after.message.id == before.message.id
    assert after.text.startswith("### Who was killed?")


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_deleted_question_takes_its_reply_along(town: Town, *, restarted: bool) -> None:
    question = await town.ana.send(town.channel, "!ask who was killed?")
    assert len(town.answers()) == 1
    if restarted:
        await town.restart()
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


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    ("written", "edited", "start"),
    [
        ("!topics", "!help", "### The Corey Miller case"),
        ("!topics", "!topics please", "### What you can ask"),
        ("!who kim", "!who corey", "### Corey Miller"),
        ("!timeline 2001", "!timeline 2002", "### Timeline: 2002"),
        ("!timeline gibberish", "!timeline", "### Timeline"),
        ("!sources", "!ask who was killed?", "### Who was killed?"),
        ("{me}", "{me} who was killed?", "### Who was killed?"),
    ],
)
async def test_the_reply_to_a_typed_command_follows_it(
    town: Town, written: str, edited: str, start: str, *, restarted: bool
) -> None:
    typed = await town.ana.send(town.channel, written.format(me=town.me))
    (before,) = town.answers()
    if restarted:
        await town.restart()
    await town.ana.edit(typed, edited.format(me=town.me))
    (answer,) = town.answers()
    assert answer.message.id == before.message.id
    assert answer.text.startswith(start)
    await town.ana.delete(typed)
    assert not town.answers()


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    ("written", "edited", "before", "after"),
    [
        ("!timeline picture", "!timeline 2002 picture", 1, 1),
        ("!timeline picture", "!timeline", 1, 0),
        ("!timeline", "!timeline picture", 0, 1),
        ("!timeline picture", "!ask who was killed?", 1, 0),
    ],
)
async def test_a_picture_follows_its_command(  # noqa: PLR0913
    town: Town, written: str, edited: str, before: int, after: int, *, restarted: bool
) -> None:
    typed = await town.ana.send(town.channel, written)
    (first,) = town.answers()
    assert (len(first.message.attachments), len(first.galleries)) == (before, before)
    if restarted:
        await town.restart()
    await town.ana.edit(typed, edited)
    (answer,) = town.answers()
    assert answer.message.id == first.message.id
    assert answer.text != first.text or before == after
    assert (len(answer.message.attachments), len(answer.galleries)) == (after, after)
    await town.ana.delete(typed)
    assert not town.answers()


async def test_an_answer_in_place_of_a_list_is_not_closed_like_one(town: Town) -> None:
    typed = await town.ana.send(town.channel, "!sources")
    assert "Next page" in town.answers()[0].buttons
    await town.ana.edit(typed, "!ask who was killed?")
    await town.env.advance_time(IDLE + 1)
    (answer,) = town.answers()
    assert answer.text.startswith("### Who was killed?")


async def test_a_list_in_place_of_an_answer_is_closed_when_it_is_idle(town: Town) -> None:
    typed = await town.ana.send(town.channel, "!ask who was killed?")
    await town.ana.edit(typed, "!sources")
    await town.env.advance_time(IDLE + 1)
    (closed,) = town.answers()
    assert set(closed.disabled) >= {"Previous page", "Next page"}


async def test_talk_edited_into_a_question_is_answered(town: Town) -> None:
    talk = await town.ana.send(town.channel, "who was killed?")
    await town.ana.edit(talk, f"{town.me} who was killed?")
    (answer,) = town.answers()
    assert answer.text.startswith("### Who was killed?")


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_pin_or_a_link_preview_changes_nothing(town: Town, *, restarted: bool) -> None:
    question = await town.ana.send(town.channel, f"!ask {OFF_TOPIC}")
    await town.ana.edit(question, "!ask who was killed?")
    (answer,) = town.answers()
    await town.ana.click(answer.message, label="Delete")
    if restarted:
        # Neither the message nor its edit is remembered: only the time of the edit tells.
        await town.restart()
        await town.env.advance_time(FRESH.total_seconds() + 1)
    backend = town.env.backend
    # For either, Discord sends the whole message once more, with the time of its last edit; simcord does not.
    backend.emit("MESSAGE_UPDATE", message_payload(backend, backend.get_message(town.channel.id, question.id)))
    await town.env.settle()
    assert not town.answers()


async def test_a_question_deleted_while_its_answer_is_on_the_way_leaves_no_reply(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    async def send_slowly(
        ctx: Context, pages: Sequence[Page], files: Sequence[discord.File], *, private: bool = False
    ) -> list[discord.Message]:
        sent = await send(ctx, pages, files, private=private)
        seen.extend(town.answers())
        await town.bot.reply_links.question_deleted(town.bot, ctx.message.id)
        return sent

    monkeypatch.setattr(reply_links, "send", send_slowly)
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


async def test_an_edit_in_a_direct_message_is_followed(town: Town) -> None:
    dm = town.ana.user.dm_channel
    question = await town.ana.send_dm(OFF_TOPIC)
    await town.ana.user.edit(question, "who was killed?")
    (answer,) = town.answers(dm)
    assert answer.text.startswith("### Who was killed?")
    await town.ana.user.delete(question)
    assert not town.answers(dm)


@pytest.mark.parametrize(("after", "answers"), [(FRESH.total_seconds() - 1, 1), (FRESH.total_seconds() + 1, 0)])
async def test_old_talk_is_not_edited_into_a_question(town: Town, after: float, answers: int) -> None:
    talk = await town.ana.send(town.channel, "hello")
    await town.env.advance_time(after)
    await town.ana.edit(talk, "!ask who was killed?")
    assert len(town.answers()) == answers


async def test_an_old_question_is_followed_all_the_same(town: Town) -> None:
    question = await town.ana.send(town.channel, f"!ask {OFF_TOPIC}")
    await town.env.advance_time(3600)
    await town.ana.edit(question, "!ask who was killed?")
    (answer,) = town.answers()
    assert answer.text.startswith("### Who was killed?")


async def test_questions_deleted_by_the_dozen_take_their_replies_along(town: Town) -> None:
    questions = [await town.ana.send(town.channel, text) for text in ("!ask who was killed?", "!ask jury vote", "hi")]
    assert len(town.answers()) == 2
    town.env.backend.bulk_delete_messages(town.channel.id, [question.id for question in questions])
    await town.env.settle()
    assert not town.answers()


@pytest.mark.parametrize("written", ["!ask {}", "{me} {}"])
async def test_an_edit_that_comes_too_fast_leaves_the_reply_as_it_is(
    town: Town, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "MEMBER_LIMIT", (1, 60.0))
    await town.bot.reload_extension(admission.__name__)
    question = await town.ana.send(town.channel, written.format("who was killed?", me=town.me))
    await town.ana.edit(question, written.format("how did the jury vote", me=town.me))
    answer = town.answers()[0]
    assert answer.text.startswith("### Who was killed?")
    assert len([request for request in town.env.http_requests if SLOWLY in str(request.json)]) == 1
    await town.ana.edit(question, "never mind")
    await town.env.advance_time(REMARK_SECONDS)
    assert not town.answers(), "what is no question any more need not wait"
    simcord.assert_error(town.env, AdmissionRefused)


async def test_an_edit_at_once_waits_for_the_first_answer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def send_and_be_overtaken(
        ctx: Context, pages: Sequence[Page], files: Sequence[discord.File], *, private: bool = False
    ) -> list[discord.Message]:
        sent = await send(ctx, pages, files, private=private)
        monkeypatch.undo()
        town.env.backend.edit_message(town.channel.id, ctx.message.id, {"content": "!ask how did the jury vote"})
        for _ in range(1_000):
            await asyncio.sleep(0)  # the edit goes as far as it can
        return sent

    monkeypatch.setattr(reply_links, "send", send_and_be_overtaken)
    await town.ana.send(town.channel, "!ask who was killed?")
    (answer,) = town.answers()
    assert "10-2" in answer.text


# What Discord leaves out


@pytest.fixture
def without_referenced_message(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let events tell that a message is a reply, and not to what."""
    emit = town.env.backend.emit

    def leave_out(event: str, payload: Mapping[str, Any]) -> None:
        emit(event, {key: value for key, value in payload.items() if key != "referenced_message"})

    monkeypatch.setattr(town.env.backend, "emit", leave_out)


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_edited_reply_to_the_bot_is_still_one(
    town: Town, request: pytest.FixtureRequest, *, restarted: bool
) -> None:
    first = await town.say("!ask who was killed?")
    question = await town.ana.send(town.channel, OFF_TOPIC, reply_to=first.message)
    if restarted:
        await town.restart()
    request.getfixturevalue("without_referenced_message")
    await town.ana.edit(question, "how did the jury vote")
    _, answer = town.answers()
    assert "10-2" in answer.text


async def test_a_reply_to_what_is_gone_is_no_question_any_more(town: Town, request: pytest.FixtureRequest) -> None:
    first = await town.say("!ask who was killed?")
    question = await town.ana.send(town.channel, OFF_TOPIC, reply_to=first.message)
    await town.ana.click(first.message, label="Delete")
    await town.restart()
    request.getfixturevalue("without_referenced_message")
    await town.ana.edit(question, "how did the jury vote")
    assert not town.answers()


# ReplyLinks of several pages

LONG = 20
"""Sources with titles so long that their list takes more than one message."""


@pytest.fixture
def long_answers(town: Town) -> None:
    """Gadget 1 is answered on one page, gadget 2 on several; "gadgets" may be any of eight."""
    sources = [{"id": f"s{n}", "title": f"Source {n} " + "with a long title " * 20} for n in range(LONG)]
    marks = " ".join(f"It is so [s{n}:p1]." for n in range(LONG))
    others = [entry(number, answer="It is another [s1:p1].") for number in range(3, 9)]
    town.live.current = world([entry(1, answer="It is gadget 1 [s1:p1]."), entry(2, answer=marks), *others], sources)


@pytest.mark.usefixtures("long_answers")
async def test_a_reply_of_several_pages_is_edited_in_place_and_goes_as_a_whole(town: Town) -> None:
    question = await town.ana.send(town.channel, "!ask entry-1")
    (short,) = town.answers()
    await town.ana.edit(question, "!ask entry-2")
    first, *more = town.answers()
    assert first.message.id == short.message.id
    assert more
    assert more[-1].buttons[-1] == "Delete"
    await town.ana.edit(question, "!ask entry-1")
    (again,) = town.answers()
    assert (again.message.id, again.text) == (short.message.id, short.text)
    await town.env.advance_time(1)
    await town.ana.edit(question, "!ask entry-2")
    assert len(town.answers()) == 1 + len(more)
    await town.ana.delete(question)
    assert not town.answers()


@pytest.mark.usefixtures("long_answers")
@pytest.mark.parametrize("surface", ["typed", "slash"])
@pytest.mark.parametrize("restarted", [False, True])
async def test_delete_takes_all_pages(town: Town, surface: str, *, restarted: bool) -> None:
    if surface == "typed":
        await town.ana.send(town.channel, "!ask entry-2")
    else:
        await town.ana.slash(town.channel, "ask", question="entry-2")
    if restarted:
        await town.restart()
    pages = town.answers()
    assert len(pages) > 1
    await town.ana.click(pages[-1].message, label="Delete")
    assert not town.answers()


async def _suggestions(town: Town, surface: str) -> Seen:
    """Ask something that may be any gadget."""
    return await town.say("!ask gadgets") if surface == "typed" else await town.slash("ask", question="gadgets")


@pytest.mark.usefixtures("long_answers")
@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_delete_takes_all_pages_of_a_picked_answer(town: Town, surface: str) -> None:
    listed = await _suggestions(town, surface)
    await town.ana.click(listed.message, label="What is gadget 2?")
    pages = town.answers()
    assert len(pages) > 1
    await town.ana.click(pages[-1].message, label="Delete")
    assert not town.answers()


@pytest.mark.usefixtures("long_answers")
async def test_a_picked_answer_goes_with_its_question(town: Town) -> None:
    question = await town.ana.send(town.channel, "!ask gadgets")
    await town.ana.click(town.answers()[0].message, label="What is gadget 2?")
    assert len(town.answers()) > 1
    await town.ana.delete(question)
    assert not town.answers()


@pytest.mark.usefixtures("long_answers")
async def test_a_private_pick_stays_private_on_all_pages(town: Town) -> None:
    listed = shown(await town.ana.slash(town.channel, "ask", question="gadgets", private=True))
    await town.ana.click(listed.message, label="What is gadget 2?")
    pages = [Seen(message) for message in town.channel.history(viewer=town.ana)]
    assert len(pages) > 1
    assert all(page.private for page in pages)
