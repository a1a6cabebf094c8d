"""Keeping a process up to date with what the others change: knowledge, settings, stops and opt-outs."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from bot.cluster.cluster import PAUSE, Cluster
from bot.knowledge.reload import LAST_GOOD, RELOAD
from bot.store.announce import ChangeKind
from bot.store.store import Store, StoreError
from bot.supervision import Supervisor

_log = logging.getLogger(__name__)


async def keep_current(
    together: Cluster,
    store: Store,
    reload: Callable[[], object],
    every: float | None = None,
    supervisor: Supervisor | None = None,
) -> None:
    """Reload what other processes change, until cancelled.

    Args:
        together: the cluster, which yields the announcements.
        store: the store, which reloads its own part.
        reload: reloads the knowledge, which takes seconds. It runs in a thread, so settings are reloaded without delay.
        every: seconds between reloads without an announcement; None for never.
        supervisor: is told about failed reloads; None for one of its own.
    """
    edited = asyncio.Event()
    async with asyncio.TaskGroup() as tasks, contextlib.aclosing(together.announcements()) as topics:
        reloading = _keep_reloading(edited, reload, every, supervisor or Supervisor())
        tasks.create_task(reloading, name="reload of what was edited elsewhere")
        async for topic in topics:
            if topic in {ChangeKind.MISSED, ChangeKind.KNOWLEDGE}:
                edited.set()
            await _reload_changed(store, topic)


async def _keep_reloading(
    edited: asyncio.Event, reload: Callable[[], object], every: float | None, supervisor: Supervisor
) -> None:
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(every):
                await edited.wait()
        edited.clear()
        with supervisor.attempt(RELOAD, instead=LAST_GOOD):
            await asyncio.to_thread(reload)


async def _reload_changed(store: Store, topic: str) -> None:
    while True:
        try:
            await store.reload_changed(topic)
        except StoreError as error:
            _log.warning("Another process's changes aren't known yet: %s", error)
            await asyncio.sleep(PAUSE)
        else:
            return
