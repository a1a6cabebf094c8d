"""Events as a picture that is read on a phone: one below the other, with the years beside them.

Events stand at equal distances, not to scale: a case has days and decades between its events, and
on a true axis either the days fall onto each other or the decades are an empty picture. Where years
have passed, the axis is broken and says how many.

Nothing hangs on colour: a date that is inferred and a claim have marks of their own shape, and say so
in words. The ground is opaque, so that the picture is the same in a dark and in a light Discord.
"""

import asyncio
import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from bot.knowledge.model import Event, KnowledgeBase, Precision
from bot.language.dates import say_date
from bot.wording import enumerate_names

EVENTS: Final = 12
"""Most events of one picture: more would be too small to read, or too long to scroll."""

ALT_TEXT: Final = 1_024
"""Longest description of an attachment: https://discord.com/developers/docs/resources/message#attachment-object"""

_WIDTH: Final = 1080
_DPI: Final = 100
_MARGIN: Final = 56
_AXIS: Final = 210
_TEXT: Final = 264
_GROUND, _INK, _SOFT, _LINE, _ACCENT = "#f6f3ec", "#1d2230", "#525a6b", "#a9aebb", "#8a2c1d"
_WORDS: Final = 170
"""Most characters that the picture shows of what happened; the text has it all."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An event as the picture and its description show it."""

    year: int
    date: str
    what: str
    """Plain, without citation marks."""

    inferred: bool = False
    claimed_by: str = ""
    """Names, where the event is known from somebody's words only."""

    @property
    def remark(self) -> str:
        """What to know about the date and the voice: ``date inferred, claimed by Ada``; or nothing."""
        claimed = f"claimed by {self.claimed_by}" if self.claimed_by else ""
        return ", ".join(filter(None, ("date inferred" if self.inferred else "", claimed)))


def moments(base: KnowledgeBase, events: Sequence[Event]) -> tuple[Moment, ...]:
    """Reduce events to what a picture shows."""
    return tuple(
        Moment(
            year=event.date.year,
            date=say_date(event.date),
            what=" ".join(statement.text + statement.closing for statement in base.cited(event.what)),
            inferred=event.precision is Precision.INFERRED,
            claimed_by=enumerate_names(base.people[person].name for person in event.said_by) if event.said_by else "",
        )
        for event in events
    )


def describe(shown: Sequence[Moment]) -> str:
    """Say in words what the picture shows, for those who do not see it; cut to :data:`ALT_TEXT`."""
    lines = [f"{each.date}{f' ({each.remark})' if each.remark else ''}: {each.what}" for each in shown]
    shares = (len(max(lines, key=len)), _WORDS, 110, 80, 60)
    texts = ["Timeline, oldest first. " + " ".join(_cut(line, share) for line in lines) for share in shares]
    return next((text for text in texts if len(text) <= ALT_TEXT), _cut(texts[-1], ALT_TEXT))


class Charts:
    """Draws pictures beside the event loop, one at a time, and keeps those of the newest knowledge base."""

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._base: KnowledgeBase | None = None
        self._drawn: dict[tuple[Moment, ...], bytes] = {}

    async def draw(self, base: KnowledgeBase, shown: tuple[Moment, ...]) -> bytes:
        """Draw a picture, or give the one drawn before.

        Args:
            base: what the moments are from; another one than before empties the cache.
            shown: from one moment to :data:`EVENTS`.

        Returns:
            A PNG.
        """
        return await asyncio.to_thread(self._draw, base, shown)

    def _draw(self, base: KnowledgeBase, shown: tuple[Moment, ...]) -> bytes:
        # Matplotlib's font cache is not made for several threads.
        with self._lock:
            if base is not self._base:
                self._base, self._drawn = base, {}
            if shown not in self._drawn:
                self._drawn[shown] = png(lay_out(base.case.title, shown))
            return self._drawn[shown]


def png(figure: Figure) -> bytes:
    """Write a figure as a PNG."""
    written = io.BytesIO()
    figure.savefig(written, format="png", facecolor=_GROUND)
    return written.getvalue()


