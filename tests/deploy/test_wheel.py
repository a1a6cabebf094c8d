"""The wheel, and what comes of it in each way in which people install programs."""

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Final

import pytest

from tests.places import ROOT

COMMIT: Final = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "CASEBOT_COMMIT": COMMIT}, check=True)  # noqa: S603 (our own)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_all_that_the_bot_reads(wheel: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert wheel.name == f"casebot-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert archive.read("bot/_commit.txt").decode().strip() == COMMIT
    kept = {path for path in (ROOT / "bot").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path.relative_to(ROOT).as_posix() for path in kept} <= names
    knowledge = {path.relative_to(ROOT / "knowledge").as_posix() for path in (ROOT / "knowledge").rglob("*.yaml")}
    assert {f"bot/_knowledge/{name}" for name in knowledge} <= names
    assert not [name for name in names if not name.startswith(("bot/", f"casebot-{version}.dist-info/"))]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an unpacked sdist does not know what git has")
def test_the_sdist_has_all_that_git_has_and_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "clone").mkdir()
    # What is about to be committed, too.
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 (fixed words)
    names = {name for name in listed.split("\0") if (ROOT / name).is_file()}
    for name in (*names, ".env", "secret.txt", "knowledge/.desk/history.jsonl"):
        (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "clone" / name).write_bytes((ROOT / name).read_bytes() if name in names else b"x")
    environ = {**os.environ, "CASEBOT_COMMIT": COMMIT}
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)]
    subprocess.run([*build, "-t", "sdist"], cwd=tmp_path / "clone", env=environ, check=True)  # noqa: S603 (our own)
    (sdist,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / sdist.name.removesuffix(".tar.gz")
    held = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert held == names | {"PKG-INFO", "bot/_commit.txt"}
    used = [*build[:-1], str(tmp_path / "used"), "-t", "wheel"]
    subprocess.run(used, cwd=tmp_path / "clone", env=environ, check=True)  # noqa: S603 (our own)
    (of_used,) = (tmp_path / "used").glob("*.whl")
    assert sums(of_used) == sums(wheel), "moderators' history stays out"
    # As who has the sdist alone: it knows its commit.
    del environ["CASEBOT_COMMIT"]
    subprocess.run([*build, "-t", "wheel"], cwd=unpacked, env=environ, check=True)  # noqa: S603 (our own)
    (again,) = tmp_path.glob("*.whl")
    assert sums(again) == sums(wheel)


def sums(wheel: Path) -> dict[str, int]:
    """Return the checksums of the files in a wheel, without the list of them, which is in the order of the disk."""
    with zipfile.ZipFile(wheel) as archive:
        return {each.filename: each.CRC for each in archive.infolist() if not each.filename.endswith("/RECORD")}


WAYS: Final = {
    "pipx install": (["pipx", "install", "-q", "WHEEL"], ["bin/casebot"]),
    "uv tool install": (["uv", "tool", "install", "-q", "--python", sys.executable, "WHEEL"], ["bin/casebot"]),
    "uvx": ([], ["uvx", "-q", "--python", sys.executable, "--from", "WHEEL", "casebot"]),
}


@pytest.mark.deploy
@pytest.mark.parametrize("way", WAYS)
def test_it_answers_however_it_is_installed(wheel: Path, tmp_path: Path, way: str) -> None:
    places = {name: str(tmp_path / name.lower()) for name in ("PIPX_HOME", "UV_TOOL_DIR", "HOME", "XDG_CACHE_HOME")}
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("CASEBOT_", "PYTHON"))},
        **places,
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_DEFAULT_PYTHON": sys.executable,
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
    }
    Path(places["HOME"]).mkdir()

    def run(command: list[str], *words: str) -> str:
        named = [
            str(tmp_path / each) if each == "bin/casebot" else each.replace("WHEEL", str(wheel)) for each in command
        ]
        done = subprocess.run(  # noqa: S603 (our own)
            [*named, *words], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    install, casebot = WAYS[way]
    if install:
        run(install)
    assert f"(commit {COMMIT[:8]})\nmatcher: static\nknowledge: " in run(casebot, "--version")
    assert "Steven Thomas was killed" in run(casebot, "ask", "who was killed?")
