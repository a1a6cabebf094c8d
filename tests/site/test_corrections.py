"""Corrections and clarifications of answers, as readers of the page are told about them."""

import datetime as dt
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import pytest
from dulwich import porcelain
from hypothesis import given
from hypothesis import strategies as st

from bot.editing.correction import guess, said
from bot.editing.revision import Change, ChangeKind, Revision
from bot.editing.updates import Update, updates
from bot.knowledge.addresses import entry_path
from bot.knowledge.load import load
from bot.site.build import build
from bot.site.render import Options, Renderer
from tests.places import HARBOUR
from tests.site import samples
from tests.site.html import main, parse, text

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
FILE, ENTRY = "faq/theft.yaml", "what-was-taken"


def lines(answer: str) -> str:
    return (
        f"  - id: {ENTRY}\n    question: What?\n    kind: reported\n    topics: [theft]\n"
        f"    reviewed: 2026-11-20\n    answer: {answer}\n"
    )


def revision(before: str, after: str, kind: ChangeKind | None, reason: str = "", hours: int = 0) -> Revision:
    change = Change(FILE, ENTRY, lines(before), lines(after))
    return Revision(NOON + dt.timedelta(hours=hours), "Ana", "said privately", (change,), kind=kind, reason=reason)


def corrections(page: bytes) -> Element | None:
    return next((each for each in parse(page).iter("section") if each.get("class") == "corrections"), None)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("A paintng was stolen.", "A paintng was stolen!", "typo"),
        ("The paimting was stolen.", "The painting was stolen.", "typo"),
        ("He was in the musuem.", "He was in the museum.", "typo"),
        ("A painting.", "A painting by Voss.", "clarification"),
        ("A painting.", "A painting. It is small.", "clarification"),
        ("He was not there.", "He was now there.", "correction"),
        ("It was in 2002.", "It was in 2003.", "correction"),
        ("Millar was there.", "Miller was there.", "correction"),
        ("He was convicted of it.", "He was accused of it.", "correction"),
        ("A large painting.", "A painting.", "correction"),
        ("He was there.", "There he was.", "correction"),
    ],
)
def test_what_a_change_is_is_guessed_from_its_words(before: str, after: str, kind: str) -> None:
    assert guess(before, after) == kind


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_guess_that_drops_a_number_is_never_a_typo(before: str, after: str) -> None:
    assert guess(f"{before} 17 {after}", f"{before} 71 {after}") is ChangeKind.CORRECTION


def test_a_correction_stands_below_the_answer_with_its_reason_before_and_after() -> None:
    base = samples.published(samples.harbour())
    told = updates([revision("A sketch [n1].", "A painting [n1].", ChangeKind.CORRECTION, "It was misread.")], base)
    files = Renderer(base, Options(told)).files()
    found = corrections(files[entry_path(ENTRY)])
    assert found is not None
    assert text(found) == (
        "Corrections 20 November 2026: Correction It was misread. Before: A sketch. After: A painting."
    )
    assert "Corrected: What was taken from the museum? It was misread." in main(files["changes.html"])
    feed = ET.fromstring(files["changes.atom"])  # noqa: S314 (ours)
    (summary,) = feed.iter("{http://www.w3.org/2005/Atom}summary")
    assert summary.text == "It was misread. Before: A sketch. After: A painting."
    assert "said privately" not in "".join(content.decode() for content in files.values())


@pytest.mark.parametrize("kind", [None, ChangeKind.TYPO])
def test_what_is_a_typo_or_was_not_said_is_only_named_as_changed(kind: ChangeKind | None) -> None:
    base = samples.harbour()
    told = updates([revision("A sketch [n1].", "A painting [n1].", kind)], base)
    files = Renderer(base, Options(told)).files()
    assert corrections(files[entry_path(ENTRY)]) is None
    assert "Changed: What was taken" in main(files["changes.html"])
    assert not any(b"A sketch" in content for content in files.values())


def test_changes_of_one_day_are_one_from_the_first_text_to_the_last() -> None:
    told = updates(
        [
            revision("One [n1].", "Two [n1].", ChangeKind.CORRECTION, "wrong"),
            revision("Two [n1].", "Two of them [n1].", ChangeKind.CLARIFICATION, "clearer", hours=1),
        ],
        samples.harbour(),
    )
    assert told == (
        Update(NOON.date(), ENTRY, False, ChangeKind.CORRECTION, "wrong", "One.", "Two of them."),  # noqa: FBT003
    )


