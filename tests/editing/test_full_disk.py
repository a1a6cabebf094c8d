"""Whatever cannot be written, and whenever: what a moderator is told about an edit is what the files then say."""

import contextlib
import errno
import os
import shutil
from abc import ABC, abstractmethod
from pathlib import Path

import pytest
from dulwich.objects import ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo
from typing_extensions import override

from bot.editing.desk import Desk, Draft
from bot.editing.edits import AddEntry, AddPhrasing, Edit, EditEntry
from bot.editing.git.clone import Clone
from bot.editing.git.remote import Remote
from bot.editing.journal import RecordedError
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from tests.editing.elsewhere import Follower, elsewhere, git
from tests.editing.full_disk import Disk
from tests.editing.office import GOOD, NOW, Office
from tests.editing.test_git import age_locks

# dulwich leaves files open where it cannot write them.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

MOVED = AddPhrasing("ladder", "how do i bake bread")
"""Changes two files."""

NEW = AddEntry("museum", GOOD)
LATER = EditEntry("who-saw-it", {"answer": "Nobody did, it says [n1]."})


class Place(ABC):
    """Where a knowledge folder is, to be opened as it was at first again and again."""

    @abstractmethod
    def opened(self) -> Office: ...

    @abstractmethod
    def check(self, office: Office, edits: int) -> None:
        """Make sure that some edits, and no more, are where they should be beside the files."""


class Folder(Place):
    """Nothing but a folder."""

    def __init__(self, where: Path, folder: Path) -> None:
        self._origin = where / "origin"
        self._copy = where / "copy"
        folder.rename(self._origin)

    @override
    def opened(self) -> Office:
        shutil.rmtree(self._copy, ignore_errors=True)
        return Office(Path(shutil.copytree(self._origin, self._copy / "knowledge")))

    @override
    def check(self, office: Office, edits: int) -> None:
        assert not [path for path in office.folder.rglob("*.yaml") if path.name.startswith(".")]


class WorkTree(Place):
    """A folder in a work tree of git."""

    def __init__(self, where: Path, folder: Path) -> None:
        self._origin = where / "origin"
        self._copy = where / "copy"
        self._origin.mkdir()
        folder.rename(self._origin / "knowledge")
        git(self._origin, "init", "-q")
        git(self._origin, "add", "knowledge")
        git(self._origin, "commit", "-qm", "All of it")

    @override
    def opened(self) -> Office:
        shutil.rmtree(self._copy, ignore_errors=True)
        return Office(Path(shutil.copytree(self._origin, self._copy)) / "knowledge")

    @override
    def check(self, office: Office, edits: int) -> None:
        # What dulwich has locked and could not write stays locked for a while.
        age_locks(office)
        office.desk.look(office.live)
        assert office.desk.caveat() is None
        shown = git(self._copy, "status", "--porcelain", "--untracked-files=no", "--branch", "--ahead-behind")
        assert len(shown.splitlines()) == 1, shown
        with Repo(self._copy) as repo:
            assert len([*repo.get_walker()]) == 1 + edits


class RepositoryElsewhere(Place):
    """A folder that follows a repository elsewhere."""

    def __init__(self, where: Path, folder: Path) -> None:
        shutil.rmtree(folder)
        self._there = elsewhere(where)
        self._origin = self._there.follower().folder
        self._copy = where / "copy"
        self._first = ObjectID(self._there.head().encode())

    @override
    def opened(self) -> Office:
        shutil.rmtree(self._copy, ignore_errors=True)
        with Repo(self._there.bare) as repo:
            repo.refs[Ref(b"refs/heads/main")] = self._first
        return Follower(Clone(Path(shutil.copytree(self._origin, self._copy)), Remote(str(self._there.bare))))

    @override
    def check(self, office: Office, edits: int) -> None:
        assert office.desk.refresh(office.live)
        assert office.desk.caveat() is None
        assert len(self._there.log()) == 1 + edits
        assert self._there.text() == (office.folder / "faq" / "theft.yaml").read_text("utf-8")


