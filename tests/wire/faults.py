"""What goes wrong with REST requests, as a test has scripted it, and Discord's rate limits.

https://discord.com/developers/docs/topics/rate-limits
"""

import asyncio
import json
import re
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic, time
from typing import Final, TypeAlias, final

from aiohttp import web

from tests.wire.payloads import Json
from tests.wire.signal import Signal

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a request."""

    status: int = 0
    """Answered instead of what was asked for; 0 leaves the answer as it is."""

    retry_after: float = 0.0
    """Seconds, with status 429."""

    everywhere: bool = False
    """Whether a 429 is about all routes."""

    delay: float = 0.0
    """Seconds before anything happens."""

    cut: bool = False
    """Whether the connection breaks instead of the answer."""

    bare: bool = False
    """Whether an edge server answers in Discord's place, in plain text."""

    late: bool = False
    """Whether what was asked for is done, and only the answer goes wrong."""

    @property
    def name(self) -> str:
        """What it is called in a table."""
        what = "connection cut" if self.cut else "slow" if not self.status else f"{self.status}"
        return f"{what}{', global' if self.everywhere else ''}{', done all the same' if self.late else ''}"


Chance: TypeAlias = Callable[[str, str], Fault | None]
"""Gives the fault of a request, by method and path, or none."""


@final
class Faults:
    """Hands out scripted faults, and counts them."""

    def __init__(self, changed: Signal) -> None:
        """Start without any.

        Args:
            changed: told about every fault.
        """
        self.chance: Chance | None = None
        """Asked about each request for which nothing is scripted."""

        self.happened: Final[Counter[str]] = Counter()
        """Faults by name."""

        self.requests: Final[Counter[str]] = Counter()
        """Requests by method and the first word of the path, whatever became of them."""

        self._changed: Final = changed
        self._script: Final[deque[tuple[re.Pattern[str], Fault]]] = deque()

    def script(self, fault: Fault, *, times: int = 1, on: str = "POST .*/messages") -> None:
        """Let the next requests go wrong.

        Args:
            fault: how.
            times: for how many of them.
            on: what ``METHOD /path`` must match.
        """
        self._script.extend([(re.compile(on), fault)] * times)

    @web.middleware
    async def inject(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request go wrong if it is its turn; aiohttp calls this."""
        path = request.path.removeprefix("/api/v10")
        self.requests[f"{request.method} /{path.split('/')[1]}"] += 1
        fault = self._next(request.method, path)
        if fault is None:
            return await handler(request)
        self.happened[fault.name] += 1
        self._changed.tell()
        await asyncio.sleep(fault.delay)
        if fault.late or not (fault.status or fault.cut):
            done = await handler(request)
            if not (fault.status or fault.cut):
                return done
        if fault.cut and request.transport:
            request.transport.abort()
        if fault.bare:
            return web.Response(status=fault.status, text="Access denied")
        return limited(fault.retry_after, everywhere=fault.everywhere) if fault.status == TOO_MANY else refusal(fault)

    def _next(self, method: str, path: str) -> Fault | None:
        for at, (pattern, fault) in enumerate(self._script):
            if pattern.fullmatch(f"{method} {path}"):
                del self._script[at]
                return fault
        return self.chance(method, path) if self.chance else None


def refusal(fault: Fault) -> web.Response:
    """Answer as Discord's servers do when they fail."""
    return respond({"message": f"{fault.status}: failed on demand", "code": 0}, status=fault.status or 500)


def limited(retry_after: float, *, everywhere: bool = False) -> web.Response:
    """Answer that it was too often; discord.py trusts this only with a `Via` header."""
    headers = {"Via": "1.1 wire", "Retry-After": str(max(1, round(retry_after)))}
    headers |= {"X-RateLimit-Global": "true"} if everywhere else {"X-RateLimit-Scope": "user"}
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
    return respond(body, status=TOO_MANY, headers=headers)


def respond(value: object, status: int = 200, headers: Json | None = None) -> web.Response:
    """Answer with JSON: Discord names no charset, and discord.py reads JSON only without one."""
    body = json.dumps(value).encode()
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


@final
class RateLimits:
    """A bucket for each route and channel, as Discord tells it in headers, and refuses what is too much."""

    def __init__(self) -> None:
        self.limit: int | None = None
        """Requests in a window; None for no limits at all."""

        self.window = 5.0
        """Seconds."""

        self.refused = 0
        self._buckets: Final[dict[tuple[str, str], tuple[float, int]]] = {}

    @web.middleware
    async def apply(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count a request in its bucket; aiohttp calls this."""
        channel = request.match_info.get("channel")
        if self.limit is None or channel is None:
            return await handler(request)
        resource = request.match_info.route.resource
        route = sha256(f"{request.method} {resource and resource.canonical}".encode()).hexdigest()[:16]
        now = monotonic()
        since, used = self._buckets.get((route, channel), (now, 0))
        if now - since >= self.window:
            since, used = now, 0
        left = since + self.window - now
        if used >= self.limit:
            self.refused += 1
            answer: web.StreamResponse = limited(left)
        else:
            used += 1
            self._buckets[route, channel] = since, used
            answer = await handler(request)
        answer.headers.update(
            {
                "X-RateLimit-Limit": str(self.limit),
                "X-RateLimit-Remaining": str(self.limit - used),
                "X-RateLimit-Reset": f"{time() + left:.3f}",
                "X-RateLimit-Reset-After": f"{left:.3f}",
                "X-RateLimit-Bucket": route,
            }
        )
        return answer
