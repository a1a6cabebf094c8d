"""Waiting for what another task does, without polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar, final

from tests.waiting import LIMIT

T = TypeVar("T")


@final
class Signal:
    """Wakes whoever waits for a condition each time something has changed."""

    def __init__(self) -> None:
        self._changed: asyncio.Event | None = None

    def tell(self) -> None:
        """Let everybody who waits look again."""
        if self._changed:
            self._changed.set()
            self._changed = None

    async def until(self, condition: Callable[[], T | None], seconds: float = LIMIT) -> T:
        """Wait until a condition gives something true, and give that.

        Raises:
            TimeoutError: it did not within so many seconds.
        """
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                self._changed = self._changed or asyncio.Event()
                await self._changed.wait()
        return found
