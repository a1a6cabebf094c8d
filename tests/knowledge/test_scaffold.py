"""`casebot init` and `casebot new`: what they make is valid at once."""

import datetime as dt
import io
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.cli import main
from bot.editing import journal
from bot.editing.edits import AddPhrasing
from bot.editing.revision import Revision
from bot.knowledge.load import load
from bot.knowledge.model import Kind
from bot.knowledge.scaffold import EntryDraft, entry_text, init
from bot.knowledge.yaml_file import read
from tests.editing.full_disk import Disk
from tests.editing.office import NOW, Office
from tests.editing.test_desk import killed

NEW = ("new", "Who sold the painting?", "--phrasing", "who fenced it", "--phrasing", "seller: name", "--topic", "theft")


def without_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


def test_init_makes_a_base_that_passes_its_check_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "case"
    assert main(["init", str(target)]) == 0
    assert main(["--knowledge", str(target), "check"]) == 0
    assert "no problems in the files" in capsys.readouterr().out
    assert (target / "schema" / "faq.json").is_file()
    assert not [path for path in target.rglob("*.yaml") if "#" not in path.read_text("utf-8")], "all are commented"
    assert {entry.reviewed for entry in load(target).entries.values()} == {dt.datetime.now(dt.UTC).date()}


def test_init_needs_no_knowledge_folder_to_start_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(tmp_path / "nowhere"))
    assert main(["init", str(tmp_path / "case")]) == 0


def test_init_that_found_no_room_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, failed, disk = tmp_path / "made", 0, Disk(0, for_good=False)
    while disk.failed or not failed:
        disk = Disk(failed, for_good=False)
        try:
            with disk.in_use(monkeypatch):
                init(made, NOW.date())
        except OSError:
            assert not made.exists()
        else:
            shutil.rmtree(made)
        failed += 1
    assert failed > 20


def test_init_leaves_a_folder_that_holds_something_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    assert main(["init", str(tmp_path)]) == 2
    assert "isn't an empty folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_new_prints_an_entry_and_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    assert main(["--knowledge", str(folder), *NEW]) == 0
    out = capsys.readouterr().out
    assert "- id: who-sold-the-painting\n" in out
    assert '- "seller: name"\n' in out, "a colon needs quotes"
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


def test_new_appends_an_entry_that_the_bot_answers_with_at_once(folder: Path) -> None:
    path = folder / "faq" / "theft.yaml"
    before = path.read_text("utf-8")
    assert main(["--knowledge", str(folder), *NEW, "--file", "theft"]) == 0
    assert path.read_text("utf-8").startswith(before.rstrip() + "\n\n  - id: who-sold-the-painting\n")
    reply = Answerer(load(folder)).answer("Who sold the painting?")
    assert reply.answers[0].entry == "who-sold-the-painting"
    assert not [name for name in path.parent.iterdir() if name.suffix != ".yaml"], "nothing is left lying about"


ADDING = """
import sys
from bot.cli import main
for number in range(8):
    words = ["--phrasing", f"way {number} to ask", "--topic", "theft", "--file", "theft"]
    assert main(["--knowledge", sys.argv[1], "new", f"What about part {number}?", *words]) == 0
    sys.stdout.flush()
"""


def test_new_and_edits_in_chat_at_once_lose_nothing(folder: Path) -> None:
    office = Office(folder)
    command = [sys.executable, "-c", ADDING, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as adding:  # noqa: S603 (our own code)
        assert adding.stdout
        edits = 0
        # As many as there is time for, from the first entry on.
        while adding.stdout.readline():
            office.make(AddPhrasing("ladder", f"wording {edits}"))
            edits += 1
    assert adding.returncode == 0
    entries = load(folder).entries
    assert {f"what-about-part-{number}" for number in range(8)} <= entries.keys()
    assert {f"wording {number}" for number in range(edits)} <= {*entries["ladder"].phrasings}
    assert edits == 8


def test_new_waits_for_an_edit_that_is_being_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(folder)
    draft = office.desk.draft(AddPhrasing("ladder", "ladder gone"), office.live)
    adding = threading.Thread(target=main, args=(["--knowledge", str(folder), *NEW, "--file", "theft"],))
    carry_out = journal.write

    def while_somebody_adds(folder: Path, changes: Mapping[str, str | None], revision: Revision) -> Revision:
        adding.start()
        # Long enough to be done, if nothing kept it from that.
        adding.join(0.5)
        return carry_out(folder, changes, revision)

    with monkeypatch.context() as patch:
        patch.setattr(journal, "write", while_somebody_adds)
        office.desk.confirm(draft, office.live, "Ann", NOW)
    adding.join()
    entries = load(folder).entries
    assert "who-sold-the-painting" in entries
    assert "ladder gone" in entries["ladder"].phrasings


def test_new_finishes_what_a_killed_edit_has_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(folder)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "_append", killed)
        with pytest.raises(KeyboardInterrupt):
            office.make(AddPhrasing("ladder", "ladder gone"))
    assert main(["--knowledge", str(folder), *NEW, "--file", "theft"]) == 0
    assert "ladder gone" in load(folder).entries["ladder"].phrasings
    assert [revision.number for revision in office.desk.history()] == [1]


