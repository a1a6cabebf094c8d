"""Typo repair."""

import pytest

from bot.matching.spelling import MAX_REPAIRED, Speller, common_words

WORDS = "who was killed corey miller kardashian louisiana nightclub convicted the jury form"
SPELLER = Speller(dict.fromkeys(WORDS.split(), 1))


def read(text: str) -> str:
    return " ".join(word for repair in SPELLER.repair([text.split()])[0] for word in repair.words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("who was kiled", "who was killed"),
        ("corye miler", "corey miller"),
        ("kardashen", "kardashian"),
        ("convcted", "convicted"),
        ("whowas killed", "who was killed"),
        ("night club", "night club"),
        ("kar dashian", "kardashian"),
        ("from the jury", "from the jury"),
        ("fury", "fury"),
        ("1234567", "1234567"),
        ("zzzzzzzz", "zzzzzzzz"),
        ("kardashyan", "kardashian"),
        ("cory milar", "corey miller"),
        ("luisiana", "louisiana"),
        ("journy", "journey"),
    ],
)
def test_repair(typed: str, meant: str) -> None:
    assert read(typed) == meant


def test_a_word_of_every_third_question_wins_over_a_commoner_one_of_like_sound() -> None:
    speller = Speller({"corey": 600, "care": 2, "night": 20, "site": 2, "killed": 150, "could": 5, "the": 900})
    readings = [repair.words for repair in speller.repair([["cory", "nite", "kild"]])[0]]
    assert readings == [("corey",), ("night",), ("killed",)]


def test_what_is_spelled_as_it_sounds_is_no_slip_of_a_finger() -> None:
    speller = Speller({"which": 437, "wish": 5, "state": 20})
    assert [repair.words for repair in speller.repair([["wich", "state"]])[0]] == [("which",), ("state",)]


def test_common_words_are_never_repaired() -> None:
    assert all(SPELLER.known(word) for word in list(common_words())[:1000])


def test_very_many_unknown_words() -> None:
    typed = [f"qx{'z' * (number % 30)}{number}w" for number in range(900)]
    (repairs,) = SPELLER.repair([typed])
    assert [repair.typed for repair in repairs] == typed


def test_a_message_and_its_parts_share_a_number_of_repairs() -> None:
    slips = [word[:at] + word[at + 1 :] for word in ("kardashian", "louisiana", "convicted") for at in range(1, 9)]
    whole, part = SPELLER.repair([[*slips, "kiled"], ["kiled", *(f"nightclu{letter}" for letter in "acdefghijklm")]])
    repaired = {repair.typed for repair in (*whole, *part) if repair.words != (repair.typed,)}
    assert part[0].words == ("killed",)
    assert len(repaired) == MAX_REPAIRED < len({*slips, *(repair.typed for repair in part)})


def test_empty_vocabulary() -> None:
    assert Speller({}).repair([["whoo", "qqqqqq"]])[0][1].words == ("qqqqqq",)
