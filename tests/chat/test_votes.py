"""Somebody who has the database and the bot's token, and tries all members, does not learn who asked what."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import discord
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.answering.service import Question
from bot.chat.message.page import Page
from bot.chat.screens.feedback import VoteButton
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.member_hash import hash_key, member_hash
from bot.store.store import Store
from bot.store.tables import SALTS, VOTES
from bot.store.types import GuildSettings, Surface
from tests.chat.conftest import FakeLive, Seen, Town, shown
from tests.chat.worlds import entry, world
from tests.settings import save_settings

KEY = hash_key(SecretStr("token"))
QUESTION = "what is gadget 1?"


@pytest.fixture
def live() -> FakeLive:
    return FakeLive(world([entry(1, phrasings=("red gadget",)), entry(2, phrasings=("blue gadget",))]))


@pytest.fixture
def database_url(tmp_path: Path) -> SecretStr:
    return SecretStr(f"sqlite:///{tmp_path}/casebot.db")


@pytest.fixture
async def store(database_url: SecretStr) -> AsyncIterator[Store]:
    database = Database(connect(database_url), key=KEY)
    await database.start()
    yield database
    await database.close()


async def voters(town: Town, database_url: SecretStr) -> list[str | None]:
    """Say of each vote who can be found to have cast it, by trying all; None where that is nobody."""
    assert isinstance(town.store, Database)
    await town.store.flush()
    engine = connect(database_url)
    async with engine.connect() as connection:
        salts = (await connection.execute(select(SALTS.c.secret))).scalars().all()
        hashes = (await connection.execute(select(VOTES.c.member))).scalars().all()
    await engine.dispose()
    names = {member_hash(salt, who.id, KEY): who.user.name for salt in salts for who in (town.ana, town.ben)}
    return [names.get(hashed) for hashed in hashes]


async def _privately(town: Town) -> Seen:
    return shown(await town.ana.slash(town.channel, "ask", question=QUESTION, private=True))


async def _by_menu(town: Town) -> Seen:
    message = await town.ben.send(town.channel, QUESTION)
    return shown(await town.ana.context_menu(town.channel, "Find an answer", message))


async def _directly(town: Town) -> Seen:
    await town.ana.send_dm(QUESTION)
    return town.answers(town.ana.user.dm_channel)[-1]


async def _openly(town: Town) -> Seen:
    return await town.say(f"!ask {QUESTION}")


async def _by_slash(town: Town) -> Seen:
    return await town.slash("ask", question=QUESTION)


async def _unasked(town: Town) -> Seen:
    await save_settings(town.store, town.guild.id, GuildSettings(auto_channels=frozenset({town.channel.id})))
    return await town.say(QUESTION)


async def _by_pick(town: Town) -> Seen:
    listed = await town.say("!ask gadget")
    await town.ana.click(listed.message, label=listed.buttons[0])
    return town.answers()[-1]


Asked: TypeAlias = Callable[[Town], Awaitable[Seen]]


@pytest.mark.parametrize("ask", [_privately, _by_menu, _directly, _openly, _by_slash, _unasked, _by_pick])
@pytest.mark.parametrize("restarted", [False, True])
async def test_the_vote_of_whoever_asked_is_nobodys(
    town: Town, ask: Asked, database_url: SecretStr, *, restarted: bool
) -> None:
    answer = await ask(town)
    if restarted:
        await town.restart()
    directly = answer.message.guild is None
    for label in ("Unhelpful", "Helpful", "Unhelpful"):
        await (town.ana.user if directly else town.ana).click(answer.message, label=label)
    assert await voters(town, database_url) == [None]


async def test_the_vote_of_somebody_else_is_theirs_to_take_back(town: Town, database_url: SecretStr) -> None:
    answer = await _openly(town)
    for who in (town.ana, town.ben):
        await who.click(answer.message, label="Unhelpful")
    assert sorted(await voters(town, database_url), key=str) == [None, "ben"]
    assert await town.store.forget(town.ana.id) == 0
    assert await town.store.forget(town.ben.id) == 1


async def test_a_vote_where_nobody_knows_who_asked_is_nobodys(town: Town, database_url: SecretStr) -> None:
    """Whoever votes may be the one."""
    answered = town.bot.questions.ask(Question(QUESTION, town.ana.id, town.channel.id, town.guild.id, Surface.SLASH))
    channel = town.bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    votes = [VoteButton(answered.asked.id, "entry-1", helpful=helpful) for helpful in (True, False)]
    message = await channel.send(view=Page(["An answer of another version."], foot=votes))
    await town.ben.click(message, label="Helpful")
    assert await voters(town, database_url) == [None]
