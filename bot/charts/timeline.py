"""The timeline as a picture for phones: events one below the other, each with its date. The message has the title.

Events are evenly spaced, not to scale. A case has days and decades between its events, so on a linear axis the days
would overlap or the decades would be mostly empty. Where years have passed, the axis is broken and says how many.

No information depends on color: inferred dates and claims have their own marker shapes and are also named in words.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache

from bot.charts.drawing import ACCENT, ALT_TEXT, GROUND, LINE, LOCK, MARGIN, SOFT, Pen, cut_off, png, sheet
from bot.i18n.catalogue import _, spoken
from bot.i18n.dates import format_date
from bot.i18n.lists import enumerate_names
from bot.knowledge.model import Event, KnowledgeBase, Precision

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_EVENTS: Final = 12
"""The most events in one picture; more would be too small to read or too long to scroll."""

MAX_PICTURES: Final = 5
"""The most pictures in one message, fewer than Discord's ten; the text has the rest."""

MAX_CACHED: Final = 20
"""The most pictures to cache, those used last: each has 300 kB and more, and members may ask for any period."""

_AXIS: Final = MARGIN + 18
_TEXT: Final = MARGIN + 72

_DATE, _REMARK, _WHAT, _KEY = 50, 42, 46, 42
"""Font sizes in pixels, of which a phone shows four in a point."""

_WORDS: Final = 170
"""The most characters of an event's description in the picture; the text has all of it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An event as shown in the picture and its alt text."""

    year: int
    date: str
    what: str
    """Plain text without citation marks."""

    inferred: bool = False
    claimed_by: str = ""
    """Names, if the event is known only from somebody's words."""

    @property
    def remark(self) -> str:
        """A remark on the date and the speaker: ``date inferred, claimed by Ada``; may be empty."""
        claimed = _("claimed by {names}").format(names=self.claimed_by) if self.claimed_by else ""
        return ", ".join(filter(None, (_("date inferred") if self.inferred else "", claimed)))


@dataclass(frozen=True, slots=True)
class Picture:
    """The content of one picture: a timeline, or a part of a long one."""

    moments: tuple[Moment, ...]
    """One to :data:`MAX_EVENTS` events, oldest first."""

    number: int = 1
    count: int = 1

    @property
    def heading(self) -> str:
        """The heading, which names the part if there are several."""
        if self.count == 1:
            return _("Timeline")
        return _("Timeline, part {number} of {count}").format(number=self.number, count=self.count)


def pictures(shown: Sequence[Moment]) -> list[Picture]:
    """Divide events into pictures of about the same length, at most :data:`MAX_PICTURES`; further events are left out.

    Args:
        shown: the events, at least one, oldest first.
    """
    count = min(math.ceil(len(shown) / MAX_EVENTS), MAX_PICTURES)
    size = min(math.ceil(len(shown) / count), MAX_EVENTS)
    parts = [tuple(shown[start : start + size]) for start in range(0, count * size, size)]
    return [Picture(part, number, count) for number, part in enumerate(parts, start=1)]


def moments(base: KnowledgeBase, events: Sequence[Event]) -> tuple[Moment, ...]:
    """Return events as they are shown in a picture."""
    return tuple(
        Moment(
            year=event.date.year,
            date=format_date(event.date),
            what=" ".join(statement.text + statement.closing for statement in base.cited(event.what)),
            inferred=event.precision is Precision.INFERRED,
            claimed_by=enumerate_names(base.people[person].name for person in event.said_by) if event.said_by else "",
        )
        for event in events
    )


def describe(picture: Picture) -> str:
    """Return a picture's alt text, cut to :data:`ALT_TEXT` characters."""
    lines = [f"{each.date}{f' ({each.remark})' if each.remark else ''}: {each.what}" for each in picture.moments]
    shares = (len(max(lines, key=len)), _WORDS, 110, 80, 60)
    head = _("{heading}, oldest first.").format(heading=picture.heading)
    texts = [" ".join([head, *(_cut(line, share) for line in lines)]) for share in shares]
    return next((text for text in texts if len(text) <= ALT_TEXT), _cut(texts[-1], ALT_TEXT))


