"""Question parts and statements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.questions import question_parts
from bot.matching.text import MAX_LENGTH


def test_the_sentence_that_asks_comes_first() -> None:
    text = "so I was reading about this case all evening long and wow. it made me so sad. did he ever get out? thanks"
    assert question_parts(text)[0] == "did he ever get out?"


def test_a_clause_that_asks() -> None:
    text = (
        "i have followed this for ages and my friends keep telling me different things every time that i ask them "
        "about it so what did the jury decide"
    )
    assert "what did the jury decide" in question_parts(text)


def test_a_short_sentence_has_no_parts() -> None:
    assert question_parts("wow, who was killed?") == []


@pytest.mark.parametrize("text", ["We argued about this. who was killed?", "For my notes: who was killed?"])
def test_of_a_short_message_the_sentence_that_asks(text: str) -> None:
    assert question_parts(text)[0] == "who was killed"


@given(st.text(max_size=600))
def test_parts_come_from_the_text(text: str) -> None:
    parts = question_parts(text)
    assert len(parts) <= 6
    assert all(part.split() for part in parts)


def test_very_long_text() -> None:
    assert len(question_parts("who. " * MAX_LENGTH)) <= 6
