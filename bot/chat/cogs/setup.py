"""`/setup`: a server's settings in chat."""

from typing import final

from discord import app_commands
from discord.ext import commands

from bot.chat.client import CaseBot, Interaction
from bot.chat.message.send import show_privately
from bot.chat.rights import Right, needs
from bot.chat.screens.setup_panel import ChannelMenu, LanguageMenu, Panel, RoleMenu, SetupButton
from bot.i18n.catalogue import N_


@final
class Setup(commands.Cog):
    """Shows the set-up panel to people with Manage Server."""

    @app_commands.command(name="setup", description=N_("Set me up for this server"), extras=needs(Right.MANAGER))
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def setup(self, interaction: Interaction) -> None:
        """Show the settings and their controls, privately."""
        await show_privately(interaction, [Panel(interaction)])


async def setup(bot: CaseBot) -> None:
    """Add the cog and its persistent controls; discord.py calls this."""
    bot.add_dynamic_items(ChannelMenu, LanguageMenu, RoleMenu, SetupButton)
    await bot.add_cog(Setup())
