"""What Discord knows about a bot, read from its REST API. Nothing is written, and no gateway connection is opened."""

import datetime as dt
import email.utils
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final, TypeAlias, TypeVar

import aiohttp
import discord
from pydantic import SecretStr

PATIENCE: Final = aiohttp.ClientTimeout(total=10.0)
MAX_GUILDS: Final = 200
"""The most servers to fetch, which is the size of a page:
https://discord.com/developers/docs/resources/user#get-current-user-guilds"""

UNAUTHORIZED: Final = 401

USER_AGENT: Final = f"DiscordBot (casebot, {metadata.version('casebot')})"
"""In the format that https://discord.com/developers/docs/reference#user-agent requires."""


T = TypeVar("T")

_MALFORMED: Final = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
_FAILURES: Final = (aiohttp.ClientError, OSError, TimeoutError, *_MALFORMED)


class UnreachableError(Exception):
    """Discord did not answer, or not as documented; the text says what happened."""


@dataclass(frozen=True, slots=True)
class Guild:
    """A server that the bot is in."""

    name: str
    permissions: discord.Permissions | None
    """The bot's permissions in the whole server; single channels may differ. None if Discord does not say."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What Discord did not say, or not as documented."""

    why: str


Known: TypeAlias = T | Unknown


@dataclass(frozen=True, slots=True)
class Facts:
    """What Discord knows about a bot. One unknown fact does not hide the others."""

    application: Known[int]
    """The application's id."""

    name: Known[str]
    flags: Known[discord.ApplicationFlags]
    guilds: Known[tuple[Guild, ...]]
    """At most :data:`MAX_GUILDS`."""

    commands: Known[frozenset[str]]
    """Names of the global application commands."""

    shards: Known[int]
    """The number of shards that Discord recommends."""

    starts_left: Known[int]
    """How often the bot may still identify today."""

    clock: Known[dt.timedelta]
    """How far this machine's clock is ahead of Discord's; negative if it is behind."""


async def fetch_facts(token: SecretStr, base: str | None = None) -> Facts | None:
    """Fetch what Discord knows about a bot.

    Args:
        token: the bot's token.
        base: the base URL of the API; None for the one that discord.py uses.

    Returns:
        The facts; None if Discord doesn't accept the token.

    Raises:
        UnreachableError: there was no answer, or not the documented one.
    """
    headers = {"Authorization": f"Bot {token.get_secret_value()}", "User-Agent": USER_AGENT}
    try:
        async with aiohttp.ClientSession(headers=headers, timeout=PATIENCE) as session:
            return await _fetch(session, base or discord.http.Route.BASE)
    except aiohttp.ClientResponseError as error:
        if error.status == UNAUTHORIZED:
            return None
        raise UnreachableError(_why(error)) from None
    except _FAILURES as error:
        raise UnreachableError(_why(error)) from None


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientResponseError):
        return f"Discord answered with status {error.status}"
    if isinstance(error, _MALFORMED):
        return f"the answer is not what Discord documents ({type(error).__name__})"
    return f"there was no answer ({type(error).__name__})"


async def _fetch(session: aiohttp.ClientSession, base: str) -> Facts:
    # If the first request fails, so would the others.
    application = await _get(session, f"{base}/applications/@me")
    id_ = _fact(application, lambda json: int(json["id"]))
    me = await _tried(session, f"{base}/users/@me")
    guilds = await _tried(session, f"{base}/users/@me/guilds?limit={MAX_GUILDS}")
    commands = await _tried(session, f"{base}/applications/{id_}/commands") if isinstance(id_, int) else id_
    gateway = await _tried(session, f"{base}/gateway/bot")
    return Facts(
        application=id_,
        name=_fact(me, lambda json: str(json["username"])),
        flags=_fact(application, lambda json: discord.ApplicationFlags._from_value(int(json["flags"]))),  # noqa: SLF001 (there is no other way)
        guilds=_fact(guilds, lambda json: tuple(map(_guild, json))),
        commands=_fact(commands, lambda json: frozenset(command["name"] for command in json)),
        shards=_fact(gateway, lambda json: int(json["shards"])),
        starts_left=_fact(gateway, lambda json: int(json["session_start_limit"]["remaining"])),
        clock=application.ahead,
    )


@dataclass(frozen=True, slots=True)
class _Response:
    json: Any
    ahead: Known[dt.timedelta]
    """How far this machine's clock is ahead of the server's."""


async def _get(session: aiohttp.ClientSession, url: str) -> _Response:
    async with session.get(url, raise_for_status=True) as response:
        now = dt.datetime.now(dt.UTC)
        try:
            ahead: Known[dt.timedelta] = now - email.utils.parsedate_to_datetime(response.headers["Date"])
        except _MALFORMED as error:
            ahead = Unknown(_why(error))
        return _Response(await response.json(content_type=None), ahead)


async def _tried(session: aiohttp.ClientSession, url: str) -> Known[_Response]:
    try:
        return await _get(session, url)
    except _FAILURES as error:
        return Unknown(_why(error))


def _fact(response: Known[_Response], read: Callable[[Any], T]) -> Known[T]:
    """Read a fact from a response."""
    if isinstance(response, Unknown):
        return response
    try:
        return read(response.json)
    except _MALFORMED as error:
        return Unknown(_why(error))


def _guild(json: Any) -> Guild:  # noqa: ANN401 (as Discord sends it)
    permissions = json.get("permissions")
    known = isinstance(permissions, str) and permissions.isdecimal()
    return Guild(str(json.get("name") or json["id"]), discord.Permissions(int(permissions)) if known else None)
