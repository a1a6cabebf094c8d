"""The bot from start to stop: logging in, staying connected, and shutting down when told."""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import aiohttp
import discord

from bot.chat.client import CaseBot
from bot.errors import CasebotError
from bot.ops.gc_tuning import tuned
from bot.ops.shutdown import finish_handlers

_NOT_ACCEPTED: Final = (
    "Discord doesn't accept the token. Copy it again from the Bot page of your application at "
    "https://discord.com/developers/applications (Reset Token shows a new one) into CASEBOT_TOKEN."
)
_OUTDATED: Final = "Discord no longer supports this version of the bot. Update casebot and discord.py."

_INTENT_REFUSED: Final = 4014

CLOSED_FOR_GOOD: Final[Mapping[int, str]] = {
    4004: _NOT_ACCEPTED,
    4010: "Discord doesn't know the shards of this process. Start every process with the same --shard-count, and with "
    "--shard-ids below it.",
    4011: "The bot is in too many servers for so few shards. Start every process with a greater --shard-count, or "
    "run one process without it: then Discord says how many shards there must be.",
    4012: _OUTDATED,
    4013: _OUTDATED,
    _INTENT_REFUSED: "The message content intent is on here but not on Discord. Turn on Message Content Intent on "
    "the Bot page of your application at https://discord.com/developers/applications, or set "
    "CASEBOT_MESSAGE_CONTENT=false: slash commands, mentions and direct messages work without it.",
}
"""Close codes after which it is no use to reconnect, and what the operator can do:
https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""

CLOSING: Final = 2.0
"""Seconds for closing the connections at shutdown."""

_log = logging.getLogger(__name__)


class StartError(CasebotError):
    """The bot cannot start; the text says why and how to fix it."""


class LeaseLostError(CasebotError):
    """Another process took this one's shards while its database connection was lost; the text says which."""


async def serve(bot: CaseBot, token: str, *, stop: asyncio.Event | None = None, sync: bool = False) -> None:
    """Run the bot until it is told to stop, then finish the answers in progress and close the connections.

    Args:
        bot: a client that has not been started.
        token: its token.
        stop: set when the bot must stop; None for never.
        sync: whether to publish the slash commands as soon as this process leads. It is needed once after they have
            changed. Discord limits how often a day, so don't do it on every start:
            https://discord.com/developers/docs/interactions/application-commands#registering-a-command

    Raises:
        StartError: Discord cannot be reached or rejects the bot.
        LeaseLostError: another process runs its shards now; the answers in progress were finished.
    """
    bot.before_close = finish_handlers
    async with bot:
        working = asyncio.create_task(_work(bot, token, sync=sync))
        stopped = asyncio.create_task((stop or asyncio.Event()).wait())
        ousted = asyncio.create_task(bot.cluster.lease_lost())
        try:
            await asyncio.wait((working, stopped, ousted), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                _log.info("Asked to stop: finishing work in progress." if stopped.done() else ousted.result())
                bot.stopping = True
                await finish_handlers()
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
        # By now everything is loaded, including the cogs.
        with tuned():
            await _stay_connected(bot)
    finally:
        if syncing:
            syncing.cancel()
            await asyncio.wait([syncing])


async def _close(bot: CaseBot) -> None:
    with contextlib.suppress(TimeoutError):
        # discord.py itself would wait half a minute for a server that is gone to complete the close.
        async with asyncio.timeout(CLOSING):
            await bot.close()


async def _log_in(bot: CaseBot, token: str) -> None:
    try:
        await bot.login(token)
        limits = await bot.fetch_session_start_limits()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        raise StartError(_why_not_let_in(error)) from error
    if limits.remaining < len(bot.shard_ids or (0,)):
        again = dt.datetime.now(dt.UTC) + dt.timedelta(milliseconds=limits.reset_after)
        message = (
            f"Discord allows a bot {limits.total} starts of a shard a day, and {limits.remaining} are left until "
            f"{again:%Y-%m-%d %H:%M} UTC. Find out what starts it so often; one start too many would reset its token."
        )
        raise StartError(message)
    bot.identify_queue.concurrency = limits.max_concurrency


def _why_not_let_in(error: Exception) -> str:
    # discord.py wraps some of Discord's responses in an exception of its own.
    answered = error if isinstance(error, discord.HTTPException) else error.__cause__
    if not isinstance(answered, discord.HTTPException) or answered.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "Discord can't be reached. Check the network, and https://discordstatus.com."
    if answered.status == HTTPStatus.UNAUTHORIZED:
        return _NOT_ACCEPTED
    return (
        f"Discord refuses to let the bot log in (status {answered.status}). It may have blocked this machine's address "
        "for a while, or a proxy has answered in its place: wait for an hour, or try another network."
    )


async def _sync(bot: CaseBot) -> None:
    if not bot.cluster.leads:
        _log.info("The slash commands are published as soon as this process leads.")
    await bot.cluster.lead()
    try:
        known = await bot.tree.sync()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        _log.error("Discord did not take the slash commands: %s", error)
    else:
        _log.info("Discord knows %d slash commands now.", len(known))


async def _stay_connected(bot: CaseBot) -> None:
    try:
        await bot.connect()
    except (discord.ConnectionClosed, discord.PrivilegedIntentsRequired) as error:
        code = error.code if isinstance(error, discord.ConnectionClosed) else _INTENT_REFUSED
        if code not in CLOSED_FOR_GOOD:
            raise
        raise StartError(CLOSED_FOR_GOOD[code]) from error
