"""Asking by `!ask`, `/ask`, mention, reply to the bot, direct message or context menu."""

from typing import Final, final

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.answering.greetings import Courtesy, asks_nothing, courtesy_to_return
from bot.answering.pointing import points
from bot.answering.service import Question
from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.command import Context, hybrid
from bot.chat.incoming import WRITTEN, mentions, mentions_unread, text_of
from bot.chat.message import limits
from bot.chat.message.page import notice
from bot.chat.message.send import show
from bot.chat.rights import Right, needs
from bot.chat.screens.browse import about_me
from bot.chat.screens.feedback import DeleteButton, Origin, SourcesButton, VoteButton
from bot.chat.screens.reply import EntrySelect, NoneButton, PickButton, reply_pages
from bot.chat.typed_commands import read_command, takes, with_content
from bot.i18n.catalogue import N_, _
from bot.i18n.commands import SLASH, command
from bot.store.types import Surface

_BETWEEN: Final = " ,:;.-"
"""What members write between a mention and a command: ``@bot, !ask``."""

_NO_QUESTION: Final = N_("I can only answer messages that members have written.")

FIND_MENU: Final = "Find an answer"
"""Name in the context menu of messages (Apps)."""


@final
class Ask(commands.Cog):
    """Passes every question to the question service, however it was asked."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot

        self._menu = app_commands.ContextMenu(name=FIND_MENU, callback=self._find, extras=needs(Right.MEMBER))
        app_commands.allowed_installs(guilds=True, users=True)(self._menu)
        app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(self._menu)

    @override
    async def cog_load(self) -> None:
        self._bot.tree.add_command(self._menu)

    @override
    async def cog_unload(self) -> None:
        self._bot.tree.remove_command(FIND_MENU, type=discord.AppCommandType.message)

    @hybrid("ask", N_("Ask a question"), usage="<question>", takes=lambda _base, words: bool(words))
    @app_commands.describe(
        question=N_("Your question, or one of the suggestions"), private=N_("Whether only you see the answer")
    )
    async def ask(self, ctx: Context, *, question: str, private: bool = False) -> None:
        """Answer a question, or show the entry that was picked from the suggestions."""
        await self._reply(ctx, question, Surface.SLASH if ctx.interaction else Surface.PREFIX, private=private)

    @ask.autocomplete("question")
    async def _complete(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        links = self._bot.questions.complete(typed, interaction.guild_id, limits.CHOICES)
        return limits.choices((link.question, link.entry) for link in links)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is addressed to the bot; discord.py runs commands with the prefix."""
        ctx = await self._bot.get_context(message)
        if not ctx.valid:
            await self.answer(ctx)

    async def answer(self, ctx: Context) -> Context | None:
        """Answer a message, if it is addressed to the bot.

        Args:
            ctx: the context of a message that does not begin with the prefix and a command.

        Returns:
            The context of the answer, whose `command_failed` is set if the message was refused or the command failed;
            None if the message is not addressed to the bot, or is a reply that needs no answer, such as "ok".
        """
        addressed = self._addressed(ctx.message)
        if addressed is None:
            return None
        question, surface = addressed
        if surface is Surface.REPLY and asks_nothing(question) and not self._chooses(_question(ctx, question, surface)):
            return None
        if typed := self._command_in(question, ctx.guild):
            # Run it as if it began with the prefix. Without the message content intent, there is no other way to type
            # a command.
            ctx = await self._bot.get_context(with_content(ctx.message, typed))
            await self._bot.invoke(ctx)
        elif not await self._admitted(ctx):
            ctx.command_failed = True
        elif only_picked := self._only_picked(question):
            sentence = _("Please pick `{command}` from the list that Discord shows as you type.")
            await self._bot.reply_links.reply(ctx, notice(sentence.format(command=only_picked)))
        elif question or _replied_to(ctx.message):
            await self._reply(ctx, question, surface)
        else:
            await self._bot.reply_links.reply(ctx, notice(self._hint(ctx)))
        return ctx

    def _command_in(self, text: str, guild: discord.Guild | None) -> str | None:
        """Return the command that a text addressed to the bot consists of, as it is typed; None if it is a question.

        A sign before the name is optional, and members also type the slash. "who killed him?" is a question.
        """
        prefix = self._bot.prefix_in(guild)
        typed = read_command(text.lstrip(_BETWEEN), (prefix, SLASH))
        called = self._bot.get_command(typed.name) if typed else None
        if typed is None or called is None:
            return None
        meant = takes(called, self._bot.live.current, typed.words) or (typed.signed and not typed.words)
        return f"{prefix}{called.name} {typed.words}".rstrip() if meant else None

    def _only_picked(self, text: str) -> str | None:
        """Return the name of the slash command that a text types, if it cannot be typed."""
        typed = read_command(text.lstrip(_BETWEEN), (SLASH,))
        found = typed and typed.signed and self._bot.tree.get_command(typed.name.casefold())
        if not typed or not found or self._bot.get_command(typed.name) or found.name in self._bot.hidden_commands():
            return None
        return command(SLASH, found.name)

    async def _find(self, interaction: Interaction, message: discord.Message) -> None:
        """Answer somebody's message privately for the member who picked it."""
        ctx = await Context.from_interaction(interaction)
        if not await self._admitted(ctx):
            return
        question = text_of(message)
        if message.author.bot or not question:
            await show(ctx, notice(_(_NO_QUESTION)), private=True)
        else:
            await self._reply(ctx, question, Surface.MENU, writer=message.author, private=True)

    async def _admitted(self, ctx: Context) -> bool:
        """Return whether a question without a command is admitted; if not, tell the member why."""
        try:
            return await self._bot.can_run(ctx, call_once=True)
        except commands.CheckFailure as refusal:
            self._bot.dispatch("command_error", ctx, refusal)
            return False

    async def _reply(
        self,
        ctx: Context,
        text: str,
        surface: Surface,
        *,
        writer: discord.abc.User | None = None,
        private: bool = False,
    ) -> None:
        other = _replied_to(ctx.message)
        if other and other.author.id != ctx.me.id and points(text):
            text, writer = text_of(other), other.author
            if other.author.bot or not text:
                withheld = ctx.guild and not (other.author.bot or self._bot.intents.message_content)
                unread = notice(self._cannot_read(ctx) if withheld else _(_NO_QUESTION))
                await self._bot.reply_links.reply(ctx, unread, private=private)
                return
        question = _question(ctx, text, surface, writer)
        entries: tuple[str, ...] = ()
        if remark := self._remark(ctx, question):
            shown = notice(remark)
        else:
            answered = self._bot.questions.ask(question)
            origin = Origin(ctx.author.id, ctx.message.id, answered.asked.id)
            shown = reply_pages(answered.reply, answered.base, origin, sign=self._bot.sign_for(ctx))
            entries = answered.reply.entries
        await self._bot.reply_links.reply(ctx, shown, entries, private=private)

    def _chooses(self, question: Question) -> bool:
        """Return whether a message is about suggestions that the member was just shown there."""
        return self._bot.questions.picks(question) or self._bot.questions.unsure_which(question)

    def _remark(self, ctx: Context, question: Question) -> str | None:
        """Return what to say to a message that asks nothing of the FAQ; None if it may ask something."""
        questions = self._bot.questions
        said = courtesy_to_return(question.text, lambda text: bool(questions.answer(text, question.guild).answers))
        if said is None or questions.picks(question):
            return None
        invitation = self._invitation(ctx)
        match said:
            case Courtesy.HELLO:
                remark = f"{_('Hello!')} {invitation}"
            case Courtesy.THANKS:
                remark = _("You're welcome.")
            case Courtesy.GOODBYE:
                remark = _("Goodbye!")
            case Courtesy.REBUKE:
                remark = _(
                    "Sorry I couldn't help. Try other words, or see `{topics}`. *{unhelpful}* below an answer tells "
                    "the moderators."
                ).format(topics=command(self._bot.sign_for(ctx), "topics"), unhelpful=_("Unhelpful"))
            case Courtesy.ABOUT_THE_BOT:
                remark = f"{about_me(self._bot.live.current.base)} {invitation}"
            case _ if questions.unsure_which(question):
                remark = _("Which one? Press it, or type its number.")
            case _:
                remark = invitation
        return remark

    def _invitation(self, ctx: Context) -> str:
        sign = self._bot.sign_for(ctx)
        sentence = _("Ask me a question, or see `{topics}` and `{help}`.")
        return sentence.format(topics=command(sign, "topics"), help=command(sign, "help"))

    def _hint(self, ctx: Context) -> str:
        """Return what to say to a message without words."""
        return self._cannot_read(ctx) if mentions_unread(ctx.message) else self._invitation(ctx)

    def _cannot_read(self, ctx: Context) -> str:
        sentence = _("Discord doesn't show me that text. Please mention {me} before your question, or use `{command}`.")
        return sentence.format(me=ctx.me.mention, command=command(SLASH, "ask"))

    def _addressed(self, message: discord.Message) -> tuple[str, Surface] | None:
        """Return the question in a message, empty for a bare mention, and its surface; None if not for the bot."""
        me = self._bot.user
        if me is None or message.author.bot or message.webhook_id or message.type not in WRITTEN:
            return None
        question = text_of(message)
        if mentions(message, me) or mentions_unread(message):
            return question, Surface.MENTION
        answered = _replied_to(message)
        if not question:
            return None
        if answered and answered.author.id == me.id:
            return question, Surface.REPLY
        return (question, Surface.DIRECT) if message.guild is None else None


def _question(ctx: Context, text: str, surface: Surface, writer: discord.abc.User | None = None) -> Question:
    guild = ctx.guild.id if ctx.guild else None
    return Question(text, ctx.author.id, ctx.channel.id, guild, surface, writer.id if writer else None)


def _replied_to(message: discord.Message) -> discord.Message | None:
    """Return the message that another one replies to, if it is there."""
    reference = message.reference if message.type is discord.MessageType.reply else None
    return reference.resolved if reference and isinstance(reference.resolved, discord.Message) else None


async def setup(bot: CaseBot) -> None:
    """Add the cog and the persistent controls below answers; discord.py calls this."""
    bot.add_dynamic_items(PickButton, NoneButton, EntrySelect, VoteButton, SourcesButton, DeleteButton)
    await bot.add_cog(Ask(bot))
