"""Timers that close idle lists."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final

import discord

IDLE: Final = 300.0
"""Seconds without a click after which the buttons of a list are disabled."""


class IdleTimers:
    """Closes each list when nobody has used it for a while."""

    def __init__(self) -> None:
        self._tasks: Final[dict[int, asyncio.Task[None]]] = {}

    def restart(self, message: int, close: Callable[[], Any]) -> None:
        """Close the list in this message when it has been idle for :data:`IDLE` seconds from now."""
        if old := self._tasks.get(message):
            old.cancel()
        task = self._tasks[message] = asyncio.create_task(self._wait(close))
        task.add_done_callback(lambda done: self._tasks.get(message) is done and self._tasks.pop(message))

    @staticmethod
    async def _wait(close: Callable[[], Any]) -> None:
        await asyncio.sleep(IDLE)
        # The message may be gone, or the bot may not see the channel any more.
        with contextlib.suppress(discord.HTTPException):
            await close()
