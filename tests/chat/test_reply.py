"""What a reply shows, for every kind of answer."""

import datetime as dt
import re
import textwrap
from pathlib import Path

import pytest
from discord import ui

from bot.answering.answerer import Answerer
from bot.chat.message import limits
from bot.chat.message.page import Page
from bot.chat.screens.browse import about_pages
from bot.chat.screens.feedback import Origin
from bot.chat.screens.reply import PickButton, reply_pages
from bot.i18n.dates import format_date
from bot.knowledge.load import load
from bot.knowledge.model import Entry, Kind
from bot.matching.types import Outcome
from tests.chat.conftest import Town
from tests.chat.worlds import entry, world

ASKED = "0123456789ab"
ORIGIN = Origin(asker=1, question=2, asked=ASKED)
WHO_SAYS_SO = {
    Kind.REPORTED: r"Reported by the article",
    Kind.CLAIM: r"Claimed by (Kim|Monica|.* and )",
    Kind.QUOTE: r"In the words of (Kim|Monica|.* and )",
    Kind.NOT_COVERED: r"The article does not say|What I have read does not say",
    Kind.NOTE: r"A note from the moderators",
}


def rendered(answerer: Answerer, entry_id: str) -> str:
    return read(reply_pages(answerer.entry(entry_id), answerer.base, ORIGIN, sign="!"))


def read(pages: list[Page]) -> str:
    parts = [part for page in pages for part in page.walk_children()]
    return "\n".join(part.content for part in parts if isinstance(part, ui.TextDisplay))


def first(answerer: Answerer, kind: Kind) -> Entry:
    return next(each for each in answerer.base.entries.values() if each.kind is kind)


@pytest.mark.parametrize("kind", Kind)
async def test_a_reply_shows_question_speaker_answer_sources_and_review(town: Town, kind: Kind) -> None:
    asked = first(town.live.current, kind)
    answer = await town.say(f"!ask {asked.id}")
    question, who, text, *rest = answer.text.splitlines()
    assert question == f"### {asked.question}"
    assert re.fullmatch(rf"\*\*({WHO_SAYS_SO[kind]}).*\*\*", who)
    assert "[1]" in text
    source, review = rest
    assert re.fullmatch(r"-# \*\*Source:\*\* .*, 17 August 2020, passages? \[1\] p\d.*", source)
    assert asked.review_day
    assert review == f"-# Last reviewed on {format_date(asked.review_day)}"


def test_every_shipped_answer_fits_one_message_with_all_its_sources(answerer: Answerer) -> None:
    for each in answerer.base.entries.values():
        shown = reply_pages(answerer.entry(each.id), answerer.base, ORIGIN, sign="!")
        assert len(shown) == 1
        text, _, sources = read(shown).partition("**Source:**")
        cited = set(re.findall(r"\[(\d+)\]", text))
        listed = re.findall(r"\[(\d+)\] p\d", sources)
        assert listed == sorted(cited, key=int)


def test_marks_stand_in_order(answerer: Answerer) -> None:
    for each in answerer.base.entries.values():
        for statement in (part for answer in answerer.entry(each.id).answers for part in answer.statements):
            assert list(statement.numbers) == sorted(set(statement.numbers))


def test_the_sources_take_no_more_room_than_the_answer_and_its_speaker(answerer: Answerer) -> None:
    """As measured in the gallery, at 390 points: 33 letters a line, and 38 in small print."""
    for each in answerer.base.entries.values():
        shown = rendered(answerer, each.id)
        above, _, sources = shown.partition("-# **Source:**")
        if not answerer.entry(each.id).citations:
            continue
        question, who, *text = above.splitlines()
        lines = [textwrap.wrap(line, 33) for line in (question, who, *text)]
        small = textwrap.wrap(sources.splitlines()[0], 38)
        assert len(small) <= max(4, sum(map(len, lines)))


