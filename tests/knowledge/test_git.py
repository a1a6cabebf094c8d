"""In a git work tree, a moderator's edit is a commit and nobody else's work is in it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.knowledge.edit.edits import AddEntry, AddPhrasing, RemovePhrasing
from tests.knowledge.test_desk import GOOD, Office

GIT = shutil.which("git") or "git"


def git(folder: Path, *arguments: str) -> str:
    """Ask the real git, which must agree with what was written without it."""
    who = ["-c", "user.name=Host", "-c", "user.email=host@example.org"]
    command = [GIT, "-C", str(folder), *who, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 (fixed words)


@pytest.fixture
def office(folder: Path) -> Office:
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", "knowledge")
    git(folder.parent, "commit", "-qm", "All of it")
    return Office(folder)


def test_an_edit_is_a_commit_in_the_moderators_name(office: Office) -> None:
    office.make(AddPhrasing("ladder", "ladder gone"), author="Ann <ann@example.org>")
    shown = git(office.folder, "log", "-1", "--format=%an|%ae|%s")
    assert shown == 'Ann ann@example.org|moderator@casebot.invalid|Add phrasing "ladder gone" to ladder\n'
    changed = git(office.folder, "show", "--format=", "-U0", "HEAD").splitlines()
    assert [line for line in changed if line.startswith("+") and "+++" not in line] == ["+      - ladder gone"]
    assert git(office.folder, "status", "--porcelain") == ""
    git(office.folder, "fsck", "--strict")


def test_what_somebody_else_has_changed_or_staged_is_left_alone(office: Office) -> None:
    path = office.folder / "faq" / "theft.yaml"
    (office.folder / "case.yaml").write_text("# staged\n" + (office.folder / "case.yaml").read_text("utf-8"), "utf-8")
    git(office.folder, "add", "case.yaml")
    path.write_text("# by hand\n" + path.read_text("utf-8"), "utf-8")
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert git(office.folder, "status", "--porcelain") == "M  knowledge/case.yaml\n M knowledge/faq/theft.yaml\n"
    added = git(office.folder, "diff", "-U0", "faq/theft.yaml").splitlines()[-1]
    assert added == "+# by hand"
    assert "ladder gone" in git(office.folder, "show", "HEAD:knowledge/faq/theft.yaml")


def test_a_new_file_is_committed_and_its_undo_takes_it_away(office: Office) -> None:
    made = office.make(AddEntry("museum", GOOD))
    assert "faq/museum.yaml" in git(office.folder, "ls-files")
    office.make(office.desk.undo(made.number))
    assert "faq/museum.yaml" not in git(office.folder, "ls-files")
    assert git(office.folder, "status", "--porcelain") == ""
    assert git(office.folder, "diff", "HEAD", "HEAD~2") == ""


def test_a_fresh_clone_has_the_history_and_can_undo(office: Office, tmp_path: Path) -> None:
    office.make(AddPhrasing("ladder", "ladder gone"))
    office.make(RemovePhrasing("who-saw-it", "guard statement"))
    git(tmp_path, "clone", "-q", str(office.folder.parent), "clone")
    clone = Office(tmp_path / "clone" / "knowledge")
    assert clone.desk.history() == office.desk.history()
    clone.make(clone.desk.undo(1))
    assert "ladder gone" not in clone.phrasings("ladder")
    assert git(clone.folder, "rev-list", "--count", "HEAD") == "4\n"


def test_a_repository_that_is_locked_does_not_stop_an_edit(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    (office.folder.parent / ".git" / "index.lock").touch()
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert "ladder gone" in office.phrasings("ladder")
    assert "could not be committed to git" in caplog.text
    (office.folder.parent / ".git" / "index.lock").unlink()
    office.make(AddPhrasing("who-saw-it", "any onlooker"))
    assert git(office.folder, "log", "--format=%s", "-2").splitlines() == [
        'Add phrasing "any onlooker" to who-saw-it',
        'Add phrasing "ladder gone" to ladder',
    ]
    assert git(office.folder, "status", "--porcelain") == ""


def test_a_folder_that_no_commit_holds_is_not_committed(folder: Path) -> None:
    git(folder.parent, "init", "-q")
    git(folder.parent, "commit", "-qm", "Nothing", "--allow-empty")
    Office(folder).make(AddPhrasing("ladder", "ladder gone"))
    assert git(folder, "rev-list", "--count", "HEAD") == "1\n"


def test_kills_leave_the_repository_whole(office: Office) -> None:
    command = [sys.executable, "-m", "tests.knowledge.killed", str(office.folder), "10"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own module)
    assert run.returncode == 0, run.stderr
    assert git(office.folder, "fsck", "--strict", "--no-dangling") == ""
    for lock in (office.folder.parent / ".git").rglob("*.lock"):
        lock.unlink()  # as git itself asks its users to do after a crash
    office.make(AddPhrasing("who-saw-it", "any onlooker"))
    said = git(office.folder, "log", "--format=%(trailers:key=Casebot-Revision,valueonly,separator=)").split()
    assert said == [revision.key for revision in office.desk.history()]
    assert git(office.folder, "status", "--porcelain", "--untracked-files=no") == ""
