"""Moderators edit at the same desk: each edit is checked, written whole, in use at once, and can be taken back."""

import datetime as dt
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.editing import journal
from bot.editing.apply import ConflictError
from bot.editing.desk import Desk
from bot.editing.edits import (
    AddEntry,
    AddPhrasing,
    AddUnanswered,
    Edit,
    EditEntry,
    PutBack,
    RemovePhrasing,
    Restore,
    Retire,
)
from bot.editing.revision import Change, Revision
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.model import KnowledgeBase
from tests.editing.office import GOOD, NOW, Office
from tests.places import HARBOUR, KNOWLEDGE

EDITS: list[Edit] = [
    AddPhrasing("ladder", "ladder gone"),
    RemovePhrasing("ladder", "ladder whereabouts"),
    EditEntry("who-saw-it", {"answer": "Ada Voss did, she writes [n2].", "unless": ["ghost"]}),
    Retire("what-was-taken", dt.date(2026, 11, 24)),
    AddEntry("theft", GOOD),
    AddEntry("museum", GOOD),
    AddUnanswered("is the museum open on sundays"),
    AddUnanswered("who bakes the best bread", "off topic"),
    AddPhrasing("ladder", "How do I bake bread?"),
]
"""One of each kind; the last changes two files."""


@pytest.fixture
def office(folder: Path) -> Office:
    return Office(folder)


def test_a_confirmed_edit_is_in_the_files_and_in_use_at_once(office: Office) -> None:
    draft = office.desk.draft(AddPhrasing("ladder", "ladder gone"), office.live)
    assert "ladder gone" not in office.phrasings("ladder")
    assert "ladder gone" in draft.value.entries["ladder"].phrasings
    office.desk.confirm(draft, office.live, "Ann", NOW)
    assert "ladder gone" in office.phrasings("ladder")
    assert "ladder gone" in load(office.folder).entries["ladder"].phrasings


