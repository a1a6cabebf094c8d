"""Editing in chat where the FAQ is at home in a git repository."""

import datetime as dt
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.editing.desk import Desk
from bot.editing.git.clone import Clone, cloned
from bot.editing.git.remote import Remote
from bot.editing.git.sync import Sync
from bot.importing import files as import_files
from bot.importing import folder as importing
from tests.chat.desk.conftest import Bureau
from tests.editing.elsewhere import INNER, Elsewhere, elsewhere, git

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


@pytest.fixture
def there(tmp_path: Path) -> Elsewhere:
    return elsewhere(tmp_path)


@pytest.fixture
def clone(there: Elsewhere) -> Clone:
    return cloned(Remote(str(there.bare)), INNER, there.home)


@pytest.fixture
def folder(clone: Clone) -> Path:
    return clone.folder


@pytest.fixture
def desk(clone: Clone) -> Desk[Answerer]:
    return Desk(clone.folder, Sync(clone))


async def test_a_confirmed_edit_is_in_the_repository(there: Elsewhere, bureau: Bureau) -> None:
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    done = await bureau.press(draft, "Confirm")
    assert done.text.endswith(f"`/faq undo 1` undoes it. In git it is `{there.head()[:8]}`.")
    assert there.log()[0] == 'Add phrasing "ladder gone" to ladder'


async def test_reload_brings_what_was_changed_there(there: Elsewhere, bureau: Bureau) -> None:
    there.commit("ladder whereabouts", "where is that ladder")
    assert (await bureau.slash("reload")).text == "Files reloaded: 3 entries in use."
    assert "where is that ladder" in bureau.phrasings("ladder")


async def test_a_broken_commit_there_is_shown_and_the_last_good_state_answers(there: Elsewhere, bureau: Bureau) -> None:
    there.commit("[n1]. The director", "[n99]. The director")
    report = await bureau.slash("reload")
    assert "of Host can't be used" in report.text
    assert "the passage `n99` does not exist" in report.text.replace("\\", "")
    assert "[n1]" in bureau.bot.live.current.base.entries["what-was-taken"].answer


async def test_a_conflict_with_a_change_there_is_opened_and_the_edit_comes_back(
    there: Elsewhere, bureau: Bureau
) -> None:
    draft = await bureau.slash("retire", entry="ladder")
    there.commit("ladder whereabouts", "where is that ladder", "Better words")
    conflict = await bureau.press(draft, "Confirm")
    assert conflict.text.startswith("**Nothing was changed.** Retire ladder")
    assert "Host got there first: Better words (kept instead of mod's edit: Retire ladder)." in conflict.text.replace(
        "\\", ""
    )
    assert "- where is that ladder\n" in conflict.text
    assert "retired" not in there.text()
    again = await bureau.press(conflict, "Try again")
    assert "is live.**" in (await bureau.press(again, "Confirm")).text
    assert "retired" in there.text()
    assert "where is that ladder" in there.text()


async def test_an_edit_that_cannot_be_sent_says_so(there: Elsewhere, bureau: Bureau) -> None:
    there.gone()
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    done = await bureau.press(draft, "Confirm")
    assert "Done. Revision 1 is live." in done.text
    assert "In git" not in done.text
    assert "It isn't in the FAQ's repository yet: there's none at its address" in done.text
    assert done.text.endswith("I'll send it as soon as I can.")


CLUB = """\
# Zanzibar

## Who may come to the quokka?

Anybody with a wombat.

## When is the axolotl fed?

On Tuesdays, by the narwhal.
"""
QUOKKA, AXOLOTL = "who-may-come-to-the-quokka", "when-is-the-axolotl-fed"


def imports(there: Elsewhere) -> None:
    """Let the owner of the repository import a file there."""
    file = there.work.parent / "club.md"
    file.write_text(CLUB, "utf-8")
    planned = importing.prepare([import_files.read(file)], there.work / INNER, NOW.date())
    importing.carry_out(planned, "Host", NOW)
    git(there.work, "push", "-q")


def told(there: Elsewhere) -> dict[str, list[str]]:
    """The words of the first entry that each file of the repository's last version says, apart from its id."""
    found = {}
    for name in git(there.bare, "ls-tree", "-r", "--name-only", "main").splitlines():
        content = git(there.bare, "show", f"main:{name}").lower().replace(QUOKKA, "")
        if words := [word for word in ("quokka", "wombat") if word in content]:
            found[name.removeprefix(f"{INNER}/")] = words
    return found


@pytest.mark.parametrize("away", [False, True], ids=["at once", "sent later, on top of a commit by somebody else"])
async def test_nothing_stays_in_the_repository_of_an_imported_entry_that_is_withdrawn(
    there: Elsewhere, bureau: Bureau, *, away: bool
) -> None:
    imports(there)
    await bureau.slash("reload")
    assert told(there).keys() == {"faq/zanzibar.yaml", "imports.json", "sources.yaml"}
    gone = there.gone() if away else None
    draft = await bureau.slash("withdraw", entry=QUOKKA, reason="privacy")
    assert "Its text is removed from the files" in draft.text
    assert "imports.json" not in draft.text
    await bureau.press(draft, "Withdraw for good")
    if gone:
        gone.rename(there.bare)
        there.commit("ladder whereabouts", "where is that ladder")
        await bureau.slash("reload")
    assert not told(there)
    assert "axolotl" in git(there.bare, "show", f"main:{INNER}/imports.json")
    assert there.log()[0] == f"Withdraw {QUOKKA}"
    assert sorted(path.name for path in bureau.folder.iterdir() if path.suffix == ".json") == []
    git(there.bare, "fsck", "--strict")


async def test_an_import_that_is_undone_leaves_the_record_in_the_repository(there: Elsewhere, bureau: Bureau) -> None:
    imports(there)
    await bureau.slash("reload")
    await bureau.press(await bureau.slash("undo", number=1), "Confirm")
    assert not told(there)
    assert "narwhal" not in git(there.bare, "show", f"main:{INNER}/imports.json")


async def test_a_damaged_record_in_the_repository_is_named_before_anything_changes(
    there: Elsewhere, bureau: Bureau
) -> None:
    imports(there)
    (there.work / INNER / "imports.json").write_text("{", "utf-8")
    git(there.work, "commit", "-qam", "Half of it")
    git(there.work, "push", "-q")
    await bureau.slash("reload")
    refused = await bureau.slash("withdraw", entry=QUOKKA, reason="privacy")
    assert "the text of an entry that goes can't be removed from it: restore it, or delete it" in refused.text
    assert there.log()[0] == "Half of it"


async def test_a_record_that_is_damaged_in_the_meantime_keeps_nobody_from_withdrawing(
    there: Elsewhere, bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    imports(there)
    await bureau.slash("reload")
    gone = there.gone()
    await bureau.press(await bureau.slash("withdraw", entry=QUOKKA, reason="privacy"), "Withdraw for good")
    gone.rename(there.bare)
    (there.work / INNER / "imports.json").write_text("{ wombat", "utf-8")
    git(there.work, "commit", "-qam", "Half of it")
    git(there.work, "push", "-q")
    await bureau.slash("reload")
    assert there.log()[0] == f"Withdraw {QUOKKA}"
    assert told(there) == {"imports.json": ["wombat"]}
    assert any("imports.json in the knowledge repository is damaged" in line for line in caplog.messages)
