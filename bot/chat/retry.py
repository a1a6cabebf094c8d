"""Retries after a broken connection or a failure of Discord, so that no answer is lost for that."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import aiohttp
import discord

PAUSES: Final = (0.5, 2.0, 8.0)
"""Seconds before each further try."""

SOON: Final = (0.2, 0.6)
"""The same where Discord waits no longer than three seconds: for the first answer to an interaction."""

T = TypeVar("T")


async def with_retries(act: Callable[[], Awaitable[T]], pauses: Sequence[float] = PAUSES) -> T:
    """Call something, and call it again after a failure that may pass.

    discord.py itself tries again only after the statuses 500, 502, 504 and 524.

    Args:
        act: does no harm when it is done twice: Discord may have done it and could not say so.
        pauses: seconds before each further try.

    Raises:
        Exception: what `act` raises; the last failure if none has passed.
    """
    for pause in pauses:
        try:
            return await act()
        except (aiohttp.ClientError, OSError, discord.DiscordServerError):
            await asyncio.sleep(pause)
    return await act()
