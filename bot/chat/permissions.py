"""The permissions that the bot needs: the one list that members, the doctor and README are told from."""

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
"""discord.py's names, and those of Discord's settings in English; the last is for pictures."""


def invitation(application: int) -> str:
    """Return the link that adds the bot to a server with all the permissions that it needs.

    Args:
        application: the bot's application id.
    """
    permissions = discord.Permissions(**dict.fromkeys(NEEDED, True))
    return discord.utils.oauth_url(application, permissions=permissions, scopes=("bot", "applications.commands"))
