"""Knowledge folders with a history of edits, and what SIGKILL leaves of them at each step of an edit."""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import base
from bot.knowledge.edit import clone as clone_module
from bot.knowledge.edit.clone import cloned
from bot.knowledge.edit.desk import Desk
from bot.knowledge.edit.edits import (
    AddEntry,
    AddPhrasing,
    AddUnanswered,
    Edit,
    EditEntry,
    RemovePhrasing,
    Restore,
    Retire,
)
from bot.knowledge.edit.remote import Remote
from bot.knowledge.edit.sync import Sync
from bot.knowledge.live import LiveKnowledge
from world import STOPPED, in_child, overlay, packed, repeatable

from bot.cli import main
from bot.knowledge.model import KnowledgeBase

TODAY: Final = dt.date(2026, 11, 28)
OWNER: Final = AddEntry(
    "museum",
    {
        "id": "museum-owner",
        "question": "Who owns the museum?",
        "phrasings": ["museum owner", "whose museum is it"],
        "answer": "The town does, says its director [letter:n1].",
        "kind": "claim",
        "attributed_to": ["jon-marsh"],
        "topics": ["people"],
        "reviewed": TODAY,
    },
)
MADE: Final[tuple[tuple[str, Edit], ...]] = (
    ("Ann", OWNER),
    ("Ann", AddPhrasing("ladder", "is the ladder still missing")),
    ("Béa 🌊", AddUnanswered("who painted my house")),
    ("Béa 🌊", EditEntry("reward", {"answer": "The director offers a reward; the letter names no sum [letter:n1]."})),
    ("Ann", RemovePhrasing("what-was-taken", "what got nicked")),
    ("Ann", Retire("night-guard", TODAY)),
    ("Ann", Restore("night-guard")),
    ("Ann", Retire("when-was-it", TODAY)),
)
BY_HAND: Final = ("      - guard statement\n", "      - statement of the guard\n", "Better English")
HALF: Final = AddPhrasing("ladder", "how do i move a ladder")
"""An edit of two files: the phrasing is taken out of the questions that must not be answered."""

INNER: Final = "texts/knowledge"
UNSENT: Final[tuple[tuple[str, Edit], ...]] = (
    ("Ann", EditEntry("ladder", {"answer": "The report does not say so."})),
    ("Béa 🌊", AddPhrasing("who-saw-it", "any onlooker")),
    ("Ann", OWNER),
)
THERE: Final = ("The report does not say. Ada", "The report keeps silent. Ada", "Shorter")
"""What the owner changes in the repository while the bot can't reach it. It conflicts with the first unsent edit."""


def killed_before(event: str, path: str, mode: str = "") -> None:
    """Make this process kill itself just before it does something with a file.

    Args:
        event: an audit event of Python: https://docs.python.org/3/library/audit_events.html
        path: end of the file's path; of its new path where it is renamed.
        mode: for ``open``, a letter that its mode has.
    """

    def hook(name: str, arguments: tuple[Any, ...]) -> None:
        if name != event:
            return
        named = os.fsdecode(arguments[1 if event == "os.rename" else 0])
        if named.endswith(path) and (not mode or mode in str(arguments[1])):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


KILLS: Final = {
    "1-nothing-is-meant-yet": ("os.rename", ".desk/intent.json"),
    "2-meant-and-not-begun": ("os.rename", "faq/theft.yaml"),
    "3-one-file-of-two": ("os.rename", "questions.yaml"),
    "4-files-and-no-history": ("open", ".desk/history.jsonl", "a"),
    "5-history-and-no-commit": ("os.rename", ".desk/uncommitted"),
    "6-index-is-locked": ("os.rename", ".git/index"),
    "7-branch-is-locked": ("os.rename", "refs/heads/main"),
    "8-all-but-the-end": ("os.remove", ".desk/intent.json"),
}
"""Where the process is killed while it confirms :data:`HALF`: just before this."""


def git(folder: Path, *arguments: str) -> str:
    """Run git with a fixed author and time."""
    who = {"NAME": "Host", "EMAIL": "host@example.org", "DATE": "2026-11-27T09:00:00+00:00"}
    environment = os.environ | {
        f"GIT_{role}_{key}": value for key, value in who.items() for role in ("AUTHOR", "COMMITTER")
    }
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout  # noqa: S603


