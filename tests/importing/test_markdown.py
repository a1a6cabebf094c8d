"""FAQs in Markdown, as people write them."""

import pytest

from bot.importing import markdown, prose
from bot.importing.faq import Faq


def said(faq: Faq) -> list[tuple[str, str]]:
    return [(row.question, prose.written(row.answer)) for row in faq.rows]


HEADINGS = """\
---
title: Riverside Chess Club
date: 2026-05-01
---
# Welcome

We play every week. Everybody may come.

- [When do you meet?](#when)

## Meetings

### When do you meet?

Every **Tuesday** at 19:00.
See the [map](https://example.org/map) or [our page](contact.html).

1. Ring the bell.
2. Wait.

### Where?

```sh
open map
```

## Parking

Free after 18:00.
"""


def test_headings_are_questions_and_those_above_them_topics() -> None:
    faq = markdown.read(HEADINGS, "faq.md")
    assert said(faq) == [
        (
            "When do you meet?",
            (
                "Every Tuesday at 19:00. See the [map](https://example.org/map) or our page.\n\n"
                "1. Ring the bell.\n2. Wait."
            ),
        ),
        ("Where?", "```sh\nopen map\n```"),
        ("Parking", "Free after 18:00."),
    ]
    assert [row.topics for row in faq.rows] == [("Meetings",), ("Meetings",), ()]
    assert [row.where for row in faq.rows] == ["faq.md:13:1", "faq.md:21:1", "faq.md:27:1"]
    assert (faq.title, str(faq.date)) == ("Riverside Chess Club", "2026-05-01")
    assert faq.intro == "We play every week. Everybody may come."
    assert [(found.where, found.left_out) for found in faq.findings] == [("faq.md:15:1", False)], "contact.html"


