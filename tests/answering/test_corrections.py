"""The line that says what was corrected: when it is there, and what it says."""

import dataclasses
import datetime as dt
import shutil
from pathlib import Path

import pytest
from discord import ui
from dulwich import porcelain
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.answering.corrections import noted
from bot.answering.reply import Answer, Correction
from bot.answering.wording import corrected
from bot.chat.message import limits
from bot.chat.screens.feedback import Origin
from bot.chat.screens.reply import reply_pages
from bot.editing.revision import MAX_REASON, ChangeKind
from bot.knowledge.load import load
from tests.chat.worlds import entry, world
from tests.places import HARBOUR

TODAY = dt.date(2026, 11, 29)
CORRECTION, CLARIFICATION = ChangeKind.CORRECTION, ChangeKind.CLARIFICATION

made = st.builds(
    Correction,
    st.integers(0, 60).map(lambda days: TODAY - dt.timedelta(days=days)),
    st.sampled_from([CORRECTION, CLARIFICATION]),
    st.text(st.sampled_from("ab .…_*é"), max_size=MAX_REASON).map(str.strip),
)
several = st.lists(made, max_size=5).map(lambda found: sorted(found, key=lambda each: each.day, reverse=True))


(PLAIN,) = world([entry()]).entry("entry-1").answers


def answer(*corrections: Correction) -> Answer:
    return dataclasses.replace(PLAIN, corrections=corrections)


def ago(days: int, kind: ChangeKind = CORRECTION, reason: str = "") -> Correction:
    return Correction(TODAY - dt.timedelta(days=days), kind, reason)


@pytest.mark.parametrize(
    ("corrections", "line"),
    [
        ([ago(26, reason="the vote was in the retrial")], "Corrected on 3 November 2026: the vote was in the retrial."),
        ([ago(26, reason="Was it?")], "Corrected on 3 November 2026: Was it?"),
        ([ago(26)], "Corrected on 3 November 2026."),
        ([ago(0, CLARIFICATION)], "Clarified on 29 November 2026."),
        ([ago(30)], "Corrected on 30 October 2026."),
        ([ago(31)], ""),
        ([], ""),
        ([ago(1, CLARIFICATION), ago(2)], "Corrected on 27 November 2026."),
        ([ago(1, CLARIFICATION), ago(31)], "Clarified on 28 November 2026."),
        ([ago(1), ago(2)], "Corrected on 28 November 2026."),
        ([ago(26, reason=f"the {'long ' * 30}story")], f"Corrected on 3 November 2026: the {'long ' * 15}…"),
        ([ago(26, reason="x" * 200)], f"Corrected on 3 November 2026: {'x' * 79}…"),
    ],
)
def test_the_line_names_the_gravest_change_of_thirty_days(corrections: list[Correction], line: str) -> None:
    shown = corrected(answer(*corrections), TODAY)
    assert shown == line.replace(" …", "…")


@given(several)
def test_there_is_a_line_if_anything_changed_in_thirty_days_and_it_is_short(corrections: list[Correction]) -> None:
    line = corrected(answer(*corrections), TODAY)
    recent = [each for each in corrections if (TODAY - each.day).days <= 30]
    assert bool(line) == bool(recent)
    assert line.startswith("Corrected") == any(each.kind is CORRECTION for each in recent)
    assert "\n" not in line
    assert len(line) <= 120


@given(st.integers(1_700, 1_950), several)
def test_a_reply_with_the_line_fits_and_loses_nothing(length: int, corrections: list[Correction]) -> None:
    answerer = LONG.noting({"entry-1": tuple(dataclasses.replace(each, day=NOW) for each in corrections)})
    reply = answerer.entry("entry-1")
    words = reply.answers[0].plain[:length]
    block = reply.answers[0].blocks[0]
    cut = dataclasses.replace(block.statements[0], text=words)
    shorter = dataclasses.replace(reply.answers[0], blocks=(dataclasses.replace(block, statements=(cut,)),))
    shown = reply_pages(
        dataclasses.replace(reply, answers=(shorter,)), answerer.base, Origin(1, 2, "0123456789ab"), sign="/"
    )
    for page in shown:
        assert page.content_length() <= limits.MESSAGE_TEXT
        assert page.total_children_count <= limits.MESSAGE_COMPONENTS
    text = "".join(part.content for page in shown for part in page.walk_children() if isinstance(part, ui.TextDisplay))
    assert "".join(words.split()) in "".join(text.replace("\\", "").split()), "though it is longer on Discord"
    assert text.count("Corrected on ") + text.count("Clarified on ") == bool(corrections)


LONG = world([entry(answer=39 * ("_" * 49 + " ") + "[p1].")])
NOW = dt.datetime.now(dt.UTC).date()


def test_it_comes_from_the_trailers_of_commits_where_there_is_no_desk(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(HARBOUR, tmp_path / "knowledge"))
    porcelain.init(str(folder))
    entries = folder / "faq" / "theft.yaml"
    answerer = Answerer(load(folder), lexical_only=True)
    assert noted(folder, answerer) is answerer, "nothing was committed yet"
    for words, message in (("A painting", "Begin"), ("A drawing", "Fix\n\nCasebot-Change: correction: it was misread")):
        entries.write_text(entries.read_text("utf-8").replace("A painting", words), "utf-8")
        porcelain.add(str(folder), [str(path) for path in folder.rglob("*.yaml")])
        porcelain.commit(str(folder), message=message.encode(), author=b"Ana <a@b.c>", committer=b"Ana <a@b.c>")
    told = noted(folder, Answerer(load(folder), lexical_only=True))
    assert corrected(told.entry("what-was-taken").answers[0], NOW).endswith(": it was misread.")
    assert not told.entry("ladder").answers[0].corrections
    assert noted(folder, told) is told, "it has what there is"


def test_commits_without_trailers_and_old_ones_say_nothing(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(HARBOUR, tmp_path / "knowledge"))
    porcelain.init(str(folder))
    entries = folder / "faq" / "theft.yaml"
    long_ago = int((dt.datetime.now(dt.UTC) - dt.timedelta(days=40)).timestamp())
    for words, message, when in (
        ("A painting", "Begin", long_ago),
        ("A drawing", "Fix\n\nCasebot-Change: correction: long ago", long_ago + 60),
        ("A sketch", "Another change", None),
    ):
        entries.write_text(entries.read_text("utf-8").replace("A painting", words).replace("A drawing", words), "utf-8")
        porcelain.add(str(folder), [str(path) for path in folder.rglob("*.yaml")])
        porcelain.commit(
            str(folder),
            message=message.encode(),
            author=b"Ana <a@b.c>",
            committer=b"Ana <a@b.c>",
            commit_timestamp=when,
            author_timestamp=when,
        )
    answerer = Answerer(load(folder), lexical_only=True)
    assert noted(folder, answerer) is answerer
