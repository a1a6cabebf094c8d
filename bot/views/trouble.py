"""What a member sees when the bot fails: one plain sentence with a reference, nothing of the exception."""

import contextlib
import logging
import secrets
from collections.abc import Iterator
from typing import Any, Final

import discord
from discord.ext import commands

GONE: Final = {
    10003: "the channel is gone",
    10008: "the message is gone",
    10015: "the interaction has ended",
    10062: "the interaction has ended",
    50027: "the interaction has ended",
    50083: "the thread is archived",
}
"""What happens while an answer is under way, and is nobody's fault:
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""

MAY_NOT: Final = (
    "I saw your question but may not write there. Somebody who manages the server could give me these permissions in "
    "that channel: View Channel, Send Messages, Send Messages in Threads, Read Message History."
)

_log = logging.getLogger(__name__)


def report(error: BaseException | None, where: str) -> str:
    """Log an unexpected error under a short random reference.

    Args:
        error: what was raised, as far as that is known.
        where: the part that failed, such as ``command ask``; never what a member wrote.

    Returns:
        The sentence for the member, with the reference.
    """
    reference = secrets.token_hex(3)
    _log.error("%s failed, reference %s", where, reference, exc_info=error)
    return (
        "Sorry, something went wrong on my side, so I could not answer. If it happens again, "
        f"please give a moderator this reference: `{reference}`"
    )


def quiet(error: BaseException | None, where: str) -> bool:
    """Log in one line what is no fault of the bot: something is gone meanwhile, or it may not write there.

    Args:
        error: what was raised.
        where: the part that failed.

    Returns:
        Whether it was that; else nothing is logged.
    """
    for cause in _causes(error):
        if isinstance(cause, discord.Forbidden):
            _log.warning("%s: Discord refused it, a permission is missing (code %d)", where, cause.code)
            return True
        if isinstance(cause, discord.HTTPException) and cause.code in GONE:
            _log.info("%s: %s (code %d)", where, GONE[cause.code], cause.code)
            return True
    return False


def forbidden(error: BaseException | None) -> bool:
    """Tell whether Discord refused for want of a permission."""
    return any(isinstance(cause, discord.Forbidden) for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what discord.py has wrapped in it."""
    while error is not None:
        yield error
        wraps = isinstance(error, commands.CommandInvokeError | commands.HybridCommandError)
        wraps = wraps or isinstance(error, discord.app_commands.CommandInvokeError)
        error = getattr(error, "original", None) if wraps else None


async def apologise(interaction: discord.Interaction[Any], error: BaseException, where: str) -> None:
    """Report an error of an interaction, and tell the member privately."""
    if quiet(error, where):
        return
    sentence = report(error, where)
    # The interaction may be what failed (unknown after three seconds): then nobody can be told.
    with contextlib.suppress(discord.HTTPException):
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
