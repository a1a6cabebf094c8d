"""Chat text to words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.everyday import everyday
from bot.matching.text import MAX_LENGTH, normalise, words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Who was KILLED?", "who was killed"),
        ("  who \n\t was   killed  ", "who was killed"),
        ("ｗｈｏ was ｋｉｌｌｅｄ", "who was killed"),
        ("w\u200bh\u200do was k\u00adilled", "who was killed"),
        ("\u202ewho was killed\u202c", "who was killed"),
        ("w̸h̷o̴ was k̵i̶l̸led", "who was killed"),
        ("café", "cafe"),
        ("is he free /gen", "is he free"),
        ("he did it /srs lol", "he did it lol"),
        ("and/or", "and or"),
        ("poor boy :sob: how old was he", "poor boy how old was he"),
        ("at 10:30:45", "at 10 30 45"),
        ("how old was he Question Mark", "how old was he"),
        ("what does the question mark mean", "what does the question mark mean"),
        ("what\u00b4s, who\u2032s, where\u201bs", "what is who is where is"),
        ("who was killed 😭😭 <:sad:123456789012345678> <@123456789012345678>", "who was killed"),
        ("what's didn't can't won't he'll", "what is did not can not will not he will"),
        ("what\u2019s", "what is"),
        ("whats didnt dont im", "what is did not do not i am"),
        ("thomas's jurors' kim's", "thomas jurors kim"),
        ("sooooo whoooo", "soo whoo"),
        ("were is it", "where is it"),
        ("thanks. so wear was he shot", "thanks so where was he shot"),
        ("were they there", "were they there"),
        ("what they wear is up to them", "what they wear is up to them"),
        ("#FreeCoreyMiller @MonicaDenise", "free corey miller monica denise"),
        ("#free_corey_miller", "free corey miller"),
        ("see https://example.org/who?was=killed now", "see now"),
        ("```py\nprint('x')\n``` who was killed", "who was killed"),
        ("10-2 jury, 16-year-old", "10 2 jury 16 year old"),
        ("", ""),
        ("?!...", ""),
    ],
)
def test_normalise(typed: str, read: str) -> None:
    assert normalise(typed) == read


def test_chat_speak() -> None:
    assert words("wat happened 2 u", {"wat": "what", "u": "you"}) == ["what", "happened", "2", "you"]


def test_every_short_form_that_is_built_in_is_read_as_words() -> None:
    # YAML reads an unquoted "on" as true.
    for short, long in everyday().chat_speak.items():
        assert words(short, everyday().chat_speak) == long.split()


@given(st.text(max_size=300))
def test_normalise_is_idempotent_on_plain_words(text: str) -> None:
    once = normalise(text)
    assert normalise(once).split() == normalise(normalise(once)).split()


@given(st.text(max_size=300))
def test_normalise_ignores_surrounding_blanks_and_marks(text: str) -> None:
    assert normalise(f"  {text.strip()} ?! ").split() == normalise(text.strip()).split()


def test_long_input_is_cut() -> None:
    assert len(normalise("ab " * MAX_LENGTH)) <= MAX_LENGTH
    assert len(normalise("\ufdfa" * MAX_LENGTH)) <= 2 * MAX_LENGTH


def test_lone_surrogates_are_harmless() -> None:
    assert normalise("who\ud800 was killed") == "who was killed"
