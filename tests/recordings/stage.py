"""A virtual Discord on which a scenario is played, and everything that the bot sends there is written down."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import discord
import simcord
from simcord import ChannelHandle, GuildHandle, InteractionResult, MemberActor, RoleHandle, UserHandle

from tests.forms import filled
from tests.recordings import screens
from tests.recordings.clock import Clock
from tests.recordings.logs import logged
from tests.recordings.names import Names
from tests.recordings.world import SERVER, Answerer, House, Plan, Town, built

PATIENCE: Final = 9.0
"""Seconds that a step may take. Remarks go away after ten: simcord waits for whatever ends before this."""

Value: TypeAlias = str | Sequence[str]

_CALLBACKS: Final = {4: "answers", 5: "thinks", 6: "takes note", 7: "puts in its place", 8: "offers", 9: "opens"}
"""Types of an answer to an interaction: https://discord.com/developers/docs/interactions/receiving-and-responding"""

_CHANGES: Final = {"PATCH": "changes", "DELETE": "deletes"}

_LAST: Final = 20
"""Lines that a script which comes to a stop shows."""


class Stage:
    """The server with its people and channels; scripts let them do something, and the stage writes what comes of it."""

    def __init__(self, env: simcord.Env, house: House, clock: Clock, names: Names) -> None:
        self.env: Final = env
        self.house: Final = house
        self.clock: Final = clock
        self.names: Final = names
        self.lines: Final[list[str]] = []
        self._read = 0
        self._logged: list[str] = []
        self.server: Final[GuildHandle] = env.create_guild(id=SERVER)
        names.give(SERVER, "server")
        names.give(env.backend.application_id, "application")
        names.give(env.backend.bot_user.id, "bot")
        names.give(self.server.default_role.id, "everyone")
        self.case, self.other, self.staff = (self.channel(name) for name in ("case", "other", "staff"))
        self.moderators = self.role("moderators", manage_messages=True)
        self.ana, self.ben = self.player("ana"), self.player("ben")
        self.mod, self.mo = (self.player(name, self.moderators) for name in ("mod", "mo"))
        self.chief = self.player("chief", self.role("chiefs", manage_guild=True, manage_messages=True))

    @property
    def me(self) -> str:
        """How members mention the bot."""
        return f"<@{self.env.backend.bot_user.id}>"

    def channel(self, name: str, **overwrites: bool) -> ChannelHandle:
        """Open a channel, with permissions that the bot has there or has not."""
        me = self.server.me
        assert me
        made = self.server.create_text_channel(
            name, overwrites={me: discord.PermissionOverwrite(**overwrites)} if overwrites else {}
        )
        self.names.give(made.id, name)
        return made

    def forum(self, name: str) -> ChannelHandle:
        """Open a forum."""
        made = self.server.create_forum_channel(name)
        self.names.give(made.id, name)
        return made

    def role(self, name: str, **permissions: bool) -> RoleHandle:
        """Make a role."""
        made = self.server.create_role(name, permissions=discord.Permissions(**permissions))
        self.names.give(made.id, name)
        return made

    def player(self, name: str, *roles: RoleHandle, bot: bool = False) -> "Player":
        """Let somebody join."""
        member = self.server.add_member(self.env.create_user(name, bot=bot), roles=list(roles))
        self.names.give(member.id, name)
        return Player(self, member)

    async def begin(self) -> None:
        """Publish the commands and, where there are moderators, let the bot know them; none of it is written down."""
        self.env.backend.edit_guild(SERVER, {"preferred_locale": self.house.plan.locale})
        await self.house.bot.tree.sync()
        self._forget()
        if not self.house.plan.shipped:
            await self.set_up(moderator_roles=[self.moderators], moderator_channel=[self.staff])

    def log(self, line: str) -> None:
        """Take a line of the bot's log."""
        self._logged.append(line)

    def end(self) -> None:
        """Write what came last."""
        self._catch_up()

    async def set_up(self, **fields: Sequence[ChannelHandle | RoleHandle | str]) -> None:
        """Choose in the panel of `/setup`, without writing it down."""
        with self.quietly():
            await self.chief.slash("setup")
            for name, values in fields.items():
                await self.chief.picks(f"setup:{name}", *values)

    @contextlib.contextmanager
    def quietly(self) -> Iterator[None]:
        """Write nothing of what happens."""
        self._catch_up()
        written = len(self.lines)
        yield
        del self.lines[written:]
        self._forget()

    def _forget(self) -> None:
        self._read = len(self.env.backend.transcript)
        self._logged.clear()

    def file(self, name: str = "faq/theft.yaml") -> list[str]:
        """Return the lines of a file of the FAQ, under its name."""
        return [f"{name}:", *(f"| {line}" for line in (self.house.folder / name).read_text("utf-8").splitlines())]

    def note(self, text: str) -> None:
        """Write a heading, or what happens beside the stage."""
        self._catch_up()
        self.lines.extend(["", f"# {text}"])

    def step(self, text: str) -> None:
        """Write what somebody does next."""
        self._catch_up()
        self.clock.tick()
        first, *others = text.split("\n")
        said = [f"> {self.names.tidy(first)}", *(f"  {self.names.tidy(line)}" for line in others)]
        self.lines.extend(["", *(line.rstrip() for line in said)])

    async def waits(self, seconds: float) -> None:
        """Let time pass."""
        self.step(f"{seconds:g} seconds pass")
        self.clock.tick(seconds)
        await self.env.advance_time(seconds)

    async def restarts(self) -> None:
        """Let another process of the bot take over."""
        self.note("The bot is started again.")
        await self.env.restart_bot(self.house.start())
        self._forget()

    async def leaves(self) -> None:
        """Let the bot leave the server, so that it is there only as an app that members have brought along."""
        self.note("The bot leaves the server; members have it installed for their account.")
        emit: Callable[[str, Any], None] = self.env.backend.emit

        def as_brought_along(event: str, payload: Mapping[str, Any]) -> None:
            if event == "INTERACTION_CREATE":
                user = payload["member"]["user"]["id"]
                guild = {"id": str(SERVER), "locale": "en-US", "features": []}
                emit(event, {**payload, "authorizing_integration_owners": {"1": user}, "guild": guild, "context": 0})
            elif event == "GUILD_DELETE":
                emit(event, payload)

        emit("GUILD_DELETE", {"id": str(SERVER)})
        await self.env.settle()
        self.env.backend.emit = as_brought_along  # type: ignore[method-assign]
        self._forget()

    def refuses(self, method: str, path: str, status: int, code: int, times: int | None = 1) -> None:
        """Let Discord refuse something."""
        self.note(f"Discord refuses {method} {self.names.tidy(path)}: status {status}, code {code}.")
        self.env.inject_error(method, path, status=status, code=code, times=times)

    def errors_expected(self) -> None:
        """Take note of the errors that were raised: else they fail the scenario at its end."""
        assert self.env.errors

    async def opened_to_everybody(self, command: str = "faq") -> None:
        """Show members a command that Discord hides from them."""
        with self.quietly():
            (found,) = [each for each in await self.house.bot.tree.fetch_commands() if each.name == command]
            self.server.set_command_permissions(found, {self.server.default_role: True})

    async def dismissed(self, player: "Player") -> None:
        """Take all roles away from somebody."""
        self.note(f"{player.name} loses all roles.")
        self.env.backend.edit_member(SERVER, player.member.id, {"role_ids": []})
        await self.env.settle()

    async def posts(self, player: "Player", forum: ChannelHandle, title: str, text: str) -> ChannelHandle:
        """Let a member open a post in a forum."""
        self.step(f"{player.name} posts in the forum {forum.name}, {title}:\n{text}")
        house = self.house
        town = Town(self.env, house.bot, house.live, house.store, self.server, self.case, player.member, player.member)
        post = await town.post(player.member, forum, title, text)
        self.names.give(post.id, f"post {title}")
        return post

    def write(self, lines: Iterable[str]) -> None:
        """Write lines of what was seen, after what the bot has sent until now."""
        self._catch_up()
        self._write(lines)

    def _write(self, lines: Iterable[str]) -> None:
        self.lines.extend(f"  {self.names.tidy(line)}".rstrip() for line in lines)

    def _catch_up(self) -> None:
        """Write what the bot has sent and logged since."""
        for user, channel in self.env.backend.dm_channels.items():
            self.names.give(channel, f"{self.names.count(user, 'user')}'s messages")
        transcript = self.env.backend.transcript
        while self._read < len(transcript):
            kind, name, payload = transcript[self._read]
            self._read += 1
            if kind == "HTTP":
                self._sent(name, payload or {})
        self._write(self._logged)
        self._logged.clear()

    def _sent(self, request: str, payload: screens.Payload) -> None:
        method, _, path = request.partition(" ")
        if method == "GET":
            return
        match path.strip("/").split("/"):
            case ["interactions", _, _, "callback"]:
                self._answered(payload)
            case ["channels", channel, "typing"]:
                self._write([f"+ types in {channel}"])
            case ["channels", channel, "messages"]:
                where = f"in {channel}{_reference(payload)}"
                new = self._new()
                self._write([f"+ writes {new} {where}", *_inner(payload)] if new else [f"+ may not write {where}"])
            case [*_, "messages", which] if method in _CHANGES:
                self._write([f"+ {_CHANGES[method]} {which}", *(_inner(payload) if method == "PATCH" else ())])
            case ["users", "@me", "channels"]:
                self._write([f"+ opens direct messages with {payload['recipient_id']}"])
            case ["webhooks", _, _]:
                self._write([f"+ adds {self._new() or 'a message'}", *_inner(payload)])
            case _:
                self._write([f"+ {request}", *_inner(payload)])

    def _answered(self, payload: screens.Payload) -> None:
        kind, data = payload["type"], payload.get("data") or {}
        said = f"+ {_CALLBACKS[kind]}"
        if kind == 4:
            self._write([f"{said} {self._new() or ''}", *_inner(data)])
        elif kind == 7:
            self._write([said, *_inner(data)])
        elif kind in {8, 9}:
            drawn = screens.choices(data) if kind == 8 else screens.form(data)
            self._write([said, *(f"  {line}" for line in drawn)])
        else:
            private = " privately" if int(data.get("flags") or 0) & screens.EPHEMERAL else ""
            self._write([f"{said}{private}"])

    def _new(self) -> str | None:
        """Name the message that the request made which was read last; Discord announces it before the next one.

        Nothing is told about private messages, nor where it was refused.
        """
        for kind, name, payload in self.env.backend.transcript[self._read :]:
            if kind == "HTTP":
                break
            if (kind, name) == ("GATEWAY", "MESSAGE_CREATE"):
                return self.names.count(payload["id"], "m")
        return None


