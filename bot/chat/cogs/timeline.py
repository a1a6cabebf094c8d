"""The timeline command."""

import io
from dataclasses import dataclass
from typing import Final, final

import discord
from discord import app_commands
from discord.ext import commands

from bot import charts
from bot.answering.answerer import Answerer
from bot.answering.periods import Period, read_period, words_of
from bot.charts.timeline import Charts, describe, moments, pictures
from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.command import Context, hybrid
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.page import notice
from bot.chat.screens.paginator import MAX_SUBJECT, ListKind, open_list, register_lists
from bot.chat.screens.timeline import chosen_events, file_name, in_words, picture_page, subject, timeline_pages
from bot.i18n.catalogue import N_, _
from bot.i18n.commands import command
from bot.i18n.dates import format_date
from bot.knowledge.model import PartialDate, Person

_PICTURE: Final = frozenset({"picture", "chart", "image"})
"""Words in a typed command that ask for the picture."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """The parsed words after the command."""

    period: Period | None
    person: Person | None
    left: tuple[str, ...]
    """The words that are not understood."""

    picture: bool


def _read(answerer: Answerer, text: str) -> _Wish:
    words = words_of(text)
    person, others = answerer.names.split([word for word in words if word.casefold() not in _PICTURE])
    period, left = read_period(others)
    return _Wish(period, person, tuple(left), any(word.casefold() in _PICTURE for word in words))


def _takes(answerer: Answerer, words: str) -> bool:
    return not _read(answerer, words).left


@final
class Timeline(commands.Cog):
    """Shows the dated events."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot
        self._charts = Charts()

    @hybrid("timeline", N_("What happened when, and who says so"), takes=_takes)
    @app_commands.describe(
        year=N_("Only events in this year or month, or on this day"),
        person=N_("Only events involving this person"),
        picture=N_("Show a picture"),
    )
    async def timeline(
        self, ctx: Context, year: str | None = None, *, person: str | None = None, picture: bool = False
    ) -> None:
        """Show the events, oldest first: all, or those of a year, of a person, or of both.

        The words of a typed command may be in any order: ``timeline May 2019``, ``timeline Ada Voss picture``.
        """
        answerer = self._bot.live.current
        base = answerer.base
        if not base.events:
            await open_list(ctx, "timeline")
            return
        wish = _read(answerer, f"{year or ''} {person or ''}")
        drawn = picture or wish.picture
        # Only an exact name counts above, a similar one only if there is none.
        found = wish.person or answerer.names.find(" ".join(wish.left))
        what = subject(wish.period, found)
        events = chosen_events(base, what)
        if (wish.left and (wish.person or not found)) or len(what) > MAX_SUBJECT:
            await self._bot.reply_links.reply(ctx, notice(self._not_understood(ctx)))
        elif not events:
            sentence = _("I have no dated event for {what}. `{command}` shows them all.")
            all_events = command(self._bot.sign_for(ctx), "timeline")
            await self._bot.reply_links.reply(
                ctx, notice(sentence.format(what=in_words(base, what), command=all_events))
            )
        elif not drawn:
            await open_list(ctx, "timeline", what)
        elif not charts.installed():
            sentence = _("I'm set up without pictures. `{command}` shows the same as text.")
            await self._bot.reply_links.reply(
                ctx, notice(sentence.format(command=command(self._bot.sign_for(ctx), "timeline")))
            )
        else:
            async with ctx.typing():
                chosen = pictures(moments(base, events))
                drawings = [await self._charts.draw(base, picture) for picture in chosen]
            texts = [describe(picture) for picture in chosen]
            files = [
                discord.File(io.BytesIO(drawing), file_name(number), description=text)
                for number, (drawing, text) in enumerate(zip(drawings, texts, strict=True), start=1)
            ]
            left = len(events) - sum(len(picture.moments) for picture in chosen)
            page = picture_page(literal(base.case.title), texts, left)
            await self._bot.reply_links.reply(ctx, [page], files=files)

    def _not_understood(self, ctx: Context) -> str:
        sign = self._bot.sign_for(ctx)
        sentence = (
            _(
                "I didn't understand which date or person you mean. Write a date like `2002`, `{month}`, `{day}` or "
                "`2002-2003`. `{timeline}` shows all events, and `{who}` all people."
            )
            if self._bot.live.current.base.people
            else _(
                "I didn't understand which date you mean. Write a date like `2002`, `{month}`, `{day}` or "
                "`2002-2003`. `{timeline}` shows all events."
            )
        )
        return sentence.format(
            month=format_date(PartialDate(2002, 1)),
            day=format_date(PartialDate(2002, 1, 18)),
            timeline=command(sign, "timeline"),
            who=command(sign, "who"),
        )

    @timeline.autocomplete("year")
    async def _complete_year(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        years = dict.fromkeys(str(event.date.year) for event in self._bot.live.current.base.events)
        return limits.choices((year, year) for year in years if typed.strip() in year)

    @timeline.autocomplete("person")
    async def _complete_person(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        answerer = self._bot.live.current
        dated = {person for event in answerer.base.events for person in (*event.people, *event.said_by)}
        people = answerer.names.complete(typed)
        return limits.choices((person.name, person.id) for person in people if person.id in dated)


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    register_lists(
        timeline=ListKind(timeline_pages, command="timeline", empty=N_("My FAQ has no dated events.")),
    )
    await bot.add_cog(Timeline(bot))