WAYS = {
    "bold lines": "**May I come?**\n\nYes.\n\n**And my dog?**\n\nNo.\n",
    "bold, and the answer below": "**May I come?**\nYes.\n\n**And my dog?**  \nNo.\n",
    "bold in one line": "**May I come?** Yes.\n\n**And my dog?** – No.\n",
    "the sign outside of the bold words": "**May I come**? Yes.\n\n**And my dog**? No.\n",
    "a list": "- **May I come?** Yes.\n- **And my dog?**\n  No.\n",
    "a list without bold words": "- May I come?\n  Yes.\n- And my dog?\n\n  No.\n",
    "numbers": "## 1. May I come?\n\nYes.\n\n## 2. And my dog?\n\nNo.\n",
    "Q and A": "Q: May I come?\nA: Yes.\n\nQ: And my dog?\nA: No.\n",
    "Q and A in bold": "**Q: May I come?**\n\nA: Yes.\n\n**Q: And my dog?**\n\nA: No.\n",
    "details": (
        "<details>\n<summary>May I come?</summary>\n\nYes.\n\n</details>\n\n"
        "<details><summary><b>And my dog?</b></summary>\nNo.\n</details>\n"
    ),
    "underlined headings": "May I come?\n-----------\nYes.\n\nAnd my dog?\n-----------\nNo.\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_questions_are_found_whichever_way_they_stand(way: str) -> None:
    assert said(markdown.read(WAYS[way], "faq.md")) == [("May I come?", "Yes."), ("And my dog?", "No.")]


def test_other_wordings_below_an_answer_are_phrasings() -> None:
    faq = markdown.read("## Fee?\n\n£60.\n\nAlso asked as:\n\n- what does it cost\n- price\n", "faq.md")
    assert said(faq) == [("Fee?", "£60.")]
    assert faq.rows[0].phrasings == ("what does it cost", "price")


def test_text_without_a_question_is_named_and_not_lost_in_silence() -> None:
    faq = markdown.read("# FAQ\n\n## Fees\n\nAll in pounds.\n\n### How much?\n\n60.\n", "faq.md")
    assert said(faq) == [("How much?", "60.")]
    (finding,) = faq.findings
    assert str(finding).startswith(
        'faq.md:3:1: text below the heading "Fees" belongs to no question; give it a heading'
    )
    assert finding.left_out


def test_what_unfolds_below_a_heading_takes_nothing_from_its_answer() -> None:
    late = "<details><summary>And late?</summary>\n\nNo.\n\n</details>"
    text = f"# FAQ\n\n## Loot\n\n### Rolls\n\nAfter main spec.\n\n{late}\n\n### Prices\n\nLow.\n"
    faq = markdown.read(text, "faq.md")
    assert said(faq) == [("Rolls", "After main spec."), ("And late?", "No."), ("Prices", "Low.")]
    assert {row.topics for row in faq.rows} == {("Loot",)}


def test_a_front_matter_that_is_not_yaml_is_named_with_its_line() -> None:
    faq = markdown.read("---\ntitle: [a\n---\n## Why?\n\nSo.\n", "faq.md")
    assert said(faq) == [("Why?", "So.")]
    assert faq.findings[0].where.startswith("faq.md:2:8")


def test_a_tag_is_a_question_by_its_title_or_its_name() -> None:
    text = "---\naliases: [vc, mic]\ntopic: Voice\n---\nPress **Join**.\n"
    row, _ = markdown.tag(text, "voice/how-to-join-voice.md")
    assert (row.question, prose.written(row.answer)) == ("How to join voice", "Press Join.")
    assert (row.phrasings, row.topics) == (("vc", "mic"), ("Voice",))
    assert markdown.tag("# How do I join?\n\nPress Join.\n", "a.md")[0].question == "How do I join?"


def test_what_unfolds_below_a_question_is_its_answer() -> None:
    faq = markdown.read(
        "## May I have a pet?\n\n<details><summary>Click to see</summary>\n\nYes.\n\n</details>\n\n"
        "## On what?\n\n<details><summary>On Windows</summary>\n\nYes.\n\n</details>\n",
        "faq.md",
    )
    assert said(faq) == [("May I have a pet?", "Yes."), ("On what?", "On Windows\n\nYes.")]


def test_a_heading_that_asks_and_only_leads_to_others_is_a_topic() -> None:
    faq = markdown.read("# Club\n\n## Any questions?\n\n### When?\n\nNow.\n\n### Where?\n\nHere.\n", "faq.md")
    assert [(row.question, row.topics) for row in faq.rows] == [
        ("When?", ("Any questions?",)),
        ("Where?", ("Any questions?",)),
    ]
    assert not faq.findings


def test_what_cannot_be_shown_as_it_is_is_noted_with_its_line() -> None:
    faq = markdown.read(
        "![banner](logo.png)\n\nSee [the rules](rules.md).\n\n# When?\n\n| Day | Open |\n|---|---|\n| Monday | 9 |\n\n"
        "# Where?\n\nSee [the map](maps/a%20b.md) or [below](#below), then [that](../x.md).\n\n![the map](m.png)\n\n"
        "Press ![A](a.png) there.\n",
        "faq.md",
    )
    assert [str(found) for found in faq.findings] == [
        "faq.md:7:1: each row of a table became a line; see whether they can be read, or make a list of them",
        (
            "faq.md:13:1: only the words of a link without a full address are kept: maps/a b.md, ../x.md; "
            "write its whole address, https://..."
        ),
        "faq.md:15:1: a picture is not shown in answers: m.png, a.png; say in words what it shows",
    ]
    assert not any(found.left_out for found in faq.findings)
    assert faq.intro == "See the rules."
    assert said(faq)[1][1] == "See the map or below, then that.\n\nPress A there."


def test_the_name_of_an_emoji_keeps_its_colon() -> None:
    assert prose.cite("Yes. :video_game:", "[p1]") == "Yes [p1]. :video_game: [p1]"
    assert prose.cite("Bring this:", "[p1]") == "Bring this [p1]:"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("*Last updated: 3 October 2026*", "2026-10-03"),
        ("Ask Ann. Last change on October 3, 2026 by Ann.", "2026-10-03"),
        ("Last updated in spring. It began on 3 October 2006, in the old hall, with six of us.", "None"),
        ("Since 3 October 2006.", "None"),
    ],
)
def test_the_day_of_the_last_change_is_read(line: str, day: str) -> None:
    assert str(markdown.read(f"# Club\n\n{line}\n\n## When?\n\nNow.\n", "faq.md").date) == day


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        (
            "---\ntitle: How do I leave?\n---\n# How do I leave?\n\nPress it.\n",
            "leave.md",
            ("How do I leave?", "Press it."),
        ),
        ("What is a tag?\n\nA text.\n", "what is a tag.txt", ("What is a tag?", "A text.")),
        ("Mute\n", "mute.md", ("Mute", "Mute")),
    ],
)
def test_a_tag_does_not_say_its_question_again(text: str, file: str, expected: tuple[str, str]) -> None:
    row, _ = markdown.tag(text, file)
    assert (row.question, prose.written(row.answer)) == expected


