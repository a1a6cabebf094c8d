"""Trying again where the connection broke or Discord failed: an answer is not lost for that, nor tried for ever."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar, final

import aiohttp
import discord
from discord.webhook.async_ import AsyncWebhookAdapter, async_context
from typing_extensions import override

PAUSES: Final = (0.5, 2.0, 8.0)
"""Seconds before each further try."""

SOON: Final = (0.2, 0.6)
"""The same where Discord waits no longer than three seconds: for the first answer to an interaction."""

FIRST_ANSWER: Final = 3.0
LATER_ANSWERS: Final = 900.0
"""Seconds in which Discord takes the first answer to an interaction, and all others:
https://discord.com/developers/docs/interactions/receiving-and-responding"""

T = TypeVar("T")


class TooLateError(discord.DiscordException):
    """Discord has not taken an answer to an interaction while it would."""


@final
class _InTime(AsyncWebhookAdapter):
    """Sends answers to interactions, as long as Discord takes them; discord.py itself would try for 25 s each time."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # it takes nothing
        self._begun: Final[dict[str, float]] = {}
        """When the first answer to an interaction was first tried, by the interaction's token."""

    @override
    async def request(self, route: discord.http.Route, session: aiohttp.ClientSession, **options: Any) -> Any:
        now = asyncio.get_running_loop().time()
        while self._begun and now - next(iter(self._begun.values())) > LATER_ANSWERS:
            del self._begun[next(iter(self._begun))]
        begun = self._begun.setdefault(str(route.webhook_token), now)
        end = begun + (FIRST_ANSWER if route.path.endswith("/callback") else LATER_ANSWERS)
        if now >= end:
            raise TooLateError
        limit = asyncio.timeout_at(end)
        try:
            async with limit:
                return await super().request(route, session, **options)
        except TimeoutError:
            if limit.expired():
                raise TooLateError from None
            raise


def answer_in_time() -> None:
    """Bound all answers to interactions, in this task and in those that it starts."""
    async_context.set(_InTime())


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
