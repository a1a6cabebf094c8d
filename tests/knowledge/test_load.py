"""Broken files: the moderator is told the file, the line, what is wrong and how to fix it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bot.knowledge.citations import Ref
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.model import Kind, Phrase, Precision, Text
from bot.knowledge.yaml_file import MAX_BYTES, read
from tests.conftest import Broken
from tests.invisible import INVISIBLE

FAQ = "faq/theft.yaml"

PLAIN = "        gist: What the guard says.\n        speaker: ada-voss\n        where: a letter\n"
"""Of the passage that holds the guard's words."""

BROKEN = {
    "unknown key": (FAQ, "kind: reported", "sort: reported\n    kind: reported", f"{FAQ}:10:5: unknown key `sort`"),
    "missing key": (
        FAQ,
        "    kind: reported\n",
        "",
        f"{FAQ}:2:5: the key `kind` is missing; add `kind:`",
    ),
    "duplicate key": (
        FAQ,
        "    kind: reported\n",
        "    kind: reported\n    kind: claim\n",
        f"{FAQ}:11:5: the key `kind` is repeated; it's already on line 10",
    ),
    "duplicate id": (FAQ, "id: ladder", "id: who-saw-it", f"{FAQ}:29:5: the id `who-saw-it` is taken, by {FAQ}:15:5"),
    "id with capitals": (FAQ, "id: ladder", "id: The Ladder", f"{FAQ}:29:5: `id` has the wrong form"),
    "unknown passage": (FAQ, "A painting [n1]", "A painting [n7]", f"{FAQ}:9:5: the passage `n7` does not exist"),
    "unknown source": (FAQ, "[letter:n1]", "[diary:n1]", f"{FAQ}:9:5: the passage `diary:n1` does not exist"),
    "unknown person": (FAQ, "[ada-voss]", "[ada]", f"{FAQ}:24:21: the person `ada` does not exist"),
    "unknown related entry": (FAQ, "[who-saw-it]", "[who]", f"{FAQ}:12:15: the entry `who` does not exist"),
    "related to itself": (FAQ, "[who-saw-it]", "[what-was-taken]", f"{FAQ}:12:15: the entry is related to itself"),
    "unknown topic": (FAQ, "[theft, people]", "[theft, food]", f"{FAQ}:25:21: the topic `food` does not exist"),
    "answer without marks": (FAQ, "ladder [n2].", "ladder.", f"{FAQ}:22:5: the statement"),
    "uncited sentence": (
        FAQ,
        "A painting [n1]. The",
        "It hung there. It was large, they say. The",
        f'{FAQ}:9:5: the statement "It was large, they say." has no citation mark',
    ),
    "uncited sentence of two words": (
        FAQ,
        "A painting [n1]. The",
        "They ran. A painting [n1]. The",
        f'{FAQ}:9:5: the statement "They ran." has no citation mark',
    ),
    "note that names somebody": (
        FAQ,
        "Ada Voss mentions it once [n2].\n    kind: not_covered",
        "Ada Voss mentions it once.\n    kind: note",
        f'{FAQ}:35:5: the statement "Ada Voss mentions it once." names Ada Voss and has no citation mark',
    ),
    "part not named after its passage": (
        "sources.yaml",
        PLAIN,
        "        parts:\n          - {id: n1a, gist: G.}\n          - {id: n2b, gist: G., speaker: ada-voss}\n",
        "sources.yaml:10:9: the part `n1a` is not named after its passage; call it n2a, n2b, ...",
    ),
    "passage with parts and a speaker": (
        "sources.yaml",
        "        gist: What the guard says.\n",
        "        parts: [{id: n2a, gist: G.}]\n",
        "sources.yaml:10:9: `n2` has parts; give `gist`, `speaker` and `where` to each of them instead",
    ),
    "passage without a gist": (
        "sources.yaml",
        "        gist: What the guard says.\n",
        "",
        "sources.yaml:10:9: the key `gist` is missing; add `gist:`",
    ),
    "unknown speaker of a part": (
        "sources.yaml",
        PLAIN,
        "        parts:\n          - {id: n2a, gist: G., speaker: bob}\n",
        "sources.yaml:12:33: the person `bob` does not exist",
    ),
    "part that is taken": (
        "sources.yaml",
        PLAIN,
        "        parts:\n          - {id: n2a, gist: G.}\n          - {id: n2a, gist: G.}\n",
        "sources.yaml:13:14: the id `n2a` is taken, by sources.yaml:12:14",
    ),
    "unknown part": (FAQ, "ladder [n2].", "ladder [n2a].", f"{FAQ}:22:5: the passage `n2a` does not exist; use one of"),
    "unknown passage of another source": (
        FAQ,
        "[letter:n1].",
        "[letter:n9].",
        f"{FAQ}:9:5: the passage `letter:n9` does not exist; use one of letter:n1",
    ),
    "passage of another source than the mark says": (
        "sources.yaml",
        "      - id: n1\n        gist: The director",
        "      - id: n7\n        gist: The director",
        f"{FAQ}:9:5: the passage `letter:n1` does not exist; write n1 if you mean that; otherwise use one of letter:n7",
    ),
    "note of a person with an unknown passage": (
        "people.yaml",
        "    passages: [n2]\n",
        '    passages: [n2]\n    notes: ["It is hers [n9]."]\n',
        "people.yaml:8:13: the passage `n9` does not exist",
    ),
    "claim without speaker": (
        FAQ,
        "    attributed_to: [ada-voss]\n",
        "",
        f"{FAQ}:15:5: a claim needs a speaker; add `attributed_to: [person-id]`",
    ),
    "unknown kind": (FAQ, "kind: reported", "kind: rumour", f"{FAQ}:10:5: `kind` is unknown"),
    "empty phrasing": (FAQ, "- stolen painting", '- ""', f"{FAQ}:6:9: `phrasings` is empty"),
    "no topics": (FAQ, "[theft, people]", "[]", f"{FAQ}:25:13: `topics` is empty; list at least one"),
    "a precision that the date has not": (
        "timeline.yaml",
        "precision: month",
        "precision: day",
        "timeline.yaml:6:5: the date gives the month; write `precision: month`",
    ),
    "an unknown source superseded": (
        "sources.yaml",
        "    kind: letter\n",
        "    kind: letter\n    supersedes: diary\n",
        "sources.yaml:18:5: the source `diary` does not exist",
    ),
    "a later source superseded": (
        "sources.yaml",
        "    kind: newspaper report\n",
        "    kind: newspaper report\n    supersedes: letter\n",
        "sources.yaml:6:5: `report` of 1999-03-02 is not later than `letter` of 1999-04-01",
    ),
    "itself superseded": (
        "sources.yaml",
        "    kind: letter\n",
        "    kind: letter\n    supersedes: letter\n",
        "sources.yaml:18:5: `letter` of 1999-04-01 is not later than `letter`",
    ),
    "a day of review that is none": (
        FAQ,
        "topics: [theft]\n    reviewed: 2026-11-23\n",
        "topics: [theft]\n    reviewed: no\n",
        f"{FAQ}:38:5: `reviewed` is not a date; write it as YYYY-MM-DD, a day that exists",
    ),
    "phrasing twice in an entry": (
        FAQ,
        "- stolen painting",
        "- What got nicked?!",
        f'{FAQ}:8:9: "what got nicked" is already in `what-was-taken`, {FAQ}:6:9',
    ),
    "phrasing in two entries": (
        FAQ,
        "- ladder whereabouts",
        "- Stolen  painting",
        f'{FAQ}:34:9: "Stolen painting" is already in `what-was-taken`, {FAQ}:6:9',
    ),
    "yes read as true": (
        FAQ,
        "- stolen painting",
        "- yes",
        f'{FAQ}:6:9: `yes` is not read as text here; put it in quotes: "yes"',
    ),
    "off read as false": (FAQ, "- stolen painting", "- Off", f"{FAQ}:6:9: `Off` is not read as text here"),
    "date read as a day": (
        FAQ,
        "- stolen painting",
        "- 2002-01-18",
        f"{FAQ}:6:9: `2002-01-18` is not read as text here",
    ),
    "number": (FAQ, "- stolen painting", "- 1.5", f"{FAQ}:6:9: `1.5` is not read as text here"),
    "nothing after a dash": (FAQ, "- stolen painting", "-", f"{FAQ}:6:8: `phrasings` is empty or not text"),
    "text instead of a list": (FAQ, "[who-saw-it]", "who-saw-it", f"{FAQ}:12:5: `related` must be a list"),
    "tab": (FAQ, "      - stolen painting", "\t- stolen painting", f"{FAQ}:6:1: a tab is used to indent; use spaces"),
    "colon": (FAQ, "A painting [n1]", "Gone: a painting [n1]", f"{FAQ}:9:17: not valid YAML"),
    "open quote": (FAQ, "- stolen painting", '- "stolen painting', f"{FAQ}:"),
    "anchor": (
        FAQ,
        "- stolen painting",
        "- &a stolen",
        f"{FAQ}:6:9: anchors (&name) and aliases (*name) are not allowed",
    ),
    "tag": (
        FAQ,
        "- stolen painting",
        "- !!python/name:os.system x",
        f"{FAQ}:6:9: the tag tag:yaml.org,2002:python/name:os",
    ),
    "second document": (FAQ, "entries:", "a: 1\n---\nentries:", f"{FAQ}:2:1: a second document starts here"),
    "no such day": (
        "sources.yaml",
        "1999-03-02",
        "1999-02-30",
        "sources.yaml:4:5: `date` is not a date; write it as YYYY-MM-DD",
    ),
    "address without https": (
        "sources.yaml",
        "https://example.org/letter",
        "example.org",
        "sources.yaml:19:5: `url` has",
    ),
    "unknown speaker": ("sources.yaml", "speaker: ada-voss", "speaker: bob", "sources.yaml:12:9: the person `bob`"),
    "handle without @": (
        "people.yaml",
        '"@adavoss"',
        "adavoss",
        "people.yaml:5:15: `handles` has the wrong form; write it",
    ),
    "person in an unknown passage": ("people.yaml", "[n2]\n", "[n9]\n", "people.yaml:7:16: the passage `n9`"),
    "precision beyond the date": (
        "timeline.yaml",
        "precision: month",
        "precision: day",
        "timeline.yaml:6:5: the date gives the month; write `precision: month` or fix the date",
    ),
    "inferred without a reason": (
        "timeline.yaml",
        "precision: month",
        "precision: inferred",
        "timeline.yaml:6:5: an inferred date needs a reason; add `inferred: why`",
    ),
    "date in words": ("timeline.yaml", "1999-03", "March 1999", "timeline.yaml:7:5: write a date as YYYY, YYYY-MM or"),
    "question is a phrasing": (
        "questions.yaml",
        "which canvas did the thieves grab",
        "Stolen painting?",
        'questions.yaml:5:9: "Stolen painting?" is also a phrasing, so it tests nothing',
    ),
    "question for an unknown entry": (
        "questions.yaml",
        "entry: what-was-taken",
        "entry: what",
        "questions.yaml:3:5: the entry",
    ),
    "list in the wrong place": (
        "people.yaml",
        "people:\n",
        "persons:\n",
        "people.yaml:1:1: the file must contain a list under",
    ),
    "invisible character": (
        FAQ,
        "- stolen painting",
        '- "stolen\\u202e painting"',
        f"{FAQ}:6:9: holds the invisible character U+202E",
    ),
    "inferred words not in the answer": (
        FAQ,
        "    kind: reported\n",
        "    kind: reported\n    inferred: {statue: because}\n",
        f'{FAQ}:11:16: "statue" is not in the answer',
    ),
}


