"""What members are told about what is kept, and what they can do about it."""

import datetime as dt
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from unittest.mock import AsyncMock

import discord
import pytest
from pydantic import SecretStr

from bot.chat.cogs.ask import FIND_MENU
from bot.i18n.catalogue import LANGUAGES, _, speaking
from bot.matching.types import Outcome
from bot.moderation.unanswered import Order
from bot.privacy import TABLE, terms
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.store import StoreError
from bot.store.types import Asked, GuildSettings, Surface
from tests.chat.conftest import Town
from tests.settings import save_settings


async def test_what_is_kept(town: Town) -> None:
    seen = await town.slash("privacy show")
    assert seen.private
    assert "never who asked" in seen.text
    assert "Kept until I restart." in seen.text, "here nothing outlasts the process"
    assert seen.text.endswith("Your questions are kept here, but not that you asked them.")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_members_read_the_table_with_the_times_that_hold(
    town: Town, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retention = dt.timedelta(days=333)
    database = Database(connect(SecretStr(f"sqlite:///{tmp_path}/casebot.db")), retention=retention)
    await save_settings(town.store, town.guild.id, GuildSettings(language=language))
    monkeypatch.setattr(type(town.store), "retention", database.retention)
    seen = await town.slash("privacy show")
    assert seen.private
    with speaking(language):
        filled = terms(retention)
        for kept in TABLE:
            for text in (kept.what, kept.why, kept.time, kept.end, kept.seen):
                assert _(text).format(**filled) in seen.text
        times = [filled[name] for name in ("retention", "salt", "link", "talk", "stops")]
    assert set(re.findall(r"\d+ \w+", seen.text)) == set(times)
    assert {"333", "30", "1", "5", "182"} == {said.split()[0] for said in times}


async def test_a_server_that_keeps_nothing(town: Town) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(log_questions=False))
    assert "This server's moderators have chosen not to keep questions" in (await town.slash("privacy show")).text


async def _points(town: Town, message: discord.Message) -> None:
    await town.ana.send(town.channel, f"{town.me} ^", reply_to=message)


async def _finds(town: Town, message: discord.Message) -> None:
    await town.ana.context_menu(town.channel, FIND_MENU, message)


@pytest.mark.parametrize("asks", [_points, _finds])
@pytest.mark.parametrize("keep", [True, False])
async def test_a_choice_holds_whoever_asks_about_a_message(
    town: Town, asks: Callable[[Town, discord.Message], Awaitable[None]], *, keep: bool
) -> None:
    await town.ben.slash(town.channel, "privacy logging", questions="on" if keep else "off")
    message = await town.ben.send(town.channel, "what is the capital of zanzibar")
    await asks(town, message)
    kept = [each.text for each in await town.store.unanswered(town.guild.id)]
    assert kept == (["what is the capital of zanzibar"] if keep else [])


async def test_a_member_opts_out_and_in_again(town: Town) -> None:
    seen = await town.slash("privacy logging", questions="off")
    assert seen.text.startswith("From now on your questions won't be kept.")
    assert seen.private
    assert not town.store.keeps_questions_of(town.ana.id)
    assert town.store.keeps_questions_of(town.ben.id)
    assert "Your questions aren't kept, as you asked." in (await town.slash("privacy show")).text
    await town.slash("privacy logging", questions="on")
    assert town.store.keeps_questions_of(town.ana.id)


async def test_votes_are_deleted_and_counted(town: Town) -> None:
    one, other = (
        Asked("who", Outcome.ANSWER, "who", 0.9, Surface.SLASH, None, dt.datetime.now(dt.UTC)) for _ in range(2)
    )
    for question in (one, other):
        town.store.record(question, town.ben.id)
        town.store.vote(question.id, "who", town.ana.id, helpful=True)
    town.store.vote(one.id, "who", town.ben.id, helpful=False)
    seen = await town.slash("privacy forget-me")
    assert seen.text.startswith("Deleted: 2 votes.")
    assert seen.private
    assert (await town.slash("privacy forget-me")).text.startswith("There was nothing to delete")
    assert await town.store.forget(town.ben.id) == 1


async def _asked_and_left(town: Town) -> None:
    """Let members ask here and directly, and let the bot leave."""
    await town.say("!ask best pizza recipe please")
    await town.ana.send_dm("best pizza recipe please")
    guild = town.bot.get_guild(town.guild.id)
    assert guild
    await guild.leave()
    await town.env.settle()


async def test_what_was_asked_in_a_server_goes_when_the_bot_leaves_it(town: Town) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(prefix="!", digest=True))
    await town.say("!ask best pizza recipe please")
    assert await town.bot.backlog.groups(town.guild.id, Order.COUNT), "they are cached"
    await _asked_and_left(town)
    assert town.guild.id not in town.bot.backlog._known  # noqa: SLF001 (nobody can ask for it any more)
    assert [each.guild for each in await town.store.unanswered()] == [None]
    assert town.store.settings(town.guild.id).digest, "should it be invited again"


async def test_what_cannot_be_deleted_when_the_bot_leaves_is_no_error(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        town.store, "forget_server", AsyncMock(town.store.forget_server, side_effect=StoreError("away"))
    )
    await _asked_and_left(town)
    assert "which I have left, expire later: away" in caplog.text


async def test_the_database_is_away(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(member: int, *, keep: bool = True) -> int:
        assert town.env.http_requests[-1].path.endswith("/callback"), "Discord has three seconds, a database may not"
        message = f"The database is {'away' if member and keep in {True, False} else 'here'}."
        raise StoreError(message)

    monkeypatch.setattr(town.store, "forget", away)
    monkeypatch.setattr(town.store, "set_keeps_questions_of", away)
    assert (await town.slash("privacy forget-me")).text == "Nothing was deleted: The database is away."
    seen = await town.slash("privacy logging", questions="off")
    assert seen.text == "Nothing was changed: The database is away."
