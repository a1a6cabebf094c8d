"""Keeps a process at what the others have changed: the knowledge, settings of servers, opt-outs."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from bot.store.store import Store, StoreError
from bot.store.together import PAUSE, Together, Topic

_log = logging.getLogger(__name__)


async def keep_current(together: Together, store: Store, reload: Callable[[], object]) -> None:
    """Take over what other processes announce, until cancelled.

    Args:
        together: where it is announced.
        store: reads again what concerns it.
        reload: puts what the files say into use, in seconds; runs in a thread, and so holds up no setting.
    """
    edited = asyncio.Event()
    async with asyncio.TaskGroup() as tasks, contextlib.aclosing(together.announcements()) as topics:
        tasks.create_task(_reload(edited, reload), name="reload after an announcement")
        async for topic in topics:
            if topic in {Topic.MISSED, Topic.KNOWLEDGE}:
                edited.set()
            await _hear(store, topic)


async def keep_pulling(reload: Callable[[], object], seconds: float) -> None:
    """Look again and again whether the knowledge has changed where it comes from, until cancelled.

    Args:
        reload: looks, and puts what it finds into use; runs in a thread.
        seconds: between two looks.
    """
    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(reload)
        except Exception:  # noqa: BLE001 (whatever one look meets, the next must come)
            _log.exception("What has changed elsewhere could not be loaded; the last good state stays in use.")


async def _reload(edited: asyncio.Event, reload: Callable[[], object]) -> None:
    while True:
        await edited.wait()
        edited.clear()
        try:
            await asyncio.to_thread(reload)
        except Exception:  # noqa: BLE001 (whatever one reload meets, the next announcement must be heard)
            _log.exception("What was edited elsewhere could not be loaded; the last good state stays in use.")


async def _hear(store: Store, topic: str) -> None:
    while True:
        try:
            await store.hear(topic)
        except StoreError as error:
            _log.warning("What another process has changed is not known yet: %s", error)
            await asyncio.sleep(PAUSE)
        else:
            return
