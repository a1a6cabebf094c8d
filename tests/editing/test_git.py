"""In a git work tree, a moderator's edit is a commit and nobody else's work is in it."""

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID

from bot.editing.edits import AddEntry, AddPhrasing, RemovePhrasing
from tests.editing.elsewhere import git
from tests.editing.office import GOOD, NOW, Office

ROUNDS = os.environ.get("CASEBOT_TEST_KILLS", "10")


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


BLOB = "objects/9d/aeafb9864cf43055ae93beb0afd6c7d144bfa4.lock"  # of the line "test"
LOCKS = ["index.lock", "HEAD.lock", "refs/heads/BRANCH.lock", BLOB]


def leave_lock(office: Office, lock: str, *, began: float, made: float) -> Path:
    """Leave what a process leaves that is killed while it commits; times in seconds from now."""
    branch = git(office.folder, "branch", "--show-current").strip()
    path = office.folder.parent / ".git" / lock.replace("BRANCH", branch)
    path.parent.mkdir(exist_ok=True)
    path.touch()
    os.utime(path, (time.time() + made,) * 2)
    (office.folder / ".desk" / "committing").write_text(f"{time.time() + began}\n", "utf-8")
    return path


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_that_a_killed_commit_has_left_is_taken_away(office: Office, lock: str) -> None:
    path = leave_lock(office, lock, began=-90, made=-89.9)
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert not path.exists()
    assert git(office.folder, "log", "-1", "--format=%s") == 'Add phrasing "ladder gone" to ladder\n'
    assert git(office.folder, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("began", "made"),
    [(-90.0, -300.0), (-3600.0, -90.0), (-5.0, -4.9)],
    ids=["older than the commit", "made long after it", "too young"],
)
def test_a_lock_that_may_be_a_persons_own_stays(office: Office, began: float, made: float) -> None:
    path = leave_lock(office, "index.lock", began=began, made=made)
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert path.exists()
    path.unlink()
    office.desk.refresh(office.live)
    assert git(office.folder, "log", "-1", "--format=%s") == 'Add phrasing "ladder gone" to ladder\n'


def commit_by_hand(office: Office, old: str, new: str, message: str) -> None:
    path = office.folder / "faq" / "theft.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    git(office.folder, "commit", "-qam", message)


def test_what_others_commit_is_in_the_history_and_can_be_undone(office: Office) -> None:
    office.make(AddPhrasing("ladder", "ladder gone"))
    before = office.bytes()
    commit_by_hand(office, "what got nicked", "what was nicked", "Better English\n\nAs Ann says.")
    office.desk.refresh(office.live)
    newest, first = office.desk.history()
    assert (newest.number, newest.author, newest.what) == (2, "Host", "Better English")
    assert [change.item for change in newest.changes] == ["what-was-taken"]
    assert office.desk.history("ladder") == (first,)
    office.make(office.desk.undo(2))
    assert office.bytes() == before


def test_a_commit_that_changes_several_entries_is_one_revision(office: Office) -> None:
    commit_by_hand(office, "reviewed: 2026-11-23", "reviewed: 2026-11-25", "All reviewed")
    office.desk.refresh(office.live)
    (only,) = office.desk.history()
    assert [change.item for change in only.changes] == ["what-was-taken", "who-saw-it", "ladder"]
    office.make(office.desk.undo(1))
    assert "2026-11-25" not in (office.folder / "faq" / "theft.yaml").read_text("utf-8")


def test_commits_that_touch_no_entry_or_cannot_be_read_are_not_in_the_history(office: Office) -> None:
    commit_by_hand(office, "entries:", "# a comment\nentries:", "A comment")
    (office.folder.parent / "other.txt").write_text("x", "utf-8")
    git(office.folder.parent, "add", "other.txt")
    git(office.folder, "commit", "-qm", "Something else")
    commit_by_hand(office, "entries:", "entries: [", "Broken")
    commit_by_hand(office, "entries: [", "entries:", "Fixed")
    office.desk.refresh(office.live)
    assert office.desk.history() == ()


def test_a_merge_is_one_revision(office: Office) -> None:
    git(office.folder, "checkout", "-qb", "side")
    commit_by_hand(office, "what got nicked", "what was nicked", "One")
    commit_by_hand(office, "ladder whereabouts", "where is that ladder", "Two")
    git(office.folder, "checkout", "-q", "-")
    git(office.folder, "merge", "-q", "--no-ff", "-m", "Merge side", "side")
    office.desk.refresh(office.live)
    (only,) = office.desk.history()
    assert only.what == "Merge side"
    assert [change.item for change in only.changes] == ["what-was-taken", "ladder"]


def test_an_edit_reads_no_more_of_git_the_longer_the_history_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    real = DiskObjectStore.get_raw

    def counted(store: DiskObjectStore, name: ObjectID) -> tuple[int, bytes]:
        read.append(name)
        return real(store, name)

    monkeypatch.setattr(DiskObjectStore, "get_raw", counted)
    reads = []
    for number in range(40):
        read.clear()
        draft = office.desk.draft(AddPhrasing("ladder", f"wording {number}"), office.live)
        made = office.desk.confirm(draft, office.live, "Ann", NOW + dt.timedelta(hours=number))
        assert office.desk.commit_of(made)
        reads.append(len(read))
    assert max(reads[20:]) <= max(reads[5:20])


def test_a_folder_that_no_commit_holds_is_not_committed(folder: Path) -> None:
    git(folder.parent, "init", "-q")
    git(folder.parent, "commit", "-qm", "Nothing", "--allow-empty")
    Office(folder).make(AddPhrasing("ladder", "ladder gone"))
    assert git(folder, "rev-list", "--count", "HEAD") == "1\n"


def age_locks(office: Office) -> None:
    """Let two minutes go by, as far as locks and what was begun are concerned."""
    begun = office.folder / ".desk" / "committing"
    if begun.exists():
        times = [float(at) - 120 for at in begun.read_text("utf-8").split()]
        begun.write_text("".join(f"{at}\n" for at in times), "utf-8")
    for lock in (office.folder.parent / ".git").rglob("*.lock"):
        os.utime(lock, (lock.stat().st_mtime - 120,) * 2)


def test_kills_leave_the_repository_whole(office: Office) -> None:
    command = [sys.executable, "-m", "tests.editing.killed", str(office.folder), ROUNDS]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own module)
    assert run.returncode == 0, run.stderr
    assert git(office.folder, "fsck", "--strict", "--no-dangling") == ""
    age_locks(office)
    office.make(AddPhrasing("who-saw-it", "any onlooker"))
    said = git(office.folder, "log", "--format=%(trailers:key=Casebot-Revision,valueonly,separator=)").split()
    assert said == [revision.key for revision in office.desk.history()]
    assert git(office.folder, "status", "--porcelain", "--untracked-files=no") == ""
