"""The log: lines for a person, or a JSON object a line for a machine.

Neither can be forged, and neither drives a terminal, whatever a record quotes: see :mod:`bot.escaping`.
"""

import copy
import logging
import sys
from typing import Any, Final, Literal

from typing_extensions import override

from bot.escaping import escaped, one_line

LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FIELDS: Final = {"asctime": "time", "levelname": "level", "name": "logger"}
"""What the JSON calls the fields of :class:`logging.LogRecord`."""


class LineFormatter(logging.Formatter):
    """Writes a record in one line; a traceback below it is indented, so that no line of it looks like a record."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # Another formatter's, which may hold anything.
        return super().format(own)

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        return one_line(super().formatMessage(record))

    @override
    def formatException(self, ei: Any) -> str:
        return _indented(super().formatException(ei))

    @override
    def formatStack(self, stack_info: str) -> str:
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in escaped(text).split("\n"))


def formatter(form: Literal["console", "json"]) -> logging.Formatter:
    """Make what writes a record.

    Args:
        form: ``console`` for :data:`LINE`, with the traceback indented below it; ``json`` for one object a line with
            ``time`` (ISO 8601 with the offset to UTC), ``level``, ``logger``, ``message`` and, for an error,
            ``exc_info``.
    """
    if form == "console":
        return LineFormatter(LINE)
    from pythonjsonlogger.json import JsonFormatter  # noqa: PLC0415 (most processes do without it)

    # It writes ASCII alone, so there is nothing left to escape.
    return JsonFormatter(LINE, rename_fields=_FIELDS, datefmt="%Y-%m-%dT%H:%M:%S%z")


def set_up(level: str, form: Literal["console", "json"]) -> None:
    """Let the whole process log to standard error, unless it has been told where to already.

    Args:
        level: the lowest that is shown, such as ``INFO``.
        form: as for :func:`formatter`.
    """
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(formatter(form))
    logging.basicConfig(level=level, handlers=[shown])
