"""What members see when the bot fails: one plain sentence with a reference, and nothing of the exception."""

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

from bot.chat.permissions import Place, missing_permissions, needed_permissions, place_of
from bot.chat.retry import TooLateError
from bot.i18n.catalogue import N_, _, ngettext
from bot.i18n.lists import enumerate_names

GONE_CODES: Final = {
    10003: "the channel is gone",
    10008: "the message is gone",
    10015: "the interaction has ended",
    10062: "the interaction has ended",
    50027: "the interaction has ended",
    50083: "the thread is archived",
    160005: "the thread is locked",
}
"""Error codes for things that can happen while an answer is being sent, and are nobody's fault:
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""

TOO_MANY_REQUESTS: Final = 429

BUSY: Final = N_("Discord is asking me to slow down. Please try again in a minute.")
UNREACHABLE: Final = N_("Discord didn't accept my answer. Please try again in a minute.")

_log = logging.getLogger(__name__)


class ExpectedFailure(Enum):
    """A kind of failure that is not the bot's fault."""

    GONE = "gone"
    FORBIDDEN = "forbidden"
    BUSY = "busy"
    UNREACHABLE = "unreachable"


SAID: Final = {ExpectedFailure.BUSY: BUSY, ExpectedFailure.UNREACHABLE: UNREACHABLE}
"""The sentence for members, for the failures where it is always the same."""


@contextlib.contextmanager
def best_effort() -> Iterator[None]:
    """Ignore any error of a block that sends an apology or a hint.

    The log already has what the message is about. If the connection is dead or the bot has closed it, a second error
    would add nothing.
    """
    try:
        yield
    except Exception:  # noqa: BLE001 (discord.py, aiohttp and the system all raise their own errors)
        _log.debug("Someone couldn't be told.", exc_info=True)


def report(error: BaseException | None, where: str) -> str:
    """Log an unexpected error with a short random reference.

    Args:
        error: the exception; None if it is unknown.
        where: the part that failed, such as ``command ask``; never a member's text.

    Returns:
        The sentence for the member, with the reference.
    """
    reference = secrets.token_hex(3)
    _log.error("%s failed, reference %s", where, reference, exc_info=error)
    return _(
        "Sorry, something went wrong and I couldn't answer. If it happens again, please give a moderator this "
        "reference: {reference}"
    ).format(reference=f"`{reference}`")


def excuse(error: BaseException | None, where: str) -> ExpectedFailure | None:
    """Classify an error that is not the bot's fault, and log it in one line.

    A rate limit ends up here only after discord.py has waited and retried several times.

    Args:
        error: the exception; None if it is unknown.
        where: the part that failed.

    Returns:
        The kind of failure; None for any other error, which is not logged.
    """
    for cause in _causes(error):
        if isinstance(cause, discord.HTTPException) and cause.code in GONE_CODES:
            _log.info("%s: %s (code %d)", where, GONE_CODES[cause.code], cause.code)
            return ExpectedFailure.GONE
        if isinstance(cause, discord.Forbidden):
            _log.warning("%s: Discord refused it, a permission is missing (code %d)", where, cause.code)
            return ExpectedFailure.FORBIDDEN
        if isinstance(cause, discord.RateLimited) or getattr(cause, "status", None) == TOO_MANY_REQUESTS:
            _log.warning("%s: gave up, Discord is asking for fewer requests", where)
            return ExpectedFailure.BUSY
        if isinstance(cause, TooLateError):
            _log.warning("%s: gave up, Discord didn't accept the answer in time", where)
            return ExpectedFailure.GONE
        if isinstance(cause, aiohttp.ClientError | discord.DiscordServerError):
            _log.warning("%s: gave up, Discord couldn't be reached (%s)", where, type(cause).__name__)
            return ExpectedFailure.UNREACHABLE
    return None


class Excused(logging.Filter):
    """Replaces discord.py's log records about failed autocompletion by the bot's own.

    discord.py's records name the member. Besides, with a slow connection or a fast typist many suggestions come too
    late, which is not an error.
    """

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log a record."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        if excuse(error, "Suggestions while typing") is None:
            _log.error("Suggestions while typing failed", exc_info=error)
        return False


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and the errors that discord.py has wrapped in it."""
    while error is not None:
        yield error
        wraps = isinstance(error, commands.CommandInvokeError | commands.HybridCommandError)
        wraps = wraps or isinstance(error, discord.app_commands.CommandInvokeError)
        error = getattr(error, "original", None) if wraps else None


def cannot_answer(channels: str, missing: Sequence[str]) -> str:
    """Return the sentence that says which permissions the bot lacks somewhere.

    Args:
        channels: one or more channel mentions.
        missing: names of the missing permissions, at least one.
    """
    lack = ngettext(
        "I can't answer in {channel}: I don't have the {names} permission there.",
        "I can't answer in {channel}: I don't have these permissions there: {names}.",
        len(missing),
    )
    return lack.format(channel=channels, names=enumerate_names(missing))


def may_not(channel: int, place: Place, missing: Sequence[str]) -> str:
    """Return the sentences that say which permissions the bot lacks and who can change that.

    Args:
        channel: id of the channel.
        place: its kind.
        missing: names of the missing permissions; empty if they are unknown.
    """
    mention = f"<#{channel}>"
    if missing:
        lack = cannot_answer(mention, missing)
    else:
        lack = _("I can't answer in {channel}: I'm missing a permission there. I need {names}.")
        lack = lack.format(channel=mention, names=", ".join(needed_permissions(place)))
    fix = _("Anyone who manages this server can change that in the channel's settings.")
    return f"{lack} {fix}"


async def report_failure(interaction: discord.Interaction[Any], error: BaseException, where: str) -> None:
    """Log an error of an interaction, and tell the member privately. Nothing is raised, even if that fails."""
    why = excuse(error, where)
    if why is ExpectedFailure.FORBIDDEN:
        place = place_of(interaction.channel)
        # In a server where the bot is not a member, its permissions are not the cause.
        member = interaction.client.get_guild(interaction.guild_id or 0) is not None
        missing = missing_permissions(interaction.app_permissions, place) if member else []
        await tell_privately(interaction, may_not(interaction.channel_id or 0, place, missing))
    elif why in SAID:
        await tell_privately(interaction, _(SAID[why]))
    elif why is None:
        await tell_privately(interaction, report(error, where))


async def tell_privately(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Send a sentence that only the member can see, if the interaction can still be answered."""
    if interaction.type is discord.InteractionType.autocomplete:
        return
    # The interaction itself may have failed (it is unknown after three seconds); then nobody can be told.
    with best_effort():
        if not interaction.response.is_done():
            await interaction.response.send_message(sentence, ephemeral=True)
        elif await _thinks_publicly(interaction):
            # The next message replaces "thinking" and is public even if it asks to be private:
            # https://github.com/discord/discord-api-docs/issues/2866
            await interaction.edit_original_response(content="…")
            await interaction.followup.send(sentence, ephemeral=True)
            await interaction.delete_original_response()
        else:
            await interaction.followup.send(sentence, ephemeral=True)


async def _thinks_publicly(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the channel shows that the bot is thinking, and no answer yet."""
    if interaction.response.type is not discord.InteractionResponseType.deferred_channel_message:
        return False
    flags = (await interaction.original_response()).flags
    return flags.loading and not flags.ephemeral
