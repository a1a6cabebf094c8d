"""Follow-ups: understood with an answer before them, never guessed at without."""

import datetime as dt
import gc
import weakref
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.answering.service import FOLLOW_UP_SECONDS, LONGEST_KEPT, MAX_CONVERSATIONS, Question, QuestionService
from bot.matching.types import Outcome
from bot.metrics import Metrics
from bot.store.memory import MemoryStore
from bot.store.types import Stop, Surface
from tests.chat.conftest import FakeLive
from tests.chat.worlds import entry, world

CHANNEL = 1


@pytest.mark.parametrize(
    ("previous", "question", "entry"),
    [
        ("who-was-killed", "and when was that?", "when-was-he-killed"),
        ("who-was-killed", "and where?", "where-was-he-killed"),
        ("who-was-killed", "and how old was he?", "victim-age"),
        ("first-conviction", "what about the retrial?", "retrial"),
        ("which-prison", "and who was the judge", "judge"),
        ("who-was-killed", "where?", "where-was-he-killed"),
        ("what-kim-announced", "where?", "where-announced"),
        ("who-is-kim", "what about monica?", "who-is-monica"),
        ("motive", "but did he do it", "guilty-or-innocent"),
        # What the answer before has told already is told again.
        ("retrial", "what year", "retrial"),
        ("hashtag", "who used it", "hashtag"),
        ("witnesses-recanted", "what are their names?", "witnesses-recanted"),
    ],
)
def test_a_follow_up_leans_on_the_answer_before(answerer: Answerer, previous: str, question: str, entry: str) -> None:
    assert [answer.entry for answer in answerer.answer(question, previous).answers] == [entry]


@pytest.mark.parametrize("question", ["and when was that?", "and where?", "what about her?", "and why?"])
def test_without_an_answer_before_it_nothing_is_guessed(answerer: Answerer, question: str) -> None:
    assert not answerer.answer(question).answers
    assert not answerer.answer(question, "no-such-entry").answers


def test_a_question_that_stands_by_itself_is_answered_as_ever(answerer: Answerer) -> None:
    assert answerer.answer("how did the jury vote", "who-was-killed") == answerer.answer("how did the jury vote")


@pytest.mark.parametrize(
    "said",
    [
        *("lol ok", "that sucks", "no way", "thx anyway", "whats the wifi password", "x" * 999),
        *("ok cool", "oh wow crazy", "yeah sad", "ok, makes sense"),
    ],
)
def test_what_asks_nothing_of_the_case_leads_nowhere(answerer: Answerer, said: str) -> None:
    assert not answerer.answer(said, "sentence").answers


@given(st.text(max_size=90), st.sampled_from(["sentence", "who-is-kim", "dna"]))
@settings(max_examples=50)
def test_whatever_follows_there_is_a_reply_and_the_same_one_again(answerer: Answerer, text: str, previous: str) -> None:
    assert answerer.answer(text, previous) == answerer.answer(text, previous)


class Talk:
    """Members who ask one after another."""

    def __init__(self, answerer: Answerer) -> None:
        self.now = 1_000.0
        self.store = MemoryStore()
        self._service = QuestionService(FakeLive(answerer), self.store, Metrics(), lambda: self.now)

    def ask(self, text: str, member: int = 1, channel: int = CHANNEL) -> list[str]:
        asked = Question(text, member, channel, None, Surface.DIRECT)
        return [answer.entry for answer in self._service.ask(asked).reply.answers]


def test_a_follow_up_leans_on_what_the_same_member_was_answered_for_some_minutes(answerer: Answerer) -> None:
    talk = Talk(answerer)
    talk.ask("who-was-killed")
    assert talk.ask("and where?", member=2) == []
    assert talk.ask("and where?", channel=CHANNEL + 1) == []
    talk.now += FOLLOW_UP_SECONDS - 1
    assert talk.ask("and where?") == ["where-was-he-killed"]
    talk.now += FOLLOW_UP_SECONDS + 1
    assert talk.ask("and where?") == []


def test_a_conversation_that_is_over_is_not_even_remembered(answerer: Answerer) -> None:
    talk = Talk(answerer)
    talk.ask("who-was-killed", member=1)
    talk.now += FOLLOW_UP_SECONDS + 1
    talk.ask("who-was-killed", member=2)
    # Were it only too old to be told, it would be there again on a clock that is put back.
    talk.now -= FOLLOW_UP_SECONDS
    assert talk.ask("and where?", member=1) == []
    assert talk.ask("and where?", member=2) == ["where-was-he-killed"]


def test_a_reply_without_an_answer_ends_the_conversation(answerer: Answerer) -> None:
    talk = Talk(answerer)
    talk.ask("who-was-killed")
    talk.ask("best pizza in chicago")
    assert talk.ask("and where?") == []


