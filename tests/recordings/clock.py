"""A wall clock that tells what a scenario sets it to, so that dates in recordings never change."""

import datetime as dt
from typing import Self, cast

from typing_extensions import override

NOON = dt.datetime(2026, 12, 2, 12, tzinfo=dt.UTC)
"""A Wednesday: no weekly digest is due, and none is late."""

_REAL = dt.datetime


class Clock:
    """What the time is."""

    def __init__(self) -> None:
        self.now = NOON

    def back(self, **span: float) -> None:
        """Set the clock to some days or hours before :data:`NOON`."""
        self.now = NOON - dt.timedelta(**span)

    def tick(self, seconds: float = 1.0) -> None:
        """Let time pass: a second at least, so that nothing happens at the same time as what came before."""
        self.now += dt.timedelta(seconds=seconds)

    def seconds(self) -> float:
        """Tell the time in seconds, to what only measures how much of it passes."""
        return self.now.timestamp()

    def told(self) -> type[dt.datetime]:
        """Make what takes the place of ``datetime.datetime``: the same, but that `now` is what this clock says."""
        clock = self

        class Kind(type):
            @override
            def __instancecheck__(cls, instance: object) -> bool:
                return isinstance(instance, _REAL)

        class Told(_REAL, metaclass=Kind):
            @classmethod
            @override
            def now(cls, tz: dt.tzinfo | None = None) -> Self:
                told = clock.now.astimezone(tz) if tz else clock.now.replace(tzinfo=None)
                return cast("Self", told)

        return Told
