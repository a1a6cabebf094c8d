"""Metrics and health over HTTP, on a port that an operator opens."""

import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.chat.client import CaseBot
from bot.errors import CasebotError
from bot.metrics import Metrics
from bot.status import StatusSource

GRACE: Final = 1.0
"""Seconds that a request under way has to end at the stop."""

_log = logging.getLogger(__name__)


class PortError(CasebotError):
    """The port cannot be opened; the text says why and how to mend it."""


@contextlib.asynccontextmanager
async def serving(host: str, port: int, metrics: Metrics, source: StatusSource) -> AsyncIterator[int]:
    """Answer ``/metrics``, ``/healthz`` and ``/readyz`` meanwhile; yields the port.

    ``/healthz`` answers 200 for as long as the event loop turns: restart the process when it does not. ``/readyz``
    answers 503 while questions do not reach the bot. Both say how it fares, in JSON.

    Args:
        host: the address to listen on.
        port: 0 for any free one.
        metrics: what ``/metrics`` shows.
        source: says how the bot fares.

    Raises:
        PortError: the port is taken, or not ours to open.
    """

    async def show_metrics(_: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def alive(_: web.Request) -> web.Response:
        return web.json_response(source().as_json())

    async def ready(_: web.Request) -> web.Response:
        status = source()
        return web.json_response(status.as_json(), status=200 if status.ready else 503)

    app = web.Application()
    app.router.add_get("/metrics", show_metrics)
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    # No access log: a probe every few seconds would be most of it.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            message = (
                f"{host}:{port} cannot be opened for metrics and health ({error.strerror or error}). "
                "Set CASEBOT_HTTP_PORT to a free port above 1023, or leave it empty."
            )
            raise PortError(message) from None
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def observed(bot: CaseBot, host: str, port: int | None) -> AsyncIterator[None]:
    """Count the bot's errors meanwhile and, where a port is given, show how it fares there.

    Raises:
        PortError: see :func:`serving`.
    """
    errors = bot.metrics.errors()
    logging.getLogger().addHandler(errors)
    try:
        if port is None:
            yield
            return
        async with serving(host, port, bot.metrics, bot.snapshot) as opened:
            _log.info("Metrics and health are at http://%s:%d/metrics, /healthz and /readyz.", host, opened)
            yield
    finally:
        logging.getLogger().removeHandler(errors)
