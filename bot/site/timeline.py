"""The timeline of the public page: what stands beside an event, and the drawing above the list.

As in the picture for chat, events are evenly spaced, not to scale, and the axis is broken where years have passed. No
information depends on color: inferred dates and claims have their own shapes, and are named in words.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.answering.reply import CitedStatement
from bot.answering.wording import how_exact
from bot.i18n.catalogue import _
from bot.i18n.lists import enumerate_names
from bot.knowledge.model import Event, KnowledgeBase, Precision

IN_ROW: Final = 6
"""Events in one row of the drawing; more would be too close together for a finger."""

_STEP: Final = 64
_ROW: Final = 72
_TOP: Final = 24


@dataclass(frozen=True, slots=True)
class Moment:
    """An event as the list shows it."""

    event: Event
    statements: Sequence[CitedStatement]
    shape: str
    """`reported`, `inferred` or `claimed`."""

    remarks: tuple[str, ...]
    """On the date and on who says so."""

    years: int
    """Years since the event before; 0 for the first."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An event in the drawing."""

    moment: Moment
    x: int
    y: int
    label: str
    """The year, where it is another than before or a row begins; else nothing."""

    leads: bool
    """Whether the axis comes from an event before, in the same row."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing of a timeline, in units of an SVG."""

    marks: tuple[Mark, ...]
    width: int
    height: int


def moments(
    base: KnowledgeBase, events: Sequence[Event], texts: Sequence[Sequence[CitedStatement]]
) -> tuple[Moment, ...]:
    """Return events as the list shows them.

    Args:
        base: the knowledge base.
        events: events, oldest first.
        texts: what happened, for each of them.
    """
    shown = []
    before = None
    for event, statements in zip(events, texts, strict=True):
        inferred = event.precision is Precision.INFERRED
        shape = "inferred" if inferred else "claimed" if event.said_by else "reported"
        years = event.date.year - before.date.year if before else 0
        shown.append(Moment(event, statements, shape, tuple(_remarks(base, event)), years))
        before = event
    return tuple(shown)


def _remarks(base: KnowledgeBase, event: Event) -> list[str]:
    remarks = []
    if event.inferred:
        remarks.append(_("Date inferred: {reason}").format(reason=event.inferred))
    elif exact := how_exact(event.precision):
        remarks.append(f"{exact[0].upper()}{exact[1:]}")
    if event.said_by:
        names = enumerate_names(base.people[person].name for person in event.said_by)
        remarks.append(_("Claimed by {names}").format(names=names))
    return remarks


def drawing(shown: Sequence[Moment]) -> Drawing:
    """Return the drawing of some events, at least one, in rows of about the same length."""
    rows = math.ceil(len(shown) / IN_ROW)
    in_row = math.ceil(len(shown) / rows)
    marks = []
    year = None
    for number, moment in enumerate(shown):
        row, column = divmod(number, in_row)
        label = "" if column and moment.event.date.year == year else str(moment.event.date.year)
        year = moment.event.date.year
        marks.append(Mark(moment, _STEP // 2 + column * _STEP, _TOP + row * _ROW, label, leads=column > 0))
    return Drawing(tuple(marks), in_row * _STEP, rows * _ROW)
