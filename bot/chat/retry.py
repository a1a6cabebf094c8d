"""Retries after a broken connection or a failure of Discord, so that answers aren't lost, with time limits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar, cast, final

import aiohttp
import discord
from discord.webhook.async_ import AsyncWebhookAdapter, async_context
from typing_extensions import override

PAUSES: Final = (0.5, 2.0, 4.0, 8.0)
"""Seconds before each retry."""

SOON: Final = (0.3, 1.2)
"""Seconds before each retry of the first response to an interaction, for which Discord waits only three seconds."""

SERVER_ERROR: Final = 500
"""The first of the HTTP statuses for which the server is to blame."""

_ANSWERED: Final = 40060
"""Error code for an interaction that has been answered:
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""

FIRST_ANSWER: Final = 3.0
LATER_ANSWERS: Final = 900.0
"""Seconds within which Discord accepts the first response to an interaction, and further ones:
https://discord.com/developers/docs/interactions/receiving-and-responding"""

T = TypeVar("T")


class TooLateError(discord.DiscordException):
    """A response to an interaction could not be sent within Discord's time limit."""


@final
class _InTime(AsyncWebhookAdapter):
    """Sends responses to interactions within Discord's time limits; discord.py itself would retry each for 25 s."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # it has no parameters
        self._begun: Final[dict[str, float]] = {}
        """When the first response to each interaction was first attempted, by the interaction's token."""

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
                if not route.path.endswith("/callback"):
                    return await super().request(route, session, **options)
                return await self._first(route, session, options)
        except TimeoutError:
            if limit.expired():
                raise TooLateError from None
            raise

    async def _first(self, route: discord.http.Route, session: aiohttp.ClientSession, options: dict[str, Any]) -> Any:  # noqa: ANN401 (as discord.py's)
        async def attempt() -> Any:  # noqa: ANN401 (as above)
            for file in options.get("files") or ():
                file.reset()
            # The class is named because `super()` knows no class in a function of a method.
            return await AsyncWebhookAdapter.request(self, route, cast("Any", _Impatient(session)), **options)

        try:
            return await with_retries(attempt, SOON)
        except discord.DiscordServerError:
            raise TooLateError from None
        except discord.HTTPException as error:
            if error.code != _ANSWERED:
                raise
            # An attempt that seemed to fail has sent it. This is what discord.py reads of Discord's reply.
            return {"interaction": {"id": route.webhook_id}}


@final
class _Impatient:
    """A session that raises Discord's failures. discord.py would wait for one second and then for three."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session: Final = session

    @contextlib.asynccontextmanager
    async def request(self, *arguments: Any, **options: Any) -> AsyncIterator[aiohttp.ClientResponse]:  # noqa: ANN401 (aiohttp's)
        async with self._session.request(*arguments, **options) as response:
            if response.status >= SERVER_ERROR:
                raise discord.DiscordServerError(response, await response.text())
            yield response


def answer_in_time() -> None:
    """Limit the time of all responses to interactions, in this task and in the tasks that it starts."""
    async_context.set(_InTime())


async def with_retries(act: Callable[[], Awaitable[T]], pauses: Sequence[float] = PAUSES) -> T:
    """Call a function, and retry it after temporary failures.

    discord.py itself retries only after the statuses 500, 502, 504 and 524.

    Args:
        act: the function, which must be idempotent: Discord may have done it although the response was lost.
        pauses: seconds before each retry.

    Raises:
        Exception: any other error of `act` at once, or the last temporary failure.
    """
    for pause in pauses:
        try:
            return await act()
        except (aiohttp.ClientError, OSError, discord.DiscordServerError):
            await asyncio.sleep(pause)
    return await act()
