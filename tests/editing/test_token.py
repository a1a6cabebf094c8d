"""The token of the knowledge repository opens it, and is seen nowhere else."""

import base64
import gc
import logging
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from dulwich.repo import Repo
from dulwich.server import BackendRepo, DictBackend
from dulwich.web import make_wsgi_chain
from pydantic import SecretStr

from bot.editing.desk import Caveat
from bot.editing.edits import AddPhrasing
from bot.editing.git.clone import cloned
from bot.editing.git.remote import Remote, RemoteError
from tests.editing.elsewhere import INNER, Elsewhere, Follower, elsewhere

TOKEN = "ghp-s3cret-t0ken"  # noqa: S105 (opens nothing)
Start = Callable[..., Any]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(bare: Path) -> Iterator[str]:
    """Serve a repository by git's smart HTTP to whoever has the token, and give its address."""
    with Repo(bare) as repo:
        repos: dict[str, BackendRepo] = {"/faq.git": repo}
        inner = make_wsgi_chain(DictBackend(repos))

        def guarded(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
            given = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Basic ")
            if base64.b64decode(given).decode().partition(":")[2] != TOKEN:
                start("401 Unauthorized", [("WWW-Authenticate", "Basic"), ("Content-Length", "0")])
                return []
            if "/broken/" in environ["PATH_INFO"]:
                start("500 Internal Server Error", [("Content-Length", "0")])
                return []
            return inner(environ, start)

        with make_server("127.0.0.1", 0, guarded, handler_class=Quiet) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/faq.git"
            finally:
                server.shutdown()
                thread.join()


@pytest.fixture
def there(tmp_path: Path) -> Elsewhere:
    return elsewhere(tmp_path)


def test_the_token_opens_the_repository_and_is_in_no_file_log_or_repr(
    there: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with served(there.bare) as address:
        remote = Remote(address, token=SecretStr(TOKEN))
        office = Follower(cloned(remote, INNER, there.home))
        office.make(AddPhrasing("ladder", "ladder gone"))
        there.commit("what got nicked", "what was nicked")
        assert office.desk.refresh(office.live)
    assert "ladder gone" in there.text()
    assert "what was nicked" in office.phrasings("what-was-taken")
    encoded = base64.b64encode(f"x-token-auth:{TOKEN}".encode()).decode()
    for secret in (TOKEN, encoded):
        assert secret not in caplog.text
        assert secret not in repr(remote)
        assert not [path for path in there.home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("token", "said"), [(None, "it requires a token"), (SecretStr("wrong-one"), "it doesn't accept the token")]
)
def test_without_the_right_token_it_stays_closed(there: Elsewhere, token: SecretStr | None, said: str) -> None:
    with served(there.bare) as address, pytest.raises(RemoteError) as caught:
        cloned(Remote(address, token=token), INNER, there.home)
    assert str(caught.value) == said
    del caught
    # dulwich 1.2 leaves the response that says "unauthorized" to the garbage collector to close.
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()


def test_nobody_there_is_said_without_the_token(there: Elsewhere, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with served(there.bare) as address:
        office = Follower(cloned(Remote(address, token=SecretStr(TOKEN)), INNER, there.home))
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert office.desk.caveat() == Caveat("it can't be reached", ephemeral_disk=False)
    assert "Connection refused" in caplog.text
    assert TOKEN not in caplog.text


def test_an_error_that_quotes_the_token_is_shown_without_it(there: Elsewhere) -> None:
    with served(there.bare) as address, pytest.raises(RemoteError) as caught:
        cloned(Remote(f"{address}/broken/{TOKEN}", token=SecretStr(TOKEN)), INNER, there.home)
    assert "unexpected http resp 500" in caught.value.detail
    assert TOKEN not in f"{caught.value} {caught.value.detail}"
    assert caught.value.__cause__ is None
    del caught
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):  # as above
        gc.collect()
