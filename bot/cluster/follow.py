"""Keeping a process up to date with what the others change: knowledge, settings, stops and opt-outs."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from bot.cluster.cluster import PAUSE, Cluster
from bot.store.announce import ChangeKind
from bot.store.store import Store, StoreError

_log = logging.getLogger(__name__)


async def keep_current(
    together: Cluster, store: Store, reload: Callable[[], object], every: float | None = None
) -> None:
    """Reload what other processes change, until cancelled.

    Args:
        together: the cluster, which yields the announcements.
        store: the store, which reloads its own part.
        reload: reloads the knowledge, which takes seconds. It runs in a thread, so settings are reloaded without delay.
        every: seconds between reloads without an announcement; None for never.
    """
    edited = asyncio.Event()
    async with asyncio.TaskGroup() as tasks, contextlib.aclosing(together.announcements()) as topics:
        tasks.create_task(_keep_reloading(edited, reload, every), name="reload of what was edited elsewhere")
        async for topic in topics:
            if topic in {ChangeKind.MISSED, ChangeKind.KNOWLEDGE}:
                edited.set()
            await _reload_changed(store, topic)


async def _keep_reloading(edited: asyncio.Event, reload: Callable[[], object], every: float | None) -> None:
    trouble: str | None = None
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(every):
                await edited.wait()
        edited.clear()
        try:
            await asyncio.to_thread(reload)
            trouble = None
        except OSError as error:
            # Log it once: a full disk stays full for a while.
            if trouble != (trouble := str(error)):
                _log.warning("The knowledge files cannot be read or written, so the last good state is used: %s", error)
        except Exception:  # noqa: BLE001 (a failed reload must not prevent the next)
            _log.exception("What was edited elsewhere could not be loaded; the last good state stays in use.")


async def _reload_changed(store: Store, topic: str) -> None:
    while True:
        try:
            await store.reload_changed(topic)
        except StoreError as error:
            _log.warning("What another process has changed is not known yet: %s", error)
            await asyncio.sleep(PAUSE)
        else:
            return
