"""`casebot import`, `export` and `init` in a terminal, as they are typed."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from bot.cli import main
from bot.knowledge.load import load
from tests.places import HARBOUR

FAQ: Final = (
    "# Riverside Chess Club\n\n## When do you meet?\n\nEvery Tuesday.\n\n## Where?\n\nAt Harwell Hall.\n\n## Tea?\n"
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def casebot(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command beside a FAQ; gives status, output and errors."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "club.md").write_text(FAQ, "utf-8")

    def run(*arguments: str, typed: str = "", terminal: bool = False) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal)
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_without_a_terminal_the_import_is_only_shown(casebot: Run) -> None:
    status, out, err = casebot("import", "club.md", "--to", "base")
    assert status == 2
    assert "new: 2\n  when-do-you-meet: When do you meet?\n  where: Where?\n" in out
    assert 'Left out: club.md:11:1: "Tea?" has no answer; write one\n' in out
    assert err == "Nothing was written: there's no terminal to ask in. Add --yes to go ahead.\n"
    assert not Path("base").exists()


@pytest.mark.parametrize(("typed", "status", "written"), [("y\n", 1, True), ("n\n", 2, False), ("", 2, False)])
def test_in_a_terminal_the_import_asks_first(casebot: Run, typed: str, status: int, *, written: bool) -> None:
    assert casebot("import", "club.md", "--to", "base", typed=typed, terminal=True)[0] == status
    assert Path("base").exists() == written


def test_the_status_says_whether_all_was_taken(casebot: Run) -> None:
    assert casebot("import", "club.md", "--to", "base", "--yes")[0] == 1, "one question has no answer"
    Path("club.md").write_text(FAQ + "\nYes.\n", "utf-8")
    status, out, _ = casebot("import", "club.md", "--to", "base", "--yes")
    assert status == 0
    assert "new: 1\n  tea: Tea?\nunchanged: 2\n" in out
    assert casebot("import", "club.md", "--to", "base", "--yes")[1].endswith("unchanged: 3\nNothing to change.\n")


def test_what_is_imported_passes_its_check_and_answers_with_its_source(casebot: Run) -> None:
    casebot("import", "club.md", "--to", "base", "--yes")
    status, out, _ = casebot("--knowledge", "base", "check")
    assert status == 0
    assert "Hint: imported entries that nobody has reviewed: 2\n" in out
    _, out, _ = casebot("--knowledge", "base", "ask", "when do you meet")
    assert "Every Tuesday [1].\n(According to the FAQ.)" in out
    assert "[1] Riverside Chess Club, " in out


def test_a_merge_shows_what_changes_and_what_stays(casebot: Run) -> None:
    casebot("import", "club.md", "--to", "base", "--yes")
    faq = next(Path("base/faq").iterdir())
    faq.write_text(faq.read_text("utf-8").replace("At Harwell Hall", "At the pub"), "utf-8")
    Path("club.md").write_text(FAQ.replace("Tuesday", "Monday").replace("Harwell Hall", "the library"), "utf-8")
    _, out, _ = casebot("import", "club.md", "--to", "base", "--yes")
    assert "    answer: 'Every Tuesday [p1].'\n      becomes 'Every Monday [p1].'\n" in out
    assert "    answer stays 'At the pub [p2].'\n      club.md:9:1 says 'At the library [p2].'\n" in out


def test_files_without_questions_are_refused(casebot: Run) -> None:
    Path("notes.md").write_text("Just text.\n", "utf-8")
    status, _, err = casebot("import", "notes.md", "--to", "base", "--yes")
    assert status == 2
    assert err == (
        "There are no questions to import. Give each a heading in Markdown, or a row in CSV. "
        "To answer from a text that asks none, use `casebot source add`.\n"
    )
    Path("club.csv").write_text("question,answer\nWhy?,\n", "utf-8")
    status, out, err = casebot("import", "club.csv", "--to", "base", "--yes")
    assert (status, err) == (2, "None of that can be imported; the reasons are above.\n")
    assert 'club.csv: row 2, column B (answer): "Why?" has no answer' in out
    assert casebot("import", "notes.md", "notes.md", "--to", "base")[2].endswith(
        "use `casebot source add`. To import one file for each question, name their folder.\n"
    )
    status, _, err = casebot("import", "club.md", "club.csv", "--to", "base", "--yes")
    assert err == "club.md and club.csv would be one import. Rename one of them.\n"


def test_an_export_goes_into_a_file_that_excel_reads_as_utf_8(casebot: Run) -> None:
    status, out, _ = casebot("--knowledge", str(HARBOUR), "export", "--format", "csv", "--to", "out.csv")
    assert (status, out) == (0, "out.csv holds 3 entries.\n")
    raw = Path("out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid,question,answer,")
    assert casebot("--knowledge", str(HARBOUR), "export", "--format", "csv")[1] == raw.decode("utf-8-sig")


def test_init_asks_five_questions_and_ends_in_an_answer(casebot: Run) -> None:
    typed = "Chess at Harwell\nboard\nclub\n\nnone.md\nclub.md\nEvents, Rules\nwhere\nquit\n"
    status, out, err = casebot("init", "base", typed=typed, terminal=True)
    assert status == 0
    assert [f"{n}/5 " in out for n in range(1, 6)] == [True] * 5
    assert "That isn't one of them." in err
    assert "none.md cannot be used: No such file or directory." in err
    assert "> When do you meet?\nWhen do you meet?\nEvery Tuesday [1].\n" in out
    assert "At Harwell Hall [1]." in out
    case = load(Path("base")).case
    assert (case.title, [topic.title for topic in case.topics]) == (
        "Chess at Harwell",
        ["Events", "Rules", "Riverside Chess Club"],
    )


def test_init_without_a_file_begins_with_what_was_typed(casebot: Run) -> None:
    status, out, _ = casebot("init", "base", typed="Riverside Rowing\nclub\n\n\nBoats, Members\n", terminal=True)
    assert status == 0
    assert "Replace the two questions with your own, in base/faq." in out
    assert "> Who writes these answers?\nWho writes these answers?\nThe moderators write them [1].\n" in out
    assert "bakery" not in out
    case = load(Path("base")).case
    assert (case.title, case.kind, [topic.title for topic in case.topics]) == (
        "Riverside Rowing",
        "club",
        ["Boats", "Members"],
    )
    assert casebot("--knowledge", "base", "check")[0] == 0


@pytest.mark.parametrize("language", ["es", "Spanish", "español"])
def test_init_where_nothing_is_typed_takes_its_title_from_the_folder(casebot: Run, language: str) -> None:
    assert casebot("init", "our-bridge", typed=f"\n\n{language}\n\n\n", terminal=True)[0] == 0
    base = load(Path("our-bridge"))
    assert (base.case.title, base.case.topics[0].title) == ("Our bridge", "General")
    assert [entry.question for entry in base.entries.values()] == [
        "¿Quién escribe estas respuestas?",
        "¿Y si mi pregunta no está aquí?",
    ]


def test_init_asks_again_for_a_language_that_it_does_not_know(casebot: Run) -> None:
    status, _, err = casebot("init", "base", typed="Chess\nclub\nKlingonish\nEnglish\n\n\n", terminal=True)
    assert status == 0
    assert "Type its name, or the code, such as en or es." in err
    assert load(Path("base")).case.language == "en"


def test_init_that_is_broken_off_writes_nothing(casebot: Run) -> None:
    status, _, err = casebot("init", "base", typed="Chess\nclub\n", terminal=True)
    assert (status, err) == (2, "\nNothing was written.\n")
    assert not Path("base").exists()


WALK: Final = """The Lantern Walk starts at 6 p.m. on 5 December 2026 at the old pier. Tickets cost 4 euros.

