"""`/faq stats`: what was asked in a server, and how much of it was answered."""

import datetime as dt
import io
from typing import Final

import discord
from discord import app_commands

from bot import charts
from bot.charts import stats as stats_chart
from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.faq_group import faq_group
from bot.chat.message.markdown import literal
from bot.chat.message.page import notice
from bot.chat.message.send import show_instead
from bot.chat.rights import Right, needs, server_of
from bot.chat.screens.stats import FILE_NAME, stats_page
from bot.chat.screens.stop import marked_questions
from bot.i18n.catalogue import N_, _
from bot.moderation.stats import ending, read_summary
from bot.store.store import StoreError

PERIODS: Final = {7: N_("7 days"), 30: N_("30 days"), 90: N_("90 days")}
"""Periods by their length in days."""


@app_commands.command(
    name="stats",
    description=N_("What was asked in this server, and how much of it was answered"),
    extras=needs(Right.MODERATOR),
)
@app_commands.describe(period=N_("How far back; 30 days by default"))
@app_commands.choices(period=[app_commands.Choice(name=name, value=days) for days, name in PERIODS.items()])
async def show_stats(interaction: Interaction, period: int = 30) -> None:
    """Show the server's statistics privately, as text and as a picture."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    bot, span = interaction.client, ending(dt.datetime.now(dt.UTC).date(), period)
    try:
        figures = await read_summary(bot.store, server_of(interaction), span, bot.live.current.base.withdrawn)
    except StoreError as error:
        why = _("Statistics aren't available right now: {reason}").format(reason=literal(str(error)))
        await show_instead(interaction, notice(why))
        return
    questions = marked_questions(bot, server_of(interaction))
    if not figures.now.asked or not charts.installed():
        await show_instead(interaction, [stats_page(figures, questions, None)])
        return
    description = stats_chart.describe(figures)
    file = discord.File(io.BytesIO(await stats_chart.draw(figures)), FILE_NAME, description=description)
    page = stats_page(figures, questions, description)
    await interaction.edit_original_response(view=page, attachments=[file])


async def setup(bot: CaseBot) -> None:
    """Add the command; discord.py calls this."""
    faq_group(bot).add_command(show_stats)