def test_the_watcher_does_not_build_again_what_the_desk_has_built(office: Office) -> None:
    office.make(AddPhrasing("ladder", "ladder gone"))
    builds = office.builds
    assert office.live.reload()
    assert office.builds == builds


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_the_text_of_a_file_is_parsed_once_from_an_edit_to_the_disk(
    office: Office, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: Counter[str] = Counter()

    def compose(text: str, *args: Any, **more: Any) -> yaml.Node | None:  # noqa: ANN401 (whatever PyYAML takes)
        parsed[text] += 1
        return yaml_compose(text, *args, **more)

    yaml_compose = yaml.compose
    monkeypatch.setattr(yaml, "compose", compose)
    before = {content.decode() for content in office.bytes().values()}
    draft = office.desk.draft(edit, office.live)
    drafted, parsed = parsed, Counter()
    office.desk.confirm(draft, office.live, "Ann", NOW)
    texts = before | {content.decode() for content in office.bytes().values()}
    assert len(texts) > len(before)
    for once in (drafted, parsed):
        assert {text: once[text] for text in texts} == dict.fromkeys(texts, 1)


def test_two_entries_of_one_file_are_edited_at_once_without_loss(office: Office) -> None:
    ann = office.desk.draft(AddPhrasing("ladder", "ladder gone"), office.live)
    bob = office.desk.draft(AddPhrasing("who-saw-it", "any onlooker"), office.live)
    office.desk.confirm(ann, office.live, "Ann", NOW)
    office.desk.confirm(bob, office.live, "Bob", NOW)
    assert "ladder gone" in office.phrasings("ladder")
    assert "any onlooker" in office.phrasings("who-saw-it")


def test_refreshing_puts_edits_by_hand_into_use_and_keeps_the_last_good_state(office: Office) -> None:
    path = office.folder / "faq/theft.yaml"
    good = path.read_text("utf-8")
    path.write_text(good.replace("- stolen painting\n", "- stolen masterpiece\n"), "utf-8")
    assert office.desk.refresh(office.live)
    assert "stolen masterpiece" in office.phrasings("what-was-taken")
    path.write_text("entries: [", "utf-8")
    assert not office.desk.refresh(office.live)
    assert office.live.problems
    assert "stolen masterpiece" in office.phrasings("what-was-taken")


def test_two_phrasings_of_one_entry_at_once_are_both_kept(office: Office) -> None:
    ann = office.desk.draft(AddPhrasing("ladder", "ladder gone"), office.live)
    bob = office.desk.draft(AddPhrasing("ladder", "ladder lost"), office.live)
    office.desk.confirm(ann, office.live, "Ann", NOW)
    made = office.desk.confirm(bob, office.live, "Bob", NOW)
    assert office.phrasings("ladder")[-2:] == ("ladder gone", "ladder lost")
    office.make(office.desk.undo(1))
    assert office.phrasings("ladder")[-1] == "ladder lost"
    assert made.changes[0].before
    assert "ladder gone" in made.changes[0].before


def test_two_answers_at_once_are_a_conflict(office: Office) -> None:
    ann = office.desk.draft(EditEntry("ladder", {"answer": "Nobody says."}), office.live)
    bob = office.desk.draft(EditEntry("ladder", {"answer": "The report does not say."}), office.live)
    office.desk.confirm(ann, office.live, "Ann", NOW)
    before = office.bytes()
    with pytest.raises(ConflictError, match="`ladder` was changed again since: answer"):
        office.desk.confirm(bob, office.live, "Bob", NOW)
    assert office.bytes() == before


def test_edits_that_are_wrong_only_together_are_refused(office: Office) -> None:
    ann = office.desk.draft(AddPhrasing("ladder", "the same words"), office.live)
    bob = office.desk.draft(AddPhrasing("who-saw-it", "The same words?"), office.live)
    office.desk.confirm(ann, office.live, "Ann", NOW)
    with pytest.raises(KnowledgeError, match="is already in `who-saw-it`"):
        office.desk.confirm(bob, office.live, "Bob", NOW)


def test_the_same_new_entry_twice_is_a_conflict(office: Office) -> None:
    ann = office.desk.draft(AddEntry("theft", GOOD), office.live)
    bob = office.desk.draft(AddEntry("theft", GOOD | {"phrasings": ["owner"]}), office.live)
    office.desk.confirm(ann, office.live, "Ann", NOW)
    with pytest.raises(ConflictError):
        office.desk.confirm(bob, office.live, "Bob", NOW)


def test_an_edit_by_hand_since_the_draft_is_kept(office: Office) -> None:
    draft = office.desk.draft(AddPhrasing("ladder", "ladder gone"), office.live)
    path = office.folder / "faq" / "theft.yaml"
    path.write_text("# By hand.\n" + path.read_text("utf-8"), "utf-8")
    office.desk.confirm(draft, office.live, "Ann", NOW)
    assert path.read_text("utf-8").startswith("# By hand.\n")
    assert "ladder gone" in office.phrasings("ladder")


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_undo_gives_back_every_byte_and_can_be_undone(office: Office, edit: Edit) -> None:
    before = office.bytes()
    made = office.make(edit)
    after = office.bytes()
    undone = office.make(office.desk.undo(made.number))
    assert office.bytes() == before
    office.make(office.desk.undo(undone.number))
    assert office.bytes() == after
    assert [revision.number for revision in office.desk.history(edit.entry)] == [3, 2, 1]


def test_a_question_that_must_not_be_answered_is_one_new_line(office: Office) -> None:
    before = (office.folder / "questions.yaml").read_text("utf-8")
    office.make(AddUnanswered("who bakes: the best bread", "off topic"))
    after = (office.folder / "questions.yaml").read_text("utf-8")
    assert after == before + '      - "who bakes: the best bread"\n'
    assert office.live.current.questions.unanswered[0].ask[-1] == "who bakes: the best bread"


def test_a_question_that_members_get_an_answer_to_after_all_moves_into_its_entry(office: Office) -> None:
    office.make(AddUnanswered("where did that ladder go", "off topic"))
    before = office.bytes()
    made = office.make(AddPhrasing("ladder", "where did that ladder go"))
    assert office.phrasings("ladder")[-1] == "where did that ladder go"
    assert office.live.current.questions.unanswered[0].ask == ("how do i bake bread",)
    assert {change.file for change in made.changes} == {"faq/theft.yaml", "questions.yaml"}
    assert office.desk.history("ladder") == (made,)
    office.make(office.desk.undo(made.number))
    assert office.bytes() == before


def test_the_last_question_that_must_not_be_answered_can_move_too(office: Office) -> None:
    office.make(AddPhrasing("ladder", "how do i bake bread"))
    assert office.live.current.questions.unanswered == ()
    assert (office.folder / "questions.yaml").read_text("utf-8").endswith("\nunanswered: []\n")


def test_undo_of_what_was_changed_again_is_a_conflict(office: Office) -> None:
    first = office.make(EditEntry("ladder", {"answer": "Nobody says."}))
    office.make(EditEntry("ladder", {"answer": "The report does not say."}))
    with pytest.raises(ConflictError, match="was changed again since"):
        office.make(office.desk.undo(first.number))
    with pytest.raises(KeyError):
        office.desk.undo(99)


def test_a_phrasing_amid_others_comes_back_although_the_answer_was_changed_since(office: Office) -> None:
    before = office.phrasings("ladder")
    removed = office.make(RemovePhrasing("ladder", before[1]))
    office.make(EditEntry("ladder", {"answer": "Nobody says."}))
    office.make(office.desk.undo(removed.number))
    assert office.phrasings("ladder") == before
    assert office.live.current.entries["ladder"].answer == "Nobody says."


def test_a_retired_entry_is_restored(office: Office) -> None:
    office.make(Retire("ladder", dt.date(2026, 11, 24)))
    assert "ladder" not in office.live.current.entries
    office.make(Restore("ladder"))
    assert "ladder" in office.live.current.entries


def test_the_last_entry_in_service_cannot_be_retired(office: Office) -> None:
    office.make(Retire("ladder", dt.date(2026, 11, 24)))
    office.make(Retire("who-saw-it", dt.date(2026, 11, 24)))
    with pytest.raises(KnowledgeError, match="every entry is retired"):
        office.make(Retire("what-was-taken", dt.date(2026, 11, 24)))


def test_the_history_says_who_did_what_and_when(office: Office) -> None:
    office.make(AddPhrasing("ladder", "ladder gone"), author="Ann\u202e\n  <b>" + "x" * 500)
    (only,) = office.desk.history()
    assert only.what == 'Add phrasing "ladder gone" to ladder'
    assert only.author.startswith("Ann <b>xxx")
    assert len(only.author) == 80
    assert only.when == NOW


def test_a_torn_line_of_the_history_is_left_out_and_written_over(office: Office) -> None:
    office.make(AddPhrasing("ladder", "ladder gone"))
    journal = office.folder / ".desk" / "history.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"number": 2, "wh')
    assert [revision.number for revision in office.desk.history()] == [1]
    office.make(AddPhrasing("ladder", "ladder lost"))
    assert [revision.number for revision in office.desk.history()] == [2, 1]
    assert journal.read_bytes().count(b"\n") == 2


def test_the_mode_of_a_file_stays(office: Office) -> None:
    path = office.folder / "faq" / "theft.yaml"
    path.chmod(0o640)
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_two_threads_at_once_lose_nothing(office: Office) -> None:
    def work(entry: str) -> None:
        for number in range(5):
            office.make(AddPhrasing(entry, f"wording {number} of {entry}"))

    threads = [threading.Thread(target=work, args=(entry,)) for entry in ("ladder", "who-saw-it")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    base = load(office.folder)
    for entry in ("ladder", "who-saw-it"):
        assert {f"wording {number} of {entry}" for number in range(5)} <= set(base.entries[entry].phrasings)
    assert [revision.number for revision in office.desk.history()] == list(range(10, 0, -1))


def nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
MEGABYTE = "x" * 1_000_000

HOSTILE: list[tuple[Edit, str]] = [
    *((AddEntry(name, GOOD), "`id` has the wrong form") for name in (
        "../case", "..", ".", "", "/etc/passwd", "a/b", "a\\b", "C:evil", "a.yaml", "a\0b", "a\n", "~root", "A", "-a",
    )),
    (AddEntry("x" * 61, GOOD), "`id` is longer than 60 characters"),
    *((AddEntry("theft", GOOD | {"id": id_}), "`id` has the wrong form") for id_ in (
        "../../evil", "a/../b", "a b", "a\nb: c", "*alias", "&anchor", "!!python/object", "<<", "a\0", "ä", "a--b",
    )),
    (AddEntry("theft", GOOD | {"id": "a" * 61}), "`id` is longer than 60 characters"),
    (AddEntry("theft", GOOD | {"id": "ladder"}), "the id `ladder` is taken"),
    (AddEntry("other", GOOD | {"id": "ladder"}), "the id `ladder` is taken"),
    (AddEntry("theft", GOOD | {"question": "???"}), "`id` has the wrong form"),
    (AddEntry("theft", GOOD | {"question": "Where is the ladder now"}), "is already in `ladder`"),
    (AddEntry("theft", GOOD | {"answer": "No mark at all."}), "has no citation mark"),
    (AddEntry("theft", GOOD | {"answer": "A mark to nowhere [p999]."}), "the passage `p999` does not exist"),
    (AddEntry("theft", GOOD | {"related": ["nowhere"]}), "the entry `nowhere` does not exist"),
    (AddEntry("theft", GOOD | {"topics": ["nowhere"]}), "the topic `nowhere` does not exist"),
    (AddEntry("theft", GOOD | {"kind": "rumour"}), "`kind` is unknown"),
    (AddEntry("theft", {}), "the key `question` is missing"),
    (AddPhrasing("ladder", MEGABYTE), "is longer than 300 characters"),
    (AddPhrasing("ladder", ""), "is empty"),
    (AddPhrasing("ladder", " \n "), "is empty"),
    (AddPhrasing("ladder", "bell \x07"), "invisible character U+0007"),
    (AddPhrasing("ladder", "escape \x1b[31m"), "invisible character U+001B"),
    (AddPhrasing("ladder", "turned \u202e round"), "invisible character U+202E"),
    (AddPhrasing("ladder", "nothing\u200bhere"), "invisible character U+200B"),
    (AddPhrasing("ladder", "null\0"), "invisible character U+0000"),
    (AddPhrasing("ladder", "half \ud800 a sign"), "phrasings"),
    (AddPhrasing("ladder", "no character \uffff"), "a character that the files can't store"),
    (AddPhrasing("ladder", "ladder whereabouts"), "is already in `ladder`"),
    (AddPhrasing("ladder", "which canvas did the thieves grab"), "is also a phrasing, so it tests nothing"),
    (AddPhrasing("../case", "x"), "does not exist"),
    (RemovePhrasing("ladder", "never there"), "is not one of its phrasings"),
    (EditEntry("ladder", {"answer": MEGABYTE}), "is longer than 2000 characters"),
    (EditEntry("ladder", {"phrasings": [1, True, None]}), "not text"),
    (EditEntry("ladder", {"phrasings": nested(500)}), "not text"),
    (EditEntry("ladder", {"phrasings": ENDLESS}), "not text"),
    (EditEntry("ladder", {"answer": {"a": "b"}}), "not text"),
    (EditEntry("ladder", {"id": "../x"}), "the id of an entry cannot be changed"),
    (EditEntry("ladder", {"__class__": "x"}), "unknown key `__class__`"),
    (EditEntry("ladder", {"reviewed": "yesterday"}), "reviewed"),
    (EditEntry("ladder", {"kind": "claim"}), "needs a speaker"),
    (EditEntry("ladder", {"kind": "claim", "attributed_to": ["nobody"]}), "the person `nobody` does not exist"),
    (EditEntry("ladder", {"related": ["ladder"]}), "related to itself"),
    (EditEntry("ladder", {"inferred": {"not there": "why"}}), "is not in the answer"),
    (AddUnanswered(MEGABYTE), "is longer than 300 characters"),
    (AddUnanswered(""), "is empty"),
    (AddUnanswered("bell \x07"), "invisible character U+0007"),
    (AddUnanswered("no character \uffff"), "a character that the files can't store"),
    (AddUnanswered("half \ud800 a sign"), "ask"),
    (AddUnanswered("how do i bake bread", "off topic"), "is already there"),
    (AddUnanswered("How do I bake bread?"), "already asked"),
    (AddUnanswered("which canvas did the thieves grab"), "already asked"),
    (AddUnanswered("ladder whereabouts"), "is a phrasing of `ladder`, so it gets that answer"),
    (AddUnanswered("what else", MEGABYTE), "`about` is longer than"),
    (AddUnanswered("what else", ""), "`about` is empty"),
    (AddUnanswered("what else", "bell \x07"), "invisible character U+0007"),
    (PutBack((Change("faq/theft.yaml", "ladder", "  - id: a", "  - id: b"),)), "is missing"),
    (PutBack((Change("faq/theft.yaml", "ladder", None, "  - id: b"),)), "was changed again since"),
    (PutBack((Change("faq/theft.yaml", "door", None, "  - id: b"),)), "is missing"),
    (PutBack((Change("../case.yaml", "door", None, "  - id: b"),)), "is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "message"), HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
def test_a_hostile_edit_is_refused_and_nothing_is_touched(office: Office, edit: Edit, message: str) -> None:
    before, served = office.bytes(), office.live.current
    with pytest.raises(KnowledgeError) as caught:
        office.desk.draft(edit, office.live)
    assert message in str(caught.value)
    assert office.bytes() == before
    assert office.live.current is served
    assert office.desk.history() == ()


@pytest.mark.parametrize(
    "text",
    [
        "*alias here",
        "&a [*a, *a]",
        "!!python/object/apply:os.system [ls]",
        "- a - b",
        "{a: b}",
        "x: |",
        "--- a",
        "%YAML",
    ],
)
def test_yaml_in_a_phrasing_is_only_text(office: Office, text: str) -> None:
    office.make(AddPhrasing("ladder", text))
    assert load(office.folder).entries["ladder"].phrasings[-1] == text


def lose_nothing(knowledge: Path, steps: list[tuple[str, bool, bool]]) -> None:
    """Let two moderators add phrasings to a copy of the files, and look for each.

    Args:
        knowledge: the files.
        steps: for each phrasing its entry, whether it is the second moderator's, and whether its draft waits until one
            that does not is confirmed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(knowledge, Path(name) / "knowledge"))
        office = Office(folder)
        before = office.live.current.entries
        desks = (office.desk, Desk[KnowledgeBase](folder))
        confirmed: list[AddPhrasing] = []
        drafts = []
        for number, (entry, second, waits) in enumerate(steps):
            edit = AddPhrasing(entry, f"wording number {number} that nobody used")
            drafts.append((edit, desks[second], desks[second].draft(edit, office.live)))
            while drafts and not waits:
                made, desk, draft = drafts.pop()
                desk.confirm(draft, office.live, "Ann", NOW)
                confirmed.append(made)
        base = load(folder)
        for edit in confirmed:
            assert edit.phrasing in base.entries[edit.entry].phrasings
        untouched = set(before) - {edit.entry for edit in confirmed}
        assert {id_: base.entries[id_] for id_ in untouched} == {id_: before[id_] for id_ in untouched}


ENTRY = st.sampled_from(["what-was-taken", "who-saw-it", "ladder"])


@settings(max_examples=25)
@given(st.lists(st.tuples(ENTRY, st.booleans(), st.booleans()), min_size=2, max_size=6))
def test_two_moderators_lose_nothing(steps: list[tuple[str, bool, bool]]) -> None:
    lose_nothing(HARBOUR, steps)


def test_two_moderators_at_the_real_files_lose_nothing() -> None:
    lose_nothing(
        KNOWLEDGE,
        [("victim-age", False, True), ("victim-age", True, True), ("motive", True, False), ("jury-vote", False, False)],
    )


def test_an_edit_that_was_killed_half_way_is_finished(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(journal, "_append", killed)
        with pytest.raises(KeyboardInterrupt):
            office.make(AddPhrasing("ladder", "ladder gone"))
    assert office.desk.history() == ()
    Desk[KnowledgeBase](office.folder)
    assert [revision.number for revision in office.desk.history()] == [1]
    assert "ladder gone" in load(office.folder).entries["ladder"].phrasings


def killed(_folder: Path, _revision: Revision) -> None:
    raise KeyboardInterrupt


def test_kill_9_at_random_instants_loses_no_confirmed_edit(folder: Path) -> None:
    rounds = os.environ.get("CASEBOT_TEST_KILLS", "20")  # 200 shows more and takes a minute
    command = [sys.executable, "-m", "tests.editing.killed", str(folder), rounds]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own module)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 0, "no edit was confirmed before a kill, so nothing was shown"


def test_an_edit_is_on_the_disk_before_its_moderator_hears_of_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    sync = os.fsync

    def noted(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    office.make(AddPhrasing("ladder", "where is that ladder"))
    history, entries = office.folder / ".desk" / "history.jsonl", office.folder / "faq" / "theft.yaml"
    assert {history.stat().st_ino, entries.stat().st_ino} <= synced
