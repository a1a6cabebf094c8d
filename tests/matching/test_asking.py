"""What asks for something to be told, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.asking import SURE, asking
from bot.matching.matcher import ASKS_NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "who did it", "trial date", "tell me about it", "he did what", "is it true", "explain", "opening hours sunday",
        "erin", "need the link for the form", "wondering if dogs are allowed", "from where is this singer",
        "Good evening to all. I came late to this. Might I ask when he was arrested? Thank you kindly.",
    ],
)  # fmt: skip
def test_what_asks(text: str) -> None:
    assert asking(text) > ASKS_NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "i love this song so much", "that was the best night of my life", "thanks, that drill was so good to me",
        "lol my saw is the best saw i ever had",
    ],
)  # fmt: skip
def test_what_asks_nothing(text: str) -> None:
    assert asking(text) < ASKS_NOTHING


def test_a_question_after_a_statement_asks() -> None:
    lament = "his girls need their dad."
    assert asking(f"{lament} when does he get out?") > asking(lament)


def test_what_is_said_around_a_question_counts_as_asking() -> None:
    for request in ("can someone explain", "my friend wants to know", "stupid question but", "just curious,"):
        assert asking(f"{request} this case to me") > 0 > asking("this case to me")


@pytest.mark.parametrize(
    "text",
    [
        "my wizard fell last night can the cleric bring him back", "my sister wants to listen in on friday is that ok",
        "the chain keeps slipping off on hills should i replace it", "my mum reads only arabic can somebody translate",
    ],
)  # fmt: skip
def test_a_statement_that_turns_into_a_question_asks(text: str) -> None:
    assert asking(text) > 0


@pytest.mark.parametrize("text", ["i hate mondays and so does he i guess", "what gets me is they never even looked"])
def test_a_statement_with_an_inverted_clause_still_asks_nothing(text: str) -> None:
    assert asking(text) < 0


@given(st.text(max_size=300))
def test_any_text_has_a_logit(text: str) -> None:
    assert -SURE <= asking(text) <= SURE