def test_the_small_base_loads(folder: Path) -> None:
    base = load(folder)
    assert list(base.entries) == ["what-was-taken", "who-saw-it", "ladder"]
    assert base.entries["ladder"].kind is Kind.NOT_COVERED
    assert [str(event.date) for event in base.events] == ["5 November 1998", "March 1999"]


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_reported_with_its_place_and_fix(case: tuple[str, str, str, str], broken: Broken) -> None:
    name, old, new, expected = case
    problems = broken(name, old, new)
    assert any(problem.startswith(expected) for problem in problems), problems
    assert all("; " in problem for problem in problems), "every problem says how to fix it"


def test_what_follows_from_what_is_written_need_not_be_written(folder: Path) -> None:
    written = load(folder)
    for name, lines in {
        "timeline.yaml": ["    precision: day\n", "    precision: month\n"],
        "people.yaml": ["    passages: [n2]\n"],
        FAQ: ["    phrasings:\n      - what became of the ladder\n      - has anyone found the ladder\n"],
    }.items():
        text = (folder / name).read_text("utf-8")
        for each in lines:
            assert each in text
            text = text.replace(each, "")
        (folder / name).write_text(text.replace("      - ladder whereabouts\n", ""), "utf-8")
    read = load(folder)
    assert (read.events, read.people) == (written.events, written.people)
    assert read.entries["ladder"].phrasings == ()
    assert read.entries["ladder"].reviewed == written.entries["ladder"].reviewed


