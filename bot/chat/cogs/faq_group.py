"""The group of slash commands ``/faq``, to which several cogs add commands."""

import discord
from discord import app_commands

from bot.chat.client import CaseBot
from bot.i18n.catalogue import N_
from bot.i18n.commands import FAQ


def faq_group(bot: CaseBot) -> app_commands.Group:
    """Return the bot's ``/faq`` group, and add it to the command tree the first time.

    It is hidden from members without Manage Messages. That does not replace the checks in :mod:`bot.chat.rights`.
    """
    found = bot.tree.get_command(FAQ)
    if isinstance(found, app_commands.Group):
        return found
    group = app_commands.Group(
        name=FAQ,
        description=N_("For moderators: manage the questions and answers"),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        default_permissions=discord.Permissions(manage_messages=True),
    )
    bot.tree.add_command(group)
    return group
