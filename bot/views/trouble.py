"""What a member sees when the bot fails: one plain sentence with a reference, nothing of the exception."""

import contextlib
import logging
import secrets
from typing import Any

import discord

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


async def apologise(interaction: discord.Interaction[Any], error: BaseException, where: str) -> None:
    """Report an error of an interaction, and tell the member privately."""
    sentence = report(error, where)
    # The interaction may be what failed (unknown after three seconds): then nobody can be told.
    with contextlib.suppress(discord.HTTPException):
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
