"""What readers of the page are told about changes, and what they aren't."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from dulwich import porcelain

from bot.cli import main
from bot.editing.revision import Change, Revision
from bot.editing.updates import Update, updates
from tests.places import HARBOUR
from tests.site import samples

DAY = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
BEFORE = "- id: what-was-taken\n  question: What?\n  phrasings:\n    - one\n  answer: >-\n    A thing\n    [n1].\n"


def told(*changes: Change) -> tuple[Update, ...]:
    return updates([Revision(DAY, "Ana", "said privately", changes)], samples.harbour())


@pytest.mark.parametrize(
    ("after", "seen"),
    [
        (BEFORE.replace("A thing", "Another thing"), True),
        (BEFORE.replace("What?", "What else?"), True),
        (BEFORE.replace("- one", "- one\n    - two"), False),
        (BEFORE + "  reviewed: 2026-11-20\n", False),
        (BEFORE + "  kind: claim\n", True),
    ],
)
def test_a_change_counts_if_readers_see_it(after: str, *, seen: bool) -> None:
    found = told(Change("faq/theft.yaml", "what-was-taken", BEFORE, after))
    assert found == ((Update(DAY.date(), "what-was-taken", new=False),) if seen else ())


def test_a_new_answer_that_is_changed_the_same_day_is_new() -> None:
    made = Change("faq/theft.yaml", "what-was-taken", None, BEFORE)
    changed = Change("faq/theft.yaml", "what-was-taken", BEFORE, BEFORE.replace("thing", "sketch"))
    assert told(made, changed) == (Update(DAY.date(), "what-was-taken", new=True),)


def test_what_is_gone_and_what_is_no_entry_is_not_told() -> None:
    assert not told(
        Change("faq/theft.yaml", "gone-since", None, BEFORE),
        Change("faq/theft.yaml", "what-was-taken", BEFORE, None),
        Change("questions.yaml", "what-was-taken", None, BEFORE),
    )


def test_changes_come_from_git_where_the_folder_is_in_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(shutil.copytree(HARBOUR, tmp_path / "knowledge"))
    porcelain.init(str(folder))
    entries = folder / "faq" / "theft.yaml"
    for answer in ("A painting", "A small painting"):
        entries.write_text(entries.read_text("utf-8").replace("A painting", answer), "utf-8")
        porcelain.add(str(folder), [str(path) for path in folder.rglob("*.yaml")])
        porcelain.commit(str(folder), message=b"secret reason", author=b"Ana <a@b.c>", committer=b"Ana <a@b.c>")
    assert main(["--knowledge", str(folder), "site", str(tmp_path / "out")]) == 0, capsys.readouterr().err
    page = (tmp_path / "out" / "changes.html").read_text("utf-8")
    assert "What was taken from the museum?" in page
    assert "secret reason" not in page
    assert "Ana" not in page.replace("Ada", "")
