"""The bot in servers where it is no member, brought along by a member who has installed it for their account.

Discord sends such an interaction with the server's id and next to nothing of the server:
https://discord.com/developers/docs/resources/application#installation-context
"""

from collections.abc import Mapping
from typing import Any

import discord
import pytest

from bot.chat.rights import NOT_MANAGER
from tests.chat.conftest import Seen, Town, shown
from tests.chat.worlds import entry, world

OFF_TOPIC = "best pizza recipe please"


@pytest.fixture
async def abroad(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The town after the bot has left it: no server, no channel and no member is known to it any more."""
    emit = town.env.backend.emit

    def as_brought_along(event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE":
            user = payload["member"]["user"]["id"]
            guild = {"id": str(town.guild.id), "locale": "en-US", "features": []}
            emit(event, {**payload, "authorizing_integration_owners": {"1": user}, "guild": guild, "context": 0})
        elif event == "GUILD_DELETE":
            emit(event, payload)

    emit("GUILD_DELETE", {"id": str(town.guild.id)})
    await town.env.settle()
    monkeypatch.setattr(town.env.backend, "emit", as_brought_along)
    return town


async def test_the_bot_knows_nothing_of_the_server(abroad: Town) -> None:
    assert abroad.bot.get_guild(abroad.guild.id) is None
    assert abroad.bot.get_channel(abroad.channel.id) is None


@pytest.mark.parametrize("private", [False, True])
async def test_ask(abroad: Town, *, private: bool) -> None:
    answer = await abroad.slash("ask", question="who was killed?", private=private)
    assert answer.text.startswith("### Who was killed?")
    assert answer.private is private


async def test_what_the_bot_does_not_know_names_what_works_there(abroad: Town) -> None:
    answer = await abroad.slash("ask", question=OFF_TOPIC)
    assert "`/topics` shows what I can answer" in answer.text


async def test_suggestions_while_typing(abroad: Town) -> None:
    first, *_ = await abroad.ana.autocomplete(abroad.channel, "ask", "question", "who was kil")
    assert first["name"] == "Who was killed?"


async def test_the_menu_of_a_message(abroad: Town) -> None:
    message = await abroad.ana.send(abroad.channel, "who was killed?")
    answer = shown(await abroad.ben.context_menu(abroad.channel, "Find an answer", message))
    assert answer.private
    assert answer.text.startswith("### Who was killed?")


async def test_the_buttons_below_an_answer(abroad: Town) -> None:
    answer = await abroad.slash("ask", question="who was killed?")
    voted = shown(await abroad.ben.click(answer.message, label="Helpful"))
    assert voted.text.startswith("Thanks!")
    sources = shown(await abroad.ben.click(answer.message, label="Sources"))
    assert sources.private
    assert "[1]" in sources.text
    related = shown(await abroad.ben.select(answer.message, [next(iter(answer.options.values()))]))
    assert related.private
    refused = shown(await abroad.ben.click(answer.message, label="Delete"))
    assert refused.text.startswith("Only the person who asked")
    await abroad.ana.click(answer.message, label="Delete")
    assert not abroad.answers()


@pytest.mark.parametrize(
    "name", ["who", "quotes", "topics", "sources", "timeline", "changes", "about", "help", "privacy show"]
)
async def test_looking_around(abroad: Town, name: str) -> None:
    page = await abroad.slash(name)
    assert page.text
    if "Next page" in page.buttons:
        assert "Page 2 of" in shown(await abroad.ana.click(page.message, label="Next page")).text


async def test_the_picture_of_the_timeline(abroad: Town) -> None:
    assert (await abroad.slash("timeline", picture=True)).message.attachments


async def test_there_is_nothing_to_set_up_where_the_bot_is_no_member(abroad: Town) -> None:
    role = abroad.guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))
    chief = abroad.guild.add_member(abroad.env.create_user("chief"), roles=[role])
    told = shown(await chief.slash(abroad.channel, "setup"))
    assert told.private
    assert told.text == NOT_MANAGER


async def test_what_members_can_bring_along_and_what_belongs_to_a_server(town: Town) -> None:
    everywhere = {
        "ask",
        "who",
        "quotes",
        "topics",
        "sources",
        "timeline",
        "changes",
        "about",
        "help",
        "privacy",
        "Find an answer",
    }
    described = {command.name: command.to_dict(town.bot.tree) for command in town.bot.tree.get_commands()}
    for name, command in described.items():
        brought = name in everywhere
        assert command["integration_types"] == ([0, 1] if brought else [0]), name  # servers, accounts
        assert command["contexts"] == ([0, 1, 2] if brought else [0]), name  # servers, with the bot, with others
    assert described.keys() > everywhere


async def test_between_two_members_the_hint_names_what_works_there(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    emit = town.env.backend.emit
    monkeypatch.setattr(town.env.backend, "emit", lambda event, payload: emit(event, {**payload, "context": 2}))
    result = await town.ana.user.slash("ask", question=OFF_TOPIC)
    assert "`/topics` shows what I can answer" in shown(result).text


async def _suggestions(town: Town) -> Seen:
    """Ask something that may be any of several entries."""
    town.live.current = world([entry(number) for number in range(1, 9)])
    return await town.slash("ask", question="what is gadget")


async def test_a_list_of_suggestions(abroad: Town) -> None:
    listed: Seen = await abroad.slash("ask", question="monica and kim")
    await abroad.ana.click(listed.message, label=listed.buttons[0])
    (answer,) = abroad.answers()
    assert answer.text.startswith(f"### {listed.buttons[0]}")


async def test_who_wants_none_of_them_is_told_what_works_there(abroad: Town) -> None:
    listed = await _suggestions(abroad)
    told = shown(await abroad.ana.click(listed.message, label="None of these"))
    assert "`/topics` shows what I can answer" in told.text
