"""Answers for one pair of eyes: the private option, and the menu of a message."""

import discord
import pytest
import simcord
from discord import app_commands

from bot.chat import rate_limit
from bot.chat.client import AdmissionRefused
from bot.chat.cogs import admission, ask
from bot.chat.cogs.admission import SLOWLY
from tests.chat.conftest import Seen, Town, shown

MENU = "Find an answer"


async def _find(town: Town, message: discord.Message) -> Seen:
    return shown(await town.ben.context_menu(town.channel, MENU, message))


async def test_an_answer_can_be_private(town: Town) -> None:
    result = await town.ana.slash(town.channel, "ask", question="who was killed?", private=True)
    answer = shown(result)
    assert answer.private
    assert answer.text.startswith("### Who was killed?")


@pytest.mark.parametrize("message_content", [True, False])
async def test_the_menu_answers_somebody_elses_message_privately(town: Town) -> None:
    message = await town.ana.send(town.channel, "who was killed?")
    answer = await _find(town, message)
    assert answer.private
    assert answer.text.startswith("### Who was killed?")


async def test_a_long_message_full_of_markup_is_not_shown_again(town: Town) -> None:
    await town.ana.send(town.channel, "hello")
    text = f"@everyone <@{town.ben.id}> **bold** \u202e\u200b https://example.com " + "zzz " * 400
    answer = await _find(town, await town.ana.send(town.channel, text))
    assert answer.private
    for echoed in ("everyone", "bold", "example", "zzz", "\u202e", str(town.ben.id)):
        assert echoed not in answer.text


async def test_what_bots_write_is_no_question(town: Town) -> None:
    answer = await town.say("!ask who was killed?")
    told = await _find(town, answer.message)
    assert told.private
    assert told.text == "I can only answer messages that members have written."


async def test_the_menu_has_the_same_pace(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MEMBER_LIMIT", (1, 60.0))
    await town.bot.reload_extension(admission.__name__)
    message = await town.ana.send(town.channel, "who was killed?")
    assert (await _find(town, message)).text.startswith("### Who was killed?")
    refused = await _find(town, message)
    assert refused.text == SLOWLY
    assert refused.private
    simcord.assert_error(town.env, AdmissionRefused)


async def test_the_menu_can_be_brought_along_and_goes_with_its_cog(town: Town) -> None:
    def menu() -> object:
        return town.bot.tree.get_command(MENU, type=discord.AppCommandType.message)

    found = menu()
    assert isinstance(found, app_commands.ContextMenu)
    described = found.to_dict(town.bot.tree)
    assert described["integration_types"] == [0, 1]
    assert described["contexts"] == [0, 1, 2]
    await town.bot.unload_extension(ask.__name__)
    assert menu() is None
