"""Answers with paragraphs, lists and code: how they are read, written again and cited."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.blocks import Form, joined, normalized, split_blocks
from bot.knowledge.citations import Block, Ref, parse_blocks, prose
from tests.invisible import INVISIBLE

PASSAGES = frozenset({Ref("docs", "p1"), Ref("docs", "p2"), Ref("wiki", "w1")})

LINES = (
    "", "words", "- item", "  - nested", "      - deep", "* star", "+ plus", "• dot", "-", "1. one", "1) one",
    "7. seven", "2.", "```", "```sh", "   ```", "````", "``` `x`", "~~~", "`code`", "[p1]", "[p1].", "He ran [p1].",
    "To do so:", "    indented", "\tcode", "# x", "> x", "---",
    ">", "> - item", ">   - nested", "> > - deep", "> 1. one", "> ```", "  > x", "[a](https://x.org)", "16. Mai",
    "\u200d", "x\u200c`", "@everyone",
)  # fmt: skip
hostile = st.lists(st.sampled_from(LINES) | st.text("`-1. [p]\n:ab*\t>", max_size=9), max_size=14).map("\n".join)


def blocks(text: str) -> tuple[Block, ...]:
    return parse_blocks(text, "docs", PASSAGES)


def set_as(text: str) -> list[tuple[str, int, int | None, str]]:
    return [(each.layout.form, each.layout.level, each.layout.number, each.text) for each in split_blocks(text)]


def resting(text: str) -> list[tuple[str, str]]:
    return [
        (statement.plain, " ".join(ref.passage for ref in statement.rests_on))
        for block in blocks(text)
        for statement in block.statements
    ]


@pytest.mark.parametrize(
    "text", ["He was 16.", "- He was 16 - She was not", "1. Mai 2002 was a day.", "```sh```", "* x"]
)
def test_a_text_on_one_line_is_prose(text: str) -> None:
    assert set_as(text) == [(Form.PARAGRAPH, 0, None, text)]


def test_a_list_keeps_its_nesting_and_its_numbers_run_on() -> None:
    text = "Do this:\n\n3. one\n   goes on\n   - below\n   - again\n3. two\n\n- other\n\nIn year\n16. so it was."
    assert set_as(text) == [
        (Form.PARAGRAPH, 0, None, "Do this:"),
        (Form.ITEM, 0, 3, "one goes on"),
        (Form.ITEM, 1, None, "below"),
        (Form.ITEM, 1, None, "again"),
        (Form.ITEM, 0, 4, "two"),
        (Form.ITEM, 0, None, "other"),
        (Form.PARAGRAPH, 0, None, "In year 16. so it was."),
    ]


def test_a_list_in_a_quote_is_a_list() -> None:
    text = "She says\n> what holds:\n>\n> - Be kind,\n>   and quiet.\n>   - Always.\n> > 1. one\n\nYes."
    assert set_as(text) == [
        (Form.PARAGRAPH, 0, None, "She says"),
        (Form.PARAGRAPH, 0, None, "what holds:"),
        (Form.ITEM, 0, None, "Be kind, and quiet."),
        (Form.ITEM, 1, None, "Always."),
        (Form.ITEM, 0, 1, "one"),
        (Form.PARAGRAPH, 0, None, "Yes."),
    ]
    nested = "- He says:\n  > - a\n  > - b"
    assert set_as(nested) == [
        (Form.ITEM, 0, None, "He says:"),
        (Form.ITEM, 1, None, "a"),
        (Form.ITEM, 1, None, "b"),
    ]


@pytest.mark.parametrize("text", ["More than\n> 18 of them", "```\n> - code\n```", "It is\n> 18. May"])
def test_what_only_looks_like_a_list_in_a_quote_stays(text: str) -> None:
    assert ">" in normalized(text)


def test_code_keeps_its_lines_and_loses_only_the_indentation_of_its_fence() -> None:
    (item, code, other) = split_blocks("1. Run\n   ```sh\n   a\n\n     b  \n   ```\n2. Then")
    assert (code.layout.language, code.text) == ("sh", "a\n\n  b")
    assert (item.layout.number, other.layout.number) == (1, 2)


def test_code_may_hold_fences_of_its_own() -> None:
    text = "Use:\n````md\n```\nx\n```\n````\n[p1]"
    assert split_blocks(text)[1].text == "```\nx\n```"
    assert normalized(text) == text


@pytest.mark.parametrize("text", ["a\n```\nx", "```\n\n```", "a\n```sh\n```\nb"])
def test_a_code_block_without_end_or_content_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"code block .*; (write|delete)"):
        normalized(text)


@given(hostile)
def test_any_text_is_split_and_written_as_the_same_blocks(text: str) -> None:
    written = joined(split_blocks(text))
    assert joined(split_blocks(written)) == written
    assert [each.layout for each in split_blocks(written)] == [each.layout for each in split_blocks(text)]


@given(hostile)
def test_any_text_keeps_its_words(text: str) -> None:
    assert set(re.findall("[a-z]{2,}", text)) <= set(re.findall("[a-z]{2,}", joined(split_blocks(text)))) | {"sh"}


@given(hostile, st.sampled_from(INVISIBLE))
def test_any_text_has_statements(text: str, hidden: str) -> None:
    for block in blocks(text + hidden):
        assert all(isinstance(statement.plain, str) for statement in block.statements)
        assert not block.is_code or len(block.statements) == 1


def test_prose_is_cited_statement_by_statement() -> None:
    assert resting("One. Two words [p1].\n\nThree here [p2].") == [
        ("One. Two words.", "p1"),
        ("Three here.", "p2"),
    ]
    assert resting("It is so. It was so [p1].\n\nEnd here.") == [
        ("It is so.", ""),
        ("It was so.", "p1"),
        ("End here.", ""),
    ]


def test_a_mark_at_the_end_of_an_item_stands_for_the_item() -> None:
    assert resting("- It is so. It was so [p1].\n- It will be [p2]. Or not.") == [
        ("It is so.", "p1"),
        ("It was so.", "p1"),
        ("It will be.", "p2"),
        ("Or not.", ""),
    ]


def test_a_mark_of_the_lead_in_stands_for_what_it_introduces() -> None:
    assert resting("There are rules [p1]:\n- Be kind.\n- Be brief [p2].\n\nNo more rules.") == [
        ("There are rules:", "p1"),
        ("Be kind.", "p1"),
        ("Be brief.", "p2"),
        ("No more rules.", ""),
    ]
    assert resting("Run this [p1]:\n```\na. B\n```\n```\nb\n```")[1:] == [("a. B", "p1"), ("b", "")]


def test_a_lead_in_without_marks_rests_on_what_it_introduces_if_all_is_cited() -> None:
    assert resting("Run this:\n```\na\n```\n[p1, wiki:w1]")[0] == ("Run this:", "p1 w1")
    assert resting("Run it. Like this:\n- a b [p1]\n- c d [p2]")[:2] == [("Run it.", ""), ("Like this:", "p1 p2")]
    assert resting("These:\n- a b [p1]\n- c d")[0] == ("These:", "")


def test_a_step_may_introduce_its_code() -> None:
    text = "1. Do [p1]:\n```\na\n```\n2. Then:\n```\nb\n```\n[p2]\n3. End it."
    assert resting(text) == [("Do:", "p1"), ("a", "p1"), ("Then:", "p2"), ("b", "p2"), ("End it.", "")]


def test_what_stands_in_code_or_an_address_is_no_mark_and_ends_no_sentence() -> None:
    text = "Write `list[p1]. Then [p2]` or read [it. So](https://x.org/A.Bc) or https://x.org/a.B?c=d [p1]."
    assert resting(text) == [(text.removesuffix(" [p1].") + ".", "p1")]
    assert resting("Run `a`. Then it works [p1].")[0] == ("Run `a`.", "")
    assert resting("x\n```\nx[p1]. Y\n```")[1] == ("x[p1]. Y", "")


def test_code_is_left_out_of_what_is_read_as_prose() -> None:
    assert [each.plain for each in prose(blocks("It is:\n```\ncode\n```\n[p1]"))] == ["It is:"]


@given(st.text(st.sampled_from("`ab[]()<>:/. \ue000\ue001p1"), max_size=60))
def test_a_line_of_code_and_links_loses_nothing(text: str) -> None:
    said = "".join(statement.plain for block in blocks(f"x {text}") for statement in block.statements)
    named = re.findall(r"\[([abp1:]+)\]", text)
    # The id of a passage has a letter and a digit; before a colon, the id of its source may have either.
    if not any(":" in name or ("1" in name and name.strip("1")) for name in named):
        assert "".join(said.split()) == "".join(f"x {text}".split())
