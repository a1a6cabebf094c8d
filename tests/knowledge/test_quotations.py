"""Who says what, as far as the text itself says so by name."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.quotations import Speakers, quotations

KNOWN = (("Ada Voss", "Ada", "@adavoss"), ("Harbour Council",), ("Tom Okafor",))


def speakers(text: str) -> list[str | None]:
    return [each.speaker for each in quotations(text, Speakers(KNOWN))]


@pytest.mark.parametrize(
    ("text", "said_by"),
    [
        ("“It is safe,” said Lena Ortiz, who lives there. “Nobody came.”", ["Lena Ortiz", "Lena Ortiz"]),
        ("“It is safe,” Mayor Tom Okafor said.", ["Tom Okafor"]),
        ("“It is safe,” Mr. Okafor said.", ["Tom Okafor"]),
        ('Ana Ruiz, 45, who runs the café, called it "a joke" and "a shame".', ["Ana Ruiz", "Ana Ruiz"]),
        ("Ana Ruiz supports the idea and says that it could begin “before Christmas”.", ["Ana Ruiz"]),
        ("The River Trust said in a statement: “We regret the delay.”", ["River Trust"]),
        ('"No," a spokeswoman for the River Trust said.', ["River Trust"]),
        ("The Traders' Association said in a letter: “Eleven.”", ["Traders' Association"]),
        ("The council said that it had “no money”.", ["Harbour Council"]),
        ("According to Northline Engineering, the work is “on schedule”.", ["Northline Engineering"]),
        ("“Es war laut”, sagte Petra Klein.", ["Petra Klein"]),
        ("«No es cierto», dijo Ana Ruiz.", ["Ana Ruiz"]),
        ('A spokeswoman for the board, Karin Ek, said: "We follow it."', ["Karin Ek"]),
        ('"Four," the board\'s director of works, Henrik Vall, told the Post. "We looked."', ["Henrik Vall"] * 2),
        ('"It is old," the engineer, Ann Lee, later wrote.', ["Ann Lee"]),
    ],
)
def test_a_speaker_is_who_stands_beside_the_words(text: str, said_by: list[str]) -> None:
    assert speakers(text) == said_by


@pytest.mark.parametrize(
    ("text", "said_by"),
    [
        ("“It is not,” she said.", [None]),
        ("Officials called it “routine”.", [None]),
        ("Lena Ortiz was tired. A banner read “No more”.", [None]),
        ("Tom Okafor called it “safe”, but residents called it “a lie”.", ["Tom Okafor", None]),
        ("“Bad,” said Lena Ortiz, whose son was hurt when a sign reading “Closed” fell.", ["Lena Ortiz", None]),
        ("Lena Ortiz argued with the mayor, Tom Okafor, who said “no”.", [None]),
        ("“Yes,” said Lena Ortiz. Tom Okafor laughed. “No.”", ["Lena Ortiz", None]),
        ("“Prices rose,” said Reed.", [None]),
        ("A banner read “No more.” Tom Okafor said that it was gone.", [None]),
        ("Mill Bridge is open. A sign on the bridge said “Closed”.", [None]),
        ("The mayor, a friend of Lena Ortiz, said “no”.", [None]),
        ("The plan was read by the engineer, Lena Ortiz, and the owner said “no”.", [None]),
    ],
)
def test_words_without_a_name_beside_them_are_given_to_nobody(text: str, said_by: list[str | None]) -> None:
    assert speakers(text) == said_by


@pytest.mark.parametrize("words", ["A" * 60, "WE WILL ALL STAY HERE TOGETHER " * 4, "A'" * 60])
def test_words_in_capitals_are_read_at_once(words: str) -> None:
    start = time.perf_counter()
    assert speakers(f"{words} “No.”") == [None]
    assert speakers(f"The mayor, {words} “No.”") == [None]
    assert speakers(f"“No,” the mayor, {words}") == [None]
    assert time.perf_counter() - start < 1  # it was over a minute


def test_a_surname_that_two_share_names_nobody() -> None:
    met = Speakers([("Ana Ruiz",), ("Luis Ruiz",)])
    assert [each.speaker for each in quotations("“No,” Ruiz said.", met)] == [None]


PIECES = st.sampled_from(["“No,”", '"', "said", "Ann Lee", "The", "a", ",", ".", "spokesman for", "X"])


@given(st.lists(PIECES).map(" ".join))
def test_a_quotation_is_of_the_text_and_its_speaker_too(text: str) -> None:
    for each in quotations(text, Speakers()):
        assert each.words in " ".join(text.split())
        assert each.speaker is None or each.speaker in " ".join(text.split())
