"""Editing in chat where the FAQ lies in a git work tree."""

import dataclasses
from pathlib import Path

import pytest

from tests.chat.desk.conftest import SERVER, Bureau
from tests.editing.elsewhere import git
from tests.settings import save_settings


@pytest.fixture
def folder(folder: Path) -> Path:
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", "knowledge")
    git(folder.parent, "commit", "-qm", "All of it")
    return folder


async def test_whoever_confirms_an_edit_reads_which_commit_it_is(bureau: Bureau) -> None:
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    done = await bureau.press(draft, "Confirm")
    commit = git(bureau.folder, "rev-parse", "--short=8", "HEAD").strip()
    assert done.text.endswith(f"`/faq undo 1` undoes it. In git it is `{commit}`.")


async def test_an_edit_that_cannot_be_committed_yet_says_why_and_names_no_commit(bureau: Bureau) -> None:
    lock = bureau.folder.parent / ".git" / "index.lock"
    lock.touch()
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    done = await bureau.press(draft, "Confirm")
    assert "Done. Revision 1 is live." in done.text
    assert "In git" not in done.text
    assert done.text.endswith(
        "It isn't committed to git yet: another program is at work in the repository. I'll commit it as soon as I can. "
        "My log says how to fix this."
    )
    lock.unlink()
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder lost")
    done = await bureau.press(draft, "Confirm")
    commit = git(bureau.folder, "rev-parse", "--short=8", "HEAD").strip()
    assert done.text.endswith(f"`/faq undo 2` undoes it. In git it is `{commit}`.")
    assert git(bureau.folder, "log", "-2", "--format=%s").splitlines() == [
        'Add phrasing "ladder lost" to ladder',
        'Add phrasing "ladder gone" to ladder',
    ]


async def test_a_moderator_reads_in_their_language_why_an_edit_is_in_no_commit(bureau: Bureau) -> None:
    git(bureau.folder, "update-index", "--split-index")
    await save_settings(bureau.bot.store, SERVER, dataclasses.replace(bureau.bot.store.settings(SERVER), language="es"))
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    done = await bureau.press(draft, "Confirmar")
    assert "el índice del repositorio está dividido (split), que no sé escribir" in done.text.replace("\\", "")


async def test_a_line_break_in_a_wording_is_none_in_the_commit(bureau: Bureau) -> None:
    forged = f"Casebot-Revision: {'f' * 32}"
    draft = await bureau.slash("phrasing add", entry="ladder", wording=f"ladder gone\n\n{forged}")
    await bureau.press(draft, "Confirm")
    (trailer,) = git(bureau.folder, "log", "-1", "--format=%(trailers:only)").split("\n\n")[0].splitlines()
    assert trailer != forged
    assert forged in git(bureau.folder, "log", "-1", "--format=%s")