def make(target: Path) -> None:
    """Write the archives of both kinds of knowledge folder, and the matcher's cache."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        _make_folder(home)
        packed(target / "knowledge.tar.gz", {"repository": home / "repository", "killed": home / "killed"})
        _make_cache(home, target / "matcher")
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        _make_remote(home)
        packed(target / "remote.tar.gz", {"home": home / "home", "killed": home / "killed"})


def _make_folder(home: Path) -> None:
    repository = home / "repository"
    folder = repository / "knowledge"
    base.write(folder)
    (repository / "README.md").write_text("More than knowledge.\n", "utf-8")
    git(repository, "init", "-q", "-b", "main", "--template=")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "All of it")

    def edit() -> None:
        repeatable()
        for number, (author, edit) in enumerate(MADE):
            _confirm(folder, edit, author, number)
            if number == 3:  # noqa: PLR2004 (in the midst)
                _by_hand(folder / "faq" / "theft.yaml", *BY_HAND)
                git(folder, "commit", "-qam", BY_HAND[2])
        desk: Desk[KnowledgeBase] = Desk(folder)
        _confirm(folder, desk.undo(6), "Béa 🌊", len(MADE))
        Desk(folder)  # it learns of its own last commit at the next look

    in_child(edit)
    for name, where in KILLS.items():
        copy = home / "copy"
        shutil.copytree(repository, copy)
        in_child(_killed_while_confirming(copy / "knowledge", where), killed=True)
        overlay(repository, copy, home / "killed" / name)
        shutil.rmtree(copy)


def _killed_while_confirming(folder: Path, where: tuple[str, ...]) -> Callable[[], None]:
    def work() -> None:
        repeatable(seed="half")
        killed_before(*where)
        _confirm(folder, HALF, "Ann", 40)

    return work


def _confirm(folder: Path, edit: Edit, author: str, number: int, sync: Sync | None = None) -> None:
    desk: Desk[KnowledgeBase] = Desk(folder, sync)
    live = LiveKnowledge(folder, lambda base: base)
    when = STOPPED.replace(microsecond=0) - dt.timedelta(hours=40 - number)
    desk.confirm(desk.draft(edit, live), live, author, when)


def _by_hand(file: Path, old: str, new: str, _message: str) -> None:
    text = file.read_text("utf-8")
    assert old in text  # noqa: S101 (a slip in this script)
    file.write_text(text.replace(old, new), "utf-8")


def _make_remote(home: Path) -> None:
    """Create a repository, and a bot's copy with unsent edits, one of which conflicts with the repository."""
    place = home / "home"
    bare, work = place / "texts.git", home / "work"
    place.mkdir()
    git(place, "init", "-q", "--bare", "-b", "main", "--template=", str(bare))
    base.write(work / INNER)
    git(work, "init", "-q", "-b", "main", "--template=")
    git(work, "add", ".")
    git(work, "commit", "-qm", "All of it")
    git(work, "push", "-q", str(bare), "main")

    def opened() -> tuple[Path, Sync]:
        os.chdir(place)
        clone = cloned(Remote("texts.git"), INNER, place / "data" / "casebot" / "knowledge")
        return clone.folder, Sync(clone)

    def edit() -> None:
        repeatable(clone_module)
        folder, sync = opened()
        away = bare.rename(bare.with_name("away.git"))
        for number, (author, edit) in enumerate(UNSENT):
            _confirm(folder, edit, author, number, sync)
        away.rename(bare)

    def take() -> None:
        repeatable(clone_module)
        killed_before("os.rename", "faq/theft.yaml")
        folder, sync = opened()
        Desk(folder, sync)

    in_child(edit)
    _by_hand(work / INNER / "faq" / "theft.yaml", *THERE)
    git(work, "commit", "-qam", THERE[2])
    git(work, "push", "-q", str(bare), "main")
    before = home / "before"
    shutil.copytree(place, before)
    in_child(take, killed=True)
    overlay(before, place, home / "killed" / "while-it-took-a-change")
    shutil.rmtree(place)
    before.rename(place)


def _make_cache(home: Path, target: Path) -> None:
    """Keep the cache that ``casebot ask`` writes."""

    def ask() -> None:
        os.environ["XDG_CACHE_HOME"] = str(home / "cache")
        os.chdir(home)
        asked = ("ask", "--json", "which canvas did the thieves grab", "how do i bake bread")
        main(["--knowledge", str(home / "repository" / "knowledge"), *asked])

    in_child(ask)
    shutil.copytree(home / "cache" / "casebot" / "matcher", target)
