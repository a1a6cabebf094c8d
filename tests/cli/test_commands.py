"""The ``casebot`` command, as it is typed."""

import asyncio
import datetime as dt
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from threadpoolctl import threadpool_info, threadpool_limits

from bot.answering.answerer import Answerer
from bot.answering.reply import Reply
from bot.chat.client import CaseBot
from bot.cli import main
from bot.config import Settings
from bot.editing.desk import Desk
from bot.editing.edits import EditEntry
from bot.editing.revision import ChangeKind
from bot.knowledge.folder import folder_digest
from bot.knowledge.reload import LiveKnowledge
from bot.matching import matcher, sentence_model
from bot.matching.types import Outcome
from bot.ops import app
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.types import Asked, Surface
from tests.places import HARBOUR, LANTERN

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def casebot(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command on the small base, away from any .env; gives status, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CASEBOT_TOKEN", raising=False)
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(HARBOUR))

    def run(*arguments: str, typed: str | bytes = "", terminal: bool = False) -> tuple[int, str, str]:
        raw = typed.encode() if isinstance(typed, str) else typed
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))
        monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal)
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return run


def lines(out: str) -> list[Any]:
    return [json.loads(line) for line in out.splitlines()]


def test_ask_says_what_was_corrected_lately(casebot: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(HARBOUR, tmp_path / "knowledge"))
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(folder))
    desk: Desk[Answerer] = Desk(folder)
    live = LiveKnowledge(folder, partial(Answerer, lexical_only=True))
    draft = desk.draft(EditEntry("what-was-taken", {"answer": "A drawing [n1]."}), live)
    desk.confirm(draft, live, "mod", dt.datetime.now(dt.UTC), ChangeKind.CORRECTION, "it was misread")
    status, out, _ = casebot("ask", "what", "did", "the", "thieves", "steal")
    assert status == 0
    assert re.search(
        r"A drawing \[1\]\.\n\(Reported by the report\.\)\nCorrected on .* 20\d\d: it was misread\.\n", out
    )
    assert "Corrected" not in casebot("ask", "where", "is", "the", "ladder", "now")[1]


def test_ask_shows_question_answer_marks_and_sources(casebot: Run) -> None:
    status, out, _ = casebot("ask", "what", "did", "the", "thieves", "steal")
    assert status == 0
    assert "What was taken from the museum?" in out
    assert "A painting [1]. The director calls it priceless [2]." in out
    assert "[2] Letter of the museum's director, 1 April 1999, passage n1 (the later of the two)" in " ".join(
        out.split()
    )
    assert "\x1b" not in out, "a pipe gets no colour"


def test_ask_shows_lists_code_and_links_whole_in_a_narrow_terminal(
    casebot: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(LANTERN))
    monkeypatch.setenv("COLUMNS", "24")
    _, out, _ = casebot("ask", "installing it")
    assert "\n1. Get it:\n    pip install lantern-backup\n    lantern --version\n[1]\n2. Run " in out
    assert "(https://lantern.example.org/manual#init)" in out
    _, out, _ = casebot("ask", "skipped files")
    assert "\n- files above 4 GB\n- what `.lanternignore` \n  lists, such as\n  - caches\n" in out
    _, out, _ = casebot("ask", "--json", "skipped files")
    assert json.loads(out)["answer"].startswith("Lantern leaves out:\n- files above 4 GB\n- what ")


def test_nothing_in_the_terminal_says_case_or_article_of_another_kind_of_base(
    casebot: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(LANTERN, tmp_path / "lantern"))
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(folder))
    said = "".join(casebot("chat", typed="hello\nhelp\ninstalling it\npizza\nandroid version\nthanks\n")[1:])
    assert "Hello! Ask me something about the project." in said
    assert "such as: How do I install Lantern?" in said
    said += "".join(casebot("ask", terminal=True)[1:])
    assert 'casebot ask "How do I install Lantern?"' in said
    said += "".join(casebot("check", "--hints")[1:])
    said += "".join(casebot("new", "Is it free?", "--phrasing", "what does it cost", "--topic", "use")[1:])
    text = folder / "manual.txt"
    text.write_text("One paragraph.", "utf-8")
    said += "".join(casebot("check", "--article", str(text))[1:])
    assert not re.findall(r".*\b(?:cases?|articles?)\b(?!\.yaml).*", said, re.IGNORECASE)


