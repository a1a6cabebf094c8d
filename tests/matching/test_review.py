"""Weak phrasings come to light: what another entry takes, what is said twice, what cannot be told apart."""

from bot.matching.matcher import Matcher
from bot.matching.review import Confusable, Duplicates

FRUIT = {
    "apples": ["how many apples are there", "number of apples", "count the apples", "apples in the basket"],
    "trains": ["when does the train leave", "train departure time", "what time is the train", "next train out"],
    "painter": ["who painted the wall", "name of the painter", "which artist did the wall", "the painter is who"],
}


def test_a_phrasing_that_belongs_to_another_entry_is_found() -> None:
    review = Matcher.from_phrasings({**FRUIT, "apples": [*FRUIT["apples"], "what time does the train depart"]}).review()
    (stray,) = (each for each in review.strays if each.phrasing == "what time does the train depart")
    assert (stray.entry, stray.taken_by) == ("apples", "trains")
    assert 0.6 <= stray.chance <= 1


def test_phrasings_that_are_at_home_are_left_alone() -> None:
    review = Matcher.from_phrasings(FRUIT).review()
    assert "number of apples" not in {stray.phrasing for stray in review.strays}
    assert not review.twins
    assert not review.neighbours


def test_phrasings_that_say_the_same_twice_are_found() -> None:
    review = Matcher.from_phrasings({**FRUIT, "trains": [*FRUIT["trains"], "train departure time please"]}).review()
    assert review.twins == ()
    review = Matcher.from_phrasings({**FRUIT, "trains": [*FRUIT["trains"], "departure time train"]}).review()
    assert review.twins == (Duplicates("trains", "train departure time", "departure time train"),)


def test_entries_that_cannot_be_told_apart_are_found() -> None:
    review = Matcher.from_phrasings({**FRUIT, "fruit": ["how many apples", "number of the apples"]}).review()
    assert Confusable("fruit", "apples", 1.0) in review.neighbours


def test_there_is_nothing_to_find_where_there_is_nothing() -> None:
    assert not Matcher.from_phrasings({}).review().strays
    assert not Matcher.from_phrasings({"one": ["only one"]}).review().strays
