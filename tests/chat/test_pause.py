"""The bot paused by moderators, in a channel or in the whole server, and resumed."""

import dataclasses
from collections.abc import Awaitable, Callable

import discord
import pytest
import simcord
from discord.ext import commands
from simcord import ChannelHandle, MemberActor

from bot.chat.client import BOT_PAUSED, AdmissionRefused
from bot.store.types import GuildSettings
from tests.chat.conftest import Seen, Town, shown
from tests.settings import save_settings

QUESTION = "who was killed?"
EVERYWHERE = ("Pause in the whole server", "Resume in the server")
HERE = ("Pause in this channel", "Resume in this channel")


@pytest.fixture
async def chief(town: Town) -> MemberActor:
    role = town.guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True, manage_messages=True))
    return town.guild.add_member(town.env.create_user("chief"), roles=[role])


async def set_up(town: Town, chief: MemberActor, label: str, channel: ChannelHandle | None = None) -> Seen:
    panel = shown(await chief.slash(channel or town.channel, "setup"))
    return shown(await chief.click(panel.message, label=label))


async def silent(town: Town, channel: ChannelHandle) -> bool:
    """Whether nothing that members write there is answered."""
    before = len(town.answers(channel))
    for text in (f"!ask {QUESTION}", f"{town.me} {QUESTION}", f"{town.me} topics", QUESTION, "!ask", "!nothing"):
        await town.ana.send(channel, text)
    assert all(isinstance(error, commands.CommandError) for error in town.env.errors), "as the gate refuses"
    return len(town.answers(channel)) == before


@pytest.mark.parametrize("labels", [EVERYWHERE, HERE])
async def test_while_it_is_paused_nothing_that_is_written_is_answered(
    town: Town, chief: MemberActor, labels: tuple[str, str]
) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(auto_channels=frozenset({town.channel.id})))
    answer = await town.say(f"!ask {QUESTION}")
    assert not await silent(town, town.channel)
    panel = await set_up(town, chief, labels[0])
    where = "in the whole server:**" if labels is EVERYWHERE else f"in** <#{town.channel.id}>"
    assert f"**Paused {where}" in panel.text
    assert "Saved." in panel.text
    assert await silent(town, town.channel)
    before = len(town.answers())
    await town.ana.send(town.channel, QUESTION, reply_to=answer.message)
    assert len(town.answers()) == before
    await town.restart()
    assert await silent(town, town.channel)
    resumed = await set_up(town, chief, labels[1])
    assert "**Paused:** nowhere (default)" in resumed.text
    assert not await silent(town, town.channel)


Step = Callable[[Town, Seen], Awaitable[Seen]]


async def _slash(town: Town, _answer: Seen) -> Seen:
    return await town.slash("ask", question=QUESTION)


async def _menu(town: Town, answer: Seen) -> Seen:
    return shown(await town.ana.context_menu(town.channel, "Find an answer", answer.message))


async def _button(town: Town, answer: Seen) -> Seen:
    return shown(await town.ana.click(answer.message, label="Sources"))


async def _pick(town: Town, answer: Seen) -> Seen:
    return shown(await town.ana.select(answer.message, [next(iter(answer.options.values()))]))


@pytest.mark.parametrize("step", [_slash, _menu, _button, _pick])
async def test_whoever_uses_a_command_or_a_control_reads_so_privately(
    town: Town, chief: MemberActor, step: Step
) -> None:
    answer = await town.say(f"!ask {QUESTION}")
    await set_up(town, chief, EVERYWHERE[0])
    told = await step(town, answer)
    assert (told.text, told.private) == (BOT_PAUSED, True)
    await set_up(town, chief, EVERYWHERE[1])
    assert (await step(town, answer)).text != BOT_PAUSED


async def test_the_form_of_a_list_is_no_way_round_it(town: Town, chief: MemberActor) -> None:
    listed = await town.say("!quotes")
    form = await town.ana.click(listed.message, label="Go to page")
    await set_up(town, chief, HERE[0])
    assert shown(await town.ana.submit_modal(form, {"number": "2"})).text == BOT_PAUSED


