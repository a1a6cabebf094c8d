"""A moderator's edit changes the lines it means and not a byte of any other."""

import datetime as dt

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.editing.apply import apply
from bot.editing.edits import AddEntry, AddPhrasing, Edit, EditEntry, RemovePhrasing, Restore, Retire, Withdraw
from bot.editing.items import ItemFile, ItemFiles, find
from bot.editing.render import KEYS
from bot.knowledge.load import KnowledgeError
from bot.knowledge.model import Entry, WithdrawalReason, WithdrawnEntry
from tests.editing.real import ENTRIES, REAL, diff

SMALL = """\
# The head of the file.
entries:
  # About the door.
  - id: door
    question: Who opened the door?
    phrasings:
      - who opened it   # asked often
      # the slang ones
      - "door: who?"
    kind: reported   # not a claim
    topics: [doors]
    answer: >-
      The guard
      # did [n1].
    reviewed: 2026-11-23

  # About the key.
  - {id: key, question: Where is the key?, phrasings: [key where], kind: reported, topics: [doors],
     answer: "Nobody says [n1].", reviewed: 2026-11-23}
"""


FIELDS = {
    "question": "Who has the Key?",
    "phrasings": ["key owner"],
    "answer": "Ann has it [n1].",
    "kind": "reported",
    "topics": ["doors"],
    "reviewed": dt.date(2026, 11, 24),
}


def file(text: str) -> ItemFiles:
    return {"faq/a.yaml": ItemFile("faq/a.yaml", text)}


def applied(edit: Edit, files: ItemFiles) -> dict[str, ItemFile]:
    """The changed files, where none is deleted."""
    return {path: file for path, file in apply(edit, files).items() if file is not None}


def small(edit: Edit, text: str = SMALL) -> list[str]:
    return diff(text, applied(edit, file(text))["faq/a.yaml"].text)


@pytest.mark.parametrize(("topic", "path"), [("doors", "faq/a.yaml"), ("walls", "faq/walls.yaml")])
def test_an_entry_joins_the_file_with_most_of_its_topic_or_begins_one(topic: str, path: str) -> None:
    one = SMALL[: SMALL.index("\n  # About the key.")].replace("door\n", "gate\n")
    files = {each: ItemFile(each, text) for each, text in (("faq/a.yaml", SMALL), ("faq/b.yaml", one))}
    assert list(applied(AddEntry(None, FIELDS | {"topics": [topic]}), files)) == [path]


def problem(edit: Edit, text: str = SMALL) -> str:
    with pytest.raises(KnowledgeError) as caught:
        apply(edit, file(text))
    return str(caught.value)


def test_a_new_phrasing_is_one_new_line() -> None:
    assert small(AddPhrasing("door", "door??")) == ["+      - door??"]


def test_a_phrasing_that_yaml_would_misread_is_quoted() -> None:
    assert small(AddPhrasing("door", "no: really # now")) == ['+      - "no: really # now"']
    assert small(AddPhrasing("door", "yes")) == ['+      - "yes"']


def test_a_phrasing_taken_away_leaves_the_comments_around_it() -> None:
    assert small(RemovePhrasing("door", "door: who?")) == ['-      - "door: who?"']


@pytest.mark.parametrize(
    ("phrasings", "changed"),
    [
        (["whose hand", "who opened it", "door: who?"], ["+      - whose hand"]),
        (["who opened it", "whose hand", "door: who?"], ["+      - whose hand"]),
        (["whose hand", "door: who?"], ["-      - who opened it   # asked often", "+      - whose hand"]),
    ],
    ids=["before", "between", "in place"],
)
def test_a_phrasing_stands_where_it_is_put_and_nothing_else_changes(phrasings: list[str], changed: list[str]) -> None:
    assert small(EditEntry("door", {"phrasings": phrasings})) == changed


@given(st.permutations(["who opened it", "door: who?", "a", "# b", "- c"]), st.integers(1, 5))
def test_any_list_of_phrasings_is_read_back_as_it_was(phrasings: list[str], count: int) -> None:
    wanted = phrasings[:count]
    for changed in apply(EditEntry("door", {"phrasings": wanted}), file(SMALL)).values():
        assert changed
        item = changed.find("door")
        assert item
        assert item.plain["phrasings"] == wanted
        assert "  # About the key.\n" in changed.text


