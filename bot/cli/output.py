"""Input and output of the commands. All output passes through :func:`bot.escaping.escaped`."""

import contextlib
import errno
import io
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final, NoReturn, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text
from typing_extensions import override

from bot.escaping import escaped
from bot.ops.logs import LineFormatter

_WHOLE: Final = 1_000_000
"""Columns that no line fills."""


class SafeStream:
    """A text stream that escapes everything written to it."""

    def __init__(self, stream: TextIO, *, needed: bool = True) -> None:
        """Wrap a stream.

        Args:
            stream: the stream.
            needed: whether it is an error if nobody reads it any more. Otherwise, the rest is written nowhere.
        """
        self.stream = stream
        self.needed = needed
        self._unread: BrokenPipeError | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any attribute of the stream)
        """Return an attribute of the wrapped stream."""
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write a text escaped, and return its unescaped length."""
        with self._read():
            self.stream.write(escaped(text))
        return len(text)

    def flush(self) -> None:
        """Write what is buffered. An earlier failure is raised again, since argparse ignores it."""
        with self._read():
            if self._unread:
                raise self._unread
            self.stream.flush()

    @contextlib.contextmanager
    def _read(self) -> Iterator[None]:
        """Deal with a reader that has ended."""
        try:
            yield
        except BrokenPipeError as error:
            if self.needed:
                self._unread = error
                raise
            self.discard()

    def discard(self) -> None:
        """Write nowhere from now on, nor what is buffered. Otherwise, flushing it at exit would fail again."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.stream.fileno())
        os.close(nowhere)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts escaped."""
        for line in lines:
            self.write(line)


class _Unpadded:
    """A stream that is no terminal: lines written to it end with their last letter."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any attribute of the stream)
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        *lines, rest = text.split("\n")  # the rest may be a prompt
        self._stream.write("".join(f"{line.rstrip(' ')}\n" for line in lines) + rest)
        return len(text)


class Terminal(Console):
    """A console without markup. Its own colors are the only control codes that reach the terminal.

    Into a file or pipe, lines are written whole, unless COLUMNS says how wide they may be.

    It writes to the stream under the :class:`SafeStream`, which would escape the colors.
    """

    def __init__(self, file: TextIO | None = None, *, stderr: bool = False, soft_wrap: bool = False) -> None:
        """Create a console.

        Args:
            file: the stream to write to; None for standard output or standard error.
            stderr: whether to write to standard error if no file is given.
            soft_wrap: whether to leave the wrapping of long lines to the terminal.
        """
        stream = file or (sys.stderr if stderr else sys.stdout)
        self._safe = stream if isinstance(stream, SafeStream) else None
        raw = stream.stream if isinstance(stream, SafeStream) else stream
        whole = not (raw.isatty() or os.environ.get("COLUMNS"))
        super().__init__(
            file=cast("TextIO", _Unpadded(raw)) if whole else raw,
            width=_WHOLE if whole else None,
            soft_wrap=soft_wrap,
            markup=False,
            highlight=False,
            emoji=False,
        )

    @override
    def on_broken_pipe(self) -> None:
        """Deal with a reader that has ended, as a :class:`SafeStream` does; rich calls this while it handles the error.

        Rich itself would end the process, and discard standard output even if only standard error isn't read.
        """
        if self._safe is None or self._safe.needed:
            raise  # noqa: PLE0704 (the error that rich handles)
        self._safe.discard()

    @override
    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=escaped(segment.text))


def text(content: str, style: str = "") -> Text:
    """Return escaped text for a table cell. Escaping it later would make it longer than its measured column."""
    return Text(escaped(content), style)


class _Closed(io.RawIOBase):
    """A standard stream that the process was started without, as by ``casebot ask <&-``."""

    def __init__(self, name: str) -> None:
        self._name = name

    @override
    def readable(self) -> bool:
        return True

    @override
    def writable(self) -> bool:
        return True

    @override
    def readinto(self, _: Any, /) -> NoReturn:
        raise OSError(errno.EBADF, "it is closed", self._name)

    @override
    def write(self, _: Any, /) -> NoReturn:
        raise OSError(errno.EBADF, "it is closed", self._name)


def _opened(stream: TextIO | None, name: str) -> TextIO:
    """Return a standard stream; if the process has none, one that raises an OSError when it is used."""
    if stream is not None:
        return stream
    raw = _Closed(name)
    # Without a buffer, so that nothing is left to be written when the process ends.
    return io.TextIOWrapper(cast("BinaryIO", raw), "utf-8", write_through=True)


def machine_output() -> TextIO:
    """Return standard output for a program to read: in UTF-8 and with line feeds, whatever the console uses."""
    stream = sys.stdout
    raw = stream.stream if isinstance(stream, SafeStream) else stream
    if isinstance(raw, io.TextIOWrapper):
        raw.reconfigure(encoding="utf-8", newline="\n")
    return stream


@contextlib.contextmanager
def safe_streams() -> Iterator[None]:
    """Make the standard streams safe to use during a block, by any code.

    Everything that is written is escaped. What the encoding of a stream cannot express is replaced, not an error. A
    stream that is closed raises an OSError that names it; standard error is then written nowhere, as it is if nobody
    reads it any more.
    """
    # A process without streams has None for them.
    sys.stdin = _opened(sys.stdin, "Standard input")
    out = _opened(sys.stdout, "Standard output")
    with contextlib.ExitStack() as stack:
        err = sys.stderr or stack.enter_context(open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123 (no path of ours)
        for stream, errors in ((sys.stdin, "replace"), (out, "replace"), (err, "backslashreplace")):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors=errors)
        stack.enter_context(_escaped_output(out, err))
        yield


@contextlib.contextmanager
def _escaped_output(out: TextIO, err: TextIO) -> Iterator[None]:
    """Escape everything that is written to standard output and standard error during a block."""
    if isinstance(logging.lastResort, logging.Handler):
        # It handles the warnings of commands that set up no log.
        logging.lastResort.setFormatter(LineFormatter("%(message)s"))
    with (
        contextlib.redirect_stdout(cast("TextIO", SafeStream(out))),
        contextlib.redirect_stderr(cast("TextIO", SafeStream(err, needed=False))),
    ):
        yield
