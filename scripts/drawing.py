"""Draws pictures in a process of its own, which is replaced when it gets stuck, as a browser can for good."""

import faulthandler
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Final, Protocol

PER_PICTURE: Final = 1_200.0
"""Seconds for one picture and what goes before it: an edit asks all regression questions, on a busy machine."""

PER_BROWSER: Final = 180.0
"""Seconds from the start of a browser to its end."""

TRIES: Final = 2

ENDING: Final = 30.0
"""Seconds for the process to end once all pictures are there."""


class Worker(Protocol):
    """Draws pictures in the order of their names, and reports each."""

    def __call__(self, names: Sequence[str], drawn: Callable[[str], None], /) -> None:
        """Draw; called in a new process."""


def draw(names: Sequence[str], worker: Worker, *, patience: float = PER_PICTURE) -> None:
    """Draw pictures, and exit with a message that names the one that can't be drawn.

    Args:
        names: names of the pictures.
        worker: draws them; must be picklable. If it fails or gets stuck, another goes on with what is left.
        patience: seconds for one picture, unless the worker sets a limit of its own.
    """
    left = list(names)
    tries = dict.fromkeys(names, TRIES)
    while left:
        _draw_some(left, worker, patience)
        if not left:
            return
        name = left[0]
        tries[name] -= 1
        said = f"{name}: not drawn, because it failed or took too long (see above)"
        if not tries[name]:
            sys.exit(f"{said}, {TRIES} times.")
        print(f"{said}. Trying again.", file=sys.stderr)


def limit(seconds: float) -> None:
    """End this process with a traceback unless the next call, or its end, comes in time.

    It holds whatever the process waits for. A timeout of asyncio would not do: simcord replaces the loop's clock.
    """
    faulthandler.dump_traceback_later(seconds, exit=True)


def _draw_some(left: list[str], worker: Worker, patience: float) -> None:
    """Run one process, and remove the pictures that it has drawn."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe(duplex=False)
    process = spawning.Process(target=_work, args=(worker, tuple(left), patience, theirs))
    process.start()
    # The pipe must end with the process.
    theirs.close()
    try:
        while left:
            left.remove(name := ours.recv())
            print(name, flush=True)
    except EOFError:
        return
    finally:
        process.join(ENDING)
        process.kill()
        process.join()


def _work(worker: Worker, names: Sequence[str], patience: float, pipe: Connection) -> None:
    limit(patience)

    def drawn(name: str) -> None:
        pipe.send(name)
        limit(patience)

    worker(names, drawn)
