"""What Discord says of a bot, asked by its REST interface alone: nothing is written, and no gateway is opened."""

import datetime as dt
import email.utils
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final

import aiohttp
import discord
from pydantic import SecretStr

PATIENCE: Final = aiohttp.ClientTimeout(total=10.0)
MOST_GUILDS: Final = 200
"""Servers of one page, and of one look: https://discord.com/developers/docs/resources/user#get-current-user-guilds"""

UNAUTHORIZED: Final = 401

USER_AGENT: Final = f"DiscordBot (casebot, {metadata.version('casebot')})"
"""In the form that https://discord.com/developers/docs/reference#user-agent asks for."""


class UnreachableError(Exception):
    """Discord did not answer; the text says how."""


@dataclass(frozen=True, slots=True)
class Guild:
    """A server that the bot is in."""

    name: str
    permissions: discord.Permissions
    """Of the bot in the whole server; single channels may differ."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What Discord says of a bot."""

    application: int
    """Its id."""

    name: str
    flags: discord.ApplicationFlags
    guilds: tuple[Guild, ...]
    """At most :data:`MOST_GUILDS`."""

    commands: frozenset[str]
    """Names of the application commands that are published everywhere."""

    shards: int
    """As many as Discord advises."""

    starts_left: int
    """How often the bot may still identify today."""

    clock: dt.timedelta
    """How far this machine's clock is ahead of Discord's."""


async def look(token: SecretStr, base: str | None = None) -> Facts | None:
    """Ask Discord.

    Args:
        token: the bot's.
        base: the address of the interface; by default the one that discord.py uses.

    Returns:
        The facts; None where the token is not accepted.

    Raises:
        UnreachableError: there was no answer, or none that makes sense.
    """
    headers = {"Authorization": f"Bot {token.get_secret_value()}", "User-Agent": USER_AGENT}
    try:
        async with aiohttp.ClientSession(headers=headers, timeout=PATIENCE) as session:
            return await _look(session, base or discord.http.Route.BASE)
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


async def _look(session: aiohttp.ClientSession, base: str) -> Facts:
    application, clock = await _get(session, f"{base}/applications/@me")
    me, _ = await _get(session, f"{base}/users/@me")
    guilds, _ = await _get(session, f"{base}/users/@me/guilds?limit={MOST_GUILDS}")
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
    """Give an answer's JSON, and how far this machine's clock is ahead of the one it was sent by."""
    async with session.get(url, raise_for_status=True) as response:
        sent = email.utils.parsedate_to_datetime(response.headers["Date"])
        return await response.json(content_type=None), dt.datetime.now(dt.UTC) - sent