def test_new_makes_a_file_and_keeps_indentation_and_line_ends(folder: Path) -> None:
    path = folder / "faq" / "theft.yaml"
    text = path.read_text("utf-8").replace("\n  ", "\n").replace("\n", "\r\n")
    path.write_bytes(text.encode())
    load(folder)
    assert main(["--knowledge", str(folder), *NEW, "--file", "theft.yaml"]) == 0
    assert b"\r\n- id: who-sold-the-painting\r\n" in path.read_bytes()
    assert (
        main(["--knowledge", str(folder), "new", "And when?", "--phrasing", "w", "--topic", "theft", "--file", "b"])
        == 0
    )
    assert "and-when" in load(folder).entries


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--topic", "weather"), "the topic `weather` does not exist; use one of people, theft"),
        (("--id", "ladder"), "the id `ladder` is taken"),
        (("--id", "../ladder"), "`id` has the wrong form"),
        (("--phrasing", "Stolen painting?"), "is already in `what-was-taken`"),
    ],
)
def test_new_refuses_what_would_not_be_valid(
    folder: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, ...], said: str
) -> None:
    before = (folder / "faq" / "theft.yaml").read_bytes()
    assert main(["--knowledge", str(folder), *NEW, *change, "--file", "theft"]) == 1
    assert said in capsys.readouterr().err
    assert (folder / "faq" / "theft.yaml").read_bytes() == before


@pytest.mark.parametrize("where", [(), ("--file", "theft"), ("--file", "more")])
@pytest.mark.parametrize("question", ["What was taken from the museum?", "stolen PAINTING"])
def test_new_says_which_entry_answers_the_question_already(
    folder: Path, capsys: pytest.CaptureFixture[str], question: str, where: tuple[str, ...]
) -> None:
    assert main(["--knowledge", str(folder), "new", question, *NEW[2:], *where]) == 1
    assert capsys.readouterr().err.startswith(f'"{question}" is already answered by `what-was-taken`.')


@pytest.mark.parametrize("where", [(), ("--file", "theft"), ("--file", "more")])
def test_new_names_no_line_of_a_file_that_does_not_hold_the_entry(
    folder: Path, capsys: pytest.CaptureFixture[str], where: tuple[str, ...]
) -> None:
    assert main(["--knowledge", str(folder), *NEW, "--topic", "weather", *where]) == 1
    assert capsys.readouterr().err == (
        "The new entry can't be added:\n- the topic `weather` does not exist; use one of people, theft\n"
    )


@pytest.mark.parametrize("where", [(), ("--file", "theft"), ("--file", "more")])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--id", "ladder"), "It can't be added: the id `ladder` is taken. Choose another with --id.\n"),
        (("--phrasing", "Stolen painting?"), '"Stolen painting?" is already in `what-was-taken`. Leave it out'),
        (("--phrasing", "who fenced it"), 'The new entry can\'t be added:\n- "who fenced it" is already in'),
        (("--id", "../ladder"), "The new entry can't be added:\n- `id` has the wrong form"),
    ],
)
def test_new_never_names_a_file_that_the_entry_is_not_in(
    folder: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], said: str, where: tuple[str, ...]
) -> None:
    assert main(["--knowledge", str(folder), *NEW, *change, *where]) == 1
    err = capsys.readouterr().err
    assert err.startswith(said)
    assert ".yaml" not in err


def test_new_writes_in_the_faq_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--knowledge", str(folder), *NEW, "--file", "../case"]) == 2
    assert "isn't a valid file name for faq/" in capsys.readouterr().err


def test_new_without_a_terminal_says_what_is_missing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_terminal(monkeypatch)
    assert main(["--knowledge", str(folder), "new", "Who sold it?"]) == 2
    assert "Give --topic" in capsys.readouterr().err
    assert main(["--knowledge", str(folder), "new"]) == 2
    assert "Give QUESTION" in capsys.readouterr().err


class Typing(io.StringIO):
    """A terminal at which somebody types."""

    def isatty(self) -> bool:
        return True


def test_new_asks_in_the_terminal_for_what_it_was_not_given(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Typing("\nWho sold it?\nwho fenced it\nthe seller\n\n\ntheft\n"))
    assert main(["--knowledge", str(folder), "new"]) == 0
    out = capsys.readouterr().out
    assert "Its topic (theft, people): " in out
    assert "    - who fenced it\n    - the seller\n" in out


def test_new_asks_again_for_what_will_not_do_and_keeps_the_rest(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = "Who sold it?\nwho fenced it\n\nAda Voss did.\nAda Voss did [n99].\nAda Voss did [n2].\nweather\ntheft\n"
    monkeypatch.setattr(sys, "stdin", Typing(typed))
    assert main(["--knowledge", str(folder), "new"]) == 0
    out, err = capsys.readouterr()
    assert err.startswith('That can\'t be the answer:\n- the statement "Ada Voss did." has no citation mark; ')
    assert "- the passage `n99` does not exist; use one of n1, n2" in err
    assert err.endswith("Type one of theft, people.\n")
    assert "    - who fenced it\n  # Short" in out
    assert "  answer: Ada Voss did [n2].\n" in out


def test_init_takes_a_name_of_nothing_but_quotation_marks_for_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Typing("Tea\nclub\nen\n''\nbrewing\nWhen is tea?\nAt four.\nquit\n"))
    assert main(["init", str(tmp_path / "tea")]) == 0
    assert "Traceback" not in capsys.readouterr().err
    assert load(tmp_path / "tea").case.title == "Tea"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).map(str.strip))
def test_whatever_is_typed_is_read_back_as_text(tmp_path_factory: pytest.TempPathFactory, question: str) -> None:
    answer = " ".join([question, "[p1]."] * 12)
    draft = EntryDraft("some-id", question, [question], "theft", dt.date(2026, 11, 24), answer, Kind.CLAIM, ["ada"])
    path = tmp_path_factory.mktemp("typed") / "entry.yaml"
    path.write_text(entry_text(draft), "utf-8", newline="")
    document = read(path, "entry.yaml")
    assert not document.problems
    assert document.data[0]["question"] == question
    assert document.data[0]["phrasings"] == [question]
    assert document.data[0]["answer"].split() == answer.split()
    assert document.data[0]["attributed_to"] == ["ada"]
