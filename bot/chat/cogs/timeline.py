"""The timeline command."""

import io
from dataclasses import dataclass
from typing import Final, final

import discord
from discord import app_commands
from discord.ext import commands

from bot.answering.answerer import Answerer
from bot.charts.timeline import Charts, describe, moments, pictures
from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.command import Context, hybrid
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.page import notice
from bot.chat.message.send import show
from bot.chat.screens.paginator import ListKind, open_list, register_lists
from bot.chat.screens.timeline import chosen_events, file_name, picture_page, timeline_pages
from bot.i18n.catalogue import N_, _
from bot.i18n.commands import command

_PICTURE: Final = frozenset({"picture", "chart", "image"})
"""Words in a typed command that ask for the picture."""

_MARKS: Final = ",.?!"


@dataclass(frozen=True, slots=True)
class _Wish:
    """The parsed words after the command."""

    years: tuple[str, ...]
    name: str
    """All words that are neither a year nor ask for the picture."""

    picture: bool


def _read(words: str) -> _Wish:
    rest = [word.strip(_MARKS) for word in words.split()]
    years = tuple(word for word in rest if word.isdecimal() and len(word) == len("2009"))
    name = " ".join(word for word in rest if word not in years and word.casefold() not in _PICTURE)
    return _Wish(years, name, any(word.casefold() in _PICTURE for word in rest))


def _takes(answerer: Answerer, words: str) -> bool:
    name = _read(words).name
    return not name or answerer.names.known(name)


@final
class Timeline(commands.Cog):
    """Shows the dated events."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot
        self._charts = Charts()

    @hybrid("timeline", N_("What happened when, and who says so"), takes=_takes)
    @app_commands.describe(
        year=N_("Only events of this year"), person=N_("Only events with this person"), picture=N_("Show a picture")
    )
    async def timeline(
        self, ctx: Context, year: str | None = None, *, person: str | None = None, picture: bool = False
    ) -> None:
        """Show the events, oldest first: all, or those of a year, of a person, or of both.

        The words of a typed command may be in any order: ``timeline 2019``, ``timeline Ada Voss picture``.
        """
        wish = _read(f"{year or ''} {person or ''}")
        drawn = picture or wish.picture
        answerer = self._bot.live.current
        base = answerer.base
        found = answerer.names.find(wish.name) if wish.name else None
        what = "/".join((*wish.years[:1], *([found.id] if found else [])))
        events = chosen_events(base, what)
        if (wish.name and not found) or not events:
            sentence = _("I have no dated event for that. `{command}` shows all.")
            await show(ctx, notice(sentence.format(command=command(self._bot.sign_for(ctx), "timeline"))))
        elif not drawn:
            await open_list(ctx, "timeline", what)
        else:
            async with ctx.typing():
                shown = pictures(moments(base, events))
                drawings = [await self._charts.draw(base, picture) for picture in shown]
            texts = [describe(picture) for picture in shown]
            files = [
                discord.File(io.BytesIO(drawing), file_name(number), description=text)
                for number, (drawing, text) in enumerate(zip(drawings, texts, strict=True), start=1)
            ]
            left = len(events) - sum(len(picture.moments) for picture in shown)
            await show(ctx, [picture_page(literal(base.case.title), texts, left)], files)

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
        timeline=ListKind(timeline_pages, command="timeline"),
    )
    await bot.add_cog(Timeline(bot))
