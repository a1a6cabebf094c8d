"""Members' messages as text: what one says, and whether it mentions the bot."""

import re
from typing import Final

import discord

_TOKEN: Final = re.compile(r"<(?:@[!&]?|#|a?:\w+:)\d+>")
"""Matches mentions, channels and custom emoji: https://discord.com/developers/docs/reference#message-formatting"""


WRITTEN: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""The types of messages that people write. Others say, for instance, that somebody has joined or has created a thread,
whose name is their text, and nobody can reply to them."""


def body(message: discord.Message) -> str:
    """Return a message as it was written; for a forward, which has no text of its own, the forwarded text."""
    return "\n".join(filter(None, (message.content, *(each.content for each in message.message_snapshots))))


def text_of(message: discord.Message) -> str:
    """Return what a message says on one line, without mentions, channels and custom emoji."""
    return " ".join(_TOKEN.sub(" ", body(message)).split())


def mentions(message: discord.Message, me: discord.abc.User) -> bool:
    """Return whether the text of a message mentions the bot or the bot's own role.

    Discord creates a role for every bot that joins with permissions. It has the bot's name, and the list that members
    pick a mention from shows both alike.

    Args:
        message: a message.
        me: the bot's user.
    """
    role = message.guild.self_role if message.guild else None
    return re.search(rf"<@!?{me.id}>", message.content) is not None or (
        role is not None and role.id in message.raw_role_mentions
    )


def mentions_unread(message: discord.Message) -> bool:
    """Return whether a message mentions the bot's role but its text is withheld.

    Without the message content intent, Discord sends the text of a message that mentions the bot, but not of one that
    mentions its role: https://discord.com/developers/docs/events/gateway#message-content-intent
    """
    return not message.content and message.guild is not None and message.guild.self_role in message.role_mentions
