"""The status of a running bot, which health checks and metrics are derived from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.plurals import counted
from bot.store.types import Health


@dataclass(frozen=True, slots=True)
class Shard:
    """One connection to Discord's gateway."""

    id: int
    connected: bool
    latency: float | None
    """Seconds from a heartbeat to its acknowledgement; None before the first."""


@dataclass(frozen=True, slots=True)
class Status:
    """The status of the bot at one moment."""

    shards: tuple[Shard, ...]
    """The shards of this process; empty before the first connection."""

    stopping: bool
    guilds: int
    """Number of servers that the bot is in, as far as this process knows."""

    entries: int
    """Number of entries in the FAQ in use."""

    problems: int
    """Number of problems in the knowledge files; 0 if the files on disk are in use."""

    reloads: int
    """Number of changes to the knowledge files that have come into use since the start."""

    refused: int
    """Number of changes that were invalid and not used, since the start."""

    store: Health

    failing: Mapping[str, str]
    """The background tasks that fail now, by their names, and the kind of error."""

    @property
    def ready(self) -> bool:
        """Whether questions reach the bot. Neither a failed store nor invalid files stop the answers."""
        return bool(self.shards) and all(shard.connected for shard in self.shards) and not self.stopping

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of a health check: "ok", or a sentence about what is wrong, for each part."""
        down = [shard.id for shard in self.shards if not shard.connected]
        gateway = f"down: shards {down}" if down else "ok" if self.shards else "not connected yet"
        return {
            "ready": self.ready,
            "gateway": "stopping" if self.stopping else gateway,
            "knowledge": f"{counted(self.problems, 'problem')}, the last good version is in use"
            if self.problems
            else "ok",
            "store": self.store.problem or "ok",
            "background": " ".join(f"{name} fails ({why})." for name, why in self.failing.items()) or "ok",
        }


StatusSource: TypeAlias = Callable[[], Status]