def test_of_two_readings_a_follow_up_leans_on_the_likelier_and_of_two_questions_on_the_last() -> None:
    answerer = world([entry(1), entry(2)])
    tied = answerer.answer("gadget")
    assert tied.tied
    assert tied.latest == tied.answers[0].entry != tied.answers[1].entry
    assert answerer.answer("what is gadget 1 and what is gadget 2?").latest == "entry-2"


async def test_of_a_long_message_the_beginning_is_kept(answerer: Answerer) -> None:
    talk = Talk(answerer)
    talk.ask("zanzibar " * 600)
    (kept,) = await talk.store.unanswered()
    assert len(kept.text) == LONGEST_KEPT
    assert ("zanzibar " * 600).startswith(kept.text)


def test_memory_is_bounded(answerer: Answerer) -> None:
    talk = Talk(answerer)
    for member in range(MAX_CONVERSATIONS + 1):
        talk.ask("who-was-killed", member)
    assert talk.ask("and where?", 0) == []
    assert talk.ask("and where?", 1) == ["where-was-he-killed"]


def test_what_a_reload_replaces_is_not_kept_for_an_answer_that_was_stopped() -> None:
    live, store, now = FakeLive(world([entry(1), entry(2)])), MemoryStore(), dt.datetime.now(dt.UTC)
    service = QuestionService(live, store, Metrics())
    store.hold(stop := Stop("entry-1", None, now, "Ana"))
    assert not service.answer("what is gadget 1?", None).answers
    store.hold(replace(stop, ended=now, ended_by="Ana"))
    old = weakref.ref(live.current.matcher)
    live.current = world([entry(3)])
    assert service.answer("what is gadget 3?", None).answers
    gc.collect()
    assert old() is None


# Numbers


def suggested(answerer: Answerer) -> tuple[str, list[str]]:
    """A regression question on which the shipped knowledge hesitates between three entries, and these."""
    questions = answerer.base.questions
    answered = (text for group in questions.answered for text in group.ask)
    asked = chain(answered, (text for group in questions.unanswered for text in group.ask))
    found = ((text, answerer.answer(text).suggestions) for text in asked)
    return next((text, [each.entry for each in offered]) for text, offered in found if len(offered) == len("123"))


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "#2",
        "2.",
        "(2)",
        "2️⃣",
        "number 2",
        "option 2",
        "２",
        "2002",
        "16",
        "999999999999",
        "2+2",
        "2 + 2 = ?",
        "+1",
        "-1",
    ],
)
async def test_a_number_or_a_sum_asks_nothing(answerer: Answerer, text: str) -> None:
    talk = Talk(answerer)
    assert answerer.answer(text).outcome is Outcome.NONE
    assert talk.ask(text) == []
    assert not await talk.store.unanswered(), "moderators need no list of numbers"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 1),
        ("2", 2),
        ("3.", 3),
        ("#2", 2),
        ("2️⃣", 2),
        ("option 3", 3),
        ("the second one", 2),
        ("First", 1),
        ("la segunda", 2),
        ("número 3", 3),
    ],
)
async def test_a_number_picks_the_choice_that_the_same_member_was_just_offered(
    answerer: Answerer, text: str, place: int
) -> None:
    talk = Talk(answerer)
    question, offered = suggested(answerer)
    talk.ask(question)
    assert offered[place - 1] not in talk.ask(text, member=2), "nothing was offered to this one"
    assert offered[place - 1] not in talk.ask(text, channel=CHANNEL + 1), "nor there"
    assert talk.ask(text) == [offered[place - 1]]
    assert question not in [each.text for each in await talk.store.unanswered()], "for moderators, it is answered now"


@pytest.mark.parametrize("text", ["0", "4", "44", "+1", "-1", "\u22121", "+ 2"])
def test_a_number_beyond_the_choices_and_assent_or_dissent_pick_none(answerer: Answerer, text: str) -> None:
    talk = Talk(answerer)
    talk.ask(suggested(answerer)[0])
    assert talk.ask(text) == []


@pytest.mark.parametrize("between", ["who was killed?", "best pizza in chicago"])
def test_another_question_or_some_minutes_end_the_offer(answerer: Answerer, between: str) -> None:
    talk = Talk(answerer)
    question, offered = suggested(answerer)
    talk.ask(question)
    talk.ask(between)
    assert talk.ask("2") == []
    talk.ask(question)
    talk.now += FOLLOW_UP_SECONDS + 1
    assert talk.ask("2") == []
    talk.ask(question)
    assert talk.ask("2") == [offered[1]]
