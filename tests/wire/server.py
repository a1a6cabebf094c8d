"""The whole of it: one server, with its world and its faults."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final, final

from aiohttp import web

from tests.wire.faults import Faults, RateLimits
from tests.wire.gateway import Gateway
from tests.wire.rest import Rest
from tests.wire.signal import Signal
from tests.wire.world import KEPT, World


@final
class Wire:
    """Discord on a port of this machine."""

    def __init__(self, *, kept: int = KEPT) -> None:
        """Build it; :func:`running` starts it.

        Args:
            kept: messages that are remembered.
        """
        changed = Signal()
        self.world: Final = World(changed, kept=kept)
        self.gateway: Final = Gateway(self.world, changed)
        self.rest: Final = Rest(self.world, self.gateway)
        self.faults: Final = Faults(changed)
        self.limits: Final = RateLimits()
        self.url = ""

    def app(self) -> web.Application:
        """Put the endpoints together."""
        app = web.Application(middlewares=[self.faults.inject, self.limits.apply, self.rest.refuse])
        app.add_routes([*self.rest.routes(), web.get("/gateway", self.gateway.handle)])
        return app


@contextlib.asynccontextmanager
async def running(*, kept: int = KEPT) -> AsyncIterator[Wire]:
    """Serve on a free port until the end of the block."""
    wire = Wire(kept=kept)
    runner = web.AppRunner(wire.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    wire.url = f"http://{host}:{port}"
    wire.gateway.url = f"{wire.url}/gateway"
    try:
        yield wire
    finally:
        await wire.gateway.stop()
        await runner.cleanup()
