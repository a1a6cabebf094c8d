"""Small files of the desk's own that a crash or a person has damaged: set aside, kept, and in nobody's way."""

import json
import logging
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import files
from bot.config import Settings
from bot.editing.desk import Desk
from bot.editing.edits import AddPhrasing
from bot.editing.git import commits
from bot.editing.git.clone import Clone
from bot.editing.git.remote import Remote
from bot.editing.git.repository import UnusableError
from bot.editing.knowledge_source import open_source
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from tests.editing.elsewhere import Elsewhere, Follower, elsewhere, git
from tests.editing.office import Office

FIRST, SECOND, INTENDED = (AddPhrasing("ladder", f"ladder {word}") for word in ("gone", "lost", "stolen"))
AFTER = AddPhrasing("who-saw-it", "any onlooker")

CONTENTS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": lambda content: content[: len(content) * 2 // 3],
    "without its end": lambda content: content[:-1],
    "with an end too many": lambda content: content + b"\0",
    "binary": lambda _: bytes(range(256)),
    "zeros": lambda content: bytes(len(content)),
    "in UTF-16": lambda content: content.decode().encode("utf-16"),
    "in Latin-1": lambda content: content + "é\n".encode("latin-1"),
    "of a list": lambda _: b"[]\n",
    "of a number": lambda _: b"7\n",
    "of nothing": lambda _: b"null\n",
    "of words": lambda _: b"See the other file.\n",
    "nested": lambda _: b"[" * 100_000,
}
HARMLESS = {
    *(("committing", state) for state in ("empty", "cut off", "without its end", "of a number")),
    ("learnt", "empty"),
    ("uncommitted", "without its end"),
}
"""Damages that nobody can see, or that do not matter."""

LINK = "It is a link, which casebot does not follow"

SMALL = ["intent.json", "history.jsonl", "uncommitted", "committing", "learnt"]


