"""Edits that the bot of November 2026 couldn't push to its repository are pushed by today's, or kept."""

import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.editing.elsewhere import git
from tests.upgrade import november
from tests.upgrade.entry_points import Editor, HistoryItem, KnowledgeBase, editor

UNSENT: Final = [
    HistoryItem(3, "Ann", "Add entry museum-owner"),
    HistoryItem(2, "Béa 🌊", 'Add phrasing "any onlooker" to who-saw-it'),
    HistoryItem(1, "Ann", "Edit answer of ladder"),
]
THEIRS: Final = "The report keeps silent. Ada Voss mentions it once [n2]."
OURS: Final = "The report does not say so."


@pytest.fixture(params=["stopped", *november.killed_states("remote")])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Current directory of the bot, with the repository and the bot's data folder."""
    home = november.home(tmp_path, None if request.param == "stopped" else request.param)
    monkeypatch.chdir(home)
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    return home


def start() -> Editor[KnowledgeBase]:
    """Start with the settings of November."""
    return editor(knowledge_git="texts.git", knowledge_git_folder="texts/knowledge")


def sent(home: Path) -> list[str]:
    """Return authors and subjects of the commits in the repository, newest first."""
    return git(home / "texts.git", "log", "--format=%an: %s", "main").splitlines()


def test_the_copy_is_found_where_it_was(home: Path) -> None:
    (copy,) = (home / "data" / "casebot" / "knowledge").iterdir()
    assert start().folder == copy


def test_what_was_not_sent_is_sent_on_top_of_what_was_changed_there(home: Path) -> None:
    assert sent(home) == ["Host: Shorter", "Host: All of it"]
    bot = start()
    assert sent(home) == [
        "Ann: Add entry museum-owner",
        'Béa 🌊: Add phrasing "any onlooker" to who-saw-it',
        "Host: Shorter",
        "Host: All of it",
    ]
    assert bot.phrasings("who-saw-it")[-1] == "any onlooker"
    assert bot.answer("museum-owner") == "The town does, says its director [letter:n1]."
    assert bot.desk.caveat() is None
    git(home / "texts.git", "fsck", "--strict", "--no-dangling")


def test_an_edit_that_conflicts_is_overridden_and_can_be_made_after_all(home: Path) -> None:
    bot = start()
    assert bot.answer("ladder") == THEIRS
    gave_way, theirs, *unsent = bot.history()
    assert gave_way == HistoryItem(5, "Host", "Shorter (kept instead of Ann's edit: Edit answer of ladder)")
    assert theirs == HistoryItem(4, "Host", "Shorter")
    assert unsent == UNSENT
    bot.undo(gave_way.number)
    assert bot.answer("ladder") == OURS
    assert sent(home)[0] == "Zoe: Undo a change of ladder"


def test_while_the_repository_is_away_what_was_not_sent_is_kept(home: Path) -> None:
    away = (home / "texts.git").rename(home / "away.git")
    bot = start()
    assert bot.phrasings("who-saw-it")[-1] == "any onlooker"
    assert set(UNSENT) <= set(bot.history())
    assert bot.desk.caveat()
    shutil.move(away, home / "texts.git")
    assert "any onlooker" in start().phrasings("who-saw-it")
    assert "Ann: Add entry museum-owner" in sent(home)
