"""`casebot unanswered`: the unanswered questions in the bot's own database."""

import asyncio
import csv
import datetime as dt
import io
import json
import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli import main
from bot.cli.worklist import write_csv
from bot.matching.types import Candidate, Outcome
from bot.moderation import unanswered
from bot.moderation.unanswered import Group
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.types import Asked, Surface, Why
from tests.places import HARBOUR

TODAY = dt.datetime.now(dt.UTC).replace(hour=12)
ASKED = [
    ("what is the painting worth", Outcome.NONE, 0),
    ("what is the paintin worth?", Outcome.SUGGEST, 1),
    ("=HYPERLINK(1) in the \x1b[31mharbour", Outcome.NONE, 9),
    ("stolen painting", Outcome.ANSWER, 0),
]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SecretStr:
    """A database that holds what was asked; the commands are told about it by the environment."""
    url = SecretStr(f"sqlite:///{tmp_path}/casebot.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASEBOT_DATABASE_URL", url.get_secret_value())
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(HARBOUR))

    async def ask() -> None:
        store = Database(connect(url))
        await store.start()
        for text, outcome, ago in ASKED:
            at = TODAY - dt.timedelta(days=ago)
            store.record(Asked(text, outcome, None, 0.1, Surface.SLASH, 1, at), 7)
        await store.close()

    asyncio.run(ask())
    return url


@pytest.mark.usefixtures("database")
def test_a_table_of_groups_with_count_reason_and_nearest_entry(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unanswered"]) == 0
    out = capsys.readouterr().out
    head, first, *others = out.splitlines()
    assert head.split() == ["Asked", "Question", "Last", "Why", "Nearest", "entry"]
    assert first.startswith("2 ")
    assert "stolen painting" not in out, "what was answered is no work"
    assert "\x1b" not in out, "what a terminal would obey is not printed"
    assert others


@pytest.mark.usefixtures("database")
def test_json_has_every_wording(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unanswered", "--format", "json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first["count"] == 2
    assert set(first["wordings"]) == {"what is the painting worth", "what is the paintin worth?"}
    assert first["why"] == {"missed": 1, "not_taken": 1}
    assert first["nearest"] == "what-was-taken"
    assert second["count"] == 1


@pytest.mark.usefixtures("database")
def test_the_latest_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unanswered", "--format", "json", "--order", "recent"]) == 0
    days = [group["last"] for group in json.loads(capsys.readouterr().out)]
    assert days == sorted(days, reverse=True)


@pytest.mark.usefixtures("database")
def test_csv_gives_a_spreadsheet_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unanswered", "--format", "csv"]) == 0
    first, second = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert first["why"] == "missed 1, not taken 1"
    assert second["question"].startswith("'=HYPERLINK")


@pytest.mark.usefixtures("database")
def test_only_what_was_asked_since_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    week_ago = (TODAY - dt.timedelta(days=7)).date().isoformat()
    assert main(["unanswered", "--format", "json", "--since", week_ago]) == 0
    assert [group["count"] for group in json.loads(capsys.readouterr().out)] == [2]
    tomorrow = (TODAY + dt.timedelta(days=1)).date().isoformat()
    assert main(["unanswered", "--since", tomorrow]) == 0
    assert capsys.readouterr().out == "No unanswered questions.\n"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("order", ["count", "recent"])
def test_of_very_many_questions_only_the_latest_are_looked_at(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(unanswered, "MAX_GROUPED", 2)
    assert main(["unanswered", "--format", "json", "--order", order]) == 0
    out, err = capsys.readouterr()
    (group,) = json.loads(out)
    assert set(group["wordings"]) == {"what is the painting worth", "what is the paintin worth?"}
    assert err == "Only the latest 2 of 3 questions are included.\n"


@pytest.mark.usefixtures("database")
def test_a_database_that_cannot_be_used_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "carrier-pigeon://loft")
    assert main(["unanswered"]) == 2
    assert capsys.readouterr().err.strip()


@pytest.mark.usefixtures("database")
def test_where_nothing_is_kept_there_is_nothing_to_list(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "memory")
    assert main(["unanswered"]) == 0
    assert capsys.readouterr().out == "No unanswered questions.\n"


SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "start", ["", " ", "\t", "\r", "\n", "\x00", "\u3000", "\u200b", "\u202e", "x;", "x\t", "x\n", 'x";']
)
def test_a_spreadsheet_finds_no_formula_wherever_it_parts_cells(start: str, sign: str) -> None:
    text = f"{start}{sign}cmd|' /C calc'!A0"
    group = Group(text, (text, "other"), ("1",), TODAY, ((Why.MISSED, 1),), ())
    out = io.StringIO()
    write_csv([(group, Candidate(text, 0.5))], out)
    for delimiter in ",;\t":
        rows = csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=delimiter)
        cells = [cell.strip(" \t\r\n\x00\u3000\u200b\u202e") for row in rows for cell in row]
        assert not [cell for cell in cells if cell.startswith(tuple(SIGNS))]


def test_what_was_withdrawn_is_named_nowhere(
    database: SecretStr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ask() -> None:
        store = Database(connect(database))
        await store.start()
        picked = Asked("Where is the ladder now?", Outcome.ANSWER, "ladder", 1.0, Surface.SLASH, 1, TODAY)
        store.record(picked, 7)
        store.vote(picked.id, "ladder", None, helpful=False)
        await store.close()

    asyncio.run(ask())
    assert main(["unanswered"]) == 0
    assert "ladder" in capsys.readouterr().out
    knowledge = tmp_path / "knowledge"
    shutil.copytree(HARBOUR, knowledge)
    (file,) = (each for each in (knowledge / "faq").iterdir() if "id: ladder" in each.read_text("utf-8"))
    text = file.read_text("utf-8")
    begun = text.index("  - id: ladder\n")
    left = "  - id: ladder\n    withdrawn: {date: 2026-11-29, reason: privacy}\n"
    file.write_text(text[:begun] + left, "utf-8")
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(knowledge))
    for words in (["unanswered"], ["check", "--hints"]):
        main(words)
        assert "ladder now" not in capsys.readouterr().out
