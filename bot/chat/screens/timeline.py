"""The events of the case as a message."""

from collections.abc import Sequence
from typing import Final

import discord
from discord import ui

from bot.answering.answerer import Answerer
from bot.answering.periods import Period
from bot.answering.wording import how_exact
from bot.chat.message.citations import source_list, statements
from bot.chat.message.markdown import literal
from bot.chat.message.page import SMALL, Page
from bot.chat.screens.paginator import ListPage, list_pages
from bot.i18n.catalogue import _, ngettext
from bot.i18n.dates import format_date
from bot.i18n.lists import enumerate_names
from bot.knowledge.model import Event, KnowledgeBase, Person

EVENTS_PER_PAGE: Final = 4
"""Events on one page."""


def subject(period: Period | None, person: Person | None) -> str:
    """Return a filter as the subject of a list: ``2019-05/ada``, ``2019..2020``, ``ada``, or nothing for all."""
    return "/".join([*([period.iso] if period else []), *([person.id] if person else [])])


def chosen_events(base: KnowledgeBase, what: str) -> tuple[Event, ...]:
    """Return the events that match a filter, oldest first.

    Args:
        base: the knowledge base.
        what: the filter, see :func:`subject`; a person matches events that they are in or report.
    """
    period, person = _filter(what)
    return tuple(
        event
        for event in base.events
        if (not period or period.may_contain(event.date)) and (not person or person in (*event.people, *event.said_by))
    )


def in_words(base: KnowledgeBase, what: str) -> str:
    """Return a filter in words: ``May 2019, Ada Voss``; empty for all.

    Args:
        base: the knowledge base.
        what: the filter, see :func:`subject`.
    """
    period, person = _filter(what)
    named = base.people[person].name if person in base.people else person
    return literal(", ".join([*([str(period)] if period else []), *([named] if named else [])]))


def _filter(what: str) -> tuple[Period | None, str]:
    """Return the period, if there is one, and the id of the person, or nothing."""
    first, _slash, person = what.partition("/")
    period = Period.parse(first)
    return (period, person) if period else (None, first)


def picture_page(title: str, descriptions: Sequence[str], left: int) -> Page:
    """Return the page of the timeline's pictures, which must be attached to the message as :func:`file_name`.

    Args:
        title: title of the case, in markdown.
        descriptions: alt texts of the pictures.
        left: how many events are in none of the pictures.
    """
    more = ngettext("One more event is in the text.", "{count} more events are in the text.", left).format(count=left)
    page = Page([f"### {_('Timeline')}: {title}" + (f"\n{more}" if left else "")])
    for number, description in enumerate(descriptions, start=1):
        # One gallery each, because Discord crops pictures in a shared gallery to squares.
        item = discord.MediaGalleryItem(f"attachment://{file_name(number)}", description=description)
        page.put(ui.MediaGallery(item))
    return page


def file_name(number: int) -> str:
    """Return the file name of a picture, counted from 1."""
    return f"timeline-{number}.png"


def timeline_pages(answerer: Answerer, what: str) -> list[ListPage]:
    """Return the pages of some events, oldest first: date and precision, what happened, who says so, and sources.

    Args:
        answerer: the current Answerer.
        what: the filter, see :func:`subject`.
    """
    events, head = chosen_events(answerer.base, what), _heading(answerer.base, what)
    return [
        page
        for start in range(0, len(events), EVENTS_PER_PAGE)
        for page in _event_pages(answerer, head, events[start : start + EVENTS_PER_PAGE])
    ]


def _heading(base: KnowledgeBase, what: str) -> str:
    """Return the heading, which includes the filter: ``Timeline: 2020, Ada Voss``."""
    chosen = in_words(base, what)
    return f"### {_('Timeline')}" + (f": {chosen}" if chosen else "")


def _event_pages(answerer: Answerer, head: str, events: Sequence[Event]) -> list[ListPage]:
    """Return the pages of some events with their sources."""
    texts, citations = answerer.cite(*(event.what for event in events))
    blocks = [head]
    for event, cited in zip(events, texts, strict=True):
        exact = how_exact(event.precision)
        lines = [f"**{format_date(event.date)}**{f' ({exact})' if exact else ''}", statements(cited)]
        lines += [f"{SMALL}{remark}" for remark in _remarks(event, answerer.base)]
        blocks.append("\n".join(lines))
    return list_pages(["\n\n".join(blocks), *([source_list(citations)] if citations else [])])


def _remarks(event: Event, base: KnowledgeBase) -> list[str]:
    remarks = []
    if event.inferred:
        remarks.append(_("Date inferred: {reason}").format(reason=literal(event.inferred)))
    if event.said_by:
        names = enumerate_names(base.people[person].name for person in event.said_by)
        remarks.append(_("Claimed by {names}").format(names=literal(names)))
    return remarks
