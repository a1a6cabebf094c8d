"""Whatever way the connection to Discord is dead in: the log has one record of it, and nothing else is raised.

What the errors say is in no line of the log.
"""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Final, Literal
from unittest.mock import Mock

import aiohttp
import discord
import pytest
import simcord
from discord import app_commands, ui
from typing_extensions import override

from bot.chat import retry
from bot.chat.client import REMARK_SECONDS, AdmissionRefused
from bot.chat.cogs.ask import FIND_MENU
from bot.chat.cogs.reports import POLL_SECONDS
from bot.chat.idle_timers import IDLE
from bot.chat.message.modal import Modal
from bot.chat.message.page import Page
from bot.chat.retry import TooLateError
from bot.chat.rights import Right, needs
from bot.knowledge.yaml_file import Place, Problem
from bot.ops import logs
from bot.store.types import GuildSettings
from tests.chat.conftest import Town
from tests.settings import save_settings

QUESTION: Final = "who was killed?"
WRITTEN: Final = "what a member wrote"


class _Response:
    """What discord.py reads of an answer that is an error."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "failed"
        self.headers: dict[str, str] = {}


def _refused(status: int, code: int = 0) -> discord.HTTPException:
    kinds = {403: discord.Forbidden, 404: discord.NotFound, 500: discord.DiscordServerError}
    kind = kinds.get(status, discord.HTTPException)
    return kind(_Response(status), {"code": code, "message": WRITTEN})


class UnthoughtOfError(Exception):
    """Of a kind that nobody has thought of."""


DEAD: Final[list[Exception]] = [
    aiohttp.ClientConnectionError(WRITTEN),
    aiohttp.ClientOSError(104, WRITTEN),
    ConnectionResetError(104, WRITTEN),
    OSError(24, WRITTEN, WRITTEN),
    TimeoutError(WRITTEN),
    RuntimeError("Session is closed"),
    TooLateError(WRITTEN),
    _refused(500),
    _refused(400, 50035),
    _refused(401),
    _refused(403, 50013),
    _refused(404, 10062),
    discord.RateLimited(60.0),
    discord.ClientException(WRITTEN),
    ValueError(WRITTEN),
    UnthoughtOfError(WRITTEN),
]


class Buttons(ui.ActionRow[Page]):
    """Controls of a view, whose errors end in another place than those of dynamic items."""

    @ui.button(label="here")
    async def here(self, interaction: discord.Interaction[Any], _button: ui.Button[Page]) -> None:
        await interaction.response.send_message("hello")

    @ui.button(label="form")
    async def form(self, interaction: discord.Interaction[Any], _button: ui.Button[Page]) -> None:
        await interaction.response.send_modal(Form())


class Form(Modal, right=Right.MEMBER, title="Form"):
    typed: ui.Label["Form"] = ui.Label(text="Text", component=ui.TextInput(custom_id="typed"))

    @override
    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        await interaction.response.send_message("hello")


@app_commands.command(name="plain", description="No hybrid.", extras=needs(Right.MEMBER))
async def plain(interaction: discord.Interaction) -> None:
    await interaction.response.defer()
    await interaction.followup.send("hello")


Act = Callable[[], Awaitable[object]]


class Scene:
    """All ways in which the bot comes to send something, each as far as the moment before."""

    def __init__(self, town: Town) -> None:
        self._town = town

    async def _view(self) -> discord.Message:
        channel = self._town.bot.get_channel(self._town.channel.id)
        assert isinstance(channel, discord.TextChannel)
        page = Page(["Press"])
        page.put(Buttons())
        return await channel.send(view=page)

    async def typed_command(self) -> Act:
        return lambda: self._town.ana.send(self._town.channel, f"!ask {QUESTION}")

    async def command_used_wrongly(self) -> Act:
        return lambda: self._town.ana.send(self._town.channel, "!ask")

    async def mention(self) -> Act:
        return lambda: self._town.ana.send(self._town.channel, f"{self._town.me} {QUESTION}")

    async def direct_message(self) -> Act:
        return lambda: self._town.ana.send_dm(QUESTION)

    async def edited_question(self) -> Act:
        asked = await self._town.ana.send(self._town.channel, f"!ask {QUESTION}")
        return lambda: self._town.ana.edit(asked, "!ask how did the jury vote")

    async def unasked_answer(self) -> Act:
        # In one channel the bot would not say the same again.
        channel = self._town.guild.create_text_channel("chat")
        await save_settings(self._town.store, self._town.guild.id, GuildSettings(auto_channels=frozenset({channel.id})))
        return lambda: self._town.ana.send(channel, QUESTION)

    async def slash_command(self) -> Act:
        return lambda: self._town.ana.slash(self._town.channel, "ask", question=QUESTION)

    async def slash_command_that_is_no_hybrid(self) -> Act:
        self._town.bot.tree.add_command(plain, override=True)
        await self._town.bot.tree.sync()
        return lambda: self._town.ana.slash(self._town.channel, "plain")

    async def slash_command_that_is_gone(self) -> Act:
        self._town.bot.tree.remove_command("topics")
        return lambda: self._town.ana.slash(self._town.channel, "topics")

    async def context_menu(self) -> Act:
        asked = await self._town.ben.send(self._town.channel, QUESTION)
        return lambda: self._town.ana.context_menu(self._town.channel, FIND_MENU, asked)

    async def suggestions_while_typing(self) -> Act:
        return lambda: self._town.ana.autocomplete(self._town.channel, "ask", "question", "who")

    async def dynamic_button(self) -> Act:
        answer = await self._town.say(f"!ask {QUESTION}")
        return lambda: self._town.ana.click(answer.message, label="Sources")

    async def dynamic_menu(self) -> Act:
        answer = await self._town.say(f"!ask {QUESTION}")
        return lambda: self._town.ana.select(answer.message, [next(iter(answer.options.values()))])

    async def view(self) -> Act:
        message = await self._view()
        return lambda: self._town.ana.click(message, label="here")

    async def modal(self) -> Act:
        shown = await self._town.ana.click(await self._view(), label="form")
        return lambda: self._town.ana.submit_modal(shown, {"typed": "words"})


SCENES: Final = [name for name in vars(Scene) if not name.startswith("_")]


@contextlib.asynccontextmanager
async def nothing_is_raised() -> AsyncIterator[None]:
    """Hold that no task ends with an error that nobody has caught."""
    found: list[str] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: found.append(f"{context['message']}: {context.get('exception')!r}"))
    try:
        yield
        gc.collect()
        await asyncio.sleep(0)
    finally:
        loop.set_exception_handler(before)
    assert not found


@pytest.fixture(autouse=True)
def _nothing_is_quoted(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    forms: list[Literal["console", "json"]] = ["console", "json"]
    for form in forms:
        formatter = logs.formatter(form)
        assert WRITTEN not in "".join(map(formatter.format, caplog.get_records("call")))


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is the matter of other tests."""
    monkeypatch.setattr(retry.with_retries, "__defaults__", ((),))
    monkeypatch.setattr(retry, "SOON", ())


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("name", SCENES)
async def test_one_record_and_no_second_error(
    town: Town, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for error in DEAD:
        act = await getattr(Scene(town), name)()
        before = len(caplog.records)
        with monkeypatch.context() as patch:
            # The same that discord.py's client and its webhooks send through.
            patch.setattr("simcord.http.router.dispatch", Mock(side_effect=error))
            async with nothing_is_raised():
                await act()
        # Where a command is used wrongly, the remark on it is all there was to say.
        assert len(caplog.records[before:]) == (name != "command_used_wrongly"), (error, caplog.messages[before:])
    assert town.env.errors is not None


@pytest.mark.parametrize("error", DEAD, ids=repr)
async def test_what_is_done_later_fails_in_silence(
    town: Town, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await town.say("!sources")
    elsewhere = GuildSettings(channels=frozenset({town.guild.create_text_channel("bots").id}))
    await save_settings(town.store, town.guild.id, elsewhere)
    await town.say("!ask who was killed?")
    with monkeypatch.context() as patch:
        patch.setattr("simcord.http.router.dispatch", Mock(side_effect=error))
        async with nothing_is_raised():
            await town.env.advance_time(max(IDLE, REMARK_SECONDS) + 1)
    assert not caplog.records
    simcord.assert_error(town.env, AdmissionRefused)


@pytest.mark.parametrize("error", DEAD, ids=repr)
async def test_moderators_hear_again_once_the_connection_is_back(
    town: Town, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id))
    problem = Problem(Place("faq/victim.yaml", 9, 5), "no mark", "add one")
    with monkeypatch.context() as patch:
        patch.setattr("simcord.http.router.dispatch", Mock(side_effect=error))
        async with nothing_is_raised():
            town.live.problems = (problem,)
            await town.env.advance_time(POLL_SECONDS + 1)
    (line,) = caplog.messages
    assert line.startswith(f"The moderator channel {town.channel.id} doesn't accept reports: ")
    town.live.problems = ()
    await town.env.advance_time(POLL_SECONDS + 1)
    (told,) = town.answers()
    assert told.text == "The FAQ's files are fixed and in use again."


async def test_a_look_that_fails_is_one_record_and_the_next_look_comes(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    settings = town.store.all_settings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(town.store, "all_settings", Mock(spec=settings, side_effect=UnthoughtOfError))
        async with nothing_is_raised():
            town.live.problems = (Problem(Place("faq/victim.yaml", 9, 5), "no mark", "add one"),)
            await town.env.advance_time(POLL_SECONDS + 1)
    assert caplog.messages == ["The check of the knowledge files for moderators failed and is tried again."]
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id))
    town.live.problems = ()
    await town.env.advance_time(POLL_SECONDS + 1)
    assert town.answers()
