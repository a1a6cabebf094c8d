"""Operations that run to their end although nobody waits for them any more."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Busy")


class Busy(Protocol):
    """Something with operations in progress."""

    @property
    def under_way(self) -> set[asyncio.Task[Any]]:
        """The operations in progress, for whoever ends it to wait for."""


def shielded(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, R]]:
    """Decorate a method so that it runs to its end even if its caller is cancelled.

    SQLite's driver works in its own thread. If it were cancelled while connecting, the thread would carry on unobserved
    and report to an event loop that may be closed by then.
    """

    @wraps(method)
    async def to_its_end(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        work = asyncio.create_task(method(self, *args, **kwargs))
        self.under_way.add(work)
        work.add_done_callback(partial(_over, self.under_way))
        return await asyncio.shield(work)

    return to_its_end


def _over(under_way: set[asyncio.Task[Any]], work: asyncio.Task[Any]) -> None:
    under_way.discard(work)
    if not work.cancelled():
        # The caller gets it, unless it was cancelled. Unread, asyncio would log it with a traceback.
        work.exception()
