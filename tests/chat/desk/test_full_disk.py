"""Editing in chat while nothing can be written: what a moderator reads is true."""

import pytest

from tests.chat.desk.conftest import Bureau
from tests.editing.full_disk import Disk


async def confirmed(bureau: Bureau, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> str:
    """Confirm an edit of two files on a disk that fails; give back what its moderator reads."""
    draft = await bureau.slash("phrasing add", entry="ladder", wording="how do i bake bread")
    assert bureau.bot.desk
    confirm = bureau.bot.desk.confirm
    disk = Disk(fails_at, for_good=True)

    def on_this_disk(*args: object) -> object:
        with disk.in_use(monkeypatch):
            return confirm(*args)  # type: ignore[arg-type] # as they come

    with monkeypatch.context() as patch:
        patch.setattr(bureau.bot.desk, "confirm", on_this_disk)
        return (await bureau.press(draft, "Confirm")).text


async def test_an_edit_on_a_full_disk_is_undone_or_comes_by_itself_as_it_says(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bureau.files()
    read = set()
    for fails_at in range(0, 60, 6):
        text = await confirmed(bureau, monkeypatch, fails_at)
        read.add(text.partition("**")[2].partition("**")[0])
        reload = await bureau.slash("reload")
        assert "Files reloaded" in reload.text
        if text.startswith("**Nothing was changed.** I can't save the files right now (No space left on device)."):
            assert bureau.files() == before
            continue
        assert bureau.files() != before
        assert "how do i bake bread" in bureau.phrasings("ladder")
        if not text.startswith("**Done"):
            assert "(No space left on device). I'll make the edit as soon as I can" in text
        history = await bureau.slash("history")
        assert 'Add phrasing "how do i bake bread" to ladder' in history.text
        assert bureau.bot.desk
        undo = await bureau.slash("undo", number=bureau.bot.desk.history()[0].number)
        await bureau.press(undo, "Confirm")
        assert bureau.files() == before
    assert {"Nothing was changed.", "Recorded, but not live yet."} <= read
