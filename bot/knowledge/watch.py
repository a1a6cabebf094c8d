"""Noticing that files of a folder have changed, whatever happens to the folder and to the system's notifications."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias

import watchfiles

from bot.knowledge.folder import NameKind, name_kind
from bot.supervision import Supervisor

LOOK_SECONDS: Final = 1.0
"""Seconds between checks that the watched folder is still the one of that name."""

COMPARE_SECONDS: Final = 60.0
"""Seconds after which files count as changed without a notification. There is none for a file that is a link to another
folder, on some network file systems, and when the system drops notifications."""

POLL_SECONDS: Final = 5.0
"""Seconds between checks while the folder cannot be watched."""

TASK: Final = "The watch of the knowledge files"

_INSTEAD: Final = f"Until then they are compared every {POLL_SECONDS:.0f} seconds."

_Identity: TypeAlias = tuple[tuple[int, int] | None, ...]


async def changes(folder: Path, supervisor: Supervisor) -> AsyncGenerator[None, None]:
    """Yield whenever the files may have changed, and never end.

    If the folder cannot be watched, for instance because the system allows no more watches, it yields at intervals and
    tries to watch it again each time.

    Args:
        folder: the knowledge folder.
        supervisor: is told whether the folder can be watched.
    """
    while True:
        try:
            async with contextlib.aclosing(_watched(folder)) as seen:
                async for _ in seen:
                    supervisor.succeeded(TASK)
                    yield
        except Exception as error:  # noqa: BLE001 (the library raises its own errors and the system's)
            supervisor.failed(TASK, error, instead=_INSTEAD)
            yield
            await asyncio.sleep(POLL_SECONDS)


async def _watched(folder: Path) -> AsyncGenerator[None, None]:
    """Yield at first and after each notification; end when another watch is needed, at the latest after a while."""
    identity = _identity(folder)
    end = monotonic() + COMPARE_SECONDS
    first = True
    events = watchfiles.awatch(
        folder,
        watch_filter=_is_yaml,
        recursive=True,
        rust_timeout=int(LOOK_SECONDS * 1000),
        yield_on_timeout=True,
    )
    async with contextlib.aclosing(events):
        async for found in events:
            if found or first:
                yield
            first = False
            if _identity(folder) != identity or monotonic() >= end:
                return


def _identity(folder: Path) -> _Identity:
    """Return what tells a folder from another one that takes its name: a new folder, or another target of a link."""
    found: list[tuple[int, int] | None] = []
    for place in (folder, folder / "faq"):
        try:
            status = place.stat()
        except OSError:
            found.append(None)
        else:
            found.append((status.st_dev, status.st_ino))
    return tuple(found)


def _is_yaml(_change: watchfiles.Change, path: str) -> bool:
    """Return whether a change may concern the knowledge; the desk's own files do not count."""
    return name_kind(Path(path).name) is not NameKind.OTHER


async def obstacle(folder: Path) -> Exception | None:
    """Try to watch a folder; return what the system refuses it with, None if it does not."""
    stop = asyncio.Event()
    stop.set()
    try:
        async for _ in watchfiles.awatch(folder, stop_event=stop):
            break
    except Exception as error:  # noqa: BLE001 (as above)
        return error
    return None
