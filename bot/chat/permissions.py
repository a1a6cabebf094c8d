"""The permissions that the bot needs: the one list behind messages to members, the doctor and the README."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import discord

from bot.i18n.catalogue import N_

NEEDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "view_channel": N_("View Channel"),
        "send_messages": N_("Send Messages"),
        "send_messages_in_threads": N_("Send Messages in Threads"),
        "read_message_history": N_("Read Message History"),
        "attach_files": N_("Attach Files"),
    }
)
"""Maps discord.py's names to those in Discord's English settings. The last permission is for pictures."""


def invitation(application: int) -> str:
    """Return the link that adds the bot to a server with all the permissions that it needs.

    Args:
        application: the bot's application id.
    """
    permissions = discord.Permissions(**dict.fromkeys(NEEDED, True))
    return discord.utils.oauth_url(application, permissions=permissions, scopes=("bot", "applications.commands"))