async def test_nothing_is_suggested_while_typing(town: Town, chief: MemberActor) -> None:
    await set_up(town, chief, HERE[0])
    assert await town.ana.autocomplete(town.channel, "ask", "question", "who") == []
    await set_up(town, chief, HERE[1])
    assert await town.ana.autocomplete(town.channel, "ask", "question", "who")


async def test_moderators_go_on_with_their_work_and_answers_can_be_deleted(town: Town, chief: MemberActor) -> None:
    mine, theirs = await town.say(f"!ask {QUESTION}"), await town.say(f"!ask {QUESTION}")
    await set_up(town, chief, EVERYWHERE[0])
    entry = shown(await chief.slash(town.channel, "faq show", entry="who-was-killed"))
    assert entry.text.startswith("### `who-was-killed`")
    assert await chief.autocomplete(town.channel, "faq show", "entry", "who")
    choice = shown(await chief.click(theirs.message, label="Delete"))
    assert choice.buttons == ["Stop this answer", "Delete the message"]
    await town.ana.click(mine.message, label="Delete")
    assert mine.message.id not in {each.message.id for each in town.answers()}


async def test_members_still_see_and_delete_what_is_kept_about_them(town: Town, chief: MemberActor) -> None:
    await set_up(town, chief, EVERYWHERE[0])
    page = await town.slash("privacy show")
    assert page.private
    assert page.text != BOT_PAUSED
    assert (await town.slash("privacy forget-me")).text.startswith("There was nothing to delete")
    await town.slash("privacy logging", questions="off")
    assert not town.store.keeps_questions_of(town.ana.id)


async def test_a_paused_channel_takes_its_threads_along_and_no_other_channel(town: Town, chief: MemberActor) -> None:
    other, forum = town.guild.create_text_channel("other"), town.guild.create_forum_channel("help")
    await save_settings(town.store, town.guild.id, GuildSettings(auto_channels=frozenset({forum.id})))
    post = await town.post(town.ana, forum, "A question", QUESTION)
    assert town.answers(post)
    seen = await set_up(town, chief, HERE[0], post)
    assert f"**Paused in** <#{forum.id}>" in seen.text
    assert await silent(town, post)
    assert not town.answers(await town.post(town.ben, forum, "Another", "how did the jury vote?"))
    assert not await silent(town, other)
    await town.ana.send_dm(QUESTION)
    assert town.answers(town.ana.user.dm_channel)


async def test_an_edit_of_a_question_is_not_answered_either(town: Town, chief: MemberActor) -> None:
    question = await town.ana.send(town.channel, f"!ask {QUESTION}")
    (answer,) = town.answers()
    await set_up(town, chief, HERE[0])
    await town.ana.edit(question, "!ask how did the jury vote?")
    simcord.assert_error(town.env, AdmissionRefused)
    assert town.answers()[0].text == answer.text


async def test_it_holds_in_the_server_that_has_paused_it_alone(town: Town, chief: MemberActor) -> None:
    await set_up(town, chief, EVERYWHERE[0])
    elsewhere = town.env.create_guild()
    room = elsewhere.create_text_channel("room")
    dora = elsewhere.add_member(town.env.create_user("dora"))
    await dora.send(room, f"!ask {QUESTION}")
    assert town.answers(room)


async def test_two_switches_do_not_undo_each_other(town: Town, chief: MemberActor) -> None:
    first = shown(await chief.slash(town.channel, "setup"))
    second = shown(await chief.slash(town.channel, "setup"))
    await chief.click(first.message, label=HERE[0])
    await chief.click(second.message, label=EVERYWHERE[0])
    kept = town.store.settings(town.guild.id)
    assert dataclasses.replace(kept, welcomed=False) == dataclasses.replace(
        GuildSettings(), paused=True, paused_channels=frozenset({town.channel.id})
    )
    await set_up(town, chief, EVERYWHERE[1])
    assert await silent(town, town.channel), "the channel is still paused"


async def test_in_spanish(town: Town, chief: MemberActor) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(language="es"))
    panel = await set_up(town, chief, "Pausar en todo el servidor")
    assert "**En pausa en todo el servidor:** aquí no respondo a nadie" in panel.text
    assert (await town.slash("ask", question=QUESTION)).text == "Los moderadores me han puesto en pausa aquí."