def test_a_reason_makes_a_date_inferred(folder: Path) -> None:
    path = folder / "timeline.yaml"
    path.write_text(path.read_text("utf-8").replace("precision: month", "inferred: the letter says so"), "utf-8")
    assert load(folder).events[-1].precision is Precision.INFERRED


@pytest.mark.parametrize("days", [("2020-01-01",) * 3, ("2020-01-03", "2020-01-02", "2020-01-01")])
def test_sources_cannot_supersede_one_another_in_a_ring(folder: Path, days: tuple[str, ...]) -> None:
    path = folder / "sources.yaml"
    ring = zip("abc", "bca", days, strict=True)
    path.write_text(
        path.read_text("utf-8")
        + "".join(
            f"  - {{id: {each}, title: T, date: {day}, kind: post, language: en, supersedes: {other},\n"
            "     passages: [{id: p1, gist: Something.}]}\n"
            for each, other, day in ring
        ),
        "utf-8",
    )
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    assert {problem.place.file for problem in caught.value.problems} == {"sources.yaml"}


def test_a_passage_may_have_parts_and_its_old_mark_still_names_the_whole(folder: Path) -> None:
    path = folder / "sources.yaml"
    parts = (
        "        parts:\n          - {id: n2a, gist: The guard writes.}\n"
        "          - {id: n2b, gist: What she writes., speaker: ada-voss, where: a letter}\n"
    )
    path.write_text(path.read_text("utf-8").replace(PLAIN, parts), "utf-8")
    base = load(folder)
    assert [str(ref) for ref in base.passages] == ["report:n1", "report:n2", "report:n2a", "report:n2b", "letter:n1"]
    assert [part.gist for part in base.passages[Ref("report", "n2")].voices] == [
        "The guard writes.",
        "What she writes.",
    ]
    assert base.cited("So it was [n2].")[0].refs == (Ref("report", "n2"),)


