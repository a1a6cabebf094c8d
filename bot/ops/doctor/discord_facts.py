"""What Discord knows about a bot, read from its REST API. Nothing is written, and no gateway connection is opened."""

import datetime as dt
import email.utils
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final

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


class UnreachableError(Exception):
    """Discord did not answer, or not as documented; the text says what happened."""


@dataclass(frozen=True, slots=True)
class Guild:
    """A server that the bot is in."""

    name: str
    permissions: discord.Permissions
    """The bot's permissions in the whole server; single channels may differ."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What Discord knows about a bot."""

    application: int
    """The application's id."""

    name: str
    flags: discord.ApplicationFlags
    guilds: tuple[Guild, ...]
    """At most :data:`MAX_GUILDS`."""

    commands: frozenset[str]
    """Names of the global application commands."""

    shards: int
    """The number of shards that Discord recommends."""

    starts_left: int
    """How often the bot may still identify today."""

    clock: dt.timedelta
    """How far this machine's clock is ahead of Discord's; negative if it is behind."""


async def fetch_facts(token: SecretStr, base: str | None = None) -> Facts | None:
    """Fetch what Discord knows about a bot.

    Args:
        token: the bot's token.
        base: the base URL of the API; None for the one that discord.py uses.

    Returns:
        The facts; None if Discord does not accept the token.

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
        message = f"Discord answered with status {error.status}"
        raise UnreachableError(message) from None
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        message = f"there was no answer ({type(error).__name__})"
        raise UnreachableError(message) from None
    except (KeyError, TypeError, ValueError) as error:
        message = f"the answer is not what Discord documents ({type(error).__name__})"
        raise UnreachableError(message) from None


async def _fetch(session: aiohttp.ClientSession, base: str) -> Facts:
    application, clock = await _get(session, f"{base}/applications/@me")
    me, _ = await _get(session, f"{base}/users/@me")
    guilds, _ = await _get(session, f"{base}/users/@me/guilds?limit={MAX_GUILDS}")
    commands, _ = await _get(session, f"{base}/applications/{application['id']}/commands")
    gateway, _ = await _get(session, f"{base}/gateway/bot")
    return Facts(
        application=int(application["id"]),
        name=me["username"],
        flags=discord.ApplicationFlags._from_value(application["flags"]),  # noqa: SLF001 (there is no other way)
        guilds=tuple(Guild(guild["name"], discord.Permissions(int(guild["permissions"]))) for guild in guilds),
        commands=frozenset(command["name"] for command in commands),
        shards=gateway["shards"],
        starts_left=gateway["session_start_limit"]["remaining"],
        clock=clock,
    )


async def _get(session: aiohttp.ClientSession, url: str) -> tuple[Any, dt.timedelta]:
    """Return a response's JSON, and how far this machine's clock is ahead of the server's."""
    async with session.get(url, raise_for_status=True) as response:
        sent = email.utils.parsedate_to_datetime(response.headers["Date"])
        return await response.json(content_type=None), dt.datetime.now(dt.UTC) - sent