FOOTNOTES = """\
---
title: Club
---
# Club

## What do I bring?

A board[^1] and a **clock**. [^Clock] It is [here][^1].

- [ ] a pen
- [x] a scoresheet[^1]
  - [X] signed
- [ ]

1. [ ] first

## Is the key[^key] mine?

No, see `a[^1]`, x[^y] and [x] of it[^1].

```
[^1]: code, and [^clock]
- [ ] code
```

[^1]: Any board
will do, [of these](board.html).
[^clock]:
    They beep.

    - loud
    - [ ] low
[^key]: https://example.org/key
[^lost]: Nobody asks.

## Also?

Yes.
"""


def test_footnotes_stand_at_the_end_of_the_answers_that_refer_to_them_and_check_boxes_are_items() -> None:
    faq = markdown.read(FOOTNOTES, "faq.md")
    assert said(faq) == [
        (
            "What do I bring?",
            (
                "A board and a clock. It is [here].\n\n- a pen\n- a scoresheet\n  - signed\n1. first\n\n"
                "Any board will do, of these.\n\nThey beep.\n\n- loud\n- low"
            ),
        ),
        (
            "Is the key mine?",
            (
                "No, see `a[^1]`, x[^y] and [x] of it.\n\n```\n[^1]: code, and [^clock]\n- [ ] code\n```\n\n"
                "https://example.org/key\n\nAny board will do, of these."
            ),
        ),
        ("Also?", "Yes."),
    ]
    became = "footnotes became paragraphs at the end of the answer; see whether they can be read there"
    link = "only the words of a link without a full address are kept: board.html"
    fix = "write its whole address, https://..."
    assert [str(found) for found in faq.findings] == [
        f"faq.md:6:1: {became}",
        f"faq.md:6:1: {link}; {fix}",
        f"faq.md:17:1: {became}",
        f"faq.md:17:1: {link}; {fix}",
        "faq.md:34:1: no answer refers to the footnote [^lost]; refer to it, or delete it",
    ]


def test_footnotes_of_a_tag_and_of_questions_in_a_list_go_with_their_answers() -> None:
    row, _ = markdown.tag("Turn it off.[^why]\n\n[^why]: It heals itself.\n", "Restart.md")
    assert prose.written(row.answer) == "Turn it off.\n\nIt heals itself."
    faq = markdown.read("- [ ] Who?[^1]\n\n  Ann.\n- [x] When?\n\n  Now.[^1]\n\n[^1]: Ask her.\n", "faq.md")
    assert said(faq) == [("Who?", "Ann.\n\nAsk her."), ("When?", "Now.\n\nAsk her.")]


def test_check_boxes_in_a_cell_are_items() -> None:
    assert prose.written(prose.from_cell("Bring:\n- [ ] a pen\n- [x] a board")) == "Bring:\n\n- a pen\n- a board"


def test_a_list_in_a_quote_is_a_list_in_every_form() -> None:
    listed = "The rules:\n\n- be kind\n- be quiet"
    quoted = "> The rules:\n>\n> - be kind\n> - be quiet"
    assert said(markdown.read(f"# Which?\n\n{quoted}\n\n# Why?\n\nSo.\n", "faq.md"))[0] == ("Which?", listed)
    assert prose.written(prose.from_cell(quoted)) == listed