class Charts:
    """Draws pictures in a thread, one at a time, and caches the latest of the current knowledge base."""

    def __init__(self) -> None:
        self._base: KnowledgeBase | None = None
        self._drawn: LRUCache[tuple[str, Picture], bytes] = LRUCache(MAX_CACHED)

    async def draw(self, base: KnowledgeBase, picture: Picture) -> bytes:
        """Return a picture as a PNG, drawing it if it is not cached.

        Args:
            base: the knowledge base of the events; a different one from before clears the cache.
            picture: the picture to draw.
        """
        return await asyncio.to_thread(self._draw, base, picture)

    def _draw(self, base: KnowledgeBase, picture: Picture) -> bytes:
        with LOCK:
            if base is not self._base:
                self._base = base
                self._drawn.clear()
            key = (spoken(), picture)
            drawn = self._drawn.get(key)
            if drawn is None:
                drawn = self._drawn[key] = png(build_figure(picture))
            return drawn


def build_figure(picture: Picture) -> "Figure":
    """Return a picture as a Matplotlib figure."""
    shown = picture.moments
    figure, pen = sheet()
    if picture.count > 1:
        pen.write(MARGIN, picture.heading, size=_DATE, bold=True)
        pen.skip(44)
    for number, each in enumerate(shown):
        before = shown[number - 1] if number else None
        if before:
            _gap(pen, each.year - before.year)
        _moment(pen, each)
    pen.skip(40)
    _legend(pen, shown)
    return cut_off(figure, pen)


def _line(pen: Pen, start: float, end: float, *, broken: bool = False) -> None:
    style = (0, (1, 2.2)) if broken else "-"
    pen.axes.plot([_AXIS, _AXIS], [start, end], color=LINE, linewidth=4, linestyle=style, zorder=1)


def _mark(pen: Pen, x: float, y: float, each: Moment) -> None:
    shape = "D" if each.inferred else "s" if each.claimed_by else "o"
    face = GROUND if each.inferred or each.claimed_by else ACCENT
    pen.axes.plot(
        [x], [y], marker=shape, markersize=24, color=ACCENT, markerfacecolor=face, markeredgewidth=5, zorder=2
    )


def _moment(pen: Pen, each: Moment) -> None:
    top = pen.y
    pen.write(_TEXT, each.date, size=_DATE, bold=True)
    if each.remark:
        pen.write(_TEXT, each.remark[0].upper() + each.remark[1:], size=_REMARK, colour=ACCENT)
    pen.write(_TEXT, _cut(each.what, _WORDS), size=_WHAT)
    _line(pen, top + 28, pen.y)
    _mark(pen, _AXIS, top + 30, each)


def _gap(pen: Pen, years: int) -> None:
    """Move to the next event; if the years differ by more than one, break the axis and say by how many."""
    top = pen.y
    if years > 1:
        pen.skip(18)
        pen.label(_TEXT, _("about {count} years later").format(count=years), size=_KEY, colour=SOFT)
        pen.skip(_KEY + 34)
    else:
        pen.skip(36)
    _line(pen, top, pen.y + 28, broken=years > 1)


def _legend(pen: Pen, shown: Sequence[Moment]) -> None:
    kinds = [
        (Moment(0, "", ""), _("Date as given")),
        (Moment(0, "", "", inferred=True), _("Date inferred")),
        (Moment(0, "", "", claimed_by="somebody"), _("Known only from what someone says")),
    ]
    used = {(each.inferred, bool(each.claimed_by) and not each.inferred) for each in shown}
    for kind, words in kinds:
        if (kind.inferred, bool(kind.claimed_by)) in used:
            _mark(pen, _AXIS, pen.y + 25, kind)
            pen.write(_TEXT, words, size=_KEY, colour=SOFT)
            pen.skip(12)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"
