"""Follow-ups: understood with an answer before them, never guessed at without."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.answering.conversation import LIFETIME, MOST, Conversations
from tests.chat.worlds import entry, world


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


@pytest.mark.parametrize("said", ["lol ok", "that sucks", "no way", "thx anyway", "whats the wifi password", "x" * 999])
def test_what_asks_nothing_of_the_case_leads_nowhere(answerer: Answerer, said: str) -> None:
    assert not answerer.answer(said, "sentence").answers


@given(st.text(max_size=90), st.sampled_from(["sentence", "who-is-kim", "dna"]))
@settings(max_examples=50, deadline=None)
def test_whatever_follows_there_is_a_reply_and_the_same_one_again(answerer: Answerer, text: str, previous: str) -> None:
    assert answerer.answer(text, previous) == answerer.answer(text, previous)


def test_conversations_are_forgotten_after_a_while_and_kept_apart(answerer: Answerer) -> None:
    now = 1_000.0
    conversations = Conversations(lambda: now)
    conversations.remember("ana", answerer.entry("sentence"))
    assert conversations.last("ana") == "sentence"
    assert conversations.last("ben") is None
    now += LIFETIME + 1
    assert conversations.last("ana") is None


def test_a_conversation_that_is_over_is_not_even_remembered(answerer: Answerer) -> None:
    now = 1_000.0
    conversations = Conversations(lambda: now)
    conversations.remember("ana", answerer.entry("sentence"))
    now += LIFETIME + 1
    conversations.remember("ben", answerer.entry("sentence"))
    # Were it only too old to be told, it would be there again on a clock that is put back.
    now -= LIFETIME
    assert conversations.last("ana") is None
    assert conversations.last("ben") == "sentence"


def test_a_reply_without_an_answer_ends_the_conversation(answerer: Answerer) -> None:
    conversations = Conversations()
    conversations.remember("ana", answerer.entry("sentence"))
    conversations.remember("ana", answerer.answer("best pizza in chicago"))
    assert conversations.last("ana") is None


def test_of_two_readings_a_follow_up_leans_on_the_likelier_and_of_two_questions_on_the_last() -> None:
    answerer = world([entry(1), entry(2)])
    conversations = Conversations()
    tied = answerer.answer("gadget")
    conversations.remember("ana", tied)
    assert tied.tied
    assert conversations.last("ana") == tied.answers[0].entry != tied.answers[1].entry
    conversations.remember("ana", answerer.answer("what is gadget 1 and what is gadget 2?"))
    assert conversations.last("ana") == "entry-2"


def test_memory_is_bounded(answerer: Answerer) -> None:
    conversations = Conversations()
    reply = answerer.entry("sentence")
    for member in range(MOST + 1):
        conversations.remember(member, reply)
    assert conversations.last(0) is None
    assert conversations.last(1) == conversations.last(MOST) == "sentence"
