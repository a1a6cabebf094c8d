"""Synonyms and fillers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.lexicon import Epithets, Fillers, Synonyms
from bot.matching.matcher import Matcher
from bot.matching.text import words
from bot.matching.types import Lexicon, Target

USED = {"prison", "jail", "kim", "kardashian", "second", "trial", "retrial"}
GROUPS = [
    ("prison", "slammer", "jail", "the big house"),
    ("kkw", "kim kardashian"),
    ("appeal", "higher court"),
    ("retrial", "trial number two"),
]
SYNONYMS = Synonyms(GROUPS, {}, USED.__contains__)


def read(text: str) -> str:
    return " ".join(SYNONYMS.apply(text.split())[0])


def test_a_term_that_no_phrasing_uses_is_read_as_one_that_some_do() -> None:
    assert read("is he in the slammer") == "is he in the prison"
    assert read("kkw tweet") == "kim kardashian tweet"
    assert read("in the big house now") == "in prison now"


def test_terms_that_phrasings_use_stay() -> None:
    assert read("jail or prison") == "jail or prison"


def test_plurals_and_possessives_without_apostrophe() -> None:
    assert read("kkws tweet") == "kim kardashian tweet"


def test_a_group_that_no_phrasing_uses_changes_nothing() -> None:
    assert read("higher court") == "higher court"


def test_what_was_read_is_told() -> None:
    assert SYNONYMS.apply(["slammer"])[1] == [("slammer", "prison")]


def test_terms_are_taught_to_the_speller() -> None:
    assert {"slammer", "kkw", "house"} <= SYNONYMS.vocabulary


CHAT_SPEAK = {"idk": "i do not know"}
FILLERS = Fillers(Lexicon(chat_speak=CHAT_SPEAK, fillers=("lol", "just curious", "idk")))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("lol who was it lol", "who was it"),
        ("just curious, who was it?", "who was it"),
        ("idk who it was, i don't know", "who it was"),
        ("just who was it", "just who was it"),
        ("lol LOL", "lol lol"),
        ("", ""),
    ],
)
def test_fillers_are_passed_over_wherever_they_stand(typed: str, read: str) -> None:
    assert " ".join(FILLERS.drop(words(typed, CHAT_SPEAK))) == read


@given(st.lists(st.sampled_from(["lol", "just", "curious", "who", "was", "it"]), max_size=12))
def test_without_fillers_a_text_keeps_its_words_in_order_and_never_loses_all(typed: list[str]) -> None:
    read = FILLERS.drop(words(" ".join(typed), CHAT_SPEAK))
    rest = iter(typed)
    assert all(word in rest for word in read)
    assert bool(read) is bool(typed)


def test_an_epithet_is_read_as_the_shortest_name_that_phrasings_use() -> None:
    people = ((("Anna Maria Smith", "Anna", "Annie"), ("the mayor", "our mayor")), (("Bob",), ("the baker",)))
    epithets = Epithets(Lexicon(epithets=people), {"anna", "smith", "maria"}.__contains__)
    assert " ".join(epithets.named(["what", "did", "our", "mayor", "say"])) == "what did anna say"
    assert {"mayor", "our"} <= epithets.vocabulary


def test_a_person_is_found_by_an_epithet() -> None:
    targets = (
        Target("anna-said", ("what did anna say about the bridge", "anna's words on the bridge")),
        Target("bridge-age", ("how old is the bridge", "when was the bridge built")),
        Target("mayor-pay", ("what does the mayor earn", "salary of the mayor")),
    )
    people = ((("Anna Smith", "Anna"), ("the mayor",)),)
    matcher = Matcher(targets, Lexicon(epithets=people))
    assert matcher.rank("what did the mayor say about the bridge")[0].entry == "anna-said"
    assert matcher.rank("what does the mayor earn")[0].entry == "mayor-pay"
