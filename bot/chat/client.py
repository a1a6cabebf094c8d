"""The Discord client: its intents, its start and stop, who it answers, and how it reports failures."""

import contextlib
import logging
import math
import re
import sys
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any, Final, Self, TypeAlias, final

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.answering.answerer import Answerer
from bot.answering.contents import without_content
from bot.answering.service import QuestionService
from bot.chat import gateway
from bot.chat.drafts import Drafts
from bot.chat.idle_timers import IdleTimers
from bot.chat.incoming import WRITTEN
from bot.chat.message.errors import (
    UNREACHABLE,
    Excused,
    ExpectedFailure,
    best_effort,
    excuse,
    may_not,
    report,
    report_failure,
    tell_privately,
)
from bot.chat.message.page import Page
from bot.chat.permissions import missing_permissions, place_of
from bot.chat.rate_limit import SlidingWindow
from bot.chat.reply_links import ReplyLinks
from bot.chat.retry import answer_in_time, with_retries
from bot.chat.rights import Right, admit, refusal, right_of, works_always
from bot.chat.translator import Translator
from bot.chat.typed_commands import read_command, takes, with_content
from bot.cluster.cluster import Cluster, SingleProcess
from bot.cluster.identify_queue import IdentifyQueue
from bot.cluster.shards import Shards
from bot.editing.desk import Desk
from bot.errors import kind
from bot.i18n.catalogue import N_, SOURCE, _, pgettext, speak
from bot.knowledge.reload import Live
from bot.metrics import Metrics
from bot.moderation.backlog import Backlog
from bot.moderation.check_cache import CheckCache
from bot.moderation.stops import Stops
from bot.status import Shard, Status
from bot.store.announce import ChangeKind
from bot.store.store import Store, StoreError
from bot.supervision import Supervisor

EXTENSIONS: Final = (
    "bot.chat.cogs.admission",
    "bot.chat.cogs.ask",
    "bot.chat.cogs.auto_answer",
    "bot.chat.cogs.reply_sync",
    "bot.chat.cogs.browse",
    "bot.chat.cogs.corrections",
    "bot.chat.cogs.faq_edit",
    "bot.chat.cogs.faq_inspect",
    "bot.chat.cogs.privacy",
    "bot.chat.cogs.reports",
    "bot.chat.cogs.setup",
    "bot.chat.cogs.faq_stats",
    "bot.chat.cogs.stop",
    "bot.chat.cogs.timeline",
    "bot.chat.cogs.faq_unanswered",
    "bot.chat.cogs.welcome",
)

QUESTION_EVENTS: Final = frozenset({"message", "message_edit", "raw_message_edit"})
"""Events that may contain a question."""

STOPPING: Final = N_("I'm restarting. Please try again in a minute.")

BOT_PAUSED: Final = N_("The moderators have paused me here.")

NOT_OFFERED: Final = N_("I don't know that choice. Please pick one from Discord's list.")

CONNECT_SECONDS: Final = 30.0
"""How long a shard waits for its connection before it goes to the end of the queue."""

REMARK_SECONDS: Final = 10.0
"""How long a remark such as "not so fast" stays in the channel."""

