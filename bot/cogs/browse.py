"""Looking around: people, topics, sources, help."""

from typing import final

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import CaseBot
from bot.cogs.command import Context, hybrid
from bot.cogs.names import complete_person, find_person
from bot.views import limits
from bot.views.browse import help_pages, people_pages, person_pages
from bot.views.delivery import show
from bot.views.paginator import open_list
from bot.views.reply import answer_pages


@final
class Browse(commands.Cog):
    """Shows what the knowledge base holds, without a question."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot

    @hybrid("who", "Who somebody in the case is")
    @app_commands.describe(name="A name, nickname or handle")
    async def who(self, ctx: Context, *, name: str) -> None:
        """Show a person; where the name is unknown, whom one can ask about."""
        answerer, sign = self._bot.live.current, self._bot.sign
        if person := find_person(answerer.base, name):
            await show(ctx, person_pages(answerer, person))
        elif " " in name.strip() and (reply := answerer.answer(f"who {name}")).answers:
            # "!who was killed?" is a question to whoever types it; one word is a name.
            await show(ctx, answer_pages(reply))
        else:
            await show(ctx, people_pages(answerer.base, sign))

    @who.autocomplete("name")
    async def _complete(self, _interaction: discord.Interaction[CaseBot], typed: str) -> list[app_commands.Choice[str]]:
        people = complete_person(self._bot.live.current.base, typed)
        return limits.choices((person.name, person.id) for person in people)

    @hybrid("topics", "All questions I can answer, by topic")
    async def topics(self, ctx: Context) -> None:
        """Show the topics."""
        await open_list(ctx, "topics")

    @hybrid("sources", "What my answers rest on")
    async def sources(self, ctx: Context) -> None:
        """Show the sources and their passages."""
        await open_list(ctx, "sources")

    @hybrid("help", "What I can do and how to ask me")
    async def help(self, ctx: Context) -> None:
        """Explain the bot to members."""
        bot = self._bot
        shown = help_pages(
            bot.live.current.base,
            name=bot.user.name if bot.user else "casebot",
            prefix=bot.prefix,
            message_content=bot.intents.message_content,
        )
        await show(ctx, shown)


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Browse(bot))
