import pytest

from bot.answering.wording import enumerate_names, voice


@pytest.mark.parametrize(("names", "prose"), [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")])
def test_names_are_joined_as_in_a_sentence(names: list[str], prose: str) -> None:
    assert enumerate_names(names) == prose


def test_a_passage_says_whom_it_quotes_and_where() -> None:
    assert voice("Anna", "a letter") == " (quoting Anna, a letter)"
    assert voice("Anna", None) == " (quoting Anna)"
    assert voice(None, None) == ""
