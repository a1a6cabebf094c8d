"""The statistics of a server as a picture: shares in large figures, and a bar chart by day or by several days.

No information depends on color: bars are solid for answered questions, striped for suggestions and hollow for misses.
"""

import asyncio
import datetime as dt
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from bot.charts.drawing import (
    ACCENT,
    ALT_TEXT,
    GROUND,
    INK,
    LINE,
    LOCK,
    MARGIN,
    SOFT,
    WIDTH,
    Pen,
    cut_off,
    png,
    sheet,
    width,
)
from bot.i18n.catalogue import N_, _, ngettext
from bot.i18n.dates import format_day, format_short_day
from bot.moderation.stats import Summary, UsageFigures, votes_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_BARS: Final = 30
"""The most bars; narrower ones cannot be told apart on a phone."""

_LARGE, _TEXT, _SMALL = 84, 46, 40
"""Font sizes of the main figures, of the text and of the axes, in pixels, of which a phone shows four in a point."""

_HEIGHT: Final = 420
"""Height of the bar chart, in pixels."""

_GAP: Final = 0.22
"""Fraction of a bar's slot that is empty."""

_KINDS: Final = (
    (N_("Answered"), {"facecolor": INK}),
    (N_("Only suggested"), {"facecolor": GROUND, "hatch": "///"}),
    (N_("Unanswered"), {"facecolor": GROUND}),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """The questions of one or more days."""

    first: dt.date
    answered: int = 0
    suggested: int = 0
    missed: int = 0

    @property
    def asked(self) -> int:
        """The number of all questions."""
        return self.answered + self.suggested + self.missed


def bars(figures: Summary) -> tuple[int, tuple[Bar, ...]]:
    """Divide a span into bars.

    Returns:
        The number of days in a bar, and the bars, oldest first; the last may have fewer days.
    """
    span = figures.span
    step = ceil(span.days / MAX_BARS)
    found = []
    for start in range(0, span.days, step):
        days = [span.first + dt.timedelta(days=number) for number in range(start, start + step)]
        of_bar = [figures.by_day[day] for day in days if day in figures.by_day]
        counts = (sum(getattr(each, name) for each in of_bar) for name in ("answered", "suggested", "missed"))
        found.append(Bar(days[0], *counts))
    return step, tuple(found)


def describe(figures: Summary) -> str:
    """Return the picture's alt text, cut to :data:`~bot.charts.drawing.ALT_TEXT` characters."""
    step, shown = bars(figures)
    counts = ", ".join(f"{format_day(each.first)}: {each.asked}" for each in shown if each.asked)
    now = figures.now
    bars_text = _(
        "Bars of the questions asked, {span}: {count}, of which {answered} answered, {suggested} only suggested, "
        "{unanswered} unanswered. {by}: {counts}."
    ).format(
        span=figures.span,
        count=now.asked,
        answered=now.answered,
        suggested=now.suggested,
        unanswered=now.missed,
        by=_by(step),
        counts=counts,
    )
    votes = votes_line(now)
    text = f"{votes}. {bars_text}" if votes else bars_text
    return text if len(text) <= ALT_TEXT else f"{text[: ALT_TEXT - 1]}…"


async def draw(figures: Summary) -> bytes:
    """Draw the picture in a thread, and return it as a PNG.

    Args:
        figures: the summary of a span with at least one question.
    """
    return await asyncio.to_thread(_draw, figures)


def _draw(figures: Summary) -> bytes:
    with LOCK:
        return png(build_figure(figures))


def build_figure(figures: Summary) -> "Figure":
    """Return the picture as a Matplotlib figure.

    Args:
        figures: the summary of a span with at least one question.
    """
    figure, pen = sheet()
    _shares(pen, figures.now)
    pen.skip(40)
    step, shown = bars(figures)
    pen.write(MARGIN, _by(step), size=_TEXT, bold=True)
    pen.skip(24)
    _bars(pen, shown)
    pen.skip(36)
    _legend(pen, figures.now)
    return cut_off(figure, pen)


def _by(step: int) -> str:
    return _("Per day") if step == 1 else _("Per {count} days").format(count=step)


def _counts(figures: UsageFigures) -> tuple[int, int, int]:
    return figures.answered, figures.suggested, figures.missed


def _shares(pen: Pen, figures: UsageFigures) -> None:
    """Write the main figures side by side, in a font small enough that they don't touch."""
    large = [(str(figures.asked), _("asked")), (f"{figures.share(figures.answered):.0%}", _("answered"))]
    if figures.votes:
        helpful = ngettext("of {count} vote: helpful", "of {count} votes: helpful", figures.votes)
        large.append((f"{figures.helpful / figures.votes:.0%}", helpful.format(count=figures.votes)))
    top, bottom, column = pen.y, pen.y, (WIDTH - 2 * MARGIN) / 3
    widest = max(width(value, _LARGE, bold=True) for value, _name in large)
    size = min(_LARGE, int(_LARGE * (column - _LARGE / 2) / widest))
    for number, (value, name) in enumerate(large):
        x = MARGIN + number * column
        pen.y = top
        pen.write(x, value, size=size, bold=True, colour=ACCENT)
        pen.write(x, name, size=_SMALL, colour=SOFT, right=x + column - _SMALL)
        bottom = max(bottom, pen.y)
    pen.y = bottom


def _bars(pen: Pen, shown: tuple[Bar, ...]) -> None:
    """Draw the bar chart and move the pen below it."""
    bottom = pen.y + _HEIGHT
    ticks = _ticks(max(each.asked for each in shown))
    left, right = MARGIN + max(width(str(tick), _SMALL) for tick in ticks) + 16, WIDTH - MARGIN
    unit = _HEIGHT / ticks[-1]
    for tick in ticks:
        y = bottom - tick * unit
        pen.axes.plot([left, right], [y, y], color=LINE, linewidth=3 if tick == 0 else 1, zorder=1)
        pen.y = y - _SMALL / 2
        pen.label(left - 16 - width(str(tick), _SMALL), str(tick), size=_SMALL, colour=SOFT)
    pen.y = bottom + _SMALL / 2
    place = (right - left) / len(shown)
    free = left - 8
    for number, each in enumerate(shown):
        x = left + number * place
        y = bottom
        for count, (_name, look) in zip((each.answered, each.suggested, each.missed), _KINDS, strict=True):
            _box(pen, x + place * _GAP / 2, y, place * (1 - _GAP), -count * unit, look)
            y -= count * unit
        day = format_short_day(each.first)
        at = x + place / 2 - width(day, _SMALL) / 2
        if at >= free and at + width(day, _SMALL) <= WIDTH - MARGIN / 2:
            pen.label(at, day, size=_SMALL, colour=SOFT)
            free = at + width(day, _SMALL) + _SMALL
    pen.skip(_SMALL * 1.32)


def _ticks(most: int) -> list[int]:
    """Return at most five whole numbers for an axis from 0 to at least a maximum."""
    step = next(n * 10**power for power in range(12) for n in (1, 2, 5) if n * 10**power * 4 >= most)
    return list(range(0, most + step, step))[: ceil(most / step) + 1]


def _legend(pen: Pen, figures: UsageFigures) -> None:
    for count, (name, look) in zip(_counts(figures), _KINDS, strict=True):
        _box(pen, MARGIN, pen.y + 6, 44, 36, look)
        pen.write(MARGIN + 64, f"{_(name)}: {count} ({figures.share(count):.0%})", size=_TEXT)
        pen.skip(10)


def _box(pen: Pen, x: float, y: float, wide: float, high: float, look: dict[str, str]) -> None:  # noqa: PLR0913, PLR0917 (a box has four sides)
    from matplotlib.patches import Rectangle  # noqa: PLC0415 (an extra, and slow to import)

    if high:
        pen.axes.add_patch(Rectangle((x, y), wide, high, edgecolor=INK, linewidth=2, zorder=2, **look))  # type: ignore[arg-type] # wrong in matplotlib's stubs
