"""Today's bot opens the knowledge folder of November 2026: every edit is there and can be undone."""

import json
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.editing.elsewhere import git
from tests.places import NOVEMBER
from tests.upgrade import entry_points, november
from tests.upgrade.entry_points import HistoryItem, editor

HISTORY: Final = [
    HistoryItem(10, "Béa 🌊", "Undo a change of what-was-taken"),
    HistoryItem(9, "Ann", "Retire when-was-it"),
    HistoryItem(8, "Ann", "Restore night-guard"),
    HistoryItem(7, "Ann", "Retire night-guard"),
    HistoryItem(6, "Ann", 'Remove phrasing "what got nicked" from what-was-taken'),
    HistoryItem(5, "Host", "Better English"),
    HistoryItem(4, "Béa 🌊", "Edit answer of reward"),
    HistoryItem(3, "Béa 🌊", 'Add "who painted my house" to what must not be answered'),
    HistoryItem(2, "Ann", 'Add phrasing "is the ladder still missing" to ladder'),
    HistoryItem(1, "Ann", "Add entry museum-owner"),
]
LADDER: Final = (
    "what became of the ladder",
    "has anyone found the ladder",
    "ladder whereabouts",
    "is the ladder still missing",
)
HALF: Final = HistoryItem(11, "Ann", 'Add phrasing "how do i move a ladder" to ladder')
"""The edit during which the bot was killed."""

TAKEN_BACK: Final = "1-nothing-is-meant-yet"
"""The one state in which it doesn't count: its write-ahead record wasn't complete."""

STATES: Final = november.killed_states("knowledge")


def files(folder: Path) -> dict[str, str]:
    """Return the texts of the knowledge files."""
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))}


def without_git(folder: Path) -> Path:
    """Delete the git repository around the folder."""
    shutil.rmtree(folder.parent / ".git")
    return folder


def test_a_start_changes_no_file_and_knows_every_entry(tmp_path: Path) -> None:
    folder = november.knowledge(tmp_path)
    before = files(folder)
    bot = editor(knowledge=folder)
    assert files(folder) == before
    base = bot.live.current
    assert list(base.entries) == ["museum-owner", "what-was-taken", "who-saw-it", "ladder", "reward", "night-guard"]
    assert list(base.retired) == ["when-was-it"]
    assert bot.phrasings("ladder") == LADDER
    assert bot.phrasings("who-saw-it")[-1] == "statement of the guard"
    assert bot.answer("museum-owner") == "The town does, says its director [letter:n1]."
    assert bot.answer("reward") == "The director offers a reward; the letter names no sum [letter:n1]."
    assert "# The moderators' own words stand here; the bot leaves this line alone." in before["faq/theft.yaml"]
    assert git(folder, "status", "--porcelain") == ""


@pytest.mark.parametrize("in_git", [True, False], ids=["in git", "outside"])
def test_the_history_lists_every_edit(tmp_path: Path, *, in_git: bool) -> None:
    folder = november.knowledge(tmp_path)
    bot = editor(knowledge=folder if in_git else without_git(folder))
    assert bot.history() == HISTORY
    assert [each.when.isoformat() for each in bot.desk.history("reward")] == ["2026-11-26T23:34:56+00:00"]


@pytest.mark.parametrize(
    ("number", "file", "text", "is_there"),
    [
        (1, "faq/museum.yaml", "museum-owner", False),
        (2, "faq/theft.yaml", "is the ladder still missing", False),
        (3, "questions.yaml", "who painted my house", False),
        (4, "faq/theft.yaml", "answer: The director offers one, and names no sum [letter:n1].", True),
        (5, "faq/theft.yaml", "- guard statement", True),
        (9, "faq/theft.yaml", "retired: 2026-11-28", False),
        (10, "faq/theft.yaml", "what got nicked", False),
    ],
)
def test_every_edit_can_be_undone(tmp_path: Path, number: int, file: str, text: str, *, is_there: bool) -> None:
    bot = editor(knowledge=november.knowledge(tmp_path))
    assert (text in files(bot.folder)[file]) is not is_there
    bot.undo(number)
    assert (text in files(bot.folder).get(file, "")) is is_there
    assert [each.number for each in bot.history()] == [11, *(each.number for each in HISTORY)]
    assert git(bot.folder, "log", "-1", "--format=%an") == "Zoe\n"
    assert git(bot.folder, "status", "--porcelain") == ""


