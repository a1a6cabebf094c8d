"""``casebot source``: a text becomes passages, and is watched."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot.cli import main
from bot.knowledge.load import load
from tests.editing.full_disk import Disk
from tests.places import TEXTS

ARTICLE = TEXTS / "footbridge.txt"
CORRECTION = TEXTS / "footbridge_correction.md"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def casebot(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command; gives status, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path, typed: str | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed or ""))
        monkeypatch.setattr(sys.stdin, "isatty", lambda: typed is not None)
        status = main([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_a_text_alone_makes_a_valid_base_that_says_what_to_do_next(casebot: Run, tmp_path: Path) -> None:
    status, out, err = casebot("source", "add", ARTICLE, "--to", tmp_path / "bridge")
    assert (status, err) == (0, "")
    assert "now ends with `article`: 21 passages, p1 to p21" in out
    assert "line 3, byline: By Marta Lindqvist" in out
    assert f'casebot --knowledge {tmp_path / "bridge"} new "QUESTION?" --answer "ANSWER [p1]." --file general\n' in out
    base = load(tmp_path / "bridge")
    (source,) = base.sources.values()
    assert (source.title, str(source.date)) == (
        "Ferry Lane footbridge to stay shut until spring after crack is found",
        "2025-11-12",
    )
    assert base.people["helen-prowse"].passages == ("p3b", "p8b", "p18b")
    assert casebot("--knowledge", tmp_path / "bridge", "check")[0] == 0


def test_a_further_source_is_cited_by_its_id_and_keeps_what_stands_there(casebot: Run, folder: Path) -> None:
    before = (folder / "sources.yaml").read_text("utf-8")
    options = ("--kind", "correction", "--archived", "https://example.org/copy")
    status, out, _ = casebot("source", "add", CORRECTION, "--to", folder, *options)
    assert status == 0
    assert '--answer "ANSWER [correction:p1]." --file ' in out
    text = (folder / "sources.yaml").read_text("utf-8")
    assert text.startswith(before.rstrip("\n"))
    source = load(folder).sources["correction"]
    assert (source.publisher, source.archived) == ("The Aldermere Courier", "https://example.org/copy")
    assert source.url == "https://example.org/aldermere/footbridge-correction"
    assert load(folder).people["jon-calder"].role == "Quoted by the source [correction:p3b]."


@pytest.mark.parametrize(("language", "code"), [("Spanish", "es"), ("es-MX", "es-MX"), ("fil", "fil")])
def test_a_language_is_given_by_its_code_or_its_name(casebot: Run, folder: Path, language: str, code: str) -> None:
    assert casebot("source", "add", CORRECTION, "--to", folder, "--id", "later", "--language", language)[0] == 0
    assert load(folder).sources["later"].language == code


def test_no_sentence_of_a_text_is_stored(casebot: Run, tmp_path: Path) -> None:
    casebot("source", "add", ARTICLE, "--to", tmp_path / "bridge")
    stored = " ".join(" ".join(path.read_text("utf-8") for path in (tmp_path / "bridge").rglob("*.yaml")).split())
    words = ARTICLE.read_text("utf-8").partition("The footbridge at")[2].split()
    runs = [" ".join(words[at : at + 8]) for at in range(len(words) - 8)]
    assert not [run for run in runs if run in stored]


def test_dates_are_noted_and_an_inferred_year_is_said_to_be(casebot: Run) -> None:
    _, out, _ = casebot("source", "add", ARTICLE)
    assert (
        '# dates: "27 October" = 2025-10-27 (inferred: the year is the source\'s, 2025); "May 2024" = 2024-05\n' in out
    )
    assert len(yaml.safe_load(out)[0]["passages"]) == 21, "what is printed can be pasted"


def test_what_is_not_given_is_asked_for_in_a_terminal(casebot: Run, folder: Path) -> None:
    text = folder.parent / "letter.txt"
    text.write_text("I saw nobody that night, and nobody saw me.\n", "utf-8")
    typed = "A letter\n1999-05-01\nThe Harbour Post\nhttps://example.org/l\n\n"
    assert casebot("source", "add", text, "--to", folder, "--kind", "reader's letter", typed=typed)[0] == 0
    source = load(folder).sources["letter-2"]
    assert (source.title, source.publisher, source.archived) == ("A letter", "The Harbour Post", None)


@pytest.mark.parametrize("command", [("source", "add", ARTICLE, "--to", "new"), ("new",)])
def test_an_end_of_the_input_at_a_prompt_is_no_traceback(casebot: Run, command: tuple[str, ...]) -> None:
    status, _, err = casebot(*command, typed="")
    assert (status, err) == (2, "\nNothing was written.\n")
    assert not Path("new").exists()


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("Some text.", (), "The text doesn't say its title; give --title."),
        ("Some text.", ("--title", "T"), "The text doesn't say its date; give --date."),
        ("# Heading\n\nBy Ann Lee\n", ("--title", "T", "--date", "2020-01-01"), "has no passage"),
        ("", ("--title", "T", "--date", "2020-01-01"), "text.md is empty."),
        (
            "Text.",
            ("--title", "T", "--date", "2020-01-01", "--url", "ftp://x"),
            "write an address that starts with https://",
        ),
        (
            "Text.",
            ("--title", "T", "--date", "2020-01-01", "--id", "Bad Id"),
            "The source can't be added:\n- `id` has the wrong form",
        ),
        (
            "Text.",
            ("--title", "T", "--date", "2020-01-01", "--supersedes", "none"),
            "There's no source `none`. Name one of report, letter.",
        ),
        (
            "Text.",
            ("--title", "T", "--date", "2020-01-01", "--id", "letter"),
            "The source can't be added:\n- the id `letter` is taken; ",
        ),
        (
            "<!DOCTYPE html><p>Text.",
            ("--title", "T", "--date", "2020-01-01"),
            "text.md isn't plain text. Copy its text",
        ),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_written(
    casebot: Run, folder: Path, content: str, options: tuple[str, ...], said: str
) -> None:
    text = folder.parent / "text.md"
    text.write_text(content, "utf-8")
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    status, _, err = casebot("source", "add", text, "--to", folder, *options)
    assert status in {1, 2}
    assert said in err
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


@pytest.mark.parametrize("name", ["page.html", "sheet.csv", "paper.docx"])
def test_a_file_whose_text_stands_among_other_things_is_no_text(casebot: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<p>The bridge is shut.</p>", "utf-8")
    options = ("--title", "T", "--date", "2020-01-01", "--to", "new")
    status, _, err = casebot("source", "add", name, *options)
    assert (status, err) == (
        2,
        f"{name} isn't plain text. Copy its text into an editor, and save it as .txt or .md, in UTF-8.\n",
    )
    assert not (tmp_path / "new").exists()


def test_what_is_no_day_is_refused_with_the_form_of_one(casebot: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        casebot("source", "add", ARTICLE, "--date", "2026-13-01")
    assert "argument --date: 2026-13-01 isn't a day; write it as YYYY-MM-DD\n" in capsys.readouterr().err


def test_a_text_is_added_once(casebot: Run, tmp_path: Path) -> None:
    casebot("source", "add", ARTICLE, "--to", tmp_path / "bridge")
    before = (tmp_path / "bridge" / "sources.yaml").read_bytes()
    status, _, err = casebot("source", "add", ARTICLE, "--to", tmp_path / "bridge")
    assert (status, err) == (
        2,
        "This text is already a source, `article`. `casebot source check` shows what changed in a text since.\n",
    )
    assert (tmp_path / "bridge" / "sources.yaml").read_bytes() == before


def test_a_disk_that_is_full_leaves_a_whole_base_or_none(
    casebot: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = tmp_path / "bridge"
    casebot("source", "add", ARTICLE, "--to", tmp_path / "before")  # libraries write when they're first used
    failed, disk = 0, Disk(0, for_good=False)
    while disk.failed or not failed:
        disk = Disk(failed, for_good=False)
        with disk.in_use(monkeypatch):
            status, _, err = casebot("source", "add", ARTICLE, "--to", bridge)
        if status:
            assert (status, " cannot be used: " in err, bridge.exists()) == (2, True, False)
        failed += 6
    assert failed > 40
    assert len(load(bridge).sources["article"].passages) == 21


def test_a_source_that_is_refused_begins_no_base(casebot: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some text.\n", "utf-8")
    options = ("--title", "T", "--date", "2020-01-01", "--url", "ftp://x")
    assert casebot("source", "add", "a.txt", "--to", "new", *options)[0] == 1
    assert not (tmp_path / "new").exists()


def test_the_first_source_of_a_base_supersedes_none_and_nothing_is_made(casebot: Run, tmp_path: Path) -> None:
    status, _, err = casebot("source", "add", ARTICLE, "--to", tmp_path / "new", "--supersedes", "report")
    assert (status, "has no source `report` yet" in err) == (2, True)
    assert not (tmp_path / "new").exists()


def test_a_folder_that_holds_other_things_is_left_alone(casebot: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine", "utf-8")
    status, _, err = casebot("source", "add", ARTICLE, "--to", tmp_path / "mine")
    assert (status, "isn't a knowledge folder" in err) == (2, True)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_a_check_tells_what_changed_and_what_rests_on_it(casebot: Run, tmp_path: Path) -> None:
    base, text = tmp_path / "bridge", tmp_path / "now.txt"
    casebot("source", "add", ARTICLE, "--to", base)
    answer = ("--answer", "The repair costs 410,000 pounds [p7].", "--file", "general")
    assert casebot("--knowledge", base, "new", "What does the repair cost?", *answer)[0] == 0
    assert casebot("--knowledge", base, "source", "check", ARTICLE)[:2] == (
        0,
        "`article`: no passage has changed.\n",
    )
    now = ARTICLE.read_text("utf-8").replace("£410,000", "£460,000")
    now = now.replace("Until then Mill Bridge", "A second ferry was offered on Friday.\n\nUntil then Mill Bridge")
    now = now.replace("“A patch is a patch,” said Ines Bellweather, who chairs the group.", "")
    now = now.replace(" “My children will need a bridge as well.”\n\n", "")
    text.write_text(now, "utf-8")
    status, out, _ = casebot("--knowledge", base, "source", "check", text)
    assert status == 1
    assert "changed: p7, now on line 26: Repairing the pier will cost £460,000" in out
    assert "  based on it: entry `what-does-the-repair-cost`\n" in out
    assert "gone: p19 (" in out
    assert "  based on it: person `ines-bellweather`\n" in out
    assert "new, after p20, on line" in out
    assert "1 changed, 1 gone, 1 new" in out
    digest = out.partition("write `digest: ")[2].partition("`")[0]
    sources = base / "sources.yaml"
    old = yaml.safe_load(sources.read_text("utf-8"))["sources"][0]["passages"][6]["digest"]
    sources.write_text(sources.read_text("utf-8").replace(str(old), digest.strip('"')), "utf-8")
    assert "0 changed, 1 gone, 1 new" in casebot("--knowledge", base, "source", "check", text)[1], (
        "p7 is recorded again"
    )


def test_a_source_written_by_hand_cannot_be_checked_and_that_is_said(casebot: Run, folder: Path) -> None:
    status, _, err = casebot("--knowledge", folder, "source", "check", ARTICLE, "--source", "report")
    assert (status, "wasn't made by `casebot source add`" in err) == (2, True)
    status, _, err = casebot("--knowledge", folder, "source", "check", ARTICLE)
    assert (status, "Name the source with --source: report, letter." in err) == (2, True)
    status, _, err = casebot("--knowledge", folder, "source", "check", ARTICLE, "--source", "diary")
    assert (status, "There's no source `diary`." in err) == (2, True)


def test_an_entry_needs_no_more_than_a_question_and_an_answer(casebot: Run, tmp_path: Path) -> None:
    base = tmp_path / "bridge"
    casebot("source", "add", ARTICLE, "--to", base)
    new = ("--knowledge", base, "new", "--file", "general")
    assert casebot(*new, "Who was hurt?", "--answer", "Nobody was hurt, the council said [p6].")[0] == 0
    assert casebot(*new, "Was it a gamble?", "--answer", "Owen Tarrant calls the delay a gamble [p5b].")[0] == 0
    assert casebot(*new, "Who pays?", typed="\n\n")[0] == 0, "Enter for no phrasing, and for an answer to come"
    entries = load(base).entries
    assert [str(entry.kind) for entry in entries.values()] == ["reported", "claim", "not_covered"]
    assert entries["was-it-a-gamble"].attributed_to == ("owen-tarrant",)
    assert {entry.phrasings for entry in entries.values()} == {()}
    assert "reviewed: 20" in (base / "faq" / "general.yaml").read_text("utf-8")


def test_a_later_state_of_a_text_is_no_new_source_unless_somebody_says_so(casebot: Run, folder: Path) -> None:
    later = Path("later.txt")
    later.write_text(ARTICLE.read_text("utf-8").replace("410,000", "430,000"), "utf-8")
    casebot("source", "add", ARTICLE, "--to", folder)
    before = (folder / "sources.yaml").read_text("utf-8")
    status, _, err = casebot("source", "add", later, "--to", folder)
    assert (status, (folder / "sources.yaml").read_text("utf-8")) == (2, before)
    assert err.startswith("later.txt has 2")
    assert "of the 21 passages of `article`, so it seems to be a later version of that text." in err
    assert casebot("source", "add", later, "--to", folder, "--supersedes", "article")[0] == 0


def test_another_text_than_the_sources_is_called_that(casebot: Run, folder: Path) -> None:
    casebot("source", "add", ARTICLE, "--to", folder)
    err = casebot("--knowledge", folder, "check", "--source-text", f"article={CORRECTION}")[2]
    assert "it has none of the passages of `article`, so it is another text" in err
