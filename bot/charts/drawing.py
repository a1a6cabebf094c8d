"""The basis of all pictures: a sheet as wide as a phone's screen, filled from top to bottom.

The background is opaque, so that a picture looks the same in Discord's light and dark themes.
"""

import io
import threading
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

ALT_TEXT: Final = 1_024
"""The longest description of an attachment, in characters:
https://discord.com/developers/docs/resources/message#attachment-object"""

WIDTH: Final = 1080
"""The width of a picture, in pixels."""

MARGIN: Final = 56
GROUND, INK, SOFT, LINE, ACCENT = "#f6f3ec", "#1d2230", "#525a6b", "#a9aebb", "#8a2c1d"

LOCK: Final = threading.Lock()
"""Hold it while drawing, because Matplotlib's font cache is not thread-safe."""

_DPI: Final = 100


class Pen:
    """A position on a sheet, in pixels, that moves down as text is written."""

    def __init__(self, axes: "Axes") -> None:
        """Start at the top of a sheet.

        Args:
            axes: the axes, as wide as the sheet, with y pointing down.
        """
        self.axes: Final = axes
        self.y: float = MARGIN

    def skip(self, pixels: float) -> None:
        """Move down."""
        self.y += pixels

    def write(  # noqa: PLR0913 (what a text may look like)
        self, x: float, text: str, *, size: int, bold: bool = False, colour: str = INK, right: float = WIDTH - MARGIN
    ) -> None:
        """Write a text from the left to the right end of its lines, and move below it."""
        for line in _wrap(text, size, right - x, bold=bold):
            self.label(x, line, size=size, bold=bold, colour=colour)
            self.skip(size * 1.32)

    def label(self, x: float, line: str, *, size: int, bold: bool = False, colour: str = INK) -> None:
        """Write one line without moving."""
        self.axes.text(x, self.y, line, fontproperties=_font(size, bold=bold), color=colour, va="top", parse_math=False)


def sheet() -> "tuple[Figure, Pen]":
    """Return an empty sheet and its pen; :func:`cut_off` sets the height."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 (an extra, and slow to import)
    from matplotlib.figure import Figure  # noqa: PLC0415 (as above)

    figure = Figure(figsize=(WIDTH / _DPI, 1), dpi=_DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    return figure, Pen(axes)


def cut_off(figure: "Figure", pen: Pen) -> "Figure":
    """Set a sheet's height to end below the pen, and return the figure."""
    height = pen.y + MARGIN
    figure.set_size_inches(WIDTH / _DPI, height / _DPI)
    pen.axes.set_xlim(0, WIDTH)
    pen.axes.set_ylim(height, 0)
    return figure


def png(figure: "Figure") -> bytes:
    """Return a figure as a PNG."""
    written = io.BytesIO()
    figure.savefig(written, format="png", facecolor=GROUND)
    return written.getvalue()


def width(text: str, size: int, *, bold: bool = False) -> float:
    """Return the width of a line, in pixels."""
    renderer = _canvas().get_renderer()  # type: ignore[no-untyped-call] # matplotlib has no types here
    measured, _, _ = renderer.get_text_width_height_descent(text, _font(size, bold=bold), ismath=False)
    return float(measured)


def _wrap(text: str, size: int, room: float, *, bold: bool) -> list[str]:
    """Wrap a text into lines of at most the given width in pixels; break words that are wider."""
    lines = [""]
    for word in _printable(text).split():
        tried = f"{lines[-1]} {word}".strip()
        if width(tried, size, bold=bold) <= room:
            lines[-1] = tried
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if width(lines[-1] + letter, size, bold=bold) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def _font(size: int, *, bold: bool) -> "FontProperties":
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 (an extra, and slow to import)

    return FontProperties(family="DejaVu Sans", size=size * 72 / _DPI, weight="bold" if bold else "normal")


@cache
def _face(*, bold: bool) -> frozenset[int]:
    """Return the characters that the font can draw."""
    from matplotlib.font_manager import findfont, get_font  # noqa: PLC0415 (an extra, and slow to import)

    return frozenset(get_font(findfont(_font(10, bold=bold))).get_charmap())


def _printable(text: str) -> str:
    """Replace characters that the font cannot draw by question marks, which are clearer than empty boxes."""
    return "".join(sign if sign.isspace() or ord(sign) in _face(bold=False) else "?" for sign in text)


@cache
def _canvas() -> "FigureCanvasAgg":
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 (an extra, and slow to import)
    from matplotlib.figure import Figure  # noqa: PLC0415 (as above)

    return FigureCanvasAgg(Figure(figsize=(1, 1), dpi=_DPI))
