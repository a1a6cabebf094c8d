"""Who may do what beyond asking. Checked on this side at every step: hiding a command is no check.

Discord's default permissions of a command only hide it, and whoever runs a server can show it to others:
https://discord.com/developers/docs/interactions/application-commands#permissions
"""

from typing import TYPE_CHECKING, Final

import discord

from bot.language.catalogue import N_, _
from bot.views.delivery import show_privately
from bot.views.page import notice

if TYPE_CHECKING:
    from bot.answering import Answerer
    from bot.client import CaseBot
    from bot.knowledge.edit.desk import Desk

NOT_MANAGER: Final = N_("Only people with the Manage Server permission can do that, and only in their server.")
NOT_MODERATOR: Final = N_("Only this server's moderators can do that.")
NO_DESK: Final = N_(
    "I cannot edit now: I may not write the folder with my FAQ. Whoever runs me finds the reason in my log."
)
NOT_EDITED_HERE: Final = N_(
    "Editing in chat is off in this server. Whoever runs me can switch it on: add this server's id, `{server}`, to "
    "`CASEBOT_DESK_SERVERS` and start me again."
)


def is_manager(interaction: "discord.Interaction[CaseBot]") -> bool:
    """Tell whether whoever acts has Manage Server in the server where they act, and the bot is a member of it.

    Args:
        interaction: any step: a command, a click, a modal. Discord sends today's permissions with each.
    """
    here = interaction.guild_id is not None and interaction.client.get_guild(interaction.guild_id) is not None
    return here and interaction.permissions.manage_guild


def is_moderator(interaction: "discord.Interaction[CaseBot]") -> bool:
    """Tell whether whoever acts has Manage Server or one of the server's moderator roles.

    Args:
        interaction: any step: a command, a click, a modal. Discord sends today's roles with each.
    """
    member = interaction.user
    if interaction.guild_id is None or not isinstance(member, discord.Member):
        return False
    chosen = interaction.client.store.settings(interaction.guild_id).moderator_roles
    return is_manager(interaction) or any(role.id in chosen for role in member.roles)


async def admit_manager(interaction: "discord.Interaction[CaseBot]") -> bool:
    """Tell whether to go on; whoever lacks Manage Server is told so privately.

    Args:
        interaction: not answered yet.
    """
    return await _admit(interaction, _(NOT_MANAGER), admitted=is_manager(interaction))


async def admit_moderator(interaction: "discord.Interaction[CaseBot]") -> bool:
    """Tell whether to go on; whoever is no moderator is told so privately.

    Args:
        interaction: not answered yet.
    """
    return await _admit(interaction, _(NOT_MODERATOR), admitted=is_moderator(interaction))


async def admit_editor(interaction: "discord.Interaction[CaseBot]") -> "Desk[Answerer] | None":
    """Give the desk to whoever may edit; whoever may not, or not here, is told why privately and gets none.

    One FAQ answers in many servers, so a moderator of any of them must not edit it: whoever runs the bot names the
    servers whose moderators may.

    Args:
        interaction: not answered yet.
    """
    if not await admit_moderator(interaction):
        return None
    bot, here = interaction.client, interaction.guild_id
    if not await _admit(interaction, _(NOT_EDITED_HERE).format(server=here), admitted=here in bot.desk_servers):
        return None
    await _admit(interaction, _(NO_DESK), admitted=bot.desk is not None)
    return bot.desk


async def _admit(interaction: "discord.Interaction[CaseBot]", refusal: str, *, admitted: bool) -> bool:
    if not admitted:
        await show_privately(interaction, notice(refusal))
    return admitted
