from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.citations import Ref, parse_ref, parse_statements


def parsed(text: str) -> list[tuple[str, list[str]]]:
    return [(s.plain, [str(ref) for ref in s.refs]) for s in parse_statements(text, "article")]


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


@given(st.text())
def test_any_text_is_split_without_losing_a_word(text: str) -> None:
    statements = parse_statements(text, "article")
    marks = " ".join(ref.passage for statement in statements for ref in statement.refs)
    words = " ".join(statement.plain for statement in statements)
    assert set(words + marks) - {" "} <= set(text)
    if "[" not in text:
        assert words.split() == text.split()