@pytest.fixture
def place(request: pytest.FixtureRequest, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    # Nobody pulls the plug here, and there are many thousands of them.
    monkeypatch.setattr(os, "fsync", bool)
    made = request.param(tmp_path, folder)
    assert isinstance(made, Place)
    return made


def told(office: Office, draft: Draft[KnowledgeBase]) -> str:
    """Confirm an edit; give back what its moderator is told."""
    try:
        office.desk.confirm(draft, office.live, "Ann", NOW)
    except RecordedError:
        return "recorded"
    except OSError:
        return "nothing"
    return "done"


@pytest.mark.parametrize(
    ("place", "edit", "for_good"),
    [
        (Folder, MOVED, (False,)),
        (Folder, MOVED, (True,)),
        (Folder, NEW, (False,)),
        (Folder, NEW, (True,)),
        # In turn: there is more to write, and much of it is the same.
        (WorkTree, MOVED, (False, True)),
        (RepositoryElsewhere, MOVED, (False, True)),
    ],
    indirect=["place"],
)
def test_what_is_said_about_an_edit_is_what_comes_of_it(
    place: Place, edit: Edit, for_good: tuple[bool, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    while True:
        office = place.opened()
        before, base = office.bytes(), office.live.current
        draft = office.desk.draft(edit, office.live)
        disk = Disk(len(heard), for_good=for_good[len(heard) % len(for_good)])
        with disk.in_use(monkeypatch):
            said = told(office, draft)
        if not disk.failed:
            assert said == "done"
            break
        heard.append(said)
        at = f"failed at {len(heard) - 1}, told: {said}"
        assert said != "nothing" or office.live.current is base, at
        assert said != "done" or office.live.current is draft.value, at
        # Somebody makes room, and the next look comes.
        assert office.desk.look(office.live), at
        made = said != "nothing"
        assert (office.bytes() != before) == made, at
        assert (load(office.folder).entries == draft.base.entries) == made, at
        assert (office.live.current.entries == draft.base.entries) == made, at
        assert len(office.desk.history()) == made, at
        office.make(LATER)
        assert len(office.desk.history()) == made + 1, at
        place.check(office, made + 1)
    assert {"nothing", "recorded"} <= {*heard} <= {"nothing", "recorded", "done"}


@pytest.mark.parametrize("error", [errno.EIO, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize("place", [Folder], indirect=True)
def test_a_disk_that_fails_otherwise_is_the_same(place: Place, error: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(0, 40, 3):
        office = place.opened()
        draft = office.desk.draft(MOVED, office.live)
        with Disk(at, for_good=True, error=error).in_use(monkeypatch):
            said = told(office, draft)
        office.desk.look(office.live)
        assert ("how do i bake bread" in office.phrasings("ladder")) == (said != "nothing"), at


@pytest.mark.parametrize("place", [Folder, WorkTree], indirect=True)
def test_a_draft_on_a_full_disk_changes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    at = 0
    while True:
        office = place.opened()
        before = office.bytes()
        disk = Disk(at, for_good=True)
        with disk.in_use(monkeypatch):
            try:
                office.desk.draft(MOVED, office.live)
            except OSError:
                pass
            else:
                break
        assert office.bytes() == before
        office.make(MOVED)
        at += 1
    assert at > 5


@pytest.mark.parametrize("place", [Folder, WorkTree], indirect=True)
def test_a_start_on_a_full_disk_loses_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    at = 0
    while True:
        office = place.opened()
        office.make(LATER)
        disk = Disk(at, for_good=True)
        with disk.in_use(monkeypatch), contextlib.suppress(OSError):
            Desk[KnowledgeBase](office.folder)
        office.make(MOVED)
        assert [revision.number for revision in office.desk.history()] == [2, 1]
        if not disk.failed:
            break
        at += 1