def _reference(payload: screens.Payload) -> str:
    reference = payload.get("message_reference")
    return f" in reply to {reference['message_id']}" if reference else ""


def _inner(payload: screens.Payload) -> Iterable[str]:
    return (f"  {line}" for line in screens.message(payload))


class Player:
    """Somebody on the stage."""

    def __init__(self, stage: Stage, member: MemberActor) -> None:
        self._stage: Final = stage
        self.member: Final = member
        self.name: Final = member.name
        self.form: InteractionResult | None = None
        """The form that was opened last."""

    @property
    def screen(self) -> discord.Message:
        """The newest message of the bot that they see in the channel of the case."""
        return self._seen(self._stage.case)[-1]

    async def says(
        self, text: str, where: ChannelHandle | None = None, *, to: discord.Message | None = None
    ) -> discord.Message:
        """Write a message."""
        place = where or self._stage.case
        reply = f", replying to {to.id}" if to else ""
        self._stage.step(f"{self.name} in {place.id}{reply}: {_visible(text)}")
        message = await self.member.send(place, text, reply_to=to)
        self._stage.names.count(message.id, "m")
        return message

    async def writes_directly(self, text: str) -> discord.Message:
        """Write a direct message."""
        self._stage.step(f"{self.name} directly: {_visible(text)}")
        message = await self.member.send_dm(text)
        self._stage.names.count(message.id, "m")
        return message

    async def changes(self, message: discord.Message, text: str) -> None:
        """Edit a message of their own."""
        self._stage.step(f"{self.name} changes {message.id}: {_visible(text)}")
        await self._at(message).edit(message, text)

    async def deletes(self, message: discord.Message) -> None:
        """Delete a message."""
        self._stage.step(f"{self.name} deletes {message.id}")
        await self._at(message).delete(message)

    async def slash(self, command: str, where: ChannelHandle | None = None, /, **options: str | bool | int) -> None:
        """Run a slash command."""
        said = "".join(f" {key}={value}" for key, value in options.items())
        place = "" if where is None else f" in {where.id}"
        self._stage.step(f"{self.name}{place}: /{command}{_visible(said)}")
        self._opened(await self.member.slash(where or self._stage.case, command, **options))

    async def slash_directly(self, command: str, /, **options: str | bool | int) -> None:
        """Run a slash command in direct messages with the bot."""
        said = "".join(f" {key}={value}" for key, value in options.items())
        self._stage.step(f"{self.name} directly: /{command}{said}")
        self._opened(await self.member.user.slash(command, **options))

    async def types(self, command: str, option: str, typed: str, **filled: str) -> None:
        """Type into an option of a slash command, and see what is offered."""
        self._stage.step(f"{self.name} types: /{command} {option}={typed}")
        await self.member.autocomplete(self._stage.case, command, option, typed, **filled)

    async def asks_about(self, message: discord.Message, menu: str) -> None:
        """Pick something of the menu of a message."""
        self._stage.step(f"{self.name} on {message.id}: Apps, {menu}")
        await self.member.context_menu(self._stage.case, menu, message)

    async def clicks(self, what: str, on: discord.Message | None = None, where: ChannelHandle | None = None) -> None:
        """Click a button, by its label or the beginning of its id, on the newest message that has one."""
        message, part = self._find(what, on, where, kinds={2})
        self._stage.step(f"{self.name} clicks [{part['label']}] {part['custom_id']}")
        self._opened(await self._at(message).click(message, custom_id=part["custom_id"]))

    async def picks(
        self,
        menu: str,
        *values: str | ChannelHandle | RoleHandle,
        on: discord.Message | None = None,
        where: ChannelHandle | None = None,
    ) -> None:
        """Pick from a menu, by its placeholder or the beginning of its id, on the newest message that has one."""
        message, part = self._find(menu, on, where, kinds={3, 5, 6, 7, 8})
        said = ", ".join(value if isinstance(value, str) else str(value.name) for value in values)
        self._stage.step(f"{self.name} picks [{part.get('placeholder') or ''}] {part['custom_id']}: {said}")
        self._opened(await self.member.select(message, values, custom_id=part["custom_id"]))

    async def submits(self, form: InteractionResult | None = None, /, **values: Value) -> None:
        """Submit the form that was opened last, or another one: as it opened, but for what is given."""
        opened = form or self.form
        assert opened
        assert opened.modal
        content = filled(opened.modal) | values
        said = "\n".join(f"{key}: {value!r}" for key, value in values.items())
        self._stage.step(f"{self.name} submits {opened.modal['custom_id']}\n{said}".rstrip())
        self._opened(await self.member.submit_modal(opened, content))

    def _at(self, message: discord.Message) -> MemberActor | UserHandle:
        direct = message.channel.id in self._stage.env.backend.dm_channels.values()
        return self.member.user if direct else self.member

    def _opened(self, result: InteractionResult) -> None:
        if result.modal:
            self.form = result

    def _seen(self, place: ChannelHandle) -> list[discord.Message]:
        bot = self._stage.env.backend.bot_user.id
        viewer = self.member if place.guild else self.member.user
        return [message for message in place.history(viewer=viewer) if message.author.id == bot]

    def _find(
        self, what: str, on: discord.Message | None, where: ChannelHandle | None, kinds: set[int]
    ) -> tuple[discord.Message, dict[str, Any]]:
        messages = self._seen(where or self._stage.case)
        wanted = [message for message in messages if on is None or message.id == on.id]
        for message in reversed(wanted):
            todo: list[Any] = [component.to_dict() for component in message.components]
            while todo:
                part = todo.pop(0)
                named = {part.get("label"), part.get("placeholder")}
                if part["type"] in kinds and (what in named or _begins(part["custom_id"], what)):
                    return message, part
                todo[:0] = part.get("components", [])
        text = f"{self.name} sees nothing that is called {what}"
        raise AssertionError(text)


