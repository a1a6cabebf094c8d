"""Moderators save files while the bot runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.knowledge.load import KnowledgeError
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import LiveKnowledge
from bot.supervision import Supervisor
from tests.waiting import until


def title(base: KnowledgeBase) -> str:
    return base.case.title


def rename(folder: Path, new: str) -> None:
    path = folder / "case.yaml"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([f"title: {new}", *lines[1:]]) + "\n", "utf-8")


@asynccontextmanager
async def watching(live: LiveKnowledge[str]) -> AsyncIterator[None]:
    task = asyncio.create_task(live.watch(Supervisor()))
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
        rename(folder, "Mended")
        await until(lambda: live.current == "Mended")
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


def test_a_folder_that_is_broken_from_the_start_is_refused(folder: Path) -> None:
    rename(folder, "yes")
    with pytest.raises(KnowledgeError):
        LiveKnowledge(folder, title)
