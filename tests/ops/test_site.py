"""The public page of a running bot: it follows the answers, and no failure reaches them."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.answering.service import QuestionService
from bot.knowledge.reload import LiveKnowledge
from bot.metrics import Metrics
from bot.ops import site
from bot.store.memory import MemoryStore
from bot.store.types import Stop
from bot.supervision import Supervisor
from tests.waiting import until


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "LOOK_EVERY", 0.01)


@pytest.fixture
def live(folder: Path) -> LiveKnowledge[Answerer]:
    return LiveKnowledge(folder, partial(Answerer, lexical_only=True))


@asynccontextmanager
async def building(out: Path, live: LiveKnowledge[Answerer], store: MemoryStore) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(pause=0.01)
    work = partial(site.keep_built, out, live, QuestionService(live, store, Metrics()))
    async with supervisor.running(supervisor.keep_running(site.BUILDING, work)):
        yield supervisor


def says(out: Path, words: str) -> bool:
    page = out / "entries" / "what-was-taken.html"
    return page.is_file() and words in page.read_text("utf-8")


async def test_the_page_follows_edits_and_stops(tmp_path: Path, folder: Path, live: LiveKnowledge[Answerer]) -> None:
    out, store = tmp_path / "page", MemoryStore()
    async with building(out, live, store):
        await until(lambda: says(out, "painting"))
        entries = folder / "faq" / "theft.yaml"
        entries.write_text(entries.read_text("utf-8").replace("A painting", "A watercolour"), "utf-8")
        await asyncio.to_thread(live.reload)
        await until(lambda: says(out, "watercolour"))
        store.hold(Stop("what-was-taken", None, dt.datetime.now(dt.UTC), "Ana", None))
        await until(lambda: says(out, "Moderators have paused it.") and not says(out, "watercolour"))


async def test_a_folder_of_somebody_else_is_left_alone_and_reported(
    tmp_path: Path, live: LiveKnowledge[Answerer]
) -> None:
    out = tmp_path / "page"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    async with building(out, live, MemoryStore()) as supervisor:
        await until(lambda: site.BUILDING in supervisor.failing)
        assert live.current.answer("stolen painting").answers, "answers go on"
        (out / "mine.txt").unlink()
        await until(lambda: says(out, "painting"))
