"""Memory that the process has freed, and the system could use."""

import contextlib
import ctypes


def give_back() -> None:
    """Return freed memory to the system.

    The C library of most Linux systems (glibc) keeps it for later: after a matcher is built that's 40 MB and more,
    which the process doesn't need again until the next edit. Other systems return it by themselves.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
