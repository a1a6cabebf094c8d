"""Metrics and health over HTTP, on a port that the operator chooses."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Final, final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.log import server_logger
from prometheus_client import CONTENT_TYPE_LATEST
from typing_extensions import override

from bot.chat.client import CaseBot
from bot.errors import CasebotError
from bot.metrics import Metrics
from bot.status import StatusSource

GRACE: Final = 1.0
"""Seconds for a request in progress to finish at shutdown."""

PATIENCE: Final = 5.0
"""Seconds that a connection may last, in which it sends one request and reads the response."""

CONNECTIONS: Final = 32
"""The most concurrent connections. A supervisor and Prometheus need two; each uses a file descriptor of the process."""

_log = logging.getLogger(__name__)


def _is_about_us(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def ignore_malformed_requests() -> None:
    """Keep requests that are no HTTP out of the log: aiohttp logs a traceback of each, and anybody can send them."""
    server_logger.addFilter(_is_about_us)


class PortError(CasebotError):
    """The port cannot be opened; the text says why and how to fix it."""


def _unopened(host: str, port: int, error: OSError) -> PortError:
    message = (
        f"{host}:{port} can't be opened for metrics and health ({error.strerror or error}). "
        "Set CASEBOT_HTTP_PORT to a free port above 1023, or leave it empty."
    )
    return PortError(message)


async def check_port(host: str, port: int) -> None:
    """Open a port at all addresses of a host, as :func:`serving` does, and close it again.

    Raises:
        PortError: see :func:`serving`.
    """
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port)
    except OSError as error:
        raise _unopened(host, port, error) from None
    server.close()
    await server.wait_closed()


@contextlib.asynccontextmanager
async def serving(
    host: str, port: int, metrics: Metrics, source: StatusSource, *, patience: float = PATIENCE
) -> AsyncIterator[int]:
    """Serve ``/metrics``, ``/healthz`` and ``/readyz`` for a block, and yield the port.

    ``/healthz`` responds 200 for as long as the event loop runs; if it doesn't respond, restart the process.
    ``/readyz`` responds 503 while questions do not reach the bot. Both return the bot's status as JSON.

    Args:
        host: the address to listen on.
        port: the port; 0 for any free one.
        metrics: what ``/metrics`` shows.
        source: returns the bot's status.
        patience: seconds that a connection may last.

    Raises:
        PortError: the port is in use, or the process may not open it.
    """

    def show_metrics() -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def alive() -> web.Response:
        return web.json_response(source().as_json())

    def ready() -> web.Response:
        status = source()
        return web.json_response(status.as_json(), status=200 if status.ready else 503)

    ignore_malformed_requests()
    pages = {"/metrics": show_metrics, "/healthz": alive, "/readyz": ready}
    runner = web.ServerRunner(_Server(pages, patience), shutdown_timeout=GRACE)
    await runner.setup()
    try:
        try:
            # The system must not accept more connections at once than the limit.
            await web.TCPSite(runner, host, port, backlog=CONNECTIONS).start()
        except OSError as error:
            raise _unopened(host, port, error) from None
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@final
class _Server(web.Server):
    """Answers one request per connection.

    Beyond the limit it drops the oldest connection: genuine requests are answered at once, so the oldest is idle.
    """

    def __init__(self, pages: Mapping[str, Callable[[], web.Response]], patience: float) -> None:
        # No access log: it would be little but a probe every few seconds.
        super().__init__(self._answer, access_log=None)
        self._pages: Final = pages
        self._patience: Final = patience
        self._ends: Final[dict[web.RequestHandler, tuple[asyncio.Transport, asyncio.TimerHandle]]] = {}

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        page = self._pages.get(request.path)
        if page is None:
            answer = web.Response(status=HTTPStatus.NOT_FOUND)
        elif request.method not in {"GET", "HEAD"}:
            answer = web.Response(status=HTTPStatus.METHOD_NOT_ALLOWED)
        else:
            answer = page()
        answer.force_close()
        return answer

    @override
    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        end = asyncio.get_running_loop().call_later(self._patience, transport.abort)
        self._ends[handler] = transport, end
        if len(self._ends) > CONNECTIONS:
            oldest, end = self._ends.pop(next(iter(self._ends)))
            oldest.abort()
            end.cancel()

    @override
    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        if handler in self._ends:
            _, end = self._ends.pop(handler)
            end.cancel()


@contextlib.asynccontextmanager
async def observed(bot: CaseBot, host: str, port: int | None) -> AsyncIterator[None]:
    """Count the bot's logged errors for a block and, if a port is given, serve metrics and health there.

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
