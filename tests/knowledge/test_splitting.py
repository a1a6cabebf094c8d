"""What of a text becomes a passage, and what is only shown to whoever splits it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.splitting import BlockKind, SplitBy, front_matter, split
from tests.places import TEXTS

LONG = "The bridge was closed in the night, and nobody was told why until the morning of the next day."


def kinds(text: str) -> list[tuple[BlockKind, str]]:
    done = split(text)
    return [(block.kind, block.text) for block in sorted((*done.passages, *done.left_out), key=lambda each: each.line)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("# The repair", BlockKind.HEADING),
        ("### What happens next?", BlockKind.HEADING),
        ("**The repair**", BlockKind.HEADING),
        ("The repair\n----------", BlockKind.HEADING),
        ("What the divers found", BlockKind.HEADING),
        ("By Marta Lindqvist", BlockKind.BYLINE),
        ("BY MARTA LINDQVIST, STAFF WRITER", BlockKind.BYLINE),
        ("Von Petra Klein", BlockKind.BYLINE),
        ("Published 12 November 2025", BlockKind.BYLINE),
        ("Tuesday, November 12, 2025 at 9:30 am", BlockKind.BYLINE),
        ("© The Aldermere Courier", BlockKind.BYLINE),
        ("Photo: The bridge at dawn.", BlockKind.CAPTION),
        ("The bridge at dawn. Photograph: Dale Whitcombe", BlockKind.CAPTION),
        ("The bridge at dawn (Photo: Dale Whitcombe)", BlockKind.CAPTION),
        ("![The bridge](bridge.jpg)\n\n*The bridge at dawn.*", BlockKind.CAPTION),
        ("By Monday the water had reached the second step, and by Tuesday the door.", BlockKind.PASSAGE),
        ("He gave the figure: it is 460, because the frame has to be hired for longer.", BlockKind.PASSAGE),
        ("“We were never asked.”", BlockKind.PASSAGE),
        ("“We were never asked”", BlockKind.PASSAGE),
        ("Nobody was hurt.", BlockKind.PASSAGE),
        ("A plot is let to one person.[^1]", BlockKind.PASSAGE),
        ("A plot is let to one person. [2]", BlockKind.PASSAGE),
        ("A plot is let to one person.\u00b9", BlockKind.PASSAGE),
        ("What the divers found[^1]", BlockKind.HEADING),
        ("| Day | Level |\n|---|---|\n| 8 August | 66 |", BlockKind.PASSAGE),
        ("- the first pier\n- the second pier", BlockKind.PASSAGE),
        ("> He was not there, he said.", BlockKind.PASSAGE),
        ("```\nclose the bridge\n\nopen it\n```", BlockKind.PASSAGE),
    ],
)
def test_headings_bylines_and_captions_are_no_passages(line: str, kind: BlockKind) -> None:
    found = kinds(f"{LONG}\n\n{line}\n\n{LONG}")
    assert [each for each, _ in found] == [BlockKind.PASSAGE, kind, BlockKind.PASSAGE]


def test_a_line_that_leads_in_to_a_list_is_one_passage_with_it() -> None:
    text = "# Rules\n\nYou may not grow:\n\n- bamboo;\n- mint outside a pot.\n\nPonds are welcome."
    assert [block.text for block in split(text).passages] == [
        "You may not grow: - bamboo; - mint outside a pot.",
        "Ponds are welcome.",
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"You may grow:\n\n# Herbs\n\n- mint\n- sage\n\n{LONG}", 3),
        (f"The rules are:\n\n1. {LONG}\n\n2. {LONG}", 3),
        (f"You may grow:\n\n{LONG}", 2),
    ],
)
def test_what_a_colon_does_not_lead_in_to_is_a_passage_of_its_own(text: str, count: int) -> None:
    assert len(split(text).passages) == count


def test_a_headline_stands_right_above_its_byline() -> None:
    text = f"Bridge to stay shut\nBy Marta Lindqvist\n12 November 2025\n\n{LONG}"
    assert [kind for kind, _ in kinds(text)] == ["heading", "byline", "byline", "passage"]
    assert split(text).title == "Bridge to stay shut"


def test_a_text_without_blank_lines_has_a_paragraph_a_line() -> None:
    assert len(split(f"{LONG} {LONG}\n{LONG} {LONG}\n{LONG} {LONG}").passages) == 3


def test_wrapped_lines_are_one_paragraph() -> None:
    (passage,) = split("The bridge was closed\nin the night.\n").passages
    assert passage.text == "The bridge was closed in the night."


def test_by_heading_what_stands_between_two_headings_is_one_passage() -> None:
    text = f"# Bridge\n\n{LONG}\n\n## Repair\n\nIt takes weeks.\n\nIt costs money.\n"
    assert [each.text for each in split(text, SplitBy.HEADING).passages] == [LONG, "It takes weeks. It costs money."]


def test_marks_of_markdown_are_no_words() -> None:
    (passage,) = split('The **bridge** is _shut_, [he wrote](https://example.org/a "b"); snake_case stays.\n').passages
    assert passage.text == "The bridge is shut, he wrote; snake_case stays."


def test_front_matter_is_read_and_lines_keep_their_numbers() -> None:
    head, text = front_matter("---\ntitle: Bridge\ndate: 2025-11-12\n---\n\nIt is shut.\n")
    assert head == {"title": "Bridge", "date": "2025-11-12"}
    assert split(text).passages[0].line == 6


def test_an_article_is_split_as_a_reader_would() -> None:
    done = split((TEXTS / "footbridge.txt").read_text("utf-8"))
    assert len(done.passages) == 21
    assert [block.kind for block in done.left_out].count(BlockKind.HEADING) == 7
    assert [block.kind for block in done.left_out].count(BlockKind.CAPTION) == 2


TEXT = st.lists(
    st.sampled_from(
        [LONG, "# A", "By Ann Lee", "Photo: B.", "---", "```", "> C", "", "- d", "“E", "**f**", "<!-- g", "="]
    )
    | st.text(max_size=40)
).map("\n".join)


@given(TEXT, st.sampled_from(SplitBy))
def test_any_text_can_be_split(text: str, by: SplitBy) -> None:
    for block in split(text, by).passages:
        assert block.text
        assert "\n" not in block.text
