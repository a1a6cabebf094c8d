"""Where sentences end, in any script: what is taken for one sentence needs one citation only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.sentences import count_words, sentence_ends, sentences


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("He was 16.", "Élodie said so"),
        ("Ему было 16.", "Она так сказала"),
        ("Ήταν δεκαέξι;", "Η Ελένη το είπε"),
        ("Ήταν 16.", "Το είπε η Ελένη"),
        ("كان عمره 16.", "قالت ذلك"),
        ("كم عمره؟", "قالت ذلك"),
        ("वह सोलह का था।", "उसने कहा"),
        ("Հայերեն է։", "Նա ասաց"),
        ("གཅིག།", "གཉིས"),
        ("Fue así.", "¿Quién lo dijo?"),
        ("He was 16.", "she said so"),
        ("Nothing!", "she said so"),
        ("He was 16 !", "She said so"),
        ("Really?!", "She said so"),
        ("He was sixteen‼", "She said so"),
        ("He was 16…", "She said so"),
        ("He was 16.", "- she said so"),
        ("He was 16.", "* she said so"),
        ("The vote was 10-2.", "12 sat there"),
        ("He was killed (in 2002).", "She said so"),
        ('She wrote "he died."', "He did not"),
        ("It was plan B.", "She agreed"),
        ("It was 9 a.m.", "She slept"),
        ("It began in Jan.", "Nobody knew"),
        ("It is Miller Inc.", "Nobody knew"),
        ("He was 16.\u00a0", "She said so"),
    ],
)
def test_a_sentence_ends(first: str, second: str) -> None:
    assert sentences(f"{first} {second}") == [first.strip(), second]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("He was 16.", "She said so"),
        ("He was 16.", "she said so"),
        ("He died.", "She said so"),
        ("He died!", "She said so"),
        ("燃えた。", "彼は言った"),
        ("他十六岁。", "她这么说"),
        ("他几岁？", "她这么说"),
    ],
)
def test_a_sentence_ends_without_a_blank_too(first: str, second: str) -> None:
    assert sentences(first + second) == [first, second]


@pytest.mark.parametrize(
    "text",
    [
        "It began at 9 a.m. Monday in court",
        "Das ist z. B. ein Fehler",
        "Er wurde am 3. Mai verhaftet",
        "Mr. Miller met Dr. No",
        "J. Smith and Ana B. Smith said so",
        "The U.S. Supreme Court ruled",
        "St. Louis is far",
        "It began on Jan. 18 in court",
        "No. 5 was read",
        "Smith et al. say so",
        "See example.org and casebot.db for it",
        "It cost 3.50 dollars",
        'He asked "Why?" and left',
        "He died (why?) and nobody knew",
        "Wait... what happened",
        "Wait...what happened",
        "so … much",
        "He - a rapper - was 16",
        "燃えた",
    ],
)
def test_a_stop_within_a_sentence_ends_nothing(text: str) -> None:
    assert sentences(text) == [text]


def test_a_list_whose_lines_were_joined_is_split_at_its_bullets() -> None:
    assert sentences("- He was 16 - she said so") == ["- He was 16", "- she said so"]
    assert sentences("Two things: - he was 16 - she said so") == ["Two things: - he was 16", "- she said so"]
    assert sentences("\u2022 one \u2022 two") == ["\u2022 one", "\u2022 two"]
    assert sentences("1. He was 16. 2. She was not")[1:3] == ["He was 16.", "2."]


def test_words_are_counted_by_letter_where_no_blanks_part_them() -> None:
    assert count_words("Yes.") == 1
    assert count_words("He died.") == 2
    assert count_words("Умер.") == 1
    assert count_words("燃えた。") == 3
    assert count_words("เขาตาย") == 6
    assert count_words("1.") == 1
    assert count_words("…") == 0


@given(st.text(st.sampled_from("aB9 .!?…。;\"')(-\u2022\n") | st.characters(), max_size=80))
def test_nothing_but_blanks_is_lost_or_added(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    ends = list(sentence_ends(text))
    assert ends == sorted(ends)
    assert all(0 < end <= len(text) for end in ends)


@pytest.mark.parametrize("text", ["." * 20_000, "a. " * 20_000, "- a " * 20_000, '"' * 20_000, "a" * 20_000])
def test_a_long_text_takes_no_more_than_its_share(text: str) -> None:
    """Each is done in milliseconds; where time grew with the square of the length, the suite would stand still."""
    assert "".join(sentences(text)).replace(" ", "") == text.replace(" ", "")
