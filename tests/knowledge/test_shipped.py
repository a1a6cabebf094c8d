"""The shipped knowledge base keeps the promises that the docs make."""

import re
from collections import Counter

import pytest

from bot.answering.answerer import Answerer
from bot.answering.reply import Reply
from bot.knowledge.citations import Ref
from bot.knowledge.grounding import QUOTE
from bot.knowledge.hints import LONGEST_STATEMENT, lix
from bot.knowledge.model import Kind, KnowledgeBase, Precision
from bot.knowledge.sentences import sentences
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
    spoken = {
        Ref(source.id, part.id)
        for source in base.sources.values()
        for passage in source.passages
        for part in passage.voices
    }
    assert spoken <= cited
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


def plain(base: KnowledgeBase, text: str) -> str:
    return " ".join(statement.plain for statement in base.cited(text))


def read_aloud(base: KnowledgeBase) -> dict[str, str]:
    """All prose on the case that members read, without marks."""
    texts = {"summary": base.case.summary}
    texts |= {f"answer {entry.id}": entry.answer for entry in base.entries.values()}
    texts |= {f"role {person.id}": " ".join((person.role, *person.notes)) for person in base.people.values()}
    texts |= {f"event {event.id}": event.what for event in base.events}
    gists = {f"gist {part.id}": part.gist for part in base.passages.values() if part.gist}
    return {name: plain(base, text) for name, text in texts.items()} | gists


def test_no_sentence_is_too_long_to_read_aloud_and_no_text_harder_than_a_newspaper(base: KnowledgeBase) -> None:
    texts = read_aloud(base)
    long = {name: s for name, text in texts.items() for s in sentences(text) if len(s.split()) > LONGEST_STATEMENT}
    hard = {name: index for name, text in texts.items() if (index := lix(text)) > 50}
    assert (long, hard) == ({}, {})


def test_a_person_and_a_thing_have_one_name_throughout(base: KnowledgeBase) -> None:
    texts = read_aloud(base) | {f"question {entry.id}": entry.question for entry in base.entries.values()}
    by_the_article = {"C-Murder", "Steve Thomas", "Kim Kardashian"}
    allowed = {name for person in base.people.values() for name in (person.name, *person.handles)} | by_the_article
    aliases = {name for person in base.people.values() for name in person.called} - allowed
    others = {"team", "campaign", "this bot", "the bot's"}
    longest_first = sorted(allowed, key=len, reverse=True)
    found = {}
    for name, text in texts.items():
        rest = re.sub("|".join(map(re.escape, longest_first)), "", QUOTE.sub("", text))
        words = {word for word in aliases | others if re.search(rf"(?<![\w@#]){re.escape(word)}(?!\w)", rest)}
        if words:
            found[name] = words
    assert found == {"question victim-name-spelling": {"Steven"}, "question about-the-bot": {"this bot"}}


def test_no_text_uses_what_only_the_world_outside_the_article_knows(base: KnowledgeBase) -> None:
    outside = re.compile(r"\b(?:singer|brothers?|fan of|house arrest|that night|LaLa|buried|famous|boy)\b")
    texts = read_aloud(base) | {f"question {entry.id}": entry.question for entry in base.entries.values()}
    assert not {name: text for name, text in texts.items() if outside.search(text)}


def test_what_the_article_says_of_people_is_in_nobodys_mouth(base: KnowledgeBase) -> None:
    """These are the article's own words, beside a quotation in the same passage."""
    narrated = {
        "kim-lawyer": "aspiring attorney",
        "when-announced": "a Sunday",
        "where-announced": "tweeted",
        "who-posted-first": "places her Instagram post before",
        "where-monica-posted": "wrote on Instagram",
        "what-kim-announced": "announced that she was joining",
    }
    for entry, words in narrated.items():
        (statement,) = (s for s in base.cited(base.entries[entry].answer) if words in s.plain)
        assert statement.refs
        assert not [ref for ref in statement.refs if base.passages[ref].speaker], entry


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
def asked_plainly(answerer: Answerer) -> dict[str, Reply]:
    """The replies to questions that are answered, one of each group."""
    return {group.ask[0]: answerer.answer(group.ask[0]) for group in answerer.base.questions.answered}


@pytest.mark.parametrize("chat", ["{} lol", "ngl {}", "just curious, {}", "idk {}", "does anyone know {}"])
def test_what_asks_nothing_changes_no_answer(answerer: Answerer, asked_plainly: dict[str, Reply], chat: str) -> None:
    same = [answerer.answer(chat.format(text)).answers == reply.answers for text, reply in asked_plainly.items()]
    assert sum(same) >= 0.97 * len(same)
