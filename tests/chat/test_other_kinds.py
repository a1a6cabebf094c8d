"""A FAQ that is about no case: nothing says so, and what it has nothing for is hidden."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import simcord
from discord.ui import TextDisplay

from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot
from bot.chat.screens.welcome import welcome_pages
from bot.i18n.catalogue import LANGUAGES, speaking
from bot.knowledge.load import load
from bot.store.types import GuildSettings
from tests.chat.conftest import FakeLive, Town
from tests.chat.worlds import entry, event, world
from tests.places import HARBOUR, LANTERN
from tests.settings import save_settings

FOREIGN = re.compile(r"\b(?:cases?|articles?|casos?|artículos?|trials?|killed|murder\w*)\b", re.IGNORECASE)
HIDDEN = ("who", "timeline", "quotes")


@pytest.fixture(scope="module")
def lantern() -> Answerer:
    return Answerer(load(LANTERN), lexical_only=True)


@pytest.fixture
def live(lantern: Answerer) -> FakeLive:
    return FakeLive(lantern)


def texts(value: object) -> Iterator[str]:
    """Every text in a JSON value, except keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def published(town: Town) -> list[set[str]]:
    """The names of the commands that Discord was told about, each time."""
    bodies: list[Any] = [each.json for each in town.env.http_requests if each.method == "PUT"]
    return [{command["name"] for command in body} for body in bodies]


def sent(town: Town) -> list[str]:
    """Everything that the bot has sent to Discord: messages, controls, and the slash commands in all languages."""
    bodies: list[Any] = [each.json for each in town.env.http_requests]
    return [text for body in bodies for text in texts(body)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_that_members_see_says_case_or_article(town: Town, language: str) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(language=language))
    await town.ana.slash(town.channel, "privacy show")
    for name in ("help", "about", "topics", "sources"):
        await town.ana.send(town.channel, f"!{name}")
        await town.ana.slash(town.channel, name)
    for asked in ("hello", "how do i install it", "phone app", "who answers", "is a file missing", "pizza", "thanks"):
        await town.ana.send(town.channel, f"{town.me} {asked}")
        await town.ana.slash(town.channel, "ask", question=asked)
    for seen in town.answers():
        if len(seen.menus) == 1:
            for value in seen.options.values():
                await town.ana.select(seen.message, [value])
    await town.ana.send(town.channel, town.me)
    said = sent(town)
    assert any("Lantern" in text for text in said)
    assert not [text for text in said if FOREIGN.search(text)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_welcome_of_a_server_says_neither(town: Town, language: str) -> None:
    guild = town.bot.get_guild(town.guild.id)
    assert guild
    with speaking(language):
        pages = welcome_pages(town.live.current.base, guild, message_content=False)
    said = "\n".join(part.content for page in pages for part in page.walk_children() if isinstance(part, TextDisplay))
    assert "Lantern" in said
    assert not FOREIGN.search(said)


async def test_a_source_that_rules_is_not_said_to_report(town: Town) -> None:
    assert "**According to the manual**" in (await town.say("!ask skipped files")).text
    assert "**What I have read does not say**" in (await town.say("!ask android version")).text
    assert "**A note from the moderators**" in (await town.say("!ask are you a human")).text


async def test_commands_that_there_is_nothing_for_are_not_published(town: Town) -> None:
    (names,) = published(town)
    assert names.isdisjoint(HIDDEN)
    assert {"ask", "topics", "sources", "about", "help"} <= names
    assert names == town.bot.published_commands()


@pytest.mark.parametrize("name", HIDDEN)
async def test_a_hidden_command_that_is_typed_is_nothing_or_a_question(town: Town, name: str) -> None:
    for typed in (f"!{name}", f"! {name}", f"!{name.upper()} Ada"):
        await town.ana.send(town.channel, typed)
    assert not town.answers()
    for typed in (f"{town.me} {name}", f"{town.me} !{name}", f"{town.me} /{name}"):
        assert "I don't have an answer to that" in (await town.say(typed)).text
    assert f"`!{name}`" not in (await town.say("!help")).text


async def test_a_base_with_dates_and_without_people_names_no_hidden_command(town: Town) -> None:
    town.live.current = world([entry()], events=[event()])
    said = (await town.say("!timeline nonsense")).text
    assert said.startswith("I didn't understand which date you mean.")
    assert "who" not in said


async def test_what_comes_with_a_reload_can_be_typed_and_published(town: Town) -> None:
    town.live.current = Answerer(load(HARBOUR), lexical_only=True)
    assert "Timeline" in (await town.say("!timeline")).text
    assert "Ada Voss" in (await town.say("!who")).text
    await town.bot.tree.sync()
    assert published(town)[-1] >= set(HIDDEN)


async def test_a_slash_command_from_before_says_that_there_is_nothing(
    simcord_env: simcord.Env, simcord_bot: CaseBot, live: FakeLive, lantern: Answerer
) -> None:
    live.current = Answerer(load(HARBOUR), lexical_only=True)
    await simcord_bot.tree.sync()
    live.current = lantern
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("hall")
    ana = guild.add_member(simcord_env.create_user("ana"))
    result = await ana.slash(channel, "timeline")
    assert result.response
    assert "My FAQ has no dated events." in json.dumps(simcord_env.http_requests[-1].json)
