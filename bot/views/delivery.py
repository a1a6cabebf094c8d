"""Pages to the place where they were asked for."""

from collections.abc import Sequence
from typing import Any

import discord
from discord.ext import commands

from bot.views.page import Page


async def show(
    ctx: commands.Context[Any], pages: Sequence[Page], files: Sequence[discord.File] = (), *, private: bool = False
) -> discord.Message:
    """Send pages as :func:`send` does, and give the last message."""
    return (await send(ctx, pages, files, private=private))[-1]


async def send(
    ctx: commands.Context[Any], pages: Sequence[Page], files: Sequence[discord.File] = (), *, private: bool = False
) -> list[discord.Message]:
    """Send pages as the reply to a command, whether typed or picked from the slash menu.

    Args:
        ctx: of the command.
        pages: one message each.
        files: what the first page shows as its pictures.
        private: whether only the member sees it; has no effect on what was typed.

    Returns:
        The messages in order.
    """
    first, *others = pages
    if ctx.interaction is None:
        # The asker may have deleted the question meanwhile: then the answer stands alone.
        message = await ctx.send(
            view=first,
            files=files or discord.utils.MISSING,
            reference=ctx.message.to_reference(fail_if_not_exists=False),
        )
    else:
        message = await ctx.send(view=first, files=files or discord.utils.MISSING, ephemeral=private)
    return [message, *[await ctx.send(view=page, ephemeral=private) for page in others]]


async def show_privately(interaction: discord.Interaction[Any], pages: Sequence[Page]) -> None:
    """Send pages that only the member who clicked can see."""
    first, *others = pages
    if interaction.response.is_done():
        await interaction.followup.send(view=first, ephemeral=True)
    else:
        await interaction.response.send_message(view=first, ephemeral=True)
    for page in others:
        await interaction.followup.send(view=page, ephemeral=True)


async def show_instead(interaction: discord.Interaction[Any], pages: Sequence[Page]) -> list[discord.Message]:
    """Put pages in the place of the message whose control was clicked.

    Returns:
        The messages of the pages after the first.
    """
    first, *others = pages
    if interaction.response.is_done():
        await interaction.edit_original_response(view=first)
    else:
        await interaction.response.edit_message(view=first)
    private = interaction.message is not None and interaction.message.flags.ephemeral
    return [await interaction.followup.send(view=page, ephemeral=private, wait=True) for page in others]
