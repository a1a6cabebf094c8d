"""What is exported and imported again is the same: into the base it comes from, and as a base of its own."""

import datetime as dt
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.editing.apply import NEW_FILE
from bot.editing.items import ENTRIES, ItemFile
from bot.importing import export, files, folder
from bot.importing.merge import Fate, Plan
from bot.knowledge.load import KnowledgeError, load, same
from bot.knowledge.model import Entry, KnowledgeBase
from tests.places import HARBOUR, KNOWLEDGE

TODAY: Final = dt.date(2026, 11, 29)
WHEN: Final = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
FORMATS: Final[dict[str, Callable[[KnowledgeBase], str]]] = {"csv": export.as_csv, "md": export.as_markdown}


def taken(base: Path, target: Path, form: str, work: Path, change: Callable[[str], str] = str) -> Plan:
    """Export a base and import that into another, or into itself."""
    path = work / f"exported.{form}"
    path.write_text(change(FORMATS[form](load(base))), "utf-8")
    planned = folder.prepare([files.read(path)], target, TODAY)
    folder.carry_out(planned, "Ann", WHEN)
    return planned.plan


def said(entry: Entry) -> tuple[Any, ...]:
    """What an entry says, without what it cites."""
    answer = re.sub(r"\s*\[[a-z0-9:, -]+\]", "", entry.answer)
    return entry.id, entry.question, entry.phrasings, answer, entry.topics


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("shipped", [HARBOUR, KNOWLEDGE], ids=["harbour", "shipped"])
def test_a_base_takes_its_own_export_as_nothing_new(shipped: Path, form: str, tmp_path: Path) -> None:
    base = Path(shutil.copytree(shipped, tmp_path / "base"))
    before = {path: path.read_bytes() for path in base.rglob("*.yaml")}
    plan = taken(base, base, form, tmp_path)
    assert {path: path.read_bytes() for path in base.rglob("*.yaml")} == before
    assert (plan.count(Fate.SAME), plan.findings) == (len(load(base).entries), ())


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("shipped", [HARBOUR, KNOWLEDGE], ids=["harbour", "shipped"])
def test_an_export_makes_a_base_of_the_same_entries(shipped: Path, form: str, tmp_path: Path) -> None:
    plan = taken(shipped, tmp_path / "made", form, tmp_path)
    made, base = load(tmp_path / "made"), load(shipped)
    assert not [str(found) for found in plan.findings if found.left_out]
    in_topics = sorted(made.entries.values(), key=lambda entry: list(base.entries).index(entry.id))
    titles = {topic.id: topic.title for topic in base.case.topics} | {
        topic.id: topic.title for topic in made.case.topics
    }
    shown = [(*said(entry)[:-1], [titles[topic] for topic in entry.topics]) for entry in in_topics]
    assert shown == [(*said(entry)[:-1], [titles[topic] for topic in entry.topics]) for entry in base.entries.values()]


