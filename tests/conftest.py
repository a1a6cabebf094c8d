import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

from bot.answering.answerer import Answerer
from bot.answering.reply import SURE, Reply
from bot.files import locked
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.model import Kind
from bot.matching import cache
from bot.matching.cache import folder_for
from bot.matching.questions import shows_a_question
from bot.matching.types import Outcome
from tests.databases import postgres, url
from tests.places import HARBOUR, KNOWLEDGE

__all__ = ["postgres", "url"]

# A busy machine, or an example that is the first to load a model, would fail a test that asks nothing about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

Broken = Callable[[str, str, str], list[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let simcord wait for the bot longer than its own five seconds, which are too few for a busy machine.

    What is to happen after a longer while counts as waiting for its time: remarks go away after ten seconds.
    """
    for item in items:
        item.add_marker(pytest.mark.simcord(settle_timeout=9.0))


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the commands' cache, and that of the pictures, out of the tester's home: one folder for the whole run.

    The workers of pytest-xdist share it.
    """
    base = tmp_path_factory.getbasetemp()
    # A worker of pytest-xdist has a folder of its own in that of the run.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setenv("MPLCONFIGDIR", str(folder / "matplotlib"))
        # Small bases of single tests must not push the shipped one out.
        patch.setattr(cache, "MOST_FILES", 1_000)
        # Each bot of a test reloads the cogs, which would recompile them where Python writes no bytecode.
        if sys.dont_write_bytecode:
            patch.setattr(sys, "dont_write_bytecode", False)
            patch.setattr(sys, "pycache_prefix", str(folder / "bytecode"))
        yield folder


@pytest.fixture(autouse=True, scope="session")
def _seldom_collected() -> Iterator[None]:
    """Let garbage be collected less often: each bot leaves much, beside a base that never becomes any."""
    before = gc.get_threshold()
    gc.set_threshold(10_000, 20, 20)
    yield
    gc.set_threshold(*before)


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    """Compute as the command does: several test runs on few cores would wait for one another's threads."""
    with threadpool_limits(1, "blas"):
        yield


@pytest.fixture(scope="session")
def answerer(own_cache: Path) -> Answerer:
    """The shipped knowledge with its matcher; immutable, so one serves all tests.

    It is learnt once for the whole run, and the commands that tests run find it in the same cache.
    """
    with locked(own_cache / "learning.lock"):
        return Answerer(load(KNOWLEDGE), cache=folder_for(own_cache / "casebot" / "matcher", str(KNOWLEDGE)))


@pytest.fixture(scope="session")
def doubted(answerer: Answerer) -> tuple[str, Reply]:
    """A question that the article answers although something else may be meant, and the reply."""
    asked = (text for group in answerer.base.questions.answered for text in group.ask)
    doubted = ((text, reply) for text in asked if (reply := answerer.answer(text)).answers and reply.suggestions)
    return next((text, reply) for text, reply in doubted if reply.answers[0].kind is Kind.REPORTED)


@pytest.fixture(scope="session")
def unsure(answerer: Answerer) -> str:
    """A question that the article answers although that is not quite sure; nothing else may be meant."""
    asked = (text for group in answerer.base.questions.answered for text in group.ask if shows_a_question(text))
    replies = ((text, answerer.answer(text)) for text in asked)
    return next(
        text
        for text, reply in replies
        if reply.outcome is Outcome.ANSWER and reply.score < SURE and not (reply.tied or reply.suggestions)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge base on a case made up for tests, which the test may change or break."""
    return Path(shutil.copytree(HARBOUR, tmp_path / "knowledge"))


@pytest.fixture
def broken(folder: Path) -> Broken:
    """Replace text in one file of the small base; give the problems that the loader reports."""

    def replace(name: str, old: str, new: str) -> list[str]:
        path = folder / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), "utf-8")
        with pytest.raises(KnowledgeError) as caught:
            load(folder)
        return [str(problem) for problem in caught.value.problems]

    return replace