def test_a_note_needs_marks_only_for_what_it_says_of_people(folder: Path) -> None:
    path = folder / "faq" / "theft.yaml"
    text = path.read_text("utf-8").replace("The report does not say. Ada Voss", "The bot is a program. Ada Voss")
    path.write_text(text.replace("kind: not_covered", "kind: note"), "utf-8")
    assert load(folder).entries["ladder"].kind is Kind.NOTE


def test_all_problems_of_all_files_are_reported_at_once(folder: Path) -> None:
    for name, old, new in [
        (FAQ, "kind: reported", "kind: rumour"),
        (FAQ, "[theft, people]", "[theft, food]"),
        ("people.yaml", '"@adavoss"', "adavoss"),
        ("timeline.yaml", "1998-11-05", "soon"),
    ]:
        path = folder / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    (folder / "synonyms.yaml").write_bytes(b"synonyms: [[caf\xe9, bar]]\n")
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    places = [str(problem.place) for problem in caught.value.problems]
    assert places == [
        "faq/theft.yaml:10:5",
        "faq/theft.yaml:25:21",
        "people.yaml:5:15",
        "synonyms.yaml:1:16",
        "timeline.yaml:3:5",
    ]


def test_a_refused_item_is_not_reported_again_where_others_refer_to_it(broken: Broken) -> None:
    assert len(broken(FAQ, "kind: claim", "kind: gossip")) == 1