def test_a_changed_field_keeps_the_comment_behind_it() -> None:
    changed = small(EditEntry("door", {"kind": "claim", "attributed_to": ["ann-lee"]}))
    assert changed == [
        "-    kind: reported   # not a claim",
        "+    kind: claim   # not a claim",
        "+    attributed_to: [ann-lee]",
    ]


def test_a_folded_answer_is_replaced_as_a_whole() -> None:
    changed = small(EditEntry("door", {"answer": "Nobody did [n1]."}))
    assert changed == ["-    answer: >-", "-      The guard", "-      # did [n1].", "+    answer: Nobody did [n1]."]


def test_a_long_answer_is_folded() -> None:
    answer = " ".join(["Nobody opened the door [n1]."] * 8)
    added = [line[1:] for line in small(EditEntry("door", {"answer": answer})) if line.startswith("+")]
    assert max(map(len, added)) <= 118
    assert " ".join(line.strip() for line in added) == answer


def test_a_field_is_taken_out() -> None:
    text = SMALL.replace("topics: [doors]\n    answer", "topics: [doors]\n    related: [key]\n    answer")
    assert small(EditEntry("door", {"related": None}), text) == ["-    related: [key]"]


def test_an_entry_in_one_line_is_rewritten_and_its_neighbor_is_not() -> None:
    changed = small(AddPhrasing("key", "wheres the key"))
    assert [line for line in changed if line.startswith("-")] == ["-" + line for line in SMALL.splitlines()[-2:]]
    assert "+      - wheres the key" in changed


def test_a_new_entry_stands_at_the_end_after_a_blank_line() -> None:
    assert small(AddEntry("a", FIELDS)) == [
        "+",
        "+  - id: who-has-the-key",
        "+    question: Who has the Key?",
        "+    phrasings:",
        "+      - key owner",
        "+    kind: reported",
        "+    topics: [doors]",
        "+    reviewed: 2026-11-24",
        "+    answer: Ann has it [n1].",
    ]
    made = applied(AddEntry("b", FIELDS), file(SMALL))
    assert list(made) == ["faq/b.yaml"]
    assert yaml.safe_load(made["faq/b.yaml"].text)["entries"] == [{"id": "who-has-the-key", **FIELDS}]


def test_a_new_entry_is_indented_as_its_neighbours_are() -> None:
    text = SMALL.replace("\n  ", "\n")
    added = small(AddEntry("a", {"id": "gate", **FIELDS}), text)
    assert added[:3] == ["+", "+- id: gate", "+  question: Who has the Key?"]


def test_windows_line_ends_and_a_last_line_without_one_stay() -> None:
    text = SMALL.replace("\n", "\r\n").removesuffix("\r\n")
    new = applied(AddPhrasing("door", "door??"), file(text))["faq/a.yaml"]
    assert new.text == text.replace('"door: who?"\r\n', '"door: who?"\r\n      - door??\r\n')


def test_retiring_and_restoring_is_one_line() -> None:
    retired = applied(Retire("door", dt.date(2026, 11, 24)), file(SMALL))
    assert diff(SMALL, retired["faq/a.yaml"].text) == ["+    retired: 2026-11-24"]
    assert applied(Restore("door"), retired) == file(SMALL)


def test_the_last_phrasing_can_go_and_another_can_come() -> None:
    without = applied(RemovePhrasing("key", "key where"), file(SMALL))
    assert "key where" not in without["faq/a.yaml"].text
    assert "phrasings" not in without["faq/a.yaml"].text.partition("id: key")[2].partition("- id:")[0]
    again = applied(AddPhrasing("key", "key where"), without)
    assert "key where" in again["faq/a.yaml"].text


def test_what_is_so_already_changes_nothing() -> None:
    assert applied(EditEntry("door", {"kind": "reported"}), file(SMALL)) == {}


def test_what_cannot_be_done_is_said() -> None:
    assert "the entry `gate` does not exist" in problem(AddPhrasing("gate", "x"))
    assert '"never" is not one of its phrasings' in problem(RemovePhrasing("door", "never"))
    assert "the id of an entry cannot be changed" in problem(EditEntry("door", {"id": "gate"}))
    assert "unknown key `colour`" in problem(EditEntry("door", {"colour": "red"}))
    assert "the id `door` is taken" in problem(AddEntry("a", {"id": "door"}))
    assert "the key `question` is missing" in problem(AddEntry("a", {"id": "gate"}))
    assert "one after another" in problem(AddPhrasing("door", "x"), "entries: [{id: door}]\n")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
