"""Ids of new entries: from any question, free, and of the right form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.knowledge.ids import new_id, slug
from bot.knowledge.model import Id


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("Who was Zoë's “friend”?", "who-was-zoes-friend"),
        ("Who's Ada Voß?", "whos-ada-vo"),
        ("  Où est-elle ?", "ou-est-elle"),
        ("¿?", ""),
        ("Кто убил мальчика?", ""),
        ("long " * 30, "-".join(["long"] * 12)),
    ],
)
def test_an_id_is_made_of_the_question(question: str, id_: str) -> None:
    assert slug(question) == id_


@pytest.mark.parametrize(
    ("question", "taken", "id_"),
    [
        ("Who was Zoë?", (), "who-was-zoe"),
        ("Who was Zoë?", ("who-was-zoe", "who-was-zoe-2"), "who-was-zoe-3"),
        ("Кто убил мальчика?", (), "entry-1"),
        ("谁被杀了?", ("entry-1",), "entry-2"),
        ("x" * 80, ("x" * 60,), "x" * 58 + "-2"),
    ],
)
def test_a_new_id_is_free(question: str, taken: tuple[str, ...], id_: str) -> None:
    assert new_id(question, taken) == id_


@given(st.lists(st.text(max_size=80), max_size=8))
def test_any_questions_get_ids_of_their_own_of_the_right_form(questions: list[str]) -> None:
    taken: list[str] = []
    for question in questions:
        taken.append(TypeAdapter(Id).validate_python(new_id(question, taken)))
    assert len(set(taken)) == len(questions)
