"""The end of the process: asked for by a signal, orderly within ten seconds, at once when asked again.

Nothing here is left to what a signal does by default: the kernel keeps that from process 1, which the bot is in a
container.
"""

import asyncio
import contextlib
import faulthandler
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from types import FrameType
from typing import Final

LIMIT: Final = 10
"""Seconds after the first signal that the process has; then Docker, for one, kills it:
https://docs.docker.com/reference/cli/docker/container/stop/"""

IN_HAND: Final = 4.0
"""Seconds of these for the answers that are in hand; the rest is for closing connections and the last writes."""

THREADS: Final = 1.0
"""Seconds that a thread has which is still at work when all is closed, such as one that builds a matcher."""

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

_TASKS: Final = ("discord.py: on_", "CommandTree-invoker", "discord-ui-")
"""How discord.py names the tasks in which it runs events, commands, and clicks and forms. It keeps no list of them."""

_log = logging.getLogger(__name__)


class StoppedError(Exception):
    """The process was told to stop before it was fully there."""


@contextlib.contextmanager
def start_stopped_by_signal() -> Iterator[None]:
    """Give up what the block does when a signal comes; a second one ends the process on the spot, as does the limit.

    For a start that holds up the event loop, or comes before there is one: from :func:`stopped_by_signal` on that
    takes over.

    Raises:
        SystemExit: a signal has come; the status is 0.
    """

    def first(_number: int, _frame: FrameType | None) -> None:
        _end_soon()
        raise SystemExit(0)

    before = {number: signal.signal(number, first) for number in SIGNALS}
    try:
        yield
    except SystemExit:
        _log.info("Asked to stop: the start is given up.")
        _leave_threads_behind()
        raise
    finally:
        if signal.getsignal(signal.SIGTERM) is not _end_now:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextlib.contextmanager
def stopped_by_signal() -> Iterator[asyncio.Event]:
    """Give an event that the first SIGTERM or SIGINT sets; the second ends the process on the spot, as does the limit.

    From the first signal on, the process has nothing else to do than to end: what the signals do then is not undone.
    Nothing is lost but what the orderly end would have waited for: what is on the disk is whole at any instant.
    """
    stop = asyncio.Event()
    if sys.platform == "win32":  # It has no such handlers: Ctrl-C cancels the main task, which closes the bot as well.
        yield stop
        return
    loop = asyncio.get_running_loop()

    def first() -> None:
        stop.set()
        for number in SIGNALS:
            loop.remove_signal_handler(number)
        _end_soon()

    for number in SIGNALS:
        loop.add_signal_handler(number, first)
    try:
        yield stop
    finally:
        if stop.is_set():
            _leave_threads_behind()
        else:
            for number in SIGNALS:
                loop.remove_signal_handler(number)


@contextlib.asynccontextmanager
async def given_up(stop: asyncio.Event) -> AsyncIterator[None]:
    """Give up what the block waits for once the process is told to stop.

    Raises:
        StoppedError: it was.
    """
    limit = asyncio.timeout(None)

    def give_up(told: asyncio.Task[bool]) -> None:
        if not told.cancelled():
            # The block may just have ended; then there is nothing to give up.
            with contextlib.suppress(RuntimeError):
                limit.reschedule(asyncio.get_running_loop().time())

    told = asyncio.create_task(stop.wait())
    told.add_done_callback(give_up)
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise StoppedError from None
    finally:
        told.cancel()
        await asyncio.wait([told])


def _end_soon() -> None:
    """Let the next signal end the process on the spot, and the limit, whatever it is stuck in by then."""
    for number in SIGNALS:
        signal.signal(number, _end_now)
    # From a thread that needs nothing of the interpreter. It writes which code each thread is in.
    faulthandler.dump_traceback_later(LIMIT, exit=True, file=sys.__stderr__ or sys.stderr)


def _end_now(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
    # Process 1 is still there.
    os._exit(128 + number)


def _leave_threads_behind() -> None:
    """End the process although threads are at work, which Python would wait for without a limit."""
    end = threading.Timer(THREADS, os._exit, (0,))
    end.daemon = True
    end.start()


async def finish_what_is_in_hand(limit: float = IN_HAND) -> None:
    """Wait until discord.py is done with all events, commands and clicks that it has begun with.

    Args:
        limit: seconds that it may take.
    """
    try:
        async with asyncio.timeout(limit):
            while tasks := _in_hand():
                await asyncio.wait(tasks)
    except TimeoutError:
        _log.warning("Stopping with %d answers that were not finished.", len(_in_hand()))


def _in_hand() -> list[asyncio.Task[object]]:
    return [task for task in asyncio.all_tasks() if task.get_name().startswith(_TASKS)]