def test_ask_says_who_claims_it(casebot: Run) -> None:
    _, out, _ = casebot("ask", "was there a witness")
    assert "Claimed by Ada Voss" in out


def test_arrays_are_computed_in_one_thread(casebot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def seen(self: Answerer, question: str, previous: str | None = None) -> Reply:
        threads.extend(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
        return answer(self, question, previous)

    answer = Answerer.answer
    monkeypatch.setattr(Answerer, "answer", seen)
    with threadpool_limits(2, "blas"):
        casebot("ask", "was there a witness")
    assert set(threads) <= {1}, "none where numpy comes with another library than OpenBLAS"


def test_ask_reads_one_question_a_line_from_a_pipe(casebot: Run) -> None:
    _, out, _ = casebot("ask", "--json", typed="stolen painting\n\nladder whereabouts\nhow do i bake bread\n")
    assert [(reply["outcome"], reply["entry"]) for reply in lines(out)] == [
        ("answer", "what-was-taken"),
        ("not_covered", "ladder"),
        ("none", None),
    ]


def test_into_a_pipe_lines_are_written_whole(casebot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    asked = "what was taken from the museum"
    _, out, _ = casebot("ask", "--explain", asked)
    lines = out.splitlines()
    assert "A painting [1]. The director calls it priceless [2]." in lines
    assert max(map(len, lines)) > 80, "such as the sources"
    assert [line for line in lines if line != line.rstrip()] == []
    monkeypatch.setenv("COLUMNS", "30")
    assert max(map(len, casebot("ask", asked)[1].splitlines())) == 30
    monkeypatch.delenv("COLUMNS")
    assert "\n> What was taken" in casebot("chat", typed=f"{asked}\n")[1]


def test_explain_shows_how_a_question_was_decided(casebot: Run) -> None:
    _, out, _ = casebot("ask", "--explain", "stollen paintng")
    for name in ("read as", "repaired", "matched", "nearest phrasing", "thresholds"):
        assert name in out
    assert "stollen = stolen, paintng = painting" in out


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("can u show the stolen painting", "u = you"),
        ("U, what is teh paintng", "u = you, teh = the, paintng = painting"),
        ("stolen painting", "nothing"),
    ],
)
def test_explain_shows_every_word_that_is_read_as_another(casebot: Run, asked: str, shown: str) -> None:
    _, out, _ = casebot("ask", "--explain", asked)
    (repaired,) = [line for line in out.splitlines() if line.split()[:1] == ["repaired"]]
    assert repaired.split(maxsplit=1)[1].strip() == shown


def test_batch_answers_every_line_in_order(casebot: Run) -> None:
    asked = [
        '{"id": "1", "text": "what did the thieves steal"}',
        "not json",
        '{"id": "3"}',
        '{"text": "stolen painting"}',
        "[1, 2]",
        "",
        '{"id": "7", "text": "how do i bake bread"}',
    ]
    status, out, _ = casebot(
        "ask", "--batch", "-", typed="\n".join(asked).encode() + b'\n{"id": "8", "text": "\xff"}\n'
    )
    replies = lines(out)
    assert status == 0
    assert [reply["id"] for reply in replies] == ["1", None, "3", None, None, None, "7", None]
    assert replies[0] == {
        "id": "1",
        "outcome": "answer",
        "entry": "what-was-taken",
        "question": "What was taken from the museum?",
        "answer": "A painting. The director calls it priceless.",
        "citations": [{"n": 1, "source": "report", "passage": "n1"}, {"n": 2, "source": "letter", "passage": "n1"}],
        "score": replies[0]["score"],
        "suggestions": [],
    }
    assert 0 < replies[0]["score"] <= 1
    assert replies[6]["outcome"] == "none"
    assert replies[6]["entry"] is replies[6]["question"] is replies[6]["answer"] is None
    assert all(set(reply) == {"id", "error"} for reply in (*replies[1:6], replies[7]))


def test_batch_reads_a_file_and_says_if_it_cannot(casebot: Run, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "a", "text": "stolen painting"}\n', "utf-8")
    assert lines(casebot("ask", "--batch", str(path))[1])[0]["entry"] == "what-was-taken"
    status, _, err = casebot("ask", "--batch", str(tmp_path / "none.jsonl"))
    assert status == 2
    assert "none.jsonl cannot be used: No such file or directory. Check the name." in err


def test_chat_answers_until_the_end_of_input(casebot: Run) -> None:
    status, out, _ = casebot("chat", typed="hi there\nstolen painting\n\nhow do i bake bread\nthanks everyone\n")
    assert status == 0
    assert "Hello!" in out
    assert "You're welcome." in out
    assert "The Harbour Museum theft" in out
    assert "A painting [1]." in out
    assert "I don't have an answer to that" in out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ok", "Ask me something about the case."),
        ("good night", "Goodbye! Ctrl-D leaves."),
        ("shut up", "Sorry I couldn't help. Ask me something about the case."),
        ("what can you do?", "I find answers in a FAQ that moderators keep. Ask me something about the case."),
        ("what is the painting worth\nyes", "A painting [1]."),
    ],
)
def test_in_a_chat_what_asks_nothing_gets_a_fitting_sentence(casebot: Run, typed: str, said: str) -> None:
    _, out, _ = casebot("chat", typed=f"{typed}\n")
    assert said in " ".join(out.split())
    assert "I don't have an answer" not in out


