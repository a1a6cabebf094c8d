"""Python's garbage collector, set for a process that holds much for good and makes little garbage.

By its own rules it looks through everything as soon as what is new and lasting comes to a quarter of the rest. The rest
are the 200,000 objects of the code and the knowledge, and of what is new most seems to last while many questions are in
hand at once: under load that took a third of the processor time, and stopped the bot for 0.1 s at every 700th question.
"""

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

YOUNG: Final = 20_000
"""How many more new objects there must be for the new ones to be looked through; Python's own figure is 700, or 2,000.
A question leaves a hundred behind: by then all but the last few are answered, and what they left can go."""


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Meanwhile, collect no garbage: of what a start makes nearly all is there to stay.

    To look through it again and again would take a sixth of the start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextlib.contextmanager
def settled() -> Iterator[None]:
    """Meanwhile, collect garbage among what is new, and not at every few questions.

    What is there at the beginning is left alone. It is freed as ever when nothing refers to it any more, unless it
    refers to itself in a circle: the one large thing that is replaced, the ``Answerer``, does not.
    """
    young, *others = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(YOUNG, *others)
    try:
        yield
    finally:
        gc.set_threshold(young, *others)
        gc.unfreeze()