CONNECT_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each retry of a gateway connection; discord.py gives up after 60 seconds."""

_log = logging.getLogger(__name__)
logging.getLogger(app_commands.tree.__name__).addFilter(Excused())
# Whether members' messages can be read is the operator's choice; the doctor says what follows from it.
logging.getLogger(commands.bot.__name__).addFilter(lambda record: "message content intent" not in record.getMessage())
gateway.install()
# The bot never speaks, so nobody needs to know that the libraries for voice are missing.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class AdmissionRefused(commands.CheckFailure):
    """The bot does not answer a question here or now."""

    def __init__(self, sentence: str | None) -> None:
        """Create the error.

        Args:
            sentence: what to tell the member; None for silence.
        """
        super().__init__(sentence)
        self.sentence: Final = sentence


@final
class CaseBot(commands.AutoShardedBot):
    """Answers questions by slash command, prefix, mention, reply and direct message."""

    def __init__(  # noqa: PLR0913 (all but two are keyword-only)
        self,
        live: Live[Answerer],
        store: Store,
        *,
        prefix: str,
        message_content: bool,
        desk: Desk[Answerer] | None = None,
        desk_servers: Collection[int] = (),
        shards: Shards | None = None,
        cluster: Cluster | None = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        """Create the client without connecting yet.

        Args:
            live: has the current Answerer.
            store: the bot's store.
            prefix: what typed commands start with.
            message_content: whether the privileged message content intent is switched on in the Developer Portal.
                Without it, Discord sends a message's text only if it mentions the bot or is a direct message:
                https://discord.com/developers/docs/events/gateway#message-content-intent
            desk: edits the files behind `live`; None if they cannot be written.
            desk_servers: ids of the servers whose moderators may edit in chat.
            shards: the shards of this process; None for all, as many as Discord recommends.
            cluster: coordinates the processes; None if this is the only one.
            supervisor: knows which background tasks fail; None for one of its own.
        """
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=message_content)
        super().__init__(
            command_prefix=_prefix,
            case_insensitive=True,
            help_command=None,
            intents=intents,
            # By default, discord.py caches everybody's last thousand messages. The bot doesn't need them.
            max_messages=None,
            # Sent with every message. Without it, Discord would ping everybody whom the text mentions.
            allowed_mentions=discord.AllowedMentions.none(),
            tree_cls=CaseTree,
            shard_count=shards.count if shards else None,
            shard_connect_timeout=CONNECT_SECONDS,
        )
        gateway.skip_unreadable_events(self._connection.parsers)
        # Retry, because a shard whose first attempt to reconnect fails would begin a new session and miss events.
        self.http.ws_connect = partial(_connect, self.http.ws_connect)  # type: ignore[method-assign]
        self.shard_ids = list(shards.ids) if shards else None
        self.live: Final = live
        self.desk: Final = desk
        self.desk_servers: Final = frozenset(desk_servers)
        self.store: Final = store
        self.supervisor: Final = supervisor or Supervisor()
        self.metrics: Final = Metrics()
        self.metrics.show(self.snapshot)
        self.questions: Final = QuestionService(live, store, self.metrics)
        self.reply_links: Final = ReplyLinks(store)
        self.backlog: Final = Backlog(live, store)
        self.stops: Final = Stops(store, lambda guild: guild in self.desk_servers)
        self.prefix: Final = prefix
        self._refusals = SlidingWindow(1, 3600)
        self._outages: Final = gateway.Outages()
        self.timers: Final = IdleTimers()
        self.drafts: Final = Drafts()
        self.check_cache: Final = CheckCache()
        self.stopping = False
        """Whether the bot takes no more questions and only finishes those in progress."""

        self.before_close: Callable[[], Awaitable[None]] | None = None
        """Waits for the answers in progress, if the bot is closed without having been told to stop."""

        self.cluster: Final = cluster or SingleProcess()
        self.identify_queue: Final = IdentifyQueue(self.cluster)

    def snapshot(self) -> Status:
        """Return the bot's status, in any state, even before its start."""
        return Status(
            shards=self._own_shards(),
            stopping=self.stopping or self.is_closed(),
            guilds=len(self.guilds),
            entries=len(self.live.current.base.entries),
            problems=len(self.live.problems),
            reloads=self.live.reloads,
            refused=self.live.refused,
            store=self.store.health(),
            failing=dict(self.supervisor.failing),
        )

    def _own_shards(self) -> tuple[Shard, ...]:
        """Return all shards of this process, including those still waiting to connect."""
        connected = self.shards
        if not connected:
            return ()
        return tuple(_shard(number, connected.get(number)) for number in self.shard_ids or range(self.shard_count or 1))

    def language_of(self, guild: int) -> str:
        """Return the language, with or without a region, for messages to a server that nobody asked for."""
        server = self.get_guild(guild)
        return self.store.settings(guild).language or str(server.preferred_locale if server else SOURCE)

    def speak_in(self, guild: int | None, locale: discord.Locale | None) -> None:
        """Set the language for the rest of this task: the server's setting, else the locale.

        Args:
            guild: the server; None in a direct message.
            locale: Discord's locale of the server or, in a direct message, of the member.
        """
        speak(self.store.settings(guild).language or str(locale or SOURCE))

    def speak_to(self, interaction: discord.Interaction[Self]) -> None:
        """Set the language for the rest of this task: the server's or, in a direct message, the member's."""
        self.speak_in(interaction.guild_id, interaction.guild_locale or interaction.locale)

    async def admits(
        self,
        interaction: discord.Interaction[Self],
        right: Right = Right.MEMBER,
        *,
        always: bool = False,
        form: bool = False,
    ) -> bool:
        """Set the language, and return whether to handle an interaction; if not, tell the user privately why.

        Args:
            interaction: a command, a click or a form, not answered yet.
            right: the right that the user needs.
            always: whether to handle it even where the bot is paused.
            form: whether to handle it even if the bot is stopping, because the user's input would be lost.
        """
        self.speak_to(interaction)
        if self.stopping and not form:
            await tell_privately(interaction, _(STOPPING))
            return False
        if not always and self.pauses(interaction, right):
            await tell_privately(interaction, _(BOT_PAUSED))
            return False
        return await admit(interaction, right)

    def pauses(self, interaction: discord.Interaction[Self], right: Right) -> bool:
        """Return whether the bot is paused here for an interaction with this right: only members' ones are paused."""
        return right is Right.MEMBER and self.paused_in(interaction.guild_id, interaction.channel)

    def paused_in(self, guild: int | None, channel: object) -> bool:
        """Return whether the moderators have paused the bot in a channel.

        Args:
            guild: the server; None in a direct message.
            channel: the channel; a thread or post is paused along with its channel or forum.
        """
        settings = self.store.settings(guild)
        here = {getattr(channel, "id", None), getattr(channel, "parent_id", None)}
        return settings.paused or not here.isdisjoint(settings.paused_channels)

    @override
    async def get_context(self, origin: Any, /, *, cls: Any = commands.Context) -> Any:
        """Return a message's context and set the language. discord.py calls this before every command.

        A command that is not typed exactly counts as well, if its words fit: ``! ask`` or ``!ask:``. Nobody has typed a
        message of Discord's own, such as that of a new thread, whose text is the thread's name.
        """
        if isinstance(origin, discord.Message):
            guild = origin.guild
            self.speak_in(guild.id if guild else None, guild.preferred_locale if guild else None)
        context = await super().get_context(origin, cls=cls)
        if isinstance(origin, discord.Message) and origin.type not in WRITTEN:
            context.command = None
            return context
        if isinstance(origin, discord.Message) and context.command and context.command.name in self.hidden_commands():
            context.command = None
        if isinstance(origin, discord.Message) and not context.valid and (meant := self._loosely_typed(origin)):
            return await super().get_context(with_content(origin, meant), cls=cls)
        return context

    def hidden_commands(self) -> frozenset[str]:
        """Return the names of the commands that there is nothing to show for: they are neither published nor typed."""
        return without_content(self.live.current.base)

    def published_commands(self) -> frozenset[str]:
        """Return the names of the slash and context menu commands that are published."""
        return frozenset(command.name for command in self.tree.get_commands()) - self.hidden_commands()

    @override
    def get_command(self, name: str, /) -> commands.Command[Any, ..., Any] | None:
        """Return a command that can be typed by its name; None if there is none or it is hidden."""
        found = super().get_command(name)
        return None if found and found.name in self.hidden_commands() else found

    def _loosely_typed(self, message: discord.Message) -> str | None:
        """Return the exact form of the command that a message types; None if it has none that takes its words."""
        prefix = self.prefix_in(message.guild)
        typed = read_command(message.content, (prefix,))
        called = self.get_command(typed.name) if typed and typed.signed else None
        if typed is None or called is None:
            return None
        fits = takes(called, self.live.current, typed.words)
        return f"{prefix}{called.name} {typed.words}".rstrip() if fits else None

    def sign(self, guild: discord.Guild | None) -> str:
        """Return what working commands start with: the prefix, or a slash if the bot cannot read messages.

        Args:
            guild: the server; None in a direct message. The bot cannot read messages without the message content
                intent, or in a server where only a user has installed it.
        """
        foreign = guild is not None and self.get_guild(guild.id) is None
        return "/" if foreign or not self.intents.message_content else self.prefix_in(guild)

    def sign_for(self, context: commands.Context[Any]) -> str:
        """Return what commands start with for a member who has just used one, so that the same way works again."""
        return "/" if context.interaction else self.sign(context.guild)

    def prefix_in(self, guild: discord.Guild | None) -> str:
        """Return a server's prefix, or the bot's default."""
        return self.store.settings(guild.id if guild else None).prefix or self.prefix

    async def tell_moderators(self, guild: int | None, line: str) -> None:
        """Post a line in the moderator channel of a server, if it has one."""
        channel = self.store.settings(guild).moderator_channel
        if channel is None:
            return
        try:
            await self.get_partial_messageable(channel).send(view=Page([line]))
        except Exception as error:  # noqa: BLE001 (a failed report must not fail the action that it is about)
            _log.warning("The moderator channel %d doesn't accept reports: %s", channel, kind(error))

    async def tell_of_edit(self) -> None:
        """Announce an edit, so that the other processes reload the files; unreachable ones do so later anyway."""
        try:
            await self.cluster.announce(ChangeKind.KNOWLEDGE)
        except StoreError as error:
            _log.warning("The other processes couldn't be told about an edit: %s", error)

    @override
    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Wait until no other process runs the shard, and for its turn to identify, then connect it.

        It waits before it connects, because Discord would not keep an idle connection for minutes.
        """
        assert self.shard_count is not None, "discord.py has asked how many there are"  # noqa: S101 (for the type checker)
        await self.cluster.claim(self.shard_count, shard_id)
        await self.identify_queue.take(shard_id)
        await super().launch_shard(gateway, shard_id, initial=initial)

    @override
    async def before_identify_hook(self, shard_id: int, *, initial: bool = False) -> None:  # type: ignore[override] # never None here
        """Use the shard's turn: discord.py sends the identify as soon as this returns."""
        await self.identify_queue.use(shard_id)

    @override
    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Dispatch an event, unless it may be a question and the bot is stopping: no answer is better than half one."""
        if not (self.stopping and event in QUESTION_EVENTS):
            super().dispatch(event, *args, **kwargs)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Log that a shard has lost its connection; discord.py calls this for each try that fails."""
        if not (self.stopping or self.is_closed()):
            self._outages.lost(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Log that a shard has begun a session."""
        self._outages.connected(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Log that a shard has resumed its session."""
        self._outages.connected(shard_id)

    @override
    async def connect(self, *, reconnect: bool = True) -> None:
        """Connect all shards, and keep them connected until the bot is closed."""
        answer_in_time()
        await super().connect(reconnect=reconnect)

    @override
    async def close(self) -> None:
        """Close all connections, for good."""
        self.identify_queue.close()
        if self.before_close and not self.stopping:
            # discord.py closes the bot when Discord does not let it in any more. After most of the close codes, what
            # is in hand can still be answered.
            self.stopping = True
            await self.before_close()
        await super().close()

    @override
    async def setup_hook(self) -> None:
        """Load the cogs, with their persistent controls. It never syncs; see :func:`bot.ops.lifecycle.serve`."""
        await self.tree.set_translator(Translator())
        await self.load_cogs()

    async def load_cogs(self) -> None:
        """Load the cogs and so define the commands; it needs no connection."""
        for extension in EXTENSIONS:
            await self.load_extension(extension)

    @override
    async def on_command_error(self, context: commands.Context[Any], exception: commands.CommandError, /) -> None:
        """Tell the member in one sentence what went wrong with a typed or hybrid command.

        Unknown commands are ignored, because they may be another bot's with the same prefix. For wrong usage the
        sentence shows the right one. Everything else is reported as the bot's failure.
        """
        if isinstance(exception, commands.CommandNotFound):
            return
        if isinstance(exception, AdmissionRefused):
            if exception.sentence:
                await _tell(context, exception.sentence, for_seconds=REMARK_SECONDS)
            return
        name = context.command.qualified_name if context.command else "unknown"
        if context.interaction:
            await report_failure(context.interaction, exception, f"Command {name}")
        elif isinstance(exception, commands.UserInputError) and context.command is not None:
            takes = re.sub(r"\w+", lambda found: pgettext("parameter", found[0]), context.command.signature)
            usage = f"{context.clean_prefix}{name} {takes}"
            await _tell(context, _("Use it like this: `{usage}`").format(usage=usage))
        elif not await self._excused(exception, f"Command {name}", context.message):
            await _tell(context, report(exception, f"Command {name}"))

    @override
    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Report an error of a listener, and tell the author of the message that it was about."""
        error = sys.exc_info()[1]
        message = args[0] if args else None
        if not await self._excused(error, event_method, message):
            sentence = report(error, event_method)
            if isinstance(message, discord.Message):
                await _reply(message, sentence)

    async def _excused(self, error: BaseException | None, where: str, message: object) -> bool:
        """Return whether an error is not the bot's fault, and tell the author of the message if that helps.

        If a permission is missing, the author is told which one: in a direct message, because the bot can't write in
        the channel, and at most once per channel and hour. Nobody is told about a rate limit, since that would take
        another request.
        """
        why = excuse(error, where)
        if isinstance(message, discord.Message):
            if why is ExpectedFailure.FORBIDDEN and self._refusals.take(message.channel.id):
                with best_effort():
                    await message.author.send(
                        may_not(message.channel.id, place_of(message.channel), _lacking_where(message))
                    )
            elif why is ExpectedFailure.UNREACHABLE:
                await _reply(message, _(UNREACHABLE))
        return why is not None


Interaction: TypeAlias = discord.Interaction[CaseBot]
"""A command, a click or a form, as it reaches this bot."""


@final
class CaseTree(app_commands.CommandTree[CaseBot]):
    """The slash commands. It handles the errors of those that are not hybrid commands."""

    @override
    async def sync(self, *, guild: discord.abc.Snowflake | None = None) -> list[app_commands.AppCommand]:
        """Publish the commands, except those that there is nothing to show for.

        The bot keeps handling these, because Discord may know them from before a reload.
        """
        removed = [self.remove_command(name) for name in self.client.hidden_commands()]
        try:
            return await super().sync(guild=guild)
        finally:
            for command in removed:
                if command:
                    self.add_command(command)

    @override
    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Return whether to run a command: the user needs the right, and the bot must not be stopping or paused.

        A value that is not among an option's choices is refused. Autocompletion works for the same users, and even
        while the bot is stopping; others get no suggestions.
        """
        bot, right = interaction.client, right_of(interaction.command)
        if interaction.type is not discord.InteractionType.autocomplete:
            bot.speak_to(interaction)
            if not _is_offered(interaction):
                await tell_privately(interaction, _(NOT_OFFERED))
                return False
            return await bot.admits(interaction, right, always=works_always(interaction.command))
        bot.speak_to(interaction)
        offered = not bot.pauses(interaction, right) and refusal(interaction, right) is None
        if not offered:
            # Any failure is fine, because nobody waits for an empty list.
            with contextlib.suppress(Exception):
                await interaction.response.autocomplete([])
        return offered

    @override
    async def _call(self, interaction: Interaction) -> None:
        """Run a command or an autocompletion, and report errors that discord.py's own handler does not catch."""
        try:
            await super()._call(interaction)
        except app_commands.AppCommandError:
            raise
        except Exception as error:  # noqa: BLE001 (discord.py may raise anything for a malformed command)
            await report_failure(interaction, error, "A command that cannot be read")

    @override
    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the member in one sentence that a slash command failed."""
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            # Discord's copy of the commands is outdated: they are not synced yet, or the member's client lags behind.
            _log.warning("%s: the slash commands are out of date; run `casebot run --sync` once", type(error).__name__)
            await tell_privately(
                interaction, _("That command has changed. Please restart Discord, or mention me and ask.")
            )
            return
        name = interaction.command.qualified_name if interaction.command else "unknown"
        await report_failure(interaction, error, f"Command {name}")


async def _reply(message: discord.Message, sentence: str) -> None:
    with best_effort():
        # The author may have deleted the message.
        await message.channel.send(sentence, reference=message.to_reference(fail_if_not_exists=False))


def _lacking_where(message: discord.Message) -> list[str]:
    """Return the permissions that the bot lacks in a message's channel; empty if that is unknown."""
    channel = message.channel
    if message.guild is None or isinstance(channel, discord.PartialMessageable | discord.DMChannel):
        return []
    # A thread inherits its channel's permissions, and the bot may not see the channel.
    with contextlib.suppress(discord.ClientException):
        return missing_permissions(channel.permissions_for(message.guild.me), place_of(channel))
    return []


async def _tell(context: commands.Context[Any], sentence: str, *, for_seconds: float | None = None) -> None:
    """Answer a command with a remark: privately to a slash command, else as a reply that can delete itself.

    Args:
        context: the command's context.
        sentence: the remark.
        for_seconds: seconds after which a reply is deleted; None to keep it.
    """
    with best_effort():
        if context.interaction:
            await context.send(sentence, ephemeral=True)
        else:
            reference = context.message.to_reference(fail_if_not_exists=False)
            remark = await context.send(sentence, reference=reference)
            if for_seconds:
                context.bot.timers.restart(remark.id, remark.delete, for_seconds)


def _is_offered(interaction: discord.Interaction[Any]) -> bool:
    """Return whether a slash command's values are among the offered choices; a modified client can send anything."""
    command, chosen = interaction.command, interaction.namespace
    if not isinstance(command, app_commands.Command):
        return True
    offered = {each.display_name: {choice.value for choice in each.choices} for each in command.parameters}
    return all(value in offered[name] for name, value in chosen if offered.get(name))


async def _connect(
    once: Callable[..., Awaitable[aiohttp.ClientWebSocketResponse]], url: str, *, compress: int = 0
) -> aiohttp.ClientWebSocketResponse:
    """Connect to the gateway, retrying for half a minute."""
    return await with_retries(lambda: once(url, compress=compress), CONNECT_PAUSES)


def _prefix(bot: CaseBot, message: discord.Message) -> str:
    """Return the prefix that applies to a message."""
    return bot.prefix_in(message.guild)


def _shard(number: int, info: discord.ShardInfo | None) -> Shard:
    if info is None:
        return Shard(number, connected=False, latency=None)
    return Shard(number, not info.is_closed(), info.latency if math.isfinite(info.latency) else None)
