"""Shutdown: the first signal ends the process in order, within ten seconds; the second ends it at once.

Nothing here relies on the default action of a signal, because the kernel does not apply it to process 1, which the bot
is in a container.
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

from bot.plurals import counted

LIMIT: Final = 10
"""Seconds from the first signal until the process must be gone. Docker, for instance, kills it then:
https://docs.docker.com/reference/cli/docker/container/stop/"""

HANDLERS: Final = 4.0
"""Seconds of these for the answers in progress; the rest is for closing connections and the last writes."""

THREADS: Final = 1.0
"""Seconds for threads that are still running when everything is closed, such as one that builds a matcher."""

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

if sys.platform == "win32" or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    HANGUP: tuple[signal.Signals, ...] = ()
else:
    HANGUP = (signal.SIGHUP,)
"""The signal of a terminal that is closed, which stops the bot like the others; empty where it was ignored from the
start, as under nohup. It may come twice, from the kernel and from the shell, so only the others count as a second."""

_TASKS: Final = ("discord.py: on_", "CommandTree-invoker", "discord-ui-")
"""Prefixes of discord.py's names for the tasks that run events, commands, and clicks and forms. It keeps no list of
these tasks."""

_log = logging.getLogger(__name__)


class StoppedError(Exception):
    """The process was told to stop before it had started."""


@contextlib.contextmanager
def start_stopped_by_signal() -> Iterator[None]:
    """Abort a block at the first signal; the second signal, or the time limit, ends the process at once.

    It covers the part of the start that blocks the event loop or precedes it. From there on,
    :func:`stopped_by_signal` handles the signals.

    Raises:
        SystemExit: a signal has arrived; the status is 0.
    """

    def first(_number: int, _frame: FrameType | None) -> None:
        _end_soon()
        raise SystemExit(0)

    before = {number: signal.signal(number, first) for number in (*SIGNALS, *HANGUP)}
    try:
        yield
    except SystemExit:
        _log.info("Asked to stop: startup cancelled.")
        _leave_threads_behind()
        raise
    finally:
        if signal.getsignal(signal.SIGTERM) is not _end_now:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextlib.contextmanager
def stopped_by_signal() -> Iterator[asyncio.Event]:
    """Yield an event that the first signal sets; the second, or the time limit, ends the process at once.

    After the first signal the process only has to end, so its handlers are not restored. An end at once loses only what
    the shutdown would have waited for, because the files on disk are intact at every instant.
    """
    stop = asyncio.Event()
    if sys.platform == "win32":  # No such handlers there: Ctrl-C cancels the main task, which also closes the bot.
        yield stop
        return
    loop = asyncio.get_running_loop()

    def first() -> None:
        stop.set()
        for number in (*SIGNALS, *HANGUP):
            loop.remove_signal_handler(number)
        _end_soon()

    for number in (*SIGNALS, *HANGUP):
        loop.add_signal_handler(number, first)
    try:
        yield stop
    finally:
        if stop.is_set():
            _leave_threads_behind()
        else:
            for number in (*SIGNALS, *HANGUP):
                loop.remove_signal_handler(number)


@contextlib.asynccontextmanager
async def aborted_by(stop: asyncio.Event) -> AsyncIterator[None]:
    """Cancel what a block waits for when the process is told to stop.

    Raises:
        StoppedError: the process was told to stop during the block.
    """
    limit = asyncio.timeout(None)

    def give_up(told: asyncio.Task[bool]) -> None:
        if not told.cancelled():
            # The block may just have ended; then there is nothing to cancel.
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
    """Let the next signal, or the time limit, end the process at once, even if it is stuck."""
    for number in SIGNALS:
        signal.signal(number, _end_now)
    for number in HANGUP:
        signal.signal(number, signal.SIG_IGN)
    # This uses a thread that does not need the interpreter, and writes which code each thread is in.
    faulthandler.dump_traceback_later(LIMIT, exit=True, file=sys.__stderr__ or sys.stderr)


def _end_now(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
    # Process 1 survives a signal's default action.
    os._exit(128 + number)


def _leave_threads_behind() -> None:
    """End the process even though threads are running, for which Python would wait without a limit."""
    end = threading.Timer(THREADS, os._exit, (0,))
    end.daemon = True
    end.start()


async def finish_handlers(limit: float = HANDLERS) -> None:
    """Wait until discord.py has finished handling all events, commands and clicks in progress.

    Args:
        limit: seconds to wait at most.
    """
    try:
        async with asyncio.timeout(limit):
            while tasks := _handlers_in_progress():
                await asyncio.wait(tasks)
    except TimeoutError:
        unfinished = counted(len(_handlers_in_progress()), "unfinished answer")
        _log.warning("Stopping with %s.", unfinished)


def _handlers_in_progress() -> list[asyncio.Task[object]]:
    return [task for task in asyncio.all_tasks() if task.get_name().startswith(_TASKS)]
