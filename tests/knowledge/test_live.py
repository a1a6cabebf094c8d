"""Moderators save files while the bot runs."""

import asyncio
import logging
import re
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from bot.knowledge import watch
from bot.knowledge.load import KnowledgeError
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import LiveKnowledge
from bot.supervision import Supervisor
from tests.waiting import LIMIT, until


def title(base: KnowledgeBase) -> str:
    return base.case.title


def rename(folder: Path, new: str) -> None:
    path = folder / "case.yaml"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([f"title: {new}", *lines[1:]]) + "\n", "utf-8")


@asynccontextmanager
async def watching(live: LiveKnowledge[str], supervisor: Supervisor | None = None) -> AsyncIterator[None]:
    task = asyncio.create_task(live.watch(supervisor or Supervisor()))
    await asyncio.sleep(0)  # the watch is set up in the task's first step, and sees every change from then on
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_saved_change_is_in_use_without_a_restart(folder: Path) -> None:
    live = LiveKnowledge(folder, title)
    async with watching(live):
        rename(folder, "A new title")
        await until(lambda: live.current == "A new title")
    assert live.problems == ()


async def test_a_broken_change_is_reported_and_the_last_good_state_stays(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveKnowledge(folder, title)
    async with watching(live):
        rename(folder, "yes")
        # The watcher may also catch the file half-written, which is another problem: wait for the one meant.
        await until(lambda: "case.yaml:1:1: `yes` is not read as text here" in caplog.text)
        assert live.problems
        assert live.current == "The Harbour Museum theft"
        rename(folder, "Fixed")
        await until(lambda: live.current == "Fixed")
    assert live.problems == ()


async def test_the_watch_outlives_a_build_that_fails(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    def picky(base: KnowledgeBase) -> str:
        if base.case.title == "Boom":
            raise RuntimeError
        return base.case.title

    live = LiveKnowledge(folder, picky)
    async with watching(live):
        rename(folder, "Boom")
        await until(lambda: "The reload of the knowledge files failed and is tried again" in caplog.text)
        rename(folder, "After")
        await until(lambda: live.current == "After")


def replaced(folder: Path) -> None:
    newer = Path(shutil.copytree(folder, folder.with_name("newer")))
    rename(newer, "Another folder")
    folder.rename(folder.with_name("older"))
    newer.rename(folder)


def faq_replaced(folder: Path) -> None:
    newer = Path(shutil.copytree(folder / "faq", folder / ".newer"))
    rephrase(newer, "Another folder")
    (folder / "faq").rename(folder / ".older")
    newer.rename(folder / "faq")


def link_swapped(folder: Path) -> None:
    """Let the link lead elsewhere, as a deployment does."""
    newer = Path(shutil.copytree(folder.resolve(), folder.with_name("release-2")))
    rename(newer, "Another folder")
    link = folder.with_name("link")
    link.symlink_to(newer, target_is_directory=True)
    link.replace(folder)


def linked_file_changed(folder: Path) -> None:
    rephrase((folder / "faq" / "theft.yaml").resolve().parent, "Another folder")


def rephrase(faq: Path, question: str) -> None:
    path = faq / "theft.yaml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"question: .*", f"question: {question}", text, count=1), "utf-8")


def as_it_is(folder: Path) -> None:
    assert not folder.is_symlink()


def behind_a_link(folder: Path) -> None:
    folder.rename(folder.with_name("release-1"))
    folder.symlink_to(folder.with_name("release-1"), target_is_directory=True)


def with_a_link_to_a_file(folder: Path) -> None:
    elsewhere = folder.with_name("elsewhere")
    elsewhere.mkdir()
    (folder / "faq" / "theft.yaml").rename(elsewhere / "theft.yaml")
    (folder / "faq" / "theft.yaml").symlink_to(elsewhere / "theft.yaml")


def heading(base: KnowledgeBase) -> str:
    return f"{base.case.title} / {next(iter(base.entries.values())).question}"


@pytest.mark.parametrize(
    ("before", "change"),
    [
        (as_it_is, replaced),
        (as_it_is, faq_replaced),
        (behind_a_link, link_swapped),
        (with_a_link_to_a_file, linked_file_changed),
    ],
    ids=["folder", "faq", "link to the folder", "file elsewhere"],
)
async def test_files_that_come_into_their_place_as_a_whole_are_used_and_so_is_what_follows(
    folder: Path, before: Callable[[Path], None], change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.05)
    # Nobody is notified of a change in another folder; of the others the watch itself must know.
    monkeypatch.setattr(watch, "COMPARE_SECONDS", 0.1 if before is with_a_link_to_a_file else 10 * LIMIT)
    before(folder)
    live = LiveKnowledge(folder, heading)
    async with watching(live):
        change(folder)
        await until(lambda: "Another folder" in live.current)
        rename(folder, "And then")
        await until(lambda: live.current.startswith("And then"))


class NoWatch:
    """Stands in for a system that allows no more watches for a while."""

    def __init__(self) -> None:
        self.real = watchfiles.awatch
        self.refuses = True
        self.tries = 0

    def __call__(self, *args: Any, **kwargs: Any) -> AsyncGenerator[set[tuple[watchfiles.Change, str]], None]:  # noqa: ANN401 (passed on)
        self.tries += 1
        if self.refuses:
            raise OSError(28, "No space left on device (inotify watch limit)")
        return self.real(*args, **kwargs)


async def test_where_the_system_allows_no_watch_changes_are_used_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    system = NoWatch()
    monkeypatch.setattr(watchfiles, "awatch", system)
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.01)
    supervisor = Supervisor()
    live = LiveKnowledge(folder, title)
    async with watching(live, supervisor):
        await until(lambda: system.tries > 3)
        (line,) = caplog.messages
        assert line == (
            "The watch of the knowledge files failed and is tried again ([Errno 28] No space left on device (inotify "
            "watch limit)). Until then they are compared every 5 seconds."
        )
        assert supervisor.failing == {watch.TASK: "OSError (errno 28)"}
        rename(folder, "Seen without a watch")
        await until(lambda: live.current == "Seen without a watch")
        system.refuses = False
        await until(lambda: not supervisor.failing)
        rename(folder, "Seen with one")
        await until(lambda: live.current == "Seen with one")


def moved(folder: Path, to: Path) -> Path:
    return folder.rename(to)


async def test_a_folder_that_is_away_for_a_while_is_used_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.01)
    supervisor = Supervisor()
    live = LiveKnowledge(folder, title)
    async with watching(live, supervisor):
        away = moved(folder, folder.with_name("away"))
        await until(lambda: watch.TASK in supervisor.failing)
        assert live.current == "The Harbour Museum theft"
        moved(away, folder)
        rename(folder, "Back")
        await until(lambda: live.current == "Back" and not supervisor.failing)


def test_a_folder_that_is_broken_from_the_start_is_refused(folder: Path) -> None:
    rename(folder, "yes")
    with pytest.raises(KnowledgeError):
        LiveKnowledge(folder, title)


def test_what_comes_into_use_while_a_value_is_completed_stays_in_use(folder: Path) -> None:
    """Another thread may reload while the history is read, which takes a while."""
    live: LiveKnowledge[str]

    def completed(value: str) -> str:
        if changes:
            rename(folder, changes.pop())
            assert live.reload()
        return value

    changes = list[str]()
    live = LiveKnowledge(folder, title, completed)
    changes.append("Another title")
    assert live.reload()
    assert live.current == "Another title"
    assert live.reload()
    assert live.current == "Another title"