def lay_out(title: str, shown: Sequence[Moment]) -> Figure:
    """Draw moments, oldest first, below a title.

    Args:
        title: of the case.
        shown: from one moment to :data:`EVENTS`.
    """
    figure = Figure(figsize=(_WIDTH / _DPI, 1), dpi=_DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    pen = _Pen(axes)
    pen.write(_MARGIN, "Timeline", size=54, bold=True)
    pen.write(_MARGIN, title, size=32, colour=_SOFT)
    pen.skip(44)
    for number, each in enumerate(shown):
        before = shown[number - 1] if number else None
        if before:
            _gap(pen, each.year - before.year)
        _moment(pen, each, show_year=before is None or before.year != each.year)
    pen.skip(40)
    _legend(pen, shown)
    height = pen.y + _MARGIN
    figure.set_size_inches(_WIDTH / _DPI, height / _DPI)
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(height, 0)
    return figure


class _Pen:
    """Writes from top to bottom, in pixels."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.y: float = _MARGIN

    def skip(self, pixels: float) -> None:
        self.y += pixels

    def write(self, x: float, text: str, *, size: int, bold: bool = False, colour: str = _INK) -> None:
        """Write a text in as many lines as it needs, and go below it."""
        for line in _wrap(text, size, _WIDTH - _MARGIN - x, bold=bold):
            self.label(x, line, size=size, bold=bold, colour=colour)
            self.skip(size * 1.32)

    def label(self, x: float, line: str, *, size: int, bold: bool = False, colour: str = _INK) -> None:
        """Write one line and stay on it."""
        self.axes.text(x, self.y, line, fontproperties=_font(size, bold=bold), color=colour, va="top", parse_math=False)

    def line(self, start: float, end: float, *, broken: bool = False) -> None:
        style = (0, (1, 2.2)) if broken else "-"
        self.axes.plot([_AXIS, _AXIS], [start, end], color=_LINE, linewidth=4, linestyle=style, zorder=1)

    def mark(self, x: float, y: float, each: Moment) -> None:
        shape = "D" if each.inferred else "s" if each.claimed_by else "o"
        face = _GROUND if each.inferred or each.claimed_by else _ACCENT
        self.axes.plot(
            [x], [y], marker=shape, markersize=20, color=_ACCENT, markerfacecolor=face, markeredgewidth=4, zorder=2
        )


def _moment(pen: _Pen, each: Moment, *, show_year: bool) -> None:
    top = pen.y
    if show_year:
        pen.label(_MARGIN, str(each.year), size=42, bold=True)
    pen.write(_TEXT, each.date, size=36, bold=True)
    if each.remark:
        pen.write(_TEXT, each.remark[0].upper() + each.remark[1:], size=29, colour=_ACCENT)
    pen.write(_TEXT, _cut(each.what, _WORDS), size=32)
    pen.line(top + 20, pen.y)
    pen.mark(_AXIS, top + 22, each)


def _gap(pen: _Pen, years: int) -> None:
    """Go to the next moment; where more than a year number has passed, break the axis and say so."""
    top = pen.y
    if years > 1:
        pen.skip(18)
        pen.label(_TEXT, f"about {years} years later", size=28, colour=_SOFT)
        pen.skip(28 + 34)
    else:
        pen.skip(36)
    pen.line(top, pen.y + 20, broken=years > 1)


def _legend(pen: _Pen, shown: Sequence[Moment]) -> None:
    kinds = [
        (Moment(0, "", ""), "Reported by a source, with its date"),
        (Moment(0, "", "", inferred=True), "Date inferred"),
        (Moment(0, "", "", claimed_by="somebody"), "Known from somebody's words only"),
    ]
    used = {(each.inferred, bool(each.claimed_by) and not each.inferred) for each in shown}
    for kind, words in kinds:
        if (kind.inferred, bool(kind.claimed_by)) in used:
            pen.mark(_MARGIN + 14, pen.y + 17, kind)
            pen.write(_MARGIN + 52, words, size=28, colour=_SOFT)
            pen.skip(12)


def _wrap(text: str, size: int, width: float, *, bold: bool) -> list[str]:
    """Break a text into lines that are no wider than given; a word that is wider is broken itself."""
    lines = [""]
    for word in _printable(text).split():
        tried = f"{lines[-1]} {word}".strip()
        if _width(tried, size, bold=bold) <= width:
            lines[-1] = tried
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if _width(lines[-1] + letter, size, bold=bold) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def _font(size: int, *, bold: bool) -> FontProperties:
    return FontProperties(family="DejaVu Sans", size=size * 72 / _DPI, weight="bold" if bold else "normal")


@cache
def _face(*, bold: bool) -> frozenset[int]:
    """Give the characters that the font can draw."""
    return frozenset(get_font(findfont(_font(10, bold=bold))).get_charmap())


def _printable(text: str) -> str:
    """Put a question mark for what the font cannot draw: a box without a name tells nobody more."""
    return "".join(sign if sign.isspace() or ord(sign) in _face(bold=False) else "?" for sign in text)


@cache
def _canvas() -> FigureCanvasAgg:
    return FigureCanvasAgg(Figure(figsize=(1, 1), dpi=_DPI))


def _width(text: str, size: int, *, bold: bool) -> float:
    renderer = _canvas().get_renderer()  # type: ignore[no-untyped-call] # of matplotlib
    width, _, _ = renderer.get_text_width_height_descent(text, _font(size, bold=bold), ismath=False)
    return float(width)
