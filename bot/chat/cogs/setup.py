"""`/setup`: a server's settings in chat."""

import logging
from typing import final

from discord import app_commands
from discord.ext import commands

from bot.chat.client import CaseBot, Interaction
from bot.chat.message.send import show_privately
from bot.chat.rights import Right, needs
from bot.chat.screens.setup_panel import ChannelMenu, LanguageMenu, Panel, RoleMenu, SetupButton
from bot.chat.screens.welcome import welcome_pages
from bot.i18n.catalogue import N_
from bot.moderation.server_settings import mark_welcomed
from bot.store.store import StoreError

_log = logging.getLogger(__name__)


@final
class Setup(commands.Cog):
    """Shows the set-up panel to people with Manage Server."""

    @app_commands.command(name="setup", description=N_("Set me up for this server"), extras=needs(Right.MANAGER))
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def setup(self, interaction: Interaction) -> None:
        """Show the settings and their controls, privately; for the first time, also what to know first."""
        bot, guild = interaction.client, interaction.guild
        await show_privately(interaction, [Panel(interaction)])
        if guild is None or bot.store.settings(guild.id).welcomed:
            return
        base = bot.questions.answerer_for(guild.id).base
        await show_privately(interaction, welcome_pages(base, guild, message_content=bot.intents.message_content))
        try:
            await mark_welcomed(bot.store, guild.id)
        except StoreError as error:
            _log.info("Server %d will be welcomed once more: %s", guild.id, error)


async def setup(bot: CaseBot) -> None:
    """Add the cog and its persistent controls; discord.py calls this."""
    bot.add_dynamic_items(ChannelMenu, LanguageMenu, RoleMenu, SetupButton)
    await bot.add_cog(Setup())
