"""Moderators' commands to stop an answer at once, and to put it back."""

from typing import Any, Final

import discord
from discord import app_commands

from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.entry_lookup import NO_SUCH_ENTRY, complete_served, complete_stopped, entry_id
from bot.chat.cogs.faq_group import faq_group
from bot.chat.message.page import notice
from bot.chat.message.send import show_privately
from bot.chat.rights import Right, needs
from bot.chat.screens.feedback import answer_in
from bot.chat.screens.stop import (
    MAX_REASON,
    MessageRef,
    RemoveButton,
    StartButton,
    StopButton,
    choice_page,
    start,
    stop,
)
from bot.i18n.catalogue import N_, _

STOP_MENU: Final = "Stop this answer"
"""Name in the context menu of messages (Apps)."""


@app_commands.command(
    name="stop", description=N_("Stop giving an answer right away, for now"), extras=needs(Right.MODERATOR)
)
@app_commands.describe(entry=N_("The entry"), reason=N_("Why, for the other moderators"))
@app_commands.autocomplete(entry=complete_served)
async def stop_entry(
    interaction: Interaction, entry: str, reason: app_commands.Range[str, 1, MAX_REASON] | None = None
) -> None:
    """Stop an entry."""
    base = interaction.client.live.current.base
    id_ = entry_id(base, entry)
    if id_ in base.entry_ids:
        await stop(interaction, id_, reason=reason)
    else:
        await show_privately(interaction, notice(_(NO_SUCH_ENTRY)))


@app_commands.command(
    name="start", description=N_("Start giving a stopped answer again"), extras=needs(Right.MODERATOR)
)
@app_commands.describe(entry=N_("The entry"))
@app_commands.autocomplete(entry=complete_stopped)
async def start_entry(interaction: Interaction, entry: str) -> None:
    """Serve an entry again, even if it is no longer in the files."""
    base = interaction.client.live.current.base
    id_ = entry_id(base, entry)
    if id_ in base.entry_ids or id_ in interaction.client.store.stops(interaction.guild_id):
        await start(interaction, id_)
    else:
        await show_privately(interaction, notice(_(NO_SUCH_ENTRY)))


async def _stop_shown(interaction: Interaction, message: discord.Message) -> None:
    """Stop the answer in a message of the bot; if it has several answers, ask which."""
    bot = interaction.client
    found = await answer_in(bot, message) if bot.user and message.author.id == bot.user.id else None
    if found is None:
        await show_privately(interaction, notice(_("That isn't one of my answers.")))
        return
    shown = MessageRef(message.id, found.question)
    if len(found.entries) == 1:
        await stop(interaction, found.entries[0], shown)
    else:
        await show_privately(interaction, [choice_page(bot, found.entries, shown)])


async def setup(bot: CaseBot) -> None:
    """Add the commands and the persistent controls; discord.py calls this."""
    bot.add_dynamic_items(StopButton, StartButton, RemoveButton)
    commands: tuple[app_commands.Command[Any, ..., None], ...] = (stop_entry, start_entry)
    for command in commands:
        faq_group(bot).add_command(command)
    menu = app_commands.ContextMenu(name=STOP_MENU, callback=_stop_shown, extras=needs(Right.MODERATOR))
    app_commands.allowed_installs(guilds=True, users=False)(menu)
    app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(menu)
    menu.default_permissions = discord.Permissions(manage_messages=True)
    bot.tree.add_command(menu)
