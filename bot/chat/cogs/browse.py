"""Commands for browsing: people, quotes, topics, sources, help and the description of the bot."""

import asyncio
from importlib import metadata
from typing import final

from discord import app_commands
from discord.ext import commands

from bot.answering.answerer import Answerer
from bot.answering.people import Names, speakers
from bot.answering.periods import words_of
from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.command import Context, hybrid
from bot.chat.message import limits
from bot.chat.message.page import notice
from bot.chat.screens.browse import TopicSelect, about_pages, help_pages, source_pages, topic_pages, topics_pages
from bot.chat.screens.changes import change_pages
from bot.chat.screens.paginator import ListKind, PageButton, open_list, register_lists
from bot.chat.screens.people import (
    NOBODY_KNOWN,
    UNKNOWN_NAME,
    AboutButton,
    PersonSelect,
    about_person_pages,
    people_pages,
    person_pages,
    quote_pages,
)
from bot.chat.screens.reply import answer_pages
from bot.editing.updates import updates
from bot.i18n.catalogue import N_, _
from bot.i18n.commands import command
from bot.knowledge.model import Person


def _name_or_nothing(answerer: Answerer, words: str) -> bool:
    return not words or answerer.names.known(words)


def _who(answerer: Answerer, words: str) -> bool:
    return answerer.lacks_who(words) or _name_or_nothing(answerer, words)


def _person(names: Names, words: str) -> Person | None:
    """Return whom a member means by a name, by one among other words, or by a part of one."""
    return names.find(words) or names.split(words_of(words))[0] or names.find_by_part(words)


def _guild(ctx: Context) -> int | None:
    return ctx.guild.id if ctx.guild else None


@final
class Browse(commands.Cog):
    """Shows the content of the knowledge base without a question."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot

    def _served(self, ctx: Context) -> Answerer:
        return self._bot.questions.answerer_for(_guild(ctx))

    @hybrid("who", N_("Who someone is"), takes=_who)
    @app_commands.describe(name=N_("A name, nickname or handle; leave it out for a list"))
    async def who(self, ctx: Context, *, name: str | None = None) -> None:
        """Show a person; without a known name, list the people."""
        if not name:
            await open_list(ctx, "people")
        elif person := self._served(ctx).names.find(name):
            await open_list(ctx, "person", person.id)
        elif " " in name.strip() and (reply := self._bot.questions.answer(f"who {name}", _guild(ctx))).found:
            # "!who was killed?" is meant as a question; a single word is a name.
            await self._bot.reply_links.reply(ctx, answer_pages(reply), reply.entries)
        elif person := _person(self._served(ctx).names, name):
            await open_list(ctx, "person", person.id)
        else:
            await open_list(ctx, "people", UNKNOWN_NAME if self._served(ctx).base.people else "")

    @who.autocomplete("name")
    async def _complete(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        people = self._bot.live.current.names.complete(typed)
        return limits.choices((person.name, person.id) for person in people)

    @hybrid("quotes", N_("Who says what, with sources"), takes=_name_or_nothing)
    @app_commands.describe(speaker=N_("Only what this person says"))
    async def quotes(self, ctx: Context, *, speaker: str | None = None) -> None:
        """Show claims and quotes of one person or of everybody."""
        answerer, sign = self._served(ctx), self._bot.sign_for(ctx)
        names = answerer.names
        person = _person(names, speaker) if speaker else None
        if not speakers(answerer.base):
            await open_list(ctx, "quotes")
        elif speaker and person is None:
            sentence = f"{_(NOBODY_KNOWN)} {_('`{command}` lists everyone I know about.')}"
            await self._bot.reply_links.reply(ctx, notice(sentence.format(command=command(sign, "who"))))
        elif person and person not in speakers(answerer.base):
            sentence = _("I have no quotes from that person. `{command}` shows everyone's.")
            await self._bot.reply_links.reply(ctx, notice(sentence.format(command=command(sign, "quotes"))))
        else:
            await open_list(ctx, "quotes", person.id if person else "")

    @quotes.autocomplete("speaker")
    async def _complete_speaker(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        answerer = self._bot.questions.answerer_for(interaction.guild_id)
        fitting, speaking = answerer.names.complete(typed), speakers(answerer.base)
        return limits.choices((person.name, person.id) for person in fitting if person in speaking)

    @hybrid("topics", N_("All questions I can answer, by topic"))
    async def topics(self, ctx: Context) -> None:
        """Show the topics."""
        await open_list(ctx, "topics")

    @hybrid("sources", N_("What my answers are based on"))
    async def sources(self, ctx: Context) -> None:
        """Show the sources and their passages."""
        await open_list(ctx, "sources")

    @hybrid("changes", N_("What has changed in my answers, and why"))
    async def changes(self, ctx: Context) -> None:
        """Show the latest changes of answers."""
        base = self._served(ctx).base
        await ctx.defer()
        # The desk has read git at its start; to read it here would take seconds.
        desk = self._bot.desk
        changed = await asyncio.to_thread(lambda: updates(desk.history()[::-1], base)) if desk else ()
        await self._bot.reply_links.reply(ctx, change_pages(changed, base))

    @hybrid("about", N_("Who I am, what I read and what I store"))
    async def about(self, ctx: Context) -> None:
        """Introduce the bot."""
        base = self._served(ctx).base
        await self._bot.reply_links.reply(
            ctx, about_pages(base, version=metadata.version("casebot"), sign=self._bot.sign_for(ctx))
        )

    @hybrid("help", N_("What I can do and how to ask me"))
    async def help(self, ctx: Context) -> None:
        """Explain the bot to members."""
        bot = self._bot
        shown = help_pages(
            self._served(ctx).base,
            name=bot.user.name if bot.user else "casebot",
            prefix=bot.prefix_in(ctx.guild),
            message_content=bot.intents.message_content,
        )
        await self._bot.reply_links.reply(ctx, shown)


async def setup(bot: CaseBot) -> None:
    """Add the cog and the persistent controls of lists; discord.py calls this."""
    register_lists(
        sources=ListKind(source_pages, command="sources"),
        topics=ListKind(topics_pages, command="topics", empty=N_("There are no questions I can answer yet.")),
        topic=ListKind(topic_pages, command="topics"),
        people=ListKind(people_pages, command="who", empty=N_("My FAQ has no list of people.")),
        person=ListKind(person_pages, command="who"),
        asks=ListKind(about_person_pages, command="who"),
        quotes=ListKind(quote_pages, command="quotes", empty=N_("My FAQ has no claims or quotes.")),
    )
    bot.add_dynamic_items(TopicSelect, PersonSelect, AboutButton, PageButton)
    await bot.add_cog(Browse(bot))
