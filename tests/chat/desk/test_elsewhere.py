"""Editing in chat where the FAQ is at home in a git repository."""

from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.editing.desk import Desk
from bot.editing.git.clone import Clone, cloned
from bot.editing.git.remote import Remote
from bot.editing.git.sync import Sync
from tests.chat.desk.conftest import Bureau
from tests.editing.elsewhere import INNER, Elsewhere, elsewhere


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


async def test_a_withdrawal_says_that_the_repository_may_keep_a_record_of_an_import(bureau: Bureau) -> None:
    draft = await bureau.slash("withdraw", entry="ladder", reason="privacy")
    assert "If it was imported, `imports.json` in the repository still holds it: take it out there." in draft.text
