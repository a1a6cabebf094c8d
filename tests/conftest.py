import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from bot.answering.answerer import Answerer
from bot.files import locked
from bot.knowledge.load import KnowledgeError, load
from bot.matching import cache
from tests.databases import postgres, url
from tests.places import HARBOUR, KNOWLEDGE

__all__ = ["postgres", "url"]

Broken = Callable[[str, str, str], list[str]]


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the commands' cache out of the tester's home: one folder for the whole run, whatever the worker."""
    base = tmp_path_factory.getbasetemp()
    # A worker of pytest-xdist has a folder of its own in that of the run.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        # Small bases of single tests must not push the shipped one out.
        patch.setattr(cache, "MOST_FILES", 1_000)
        yield folder


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
        return Answerer(load(KNOWLEDGE), cache=own_cache / "casebot" / "matcher")


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
