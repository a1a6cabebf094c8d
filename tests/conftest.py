from pathlib import Path

import pytest

from bot.answering import Answerer
from bot.knowledge.load import load

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"


@pytest.fixture(scope="session")
def answerer() -> Answerer:
    """The shipped knowledge with its matcher; immutable, so one serves all tests."""
    return Answerer(load(KNOWLEDGE))