ASCII = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=400)
LINE = st.one_of(TEXT, ASCII)


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    entry = draw(st.sampled_from(sorted(ENTRIES)))
    match draw(st.integers(0, 3)):
        case 0:
            return AddPhrasing(entry, draw(LINE))
        case 1:
            return RemovePhrasing(entry, draw(st.sampled_from(ENTRIES[entry]["phrasings"])))
        case 2:
            fields = st.fixed_dictionaries(
                {},
                optional={
                    "question": LINE,
                    "answer": LINE,
                    "topics": st.lists(st.sampled_from(["trial", "people", "no"]), min_size=1),
                    "related": st.none() | st.lists(st.sampled_from(sorted(ENTRIES)), max_size=30),
                    "unless": st.none() | st.lists(LINE, max_size=3),
                    "phrasings": st.lists(LINE, min_size=1, max_size=4),
                    "inferred": st.none() | st.dictionaries(LINE, LINE, max_size=2),
                    "reviewed": st.dates(dt.date(1900, 1, 1)),
                },
            )
            return EditEntry(entry, draw(fields))
        case _:
            file = draw(st.sampled_from(sorted(REAL))).removeprefix("faq/").removesuffix(".yaml")
            given = {"kind": "reported", "topics": ["trial"], "reviewed": dt.date(2026, 11, 24)}
            words = {"question": draw(LINE), "phrasings": [draw(LINE)], "answer": draw(LINE)}
            return AddEntry(file, {"id": "new-entry", **given, **words})


@settings(max_examples=150)
@given(edits())
def test_no_edit_of_a_real_entry_touches_another_line(edit: Edit) -> None:
    try:
        changed = applied(edit, REAL)
    except KnowledgeError:
        return  # a text that no entry may hold
    for name, new in changed.items():
        old_layout, new_layout = REAL[name].layout, new.layout
        found = find(edit.entry, {name: new})
        assert found
        if isinstance(edit, AddEntry):
            assert new_layout.lines[: len(old_layout.lines)] == old_layout.lines
            continue
        old, item = old_layout.items[found.at], new_layout.items[found.at]
        assert new_layout.lines[: item.start] == old_layout.lines[: old.start]
        assert new_layout.lines[item.end :] == old_layout.lines[old.end :]
        if isinstance(edit, AddPhrasing):
            assert [line[0] for line in diff(REAL[name].text, new.text)] == ["+"]
        if isinstance(edit, RemovePhrasing):
            assert {line[0] for line in diff(REAL[name].text, new.text)} == {"-"}


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_real_entry_can_be_edited_by_its_own_lines(entry: str) -> None:
    found = find(entry, REAL)
    assert found
    fields = {"answer": "Nothing is known [p1].", "phrasings": [*found.fields["phrasings"], "a new wording"]}
    changes = diff(found.file.text, applied(EditEntry(entry, fields), REAL)[found.file.path].text)
    added = sorted(line for line in changes if line.startswith("+"))
    assert added == ["+      - a new wording", "+    answer: Nothing is known [p1]."]
    assert sum(line.startswith("-    answer: ") for line in changes) == 1


def test_a_withdrawal_takes_the_comments_about_its_entry_and_no_others() -> None:
    def entry(name: str) -> str:
        keys = ("question: Who?", "answer: Nobody [p1].", "kind: reported", "topics: [x]", "reviewed: 2026-11-23")
        return "".join(f"{line}\n" for line in (f"  - id: {name}", *(f"    {key}" for key in keys)))

    above = f"entries:\n  # on a\n{entry('a')}    # below a\n\n  # a part\n\n  # on b\n    # more on b\n"
    text = f"{above}{entry('b')}    # below b\n\n    # and this\n  # on c\n    # more on c\n{entry('c')}# the end\n"

    def left(name: str) -> set[str]:
        edit = Withdraw(name, dt.date(2026, 11, 29), WithdrawalReason.OTHER)
        after = applied(edit, file(text))["faq/a.yaml"].text
        return {line.strip("# ") for line in after.splitlines() if "#" in line}

    of_each = {"a": {"on a", "below a"}, "b": {"on b", "more on b", "below b", "and this"}, "c": {"on c", "more on c"}}
    every = {"a part", "the end"}.union(*of_each.values())
    assert {name: every - left(name) for name in of_each} == of_each


def test_no_key_of_an_entry_is_lost_when_all_of_it_is_rewritten() -> None:
    """A key that the order of keys lacks would be left out, and no check would miss it."""
    assert {*KEYS} == {*Entry.model_fields, *WithdrawnEntry.model_fields}
