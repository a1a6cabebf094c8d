"""What the commands write to the terminal, all of it by way of :func:`bot.escaping.escaped`."""

import contextlib
import logging
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text
from typing_extensions import override

from bot.escaping import escaped
from bot.ops.logs import LineFormatter


class SafeStream:
    """A stream of text that escapes whatever is written to it."""

    def __init__(self, stream: TextIO) -> None:
        """Write to a stream from now on."""
        self.stream = stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the stream has)
        """Return what the stream itself has."""
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write text, and return its length."""
        self.stream.write(escaped(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)


class Terminal(Console):
    """A console that prints text as it is, without markup; nothing but its own colours reaches the terminal unescaped.

    It writes beside the :class:`SafeStream`, which would escape the colours.
    """

    def __init__(self, file: TextIO | None = None, *, stderr: bool = False, soft_wrap: bool = False) -> None:
        """Print to a file.

        Args:
            file: by default standard output.
            stderr: whether standard error instead.
            soft_wrap: whether long lines are left to the terminal.
        """
        stream = file or (sys.stderr if stderr else sys.stdout)
        raw = stream.stream if isinstance(stream, SafeStream) else stream
        super().__init__(file=raw, soft_wrap=soft_wrap, markup=False, highlight=False, emoji=False)

    @override
    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=escaped(segment.text))


def text(content: str, style: str = "") -> Text:
    """Return text escaped beforehand, for a table: what grew after the columns were measured would be cut off."""
    return Text(escaped(content), style)


@contextlib.contextmanager
def safe_output() -> Iterator[None]:
    """Escape all that is written to standard output and standard error, by whatever code, for the whole block."""
    if isinstance(logging.lastResort, logging.Handler):
        # Writes warnings of a command that has set up no log.
        logging.lastResort.setFormatter(LineFormatter("%(message)s"))
    with (
        contextlib.redirect_stdout(cast("TextIO", SafeStream(sys.stdout))),
        contextlib.redirect_stderr(cast("TextIO", SafeStream(sys.stderr))),
    ):
        yield
