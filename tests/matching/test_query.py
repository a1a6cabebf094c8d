"""How much of a message is read: the bound on the work that a message can make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.lexicon import Epithets, Synonyms
from bot.matching.query import MAX_WORDS, QueryReader
from bot.matching.spelling import MAX_REPAIRED, Speller
from bot.matching.text import MAX_LENGTH
from bot.matching.types import Lexicon
from tests.benchmarks import hostile

PHRASINGS = ("who was killed?", "how long is he in prison for", "what did kim kardashian tweet?", "was it louisiana")
WORDS = [word for text in PHRASINGS for word in text.strip("?").split()]
SPELLER = Speller(dict.fromkeys(WORDS, 1))
LEXICON = Lexicon(strangers=("brown",))
KNOWS = set(WORDS).__contains__
READER = QueryReader(LEXICON, Synonyms.of(LEXICON, SPELLER.known), Epithets(LEXICON, KNOWS), SPELLER, KNOWS)
PARTS = 4


def assert_bounded(message: str) -> None:
    whole = READER.read(message)
    readings = (whole, *whole.parts)
    assert len(readings) <= 1 + PARTS
    # A word may be read as two, with a blank lost between; a stray blank is not searched for.
    assert all(len(reading.words) <= 2 * MAX_WORDS for reading in readings)
    searched = {repair.typed for reading in readings for repair in reading.repairs if " " not in repair.typed}
    assert len(searched) <= MAX_REPAIRED


def test_every_hostile_kind_makes_bounded_work() -> None:
    for message in hostile.messages(PHRASINGS).values():
        assert_bounded(message)


@given(
    st.lists(
        st.sampled_from(["kiled", "prisn", "twet", "who", "kimkardashian", "lou isiana"]) | st.text(max_size=12)
    ).map(lambda words: (f"{' '.join(words)} " * MAX_LENGTH)[: 2 * MAX_LENGTH])
)
def test_whatever_is_written_makes_bounded_work(message: str) -> None:
    assert_bounded(message)


@pytest.mark.parametrize(
    ("message", "strange"),
    [
        ("who was adnan", {"adnan"}),  # in no list of English words
        ("who killed brown?", {"brown"}),  # on the moderators' list of strangers
        ("Was Kim the one who tweeted?", set()),
        ("We talked about it in class. How long is he in prison?", set()),
    ],
)
def test_words_that_may_name_somebody_else_are_told(message: str, strange: set[str]) -> None:
    assert READER.read(message).strange == strange
