import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.citations import Ref, parse_ref, parse_statements

PASSAGES = frozenset(
    {
        *(Ref("article", f"p{n}") for n in range(1, 9)),
        Ref("article", "intro"),
        Ref("letter", "n1"),
        Ref("article", "p3a"),
    }
)


def parsed(text: str) -> list[tuple[str, list[str]]]:
    return [(s.plain, [str(ref) for ref in s.refs]) for s in parse_statements(text, "article", PASSAGES)]


def test_each_statement_keeps_its_own_marks() -> None:
    text = "He was 16 [p2]. She wrote it in a post [p3, p5]."
    assert parsed(text) == [
        ("He was 16.", ["article:p2"]),
        ("She wrote it in a post.", ["article:p3", "article:p5"]),
    ]


def test_a_mark_may_name_its_source_or_follow_the_full_stop() -> None:
    assert parsed("The director agrees [letter:n1].") == [("The director agrees.", ["letter:n1"])]
    assert parsed("He was 16. [p2] She was not.") == [("He was 16.", ["article:p2"]), ("She was not.", [])]


def test_neighbouring_marks_belong_to_one_statement() -> None:
    assert parsed("Life in prison [p1][p2].") == [("Life in prison.", ["article:p1", "article:p2"])]
    assert parsed("Life in prison [p1] [p1].") == [("Life in prison.", ["article:p1"])]


def test_a_clause_inside_a_sentence_may_be_cited_by_itself() -> None:
    assert parsed("Two vote 10-2 [p4], she writes [p7].") == [
        ("Two vote 10-2,", ["article:p4"]),
        ("she writes.", ["article:p7"]),
    ]


def test_a_sentence_before_a_cited_one_is_not_covered_by_its_mark() -> None:
    assert parsed("The article names no judge. It was a retrial [p2].") == [
        ("The article names no judge.", []),
        ("It was a retrial.", ["article:p2"]),
    ]


def test_very_short_sentences_and_abbreviations_do_not_end_a_statement() -> None:
    assert parsed("Yes. A jury did so [p2].") == [("Yes. A jury did so.", ["article:p2"])]
    assert parsed("It was told to Mr. Miller by Dr. No [p2].") == [
        ("It was told to Mr. Miller by Dr. No.", ["article:p2"])
    ]


def test_a_mark_without_words_is_kept_so_that_the_check_can_see_it() -> None:
    assert parsed("[p2]") == [("", ["article:p2"])]


def test_references() -> None:
    assert parse_ref("p2", "article") == Ref("article", "p2")
    assert parse_ref("letter:n1", "article") == Ref("letter", "n1")


@pytest.mark.parametrize(
    "text",
    [
        'She wrote "[he] ran"',
        "She wrote [sic] so",
        "It is on [page](https://example.org)",
        "It is on [p1](https://example.org)",
        "It was in [2002]",
        "So she [...] said",
    ],
)
def test_brackets_that_name_no_passage_are_text(text: str) -> None:
    assert parsed(text) == [(text, [])]
    assert parsed(f"{text} [p2].") == [(f"{text}.", ["article:p2"])]


def test_what_looks_like_a_mark_is_one_so_that_a_slip_is_noticed() -> None:
    assert parsed("So it was [p9].") == [("So it was.", ["article:p9"])]
    assert parsed("So it was [diary:x].") == [("So it was.", ["diary:x"])]
    assert parsed("So it was [p1, two].") == [("So it was.", ["article:p1", "article:two"])]


def test_a_passage_may_have_any_name() -> None:
    assert parsed("So it was [intro]. [he] ran [p3a].") == [
        ("So it was.", ["article:intro"]),
        ("[he] ran.", ["article:p3a"]),
    ]


def test_where_passages_are_not_known_any_word_may_name_one() -> None:
    assert [s.refs for s in parse_statements("So it was [outro].", "article", None)] == [(Ref("article", "outro"),)]


@pytest.mark.parametrize("closing", ["。", "।", "؟", "։", ".”", '."', ").", "!?", "…", "、", "；"])
def test_the_punctuation_behind_a_mark_closes_its_statement_in_any_script(closing: str) -> None:
    assert parsed(f"燃えた [p1]{closing} 彼は言った [p2]。") == [
        (f"燃えた{closing}", ["article:p1"]),
        ("彼は言った。", ["article:p2"]),
    ]


def test_a_handle_behind_a_mark_is_no_punctuation() -> None:
    assert parsed("He was 16 [p1]#Tag so [p2].")[1] == ("#Tag so.", ["article:p2"])


@pytest.mark.parametrize(
    "text",
    [
        "He died. She said so [p1].",
        "燃えた。彼は言った [p1]。",
        "Он умер. Она сказала [p1].",
        "He ran.She did so [p1].",
    ],
)
def test_a_sentence_of_two_words_leans_on_nothing(text: str) -> None:
    assert [refs for _text, refs in parsed(text)] == [[], ["article:p1"]]


@given(st.text() | st.text(st.sampled_from('ab9 .!?。[]p1(),:"')))
def test_any_text_is_split_without_losing_a_word(text: str) -> None:
    statements = parse_statements(text, "article", PASSAGES)
    marks = " ".join(ref.passage for statement in statements for ref in statement.refs)
    words = " ".join(statement.plain for statement in statements)
    assert set(words + marks) - {" "} <= set(text)
    if "[" not in text:
        assert "".join(words.split()) == "".join(text.split())
