"""Hints name what could be better, where, and how; they are never errors."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.cli import main
from bot.knowledge.hints import HintKind, Weak, file_hints, lix, located
from bot.knowledge.load import load, read_files
from bot.matching import ranker
from bot.moderation import hints
from tests.places import KNOWLEDGE

TODAY = dt.date(2026, 11, 24)
Changed = Callable[[str, str, str], list[str]]


@pytest.fixture
def changed(folder: Path) -> Changed:
    """Replace text in a file of the small base; give the hints that this adds or changes."""

    def change(name: str, old: str, new: str) -> list[str]:
        before = {hint.problem.what for hint in file_hints(read_files(folder), TODAY)}
        path = folder / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        load(folder)
        return [str(hint) for hint in file_hints(read_files(folder), TODAY) if hint.problem.what not in before]

    return change


def test_few_phrasings(folder: Path) -> None:
    assert "faq/theft.yaml:32:7: `ladder` has 3 phrasings; add some in other words, 8 or more in all" in [
        str(hint) for hint in file_hints(read_files(folder), TODAY)
    ]


def test_a_long_answer(changed: Changed) -> None:
    (hint,) = changed("faq/theft.yaml", "A painting [n1].", "It was a big one [n1]. " * 30)
    assert hint.startswith("faq/theft.yaml:9:5: the answer of `what-was-taken` has 5")
    assert hint.endswith("characters; shorten it to 400, or split the entry")


def test_an_answer_that_is_hard_to_read(changed: Changed) -> None:
    hard = "Notwithstanding considerable jurisdictional complications, representatives acknowledged guilt [n1]."
    (hint,) = changed("faq/theft.yaml", "A painting [n1].", hard)
    assert "the answer of `what-was-taken` is hard to read" in hint


def test_a_statement_that_is_too_long_to_read_aloud(changed: Changed) -> None:
    words = "and so it was " * 7
    assert changed("faq/theft.yaml", "A painting [n1].", f"{words[: -len(' so it was ')]} [n1].") == []
    (hint,) = changed("faq/theft.yaml", "and [n1].", "and then some [n1].")
    assert hint == (
        'faq/theft.yaml:9:5: a statement of `what-was-taken` has 27 words: "and so it was and so …"; '
        "split it in two, of at most 25 each"
    )


def test_a_quotation_of_more_than_a_handful_of_words(changed: Changed) -> None:
    assert changed("faq/theft.yaml", "A painting [n1].", 'A "very big blue and red painting" [n1].') == []
    (hint,) = changed("faq/theft.yaml", '"very big', '"very very big')
    assert 'the quotation "very very big blue and red painting" of `what-was-taken` has 7 words' in hint


def test_he_or_she_before_a_name(changed: Changed) -> None:
    assert changed("faq/theft.yaml", "A painting [n1].", 'Ada saw it when she came; "he" is a word [n1].') == []
    (hint,) = changed("faq/theft.yaml", "Ada saw it when she came", "It went when she came with Ada")
    assert hint == (
        'faq/theft.yaml:9:5: `what-was-taken` says "she" before anyone whom people.yaml lists; '
        "begin with the name, and list who it is"
    )


def test_he_or_she_is_english(folder: Path, changed: Changed) -> None:
    case = folder / "case.yaml"
    case.write_text(case.read_text("utf-8") + 'language: "no"\n', "utf-8")
    assert changed("faq/theft.yaml", "A painting [n1].", "Her er det [n1].") == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("Ada Voss writes that she saw", "The guard saw", "`claim` and does not begin with who says it; name someone"),
        ("kind: claim", "kind: quote", "`quote` and does not begin with a quotation; quote a few words, or make it"),
        (
            "A painting [n1].",
            "A man was seen [n2].",
            "`reported` and begins with something only known from someone's own words",
        ),
        ("A painting [n1].", "The report does not say [n1].", "`reported` and begins with what is missing; make it"),
        ("The report does not say.", "It is gone.", "`not_covered` and does not begin with what is missing; begin"),
    ],
)
def test_an_answer_that_begins_like_another_kind(changed: Changed, old: str, new: str, what: str) -> None:
    assert any(f"is {what}" in hint for hint in changed("faq/theft.yaml", old, new))


def test_lix_is_words_a_sentence_and_the_percentage_of_long_words() -> None:
    assert lix("The cat sat on the mat. It slept.") == pytest.approx(8 / 2)
    assert lix("The painting disappeared: nobody noticed.") == pytest.approx(5 / 2 + 100 * 3 / 5)
    assert lix("") == 0


def test_an_old_review(changed: Changed) -> None:
    old = "    topics: [theft]\n    reviewed: 2026-11-23"
    assert changed("faq/theft.yaml", old, old.replace("2026-11-23", "2025-11-24")) == []
    (hint,) = changed("faq/theft.yaml", "2025-11-24", "2025-11-23")
    assert hint.startswith("faq/theft.yaml:38:5: `ladder` was last reviewed on 2025-11-23")


def test_an_entry_that_was_imported_and_that_nobody_has_reviewed(changed: Changed) -> None:
    old = "    topics: [theft]\n    reviewed: 2026-11-23"
    (hint,) = changed("faq/theft.yaml", old, old.replace("2026-11-23", "never"))
    assert hint.startswith(
        "faq/theft.yaml:38:5: `ladder` was imported and never reviewed; check its answer against the"
    )


def test_a_part_that_no_entry_cites(folder: Path, changed: Changed) -> None:
    path = folder / "sources.yaml"
    plain = "        gist: What the guard says.\n        speaker: ada-voss\n        where: a letter\n"
    parts = (
        "        parts:\n          - {id: n2a, gist: The guard writes.}\n"
        "          - {id: n2b, gist: What she writes., speaker: ada-voss}\n"
    )
    path.write_text(path.read_text("utf-8").replace(plain, parts), "utf-8")
    assert not [hint for hint in file_hints(read_files(folder), TODAY) if hint.kind is HintKind.UNCITED], (
        "the whole is cited"
    )
    path = folder / "faq" / "theft.yaml"
    path.write_text(path.read_text("utf-8").replace("ladder [n2]", "ladder [n2b]"), "utf-8")
    (hint,) = changed("faq/theft.yaml", "mentions it once [n2]", "mentions it once [n2b]")
    assert hint.startswith("sources.yaml:10:9: no entry cites `n2a` (The guard writes.)")


def test_a_passage_that_no_entry_cites(changed: Changed) -> None:
    (hint,) = changed("faq/theft.yaml", " The director calls it priceless [letter:n1].", "")
    assert hint.startswith("sources.yaml:21:9: no entry cites `letter:n1` (The director thanks the finders.)")


def test_a_gist_that_nobody_has_written_yet(changed: Changed) -> None:
    (hint,) = changed("sources.yaml", "gist: A painting disappears from the museum.", "gist: On the evening of 5 …")
    assert hint.startswith("sources.yaml:8:9: the gist of `n1` is not written yet (On the evening of 5 …)")
    (hint,) = changed("sources.yaml", "gist: The director thanks the finders.", "gist: Dear finders, many thanks …")
    assert hint.startswith("sources.yaml:21:9: the gist of `letter:n1` is not written yet")


def test_an_answer_that_only_a_superseded_source_holds(changed: Changed) -> None:
    hints = changed("sources.yaml", "    kind: letter\n", "    kind: letter\n    supersedes: report\n")
    assert [hint.partition(";")[0] for hint in hints] == [
        "faq/theft.yaml:22:5: the answer of `who-saw-it` cites only what `letter` supersedes",
        "faq/theft.yaml:35:5: the answer of `ladder` cites only what `letter` supersedes",
    ]
    assert "what-was-taken" not in str(hints), "it gives both"


def test_a_synonym_that_no_entry_uses(changed: Changed) -> None:
    (hint,) = changed("synonyms.yaml", "canvas]", "canvas]\n  - [boat, small ship]")
    assert hint.startswith("synonyms.yaml:3:5: no question of an entry holds any of: boat, small ship;")


def test_check_shows_a_few_hints_of_each_kind_and_all_when_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "faq" / "theft.yaml"
    item = path.read_text("utf-8")[path.read_text("utf-8").index("  - id: ladder") :]
    for number in range(3):
        other = item.replace("ladder", f"gadget{number}").replace("Ada Voss mentions it once [n2].", "")
        path.write_text(path.read_text("utf-8") + "\n" + other, "utf-8")
    questions = folder / "questions.yaml"
    questions.write_text(questions.read_text("utf-8").replace("right: 50", "right: 0"), "utf-8")
    assert main(["--knowledge", str(folder), "check"]) == 0, "a hint is no error"
    few = capsys.readouterr().out
    assert "Hint: entries with few phrasings: 6\n  faq/theft.yaml:5:7: " in few
    assert f"  and 3 more, see `casebot --knowledge {folder} check --hints`\n" in few
    main(["--knowledge", str(folder), "check", "--hints"])
    everything = capsys.readouterr().out
    assert everything.count("add some in other words") == 6
    assert "more, see" not in everything


def test_a_faq_that_has_outgrown_the_classifier_is_told_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranker, "LARGEST_TRAINED", 10)
    answerer = Answerer(load(folder))
    (hint,) = [
        hint for hint in hints.all_hints(read_files(folder), answerer.matcher, TODAY) if hint.kind is HintKind.SIZE
    ]
    entries = answerer.base.entries.values()
    phrasings = sum(len({entry.question, *entry.phrasings}) for entry in entries)
    assert str(hint).startswith(f"faq:1:1: {phrasings} phrasings of {len(entries)} entries are more than")


def test_the_shipped_files_get_only_hints_that_take_a_moderators_judgement() -> None:
    """What the matcher finds always does; ``casebot check`` asks it about the shipped files, which takes long."""
    assert {hint.kind for hint in file_hints(read_files(KNOWLEDGE), dt.datetime.now(dt.UTC).date())} <= {HintKind.STALE}


def test_a_hint_leads_to_its_phrasing_in_the_shipped_files() -> None:
    files = read_files(KNOWLEDGE)
    weak = [
        Weak(HintKind.STRAY, entry.value.id, phrasing, "", "")
        for entry in files.entries
        for phrasing in (entry.value.question, *entry.value.phrasings)
    ]
    lines = {
        path.relative_to(KNOWLEDGE).as_posix(): path.read_text("utf-8").replace('\\"', '"').splitlines()
        for path in KNOWLEDGE.rglob("*.yaml")
    }
    places = [hint.problem.place for hint in located(files, weak)]
    astray = [
        (each.phrasing, place)
        for each, place in zip(weak, places, strict=True)
        if str(each.phrasing) not in lines[place.file][place.line - 1]
    ]
    assert not astray