def test_a_quotation_names_speaker_and_place_once(answerer: Answerer) -> None:
    for quote in (each for each in answerer.base.entries.values() if each.kind in {Kind.CLAIM, Kind.QUOTE}):
        text, _, sources = rendered(answerer, quote.id).partition("**Source:**")
        for cited in answerer.entry(quote.id).citations:
            assert not cited.passage.where or cited.passage.where in sources
            if cited.speaker:
                assert (f"quoting {cited.speaker}" in sources) is (cited.speaker not in text.partition("\n")[2])


def test_what_the_article_says_of_somebody_is_not_called_their_words(answerer: Answerer) -> None:
    text = rendered(answerer, "kim-lawyer")
    assert re.search(r"passages? \[1\] p3a(,|$)", text, re.MULTILINE)
    assert "quoting" not in text


def test_a_mark_of_a_whole_passage_says_that_it_quotes_in_part(answerer: Answerer) -> None:
    assert "p6 (partly a quotation)" in rendered(answerer, "hurting-the-family")


def test_two_questions_get_both_answers_and_one_list_of_sources() -> None:
    answerer = world([entry(1), entry(2)])
    reply = answerer.answer("what is gadget 1 and what is gadget 2?")
    assert reply.outcome is Outcome.ANSWER
    text = read(reply_pages(reply, answerer.base, ORIGIN, sign="!"))
    assert text.index("### What is gadget 1?") < text.index("### What is gadget 2?") < text.index("**Source:**")
    assert text.count("passage [1] p1") == 1


def test_a_question_that_may_be_either_of_two_gets_both_answers_and_is_told_so() -> None:
    answerer = world([entry(1), entry(2)])
    text = read(reply_pages(answerer.answer("gadget"), answerer.base, ORIGIN, sign="!"))
    assert "That could mean two things, so here are both answers." in text.partition("###")[0]
    assert "### What is gadget 1?" in text
    assert "### What is gadget 2?" in text


SOURCES = [
    {
        "id": "article",
        "kind": "news article",
        "publisher": "The *Herald*",
        "url": "https://example.org/a_b",
        "archived": "https://archive.org/1",
    },
    {"id": "ruling", "title": "A ruling", "kind": "court record"},
]


def test_sources_of_two_kinds_are_both_named() -> None:
    answerer = world([entry(answer="It is so [p1, ruling:p1]. Yes, it is [ruling:p1].")], SOURCES)
    text = rendered(answerer, "entry-1")
    assert "**Reported by the article and the record**" in text
    assert "It is so [1][2]. Yes, it is [2]." in text
    links = "[read it](<https://example.org/a_b>), [archived copy](<https://archive.org/1>)"
    assert f"-# **Sources**\n-# An article, The \\*Herald\\*, 17 August 2020, {links}, passage [1] p1\n" in text
    assert "\n-# A ruling, 17 August 2020, passage [2] p1" in text


def test_an_answer_names_only_the_sources_that_it_cites_itself() -> None:
    answerer = world([entry(1), entry(2, answer="It is gadget 2 [ruling:p1].")], SOURCES)
    reply = answerer.answer("what is gadget 1 and what is gadget 2?")
    text = read(reply_pages(reply, answerer.base, ORIGIN, sign="!"))
    assert "### What is gadget 1?\n**Reported by the article**" in text
    assert "### What is gadget 2?\n**Reported by the record**" in text


REPORT: dict[str, object] = {
    "id": "report",
    "title": "A report",
    "publisher": "The Courier",
    "date": dt.date(2025, 11, 12),
}
FIGURES = (
    "The report says 410 [report:p1]. The correction says 460 [correction:p1]. The report names no source [report:p1]."
)


def disagreeing(**later: object) -> str:
    correction = {"id": "correction", "title": "A correction", "date": dt.date(2025, 11, 19), **later}
    return rendered(world([entry(answer=FIGURES)], [{}, REPORT, correction]), "entry-1")


def test_two_sources_that_disagree_stand_with_their_dates_and_the_later_is_named() -> None:
    text = disagreeing()
    assert "The report says 410 [1]. The correction says 460 [2]. The report names no source [1]." in text
    assert "A report, The Courier, 12 November 2025, passage [1] p1\n" in text
    assert "A correction, 19 November 2025 (the later of the two), passage [2] p1\n" in text


