"""An import that moderators take back, and its entries that they withdraw: nothing of it is left in the folder."""

import datetime as dt
from pathlib import Path

import pytest

from bot.importing import files as import_files
from bot.importing import folder as importing
from bot.importing.merge import Fate, Plan
from bot.knowledge.folder import DESK, RECORD, knowledge_files
from bot.knowledge.load import load
from tests.chat.conftest import shown
from tests.chat.desk.conftest import Bureau
from tests.editing.elsewhere import git

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)

CLUB = """\
# Zanzibar

## Who may come to the quokka?

Anybody with a wombat.

Also asked as:

- quokka visitors

## When is the axolotl fed?

On Tuesdays, by the narwhal.
"""
FIRST = ("quokka", "wombat")
"""Words that only the first entry has."""

SECOND = ("axolotl", "narwhal")
IDS = ("who-may-come-to-the-quokka", "when-is-the-axolotl-fed")


def imports(bureau: Bureau, text: str = CLUB) -> Plan:
    file = bureau.folder.parent / "club.md"
    file.write_text(text, "utf-8")
    planned = importing.prepare([import_files.read(file)], bureau.folder, NOW.date())
    importing.carry_out(planned, "Ann", NOW)
    return planned.plan


def told(folder: Path, words: tuple[str, ...]) -> dict[str, list[str]]:
    """The words that each file of a folder says, apart from its history and ids."""
    contents = {
        path.name: path.read_bytes().lower()
        for path in folder.rglob("*")
        if path.is_file() and not {DESK, ".git"} & set(path.relative_to(folder).parts)
    }
    for name, content in contents.items():
        for id_ in IDS:
            contents[name] = contents[name].replace(id_.encode(), b"")
        assert content
    return {
        name: found
        for name, content in contents.items()
        if (found := [word for word in words if word.encode() in content])
    }


async def about(bureau: Bureau) -> str:
    return shown(await bureau.ana.slash(bureau.channel, "about")).text


@pytest.fixture
async def imported(bureau: Bureau) -> Bureau:
    imports(bureau)
    await bureau.slash("reload")
    return bureau


async def test_nothing_stays_of_an_import_that_is_taken_back(bureau: Bureau) -> None:
    files, said = bureau.files(), await about(bureau)
    imports(bureau)
    await bureau.slash("reload")
    assert told(bureau.folder, FIRST).keys() == {"sources.yaml", "zanzibar.yaml", RECORD}
    assert await about(bureau) != said
    draft = await bureau.slash("undo", number=1)
    assert "The source Zanzibar goes too: nothing else is based on it." in draft.text
    await bureau.press(draft, "Confirm")
    assert bureau.files() == files
    assert not told(bureau.folder, (*FIRST, *SECOND, "zanzibar"))
    assert await about(bureau) == said


async def test_an_import_comes_back_whole_when_its_undo_is_undone(imported: Bureau) -> None:
    before = load(imported.folder)
    await imported.press(await imported.slash("undo", number=1), "Confirm")
    await imported.press(await imported.slash("undo", number=2), "Confirm")
    after = load(imported.folder)
    assert (after.entries, after.sources, after.case) == (before.entries, before.sources, before.case)
    assert imports(imported).count(Fate.SAME) == 2, "the next import knows it"


async def test_what_was_taken_back_does_not_come_back_with_the_next_import(imported: Bureau) -> None:
    await imported.press(await imported.slash("undo", number=1), "Confirm")
    plan = imports(imported, CLUB.replace("quokka?", "quokka, and who may not?"))
    assert plan.count(Fate.DELETED) == 2, "one is known by its question, one by its answer"
    assert not told(imported.folder, (*FIRST, *SECOND))


async def test_a_source_stays_as_far_as_something_else_is_based_on_it(imported: Bureau) -> None:
    (faq,) = [path for path in knowledge_files(imported.folder) if "id: ladder" in path.read_text("utf-8")]
    text = faq.read_text("utf-8")
    faq.write_text(text.replace("topics: [theft]", "topics: [theft, zanzibar]", 1), "utf-8")
    entry = (
        "\n  - id: feeding\n    question: Does it eat?\n    answer: It eats on Tuesdays [club:p2].\n"
        "    kind: reported\n    topics: [theft]\n    reviewed: 2026-11-23\n"
    )
    faq.write_text(faq.read_text("utf-8").rstrip() + "\n" + entry, "utf-8")
    await imported.slash("reload")
    draft = await imported.slash("undo", number=1)
    assert "goes too" not in draft.text
    await imported.press(draft, "Confirm")
    base = load(imported.folder)
    assert [passage.id for passage in base.sources["club"].passages] == ["p2"]
    assert "zanzibar" in [topic.id for topic in base.case.topics]
    assert not told(imported.folder, FIRST)
    assert told(imported.folder, SECOND) == {"sources.yaml": ["axolotl"]}


@pytest.mark.parametrize("tracked", [False, True], ids=["no repository", "in git"])
async def test_nothing_stays_of_an_imported_entry_that_is_withdrawn(bureau: Bureau, *, tracked: bool) -> None:
    if tracked:
        git(bureau.folder, "init", "-q")
        git(bureau.folder, "add", ".")
        git(bureau.folder, "commit", "-qm", "Begin")
    imports(bureau)
    await bureau.slash("reload")
    sources = (bureau.folder / "sources.yaml").read_text("utf-8")
    draft = await bureau.slash("withdraw", entry=IDS[0], reason="privacy")
    assert "Its text is removed from the files" in draft.text
    assert RECORD not in draft.text
    assert "goes too" not in draft.text
    await bureau.press(draft, "Withdraw for good")
    assert not told(bureau.folder, FIRST)
    assert (bureau.folder / "sources.yaml").read_text("utf-8") == sources.replace(
        "      - id: p1\n        gist: Who may come to the quokka?\n", ""
    )
    assert told(bureau.folder, SECOND)[RECORD] == ["axolotl", "narwhal"]
    draft = await bureau.slash("withdraw", entry=IDS[1], reason="other")
    assert "The source Zanzibar goes too" in draft.text
    await bureau.press(draft, "Withdraw for good")
    assert not told(bureau.folder, (*FIRST, *SECOND))
    assert "club" not in load(bureau.folder).sources
    assert not tracked or git(bureau.folder, "status", "--porcelain") == "", "all of it is committed"


async def test_a_withdrawn_entry_does_not_come_back_under_another_id(imported: Bureau) -> None:
    faq = imported.folder / "faq" / "zanzibar.yaml"
    faq.write_text(faq.read_text("utf-8").replace(f"id: {IDS[0]}", "id: q7"), "utf-8")
    record = imported.folder / RECORD
    record.write_text(record.read_text("utf-8").replace(IDS[0], "q7"), "utf-8")
    await imported.slash("reload")
    await imported.press(await imported.slash("withdraw", entry="q7", reason="privacy"), "Withdraw for good")
    for text in (CLUB, CLUB.replace("Who may come", "Which people may come")):
        plan = imports(imported, text)
        assert plan.count(Fate.NEW) == 0
        assert "the entry `q7` was withdrawn at a person's request" in str(plan.findings)


async def test_a_damaged_record_is_named_before_anything_changes(imported: Bureau) -> None:
    (imported.folder / RECORD).write_text("{", "utf-8")
    before = imported.files()
    refused = await imported.slash("withdraw", entry=IDS[0], reason="privacy")
    assert "the text of an entry that goes can't be removed from it: restore it, or delete it" in refused.text
    assert imported.files() == before
