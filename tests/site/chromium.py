"""A real Chromium, and a server of a few files on this machine that it may look at."""

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright
from typing_extensions import override

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_QUIET: Final = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_TYPES: Final = {"html": "text/html; charset=utf-8", "js": "text/javascript", "json": "application/json"}

POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Stricter than a page's own: a script cannot even set HTML. The image is an empty icon, so that none is asked for."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of this machine, with an empty profile."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.fail(f"this test needs Chromium: install it, so that one of {', '.join(_NAMES)} is on the PATH")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=found, args=_QUIET) as browser:
        yield browser


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, files: Mapping[str, bytes], *args: object) -> None:
        self._files = files
        super().__init__(*args)  # type: ignore[arg-type]  # what the server passes on

    def do_GET(self) -> None:
        path = self.path.lstrip("/").partition("?")[0]
        body = self._files.get(path)
        self.send_response(HTTPStatus.NOT_FOUND if body is None else HTTPStatus.OK)
        self.send_header("Content-Type", _TYPES.get(path.rpartition(".")[2], "application/octet-stream"))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body or b"")

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests."""


@contextmanager
def served(files: Mapping[str, bytes]) -> Iterator[str]:
    """Serve files by their paths on the loopback; yields the address, with a slash at its end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, files)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
