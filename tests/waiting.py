"""How long tests wait for what another task, thread or process does."""

import asyncio
from collections.abc import Callable
from typing import Final

LIMIT: Final = 60.0
"""Seconds after which what was waited for will not come any more, on a busy machine too."""


async def until(condition: Callable[[], bool]) -> None:
    """Let others work until something can be seen from outside."""
    async with asyncio.timeout(LIMIT):
        while not condition():  # noqa: ASYNC110 (they set no event: nobody but a test would wait)
            await asyncio.sleep(0.01)