@pytest.mark.parametrize("word", ["help", "/help", "!help", "?", "HELP", "Help.", "help me", "h"])
def test_in_a_chat_help_is_no_question(casebot: Run, word: str) -> None:
    status, out, _ = casebot("chat", typed=f"{word}\nstolen painting\n")
    assert status == 0
    assert "Ask in your own words" in out
    assert "I don't have an answer" not in out
    assert "A painting [1]." in out


@pytest.mark.parametrize("word", ["quit", "exit", "/quit", ":q", "bye", "Bye!", "exit()", "EXIT"])
def test_a_chat_ends_with_a_word(casebot: Run, word: str) -> None:
    status, out, _ = casebot("chat", typed=f"{word}\nstolen painting\n")
    assert status == 0
    assert "I don't have an answer" not in out
    assert "A painting" not in out


def test_ask_alone_asks_for_a_question_in_a_terminal(casebot: Run) -> None:
    status, out, err = casebot("ask", typed="stolen painting\n", terminal=True)
    assert (status, err) == (0, "Your question: ")
    assert "A painting [1]." in out
    status, _, err = casebot("ask", terminal=True)
    assert status == 2
    assert err.endswith(
        '\nAsk something: casebot ask "What was taken from the museum?"\nTo ask several questions: casebot chat\n'
    )


def test_a_batch_typed_in_a_terminal_says_what_to_type(casebot: Run) -> None:
    _, out, err = casebot("ask", "--batch", "-", typed='{"id": "1", "text": "stolen painting"}\n', terminal=True)
    assert lines(out)[0]["entry"] == "what-was-taken"
    assert err == 'Type one {"id": "...", "text": "..."} per line; Ctrl-D ends.\n'


