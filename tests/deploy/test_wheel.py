"""The wheel, and what comes of it in each way in which people install programs."""

import os
import subprocess
import sys
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
