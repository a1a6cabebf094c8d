"""What an operator sees of the image, whose steps are taken here; and what the linters say."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from tests.deploy.sealed import Image, image
from tests.deploy.test_files import COMPOSE
from tests.places import ROOT

pytestmark = pytest.mark.deploy

MOST: Final = 250 - 60
"""MB that the bot and its packages may have of an image's 250; its base, Debian's Python without a shell, has 55."""


@pytest.fixture(scope="module")
def built() -> Iterator[Image]:
    with image() as made:
        yield made


def test_it_is_small(built: Image) -> None:
    assert sum(path.stat().st_size for path in (built.root / "app").rglob("*") if path.is_file()) < MOST * 1_000_000


def test_it_answers(built: Image) -> None:
    done = built.run("ask", "who was killed?")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Steven Thomas was killed" in done.stdout
    assert list((built.data / "cache" / "casebot" / "matcher").iterdir()), "the next one need not learn"


def test_it_says_which_version_it_is(built: Image) -> None:
    done = built.run("--version")
    assert done.returncode == 0, done.stderr
    assert "(commit 00000000)" in done.stdout


def test_it_remembers_below_data_only(built: Image) -> None:
    done = built.run("migrate")
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n"), done.stderr
    assert (built.data / "casebot" / "casebot.db").is_file()


def test_it_speaks_the_languages_whose_locales_are_left(built: Image) -> None:
    files = (built.root / "app/babel/locale-data").glob("*.dat")
    names = {path.stem.partition("_")[0] for path in files}
    assert names == {"root", "en", "es"}


def test_without_a_token_it_says_what_to_do(built: Image) -> None:
    done = built.run("run")
    assert done.returncode == 2
    assert "There's no token. Set CASEBOT_TOKEN" in done.stderr


def test_asked_to_stop_it_ends_well(built: Image) -> None:
    environ = built.environ({"CASEBOT_TOKEN": "none", "CASEBOT_MATCHER": "lexical"})
    with subprocess.Popen(built.command("run"), env=environ, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 (our own)
        assert process.stderr
        first = process.stderr.readline()
        (init,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
        os.kill(int(init), signal.SIGTERM)
        said = first + process.stderr.read()
    assert process.returncode == 0, said


@pytest.mark.parametrize(
    "command",
    [
        ["hadolint", "deploy/Dockerfile"],
        ["jactionlint", "--shellcheck="],
        ["sh", "-n", "deploy/build_image.sh"],
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "deploy/casebot.service"],
    ],
    ids=lambda command: str(command[0]),
)
def test_nothing_is_to_be_said_against_it(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_compose_file_follows_the_specification() -> None:
    compose = import_module("compose_spec").PyCompose.from_json(json.dumps(COMPOSE))
    assert sorted(compose.service_names()) == ["bot", "database", "migrate"]