"We had 300 walkers last year," said Rosa Lind, who founded the walk.
"""


def test_init_takes_a_text_and_ends_in_the_first_entry(casebot: Run, tmp_path: Path) -> None:
    (tmp_path / "walk.txt").write_text(WALK, "utf-8")
    about = "Lantern Walk\nevent\nen\nwalk.txt\n\n"
    entry = "When does the walk start?\nIt starts at 6 p.m. on 5 December 2026\n"
    status, out, err = casebot(
        "init", "base", typed=f"{about}2026-11-20\n{entry}when does it begin\nquit\n", terminal=True
    )
    assert (status, err) == (0, "")
    assert "walk.txt is read as a text of 2 passages to answer from." in out
    assert "Passage p1 says: The Lantern Walk starts" in out
    assert out.count("It starts at 6 p.m. on 5 December 2026 [1]") == 1
    assert casebot("--knowledge", "base", "check")[0] == 0


def test_init_with_a_text_says_how_to_write_the_first_entry_later(casebot: Run, tmp_path: Path) -> None:
    (tmp_path / "walk.txt").write_text(WALK, "utf-8")
    status, out, _ = casebot("init", "base", typed="Lantern Walk\nevent\nen\nwalk.txt\n\n2026-11-20\n\n", terminal=True)
    assert status == 0
    assert "There's nothing to ask yet. Write the first entry:" in out
    assert casebot("--knowledge", "base", "check")[0] == 0


def test_a_folder_that_holds_something_else_has_room_for_a_base_inside(casebot: Run) -> None:
    Path("repository/knowledge").mkdir(parents=True)
    for command in (("import", "club.md", "--to"), ("init",), ("source", "add", "club.md", "--to")):
        assert "such as repository/mybot.\n" in casebot(*command, "repository")[2]
