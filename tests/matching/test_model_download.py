"""The model is fetched once, in bounded time, and is the pinned one or none."""

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.matching.model_download import MINILM, HubError, RemoteFile, RemoteModel, fetch
from bot.matching.sentence_model import sentence_vectors
from tests.matching.models import write_model


class Hub:
    """A hub on this machine: its files by path, what it was asked for, and whether it dawdles."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.pause = 0.0
        """Seconds before each byte."""
        self.address = ""

    def model(self, *names: str) -> RemoteModel:
        files = tuple(RemoteFile(f"onnx/{name}", name, self.sha256(name)) for name in names)
        return RemoteModel("tiny", self.address, files)

    def sha256(self, name: str) -> str:
        return hashlib.sha256(self.files[f"/onnx/{name}"]).hexdigest()


@contextmanager
def serving(hub: Hub) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hub.asked.append(self.path)
            content = hub.files.get(self.path)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                for start in range(len(content)) if hub.pause else [0]:
                    time.sleep(hub.pause)
                    self.wfile.write(content[start : start + 1] if hub.pause else content)
            except OSError:  # whoever asked has given up
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name in the base class)
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    hub.files = {"/onnx/a": b"alpha" * 9, "/onnx/b": b"beta" * 9}
    with serving(hub):
        yield hub


def test_files_are_fetched_once(hub: Hub, tmp_path: Path) -> None:
    folder = fetch(hub.model("a", "b"), tmp_path)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"a": b"alpha" * 9, "b": b"beta" * 9}
    assert fetch(hub.model("a", "b"), tmp_path) == folder
    assert hub.asked == ["/onnx/a", "/onnx/b"]


def test_a_damaged_file_is_fetched_again(hub: Hub, tmp_path: Path) -> None:
    folder = fetch(hub.model("a", "b"), tmp_path)
    (folder / "a").write_bytes(b"alp")
    fetch(hub.model("a", "b"), tmp_path)
    assert (folder / "a").read_bytes() == b"alpha" * 9
    assert hub.asked == ["/onnx/a", "/onnx/b", "/onnx/a"]


def test_another_file_than_the_pinned_one_is_refused(hub: Hub, tmp_path: Path) -> None:
    model = hub.model("a", "b")
    hub.files["/onnx/b"] = b"evil"
    with pytest.raises(HubError, match="sha256"):
        fetch(model, tmp_path)
    assert [file.name for file in (tmp_path / "tiny").iterdir()] == ["a"]


def test_a_file_that_the_hub_lacks_is_an_error(hub: Hub, tmp_path: Path) -> None:
    model = hub.model("a")
    del hub.files["/onnx/a"]
    with pytest.raises(HubError, match="404"):
        fetch(model, tmp_path)


@pytest.mark.parametrize(("pause", "timeout", "silence"), [(0.5, 600.0, 0.2), (0.1, 0.4, 600.0)])
def test_a_slow_hub_is_given_up(hub: Hub, tmp_path: Path, pause: float, timeout: float, silence: float) -> None:
    hub.pause = pause  # whoever waits all the same gets the whole file, and no error
    with pytest.raises(HubError, match="TimeoutError"):
        fetch(hub.model("a"), tmp_path, timeout, silence)
    assert not list((tmp_path / "tiny").iterdir())


def test_no_network_is_an_error(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        model = RemoteModel("tiny", f"http://127.0.0.1:{closed.getsockname()[1]}/", (RemoteFile("a", "a", "0"),))
        with pytest.raises(HubError, match="refused"):
            fetch(model, tmp_path)


def test_a_cache_that_cannot_be_written_is_an_error(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "tiny").write_text("in the way")
    with pytest.raises(HubError):
        fetch(hub.model("a"), tmp_path)


def test_sentence_vectors_come_from_the_hub(hub: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = write_model(tmp_path / "made")
    hub.files = {f"/onnx/{file.name}": file.read_bytes() for file in made.iterdir()}
    model = hub.model("model.onnx", "tokenizer.json")
    assert sentence_vectors(None, model=model, cache=tmp_path) is not None
    assert not caplog.records
    hub.files["/onnx/model.onnx"] = b"evil"
    assert sentence_vectors(None, model=model, cache=tmp_path) is not None
    assert len(hub.asked) == 2
    assert sentence_vectors(None, model=model, cache=tmp_path / "elsewhere") is None
    (record,) = caplog.records
    assert "sha256" in record.message


def test_without_a_cache_folder_nothing_is_fetched(hub: Hub) -> None:
    with pytest.raises(HubError, match="CASEBOT_SEMANTIC_MODEL"):
        fetch(hub.model("a"), None)
    assert not hub.asked


def test_the_real_model_is_pinned() -> None:
    assert len(MINILM.url.rstrip("/").rsplit("/", 1)[1]) == 40
    assert MINILM.url.startswith("https://")
    assert all(len(bytes.fromhex(file.sha256)) == 32 for file in MINILM.files)
    assert {file.name for file in MINILM.files} == {"model.onnx", "tokenizer.json"}
