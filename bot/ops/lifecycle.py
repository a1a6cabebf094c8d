"""The bot from its start to its end: logging in, staying connected, stopping when told."""

import asyncio
import contextlib
import datetime as dt
import logging
from typing import Final

import aiohttp
import discord

from bot.chat.client import CaseBot
from bot.errors import CasebotError
from bot.ops.gc_tuning import settled
from bot.ops.shutdown import finish_what_is_in_hand

TOO_FEW_SHARDS: Final = 4011
"""A close code: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""

CLOSING: Final = 2.0
"""Seconds that closing the connections may take at the end."""

_log = logging.getLogger(__name__)


class StartError(CasebotError):
    """The bot cannot start; the text says why and how to mend it."""


class LeaseLostError(CasebotError):
    """Another process runs the bot's shards, which it has taken while a connection was lost; the text says which."""


async def serve(bot: CaseBot, token: str, *, stop: asyncio.Event | None = None, sync: bool = False) -> None:
    """Run the bot until it is told to stop; then finish what is in hand and close the connections.

    Args:
        bot: a client that has not been started.
        token: its token.
        stop: tells it to stop; None for never.
        sync: whether to tell Discord the slash commands, once this process leads. Needed once after they
            have changed; Discord limits how often a day, so never on every start:
            https://discord.com/developers/docs/interactions/application-commands#registering-a-command

    Raises:
        StartError: Discord does not let the bot in, or cannot be reached.
        LeaseLostError: another process runs its shards now; what was in hand is finished.
    """
    async with bot:
        working = asyncio.create_task(_work(bot, token, sync=sync))
        stopped = asyncio.create_task((stop or asyncio.Event()).wait())
        ousted = asyncio.create_task(bot.together.lease_lost())
        try:
            await asyncio.wait((working, stopped, ousted), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                _log.info("Asked to stop: finishing what is in hand." if stopped.done() else ousted.result())
                bot.stopping = True
                await finish_what_is_in_hand()
                await _close(bot)
        finally:
            tasks = (working, stopped, ousted)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        if not working.cancelled():
            working.result()
        if not ousted.cancelled():
            message = f"{ousted.result()} This one has left them to it; started again, it waits for them."
            raise LeaseLostError(message)


async def _work(bot: CaseBot, token: str, *, sync: bool) -> None:
    await _log_in(bot, token)
    syncing = asyncio.create_task(_sync(bot)) if sync else None
    try:
        # From here on everything is loaded, the cogs too.
        with settled():
            await _stay_connected(bot)
    finally:
        if syncing:
            syncing.cancel()
            await asyncio.wait([syncing])


async def _close(bot: CaseBot) -> None:
    with contextlib.suppress(TimeoutError):
        # discord.py itself would wait half a minute for a farewell from a server that is gone.
        async with asyncio.timeout(CLOSING):
            await bot.close()


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
    if not bot.together.leads:
        _log.info("The slash commands are published as soon as this process leads.")
    await bot.together.lead()
    try:
        known = await bot.tree.sync()
    except discord.HTTPException as error:
        _log.error("Discord did not take the slash commands: %s", error)
    else:
        _log.info("Discord knows %d slash commands now.", len(known))


async def _stay_connected(bot: CaseBot) -> None:
    try:
        await bot.connect()
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
