"""What a command cannot use: files, folders and streams. It says which and what to do, and ends without a traceback."""

import argparse
import asyncio
import codecs
import contextlib
import datetime as dt
import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr

from bot.cli import _parser, main
from bot.cli.batch import LONGEST_LINE
from bot.cli.common import written_path
from bot.config import LARGEST_ENV
from bot.knowledge.yaml_file import MAX_BYTES
from bot.matching.types import Outcome
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.types import Asked, Surface
from tests.places import HARBOUR
from tests.unprivileged import NOBODY, Done, Nobody, Streams, everybodys, nobody

SPLIT: Final = ("source", "add", "knowledge/people.yaml", "--title", "Letters", "--date", "2020-01-01")

NEW: Final = ("new", "Why?", "--phrasing", "how", "--topic", "theft")

COMMANDS: Final[dict[str, Sequence[str]]] = {
    "chat": ["chat"],
    "ask": ["ask", "stolen painting"],
    "check": ["check"],
    "new": NEW,
    "unanswered": ["unanswered"],
    "init": ["init", "made"],
    "source": SPLIT,
    "import": ["import", "faq.md", "--to", "made", "--yes"],
    "export": ["export"],
    "schema": ["schema", "faq"],
    "site": ["site", "page"],
    "serve": ["serve", "--host", "192.0.2.1"],  # no address of this machine
    "run": ["run"],
    "doctor": ["doctor"],
    "migrate": ["migrate"],
    "backup": ["backup", "made.tar.gz"],
    "restore": ["restore", "made.tar.gz"],
}


def _parsers() -> dict[str, argparse.ArgumentParser]:
    groups = (each for each in _parser()._actions if isinstance(each, argparse._SubParsersAction))  # noqa: SLF001 (argparse tells it nobody)
    return dict(next(groups).choices)


# A new command joins by itself. If it needs more words than its name, the tests fail until the table has them.
COMMANDS.update({name: [name] for name in _parsers() if name not in COMMANDS})

TAKE_A_PATH: Final = [
    [*COMMANDS[name], option.option_strings[0], "given"]
    for name, parser in _parsers().items()
    for option in parser._actions  # noqa: SLF001 (as above)
    if option.type is written_path and option.option_strings
]
"""Every command with every option that names a file or folder."""

NEED_NO_KNOWLEDGE: Final = {"init", "import", "source", "restore"}

ENVIRON: Final = {"CASEBOT_KNOWLEDGE": "knowledge", "CASEBOT_DATABASE_URL": "memory", "XDG_CACHE_HOME": "/nonexistent"}
"""All of the environment, where nothing else is said."""

Run = Callable[..., Done]


@pytest.fixture
def folder() -> Iterator[Path]:
    with everybodys() as made:
        _faq(made)
        yield made


def _faq(folder: Path) -> None:
    """Write a FAQ to be imported."""
    path = folder / "faq.md"
    path.write_text("## Why?\n\nSo.\n", "utf-8")
    if not os.geteuid():
        os.chown(path, NOBODY, NOBODY)


@pytest.fixture(scope="module")
def someone() -> Iterator[Nobody]:
    """Somebody who has no name and no rights, and has carried out every command when they had."""
    known = [
        *COMMANDS.values(),
        *TAKE_A_PATH,
        ["ask", "--batch", "knowledge/case.yaml"],
        ["check", "--article", "knowledge/case.yaml"],
        [*SPLIT, "--to", "split"],
        ["source", "check", "knowledge/case.yaml"],
    ]
    known += [["schema", "--write", "schema"], [*NEW, "--file", "new"], ["unanswered", "--since", "2026-11-28"]]
    known += [["export", "--format", form] for form in ("csv", "markdown")]
    with everybodys() as made:
        _faq(made)
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

    def run(*command: str, environ: Mapping[str, str] = ENVIRON, streams: Streams = Streams()) -> Done:  # noqa: B008 (immutable)
        return someone.casebot(*command, folder=folder, environ=environ, streams=streams)

    return run


