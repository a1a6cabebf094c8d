"""Output of the commands. All of it passes through :func:`bot.escaping.escaped`."""

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
    """A text stream that escapes everything written to it."""

    def __init__(self, stream: TextIO) -> None:
        """Wrap a stream."""
        self.stream = stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any attribute of the stream)
        """Return an attribute of the wrapped stream."""
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write a text escaped, and return its unescaped length."""
        self.stream.write(escaped(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts escaped."""
        for line in lines:
            self.write(line)


class Terminal(Console):
    """A console without markup. Its own colours are the only control codes that reach the terminal.

    It writes to the stream under the :class:`SafeStream`, which would escape the colours.
    """

    def __init__(self, file: TextIO | None = None, *, stderr: bool = False, soft_wrap: bool = False) -> None:
        """Create a console.

        Args:
            file: the stream to write to; None for standard output or standard error.
            stderr: whether to write to standard error if no file is given.
            soft_wrap: whether to leave the wrapping of long lines to the terminal.
        """
        stream = file or (sys.stderr if stderr else sys.stdout)
        raw = stream.stream if isinstance(stream, SafeStream) else stream
        super().__init__(file=raw, soft_wrap=soft_wrap, markup=False, highlight=False, emoji=False)

    @override
    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=escaped(segment.text))


def text(content: str, style: str = "") -> Text:
    """Return escaped text for a table cell. Escaping it later would make it longer than its measured column."""
    return Text(escaped(content), style)


@contextlib.contextmanager
def safe_output() -> Iterator[None]:
    """Escape everything that any code writes to standard output and standard error during a block."""
    if isinstance(logging.lastResort, logging.Handler):
        # It handles the warnings of commands that set up no log.
        logging.lastResort.setFormatter(LineFormatter("%(message)s"))
    with (
        contextlib.redirect_stdout(cast("TextIO", SafeStream(sys.stdout))),
        contextlib.redirect_stderr(cast("TextIO", SafeStream(sys.stderr))),
    ):
        yield
