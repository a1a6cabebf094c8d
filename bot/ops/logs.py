"""The log: lines for people or one JSON object per line for machines, without anything that anybody wrote.

Whatever a record quotes, it can neither forge a line nor control a terminal; see :mod:`bot.escaping`.
"""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from textwrap import indent
from types import TracebackType
from typing import Any, Final, Literal, TypeAlias, final

from pythonjsonlogger.json import JsonFormatter
from typing_extensions import override

from bot.errors import kind
from bot.escaping import escaped, one_line

LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FIELDS: Final = {"asctime": "time", "levelname": "level", "name": "logger"}
"""Fields of :class:`logging.LogRecord`, and their names in the JSON."""

OWN_LOGGERS: Final = frozenset({"bot", "__main__"})
"""The first parts of the bot's own loggers' names."""

REPEATED_SECONDS: Final = 60.0
"""Seconds before the same warning or error is shown again."""

_LOOP_ENDED: Final = "Event loop is closed"
"""What asyncio says to a thread that reports to a loop which has ended."""

_DIFFERENT: Final = 1_000
"""The most warnings and errors to remember."""

ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_log = logging.getLogger(__name__)


def formatter(form: Literal["console", "json"], *, words: bool = False) -> logging.Formatter:
    """Return a formatter for log records.

    Args:
        form: ``console`` for :data:`LINE`, with the traceback indented below it; ``json`` for one object per line with
            ``time`` (ISO 8601 with the UTC offset), ``level``, ``logger``, ``message`` and, for an error, ``exc_info``.
        words: whether tracebacks include the exceptions' messages, which may quote a member.
    """
    if form == "console":
        return LineFormatter(words=words)
    return _Json(words=words)


def set_up(level: str, form: Literal["console", "json"]) -> None:
    """Make the whole process log to standard error, unless logging is already configured.

    Args:
        level: the lowest level shown, such as ``INFO``; with ``DEBUG``, tracebacks include the exceptions' messages.
        form: see :func:`formatter`.
    """
    if logging.getLogger().handlers:
        return
    words = level == "DEBUG"
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(formatter(form, words=words))
    if not words:
        shown.addFilter(_is_for_operators)
    shown.addFilter(Repeated())
    logging.basicConfig(level=level, handlers=[shown])
    # For a record that cannot be written, logging itself would print the values.
    logging.raiseExceptions = words
    sys.excepthook = _log_the_end
    threading.excepthook = _log_the_end_of_a_thread
    sys.unraisablehook = _log_what_cannot_be_raised


def _is_for_operators(record: logging.LogRecord) -> bool:
    """Return whether to show a record: warnings and errors of anybody, and what else the bot itself says.

    Libraries tell, for instance, of each file that was saved and of each session of the gateway.
    """
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in OWN_LOGGERS


def log_unhandled(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log an unhandled exception of an event loop; asyncio's own handler would print the values involved."""
    what = str(context["message"])
    # asyncio appends the callback and its arguments.
    call = "Exception in callback"
    _log.error("%s", call if what.startswith(call) else what, exc_info=context.get("exception"))


def redacted_traceback(error: BaseException) -> str:
    """Return a traceback with the exceptions' types and the places in the code, but without their messages."""
    chain = [error]
    while (cause := _cause(chain[-1])) and all(cause is not each for each in chain):
        chain.append(cause)
    return "\nAfter that:\n\n".join("".join(_lines(each)) for each in reversed(chain))


def _cause(error: BaseException) -> BaseException | None:
    """Return the exception that caused this one, or that was being handled when it was raised."""
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _lines(error: BaseException) -> Iterator[str]:
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{kind(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield indent(f"One of them:\n{redacted_traceback(each)}", "  ")


def _log_the_end(of: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(of, error, trace)
    else:
        _log.critical("The process is ending because of an uncaught error.", exc_info=(of, error, trace))


def _log_the_end_of_a_thread(args: threading.ExceptHookArgs) -> None:
    # A connection to SQLite that failed may report so to a loop that has ended with its command. Nothing waits for it.
    unheard = isinstance(args.exc_value, RuntimeError) and str(args.exc_value) == _LOOP_ENDED
    if args.exc_value is not None and not unheard:
        _log.error("A thread has ended because of an uncaught error.", exc_info=args.exc_value)


def _log_what_cannot_be_raised(args: "sys.UnraisableHookArgs") -> None:
    if args.exc_value is not None:
        _log.error("An error occurred where none can be raised.", exc_info=args.exc_value)


@final
class LineFormatter(logging.Formatter):
    """Formats a record as one line. A traceback below it is indented, so that none of its lines looks like a record."""

    def __init__(self, line: str = LINE, *, words: bool = False) -> None:
        """Create a formatter.

        Args:
            line: the format, as for :class:`logging.Formatter`.
            words: whether tracebacks include the exceptions' messages, which may quote a member.
        """
        super().__init__(line)
        self._words: Final = words

    @override
    def format(self, record: logging.LogRecord) -> str:
        # logging caches the traceback here for all handlers, as the first formatter wrote it.
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        times = getattr(record, "repeated", 0)
        more = f" ({times} more of these since the last one shown)" if times else ""
        return one_line(super().formatMessage(record)) + more

    @override
    def formatException(self, ei: ExcInfo) -> str:
        known = super().formatException(ei) if self._words or ei[1] is None else redacted_traceback(ei[1]).rstrip("\n")
        return _indented(known)

    @override
    def formatStack(self, stack_info: str) -> str:
        return _indented(super().formatStack(stack_info))


@final
class _Json(JsonFormatter):
    """Formats a record as a JSON object in ASCII, which needs no further escaping."""

    def __init__(self, *, words: bool) -> None:
        super().__init__(LINE, rename_fields=_FIELDS, datefmt="%Y-%m-%dT%H:%M:%S%z")
        self._words: Final = words

    @override
    def formatException(self, ei: ExcInfo) -> str | list[str]:  # type: ignore[override] # as in the library
        return super().formatException(ei) if self._words or ei[1] is None else redacted_traceback(ei[1]).rstrip("\n")


@final
class Repeated(logging.Filter):
    """Passes the same warning or error once per period; the next one shown carries the number of those left out.

    Records are the same if logger, message and type of exception are equal. Records below WARNING always pass.
    """

    def __init__(self, seconds: float = REPEATED_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        """Create a filter that has seen nothing yet.

        Args:
            seconds: the period.
            clock: returns the time in seconds.
        """
        super().__init__()
        self._seconds: Final = seconds
        self._clock: Final = clock
        self._shown: Final[dict[tuple[str, str, str], tuple[float, int]]] = {}
        """When each record was last shown, and how many have been left out since."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to show a record."""
        if record.levelno < logging.WARNING:
            return True
        error = record.exc_info[1] if record.exc_info else None
        try:
            same = (record.name, record.getMessage(), type(error).__name__)
        except Exception:  # noqa: BLE001 (the handler reports what is wrong with a record)
            return True
        now = self._clock()
        at, left_out = self._shown.get(same, (None, 0))
        if at is not None and now - at < self._seconds:
            self._shown[same] = at, left_out + 1
            return False
        if left_out:
            record.repeated = left_out
        if len(self._shown) >= _DIFFERENT:
            self._shown.clear()
        self._shown[same] = now, 0
        return True


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in escaped(text).split("\n"))