def test_all_commands_and_options_are_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert {command[-2] for command in TAKE_A_PATH} >= {"--article", "--write"}
    with pytest.raises(SystemExit):
        main(["--help"])
    assert set(re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE)) == COMMANDS.keys()


def _write(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _unreadable(path: Path) -> None:
    path.write_text("CASEBOT_LOG_LEVEL=INFO\n")
    path.chmod(0)


ENVS: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "UTF-16": (_write("CASEBOT_LOG_LEVEL=INFO\n".encode("utf-16")), "Save it as UTF-8."),
    "UTF-16 without a mark": (_write("CASEBOT_LOG_LEVEL=INFO\n".encode("utf-16-be")), "as UTF-8."),
    "cp1252": (_write("# one\n# Zoë\n".encode("cp1252")), "line 2 is not. Save it as UTF-8."),
    "no text": (_write(bytes(range(256))), "as UTF-8."),
    "too large": (_write(b"#" * (LARGEST_ENV + 1)), "Keep only settings in it."),
    "a folder": (Path.mkdir, "Put a file in its place, or remove it."),
    "unreadable": (_unreadable, "Give the user that runs casebot access to it"),
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
    assert err.startswith(f"{name} cannot be used: Permission denied. Give the user that runs casebot access to it")
    assert len(err.splitlines()) == 1


IMPORT: Final = COMMANDS["import"]


def _write_sheet(folder: Path) -> None:
    (folder / "faq.xlsx").write_bytes(b"PK")


PLACES: Final[dict[str, tuple[Callable[[Path], object], Sequence[str], str]]] = {
    "schemas into what cannot be written": (lambda f: f.chmod(0o555), ["schema", "--write", "made"], "made"),
    "schemas into a file": (lambda _: None, ["schema", "--write", "knowledge/case.yaml"], "knowledge/case.yaml"),
    "schemas below a file": (lambda _: None, ["schema", "--write", "knowledge/case.yaml/x"], "knowledge/case.yaml/x"),
    "a base into what cannot be written": (lambda f: f.chmod(0o555), ["init", "made"], "made"),
    "a base into what cannot be entered": (lambda f: (f / "knowledge").chmod(0o644), ["init", "knowledge/x"], "knowl"),
    "a base below a file": (lambda _: None, ["init", "knowledge/case.yaml/x"], "knowledge/case.yaml/x"),
    "a base with too long a name": (lambda _: None, ["init", "x" * 300], "x" * 300),
    "an import into what cannot be written": (lambda f: f.chmod(0o555), IMPORT, "made"),
    "an import below a file": (
        lambda _: None,
        [*IMPORT[:3], "knowledge/case.yaml/x", "--yes"],
        "knowledge/case.yaml/x",
    ),
    "an import into a base that cannot be written": (
        lambda f: (f / "knowledge").chmod(0o555),
        [*IMPORT[:3], "knowledge", "--yes"],
        "knowledge",
    ),
    "an import into what is no base": (
        lambda f: (f / "faq.txt").touch(),
        [*IMPORT[:3], ".", "--yes"],
        ". isn't a knowledge folder",
    ),
    "a FAQ that is not there": (lambda _: None, ["import", "none.md", "--to", "made"], "none.md"),
    "a FAQ that is a folder without one": (
        lambda _: None,
        ["import", "knowledge", "--to", "made"],
        "knowledge holds no",
    ),
    "a FAQ of another kind": (_write_sheet, ["import", "faq.xlsx", "--to", "made"], "faq.xlsx isn't in a format"),
    "an export into what cannot be written": (lambda f: f.chmod(0o555), ["export", "--to", "out"], "out"),
    "an export into a folder": (lambda _: None, ["export", "--to", "knowledge"], "knowledge"),
    "an entry into a folder that cannot be written": (
        lambda f: (f / "knowledge" / "faq").chmod(0o555),
        [*NEW, "--file", "more"],
        "knowledge/faq",
    ),
    "a page into what cannot be written": (lambda f: f.chmod(0o555), ["site", "page"], "page cannot be used"),
    "a page into a file": (lambda _: None, ["site", "knowledge/case.yaml"], "knowledge/case.yaml"),
    "a page below a file": (lambda _: None, ["site", "knowledge/case.yaml/x"], "knowledge/case.yaml"),
    "a page into somebody else's folder": (lambda _: None, ["site", "knowledge"], "knowledge holds case.yaml"),
    "a page at no address": (lambda _: None, ["site", "page", "--address", "ftp://x"], "ftp://x"),
    "a backup into what cannot be written": (lambda f: f.chmod(0o555), ["backup", "made.tar.gz"], "made.tar.gz cannot"),
    "a backup into what is not there": (lambda _: None, ["backup", "none/made.tar.gz"], "none/made.tar.gz cannot"),
    "an article that is not there": (lambda _: None, ["check", "--article", "none"], "none"),
    "an article that is a folder": (lambda _: None, ["check", "--article", "knowledge"], "knowledge"),
    "a text that is not there": (lambda _: None, ["source", "add", "none", *SPLIT[3:]], "none"),
    "a text that is a folder": (lambda _: None, ["source", "check", "knowledge"], "knowledge"),
    "a source into what cannot be written": (lambda f: f.chmod(0o555), [*SPLIT, "--to", "made"], "made"),
    "a source into a base that cannot be written": (
        lambda f: (f / "knowledge").chmod(0o555),
        [*SPLIT, "--to", "knowledge"],
        "knowledge",
    ),
    "a source into a file": (lambda _: None, [*SPLIT, "--to", "knowledge/case.yaml"], "knowledge/case.yaml"),
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


@pytest.mark.parametrize(
    "words",
    [
        *(["--knowledge", "", "check"], ["site", ""], ["backup", ""], ["restore", ""], ["init", ""]),
        *(["export", "--to", ""], ["ask", "--batch", ""]),
    ],
    ids=" ".join,
)
def test_a_name_that_is_empty_is_not_the_folder_that_one_is_in(casebot: Run, words: list[str]) -> None:
    status, _, err = casebot(*words)
    assert status == 2
    assert err.endswith("the name is empty\n")


@pytest.mark.skipif(bool(os.geteuid()), reason="only root may make what is another user's")
@pytest.mark.parametrize("command", ["site", "serve", "ask"])
def test_what_root_has_begun_to_edit_is_shown_without_its_history(casebot: Run, folder: Path, command: str) -> None:
    (folder / "knowledge" / ".desk").mkdir(0o700)
    status, _, err = casebot(*COMMANDS[command])
    assert status == (2 if command == "serve" else 0), err
    assert ".desk" in err or "the history can't be read" in err
    assert command != "serve" or "192.0.2.1:8080 cannot be opened" in err


def test_a_new_entry_can_stand_beside_what_cannot_be_read(casebot: Run, folder: Path) -> None:
    _unreadable(folder / "knowledge" / "notes")
    assert casebot(*NEW, "--file", "more").status == 0


def _huge(path: Path) -> None:
    path.write_bytes(b"# huge\n" + b"x" * 2 * MAX_BYTES)


def _missing(path: Path) -> None:
    path.unlink(missing_ok=True)


def _a_folder(path: Path) -> None:
    _missing(path)
    path.mkdir()


def _read_only(path: Path) -> None:
    path.touch()
    path.chmod(0o444)


STATES: Final[dict[str, Callable[[Path], object]]] = {
    "missing": _missing,
    "empty": _write(b""),
    "binary": _write(bytes(range(256)) * 20),
    "huge": _huge,
    "a folder": _a_folder,
    "unreadable": _unreadable,
    "read-only": _read_only,
}

IMPORT_AGAIN: Final = ("import", "faq.md", "--to", "knowledge", "--yes")

READERS: Final[dict[str, Sequence[Sequence[str]]]] = {
    ".env": list(COMMANDS.values()),
    "knowledge/case.yaml": list(COMMANDS.values()),
    "knowledge/faq/theft.yaml": [*COMMANDS.values(), [*NEW, "--file", "theft"]],
    "article": [
        ["check", "--article", "article"],
        ["source", "add", "article", *SPLIT[3:]],
        ["source", "check", "article"],
    ],
    "knowledge/sources.yaml": [[*SPLIT, "--to", "knowledge"]],
    "given": TAKE_A_PATH,
    "batch": [["ask", "--batch", "batch"]],
    "made": [
        ["init", "made"],
        ["schema", "--write", "made"],
        [*SPLIT, "--to", "made"],
        COMMANDS["import"],
        ["site", "made"],
    ],
    "faq.md": [COMMANDS["import"], ["import", "faq.md", "--to", "knowledge", "--yes"]],
    "faq.csv": [["import", "faq.csv", "--to", "made", "--yes"]],
    "faq.html": [["import", "faq.html", "--to", "made", "--yes"]],
    "knowledge/imports.json": [["import", "faq.md", "--to", "knowledge", "--yes"]],
    "out.csv": [["export", "--format", "csv", "--to", "out.csv"]],
    "knowledge/site/templates/entry.html": [["site", "page"]],
    "knowledge/faq/more.yaml": [[*NEW, "--file", "more"]],
    "casebot.db": [["unanswered"], ["migrate"], ["doctor"], ["backup", "backup"]],
    "backup": [["restore", "backup"], ["restore", "--check", "backup"], ["backup", "backup"]],
}
"""Files, and the commands that use them."""


@pytest.mark.parametrize(
    ("name", "command"), [(name, " ".join(command)) for name, commands in READERS.items() for command in commands]
)
@pytest.mark.parametrize("state", STATES)
def test_no_state_of_a_file_gives_a_traceback(casebot: Run, folder: Path, state: str, name: str, command: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    STATES[state](folder / name)
    environ = {**ENVIRON, "CASEBOT_DATABASE_URL": "sqlite:///casebot.db" if name == "casebot.db" else "memory"}
    status, _, err = casebot(*shlex.split(command), environ=environ)
    assert status in {0, 1, 2}
    assert "Traceback" not in err
    assert "codec" not in err, "Python's words for what is not UTF-8"
    assert (status == 0) == (not err) or command.startswith("doctor"), "what is wrong"


OWN_FILES: Final[dict[str, tuple[Sequence[Sequence[str]], str]]] = {
    ".env": (list(COMMANDS.values()), ".env is a pipe. "),
    "casebot.db": ([["unanswered"], ["migrate"], ["backup", "more"], ["restore", "backup"]], "is not a file"),
    "knowledge/imports.json": ([["import", "faq.md", "--to", "knowledge", "--yes"]], "Not a regular file"),
}
"""Files that nobody names in a command, the commands that use them, and what they say of a pipe."""


@pytest.mark.parametrize(
    ("name", "command"),
    [(name, " ".join(command)) for name, (commands, _) in OWN_FILES.items() for command in commands],
)
def test_nobody_waits_for_a_pipe_in_place_of_the_bots_own_file(
    casebot: Run, folder: Path, name: str, command: str
) -> None:
    assert casebot("backup", "backup").status == 0
    os.mkfifo(folder / name)
    environ = {**ENVIRON, "CASEBOT_DATABASE_URL": "sqlite:///casebot.db"}
    status, _, err = casebot(*shlex.split(command), environ=environ)
    assert (status, len(err.splitlines())) == (2, 1), err
    assert name in err
    assert OWN_FILES[name][1] in err


LINKED: Final[dict[str, Sequence[Sequence[str]]]] = {
    "knowledge/.desk": [[*NEW, "--file", "more"], [*SPLIT, "--to", "knowledge"], IMPORT_AGAIN, ["backup", "backup"]],
    "knowledge/imports.json": [IMPORT_AGAIN],
}


@pytest.mark.parametrize(
    ("name", "command"), [(name, " ".join(command)) for name, commands in LINKED.items() for command in commands]
)
@pytest.mark.parametrize("target", ["folder", "file", "nothing"])
def test_no_link_leads_what_the_bot_writes_elsewhere(
    casebot: Run, folder: Path, name: str, command: str, target: str
) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_text("[]", "utf-8")
    (elsewhere / "folder").mkdir()
    for path in (elsewhere, *elsewhere.iterdir()):
        os.chown(path, NOBODY, NOBODY) if not os.geteuid() else None
        path.chmod(0o755)
    (folder / name).symlink_to(elsewhere / target)
    before = {path: path.lstat() for path in folder.rglob("*")}
    status, _, err = casebot(*shlex.split(command))
    assert (status, len(err.splitlines())) == (2, 1), err
    assert f"{name} cannot be used: It is a link, which casebot does not follow." in err
    assert {path: path.lstat() for path in elsewhere.rglob("*")}.items() <= before.items()
    assert (folder / name).is_symlink()


WRITERS: Final[Sequence[Sequence[str]]] = (
    *(command for name, command in COMMANDS.items() if name not in {"run", "serve", "restore"}),  # the first two stay
    ["restore", "--replace", "backup"],
    [*NEW, "--file", "theft"],
    [*NEW, "--file", "more"],
    ["schema", "--write", "made"],
    ["unanswered", "--format", "csv"],
)


@pytest.fixture(scope="module")
def backup(someone: Nobody) -> bytes:
    """A backup of the small base."""
    with everybodys() as place:
        environ = {**ENVIRON, "CASEBOT_DATABASE_URL": "sqlite:///casebot.db"}
        assert someone.casebot("backup", "backup", folder=place, environ=environ).status == 0
        return (place / "backup").read_bytes()


@contextlib.contextmanager
def _disk(size: int, backup: bytes) -> Iterator[Path]:
    """Mount a disk that belongs to nobody, with a small base, what to import and restore, and `size` bytes of room."""
    with tempfile.TemporaryDirectory() as name:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=755", "none", name], check=False)  # noqa: S603, S607 (the system's)
        if mounted.returncode:
            pytest.fail("These tests fill a tmpfs, which Linux lets only root mount. Run them as root.")
        try:
            place = Path(name)
            shutil.copytree(HARBOUR, place / "knowledge")
            _faq(place)
            (place / "backup").write_bytes(backup)
            for path in (place, *place.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
            status = os.statvfs(place)
            (place / "filling").write_bytes(bytes(max(0, status.f_bavail * status.f_frsize - size)))
            yield place
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)  # noqa: S603, S607 (as above)


def _contents(place: Path) -> dict[str, bytes]:
    """Return the files that hold what people have written."""
    return {path.name: path.read_bytes() for path in (place / "knowledge").rglob("*.yaml")}


@pytest.mark.tmpfs
@pytest.mark.parametrize("command", [" ".join(words) for words in WRITERS])
@pytest.mark.parametrize("pages", [0, 1, 2, 3, 5, 8, 13, 34, 89])
def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(
    someone: Nobody, backup: bytes, pages: int, command: str
) -> None:
    words = shlex.split(command)
    with _disk(pages * resource.getpagesize(), backup) as place:
        environ = {**ENVIRON, "CASEBOT_DATABASE_URL": "sqlite:///casebot.db", "XDG_CACHE_HOME": str(place / "cache")}
        before = _contents(place)
        status, out, err = someone.casebot(*words, folder=place, environ=environ)
        assert status in {0, 1, 2}
        assert "Traceback" not in out + err
        if status == 2:
            assert len(err.splitlines()) == 1, err
            assert re.search(r"room|full|disk", err), err
            assert _contents(place) == before
        (place / "filling").unlink()
        again = someone.casebot(*words, folder=place, environ=environ)
        done = not status and (words[0] in {"init", "backup"} or "--file" in words)
        expected = {"init": 2, "backup": 2, "new": 1}[words[0]] if done else int(words[0] == "doctor")
        assert again.status == expected, again.err


@pytest.mark.tmpfs
def test_a_bot_does_not_start_on_a_full_disk_and_says_why(someone: Nobody, backup: bytes) -> None:
    with _disk(0, backup) as place:
        environ = {**ENVIRON, "CASEBOT_DATABASE_URL": "sqlite:///casebot.db", "CASEBOT_TOKEN": "none"}
        status, _, err = someone.casebot("run", folder=place, environ=environ)
        assert status == 2
        assert "Traceback" not in err
        assert "The database cannot be used now (database or disk is full)." in err


STREAMED: Final[dict[str, Sequence[str]]] = {
    **COMMANDS,
    "ask by a pipe": ["ask"],
    "ask as JSON": ["ask", "--json", "--explain"],
    "ask a batch": ["ask", "--batch", "-"],
    "new, asking for all": ["new"],
    "new in a file": [*NEW, "--file", "more"],
    "import, to be agreed to": ["import", "faq.md", "--to", "made"],
    "export as CSV": ["export", "--format", "csv"],
    "export as Markdown": ["export", "--format", "markdown"],
    "unanswered as CSV": ["unanswered", "--format", "csv"],
    "unanswered as JSON": ["unanswered", "--format", "json"],
    "schema into a folder": ["schema", "--write", "made"],
    "source in a folder": [*SPLIT, "--to", "made"],
    "source, asking for all": ["source", "add", "knowledge/people.yaml"],
    "help": ["--help"],
}
"""Commands, and ways in which they use their streams differently."""

READ_INPUT: Final = {"chat", "ask by a pipe", "ask as JSON", "ask a batch"}

STREAMS: Final[dict[str, Streams]] = {
    "input closed": Streams(stdin=None),
    "input empty": Streams(stdin=""),
    "input binary": Streams(stdin="".join(map(chr, range(256))) * 4),
    "input huge": Streams(stdin="stolen painting " * 200_000),
    "output closed": Streams(stdout=None),
    "output broken": Streams(stdout="broken"),
    "output broken at once": Streams(stdout="broken at once"),
    "errors closed": Streams(stderr=None),
    "errors broken": Streams(stderr="broken"),
    "errors broken at once": Streams(stderr="broken at once"),
    "all closed": Streams("utf-8", None, None, None),
    "a console in ASCII": Streams("ascii"),
    "a console in ASCII, input binary": Streams("ascii", "".join(map(chr, range(256))) * 4),
    "a console of Windows": Streams("cp1252"),
    "a console of Windows, input binary": Streams("cp1252", "".join(map(chr, range(256))) * 4),
}
if Path("/dev/full").exists():  # on Linux
    STREAMS["output full"] = Streams(stdout="full")


def _foreign(folder: Path) -> None:
    """Write into the knowledge what neither ASCII nor the code page of Windows has."""
    for name, old in (("case.yaml", "The Harbour Museum theft"), ("faq/theft.yaml", "The director calls it")):
        path = folder / "knowledge" / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, f"{old} {FOREIGN}"), "utf-8")


FOREIGN: Final = "Łódź→燃"


@pytest.mark.parametrize("command", STREAMED)
@pytest.mark.parametrize("state", STREAMS)
def test_no_state_of_the_streams_gives_a_traceback(casebot: Run, folder: Path, state: str, command: str) -> None:
    _foreign(folder)
    streams = STREAMS[state]
    status, _, err = casebot(*STREAMED[command], streams=streams)
    assert status in {0, 1, 2}
    assert "Traceback" not in err
    assert "codec" not in err
    if status == 2 and streams.stderr == "a file":
        assert err.strip(), "what is wrong"
    if command in READ_INPUT and streams.stdin is None and streams.stdout:
        assert (status, err.splitlines()[-1]) == (
            2,
            "Standard input cannot be used: it is closed. Connect it to a terminal, a file or a pipe.",
        )
    if streams.stdout != "a file":
        said = casebot(*STREAMED[command], streams=streams._replace(stdout="a file"))
        ignored = command == "help" and streams.stdout in {None, "full"}  # by argparse
        assert status or said.status or not said.out or ignored, "what nobody got is no success"
        if streams.stdout in {"broken", "broken at once"} and said.out and not said.status:
            assert status == 1, "it ends alike, whichever command it is"


@pytest.mark.parametrize("command", STREAMED)
@pytest.mark.parametrize("broken", ["broken", "broken at once"])
def test_where_nobody_reads_the_errors_a_command_says_and_does_the_same(
    someone: Nobody, broken: str, command: str
) -> None:
    found = []
    for stderr in ("a file", broken):
        with everybodys() as folder:
            _faq(folder)
            found.append(
                someone.casebot(*STREAMED[command], folder=folder, environ=ENVIRON, streams=Streams(stderr=stderr))
            )
    assert found[0].status == found[1].status
    timeless = [re.sub(r"\d+", "0", each.out) for each in found]
    assert timeless[0] == timeless[1]


FOR_PROGRAMS: Final[dict[str, Sequence[str]]] = {
    name: STREAMED[name]
    for name in (
        "export",
        "export as CSV",
        "export as Markdown",
        "ask as JSON",
        "ask a batch",
        "unanswered as JSON",
        "unanswered as CSV",
    )
} | {"new": ["new", f"Why {FOREIGN}?", "--id", "why", *NEW[2:]]}


@pytest.mark.parametrize("command", FOR_PROGRAMS)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_what_programs_read_is_utf_8_whatever_the_console_uses(
    casebot: Run, folder: Path, encoding: str, command: str
) -> None:
    _foreign(folder)
    database = {**ENVIRON, "CASEBOT_DATABASE_URL": "sqlite:///casebot.db"}
    asyncio.run(_ask_in_discord(folder / "casebot.db", f"what of {FOREIGN}"))
    (folder / "casebot.db").chmod(0o666)
    if not os.geteuid():
        os.chown(folder / "casebot.db", NOBODY, NOBODY)
    typed = json.dumps({"id": FOREIGN, "text": "stolen painting"}) + "\n" if command == "ask a batch" else "painting\n"
    status, out, err = casebot(*FOR_PROGRAMS[command], environ=database, streams=Streams(encoding, typed))
    assert (status, err) == (0, err), err
    assert FOREIGN in out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("command", ["ask", "chat"])
def test_people_see_the_rest_of_what_a_console_cannot_show(
    casebot: Run, folder: Path, encoding: str, command: str
) -> None:
    _foreign(folder)
    status, out, err = casebot(*COMMANDS[command], streams=Streams(encoding))
    assert (status, err) == (0, "")
    assert "The director calls it ?" in out
    assert "priceless [2]." in out


def test_a_line_that_is_too_long_does_not_end_a_batch(casebot: Run) -> None:
    good = json.dumps({"id": "good", "text": "stolen painting"})
    long = json.dumps({"id": "long", "text": "x" * LONGEST_LINE})
    _, out, _ = casebot("ask", "--batch", "-", streams=Streams(stdin=f"{good}\n{long}\n{good}\n{long}"))
    assert [(each["id"], "error" in each) for each in map(json.loads, out.splitlines())] == [
        ("good", False),
        (None, True),
        ("good", False),
        (None, True),
    ]


async def _ask_in_discord(file: Path, text: str) -> None:
    store = Database(connect(SecretStr(f"sqlite:///{file}")))
    await store.start()
    store.record(Asked(text, Outcome.NONE, None, 0.1, Surface.SLASH, 1, dt.datetime.now(dt.UTC)), 7)
    await store.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_output_that_cannot_be_written_is_one_sentence() -> None:
    command = [sys.executable, "-m", "bot", "--knowledge", str(HARBOUR), "export"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603 (our own)
            command, cwd=HARBOUR.parents[2], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "A file cannot be used: No space left on device. Make room on the disk.\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_no_home_gives_no_traceback(casebot: Run, command: str) -> None:
    status, out, err = casebot(*COMMANDS[command], environ={"CASEBOT_KNOWLEDGE": "knowledge", "CASEBOT_TOKEN": "none"})
    assert "Traceback" not in err
    needs_a_database = command in {"unanswered", "run", "migrate", "backup", "restore"}
    assert (status == 2) == (needs_a_database or command == "serve")
    assert ("This user has no home folder" in out + err) == (needs_a_database or command == "doctor")
