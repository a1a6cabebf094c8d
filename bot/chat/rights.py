"""Who may do what. Every command, suggestion while typing, control and form declares its right; one place checks it.

Commands, context menus and their suggestions are checked by :class:`bot.chat.client.CaseTree`, controls by
:class:`bot.chat.message.page.Guarded`, forms by :class:`bot.chat.message.modal.Modal`: at every step, with the
permissions of now.
Discord's default permissions of a command only hide it, and a server's admins can show it to others:
https://discord.com/developers/docs/interactions/application-commands#permissions
"""

from enum import Enum
from typing import Any, ClassVar, Final, Protocol

import discord

from bot.answering.answerer import Answerer
from bot.chat.message.errors import tell_privately
from bot.editing.desk import Desk
from bot.i18n.catalogue import N_, _
from bot.store.store import Store

NOT_MANAGER: Final = N_("Only people with the Manage Server permission can do that, and only in their server.")
NOT_MODERATOR: Final = N_("Only this server's moderators can do that.")
NO_DESK: Final = N_(
    "I cannot edit now: I may not write the folder with my FAQ. Whoever runs me finds the reason in my log."
)
NOT_EDITED_HERE: Final = N_(
    "Editing in chat is off in this server. Whoever runs me can switch it on: add this server's id, `{server}`, to "
    "`CASEBOT_DESK_SERVERS` and start me again."
)

_RIGHT: Final = "right"


class Right(Enum):
    """What somebody must be allowed to do in the server where they act."""

    MEMBER = "member"
    """Nothing: it is for everybody."""

    MODERATOR = "moderator"
    """Hold Manage Server or one of the server's moderator roles."""

    EDITOR = "editor"
    """Be a moderator of a server whose moderators may edit, while the files can be written.

    One FAQ answers in many servers, so a moderator of any of them must not edit it: the operator names the
    servers whose moderators may.
    """

    MANAGER = "manager"
    """Hold Manage Server."""


class Host(Protocol):
    """The bot, as far as rights depend on it; the client is above this module."""

    @property
    def store(self) -> Store:
        """What the bot remembers: the moderators' roles of each server."""

    @property
    def desk(self) -> Desk[Answerer] | None:
        """Takes edits; None where the files cannot be written."""

    @property
    def desk_servers(self) -> frozenset[int]:
        """Ids of the servers whose moderators may edit."""

    def get_guild(self, guild: int, /) -> discord.Guild | None:
        """Return a server that the bot is a member of."""


class Restricted:
    """Mixed into controls and forms, which declare their right: ``class Confirm(..., right=Right.EDITOR)``."""

    right: ClassVar[Right] = Right.MANAGER
    """What declares nothing is for managers only."""

    always: ClassVar[bool] = False
    """Whether it works also where the moderators have paused the bot, though it is for everybody."""

    def __init_subclass__(cls, *, right: Right | None = None, always: bool = False, **kwargs: Any) -> None:  # noqa: ANN401 (others' arguments)
        """Take the declaration."""
        super().__init_subclass__(**kwargs)
        cls.right = right or cls.right
        cls.always = always

    def needs(self) -> Right:
        """Return the right that this one needs, where not all of its class need the same."""
        return self.right


def needs(right: Right) -> dict[Any, Any]:
    """Declare the right that a command needs, and so do the suggestions of its options, as its ``extras``."""
    return {_RIGHT: right}


def right_of(command: object) -> Right:
    """Return the right that a command or context menu needs; managers' for one that declares none.

    Args:
        command: None for one that Discord still knows and this version does not.
    """
    if command is None:
        return Right.MEMBER
    # The half of a hybrid command that Discord calls has no extras of its own.
    declares = getattr(command, "wrapped", command)
    extras: dict[Any, Right] = getattr(declares, "extras", {})
    return extras.get(_RIGHT, Right.MANAGER)


def is_manager(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the user has Manage Server in the server where they act, and the bot is a member of it.

    Args:
        interaction: any step: a command, a click, a modal. Discord sends today's permissions with each.
    """
    bot: Host = interaction.client
    here = interaction.guild_id is not None and bot.get_guild(interaction.guild_id) is not None
    return here and interaction.permissions.manage_guild


def is_moderator(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the user has Manage Server or one of the server's moderator roles.

    Args:
        interaction: any step: a command, a click, a modal. Discord sends today's roles with each.
    """
    member = interaction.user
    if interaction.guild_id is None or not isinstance(member, discord.Member):
        return False
    bot: Host = interaction.client
    chosen = bot.store.settings(interaction.guild_id).moderator_roles
    return is_manager(interaction) or any(role.id in chosen for role in member.roles)


def may_delete(interaction: discord.Interaction[Any], asker: int) -> bool:
    """Return whether the user may delete an answer: they asked, or they may delete messages there.

    Args:
        interaction: any step: a command, a click, a modal.
        asker: id of the member who asked.
    """
    return interaction.user.id == asker or interaction.permissions.manage_messages


def refusal(interaction: discord.Interaction[Any], right: Right) -> str | None:
    """Return why the user lacks a right, in the language that is spoken; None if they have it."""
    bot: Host = interaction.client
    here = interaction.guild_id
    if right is Right.MANAGER:
        return None if is_manager(interaction) else _(NOT_MANAGER)
    if right is not Right.MEMBER and not is_moderator(interaction):
        return _(NOT_MODERATOR)
    if right is Right.EDITOR and here not in bot.desk_servers:
        return _(NOT_EDITED_HERE).format(server=here)
    if right is Right.EDITOR and bot.desk is None:
        return _(NO_DESK)
    return None


async def admit(interaction: discord.Interaction[Any], right: Right) -> bool:
    """Return whether to go on; a user who lacks the right is told so privately."""
    why = refusal(interaction, right)
    if why:
        await tell_privately(interaction, why)
    return why is None


def desk_of(interaction: discord.Interaction[Any]) -> Desk[Answerer]:
    """Return the desk to somebody whose right to edit has been checked."""
    bot: Host = interaction.client
    assert bot.desk, "nobody may edit without a desk"  # noqa: S101 (for the type checker)
    return bot.desk


def server_of(interaction: discord.Interaction[Any]) -> int:
    """Return the server where somebody acts whose right has been checked."""
    assert interaction.guild_id, "nobody has a right outside a server"  # noqa: S101 (for the type checker)
    return interaction.guild_id