def _begins(id_: str, words: str) -> bool:
    """Return whether a control's id is made of some words and perhaps more: `queue:next` and not `queue:ne`."""
    return f"{id_}:".startswith(f"{words.removesuffix(':')}:")


def _visible(text: str) -> str:
    """Write a text in one line, cut where it is very long."""
    shown = "".join(each if each.isprintable() else f"\\u{{{ord(each):x}}}" for each in text)
    return shown if len(shown) <= 500 else f"{shown[:400]}... ({len(shown)} characters)"


@contextlib.asynccontextmanager
async def opened(plan: Plan, shipped: Answerer, scratch: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set up the stage for a scenario.

    Args:
        plan: what kind of bot it is about.
        shipped: answers from the FAQ that comes with the bot.
        scratch: an empty folder.
        clock: what the time is.
    """
    names = Names({str(scratch): "{scratch}"})
    with built(plan, shipped, scratch, clock.seconds) as house:
        async with simcord.run(house.bot, settle_timeout=PATIENCE) as env:
            stage = Stage(env, house, clock, names)
            await stage.begin()
            with logged(stage.log):
                try:
                    yield stage
                except Exception as error:
                    stage.end()
                    error.add_note("\n".join(["What was seen last:", *stage.lines[-_LAST:]]))
                    raise
            stage.end()
