"""The process of ``casebot run``: what it opens, runs in the background and closes, in which order."""

import asyncio
import contextlib
import datetime as dt
import logging
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Final

from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot
from bot.cluster.cluster import open_cluster
from bot.cluster.follow import keep_current
from bot.cluster.shards import Shards
from bot.config import Settings
from bot.editing.desk import Desk
from bot.i18n.identify import warm_up
from bot.knowledge.reload import LiveKnowledge
from bot.ops.http import observed
from bot.ops.lifecycle import serve
from bot.ops.logs import log_unhandled
from bot.ops.shutdown import StoppedError, aborted_by, stopped_by_signal
from bot.ops.site import BUILDING, keep_built
from bot.store.opening import noticed, open_store
from bot.supervision import Supervisor

_LOOK_EVERY: Final = 60.0
"""Seconds between checks of a local knowledge folder, which retry what could not be written or committed during an
edit."""

WARM_UP: Final = "The loading of what tells languages apart"
WATCH: Final = "The handling of changed knowledge files"
FOLLOW: Final = "The following of other processes' changes"
"""The names of the background tasks; see :class:`~bot.supervision.Supervisor`."""

_log = logging.getLogger(__name__)


async def run(
    settings: Settings,
    live: LiveKnowledge[Answerer],
    desk: Desk[Answerer] | None,
    shards: Shards | None,
    *,
    sync: bool,
) -> None:
    """Run the bot until it is told to stop.

    Args:
        settings: the settings, which must contain a token.
        live: the loaded knowledge.
        desk: edits the knowledge; None if its files cannot be written.
        shards: the shards of this process; None for all.
        sync: whether to publish the slash commands.

    Raises:
        StartError: Discord cannot be reached or rejects the bot.
        LeaseLostError: another process runs its shards now.
        StoreError: the database cannot be used as it is.
        PortError: the port for metrics and health cannot be opened.
    """
    assert settings.token  # noqa: S101 (the command line has checked it)
    processes = open_cluster(settings.database_url)
    reload = partial(desk.refresh, live) if desk else live.reload
    pause = settings.knowledge_git_minutes * 60.0 if settings.knowledge_git else _LOOK_EVERY if desk else None
    retention = dt.timedelta(days=settings.retention_days)
    asyncio.get_running_loop().set_exception_handler(log_unhandled)
    with stopped_by_signal() as stop:
        async with contextlib.AsyncExitStack() as stack:
            supervisor = Supervisor()
            try:
                stack.enter_context(noticed(settings.database_url))
                async with aborted_by(stop):
                    store = await stack.enter_async_context(
                        open_store(settings.database_url, retention, processes, settings.token, supervisor)
                    )
            except StoppedError:
                _log.info("Asked to stop: startup cancelled.")
                return
            bot = CaseBot(
                live,
                store,
                prefix=settings.prefix,
                message_content=settings.message_content,
                desk=desk,
                desk_servers=settings.desk_servers,
                shards=shards,
                cluster=processes,
                supervisor=supervisor,
            )
            look = partial(desk.look, live) if desk else None
            follow = partial(keep_current, processes, store, reload, pause, supervisor)
            async with (
                # During the start, which waits for Discord anyway.
                supervisor.running(supervisor.until_done(WARM_UP, partial(asyncio.to_thread, warm_up))),
                supervisor.running(supervisor.keep_running(WATCH, partial(live.watch, supervisor, look))),
                supervisor.running(supervisor.keep_running(FOLLOW, follow)),
                observed(bot, settings.http_host, settings.http_port),
                _page(settings, live, bot, supervisor),
            ):
                await serve(bot, settings.token.get_secret_value(), stop=stop, sync=sync)


def _page(
    settings: Settings, live: LiveKnowledge[Answerer], bot: CaseBot, supervisor: Supervisor
) -> AbstractAsyncContextManager[None]:
    """Return what keeps the public page built during a block, if the operator wants one."""
    if settings.site is None:
        return contextlib.nullcontext()
    work = partial(keep_built, settings.site, live, bot.questions)
    return supervisor.running(supervisor.keep_running(BUILDING, work))
