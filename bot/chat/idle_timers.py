"""Timers that close lists and delete remarks after a while without clicks."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from bot.chat.message.errors import best_effort

IDLE: Final = 300.0
"""Seconds without a click until the buttons of a list are disabled."""


class IdleTimers:
    """One timer per message, which a click restarts."""

    def __init__(self) -> None:
        """Create it without timers."""
        self._tasks: Final[dict[int, asyncio.Task[None]]] = {}

    def restart(self, message: int, close: Callable[[], Any], seconds: float | None = None) -> None:
        """Start a message's timer, in place of a running one.

        Args:
            message: the message's id.
            close: called when the time is over.
            seconds: the time; None for :data:`IDLE`.
        """
        self.stop(message)
        task = self._tasks[message] = asyncio.create_task(self._wait(close, IDLE if seconds is None else seconds))
        task.add_done_callback(lambda done: self._tasks.get(message) is done and self._tasks.pop(message))

    def stop(self, message: int) -> None:
        """Stop a message's timer, if one is running."""
        if running := self._tasks.get(message):
            running.cancel()

    @staticmethod
    async def _wait(close: Callable[[], Any], seconds: float) -> None:
        await asyncio.sleep(seconds)
        # The message may be gone, or the bot may have lost access to the channel.
        with best_effort():
            await close()
