"""The log: lines for a person, or a JSON object a line for a machine."""

import logging
import sys
from typing import Final, Literal

from pythonjsonlogger.json import JsonFormatter

LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FIELDS: Final = {"asctime": "time", "levelname": "level", "name": "logger"}
"""What the JSON calls the fields of :class:`logging.LogRecord`."""


def formatter(form: Literal["console", "json"]) -> logging.Formatter:
    """Make what writes a record.

    Args:
        form: ``console`` for :data:`LINE`, followed by the traceback; ``json`` for one object a line with ``time``
            (ISO 8601 with the offset to UTC), ``level``, ``logger``, ``message`` and, for an error, ``exc_info``.
    """
    if form == "console":
        return logging.Formatter(LINE)
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
