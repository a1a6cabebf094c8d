"""The way of a question: what somebody writes cannot make it much longer than a plain question of the same length.

The steps of Python are counted, so that a busy machine changes nothing. Time inside of regular expressions is not
among them: see :mod:`tests.test_regular_expressions`.
"""

import sys
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from types import FrameType
from typing import TYPE_CHECKING, Final

import pytest

from bot.answering.answerer import Answerer
from bot.answering.greetings import courtesy
from bot.knowledge.load import load
from bot.matching.questions import LONGEST_COMBINED, LONGEST_FOLLOW_UP, shows_a_question
from tests.benchmarks import hostile
from tests.places import HARBOUR

if TYPE_CHECKING:
    from _typeshed import TraceFunction

PLAIN: Final = "i read about the painting that was taken from the museum at night, and who saw what the thieves did? "
MOST: Final = 10.0
"""How many times the steps of a plain question another text may take: some characters stand for eighteen (NFKC), and
unknown words are searched for. What grew by the square would take hundreds of times."""


def steps(call: Callable[[], object]) -> int:
    """Count the steps of Python's virtual machine that a call takes."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> "TraceFunction":
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer(load(HARBOUR))


def way(answerer: Answerer, text: str) -> Callable[[], object]:
    """Yield all that is done with a text by which somebody may ask."""

    def follow() -> Iterator[object]:
        yield courtesy(text)
        yield shows_a_question(text)
        yield answerer.answer(text, "what-was-taken")
        yield answerer.complete(text)
        yield answerer.names.find(text)
        yield answerer.names.complete(text)

    return lambda: list(follow())


def plain(length: int) -> str:
    return "".join(islice(cycle(PLAIN), length))


@pytest.mark.parametrize("length", [LONGEST_FOLLOW_UP, LONGEST_COMBINED, hostile.LENGTH])
def test_no_text_makes_much_more_work_than_a_plain_question(answerer: Answerer, length: int) -> None:
    phrasings = [text for entry in answerer.base.entries.values() for text in (entry.question, *entry.phrasings)]
    texts = hostile.messages(phrasings, length)
    for text in (plain(length), *texts.values()):
        way(answerer, text[1:])()  # fills what is kept once for all
    allowed = MOST * steps(way(answerer, plain(length)))
    taken = {kind: steps(way(answerer, text)) for kind, text in texts.items()}
    assert not {kind: count / allowed for kind, count in taken.items() if count > allowed}


def test_work_that_grows_by_the_square_would_be_seen(answerer: Answerer) -> None:
    def square(text: str) -> int:
        return sum(text.startswith(" ", at) for at, _ in enumerate(text) for _ in text)

    way(answerer, plain(hostile.LENGTH)[1:])()
    allowed = MOST * steps(way(answerer, plain(hostile.LENGTH)))
    assert steps(lambda: square(" " * (hostile.LENGTH // 8))) > allowed
