"""What a member sees when the bot fails: one plain sentence with a reference, nothing of the exception."""

import contextlib
import logging
import secrets
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, Final

import aiohttp
import discord
from discord.ext import commands
from typing_extensions import override

from bot.answering.wording import enumerate_names
from bot.chat.permissions import NEEDED
from bot.chat.retry import TooLateError
from bot.i18n.catalogue import N_, _, ngettext

GONE_CODES: Final = {
    10003: "the channel is gone",
    10008: "the message is gone",
    10015: "the interaction has ended",
    10062: "the interaction has ended",
    50027: "the interaction has ended",
    50083: "the thread is archived",
    160005: "the thread is locked",
}
"""What happens while an answer is under way, and is nobody's fault:
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""

TOO_MANY_REQUESTS: Final = 429

BUSY: Final = N_("Discord asks me to slow down. Please try again in a minute.")
UNREACHABLE: Final = N_("Discord did not take my answer. Please try again in a minute.")

_log = logging.getLogger(__name__)


class ExpectedFailure(Enum):
    """Why something failed through no fault of the bot."""

    GONE = "gone"
    FORBIDDEN = "forbidden"
    BUSY = "busy"
    UNREACHABLE = "unreachable"


SAID: Final = {ExpectedFailure.BUSY: BUSY, ExpectedFailure.UNREACHABLE: UNREACHABLE}
"""What a member is told, where it is always the same."""


@contextlib.contextmanager
def best_effort() -> Iterator[None]:
    """Let a word to somebody fail in silence, however it does.

    Apologies and hints are sent in here: the log has what they are about, and where the connection is dead, or the
    bot has closed it, a second error would say no more.
    """
    try:
        yield
    except Exception:  # noqa: BLE001 (each layer below raises its own: discord.py, aiohttp, the system, and so on)
        _log.debug("Somebody could not be told.", exc_info=True)


def report(error: BaseException | None, where: str) -> str:
    """Log an unexpected error under a short random reference.

    Args:
        error: what was raised; None if that isn't known.
        where: the part that failed, such as ``command ask``; never what a member wrote.

    Returns:
        The sentence for the member, with the reference.
    """
    reference = secrets.token_hex(3)
    _log.error("%s failed, reference %s", where, reference, exc_info=error)
    return _(
        "Sorry, something went wrong on my side, so I could not answer. If it happens again, please give a moderator "
        "this reference: {reference}"
    ).format(reference=f"`{reference}`")


def excuse(error: BaseException | None, where: str) -> ExpectedFailure | None:
    """Log in one line what is no fault of the bot: something has gone in the meantime, or Discord refuses.

    discord.py has waited and tried again several times before it gives up on a rate limit.

    Args:
        error: what was raised.
        where: the part that failed.

    Returns:
        What it was; None for all else, of which nothing is logged.
    """
    for cause in _causes(error):
        if isinstance(cause, discord.HTTPException) and cause.code in GONE_CODES:
            _log.info("%s: %s (code %d)", where, GONE_CODES[cause.code], cause.code)
            return ExpectedFailure.GONE
        if isinstance(cause, discord.Forbidden):
            _log.warning("%s: Discord refused it, a permission is missing (code %d)", where, cause.code)
            return ExpectedFailure.FORBIDDEN
        if isinstance(cause, discord.RateLimited) or getattr(cause, "status", None) == TOO_MANY_REQUESTS:
            _log.warning("%s: given up, Discord asks for fewer requests", where)
            return ExpectedFailure.BUSY
        if isinstance(cause, TooLateError):
            _log.warning("%s: given up, Discord did not take the answer in time", where)
            return ExpectedFailure.GONE
        if isinstance(cause, aiohttp.ClientError | discord.DiscordServerError):
            _log.warning("%s: given up, Discord could not be reached (%s)", where, type(cause).__name__)
            return ExpectedFailure.UNREACHABLE
    return None


class Excused(logging.Filter):
    """Puts lines of ours in the place of what discord.py logs where suggestions while typing fail.

    Its own name whoever typed. With a slow line or a fast typist many suggestions come too late, and are no error.
    """

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is to be logged."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        if excuse(error, "Suggestions while typing") is None:
            _log.error("Suggestions while typing failed", exc_info=error)
        return False


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what discord.py has wrapped in it."""
    while error is not None:
        yield error
        wraps = isinstance(error, commands.CommandInvokeError | commands.HybridCommandError)
        wraps = wraps or isinstance(error, discord.app_commands.CommandInvokeError)
        error = getattr(error, "original", None) if wraps else None


