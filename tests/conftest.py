from collections.abc import Iterator
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from bot.answering.answerer import Answerer
from bot.knowledge.load import load
from tests.databases import postgres, url

__all__ = ["postgres", "url"]

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the commands' cache out of the home folder of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    """Compute as the command does: several test runs on few cores would wait for one another's threads."""
    with threadpool_limits(1, "blas"):
        yield


@pytest.fixture(scope="session")
def answerer() -> Answerer:
    """The shipped knowledge with its matcher; immutable, so one serves all tests."""
    return Answerer(load(KNOWLEDGE))