def test_of_two_corrections_of_a_day_the_later_reason_holds() -> None:
    told = updates(
        [
            revision("One [n1].", "Two [n1].", ChangeKind.CORRECTION, "it was two"),
            revision("Two [n1].", "Three [n1].", ChangeKind.CORRECTION, "it was three", hours=1),
        ],
        samples.harbour(),
    )
    assert [(each.reason, each.before, each.after) for each in told] == [("it was three", "One.", "Three.")]


@pytest.mark.parametrize("back", [None, *ChangeKind])
def test_what_is_as_it_was_at_the_end_of_the_day_is_not_told(back: ChangeKind | None) -> None:
    there = revision("One [n1].", "Two [n1].", ChangeKind.CORRECTION, "wrong")
    assert not updates([there, revision("Two [n1].", "One [n1].", back, hours=1)], samples.harbour())
    later = revision("Two [n1].", "One [n1].", ChangeKind.CORRECTION, "right after all", hours=24)
    assert [each.after for each in updates([there, later], samples.harbour())] == ["One.", "Two."]


def test_what_a_typo_has_taken_out_of_a_correction_is_not_shown() -> None:
    told = updates(
        [
            revision("One [n1].", "Two of Ben's [n1].", ChangeKind.CORRECTION),
            revision("Two of Ben's [n1].", "Two [n1].", ChangeKind.TYPO, hours=1),
        ],
        samples.harbour(),
    )
    assert [(each.kind, each.before, each.after) for each in told] == [(ChangeKind.CORRECTION, "One.", "Two.")]


@pytest.mark.parametrize("payload", ["</del><script>alert(1)</script>", "<!--", "&amp; <b>", "{{ 7 * 7 }}", "]]>"])
def test_texts_and_reasons_are_shown_as_they_were_written(payload: str) -> None:
    base = samples.published(samples.harbour())
    update = Update(NOON.date(), ENTRY, False, ChangeKind.CORRECTION, payload, payload, payload)  # noqa: FBT003
    files = Renderer(base, Options([update])).files()
    found = corrections(files[entry_path(ENTRY)])
    assert found is not None
    assert text(found).count(" ".join(payload.split())) == 3
    assert not list(found.iter("script"))
    feed = ET.fromstring(files["changes.atom"])  # noqa: S314 (ours)
    assert payload in ("".join(each.text or "" for each in feed.iter("{http://www.w3.org/2005/Atom}summary")))


def test_lists_and_code_are_compared_without_marks() -> None:
    assert said(lines("|\n      Do [n1]:\n\n      - one [n1]\n      - two")) == "Do:\n- one\n- two"
    assert said("no entry") == said(None) == ""


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Fix\n\nCasebot-Change: correction: the size was wrong\n", "Correction the size was wrong"),
        ("Fix\n\nCasebot-Change: clarification\nSigned-off-by: Ana <a@b.c>\n", "Clarification"),
        ("Fix\n\nCasebot-Change: scandal: no\n", None),
        ("Casebot-Change: correction: in the first line\n", None),
        ("Fix\n\nCasebot-Change: typo\n", None),
    ],
)
def test_a_commit_says_in_a_trailer_what_it_is(tmp_path: Path, message: str, shown: str | None) -> None:
    folder = Path(shutil.copytree(HARBOUR, tmp_path / "knowledge"))
    porcelain.init(str(folder))
    entries = folder / "faq" / "theft.yaml"
    for answer, said_of_it in (("A painting", "Begin"), ("A small painting", message)):
        entries.write_text(entries.read_text("utf-8").replace("A painting", answer), "utf-8")
        porcelain.add(str(folder), [str(path) for path in folder.rglob("*.yaml")])
        porcelain.commit(str(folder), message=said_of_it.encode(), author=b"Ana <a@b.c>", committer=b"Ana <a@b.c>")
    found = corrections(build(load(folder), folder)[entry_path(ENTRY)])
    if shown is None:
        assert found is None
    else:
        assert found is not None
        assert f": {shown} Before: A painting. The director" in text(found)
