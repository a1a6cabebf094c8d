"""Editing in chat where the FAQ lies in a git work tree."""

from pathlib import Path

import pytest

from tests.chat.desk.conftest import Bureau
from tests.knowledge.elsewhere import git


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
    assert done.text.endswith(f"`/faq undo 1` takes it back. In git it is `{commit}`.")


async def test_an_edit_that_cannot_be_committed_yet_names_no_commit(bureau: Bureau) -> None:
    (bureau.folder.parent / ".git" / "index.lock").touch()
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    done = await bureau.press(draft, "Confirm")
    assert done.text.endswith("`/faq undo 1` takes it back.")
