"""Files and folders that cannot be used: each command says which and what to do, and ends without a traceback."""

import codecs
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest

from bot.cli import main
from bot.config import LARGEST_ENV
from tests.places import HARBOUR
from tests.unprivileged import Done, Nobody, everybodys, nobody

NEW: Final = ("new", "Why?", "--phrasing", "how", "--topic", "theft")

COMMANDS: Final[dict[str, Sequence[str]]] = {
    "chat": ["chat"],
    "ask": ["ask", "stolen painting"],
    "check": ["check"],
    "new": NEW,
    "unanswered": ["unanswered"],
    "init": ["init", "made"],
    "export": ["export"],
    "schema": ["schema", "faq"],
    "run": ["run"],
    "doctor": ["doctor"],
    "migrate": ["migrate"],
}
NEED_NO_KNOWLEDGE: Final = {"init"}

ENVIRON: Final = {"CASEBOT_KNOWLEDGE": "knowledge", "CASEBOT_DATABASE_URL": "memory", "XDG_CACHE_HOME": "/nonexistent"}
"""All of the environment, where nothing else is said."""

Run = Callable[..., Done]


@pytest.fixture
def folder() -> Iterator[Path]:
    with everybodys() as made:
        yield made


@pytest.fixture(scope="module")
def someone() -> Iterator[Nobody]:
    """Somebody who has no name and no rights, and has carried out every command when they had."""
    known = [
        *COMMANDS.values(),
        ["ask", "--batch", "knowledge/case.yaml"],
        ["check", "--article", "knowledge/case.yaml"],
    ]
    known += [["schema", "--write", "schema"], [*NEW, "--file", "new"], ["unanswered", "--since", "2026-11-28"]]
    with everybodys() as made:
        (made / ".env").write_bytes(codecs.BOM_UTF8)
        settings = {
            **ENVIRON,
            "CASEBOT_TOKEN": "none",
            "CASEBOT_DATABASE_URL": "carrier-pigeon://loft",
            "XDG_CACHE_HOME": str(made / "cache"),
        }
        with nobody([*known, ["ask", "what"]], made, settings) as someone:
            yield someone


@pytest.fixture
def casebot(someone: Nobody, folder: Path) -> Run:
    """Run a command there as nobody."""

    def run(*command: str, environ: Mapping[str, str] = ENVIRON) -> Done:
        return someone.casebot(*command, folder=folder, environ=environ)

    return run


def test_all_commands_are_tried(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert set(re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE)) == COMMANDS.keys()


def _write(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _unreadable(path: Path) -> None:
    path.write_text("CASEBOT_LOG_LEVEL=INFO\n")
    path.chmod(0)


ENVS: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "UTF-16": (_write("CASEBOT_LOG_LEVEL=INFO\n".encode("utf-16")), "Save it with the encoding UTF-8."),
    "UTF-16 without a mark": (_write("CASEBOT_LOG_LEVEL=INFO\n".encode("utf-16-be")), "with the encoding UTF-8."),
    "cp1252": (_write("# one\n# Zoë\n".encode("cp1252")), "line 2 is not. Save it with the encoding UTF-8."),
    "no text": (_write(bytes(range(256))), "with the encoding UTF-8."),
    "too large": (_write(b"#" * (LARGEST_ENV + 1)), "Keep nothing but settings in it."),
    "a folder": (Path.mkdir, "Put a file in its place, or remove it."),
    "unreadable": (_unreadable, "Give the user that runs casebot the right to it"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", ENVS)
def test_settings_that_cannot_be_read_are_named(casebot: Run, folder: Path, state: str, command: str) -> None:
    make, fix = ENVS[state]
    make(folder / ".env")
    status, out, err = casebot(*COMMANDS[command])
    assert (status, out) == (2, "")
    assert err.startswith(".env ")
    assert fix in err
    assert len(err.splitlines()) == 1


def test_a_mark_at_the_beginning_of_the_settings_is_no_part_of_them(casebot: Run, folder: Path) -> None:
    (folder / ".env").write_bytes(codecs.BOM_UTF8 + b"CASEBOT_LOG_LEVEL=loud\n")
    status, _, err = casebot("export")
    assert status == 2, err
    assert "CASEBOT_LOG_LEVEL: Input should be 'DEBUG'" in err


KNOWLEDGE: Final[dict[str, tuple[str, int]]] = {
    "a folder that cannot be read": ("knowledge", 0o333),
    "a folder that cannot be entered": ("knowledge", 0o666),
    "entries that cannot be listed": ("knowledge/faq", 0o333),
    "entries that cannot be entered": ("knowledge/faq", 0o666),
    "a file of entries": ("knowledge/faq/theft.yaml", 0),
    "another file": ("knowledge/people.yaml", 0),
}


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - NEED_NO_KNOWLEDGE))
@pytest.mark.parametrize("state", KNOWLEDGE)
def test_knowledge_that_cannot_be_read_is_named(casebot: Run, folder: Path, state: str, command: str) -> None:
    name, mode = KNOWLEDGE[state]
    (folder / name).chmod(mode)
    status, out, err = casebot(*COMMANDS[command])
    assert (status, out) == (2, "")
    assert err.startswith(f"{name} cannot be used: Permission denied. Give the user that runs casebot the right to it")
    assert len(err.splitlines()) == 1


