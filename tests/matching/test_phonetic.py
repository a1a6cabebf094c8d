"""Sounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.phonetic import sound


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("milar", "miller"),
        ("cory", "corey"),
        ("kardashen", "kardashian"),
        ("luisiana", "louisiana"),
        ("tomas", "thomas"),
        ("jesica", "jessica"),
    ],
)
def test_names_spelt_by_ear(heard: str, name: str) -> None:
    assert sound(heard) == sound(name)


@given(st.text(max_size=40))
def test_any_text(word: str) -> None:
    assert len(sound(word)) <= len(word)