def folder_of_that_name(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()
    (path / "inside").write_text("kept", "utf-8")


def endless_link(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(path.name)


def link_to_nowhere(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/nowhere/at/all")


def link_elsewhere(path: Path) -> None:
    """Move the file out of the knowledge folder, and leave a link in its place."""
    elsewhere = path.parents[2] / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    target = elsewhere / path.name
    if path.exists():
        path.rename(target)
    else:
        target.write_bytes(b"somebody else's\n")
    path.symlink_to(target)


KINDS = [folder_of_that_name, endless_link, link_to_nowhere, link_elsewhere]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work tree with two edits, one of them not committed yet, and a third that was begun and killed."""
    top = tmp_path_factory.mktemp("origin")
    folder = Path(shutil.copytree(Path(__file__).parents[1] / "data" / "harbour", top / "knowledge"))
    git(top, "init", "-q", "-b", "main")
    git(top, "add", "knowledge")
    git(top, "commit", "-qm", "All of it")
    office = Office(folder)
    office.make(FIRST)
    write = files.write_atomically

    def killed_once_it_counts(path: Path, content: bytes) -> None:
        write(path, content)
        if path.name == "intent.json" and INTENDED.phrasing.encode() in content:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commits, "commit", lambda *_: UnusableError("not now", "wait"))
        patch.setattr(files, "write_atomically", killed_once_it_counts)
        office.make(SECOND)
        with pytest.raises(KeyboardInterrupt):
            office.make(INTENDED)
    (folder / ".desk" / "committing").write_text("1790000000.25\n", "utf-8")
    return top


@pytest.fixture
def desk(origin: Path, tmp_path: Path) -> Path:
    """A copy of that; where the desk keeps its small files."""
    return Path(shutil.copytree(origin, tmp_path / "work")) / "knowledge" / ".desk"


def contents(place: Path) -> dict[str, bytes]:
    """Return the files in a folder, and in none that a link leads to."""
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    assert not [record for record in caplog.records if record.exc_info]
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def check(desk: Path, caplog: pytest.LogCaptureFixture, damaged: str | None) -> None:
    """Start on what is there, edit, and start once more.

    Args:
        desk: where the small files are.
        caplog: what has been logged.
        damaged: name of the file that is set aside; None where none is.
    """
    office = Office(desk.parent)
    said = warnings(caplog)
    assert len(said) == (damaged is not None), said
    if damaged:
        assert said[0].startswith(f"{desk / damaged} ")
        assert f"It's kept as {damaged}.damaged-1, and" in said[0]
    kept = [path.name for path in desk.glob("*.damaged-*")]
    assert kept == ([f"{damaged}.damaged-1"] if damaged else [])
    made = office.make(AFTER)
    assert "any onlooker" in load(office.folder).entries["who-saw-it"].phrasings
    expected = [FIRST, SECOND, *([] if damaged == "intent.json" else [INTENDED])]
    assert [each.phrasing for each in expected] == [*office.phrasings("ladder")[3:]]
    history = {revision.what for revision in office.desk.history()}
    assert {str(edit) for edit in (*expected, AFTER)} - history <= (
        {str(SECOND)} if damaged == "history.jsonl" else set()
    )
    assert len({revision.number for revision in office.desk.history()}) == len(office.desk.history())
    assert office.desk.commit_of(made)
    assert office.desk.caveat() is None
    git(office.folder, "fsck", "--strict", "--no-dangling")
    caplog.clear()
    again = Office(desk.parent)
    assert again.desk.history() == office.desk.history()
    assert not warnings(caplog)


@pytest.mark.parametrize("state", CONTENTS)
@pytest.mark.parametrize("name", SMALL)
def test_a_file_whose_content_is_damaged_is_set_aside(
    desk: Path, name: str, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = desk / name
    damaged = CONTENTS[state](path.read_bytes())
    path.write_bytes(damaged)
    harmless = (name, state) in HARMLESS
    check(desk, caplog, None if harmless else name)
    assert harmless or (desk / f"{name}.damaged-1").read_bytes() == damaged


@pytest.mark.parametrize("damage", KINDS)
@pytest.mark.parametrize("name", [*SMALL, "lock"])
def test_what_is_no_file_is_set_aside(
    desk: Path, name: str, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    damage(desk / name)
    elsewhere = contents(desk.parents[1] / "elsewhere")
    check(desk, caplog, name)
    assert os.path.lexists(desk / f"{name}.damaged-1")
    assert contents(desk.parents[1] / "elsewhere") == elsewhere


@pytest.mark.parametrize("name", ["elsewhere", "nowhere"])
def test_a_desk_that_is_a_link_is_not_followed_and_the_bot_answers_without_edits(
    folder: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir(0o755)
    (elsewhere / "lock").write_text("somebody else's\n", "utf-8")
    (folder / ".desk").symlink_to(folder.parent / name)
    before = contents(folder.parent)
    found, desk = open_source(Settings(knowledge=folder), {})
    assert (found, desk) == (folder, None)
    assert warnings(caplog) == [f"The FAQ can't be edited in chat: {folder}/.desk can't be written ({LINK})."]
    assert contents(folder.parent) == before
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


@pytest.mark.parametrize("damage", KINDS)
@pytest.mark.parametrize("name", [f".{name}.new" for name in SMALL])
def test_what_is_in_the_way_of_a_new_file_is_set_aside(desk: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(desk / name)
    office = Office(desk.parent)
    office.make(AFTER)
    assert [revision.number for revision in office.desk.history()] == [4, 3, 2, 1]
    assert not Path("/nowhere").exists()


@pytest.mark.parametrize("damage", KINDS)
def test_the_desk_stays_out_of_git_whatever_has_become_of_its_list(desk: Path, damage: Callable[[Path], None]) -> None:
    damage(desk / ".gitignore")
    Office(desk.parent).make(AFTER)
    without(desk / ".gitignore")
    Office(desk.parent)
    assert git(desk.parent, "status", "--porcelain") == ""


@pytest.mark.parametrize("name", SMALL)
def test_a_file_that_another_user_keeps_from_us_is_set_aside(
    desk: Path, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As root, who runs these tests in some places, may read everything, it is not done by modes."""
    read = files.read_file

    def denied(path: Path, most: int = -1) -> bytes:
        if path.name == name and not (desk / f"{name}.damaged-1").exists():
            raise PermissionError(13, "Permission denied")
        return read(path, most)

    monkeypatch.setattr(files, "read_file", denied)
    check(desk, caplog, name)


@pytest.mark.parametrize("name", SMALL)
def test_a_file_that_cannot_be_read_only_now_is_left_alone(
    desk: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many open files, for one, is no damage."""
    before = {path.name: path.read_bytes() for path in desk.iterdir()}
    read = files.read_file

    def failing(path: Path, most: int = -1) -> bytes:
        if path.name == name:
            raise OSError(24, "Too many open files")
        return read(path, most)

    with monkeypatch.context() as patch:
        patch.setattr(files, "read_file", failing)
        with pytest.raises(OSError, match="Too many open files"):
            Desk[KnowledgeBase](desk.parent)
    assert (desk / name).read_bytes() == before[name]
    assert not [*desk.glob("*.damaged-*")]
    assert [revision.number for revision in Office(desk.parent).desk.history()] == [3, 2, 1]


VALID = {"file": "faq/theft.yaml", "item": "ladder", "before": "x", "after": "y"}
LINE: dict[str, Any] = {
    "when": "2026-11-28T12:00:00+00:00",
    "author": "Ann",
    "what": "Edit",
    "changes": [VALID],
    "number": 9,
    "key": "a" * 32,
}
LINES = [
    {"number": "9"}, {"number": None}, {"number": 1.5}, {"when": "2026-11-28T12:00:00"}, {"when": 5}, {"when": "today"},
    {"author": None}, {"author": 5}, {"what": ["x"]}, {"changes": []}, {"changes": "x"}, {"changes": [5]},
    {"changes": [{"file": "x"}]}, {"changes": [VALID | {"before": 5}]}, {"key": "a\nb"}, {"key": ""}, {"key": 5},
    {"author": "\ud800"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", LINES, ids=str)
def test_a_line_of_the_history_of_wrong_types_is_left_out_and_the_others_stay(
    folder: Path, wrong: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(folder)
    office.make(FIRST)
    path = folder / ".desk" / "history.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(LINE | wrong) + "\n" + json.dumps(LINE) + "\n")
    damaged = path.read_bytes()
    office = Office(folder)
    assert [revision.number for revision in office.desk.history()] == [9, 1]
    assert len(warnings(caplog)) == 1
    assert path.with_name("history.jsonl.damaged-1").read_bytes() == damaged
    assert office.make(SECOND).number == 10
    office.make(office.desk.undo(1))
    assert len(warnings(caplog)) == 1


EVIL = {"was": None, "text": "entries: []\n"}
INTENTS = [
    {}, {"files": []}, {"files": {"faq/x.yaml": 5}}, {"files": {"faq/x.yaml": {"text": "x"}}},
    {"files": {"faq/x.yaml": {"was": None, "text": 5}}}, {"files": {}, "revision": "{}"}, {"files": {}, "revision": 5},
    {"files": {}, "refs": []}, {"files": {}, "refs": {"refs/heads/here": 5}}, {"files": {}, "events": ["{}"]},
    {"files": {}, "refs": {"../../x": "a" * 40}}, {"files": {}, "refs": {"refs/heads/here": "x"}},
    {"files": {}, "known": "x"},
    *({"files": {name: EVIL}} for name in (
        "../evil.yaml", "/evil/evil.yaml", "faq/../../evil.yaml", "evil.sh", "faq/.desk/evil.yaml", "..", "",
        "a/evil.yaml", ".git/evil.yaml", "evil\0.yaml",
    )),
]  # fmt: skip


@pytest.mark.parametrize("intent", INTENTS, ids=ascii)
def test_an_intent_that_nobody_can_have_meant_is_not_carried_out(
    folder: Path, intent: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(folder)
    office.make(FIRST)
    line = json.dumps(LINE | {"number": 0, "key": "b" * 32})
    meant = {"revision": line} | intent if "files" in intent and not {"refs", "events", "known"} & {*intent} else intent
    (folder / ".desk" / "intent.json").write_text(json.dumps(meant), "utf-8")
    before = {path for path in folder.parent.rglob("*") if ".desk" not in path.parts}
    office = Office(folder)
    assert {path for path in folder.parent.rglob("*") if ".desk" not in path.parts} == before
    assert len(warnings(caplog)) == 1
    assert [revision.number for revision in office.desk.history()] == [1]
    office.make(SECOND)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Elsewhere, Path]:
    """A repository elsewhere, and a folder that follows it with an edit that was sent and one that was not."""
    there = elsewhere(tmp_path_factory.mktemp("elsewhere"))
    office = there.follower()
    office.make(FIRST)
    gone = there.gone()
    office.make(SECOND)
    gone.rename(there.bare)
    return there, office.folder


def without(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # dulwich leaves files open
@pytest.mark.parametrize("damage", [without, binary, emptied, folder_of_that_name, endless_link])
@pytest.mark.parametrize(
    "name", ["HEAD", "config", "refs/heads/here", "refs/remotes/origin/there", "objects", "refs", ""]
)
def test_a_copy_of_the_repository_that_is_damaged_is_said_and_edits_stay_possible(
    followed: tuple[Elsewhere, Path],
    tmp_path: Path,
    name: str,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    there, origin = followed
    folder = Path(shutil.copytree(origin, tmp_path / "copy"))
    path = folder / ".desk" / "repository.git" / name
    if path.is_dir():
        without(path)
        if damage is without:
            path.touch()
    damage(path)
    office = Follower(Clone(folder, Remote(str(there.bare))))
    office.make(AFTER)
    assert "any onlooker" in office.phrasings("who-saw-it")
    assert "any onlooker" in load(folder).entries["who-saw-it"].phrasings
    assert {str(FIRST), str(SECOND), str(AFTER)} <= {revision.what for revision in office.desk.history()}
    assert office.desk.caveat()
    assert len([record for record in caplog.records if record.exc_info]) <= 1
    said = warnings_of(caplog)
    office.desk.refresh(office.live)
    assert warnings_of(caplog) == said


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
