"""What is closed or taken away when it has been left alone for a while."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from bot.chat.message.errors import best_effort

IDLE: Final = 300.0
"""Seconds without a click after which the buttons of a list are disabled."""


class IdleTimers:
    """Closes each list when it has not been turned for a while, and takes remarks away."""

    def __init__(self) -> None:
        """Start with nothing to close."""
        self._tasks: Final[dict[int, asyncio.Task[None]]] = {}

    def restart(self, message: int, close: Callable[[], Any], seconds: float | None = None) -> None:
        """Close what is in this message when it has been idle for so many seconds, by default :data:`IDLE`."""
        if old := self._tasks.get(message):
            old.cancel()
        task = self._tasks[message] = asyncio.create_task(self._wait(close, IDLE if seconds is None else seconds))
        task.add_done_callback(lambda done: self._tasks.get(message) is done and self._tasks.pop(message))

    @staticmethod
    async def _wait(close: Callable[[], Any], seconds: float) -> None:
        await asyncio.sleep(seconds)
        # The message may be gone, or the bot may not see the channel any more.
        with best_effort():
            await close()
