"""What moderators mistype: each slip is named in its own line, with what to do, in words that are not the parser's."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.schema import FILES, json_schema
from bot.knowledge.yaml_file import parse
from tests.places import HARBOUR

FAQ: Final = "faq/theft.yaml"

SLIPS: Final[dict[str, tuple[str, str, int, str]]] = {
    "colon phrasing": ("- stolen painting", "- corey: is he american", 6, 'put it in quotes: "corey: is he american"'),
    "colon answer": (
        "A painting [n1]. The",
        "It says: a painting [n1]. The",
        9,
        "put the text in quotes, since it holds a colon",
    ),
    "colon question": (
        "question: What was taken from the museum?",
        "question: The museum: what was taken?",
        3,
        "put the text in quotes, since it holds a colon",
    ),
    "a day with dots": ("reviewed: 2026-11-23", "reviewed: 28.11.2026", 13, "write 2026-11-28"),
    "a day with slashes": ("reviewed: 2026-11-23", "reviewed: 11/28/2026", 13, "write it as YYYY-MM-DD"),
    "a day in words": ("reviewed: 2026-11-23", "reviewed: 28 November 2026", 13, "write it as YYYY-MM-DD"),
    "a day without zeros": ("reviewed: 2026-11-23", "reviewed: 2026-1-2", 13, "write it as YYYY-MM-DD"),
    "a day that is not": ("reviewed: 2026-11-23", "reviewed: 2026-02-30", 13, "write it as YYYY-MM-DD"),
    "a year": ("reviewed: 2026-11-23", "reviewed: 2026", 13, "write it as YYYY-MM-DD"),
    "a day without a value": ("reviewed: 2026-11-23", "reviewed:", 13, "write it as YYYY-MM-DD"),
    "an open quotation mark": ("- stolen painting", '- "stolen painting', 6, "close the quotation mark"),
    "an open apostrophe": ("- stolen painting", "- 'stolen painting", 6, "close the quotation mark"),
    "an open quotation mark after a key": (
        "question: What was taken from the museum?",
        'question: "What was taken from the museum?',
        3,
        "close the quotation mark",
    ),
    "quotes around a part": (
        "- stolen painting",
        '- "stolen" painting',
        6,
        'put the whole text in quotes, and write \\"',
    ),
    "an apostrophe within apostrophes": ("- stolen painting", "- 'what's stolen'", 6, "write '' for an apostrophe"),
    "parens mark": ("A painting [n1].", "A painting (n1).", 9, "write the passage as [n1]"),
    "braces mark": ("A painting [n1].", "A painting {n1}.", 9, "write the passage as [n1]"),
    "a mark of another source in parentheses": (
        "priceless [letter:n1].",
        "priceless (letter:n1).",
        9,
        "write the passage as [letter:n1]",
    ),
    "capital mark": ("A painting [n1].", "A painting [N1].", 9, "write the passage as [n1]"),
    "a mark with a blank": ("A painting [n1].", "A painting [n 1].", 9, "write the passage as [n1]"),
    "hash phrasing": ("- stolen painting", "- issue #3 what", 6, "`#3 what` is left out"),
    "hash answer": ("A painting [n1]. The", "A painting #1 was taken [n1]. The", 9, "is left out"),
    "a hashtag": ("- stolen painting", "- #stolen painting", 6, "`#stolen painting` is left out"),
    "a no-break space after the dash": (
        "      - stolen painting",
        "      -\xa0stolen painting",
        6,
        "press the space bar",
    ),
    "nbsp before key": ("    kind: reported", "\xa0   kind: reported", 10, "press the space bar"),
    "nbsp after colon": ("kind: reported", "kind:\xa0reported", 10, "press the space bar"),
    "no-break spaces in the indentation": ("    kind: reported", "  \xa0\xa0kind: reported", 10, "press the space bar"),
    "backslash": ("- stolen painting", '- "C:\\Users"', 6, "write \\\\ for each backslash"),
    "a backslash before a letter": ("- stolen painting", '- "what \\d"', 6, "write \\\\ for each backslash"),
    "smart quotes colon": ("- stolen painting", "- “stolen: painting”", 6, "put it in quotes"),
    "form feed": ("- stolen painting", "- stolen\x0cpainting", 6, "U+000C; delete it"),
    "form feed line": ("    kind: reported", "\x0c\n    kind: reported", 10, "U+000C; delete it"),
    "no space after dash": ("- stolen painting", "-stolen painting", 6, "write `- stolen painting`"),
    "no space after colon": ("kind: reported", "kind:reported", 10, "write `kind: reported`"),
    "a key too far left": ("    kind: reported", "   kind: reported", 10, "as far as the key above"),
    "a key too far right": ("    kind: reported", "     kind: reported", 10, "as far as the key above"),
    "an item too far left": ("      - stolen painting", "    - stolen painting", 6, "check indentation"),
    "a tab": ("    kind: reported", "\tkind: reported", 10, "use spaces instead"),
    "answer list": ("answer: A painting", "answer:\n      - A painting", 10, "write one text"),
    "phrasings as text": (
        (
            "    phrasings:\n      - was there a witness\n      - did the guard see anything\n"
            "      - who noticed somebody that night\n      - guard statement"
        ),
        "    phrasings: what was",
        17,
        "after `- `",
    ),
    "entry as text": ("  - id: ladder", "  - ladder\n  - id: ladder", 29, "write `key: value`"),
    "entry as list": ("  - id: ladder", "  - - id: ladder", 30, "as far as"),
    "topics text": ("topics: [theft]", "topics: theft", 11, "after `- `"),
    "topics comma": ("topics: [theft, people]", "topics: theft, people", 25, "after `- `"),
    "bracket open": ("topics: [theft]", "topics: [theft", 11, "close the bracket"),
    "attributed text": ("attributed_to: [ada-voss]", "attributed_to: ada-voss", 24, "after `- `"),
    "at sign": ("- stolen painting", "- @stolen painting", 6, "put the text in quotes"),
    "backtick": ("- stolen painting", "- `stolen painting`", 6, "put the text in quotes"),
    "percent": ("- stolen painting", "- %stolen painting", 6, "put the text in quotes"),
    "an asterisk": ("- stolen painting", "- *stolen* painting", 6, "put the text in quotes"),
    "an ampersand": ("- stolen painting", "- &stolen painting", 6, "put it in quotes"),
    "an exclamation mark first": ("- stolen painting", "- !stolen painting", 6, "put the text in quotes"),
    "a question mark first": ("- stolen painting", "- ? stolen painting", 6, "put it in quotes"),
    "a bar": ("- stolen painting", "- | stolen painting", 6, "put the text in quotes"),
    "a greater-than sign": ("- stolen painting", "- > stolen painting", 6, "put the text in quotes"),
    "brace": ("- stolen painting", "- {stolen painting}", 6, "put it in quotes"),
    "an open bracket first": ("- stolen painting", "- [stolen painting", 6, "close the bracket"),
    "a bracket first": ("- stolen painting", "- [stolen] painting", 6, "put the text in quotes"),
    "dash nested": ("- stolen painting", "- - stolen painting", 6, "without `- `"),
    "entries misspelled": ("entries:", "entires:", 1, "start it with `entries:`"),
    "entries missing colon": ("entries:", "entries", 1, "write `entries: ...`"),
    "key capital": ("kind: reported", "Kind: reported", 10, "unknown key `Kind`; delete or correct it"),
    "key two words": ("kind: reported", "the kind: reported", 10, "unknown key `the kind`"),
    "key missing colon": ("    kind: reported", "    kind reported", 10, "write `kind: ...`"),
    "answer without key": ("    answer: A painting", "    A painting", 9, "start it with a key"),
    "zero width": ("- stolen painting", "- stolen\u200bpainting", 6, "U+200B; delete it"),
    "bell": ("- stolen painting", "- stolen\x07painting", 6, "U+0007; delete it"),
    "an unsettled conflict": (
        "    kind: reported",
        "<<<<<<< HEAD\n    kind: reported\n=======\n    kind: claim\n>>>>>>> other",
        10,
        "keep one of the two versions",
    ),
    "inferred text": ("    kind: reported", "    inferred: priceless\n    kind: reported", 10, "write `key: value`"),
    "answer long": ("A painting", "A " + "x" * 2_100, 9, "shorten it"),
    "an id without a value": ("id: ladder", "id:", 29, "write one line of text"),
    "a line that goes on at the left": (
        "answer: A painting [n1].",
        "answer: A painting [n1].\n    And so on [n1].",
        10,
        "indent it further",
    ),
    "a list for a kind": ("kind: reported", "kind: [reported]", 10, "choose 'reported'"),
    "two kinds": ("kind: reported", "kind: reported, claim", 10, "choose 'reported'"),
    "an open bracket at the end": ("topics: [theft]", "topics: [", 11, "close the bracket"),
}
"""What stood in the file, what somebody typed instead, the line to look at, and what to do there."""

JARGON: Final = re.compile(
    r"mapping|scalar|isoformat|Input should|token|\bflow\b|\bblock\b|dictionary|instance of|context|simple key|stream"
)
"""Words of the parsers."""


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_in_its_line_with_what_to_do(slip: str, folder: Path) -> None:
    old, new, line, fix = SLIPS[slip]
    path = folder / FAQ
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="")
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    problems = [str(problem) for problem in caught.value.problems]
    assert [problem for problem in problems if problem.startswith(f"{FAQ}:{line}:") and fix in problem], problems
    assert not [problem for problem in problems if JARGON.search(problem)]


FINE: Final = {
    "a comment": ("- stolen painting", "- stolen painting # as members say"),
    "a comment without text": ("- stolen painting", "- stolen painting #"),
    "a line of comment": ("    kind: reported", "    #kind: claim\n    kind: reported"),
    "a hashtag in quotes": ("- stolen painting", '- "issue #3 what"'),
    "a hash within a word": ("- stolen painting", "- stolen C#painting"),
    "a tab after a key": ("kind: reported", "kind:\treported"),
    "a text on two lines": ("answer: A painting", "answer: A\n      painting"),
    "a text in quotes on two lines": ("- stolen painting", '- "stolen\n        -painting"'),
    "a list on two lines": ("topics: [theft, people]", "topics: [theft,\n      people]"),
    "a block": ("answer: A painting [n1].", "answer: >\n      -A #painting kind:x [n1].\n     "),
    "a no-break space in a text": ("- stolen painting", "- stolen\xa0painting"),
}


@pytest.mark.parametrize("what", FINE)
def test_what_is_no_slip_is_let_through(what: str, folder: Path) -> None:
    old, new = FINE[what]
    path = folder / FAQ
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="")
    load(folder)


@pytest.mark.parametrize("blanks", [6, 8])
@pytest.mark.parametrize("item", ["-ladder lost", "id:ladder"])
def test_an_item_that_would_join_the_one_above_is_named(folder: Path, item: str, blanks: int) -> None:
    path = folder / FAQ
    line = f"- ladder whereabouts\n{blanks * ' '}{item}"
    path.write_text(path.read_text("utf-8").replace("- ladder whereabouts", line), "utf-8")
    with pytest.raises(KnowledgeError, match=rf"^{FAQ}:35:\d+: .*there's no space after the (dash|colon)"):
        load(folder)


@given(st.data())
def test_wherever_a_file_is_cut_the_problem_is_told_in_plain_words(data: st.DataObject) -> None:
    lines = (HARBOUR / FAQ).read_text("utf-8").split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
    for problem in parse("\n".join(lines).encode(), FAQ).problems:
        assert not JARGON.search(str(problem))


def keys(schema: object) -> Iterator[str]:
    """The names of all properties that a JSON Schema has, at any depth."""
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from keys(each)
    if isinstance(schema, dict) and isinstance(properties := schema.get("properties"), dict):
        yield from properties


@pytest.mark.parametrize("key", sorted({key for name in FILES for key in keys(json_schema(name))}))
def test_of_any_key_a_colon_that_is_missing_is_told(key: str) -> None:
    (problem,) = parse(f"entries:\n  - id: ladder\n    {key} a value\n    topics: [theft]\n".encode(), FAQ).problems
    assert (problem.place.line, problem.what) == (3, f"not valid YAML: `{key}` has no colon")
