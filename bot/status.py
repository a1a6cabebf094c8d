"""How a running bot fares, as one value that health checks and metrics are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

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
    """How the bot fares at one moment."""

    shards: tuple[Shard, ...]
    """Those of this process; empty before the first connection."""

    stopping: bool
    guilds: int
    """Servers that the bot is in, as far as this process knows."""

    entries: int
    """Of the FAQ that is in use."""

    problems: int
    """Of the knowledge files; 0 while they are what is in use."""

    reloads: int
    """Changes of the knowledge files that came into use, since the start."""

    refused: int
    """Changes that did not, since the start."""

    store: Health

    @property
    def ready(self) -> bool:
        """Whether questions reach the bot: a store that is down, or files with problems, never stop an answer."""
        return bool(self.shards) and all(shard.connected for shard in self.shards) and not self.stopping

    def as_json(self) -> dict[str, Any]:
        """Lay it out for a health check: what is well, and in a sentence what is not."""
        down = [shard.id for shard in self.shards if not shard.connected]
        gateway = f"down: shards {down}" if down else "ok" if self.shards else "not connected yet"
        return {
            "ready": self.ready,
            "gateway": "stopping" if self.stopping else gateway,
            "knowledge": f"{self.problems} problem(s), the last good state is in use" if self.problems else "ok",
            "store": self.store.problem or "ok",
        }


StatusSource: TypeAlias = Callable[[], Status]
