"""The permissions that the bot needs: the one table behind messages to members, the invitation, doctor and README."""

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

import discord

from bot.i18n.catalogue import N_, _


class Place(Enum):
    """A kind of channel, which decides the permissions that count there."""

    CHANNEL = "channel"
    THREAD = "thread"
    """A thread, or a post of a forum."""

    VOICE = "voice"
    """The chat of a voice or stage channel."""


class Step(IntEnum):
    """How far the bot gets: without the permissions of one step, those of later steps do not count."""

    SEE = 1
    ENTER = 2
    WRITE = 3
    SEND_PICTURES = 4


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission that the bot needs."""

    flag: str
    """Its name in discord.py."""

    name: str
    """Its name in Discord's English settings."""

    step: Step
    places: frozenset[Place] = frozenset(Place)
    """Where it counts."""


NEEDED: Final = (
    Permission("view_channel", N_("View Channel"), Step.SEE),
    Permission("connect", N_("Connect"), Step.ENTER, frozenset({Place.VOICE})),
    Permission("send_messages", N_("Send Messages"), Step.WRITE, frozenset({Place.CHANNEL, Place.VOICE})),
    Permission("send_messages_in_threads", N_("Send Messages in Threads"), Step.WRITE, frozenset({Place.THREAD})),
    Permission("read_message_history", N_("Read Message History"), Step.WRITE),
    Permission("attach_files", N_("Attach Files"), Step.SEND_PICTURES),
)
"""The whole table. Discord lets nobody who may not connect to a voice channel write in its chat."""


def place_of(channel: object) -> Place:
    """Return what kind of place a channel is; a forum counts as a thread, because it contains nothing else."""
    if isinstance(channel, discord.Thread | discord.ForumChannel):
        return Place.THREAD
    return Place.VOICE if isinstance(channel, discord.VoiceChannel | discord.StageChannel) else Place.CHANNEL


def needed_permissions(place: Place) -> list[str]:
    """Return the names of the permissions that the bot needs in a place."""
    return [_(each.name) for each in NEEDED if place in each.places]


def missing_permissions(mine: discord.Permissions, place: Place, *, pictures: bool = True) -> list[str]:
    """Return the names of the permissions that the bot needs in a place and lacks, of the first step that lacks any.

    Args:
        mine: the bot's permissions in the place.
        place: its kind.
        pictures: whether the bot needs to send pictures.
    """
    for step in Step:
        if step is Step.SEND_PICTURES and not pictures:
            break
        if missing := [
            _(each.name)
            for each in NEEDED
            if each.step is step and place in each.places and not getattr(mine, each.flag)
        ]:
            return missing
    return []


def invitation(application: int) -> str:
    """Return the link that adds the bot to a server with all the permissions that it needs.

    Args:
        application: the bot's application id.
    """
    permissions = discord.Permissions(**{each.flag: True for each in NEEDED})
    return discord.utils.oauth_url(application, permissions=permissions, scopes=("bot", "applications.commands"))
