"""The messages, settings and people that the bot of November 2026 left at Discord, and today's bot among them."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import discord
import pytest
import simcord
from simcord import ChannelHandle, GuildHandle, InteractionResult, MemberActor, RoleHandle
from simcord.results import ResponseMessage, to_discord_message

from tests.chat.conftest import Seen, shown
from tests.upgrade import entry_points, november
from tests.upgrade.entry_points import CaseBot, GuildSettings
from tests.upgrade.november import (
    ANA,
    BEN,
    CAPTAINS,
    CASE,
    DORA,
    FORUM,
    HARBOUR,
    HELP,
    KEEPERS,
    MOD,
    PLAZA,
    PUERTO,
    QUESTION,
    REPLIES,
    STAFF,
)

COMPONENTS_V2: Final = 1 << 15
"""https://discord.com/developers/docs/resources/message#message-object-message-flags"""

MANAGERS: Final = frozenset({"setup", "setup-do"})
MODERATORS: Final = frozenset({"draft", "speaker", "queue", "queue-add", "queue-to"})
"""First parts of the ids of controls that not everybody may use."""

THEN: Final = "What it said then"

CONNECTIONS: Final = 5
"""As many as are kept open: https://docs.sqlalchemy.org/en/20/core/pooling.html#connection-pool-configuration"""

TYPES: Final = {"button": 2, "channel": 8, "role": 6}
MENU: Final = 3


class Control(NamedTuple):
    """A button or menu below a message from November."""

    id: str
    pick: str
    """``button``, or what somebody picks in the menu."""

    where: str

    @property
    def kind(self) -> str:
        """The first part of its id."""
        return self.id.partition(":")[0]

    @property
    def for_moderators(self) -> bool:
        """Whether moderators alone may use it."""
        return self.kind in MODERATORS or (self.kind == "turn" and self.id.split(":")[3] in {"check", "history"})

    def component(self) -> dict[str, Any]:
        """Return it as Discord sends it."""
        kind, _, value = self.pick.partition(" ")
        plain = {"type": TYPES.get(kind, MENU), "custom_id": self.id}
        if kind == "button":
            return {**plain, "style": 2, "label": THEN}
        if kind in TYPES:
            return {**plain, "min_values": 0, "max_values": 1}
        return {**plain, "options": [{"label": THEN, "value": value}]}


CONTROLS: Final = [Control(*line.split("\t")) for line in november.text("custom_ids.txt").splitlines()]


@dataclass
class World:
    """The servers of November, with today's bot in them."""

    env: simcord.Env
    bot: CaseBot
    harbour: GuildHandle
    case: ChannelHandle
    help: ChannelHandle
    captains: RoleHandle
    ana: MemberActor
    mod: MemberActor
    """Moderator by one of the roles that the server had chosen."""

    chief: MemberActor
    """Has Manage Server."""

    dora: MemberActor
    plaza: ChannelHandle
    ines: MemberActor
    """A member in the Spanish server."""

    @property
    def settings(self) -> GuildSettings:
        return self.bot.store.settings(HARBOUR)

    def posted(self, *controls: Control, id: int | None = None) -> discord.Message:  # noqa: A002 (as Discord calls it)
        """Put a message into the channel that November's bot has written."""
        assert self.bot.user
        rows = [{"type": 1, "components": [control.component()]} for control in controls]
        frame = {"type": 17, "components": [{"type": 10, "content": THEN}, *rows]}
        with _next_id(self.env, id) if id else contextlib.nullcontext():
            message = self.env.backend.create_message(
                CASE, self.bot.user.id, components=[frame], flags=COMPONENTS_V2, broadcast=False
            )
        return to_discord_message(self.env, message)

    async def use(self, control: Control, message: discord.Message | None = None) -> InteractionResult:
        """Press a button, or pick something in a menu, as somebody it is meant for."""
        who = self.chief if control.kind in MANAGERS else self.mod if control.for_moderators else self.ana
        message = message or self.posted(control)
        kind, _, value = control.pick.partition(" ")
        if kind == "button":
            return await who.click(message, custom_id=control.id)
        handles: dict[str, Any] = {"channel": [self.help], "role": [self.captains]}
        return await who.select(message, handles.get(kind, [value]), custom_id=control.id)

    async def press(self, id_: str) -> InteractionResult:
        """Use the first control with this id, below a message of its own."""
        return await self.use(next(control for control in CONTROLS if control.id == id_))

    def answers(self, channel: ChannelHandle) -> list[Seen]:
        """Return the bot's messages in a channel, oldest first."""
        assert self.bot.user
        return [Seen(message) for message in channel.history() if message.author.id == self.bot.user.id]