@pytest.mark.parametrize("form", FORMATS)
def test_what_another_base_cites_is_said_to_be_cited_no_more(form: str, folder: Path, tmp_path: Path) -> None:
    plan = taken(folder, tmp_path / "made", form, tmp_path)
    (note,) = [found for found in plan.findings if "cited instead" in found.what]
    assert str(note) == (
        f"exported.{form}: what another FAQ cites is not here, so this file is cited instead: "
        f"{len(load(folder).entries)} answers; to keep the citations, import into a FAQ that has the sources under "
        "the same ids"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_edited_in_an_export_is_taken_with_its_marks(form: str, folder: Path, tmp_path: Path) -> None:
    plan = taken(folder, folder, form, tmp_path, lambda text: text.replace("priceless", "beyond price"))
    assert [step.entry for step in plan.steps if step.fate is Fate.CHANGED] == ["what-was-taken"]
    assert load(folder).entries["what-was-taken"].answer == (
        "A painting [n1]. The director calls it beyond price [letter:n1]."
    )


def test_an_export_that_is_older_than_an_edit_does_not_undo_it(folder: Path, tmp_path: Path) -> None:
    path = folder / "faq" / "theft.yaml"
    old = export.as_csv(load(folder)).replace("priceless", "beyond price")
    path.write_text(path.read_text("utf-8").replace("A painting [n1]", "A small painting [n1]"), "utf-8")
    plan = taken(folder, folder, "csv", tmp_path, lambda _: old)
    (step,) = [step for step in plan.steps if step.clashes]
    assert step.entry == "what-was-taken"
    assert "A small painting" in load(folder).entries["what-was-taken"].answer


@pytest.mark.parametrize("form", FORMATS)
def test_a_copy_that_somebody_else_has_edited_does_not_undo_the_first_ones_edit(
    form: str, folder: Path, tmp_path: Path
) -> None:
    *_, last = load(folder).entries.values()
    copy = FORMATS[form](load(folder))
    taken(folder, folder, form, tmp_path, lambda _: copy.replace("priceless", "beyond price"))
    plan = taken(folder, folder, form, tmp_path, lambda _: copy.replace(last.question, "Where and when?"))
    assert load(folder).entries["what-was-taken"].answer.endswith("beyond price [letter:n1].")
    assert load(folder).entries[last.id].question == "Where and when?"
    assert [step.entry for step in plan.steps if step.clashes] == ["what-was-taken"], "it may be taken back on purpose"


@pytest.mark.parametrize("form", FORMATS)
def test_what_an_export_does_not_change_is_not_said_to_be_changed_by_both(
    form: str, folder: Path, tmp_path: Path
) -> None:
    path = folder / "faq" / "theft.yaml"
    old = FORMATS[form](load(folder))
    path.write_text(path.read_text("utf-8").replace("A painting [n1]", "A small painting [n1]"), "utf-8")
    plan = taken(folder, folder, form, tmp_path, lambda _: old)
    assert {step.fate for step in plan.steps} == {Fate.SAME}
    assert "A small painting" in load(folder).entries["what-was-taken"].answer


LETTERS: Final = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
ODD: Final = st.sampled_from(list("*_`[]()<>#+-=.!|&~\\:;,'\"{}@$%^/?0123456789ab \u00e9\u4e2d\U0001f600"))
TEXT: Final = st.text(ODD | LETTERS, min_size=1, max_size=40)


@st.composite
def entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Valid entries of the harbour base, with texts that nobody would write."""
    found: dict[str, dict[str, Any]] = {}
    asked: set[str] = set()
    for number in range(draw(st.integers(1, 4))):
        words = [f"w{number} {draw(TEXT)}", *draw(st.lists(TEXT, max_size=3))]
        fresh = list({same(text): text for text in words if same(text) and same(text) not in asked}.values())
        asked |= set(map(same, fresh))
        if not fresh:
            continue
        mark = draw(st.sampled_from(["[n1]", "[letter:n1]", "[n1, n2]"]))
        fields = {
            "id": f"entry-{number}",
            "question": fresh[0],
            "phrasings": fresh[1:],
            "kind": "reported",
            "topics": draw(st.sampled_from([["theft"], ["people"], ["people", "theft"]])),
            "reviewed": TODAY,
            "answer": f"{draw(TEXT)} {mark}",
        }
        try:
            found[f"entry-{number}"] = ENTRIES.plain("", fields)
        except KnowledgeError:
            continue
    return list(found.values())


@settings(max_examples=60)
@given(entries())
def test_no_text_of_an_entry_gets_lost_on_the_way(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[dict[str, Any]]
) -> None:
    work = tmp_path_factory.mktemp("round")
    base = Path(shutil.copytree(HARBOUR, work / "base"))
    (base / "questions.yaml").write_text("answered: []\n", "utf-8")
    try:
        (base / "faq" / "theft.yaml").write_text(ItemFile("faq/theft.yaml", NEW_FILE).extend(drawn).text, "utf-8")
        load(base)
    except KnowledgeError:
        return  # not what the files can hold, or an answer with more statements than marks
    before = {path: path.read_bytes() for path in base.rglob("*.yaml")}
    for form in FORMATS:
        plan = taken(base, base, form, work)
        assert {path: path.read_bytes() for path in base.rglob("*.yaml")} == before
        assert [step.fate for step in plan.steps] == [Fate.SAME] * len(drawn)
