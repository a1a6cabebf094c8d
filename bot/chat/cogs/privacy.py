"""`/privacy`: what the bot keeps about members, and what they can do about it."""

import logging
from typing import final

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.client import CaseBot, Interaction
from bot.chat.message.markdown import literal
from bot.chat.message.page import notice
from bot.chat.message.send import show_privately
from bot.chat.rights import Right, needs
from bot.chat.screens.privacy import forgotten, logging_choice, privacy_page
from bot.i18n.catalogue import N_, _
from bot.store.store import StoreError

_log = logging.getLogger(__name__)


@final
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Privacy(commands.GroupCog, name="privacy", description=N_("What I store, and how to delete it")):
    """The privacy commands: they work even where the bot is paused, and answer privately."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Delete the questions of a server that the bot has left; its settings stay, in case it is invited again.

        If the bot is removed from a server while it is down, there is no such event, and the questions expire.
        """
        self._bot.backlog.forget(guild.id)
        try:
            await self._bot.store.forget_server(guild.id)
        except StoreError as error:
            _log.warning("Questions from server %d, which I have left, expire later: %s", guild.id, error)

    @app_commands.command(
        name="show",
        description=N_("What I store, for how long, and who can read it"),
        extras=needs(Right.MEMBER, always=True),
    )
    async def show(self, interaction: Interaction) -> None:
        """Show what the bot keeps, and what applies to this member and this server."""
        store = interaction.client.store
        here, mine = store.settings(interaction.guild_id).log_questions, store.keeps_questions_of(interaction.user.id)
        await show_privately(interaction, privacy_page(here=here, mine=mine, retention=store.retention))

    @app_commands.command(name="forget-me", description=N_("Delete my votes"), extras=needs(Right.MEMBER, always=True))
    async def forget(self, interaction: Interaction) -> None:
        """Delete everything stored under the member's hash."""
        await interaction.response.defer(ephemeral=True)  # a database may take longer than Discord's three seconds
        try:
            sentence = forgotten(await interaction.client.store.forget(interaction.user.id))
        except StoreError as error:
            sentence = _("Nothing was deleted: {reason}").format(reason=literal(str(error)))
        await show_privately(interaction, notice(sentence))

    @app_commands.command(
        name="logging", description=N_("Whether my questions may be kept"), extras=needs(Right.MEMBER, always=True)
    )
    @app_commands.describe(questions=N_("Keep my questions (never with my name)?"))
    @app_commands.choices(
        questions=[
            app_commands.Choice(name=N_("yes"), value="on"),
            app_commands.Choice(name=N_("no"), value="off"),
        ]
    )
    async def logging(self, interaction: Interaction, questions: str) -> None:
        """Opt the member out of question logging, or back in."""
        keep = questions == "on"
        await interaction.response.defer(ephemeral=True)
        try:
            await interaction.client.store.set_keeps_questions_of(interaction.user.id, keep=keep)
            sentence = logging_choice(keep=keep)
        except StoreError as error:
            sentence = _("Nothing was changed: {reason}").format(reason=literal(str(error)))
        await show_privately(interaction, notice(sentence))


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Privacy(bot))
