"""Garbage collection, tuned for a process with many permanent objects and little garbage.

By default, Python starts a full collection when the objects that survived younger collections come to a quarter of all
others. The bot has 200,000 permanent objects, those of the code and the knowledge; and while it handles many questions
at once, most new objects survive. Under load, full collections took a third of the processor time and stopped the bot
for 0.1 s at every 700th question.
"""

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

YOUNG: Final = 20_000
"""Allocations, less deallocations, that start a collection of the youngest generation; Python's default is 700 or
2,000. A question leaves about a hundred objects behind, so by then almost all questions have been answered and their
objects can be freed."""


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Collect no garbage during a block.

    Nearly all objects created at the start are permanent. Checking them again and again would take a sixth of its time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextlib.contextmanager
def tuned() -> Iterator[None]:
    """During a block, collect only objects created in it, and less often.

    Existing objects are excluded from collection. They are still freed when their reference count drops to zero, so
    only cycles among them would leak. The ``Answerer``, the one large object that gets replaced, has none.
    """
    young, *others = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(YOUNG, *others)
    try:
        yield
    finally:
        gc.set_threshold(young, *others)
        gc.unfreeze()
