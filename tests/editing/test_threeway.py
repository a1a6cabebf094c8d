"""Two moderators change one entry at once: what is independent is joined, what is not is a conflict."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.editing.apply import ConflictError, apply
from bot.editing.edits import AddPhrasing, Edit, EditEntry, PutBack, RemovePhrasing, Retire, Withdraw
from bot.editing.items import ItemFile, ItemFiles, differences, find
from bot.knowledge.model import WithdrawalReason
from tests.editing.real import ENTRIES, REAL, diff

DAY = dt.date(2026, 11, 24)


def after(edit: Edit, files: ItemFiles) -> dict[str, ItemFile]:
    return {path: file for path, file in {**files, **apply(edit, files)}.items() if file is not None}


def both(first: Edit, second: Edit, files: ItemFiles = REAL) -> dict[str, ItemFile]:
    """Confirm two edits, the second of which was drafted before the first was confirmed."""
    drafted = apply(second, files)
    changes = tuple(change for path, file in drafted.items() for change in differences(path, files[path], file))
    return after(PutBack(changes), after(first, files))


def clash(first: Edit, second: Edit) -> str:
    with pytest.raises(ConflictError) as caught:
        both(first, second)
    return str(caught.value)


@st.composite
def independent(draw: st.DrawFn) -> tuple[Edit, Edit]:
    """Two edits of one real entry that do not mean the same part of it."""
    entry = draw(st.sampled_from(sorted(ENTRIES)))
    fields = ENTRIES[entry]
    gone = draw(st.lists(st.sampled_from(fields["phrasings"]), min_size=2, max_size=2, unique=True))
    topics = draw(st.sampled_from([["trial"], ["people", "words"]]))
    pool: list[Edit] = [
        AddPhrasing(entry, "one wording that nobody used"),
        AddPhrasing(entry, "and: another # of them"),
        RemovePhrasing(entry, gone[0]),
        RemovePhrasing(entry, gone[1]),
        EditEntry(entry, {"answer": "Nothing is known [p1].", "reviewed": DAY}),
        EditEntry(entry, {"topics": topics}),
        EditEntry(entry, {"related": None}),
        EditEntry(entry, {"unless": ["daughter", "son"]}),
    ]
    first, second = draw(st.permutations(pool))[:2]
    return first, second


@settings(max_examples=25)
@given(independent())
def test_independent_edits_of_one_real_entry_come_out_as_if_made_one_after_the_other(edits: tuple[Edit, Edit]) -> None:
    first, second = edits
    found = find(first.entry, REAL)
    assert found
    files = {found.file.path: found.file}
    assert both(first, second, files) == after(second, after(first, files))


@pytest.mark.parametrize("entry", ["victim-age", "jury-vote"])
def test_two_phrasings_at_once_are_two_new_lines(entry: str) -> None:
    made = both(AddPhrasing(entry, "wording a"), AddPhrasing(entry, "wording b"))
    found = find(entry, REAL)
    assert found
    assert diff(found.file.text, made[found.file.path].text) == ["+      - wording a", "+      - wording b"]


def test_the_same_edit_twice_is_made_once() -> None:
    edit = AddPhrasing("victim-age", "wording a")
    assert both(edit, edit) == after(edit, REAL)
    answer = EditEntry("victim-age", {"answer": "He was 16 [p2]."})
    assert both(answer, answer) == after(answer, REAL)


def test_two_answers_are_a_conflict() -> None:
    said = clash(EditEntry("victim-age", {"answer": "16 [p2]."}), EditEntry("victim-age", {"answer": "Sixteen [p2]."}))
    assert "`victim-age` was changed again since: answer" in said


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "claim", "attributed_to": ["kim-kardashian-west"]},
        {"reviewed": DAY},
        {"question": "How old was he then?"},
        {"inferred": {"16": "the post says so"}},
    ],
    ids="+".join,
)
def test_an_answer_is_never_joined_with_what_was_said_about_another_answer(fields: dict[str, object]) -> None:
    answer = EditEntry("victim-age", {"answer": "He was 16 [p2]."})
    other = EditEntry("victim-age", fields)
    assert "answer" in clash(answer, other)
    assert "answer" in clash(other, answer)


@pytest.mark.parametrize(
    "edit", [AddPhrasing("victim-age", "wording a"), EditEntry("victim-age", {"topics": ["trial"]})], ids=str
)
def test_an_entry_that_is_retired_in_the_meantime_takes_no_other_edit(edit: Edit) -> None:
    assert "retired" in clash(Retire("victim-age", DAY), edit)
    assert "retired" in clash(edit, Retire("victim-age", DAY))


@pytest.mark.parametrize(
    "edit",
    [
        AddPhrasing("victim-age", "wording a"),
        EditEntry("victim-age", {"answer": "He was 16 [p2]."}),
        Retire("victim-age", DAY),
    ],
    ids=str,
)
def test_a_withdrawal_takes_what_was_edited_in_the_meantime(edit: Edit) -> None:
    found = find("victim-age", REAL)
    assert found
    path = found.file.path
    withdrawn = after(Withdraw("victim-age", DAY, WithdrawalReason.PRIVACY), {path: found.file})
    (change,) = differences(path, found.file, withdrawn[path])
    edited = after(edit, {path: found.file})
    assert after(PutBack((change,)), edited)[path].text == withdrawn[path].text


def test_a_withdrawal_takes_the_comments_that_were_written_in_the_meantime() -> None:
    found = find("victim-age", REAL)
    assert found
    path, text = found.file.path, found.file.text
    withdrawn = after(Withdraw("victim-age", DAY, WithdrawalReason.PRIVACY), {path: found.file})
    (change,) = differences(path, found.file, withdrawn[path])
    talkative = found.text.replace("    phrasings:", "    # his words\n    phrasings:")
    commented = ItemFile(path, text.replace(found.text, f"  # their words\n{talkative}"))
    assert after(PutBack((change,)), {path: commented})[path].text == withdrawn[path].text


def test_an_edit_of_an_entry_that_is_gone_is_a_conflict() -> None:
    found = find("victim-age", REAL)
    assert found
    path = found.file.path
    (change,) = differences(path, found.file, after(AddPhrasing("victim-age", "x y"), REAL)[path])
    without = found.file.text.replace(found.text, "").replace("\n\n\n\n", "\n\n")
    with pytest.raises(ConflictError):
        apply(PutBack((change,)), {path: ItemFile(path, without)})
