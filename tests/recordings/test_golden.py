"""The recordings themselves: what counts as a difference, and which names stand for what changes."""

import datetime as dt
from pathlib import Path

import pytest

from tests.recordings import golden
from tests.recordings.clock import NOON, Clock
from tests.recordings.names import Names, untidied


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the recordings of these tests apart."""
    monkeypatch.setattr(golden, "FOLDER", tmp_path / "golden")


def test_a_difference_is_shown_with_what_records_it_again() -> None:
    golden.write("asking", ["> ana: hello", "| Hello!"])
    assert not golden.difference("asking", ["> ana: hello", "| Hello!"])
    shown = golden.difference("asking", ["> ana: hello", "| Good morning!"])
    assert "-| Hello!\n+| Good morning!" in shown
    assert "python -m tests.recordings --write" in shown
    assert "+> ana: hello" in golden.difference("never recorded", ["> ana: hello"])


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("score 0.31", "score 0.32"),
        ('"score": 0.239}', '"score": 0.2389}'),
        ("2% likely against 88%", "3% likely against 87%"),
    ],
)
def test_the_last_digit_of_a_score_hangs_on_the_processor(before: str, now: str) -> None:
    golden.write("scores", ["first", before, "last"])
    assert not golden.difference("scores", ["first", now, "last"])
    assert now not in golden.difference("scores", ["new", "first", now, "last"]), "also beside other differences"
    golden.write("scores", ["new", "first", now, "last"])
    assert golden.read("scores") == ["new", "first", before, "last"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("score 0.31", "score 0.33"),
        ("3 entries", "4 entries"),
        ("67% of 3 votes", "66% of 3 votes"),
        ("0.5682", "0.5882"),
    ],
)
def test_all_else_is_a_difference(before: str, now: str) -> None:
    golden.write("scores", [before])
    assert golden.difference("scores", [now])


def test_only_files_of_scenarios_are_kept() -> None:
    for name in ("asking", "gone"):
        golden.write(name, ["."])
    golden.keep_only(["asking"])
    assert golden.recorded() == {"asking": ".\n"}


def test_what_differs_at_every_run_has_a_name_that_does_not() -> None:
    names = Names({"/somewhere": "{scratch}"})
    names.give(1456074443980800018, "ana")
    assert names.tidy("delete:1456074443980800018:1456074443980800029") == "delete:{ana}:{id1}"
    assert names.tidy("turn:n:b29uozf2ycqq:who") == "turn:n:b29uozf2ycqq:who", "nobody's id"
    assert names.tidy("vote:y:e4b6e1524f95:x vote:n:e4b6e1524f95:x") == "vote:y:{hex12.1}:x vote:n:{hex12.1}:x"
    assert names.tidy("395d1456074443980800e5b58433fe00") == "{hex32.1}", "no id within"
    assert names.tidy("/somewhere/else at <t:1790000000:R>") == "{scratch}/else at <t:{time}:R>"
    assert names.tidy("reference: `0a1b2c`, commit 0a1b2c3d") == "reference: `{hex6}`, commit {hex8}"
    assert untidied("draft:confirm:{hex16.2}:{ana}") == "draft:confirm:0000000000000000:1"


def test_the_clock_tells_what_it_was_set_to() -> None:
    clock = Clock()
    told = clock.told()
    assert told.now(dt.UTC) == NOON
    clock.back(days=2)
    assert told.now(dt.UTC).date() == dt.date(2026, 11, 30)
    assert isinstance(NOON, told)
    assert told(2026, 12, 2, 12, tzinfo=dt.UTC) == NOON
