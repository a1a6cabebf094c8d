"""What the bot logs for operators, without the names of modules."""

import contextlib
import logging
from collections.abc import Callable, Iterator

from typing_extensions import override


class _Log(logging.Handler):
    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._write = write

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("asyncio", "discord", "simcord")):
            return
        raised = f" ({record.exc_info[0].__name__})" if record.exc_info and record.exc_info[0] else ""
        for line in f"{record.getMessage()}{raised}".split("\n"):
            self._write(f"log {record.levelname}: {line}")


@contextlib.contextmanager
def logged(write: Callable[[str], None]) -> Iterator[None]:
    """Write each warning and error as a line, for as long as this lasts."""
    handler = _Log(write)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