@contextlib.contextmanager
def _next_id(env: simcord.Env, id_: int) -> Iterator[None]:
    """Give the next thing that is created at Discord the id that it had in November."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(env.backend, "snowflake", lambda: env.backend.reserve_id(id_))
        yield


@pytest.fixture
async def simcord_bot(tmp_path: Path) -> AsyncIterator[CaseBot]:
    """What simcord's own `simcord_env` fixture starts: with November's database, folder and history."""
    editor = entry_points.answering_editor(knowledge=november.knowledge(tmp_path))
    async with entry_points.store(f"sqlite:///{november.sqlite(tmp_path, 'stopped')}") as store:
        # Open the connections before simcord starts. It keeps results of coroutines alive, among them the cursors of
        # the pragmas that a new connection executes, and SQLite doesn't commit while such a cursor is open.
        await asyncio.gather(*(store.find_link(number) for number in range(CONNECTIONS)))
        yield entry_points.bot(editor, store, [HARBOUR])


@pytest.fixture
async def world(simcord_env: simcord.Env, simcord_bot: CaseBot) -> World:
    env = simcord_env
    await simcord_bot.tree.sync()

    def user(name: str, id_: int) -> simcord.UserHandle:
        with _next_id(env, id_):
            return env.create_user(name)

    def channel(guild: GuildHandle, name: str, id_: int) -> ChannelHandle:
        with _next_id(env, id_):
            return guild.create_text_channel(name)

    def role(name: str, id_: int, **permissions: bool) -> RoleHandle:
        with _next_id(env, id_):
            return harbour.create_role(name, permissions=discord.Permissions(**permissions))

    harbour, puerto = env.create_guild(id=HARBOUR), env.create_guild(id=PUERTO)
    case, help_ = channel(harbour, "case", CASE), channel(harbour, "help", HELP)
    with _next_id(env, FORUM):
        harbour.create_forum_channel("forum")
    channel(harbour, "staff", STAFF)
    keepers = role("keepers", KEEPERS, manage_messages=True)
    chiefs = harbour.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))
    captains = role("captains", CAPTAINS)
    ana, _ben, dora = (
        harbour.add_member(user(name, id_)) for name, id_ in (("ana", ANA), ("ben", BEN), ("dora", DORA))
    )
    mod = harbour.add_member(user("mod", MOD), roles=[keepers])
    chief = harbour.add_member(env.create_user("chief"), roles=[chiefs])
    plaza = channel(puerto, "plaza", PLAZA)
    ines = puerto.add_member(env.create_user("ines"))
    return World(env, simcord_bot, harbour, case, help_, captains, ana, mod, chief, dora, plaza, ines)


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the bot has logged as a fault of its own."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def reads(result: InteractionResult) -> str:
    """Return what a member reads after using a control; empty if nothing came."""
    if result.modal:
        return str(result.modal["title"])
    said = [result.response, *result.followups]
    return "\n".join(Seen(each.message).text for each in said if isinstance(each, ResponseMessage))


async def test_every_old_control_works_or_says_why_not(world: World, caplog: pytest.LogCaptureFixture) -> None:
    dead = {}
    # What managers change comes last: it decides who is a moderator.
    for control in sorted(CONTROLS, key=lambda control: control.kind in MANAGERS):
        caplog.clear()
        message = world.posted(control)
        result = await world.use(control, message)
        gone = message.id not in {each.id for each in world.case.history()}
        said = reads(result)
        if errors(caplog) or not result.acknowledged or not (gone or (said and said != THEN)):
            dead[control] = said, errors(caplog)
    assert not dead
    assert len(CONTROLS) > 80


async def test_a_vote_on_an_answer_of_before_counts(world: World) -> None:
    async def unhelpful() -> int:
        since = dt.datetime.now(dt.UTC) - dt.timedelta(days=180)
        return (await world.bot.store.stats(since)).not_helpful

    before = await unhelpful()
    await world.press("vote:n:a00000000001:what-was-taken")
    await world.press("vote:n:b00000000000:what-was-taken")
    assert await unhelpful() == before + 1, "the second is about a question that was never kept"


async def test_a_suggestion_of_before_shows_its_answer(world: World) -> None:
    seen = shown(await world.press(f"pick:{ANA}:a00000000001:what-was-taken"))
    assert "What was taken from the museum?" in seen.text
    assert "A painting" in seen.text
    assert len(seen.buttons) == 4
    menu = shown(await world.press("entries:2"))
    assert menu.private
    assert "Where is the ladder now?" in menu.text
    sources = shown(await world.press("cited:what-was-taken.who-saw-it"))
    assert "A painting disappears from the museum." in sources.text
    assert "What the guard says." in sources.text


async def test_a_list_of_before_can_be_turned(world: World) -> None:
    turns = [control for control in CONTROLS if control.where == "the list timeline, of two pages"]
    on, back = (next(control for control in turns if control.id.startswith(verb)) for verb in ("turn:n", "turn:f"))
    message = world.posted(on, back)
    second = shown(await world.use(on, message))
    assert "The director thanks the finders" in second.text
    assert "The painting disappears" not in second.text
    assert "The painting disappears" in shown(await world.use(back, world.posted(back))).text


async def test_deleting_an_answer_of_before_takes_all_its_messages(world: World) -> None:
    for id_ in REPLIES[:3]:
        world.posted(id=id_)
    await world.press(f"delete:{ANA}:{QUESTION}")
    assert not {each.message.id for each in world.answers(world.case)} & set(REPLIES)


async def test_an_edited_question_of_before_gets_its_reply_changed(world: World) -> None:
    with _next_id(world.env, QUESTION):
        question = world.env.backend.create_message(CASE, ANA, "?ask stolen painting", broadcast=False)
    for id_ in REPLIES[:3]:
        world.posted(id=id_)
    await world.ana.edit(to_discord_message(world.env, question), "?ask ladder whereabouts")
    (reply,) = world.answers(world.case)
    assert reply.message.id == REPLIES[0]
    assert "Where is the ladder now?" in reply.text


async def test_the_setup_panel_of_before_saves(world: World) -> None:
    before = world.settings
    await world.press("setup:channels")
    await world.press("setup:moderator_roles")
    await world.press("setup-do:digest-off")
    now = world.settings
    assert now == dataclasses.replace(
        before, channels=frozenset({HELP}), moderator_roles=frozenset({CAPTAINS}), digest=False
    )
    (spanish,) = (control for control in CONTROLS if control.pick == "language es")
    await world.use(spanish)
    assert world.settings.language == "es"


async def test_the_moderators_list_of_before_goes_on(world: World) -> None:
    listed = shown(await world.press("queue:here:count:0:a00000000009"))
    assert "was the painting insured" in listed.text
    await world.press("queue:dismiss:count:0:a00000000009")
    assert "a00000000009" not in {each.id for each in await world.bot.store.unanswered(HARBOUR)}
    await world.press("queue:undo:count:0:a00000000011")
    assert {"a00000000011", "a00000000012"} <= {each.id for each in await world.bot.store.unanswered(HARBOUR)}


async def test_a_wording_of_before_becomes_an_edit(world: World) -> None:
    draft = shown(await world.press("queue-add:count:0:a00000000009:what-was-taken"))
    assert draft.private
    assert re.search(r'Add phrasing ".*insured.*" to what-was-taken', draft.text)
    assert "Confirm" in draft.buttons
    await world.mod.click(draft.message, label="Confirm")
    assert "insured" in world.bot.live.current.base.entries["what-was-taken"].phrasings[-1]
    assert "a00000000009" not in {each.id for each in await world.bot.store.unanswered(HARBOUR)}


@pytest.mark.parametrize("id_", ["draft:confirm:0123456789abcdef", "speaker:0123456789abcdef:0"])
async def test_an_edit_that_was_not_confirmed_is_not_made(world: World, id_: str) -> None:
    seen = shown(await world.press(id_))
    assert "Nothing was changed." in seen.text
    assert seen.buttons == []


async def test_the_history_is_shown_in_chat_and_an_edit_taken_back(world: World) -> None:
    history = shown(await world.mod.slash(world.case, "faq history"))
    assert "Retire when-was-it" in history.text.replace("\\", "")
    draft = shown(await world.mod.slash(world.case, "faq undo", number=9))
    await world.mod.click(draft.message, label="Confirm")
    assert "when-was-it" in world.bot.live.current.base.entries


async def test_members_ask_as_they_did(world: World) -> None:
    await world.ana.send(world.case, "?ask stolen painting")
    assert "A painting" in world.answers(world.case)[-1].text
    await world.ana.send(world.help, "what did the thieves steal?")
    assert "A painting" in world.answers(world.help)[-1].text, "unasked, as the server wants it there"
    await world.ines.send(world.plaza, "¡topics")
    assert "preguntas" in world.answers(world.plaza)[-1].text


async def test_questions_are_kept_or_not_as_it_was_chosen(world: World) -> None:
    for who, channel, text in (
        (world.ana, world.case, "?ask zzz ana"),
        (world.dora, world.case, "?ask zzz dora"),
        (world.ines, world.plaza, "¡ask zzz ines"),
    ):
        await who.send(channel, text)
    kept = [each.text for each in await world.bot.store.unanswered() if each.text.startswith("zzz")]
    assert kept == ["zzz ana"]