PLACES: Final[dict[str, tuple[Callable[[Path], object], Sequence[str], str]]] = {
    "schemas into what cannot be written": (lambda f: f.chmod(0o555), ["schema", "--write", "made"], "made"),
    "schemas into a file": (lambda _: None, ["schema", "--write", "knowledge/case.yaml"], "knowledge/case.yaml"),
    "schemas below a file": (lambda _: None, ["schema", "--write", "knowledge/case.yaml/x"], "knowledge/case.yaml/x"),
    "a base into what cannot be written": (lambda f: f.chmod(0o555), ["init", "made"], "made"),
    "a base into what cannot be entered": (lambda f: (f / "knowledge").chmod(0o644), ["init", "knowledge/x"], "knowl"),
    "a base below a file": (lambda _: None, ["init", "knowledge/case.yaml/x"], "knowledge/case.yaml/x"),
    "a base with too long a name": (lambda _: None, ["init", "x" * 300], "x" * 300),
    "an entry into a folder that cannot be written": (
        lambda f: (f / "knowledge" / "faq").chmod(0o555),
        [*NEW, "--file", "more"],
        "knowledge/faq",
    ),
    "an article that is not there": (lambda _: None, ["check", "--article", "none"], "none"),
    "an article that is a folder": (lambda _: None, ["check", "--article", "knowledge"], "knowledge"),
    "a batch that is not there": (lambda _: None, ["ask", "--batch", "none"], "none"),
    "a batch that is a folder": (lambda _: None, ["ask", "--batch", "knowledge"], "knowledge"),
    "a folder of knowledge that is a file": (lambda _: None, ["--knowledge", "knowledge/case.yaml", "check"], "There"),
}


@pytest.mark.parametrize("state", PLACES)
def test_a_place_that_cannot_be_used_is_named(casebot: Run, folder: Path, state: str) -> None:
    make, command, name = PLACES[state]
    make(folder)
    status, _, err = casebot(*command)
    assert status == 2, err
    assert err.startswith(name)
    assert len(err.splitlines()) == 1
    assert err.count(". ") >= 1, "what is wrong, and what to do"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_output_that_cannot_be_written_is_one_sentence() -> None:
    command = [sys.executable, "-m", "bot", "--knowledge", str(HARBOUR), "export"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603 (our own)
            command, cwd=HARBOUR.parents[2], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "A file cannot be used: No space left on device. Make room on the disk.\n"


def test_what_cannot_be_read_beside_the_faq_is_no_obstacle_to_a_new_entry(casebot: Run, folder: Path) -> None:
    _unreadable(folder / "knowledge" / "notes")
    status, _, err = casebot(*NEW, "--file", "more")
    assert status == 0, err
    assert (folder / "knowledge" / "faq" / "more.yaml").exists()