def test_a_superseded_source_is_shown_with_what_supersedes_it() -> None:
    text = disagreeing(supersedes="report")
    report = "A report, The Courier, 12 November 2025 (superseded by “A correction”, 19 November 2025)"
    assert f"{report}, passage [1]" in text


def test_neither_of_two_sources_of_one_day_is_the_later() -> None:
    assert "later" not in disagreeing(date=dt.date(2025, 11, 12))


def test_a_superseded_source_says_so_even_where_it_stands_alone() -> None:
    correction = {"id": "correction", "title": "A correction", "date": dt.date(2025, 11, 19), "supersedes": "report"}
    answerer = world([entry(answer="It is 410 [report:p1].")], [{}, REPORT, correction])
    assert "(superseded by “A correction”, 19 November 2025)" in rendered(answerer, "entry-1")


@pytest.mark.parametrize(
    ("answer", "who"),
    [
        ("Nothing on that.", "What I have read does not say"),
        ("Nothing on that, but this [p1].", "The article does not say"),
        ("Nothing on that, but this [p1, ruling:p1].", "The article and the record do not say"),
    ],
)
def test_what_is_not_covered_says_who_does_not_say(answer: str, who: str) -> None:
    answerer = world([entry(answer=answer, kind="not_covered")], SOURCES)
    assert f"**{who}**\n{answer.split('[', maxsplit=1)[0].strip('. ')}" in rendered(answerer, "entry-1")


def test_with_several_sources_the_bot_says_how_many_it_has_read() -> None:
    answerer = world([entry()], SOURCES)
    reply = answerer.answer("zebra crossing")
    assert "All I've read is 2 sources, the latest dated 17 August 2020. `/topics` shows" in read(
        reply_pages(reply, answerer.base, ORIGIN, sign="/")
    )


def test_the_longest_suggestion_fits_a_button() -> None:
    button = PickButton(2**64 - 1, ASKED, "a" * 60, "Is it " + "very " * 58 + "?")
    assert len(button.custom_id) <= 100
    assert button.template.fullmatch(button.custom_id)
    assert len(button.item.label or "") <= limits.BUTTON_LABEL


async def test_slash_commands_work_in_direct_messages(town: Town) -> None:
    result = await town.ana.user.slash("ask", question="who was killed?")
    assert result.response
    (answer,) = town.answers(town.ana.user.dm_channel)
    assert answer.text.startswith("### Who was killed?")


async def test_answers_come_in_threads_too(town: Town) -> None:
    answer = await town.say("!ask who was killed?")
    thread = await answer.message.create_thread(name="case")
    (handle,) = [each for each in town.channel.threads if each.id == thread.id]
    await town.ana.send(handle, f"{town.me} who was killed?")
    await town.ana.send(handle, "!ask who was killed?")
    await town.ana.send(handle, "who was killed?", reply_to=town.answers(handle)[-1].message)
    await town.ana.slash(handle, "ask", question="who was killed?")
    answers = town.answers(handle)
    assert len(answers) == 4
    assert all(each.text.startswith("### Who was killed?") for each in answers)


def test_what_nobody_has_reviewed_since_its_import_says_so(folder: Path) -> None:
    path = folder / "faq" / "theft.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("reviewed: 2026-11-23", "reviewed: never", 1), "utf-8")
    base = load(folder)
    assert base.entries["what-was-taken"].review_day is None
    assert rendered(Answerer(base), "what-was-taken").endswith("-# Not reviewed by a moderator yet")
    about = read(about_pages(base, version="1", sign="!"))
    assert "Latest review: 23 November 2026. Not reviewed by a moderator yet: 1." in about
    assert "Moderators write" not in about
    path.write_text(text.replace("reviewed: 2026-11-23", "reviewed: never"), "utf-8")
    assert "No moderator has reviewed an answer yet." in read(about_pages(load(folder), version="1", sign="!"))


def test_a_faq_with_one_entry_is_spoken_of_in_the_singular() -> None:
    about = read(about_pages(world([entry(1)]).base, version="1", sign="!"))
    assert "1 question with an answer, based on one news article dated 17 August 2020" in about
