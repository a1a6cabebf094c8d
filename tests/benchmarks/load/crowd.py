"""Many members in many channels, and how long each waits for a reply."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from itertools import count
from time import perf_counter
from typing import Final, final

from tests.wire.payloads import Channel, Json, User
from tests.wire.server import Wire
from tests.wire.world import text

GUILDS: Final = 100
CHANNELS: Final = 40
"""Of each server: in 4,000 channels and with as many members as follow nobody is asked to slow down."""

MEMBERS: Final = 12_007
"""A prime, so that a member who asks again does so in another channel."""


@final
class Crowd:
    """Asks question after question, each time somebody else somewhere else."""

    def __init__(self, wire: Wire, questions: Iterable[str]) -> None:
        """Found the servers.

        Args:
            wire: where.
            questions: what is asked, one after the other; never at an end.
        """
        self.odd: Final[list[str]] = []
        """Replies that look wrong."""

        self._world: Final = wire.world
        self._questions: Final = iter(questions)
        self._numbers: Final = count()
        self._waiting: Final[dict[str, tuple[float, Callable[[float], None]]]] = {}
        named = [f"channel-{number}" for number in range(CHANNELS)]
        self._channels: Final[list[Channel]] = [
            channel for number in range(GUILDS) for channel in wire.world.guild(f"town-{number}", named).channels
        ]
        self._members: Final[list[User]] = [wire.world.user(f"member-{number}") for number in range(MEMBERS)]
        wire.world.heard.append(self._heard)

    @property
    def waiting(self) -> int:
        """Questions without a reply so far."""
        return len(self._waiting)

    def ask(self, then: Callable[[float], None]) -> None:
        """Let the next member ask.

        Args:
            then: called with the seconds until the reply reached the server.
        """
        number = next(self._numbers)
        channel, member = self._channels[number % len(self._channels)], self._members[number % MEMBERS]
        start = perf_counter()
        question = f"<@{self._world.me.id}> {next(self._questions)}"
        asked = self._world.say(channel, member, question)
        self._waiting[asked["id"]] = start, then

    def _heard(self, reply: Json) -> None:
        waiting = self._waiting.pop(reply.get("message_reference", {}).get("message_id"), None)
        if waiting is None:
            self.odd.append(f"a reply to nothing: {text(reply)}")
            return
        start, then = waiting
        then(perf_counter() - start)

    async def hurry(self, total: int, at_once: int) -> tuple[float, list[float]]:
        """Ask so many questions, a new one as soon as one of so many at once is answered.

        Returns:
            Seconds in all, and those that each waited.
        """
        done, waited = asyncio.Event(), list[float]()
        left = iter(range(total))

        def next_one() -> None:
            if next(left, None) is not None:
                self.ask(answered)

        def answered(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == total:
                done.set()
            next_one()

        start = perf_counter()
        for _ in range(at_once):
            next_one()
        await done.wait()
        return perf_counter() - start, waited

    async def at_rate(self, rate: float, seconds: float, patience: float) -> tuple[int, list[float]]:
        """Ask at an even rate, whether answers come or not.

        Args:
            rate: questions a second.
            seconds: how long.
            patience: how long the last answers are waited for.

        Returns:
            How many were asked, and the seconds that each waited who was answered in time.
        """
        loop = asyncio.get_running_loop()
        start, asked, waited = loop.time(), 0, list[float]()
        while (now := loop.time() - start) < seconds:
            while asked < now * rate:
                asked += 1
                self.ask(waited.append)
            await asyncio.sleep(1 / rate)
        with contextlib.suppress(TimeoutError):
            await self._world.until(lambda: not self._waiting, patience)
        return asked, waited