def test_a_fresh_clone_has_the_same_history(tmp_path: Path) -> None:
    folder = november.knowledge(tmp_path)
    git(tmp_path, "clone", "-q", str(folder.parent), "clone")
    assert editor(knowledge=tmp_path / "clone" / "knowledge").history() == HISTORY


def test_every_killed_state_is_there() -> None:
    assert len(STATES) == 8
    assert TAKEN_BACK in STATES


@pytest.mark.parametrize("state", STATES)
def test_an_edit_that_was_killed_is_finished_or_was_never_made(tmp_path: Path, state: str) -> None:
    bot = editor(knowledge=november.knowledge(tmp_path, state))
    made = state != TAKEN_BACK
    assert bot.history() == ([HALF, *HISTORY] if made else HISTORY)
    assert bot.phrasings("ladder") == (*LADDER, *(["how do i move a ladder"] if made else []))
    assert ("how do i move a ladder" in files(bot.folder)["questions.yaml"]) is not made
    assert git(bot.folder, "status", "--porcelain", "--untracked-files=no") == ""
    git(bot.folder, "fsck", "--strict", "--no-dangling")
    said = git(bot.folder, "log", "--format=%(trailers:key=Casebot-Revision,valueonly,separator=)").split()
    assert said == [each.key for each in bot.desk.history() if each.author != "Host"]
    bot.add("reward", "is there prize money")
    assert git(bot.folder, "log", "-1", "--format=%s") == 'Add phrasing "is there prize money" to reward\n'
    assert not list(bot.folder.parent.rglob("*.lock"))


@pytest.mark.parametrize("state", STATES)
def test_outside_git_it_is_finished_too(tmp_path: Path, state: str) -> None:
    bot = editor(knowledge=without_git(november.knowledge(tmp_path, state)))
    made = state != TAKEN_BACK
    assert bot.history() == ([HALF, *HISTORY] if made else HISTORY)
    assert ("how do i move a ladder" in bot.phrasings("ladder")) is made
    assert ("how do i move a ladder" in files(bot.folder)["questions.yaml"]) is not made


def test_the_old_cache_of_the_matcher_changes_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = november.knowledge(tmp_path)
    monkeypatch.chdir(tmp_path)
    asked = ["which canvas did the thieves grab", "name of the night guard", "how do i bake bread", "ladder"]
    said = {}
    for cache in ("empty", "november"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / cache))
        if cache == "november":
            shutil.copytree(NOVEMBER / "matcher", tmp_path / cache / "casebot" / "matcher")
        assert entry_points.main(["--knowledge", str(folder), "check", "--list", "--hints"]) == 0
        checked = capsys.readouterr().out
        assert "6 entries" in checked
        replies = []
        for question in asked:
            assert entry_points.main(["--knowledge", str(folder), "ask", "--json", question]) == 0
            replies.append(json.loads(capsys.readouterr().out))
        said[cache] = checked, replies
    assert said["november"] == said["empty"]
    assert [reply["entry"] for reply in said["november"][1][:3]] == ["what-was-taken", "night-guard", None]


def test_the_check_of_a_folder_that_was_killed_passes(tmp_path: Path) -> None:
    folder = november.knowledge(tmp_path, "3-one-file-of-two")
    editor(knowledge=folder)
    assert entry_points.main(["--knowledge", str(folder), "check"]) == 0
