"""The page with a field to ask in, in a browser on this machine: `casebot serve`. No question is kept or logged."""

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from mimetypes import guess_type
from pathlib import Path
from typing import Final, final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from yarl import URL

from bot.answering.answerer import Answerer
from bot.answering.json_form import as_json
from bot.answering.reply import Reply
from bot.chat.rate_limit import SlidingWindow
from bot.errors import CasebotError
from bot.i18n.catalogue import _, speaking
from bot.ops.http import ignore_malformed_requests
from bot.ops.shutdown import stopped_by_signal
from bot.site.build import renderer
from bot.site.pages import HOME, Page
from bot.site.render import HEADERS

ASK: Final = "/ask"
"""Where questions are asked: a form is answered with a page, ``{"question": "..."}`` with JSON."""

LONGEST_BODY: Final = 16_384
"""The largest request, in bytes."""

LONGEST_QUESTION: Final = 2_000
"""Characters of a question that are read; no message on Discord has more."""

LIMIT: Final = (30, 60.0)
"""The most questions from one address, and the window in seconds."""

PATIENCE: Final = 10.0
"""Seconds that a connection may last at least, in which it sends one request and reads the response; twice as many at
most."""

_GRACE: Final = 1.0
"""Seconds for a request in progress to finish at shutdown."""


class AddressError(CasebotError):
    """The address cannot be opened; the text says why and how to fix it."""


async def serve(answerer: Answerer, folder: Path, host: str, port: int, say: Callable[[str], object]) -> None:
    """Serve until told to stop.

    Args:
        answerer: answers the questions.
        folder: the knowledge folder, see :func:`bot.site.build.renderer`.
        host: the address to listen on.
        port: the port; 0 for any free one.
        say: is told the address, for the user.

    Raises:
        AddressError: the port is in use, or there is no such address here.
    """
    async with serving(answerer, folder, host, port) as opened:
        say(f"Open {URL.build(scheme='http', host=host, port=opened, path='/')} in a browser.")
        say("Ctrl-C ends it.")
        with stopped_by_signal() as stop:
            await stop.wait()


@contextlib.asynccontextmanager
async def serving(
    answerer: Answerer, folder: Path, host: str, port: int, *, patience: float = PATIENCE
) -> AsyncIterator[int]:
    """Serve for a block, and yield the port.

    Args:
        answerer: see :func:`serve`, as for the others.
        folder: the knowledge folder.
        host: the address to listen on.
        port: the port; 0 for any free one.
        patience: see :data:`PATIENCE`.

    Raises:
        AddressError: see :func:`serve`.
    """
    ignore_malformed_requests()
    runner = web.AppRunner(application(answerer, folder, host), access_log=None, shutdown_timeout=_GRACE)
    await runner.setup()
    assert runner.server  # noqa: S101 (it is set up)
    ending = asyncio.create_task(_end_slow(runner.server, patience))
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            message = f"{host}:{port} cannot be opened ({reason}). Name a free port above 1023 with --port."
            raise AddressError(message) from None
        yield runner.addresses[0][1]
    finally:
        ending.cancel()
        await runner.cleanup()


async def _end_slow(server: web.Server, patience: float) -> None:
    """End connections that are open for too long: whoever sends a request byte by byte would keep them forever."""
    before: set[web.RequestHandler] = set()
    while True:
        await asyncio.sleep(patience)
        connections = set(server.connections)
        for connection in connections & before:
            if connection.transport:
                connection.transport.abort()
        before = connections


def application(answerer: Answerer, folder: Path, host: str, limit: tuple[int, float] = LIMIT) -> web.Application:
    """Return the server: the site's files from memory, and :data:`ASK`.

    Args:
        answerer: see :func:`serve`.
        folder: see :func:`serve`.
        host: the name or address that the server listens on, and browsers may call it by.
        limit: see :data:`LIMIT`.
    """
    reception = _Reception(answerer, folder, limit)
    application = web.Application(middlewares=[_guard(host)], client_max_size=LONGEST_BODY)
    application.router.add_post(ASK, reception.ask)
    application.router.add_get("/{path:.*}", reception.show)
    return application


def _guard(host: str) -> Middleware:
    """Return what refuses requests that other sites' pages make, and adds the headers to responses.

    A page of another site can make a browser call this server by that site's own name (DNS rebinding), so only names
    that nobody else can own are accepted. Browsers name the origin of a form in ``Origin``.
    """

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if not _is_ours(request.host, host) or (origin and not _is_same(origin, request.host)):
            response: web.StreamResponse = web.Response(
                status=HTTPStatus.FORBIDDEN, text="Open the page by its address."
            )
        else:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = web.Response(status=error.status, text=error.reason)
        response.headers.update(HEADERS)
        response.headers["Cache-Control"] = "no-store"
        response.force_close()
        return response

    return guarded


def _is_ours(called: str, host: str) -> bool:
    """Return whether a ``Host`` header names this server: by an IP address, as localhost or by its own name."""
    try:
        name = URL(f"http://{called}").host or ""
        ipaddress.ip_address(name)
    except ValueError:
        # Browsers send names in lower case.
        return called.partition(":")[0].lower() in {"localhost", host.lower()}
    return True


def _is_same(origin: str, called: str) -> bool:
    """Return whether an ``Origin`` header names the server that a ``Host`` header names."""
    try:
        return URL(origin).authority == URL(f"http://{called}").authority
    except ValueError:
        return False


@final
class _Reception:
    """Shows the pages and answers the questions."""

    def __init__(self, answerer: Answerer, folder: Path, limit: tuple[int, float]) -> None:
        self._answerer = answerer
        self._renderer = renderer(answerer.base, folder, asking=True)
        self._files = self._renderer.files()
        self._asked = SlidingWindow(*limit)

    async def show(self, request: web.Request) -> web.Response:
        """Return a file of the site."""
        path = request.match_info["path"] or HOME
        content = self._files.get(path)
        if content is None:
            raise web.HTTPNotFound
        return web.Response(body=content, content_type=guess_type(path)[0] or "text/plain", charset="utf-8")

    async def ask(self, request: web.Request) -> web.Response:
        """Answer a question."""
        as_page = request.content_type != "application/json"
        question, previous = await _asked(request)
        if not self._asked.take(request.remote):
            raise web.HTTPTooManyRequests
        reply = await asyncio.to_thread(self._answerer.answer, question, previous)
        if as_page:
            page = await asyncio.to_thread(self._page, question, reply)
            return web.Response(body=page, content_type="text/html", charset="utf-8")
        return web.json_response(as_json(reply))

    def _page(self, question: str, reply: Reply) -> bytes:
        with speaking(self._answerer.base.case.language):
            title = _("Your question")
        content = {"question": question, "reply": reply}
        return self._renderer.page(Page("ask.html", "ask.html", title, section=HOME, content=content))


async def _asked(request: web.Request) -> tuple[str, str | None]:
    """Return the question of a request, and the entry that was shown before.

    Raises:
        HTTPBadRequest: there is no question in it.
    """
    readers = {"application/json": request.json, "application/x-www-form-urlencoded": request.post}
    read = readers.get(request.content_type)
    if read is None:
        # aiohttp reads forms in parts, too, but a part that is not in order makes it raise anything.
        raise web.HTTPBadRequest
    try:
        body = await read()
        question, previous = body["question"], body.get("previous")
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(question, str) or not question.strip() or not isinstance(previous, str | None):
        raise web.HTTPBadRequest
    # Halves of characters, which JSON and some encodings can hold, and no page.
    return question[:LONGEST_QUESTION].encode("utf-8", "replace").decode(), previous or None
