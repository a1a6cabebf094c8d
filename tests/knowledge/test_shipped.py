"""The shipped knowledge base keeps the promises that the README makes."""

from collections import Counter

import pytest

from bot.answering.answerer import Answerer, Reply
from bot.knowledge.model import Kind, KnowledgeBase, Precision
from bot.matching.types import Outcome

PARTS = 8
"""Parts of the longest test, which workers share."""


@pytest.fixture(scope="module")
def base(answerer: Answerer) -> KnowledgeBase:
    return answerer.base


def test_it_is_large_enough(base: KnowledgeBase) -> None:
    kinds = Counter(entry.kind for entry in base.entries.values())
    assert kinds.total() - kinds[Kind.NOT_COVERED] >= 70
    assert kinds[Kind.NOT_COVERED] >= 25
    short = {entry.id for entry in base.entries.values() if len(entry.phrasings) < 8}
    assert not short


def test_the_regression_set_is_large_enough(base: KnowledgeBase) -> None:
    assert sum(len(group.ask) for group in base.questions.answered) >= 150
    assert sum(len(group.ask) for group in base.questions.unanswered) >= 150


def test_every_passage_is_cited_and_every_person_has_an_entry(base: KnowledgeBase) -> None:
    cited = {ref for entry in base.entries.values() for statement in base.cited(entry.answer) for ref in statement.refs}
    assert cited == set(base.passages)
    answers = " ".join(entry.answer for entry in base.entries.values())
    assert all(person.name in answers for person in base.people.values())


def test_every_not_covered_answer_opens_with_what_is_missing(base: KnowledgeBase) -> None:
    openings = {
        entry.id: base.cited(entry.answer)[0].plain for entry in base.entries.values() if entry.kind is Kind.NOT_COVERED
    }
    off = {
        id_: text
        for id_, text in openings.items()
        if not text.startswith(("The article does not", "The copy that the bot works from has no"))
    }
    assert not off


def test_dates_known_only_from_a_post_say_so(base: KnowledgeBase) -> None:
    events = {event.id: event for event in base.events}
    assert "the day is known only from Kim Kardashian West's post" in events["killing"].what
    assert events["arrest"].said_by == ("kim-kardashian-west",)
    inferred = {event.id for event in base.events if event.precision is Precision.INFERRED}
    assert inferred == {"arrest", "announcement"}


def test_innocence_is_only_spoken_of_in_somebodys_name(base: KnowledgeBase) -> None:
    speakers = [person.name for person in base.people.values()]
    for entry in base.entries.values():
        if "innocen" in entry.answer.casefold():
            assert any(name in entry.answer for name in speakers), entry.id


@pytest.mark.parametrize("part", range(PARTS))
def test_every_phrasing_leads_to_its_entry(answerer: Answerer, part: int) -> None:
    """What a moderator has put there leads there, however many phrasings of other entries are like it."""
    led = {
        (entry.id, phrasing): answerer.matcher.decide(phrasing)
        for entry in list(answerer.base.entries.values())[part::PARTS]
        for phrasing in (entry.question, *entry.phrasings)
    }
    astray = [
        place
        for place, decision in led.items()
        if decision.outcome not in {Outcome.ANSWER, Outcome.NOT_COVERED} or decision.candidates[0].entry != place[0]
    ]
    assert not astray


@pytest.fixture(scope="module")
def plain(answerer: Answerer) -> dict[str, Reply]:
    """The replies to questions that are answered, one of each group."""
    return {group.ask[0]: answerer.answer(group.ask[0]) for group in answerer.base.questions.answered}


@pytest.mark.parametrize("chat", ["{} lol", "ngl {}", "just curious, {}", "idk {}", "does anyone know {}"])
def test_what_asks_nothing_changes_no_answer(answerer: Answerer, plain: dict[str, Reply], chat: str) -> None:
    same = [answerer.answer(chat.format(text)).answers == reply.answers for text, reply in plain.items()]
    assert sum(same) >= 0.97 * len(same)
