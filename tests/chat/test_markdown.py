"""Texts as Discord's markdown shows them: code that stays in its place, and lines that show as written."""

import pytest

from bot.chat.message.markdown import code_lines, line, literal


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("pip install x", "pip install x"),
        ("a\n```\n@everyone", "a\n``\u200b`\n@everyone"),
        ("a\u202eb", "ab"),
        ("XX", "XX"),
    ],
)
def test_code_does_not_end_the_block_around_it(code: str, shown: str) -> None:
    assert code_lines(code) == shown


def test_each_line_of_a_text_shows_as_written() -> None:
    assert literal("*a* b\n_c_") == "\\*a\\* b\n\\_c\\_"


def test_no_line_of_a_text_begins_a_list_or_takes_time_for_the_others() -> None:
    assert literal("1. a\n2) b\n- c") == "1\\. a\n2\\) b\n\\- c"
    assert literal("\n" * 100_000) == "\n" * 100_000, "minutes, if each line looks at all below it"


@pytest.mark.parametrize(("text", "shown"), [("`x`", "`x`"), ("`` a`b ``", "`` a`b ``")])
def test_a_backtick_does_not_end_the_code_around_it(text: str, shown: str) -> None:
    assert line(text) == shown
