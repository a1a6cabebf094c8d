"""Sending pages as the reply to a command, a message or a click."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

import discord
from discord.ext import commands

from bot.chat.message.page import Page
from bot.chat.retry import with_retries

_NONCE_BYTES: Final = 12
"""Random bytes of a nonce; Discord accepts up to 25 characters."""


async def show(
    ctx: commands.Context[Any], pages: Sequence[Page], files: Sequence[discord.File] = (), *, private: bool = False
) -> discord.Message:
    """Send pages as :func:`send` does, and return the last message."""
    return (await send(ctx, pages, files, private=private))[-1]


async def send(
    ctx: commands.Context[Any], pages: Sequence[Page], files: Sequence[discord.File] = (), *, private: bool = False
) -> list[discord.Message]:
    """Send pages as the reply to a typed or slash command.

    Args:
        ctx: the context of the command.
        pages: the pages, one message each.
        files: the pictures on the first page.
        private: whether only the member sees the reply; ignored for a typed command.

    Returns:
        The messages in order.
    """
    first, *others = pages
    if ctx.interaction is None:
        # If the member has deleted the question by now, the answer is sent without a reference.
        reference = ctx.message.to_reference(fail_if_not_exists=False)
        shown = files or discord.utils.MISSING
        message = await _post(partial(ctx.send, view=first, files=shown, reference=reference), files)
        return [message, *[await _post(partial(ctx.send, view=page)) for page in others]]
    message = await ctx.send(view=first, files=files or discord.utils.MISSING, ephemeral=private)
    follow_up = ctx.interaction.followup.send
    return [message, *[await follow_up(view=page, ephemeral=private, wait=True) for page in others]]


async def _post(send: Callable[..., Awaitable[discord.Message]], files: Sequence[discord.File] = ()) -> discord.Message:
    # For a known nonce, Discord returns the existing message instead of creating a second one (`enforce_nonce`):
    # https://discord.com/developers/docs/resources/message#create-message
    nonce = secrets.token_hex(_NONCE_BYTES)

    def post() -> Awaitable[discord.Message]:
        rewind(files)
        return send(nonce=nonce)

    return await with_retries(post)


def rewind(files: Sequence[discord.File]) -> None:
    """Let files be sent again, after a failure."""
    for file in files:
        file.reset()


async def show_privately(interaction: discord.Interaction[Any], pages: Sequence[Page]) -> None:
    """Send pages that only the user of the interaction can see."""
    first, *others = pages
    if interaction.response.is_done():
        await interaction.followup.send(view=first, ephemeral=True)
    else:
        await interaction.response.send_message(view=first, ephemeral=True)
    for page in others:
        await interaction.followup.send(view=page, ephemeral=True)


async def show_instead(interaction: discord.Interaction[Any], pages: Sequence[Page]) -> list[discord.Message]:
    """Replace the message whose control was clicked by pages.

    Returns:
        The messages of the second and further pages.
    """
    first, *others = pages
    if interaction.response.is_done():
        await interaction.edit_original_response(view=first)
    else:
        await interaction.response.edit_message(view=first)
    private = interaction.message is not None and interaction.message.flags.ephemeral
    return [await interaction.followup.send(view=page, ephemeral=private, wait=True) for page in others]
