"""The end of the process: asked for by a signal, orderly within ten seconds, at once when asked again."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Iterator
from typing import Final

LIMIT: Final = 10
"""Seconds after the first signal that the process has; then Docker, for one, kills it:
https://docs.docker.com/reference/cli/docker/container/stop/"""

IN_HAND: Final = 4.0
"""Seconds of these for the answers that are in hand; the rest is for closing connections and the last writes."""

_TASKS: Final = ("discord.py: on_", "CommandTree-invoker", "discord-ui-")
"""How discord.py names the tasks in which it runs events, commands, and clicks and forms. It keeps no list of them."""

_log = logging.getLogger(__name__)


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
    numbers = (signal.SIGTERM, signal.SIGINT)

    def first() -> None:
        stop.set()
        for number in numbers:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        # The kernel's, so that it holds whatever the process is stuck in, such as a thread that it waits for.
        signal.alarm(LIMIT)

    for number in numbers:
        loop.add_signal_handler(number, first)
    try:
        yield stop
    finally:
        if not stop.is_set():
            for number in numbers:
                loop.remove_signal_handler(number)


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