def test_casebot_alone_lists_its_commands(casebot: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        casebot()
    assert end.value.code == 2
    said = capsys.readouterr().err
    for command in ("chat", "ask", "check", "run", "doctor"):
        assert f"    {command} " in said
    assert "what to do next:\n  casebot chat " in said


def test_help_in_a_chat_says_what_to_ask_and_what_else_to_do(casebot: Run) -> None:
    _, out, _ = casebot("chat", typed="help\n")
    assert "such as: What was taken from the museum?" in out
    assert f"{HARBOUR}/faq" in out.replace("\n", "")
    assert f"casebot --knowledge {HARBOUR} check" in " ".join(out.split())


def test_the_version_names_commit_tier_and_base(casebot: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        casebot("--version")
    first, *running = capsys.readouterr().out.splitlines()
    assert end.value.code == 0
    assert re.fullmatch(r"casebot \d+\.\d+\.\d+( \(commit [0-9a-f]{8}\))?", first)
    assert running == ["matcher: static", f"knowledge: {HARBOUR}, digest {folder_digest(HARBOUR)[:8]}"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("KNOWLEDGE", "nowhere", "knowledge: there's no folder nowhere"), ("MATCHER", "magic", "CASEBOT_MATCHER: ")],
)
def test_the_version_is_told_whatever_the_settings_are(  # noqa: PLR0913, PLR0917 (three of them a table's)
    casebot: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(f"CASEBOT_{name}", value)
    with pytest.raises(SystemExit) as end:
        casebot("--version")
    assert end.value.code == 0
    assert said in capsys.readouterr().out


def test_check_names_the_folder_that_it_reads(casebot: Run) -> None:
    assert casebot("check")[1].startswith(f"{HARBOUR}: 3 entries")


def test_a_folder_without_any_knowledge_file_is_called_that(casebot: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    for command in ("check", "ask", "export"):
        status, out, err = casebot("--knowledge", str(tmp_path), command)
        assert (status, out) == (2, "")
        assert err.startswith(f"{tmp_path} isn't a knowledge folder: it has neither case.yaml nor any other")


@pytest.mark.parametrize(
    "arguments", ["--knowledge {} export", "export --knowledge {}", "source check --knowledge {} text"]
)
def test_the_folder_may_be_named_before_or_after_the_command(
    casebot: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: str
) -> None:
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", "nowhere")
    shutil.copytree(HARBOUR, tmp_path / "base")
    (tmp_path / "text").write_text("Nothing that is known.\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    _, out, err = casebot(*arguments.format("base").split())
    assert "harbour" in (out + err).lower() or "shares no passage with any source" in err


def test_a_command_to_type_next_names_the_folder_and_quotes_it(
    casebot: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(HARBOUR, "my bot")
    new = "--knowledge", "my bot", "new", "Why?", "--answer", "It says so [n1].", "--file"
    assert casebot(*new, "theft", "--topic", "theft")[1].endswith("Now run `casebot --knowledge 'my bot' check`.\n")
    (tmp_path / "club.md").write_text("# Club\n\n## When?\n\nNow.\n", "utf-8")
    out = casebot("import", "club.md", "--to", "our club", "--yes")[1]
    assert "\ncasebot --knowledge 'our club' check\nand ask it with\ncasebot --knowledge 'our club' chat\n" in out


@pytest.mark.parametrize("place", [".", "knowledge"])
def test_who_works_in_a_base_is_told_that_another_is_read(
    casebot: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    shutil.copytree(HARBOUR, tmp_path / place, dirs_exist_ok=True)
    other = shutil.copytree(HARBOUR, tmp_path / "shipped")
    people = (tmp_path / place).resolve() / "people.yaml"
    as_shipped = people.read_text("utf-8")
    people.write_text(f"{as_shipped}# mine\n", "utf-8")
    monkeypatch.delenv("CASEBOT_KNOWLEDGE")
    monkeypatch.setattr(Settings.model_fields["knowledge"], "default_factory", lambda: other)
    Settings.model_rebuild(force=True)
    try:
        status, _, err = casebot("export")
        assert status == 0
        assert "This uses the FAQ that comes with casebot, not the one in" in err
        assert f"To use that one: casebot --knowledge {place} ..., or CASEBOT_KNOWLEDGE." in err
        assert casebot("--knowledge", place, "export")[2] == ""
        monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(other))
        assert casebot("export")[2] == "", "it was named"
        monkeypatch.delenv("CASEBOT_KNOWLEDGE")
        people.write_text(as_shipped, "utf-8")
        assert casebot("export")[2] == "", "it makes no difference"
    finally:
        monkeypatch.undo()
        Settings.model_rebuild(force=True)


@pytest.mark.parametrize("empty", ["answered: []\nunanswered: []", "unanswered: []", "answered: []"])
def test_without_questions_in_the_regression_set_nothing_falls_behind(casebot: Run, tmp_path: Path, empty: str) -> None:
    folder = shutil.copytree(HARBOUR, tmp_path / "new")
    data = yaml.safe_load((folder / "questions.yaml").read_text("utf-8"))
    data["goals"]["right"] = 0
    data |= yaml.safe_load(empty)
    (folder / "questions.yaml").write_text(yaml.safe_dump(data), "utf-8")
    status, out, err = casebot("--knowledge", str(folder), "check")
    assert (status, err) == (0, "")
    assert ("The regression set has no questions yet." in out) == ("answered: []\nun" in empty)


def test_check_passes_on_good_files_and_fails_on_broken_ones(casebot: Run, tmp_path: Path) -> None:
    status, out, _ = casebot("check")
    assert status == 0
    assert "3 entries with 11 phrasings: no problems in the files." in out
    folder = shutil.copytree(HARBOUR, tmp_path / "broken")
    (folder / "people.yaml").write_text("people: 3\n", "utf-8")
    status, _, err = casebot("--knowledge", str(folder), "check")
    assert status == 1
    assert err.startswith(
        f"{folder}:\npeople.yaml:1:1: the file must contain a list under `people:`; start it with `people:`\n"
    )


def test_check_fails_if_the_regression_set_falls_behind_its_goals(casebot: Run, tmp_path: Path) -> None:
    folder = shutil.copytree(HARBOUR, tmp_path / "behind")
    path = folder / "questions.yaml"
    text = path.read_text("utf-8").replace("right: 50", "right: 100")
    path.write_text(text.replace("which canvas did the thieves grab", "zebra crossing regulations"), "utf-8")
    status, out, err = casebot("--knowledge", str(folder), "check", "--list")
    assert status == 1
    assert "'zebra crossing regulations' expected what-was-taken" in out
    assert "misses its goals" in err


def test_check_checks_answers_against_the_article(casebot: Run, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text(
        "A painting vanished on 1998-11-05 from the Harbour Museum.\n\nAda Voss wrote in March 1999.", "utf-8"
    )
    status, out, _ = casebot("check", "--article", str(article))
    assert status == 0
    assert "Every answer is grounded" in out
    article.write_text("A painting vanished from the Harbour Museum.\n\nAda wrote in March 1999.", "utf-8")
    status, _, err = casebot("check", "--article", str(article))
    assert status == 1
    assert "timeline.yaml:5:5: the date 5 November 1998 is not in the cited passages" in err
    status, _, err = casebot("check", "--article", str(tmp_path / "none.txt"))
    assert status == 2


def test_check_names_the_folder_whose_files_have_problems(casebot: Run, folder: Path) -> None:
    (folder / "people.yaml").write_text("people: none\n", "utf-8")
    status, _, err = casebot("--knowledge", str(folder), "check")
    assert status == 1
    assert err.startswith(f"{folder}:\npeople.yaml:1:1: ")


def test_hints_say_which_entries_to_begin_with_and_what_would_teach_the_bot_most(
    casebot: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOT_DATABASE_URL", f"sqlite:///{folder.parent}/none/at/all.db")
    status, out, err = casebot("--knowledge", str(folder), "check", "--hints")
    assert (status, "Would gain most from another phrasing: 3\n" in out) == (0, True)
    assert "Learned from " in out
    assert "With 80 that must not be answered, half would be." in out
    assert not err
    assert not (folder.parent / "none").exists(), "a check makes no database"
    (folder.parent / "broken.db").write_bytes(b"no database" * 500)
    monkeypatch.setenv("CASEBOT_DATABASE_URL", f"sqlite:///{folder.parent}/broken.db")
    status, out, err = casebot("--knowledge", str(folder), "check", "--hints")
    assert (status, "Would gain most from another phrasing: 3\n" in out) == (0, True)
    assert err.startswith("Members' questions are left out, because the database can't be read: ")
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "mysql://localhost/casebot")
    status, _, err = casebot("--knowledge", str(folder), "check", "--hints")
    assert (status, "must start with postgresql:// or sqlite:///" in err) == (0, True)


async def _ask_in_discord(file: Path, text: str) -> None:
    store = Database(connect(SecretStr(f"sqlite:///{file}")))
    await store.start()
    store.record(Asked(text, Outcome.NONE, None, 0.1, Surface.SLASH, 1, dt.datetime.now(dt.UTC)), 7)
    await store.close()


@pytest.mark.parametrize("url", ["sqlite:///{}/bot.db", "sqlite+aiosqlite:///{}/bot.db"])
def test_hints_name_what_members_asked_near_an_entry(
    casebot: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    asyncio.run(_ask_in_discord(tmp_path / "bot.db", "is the ladder at the police station"))
    monkeypatch.setenv("CASEBOT_DATABASE_URL", url.format(tmp_path))
    _, out, err = casebot("check", "--hints")
    assert not err
    first = out.partition("Would gain most from another phrasing: 3\n")[2].splitlines()[0]
    assert "`ladder`: members asked near it 1 time without an answer" in first
    assert 'asked near it: "is the ladder at the police station" (a member)' in first


def test_progress_is_shown_on_a_terminal_only(casebot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert casebot("check")[2] == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "Asking the regression questions" in casebot("check")[2]


def test_check_compares_answers_with_every_text_at_hand(casebot: Run, tmp_path: Path) -> None:
    article, letter = tmp_path / "article.txt", tmp_path / "letter.txt"
    article.write_text(
        "A painting vanished on 1998-11-05 from the Harbour Museum.\n\nAda Voss wrote in March 1999.", "utf-8"
    )
    letter.write_text("# Thanks\n\nThe picture had no price, and we thank those who found it.\n", "utf-8")
    both = ("check", "--source-text", f"report={article}", "--source-text", f"letter={letter}")
    status, out, err = casebot(*both)
    assert (status, "Every answer is grounded" in out) == (0, True), err
    letter.write_text("Two paragraphs.\n\nOr is it three?\n\nIt is three.\n", "utf-8")
    status, _, err = casebot(*both)
    assert (status, "letter.txt cannot be used as the text of `letter`" in err) == (2, True)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("letter", "'letter' is not ID=FILE. Write it as in --source-text article=article.txt."),
        ("=x.txt", "'=x.txt' is not ID=FILE"),
        ("letter=none.txt", "none.txt cannot be used: No such file or directory."),
        ("diary=text.txt", "there is no source `diary`; name one of report, letter."),
    ],
)
def test_a_text_that_cannot_be_compared_with_is_named(casebot: Run, tmp_path: Path, option: str, said: str) -> None:
    (tmp_path / "text.txt").write_text("Text.", "utf-8")
    status, _, err = casebot("check", "--source-text", option)
    assert (status, said in err) == (2, True)


def test_export_prints_the_whole_knowledge_base(casebot: Run) -> None:
    _, out, _ = casebot("export", "--format", "json")
    data = json.loads(out)
    assert [entry["id"] for entry in data["entries"]] == ["what-was-taken", "who-saw-it", "ladder"]
    assert [event["date"] for event in data["timeline"]] == ["1998-11-05", "1999-03"]


def test_schema_prints_one_or_writes_all(casebot: Run, tmp_path: Path) -> None:
    _, out, _ = casebot("schema", "faq")
    assert json.loads(out)["required"] == ["entries"]
    casebot("schema", "--write", str(tmp_path / "schema"))
    assert len(list((tmp_path / "schema").glob("*.json"))) == 7
    assert casebot("schema")[0] == 2


def test_run_without_a_token_explains_itself(casebot: Run) -> None:
    status, _, err = casebot("run")
    assert status == 2
    assert "There's no token. Set CASEBOT_TOKEN" in err
    assert "casebot chat" in err


@pytest.mark.parametrize(
    "token",
    [
        "Bot abc.def.ghi",
        "Bearer abc.def.ghi",
        "abc.def\n.ghi",
        "abc.def\r\nX-Header: ghi",
        "abc def",
        '"abc.def.ghi"',
        "'abc.def.ghi'",
        "“abc.def.ghi”",
        "abc.déf.ghi",
        "abc.def.ghi\u200b",
        "<token>",
        "CASEBOT_TOKEN=abc.def.ghi",
    ],
)
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_what_cannot_be_a_token_is_refused_with_what_to_do(
    casebot: Run, monkeypatch: pytest.MonkeyPatch, command: str, token: str
) -> None:
    monkeypatch.setenv("CASEBOT_TOKEN", token)
    status, out, err = casebot(command)
    assert status == 2
    assert "CASEBOT_TOKEN" in err
    assert "copy it again from the Bot page" in " ".join(err.split())
    assert "without quotes, spaces or the word Bot" in " ".join(err.split())
    assert token not in out + err, "it may be one all the same"
    assert "Traceback" not in err


@pytest.mark.parametrize("token", ["abc.D-f.g_1\n", "  abc.D-f.g_1\r\n"])
def test_blanks_around_a_token_are_not_part_of_it(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("CASEBOT_TOKEN", token)
    read = Settings().token
    assert read
    assert read.get_secret_value() == "abc.D-f.g_1"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[CaseBot]:
    """The bots that `casebot run` would have connected, on a copy of the small base."""
    bots: list[CaseBot] = []

    async def serve(bot: CaseBot, _token: str, *, stop: asyncio.Event, sync: bool) -> None:
        assert not sync
        assert not stop.is_set()
        bots.append(bot)

    monkeypatch.setattr(app, "serve", serve)
    monkeypatch.setenv("CASEBOT_TOKEN", "secret")
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "memory")
    shutil.copytree(HARBOUR, tmp_path / "knowledge")
    return bots


def test_run_takes_edits_from_the_servers_that_are_named(
    casebot: Run, started: list[CaseBot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOT_DESK_SERVERS", "12, 34,")
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", "knowledge")
    assert casebot("run")[0] == 0
    (bot,) = started
    assert bot.desk_servers == {12, 34}
    assert bot.desk
    assert bot.desk.refresh(bot.live)


def test_run_without_a_writable_folder_still_answers(
    casebot: Run, started: list[CaseBot], caplog: pytest.LogCaptureFixture
) -> None:
    Path("knowledge/.desk").write_text("in the way", "utf-8")
    assert casebot("--knowledge", "knowledge", "run")[0] == 0
    (bot,) = started
    assert bot.desk is None
    assert bot.live.current.answer("stolen painting").answers
    (warning,) = [line for line in caplog.messages if "can't be edited" in line]
    assert warning == "The FAQ can't be edited in chat: knowledge can't be written (File exists)."


def test_run_without_the_repository_says_why_and_shows_no_token(
    casebot: Run, started: list[CaseBot], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("CASEBOT_KNOWLEDGE_GIT", "http://127.0.0.1:9/faq.git")
    monkeypatch.setenv("CASEBOT_KNOWLEDGE_GIT_TOKEN", "s3cret")
    status, out, err = casebot("run")
    assert (status, started) == (2, [])
    assert "The repository of CASEBOT_KNOWLEDGE_GIT can't be copied: it can't be reached. NewConnectionError" in err
    assert "s3cret" not in out + err
    assert casebot("--knowledge", "knowledge", "run")[0] == 0, "a folder that is named wins"


def test_a_wrong_server_id_is_named(casebot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOT_DESK_SERVERS", "my server")
    status, _, err = casebot("check")
    assert status == 2
    assert "CASEBOT_DESK_SERVERS: Input should be a valid integer" in err


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("--shard-ids 0-1", "--shard-ids needs --shard-count too"),
        ("--shard-count 0", "--shard-count 0: give at least 1."),
        ("--shard-count 4 --shard-ids two", "--shard-ids two: give the first and the last shard, such as 0-3,"),
        ("--shard-count 4 --shard-ids 1,2", "--shard-ids 1,2: give the first and the last shard, such as 0-3,"),
        ("--shard-count 4 --shard-ids 3-1", "--shard-ids 3-1: the first must not be after the last; did you mean 1-3?"),
        ("--shard-count 4 --shard-ids 2-4", "--shard-ids 2-4: shards count from 0, so the last of 4 is 3."),
        ("--shard-count 4 --shard-ids 0-1", "Several processes need to share one PostgreSQL database"),
    ],
)
def test_shards_that_make_no_sense_are_refused(
    casebot: Run, monkeypatch: pytest.MonkeyPatch, typed: str, error: str
) -> None:
    monkeypatch.setenv("CASEBOT_TOKEN", "token")
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "memory")
    status, _, err = casebot("run", *typed.split())
    assert status == 2
    assert error in " ".join(err.split())


def test_a_wrong_setting_is_named(casebot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOT_LOG_LEVEL", "loud")
    status, _, err = casebot("ask", "stolen painting")
    assert status == 2
    assert "CASEBOT_LOG_LEVEL: Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'" in err
    assert "loud" not in err, "a value may be a secret"


def test_a_missing_knowledge_folder_is_named(casebot: Run) -> None:
    status, _, err = casebot("--knowledge", "nowhere", "ask", "hello")
    assert status == 2
    assert "There is no knowledge folder nowhere." in err


def test_the_lexical_matcher_does_without_vectors(casebot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _, with_vectors, _ = casebot("ask", "--json", "which painting was stolen there")
    monkeypatch.setenv("CASEBOT_MATCHER", "lexical")
    monkeypatch.setattr(matcher, "static_vectors", lambda: pytest.fail("no vectors are wanted"))
    status, without, _ = casebot("ask", "--json", "which painting was stolen there")
    assert status == 0
    assert json.loads(without)["score"] != json.loads(with_vectors)["score"]


def test_what_was_learnt_is_kept_for_the_next_command(
    casebot: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = casebot("ask", "stolen painting")
    assert len(list(tmp_path.rglob("*.npz"))) == 1
    assert casebot("ask", "stolen painting") == first
    assert len(list(tmp_path.rglob("*.npz"))) == 1


def test_the_sentence_model_is_off_unless_wanted(casebot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def wanted(_: Path | None, **__: object) -> None:
        pytest.fail("nobody asked for it")

    monkeypatch.setattr(sentence_model, "sentence_vectors", wanted)
    assert casebot("ask", "stolen painting")[0] == 0


@pytest.mark.parametrize("command", [("ask", "stolen painting"), ("check",)])
def test_a_sentence_model_that_is_wanted_is_loaded(
    casebot: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    loaded: list[Path | None] = []

    def wanted(folder: Path | None, *, cache: Path | None) -> None:
        assert cache
        loaded.append(folder)

    monkeypatch.setenv("CASEBOT_MATCHER", "semantic")
    monkeypatch.setenv("CASEBOT_SEMANTIC_MODEL", str(tmp_path))
    monkeypatch.setattr(sentence_model, "sentence_vectors", wanted)
    casebot(*command)
    assert loaded == [tmp_path]


def test_without_its_sentence_model_the_bot_answers_all_the_same(
    casebot: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    without = casebot("ask", "--json", "stolen painting")
    monkeypatch.setenv("CASEBOT_MATCHER", "semantic")
    monkeypatch.setenv("CASEBOT_SEMANTIC_MODEL", "nowhere")
    assert casebot("ask", "--json", "stolen painting") == without
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_python_dash_m_bot_is_the_same_command() -> None:
    asked = '{"id":"1","text":"how did the jury vote"}\n'
    command = [sys.executable, "-m", "bot", "ask", "--batch", "-"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)  # noqa: S603 (our own)
    reply = json.loads(done.stdout)
    assert reply["outcome"] == "answer"
    assert "10-2" in reply["answer"]
    assert "p4" in [citation["passage"] for citation in reply["citations"]]


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    command = [sys.executable, "-m", "bot", "export"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "{\n"
        process.stdout.close()
        assert process.stderr.read() == ""


def test_the_doctor_says_what_is_missing_and_how_to_fix_it(casebot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "memory")
    status, out, _ = casebot("doctor")
    assert status == 1
    assert "ok     knowledge" in out
    assert "fault  token      there is none." in out
    assert "CASEBOT_TOKEN" in out


def test_two_bots_of_one_user_keep_what_they_have_learnt_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for name in ("ours", "theirs"):
        shutil.copytree(HARBOUR, tmp_path / name)
        for written in (name, str(tmp_path / name)):
            assert main(["--knowledge", written, "ask", "stolen painting"]) == 0, capsys.readouterr().err
    assert (
        len(list((tmp_path / "cache").rglob("learnt-*")))
        == len(list((tmp_path / "cache" / "casebot" / "matcher").iterdir()))
        == 2
    )
