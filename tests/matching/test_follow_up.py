"""What leans on an answer before, and how it is said in full."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.questions import FollowUp, follow_up

NAMES = frozenset(["jessica", "jackson", "erin"])


@pytest.mark.parametrize(
    ("text", "asked", "completed"),
    [
        ("and when?", "when", ("Who was killed when", "when was killed")),
        ("where", "where", ("Who was killed where", "where was killed")),
        ("how come?", "why", ("Who was killed why", "why was killed")),
        ("and when was that?", "when was that", ("Who was killed when was that",) * 2),
        ("ok, and the arrest?", "the arrest", ("Who was killed the arrest",) * 2),
        ("what about the arrest", "the arrest", ("Who was killed the arrest",) * 2),
    ],
)
def test_a_follow_up_is_said_in_full(text: str, asked: str, completed: tuple[str, str]) -> None:
    assert follow_up(text, "Who was killed?", NAMES) == FollowUp(asked, completed)


def test_a_name_takes_the_place_of_the_one_before() -> None:
    asked = follow_up("and erin?", "Who is Jessica Jackson?", NAMES)
    assert asked is not None
    assert asked.completed[1] == "Who is erin"


@pytest.mark.parametrize("text", ["which prison is the rapper in", "was there a jury"])
def test_what_may_stand_by_itself_is_told(text: str) -> None:
    asked = follow_up(text, "Who was killed?", NAMES)
    assert asked is not None
    assert not asked.leans


@pytest.mark.parametrize("text", ["", "?", "lol ok", "that sucks", "the arrest", "and so on and so forth it went on"])
def test_what_asks_nothing_is_no_follow_up(text: str) -> None:
    assert follow_up(text, "Who was killed?", NAMES) is None


@given(st.text(max_size=120), st.text(max_size=60))
def test_whatever_is_asked_is_kept(text: str, previous: str) -> None:
    asked = follow_up(text, previous, NAMES)
    assert asked is None or all(
        completed.endswith(asked.asked) or completed.startswith(asked.asked) for completed in asked.completed
    )