def test_a_huge_file_is_refused_without_being_parsed(folder: Path) -> None:
    (folder / FAQ).write_bytes(b"entries:\n" + b"# padding\n" * (MAX_BYTES // 10))
    with pytest.raises(KnowledgeError, match=r"faq/theft.yaml:1:1: larger than 1,000,000 bytes; split it"):
        load(folder)


def test_an_alias_bomb_is_refused_at_once(folder: Path) -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    (folder / FAQ).write_text("\n".join(lines), "utf-8")
    with pytest.raises(KnowledgeError, match=r"faq/theft.yaml:1:5: anchors"):
        load(folder)


def test_deep_nesting_is_refused(folder: Path) -> None:
    (folder / FAQ).write_text("entries: " + "[" * 5_000 + "]" * 5_000, "utf-8")
    with pytest.raises(KnowledgeError, match="nested more than 12 levels"):
        load(folder)


def test_missing_and_empty_files_are_named(folder: Path) -> None:
    (folder / "people.yaml").unlink()
    (folder / "timeline.yaml").write_text("", "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    text = str(caught.value)
    assert "people.yaml:1:1: can't be read (No such file or directory)" in text
    assert "timeline.yaml:1:1: the file is empty" in text


def test_a_folder_without_entries_is_refused(folder: Path) -> None:
    (folder / FAQ).unlink()
    with pytest.raises(KnowledgeError, match=r"faq:1:1: no file named \*.yaml is here; add one, such as general.yaml"):
        load(folder)


def test_a_file_without_entries_is_enough_to_begin_with(folder: Path) -> None:
    (folder / FAQ).write_text("entries: []\n", "utf-8")
    (folder / "questions.yaml").write_text("answered: []\nunanswered: []\n", "utf-8")
    assert load(folder).entries == {}


@settings(max_examples=300)
@given(
    content=st.one_of(st.binary(max_size=400), st.text(alphabet="abc:-[]{}&*!|>'\"#\n \t", max_size=80).map(str.encode))
)
def test_no_content_of_a_file_makes_the_reader_raise(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    document = read(path, "any.yaml")
    assert all(problem.place.file == "any.yaml" and problem.place.line >= 1 for problem in document.problems)
    assert document.data is None or not any("valid YAML" in problem.what for problem in document.problems)


def test_a_retired_entry_is_kept_but_not_in_service(folder: Path) -> None:
    path = folder / "faq" / "theft.yaml"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("  - id: what-was-taken\n", "  - id: what-was-taken\n    retired: 2026-11-24\n"), "utf-8"
    )
    base = load(folder)
    assert list(base.entries) == ["who-saw-it", "ladder"]
    assert list(base.retired) == ["what-was-taken"]
    assert base.entries["who-saw-it"].related == ()
    assert base.questions.answered == ()


FIELDS: list[TypeAdapter[str]] = [TypeAdapter(Text), TypeAdapter(Phrase)]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("hidden", INVISIBLE)
def test_no_text_of_a_file_has_anything_invisible_in_it(field: TypeAdapter[str], hidden: str) -> None:
    with pytest.raises(ValidationError, match=f"invisible character U\\+{ord(hidden):04X}; delete it"):
        field.validate_python(f"stolen{hidden}painting")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", ["👩\u200d⚖️ ❤\ufe0f", "می\u200cخواهم", "¿Qué tal?", "何ですか"])
def test_joiners_and_accents_are_visible(field: TypeAdapter[str], text: str) -> None:
    assert field.validate_python(text) == text