def lacking(mine: discord.Permissions, *, thread: bool, pictures: bool = True) -> list[str]:
    """Name the permissions that the bot needs in a channel and does not have there.

    Who may not see a channel has no other permission in it, and who may not write cannot attach files,
    whatever is set: then only the first is named.

    Args:
        mine: those of the bot in the channel.
        thread: whether it is a thread or a post of a forum.
        pictures: whether the bot is to send any.
    """
    write = "send_messages_in_threads" if thread else "send_messages"
    for step in (("view_channel",), (write, "read_message_history"), ("attach_files",) if pictures else ()):
        if missing := [_(NEEDED[name]) for name in step if not getattr(mine, name)]:
            return missing
    return []


def cannot_answer(channels: str, missing: Sequence[str]) -> str:
    """Return the sentence that says why the bot can't answer somewhere.

    Args:
        channels: mentions, one or more.
        missing: permissions by name; empty where that is not known.
    """
    if missing:
        lack = ngettext(
            "I cannot answer in {channel}, because I lack the permission {names} there.",
            "I cannot answer in {channel}, because I lack the permissions {names} there.",
            len(missing),
        )
        names = enumerate_names(missing)
    else:
        lack = _("I cannot answer in {channel}, because I lack a permission there. I need: {names}.")
        names = ", ".join(map(_, NEEDED.values()))
    return lack.format(channel=channels, names=names)


def may_not(channel: int, missing: Sequence[str]) -> str:
    """Return the sentence that says what the bot lacks and who can change that.

    Args:
        channel: id of the channel.
        missing: permissions by name; empty where that is not known.
    """
    fix = _("Somebody who manages the server can change that in the settings of the channel.")
    return f"{cannot_answer(f'<#{channel}>', missing)} {fix}"


async def report_failure(interaction: discord.Interaction[Any], error: BaseException, where: str) -> None:
    """Log an error of an interaction, and tell the member privately; whatever becomes of that, nothing is raised."""
    why = excuse(error, where)
    if why is ExpectedFailure.FORBIDDEN:
        thread = isinstance(interaction.channel, discord.Thread)
        # Where the bot is no member, its permissions are not what is at fault.
        member = interaction.client.get_guild(interaction.guild_id or 0) is not None
        missing = lacking(interaction.app_permissions, thread=thread) if member else []
        await tell_privately(interaction, may_not(interaction.channel_id or 0, missing))
    elif why in SAID:
        await tell_privately(interaction, _(SAID[why]))
    elif why is None:
        await tell_privately(interaction, report(error, where))


async def tell_privately(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Write a sentence that only the member can see, if the interaction is still there to be answered."""
    if interaction.type is discord.InteractionType.autocomplete:
        return
    # The interaction may be what failed (unknown after three seconds): then nobody can be told.
    with best_effort():
        if not interaction.response.is_done():
            await interaction.response.send_message(sentence, ephemeral=True)
        elif await _thinks_publicly(interaction):
            # What is sent next takes the place of "thinking", for all to see, whatever it asks for:
            # https://github.com/discord/discord-api-docs/issues/2866
            await interaction.edit_original_response(content="…")
            await interaction.followup.send(sentence, ephemeral=True)
            await interaction.delete_original_response()
        else:
            await interaction.followup.send(sentence, ephemeral=True)


async def _thinks_publicly(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the channel shows that the bot is thinking, and nothing of an answer yet."""
    if interaction.response.type is not discord.InteractionResponseType.deferred_channel_message:
        return False
    flags = (await interaction.original_response()).flags
    return flags.loading and not flags.ephemeral
