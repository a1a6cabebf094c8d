"""Names joined as in a sentence, in each language."""

import re

import pytest

from bot.i18n.catalogue import speaking
from bot.i18n.lists import enumerate_names
from tests.i18n.test_catalogue import catalogue, texts


@pytest.mark.parametrize(("names", "prose"), [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")])
def test_names_are_joined_as_in_a_sentence(names: list[str], prose: str) -> None:
    assert enumerate_names(names) == prose


@pytest.mark.parametrize(
    ("last", "joined"),
    [
        ("Luis", "y"),
        ("Irene", "e"),
        ("Íñigo", "e"),
        ("Hilda", "e"),
        ("Yvonne", "e"),
        ("**insertar enlaces**", "e"),
        ("`in-short`", "e"),
        ("Yolanda", "y"),
        ("Hielo", "y"),
        ("Hugo", "y"),
        ("123", "y"),
        ("???", "y"),
    ],
)
def test_spanish_has_another_and_before_the_sound_i(last: str, joined: str) -> None:
    with speaking("es"):
        assert enumerate_names([last, "Ana", last]) == f"{last}, Ana {joined} {last}"
    assert enumerate_names(["Ana", last]) == f"Ana and {last}"


def test_no_spanish_text_joins_names_by_itself() -> None:
    """What such a text fills in after "y" or "o" are numbers and mentions, none of which begins with that sound."""
    numbers = {"count", "stops", "second", "false_then", "right_then"}
    joined = set()
    for message in texts(catalogue("es")).values():
        forms = [message.string or ""] if isinstance(message.string, str | None) else message.string
        joined |= {name for form in forms for name in re.findall(r"\b[yo] {(\w+)}", form)}
    assert joined == {*numbers, "last", "roles"}
