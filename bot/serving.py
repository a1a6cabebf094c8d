"""The bot from its start to its end: logging in, staying connected, stopping when told."""

import asyncio
import contextlib
import datetime as dt
import logging
import signal
import sys
from collections.abc import Iterator
from typing import Final

import aiohttp
import discord

from bot.client import CaseBot

TOO_FEW_SHARDS: Final = 4011
"""A close code: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""

_log = logging.getLogger(__name__)


class StartError(Exception):
    """The bot cannot start; the text says why and how to mend it."""


async def serve(bot: CaseBot, token: str, *, sync: bool = False) -> None:
    """Run the bot until it is told to stop with SIGTERM or SIGINT; then close the connection cleanly.

    Args:
        bot: a client that has not been started.
        token: its token.
        sync: whether to tell Discord the slash commands, once this process leads. Needed once after they
            have changed; Discord limits how often a day, so never on every start:
            https://discord.com/developers/docs/interactions/application-commands#registering-a-command

    Raises:
        StartError: Discord does not let the bot in, or cannot be reached.
    """
    stop = asyncio.Event()
    with _set_on_signal(stop):
        async with bot:
            await _log_in(bot, token)
            syncing = asyncio.create_task(_sync(bot)) if sync else None
            try:
                await _stay_connected(bot, stop)
            finally:
                if syncing:
                    syncing.cancel()
                    await asyncio.wait([syncing])


@contextlib.contextmanager
def _set_on_signal(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    # Windows has no such handlers; there Ctrl-C cancels the main task, which closes the bot as well.
    numbers = () if sys.platform == "win32" else (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def _log_in(bot: CaseBot, token: str) -> None:
    try:
        await bot.login(token)
        limits = await bot.fetch_session_start_limits()
    except discord.LoginFailure as error:
        message = (
            "Discord does not accept the token. Copy it again from the Bot page of your application at "
            "https://discord.com/developers/applications (Reset Token shows a new one) into CASEBOT_TOKEN."
        )
        raise StartError(message) from error
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        message = "Discord cannot be reached. Check the network, and https://discordstatus.com."
        raise StartError(message) from error
    if limits.remaining < len(bot.shard_ids or (0,)):
        again = dt.datetime.now(dt.UTC) + dt.timedelta(milliseconds=limits.reset_after)
        message = (
            f"Discord allows a bot {limits.total} starts of a shard a day, and {limits.remaining} are left until "
            f"{again:%Y-%m-%d %H:%M} UTC. Find out what starts it so often; one start too many would void its token."
        )
        raise StartError(message)
    bot.turns.concurrency = limits.max_concurrency


async def _sync(bot: CaseBot) -> None:
    await bot.together.lead()
    try:
        known = await bot.tree.sync()
    except discord.HTTPException as error:
        _log.error("Discord did not take the slash commands: %s", error)
    else:
        _log.info("Discord knows %d slash commands now.", len(known))


async def _stay_connected(bot: CaseBot, stop: asyncio.Event) -> None:
    connection = asyncio.create_task(bot.connect())
    stopped = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait((connection, stopped), return_when=asyncio.FIRST_COMPLETED)
        if connection in done:
            connection.result()
        else:
            _log.info("Asked to stop: closing the connection.")
    except discord.PrivilegedIntentsRequired as error:
        message = (
            "The message content intent is switched on here but not at Discord. Switch on Message Content Intent "
            "on the Bot page of your application at https://discord.com/developers/applications, or set "
            "CASEBOT_MESSAGE_CONTENT=false: slash commands, mentions and direct messages work without it."
        )
        raise StartError(message) from error
    except discord.ConnectionClosed as error:
        if error.code != TOO_FEW_SHARDS:
            raise
        message = (
            "The bot is in too many servers for so few shards. Start every process with a greater --shard-count, or "
            "run one process without it: then Discord says how many shards there must be."
        )
        raise StartError(message) from error
    finally:
        connection.cancel()
        stopped.cancel()
        await asyncio.wait((connection, stopped))
