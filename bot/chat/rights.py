"""Who may do what. Every command, autocompletion, control and form declares the right that it needs.

Rights are checked at every step, with the user's current permissions: for commands, context menus and autocompletion by
:class:`bot.chat.client.CaseTree`, for controls by :class:`bot.chat.message.page.Guarded`, and for forms by
:class:`bot.chat.message.modal.Modal`. Discord's default permissions of a command only hide it, and a server's admins
can show it to others: https://discord.com/developers/docs/interactions/application-commands#permissions
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, ClassVar, Final, Protocol

import discord

from bot.answering.answerer import Answerer
from bot.chat.message.errors import tell_privately
from bot.editing.desk import Desk
from bot.i18n.catalogue import N_, _
from bot.store.store import Store

NOT_MANAGER: Final = N_("Only people with the Manage Server permission can do that, and only in a server.")
NOT_MODERATOR: Final = N_("Only this server's moderators can do that.")
NO_DESK: Final = N_(
    "I can't edit right now: I don't have write access to my FAQ folder. My log has the reason for my operator."
)
NOT_EDITED_HERE: Final = N_(
    "Editing in chat is off in this server. My operator can turn it on: add this server's ID, `{server}`, to "
    "`CASEBOT_DESK_SERVERS` and restart me."
)

_RIGHT: Final = "right"
_ALWAYS: Final = "always"


class Right(Enum):
    """The rights that a user can have in a server."""

    MEMBER = "member"
    """Everybody has it."""

    MODERATOR = "moderator"
    """Users with Manage Server or one of the server's moderator roles."""

    EDITOR = "editor"
    """Moderators of a server whose moderators may edit, if the files can be written.

    One FAQ serves many servers, so not every server's moderators may edit it. The operator names the servers whose
    moderators may.
    """

    MANAGER = "manager"
    """Users with Manage Server."""


class Host(Protocol):
    """The part of the bot that rights depend on; this module is below the client."""

    @property
    def store(self) -> Store:
        """The store, which has the moderator roles of each server."""

    @property
    def desk(self) -> Desk[Answerer] | None:
        """Edits the knowledge; None if the files cannot be written."""

    @property
    def desk_servers(self) -> frozenset[int]:
        """Ids of the servers whose moderators may edit."""

    def get_guild(self, guild: int, /) -> discord.Guild | None:
        """Return a server that the bot is a member of."""


class Restricted:
    """Mixin for controls and forms, which declare the right they need: ``class Confirm(..., right=Right.EDITOR)``."""

    right: ClassVar[Right] = Right.MANAGER
    """The right it needs; the default is the strictest."""

    always: ClassVar[bool] = False
    """Whether a members' control works even where the moderators have paused the bot."""

    def __init_subclass__(cls, *, right: Right | None = None, always: bool = False, **kwargs: Any) -> None:  # noqa: ANN401 (arguments of other base classes)
        """Store the declaration on the class."""
        super().__init_subclass__(**kwargs)
        cls.right = right or cls.right
        cls.always = always

    def needs(self) -> Right:
        """Return the right that this instance needs; override it if that depends on more than the class."""
        return self.right


def needs(right: Right, *, always: bool = False) -> dict[Any, Any]:
    """Return the ``extras`` that declare which right a command and its autocompletion need.

    Args:
        right: the right.
        always: whether a members' command works even where the moderators have paused the bot.
    """
    return {_RIGHT: right, _ALWAYS: always}


def right_of(command: object) -> Right:
    """Return the right that a command or context menu needs; ``MANAGER`` if it declares none.

    Args:
        command: the command; None if Discord still offers one that this version does not have.
    """
    return Right.MEMBER if command is None else _extras(command).get(_RIGHT, Right.MANAGER)


def works_always(command: object) -> bool:
    """Return whether a command or context menu works even where the moderators have paused the bot."""
    return bool(_extras(command).get(_ALWAYS))


def _extras(command: object) -> Mapping[str, Any]:
    # The slash variant of a hybrid command has no extras of its own.
    return getattr(getattr(command, "wrapped", command), "extras", {})


def is_manager(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the user has Manage Server in the interaction's server and the bot is a member of it.

    Args:
        interaction: a command, a click or a form; each carries the user's current permissions.
    """
    bot: Host = interaction.client
    here = interaction.guild_id is not None and bot.get_guild(interaction.guild_id) is not None
    return here and interaction.permissions.manage_guild


def is_moderator(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the user has Manage Server or one of the server's moderator roles.

    Args:
        interaction: a command, a click or a form; each carries the user's current roles.
    """
    member = interaction.user
    if interaction.guild_id is None or not isinstance(member, discord.Member):
        return False
    bot: Host = interaction.client
    chosen = bot.store.settings(interaction.guild_id).moderator_roles
    return is_manager(interaction) or any(role.id in chosen for role in member.roles)


def may_delete(interaction: discord.Interaction[Any], asker: int) -> bool:
    """Return whether the user may delete an answer: they asked, or they have Manage Messages.

    Args:
        interaction: a command, a click or a form.
        asker: id of the member who asked.
    """
    return interaction.user.id == asker or interaction.permissions.manage_messages


def refusal(interaction: discord.Interaction[Any], right: Right) -> str | None:
    """Return why the user lacks a right, in the current language; None if they have it."""
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
    """Return whether the user has a right; if not, tell them privately."""
    why = refusal(interaction, right)
    if why:
        await tell_privately(interaction, why)
    return why is None


def desk_of(interaction: discord.Interaction[Any]) -> Desk[Answerer]:
    """Return the desk, in an interaction whose right to edit has been checked."""
    bot: Host = interaction.client
    assert bot.desk, "nobody may edit without a desk"  # noqa: S101 (for the type checker)
    return bot.desk


def server_of(interaction: discord.Interaction[Any]) -> int:
    """Return the server of an interaction whose right has been checked."""
    assert interaction.guild_id, "nobody has a right outside a server"  # noqa: S101 (for the type checker)
    return interaction.guild_id
