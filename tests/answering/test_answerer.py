"""What the one door gives, whatever the surface."""

import gc
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.answerer import MAX_TYPED, Answerer
from bot.answering.reply import Reply
from bot.knowledge.load import load
from bot.knowledge.model import Kind
from bot.matching.types import Outcome, ReasonCode
from tests.places import HARBOUR


@pytest.fixture(scope="module")
def harbour() -> Answerer:
    return Answerer(load(HARBOUR))


def test_a_plain_question_gets_its_cited_answer(answerer: Answerer) -> None:
    reply = answerer.answer("who was killed?")
    assert reply.outcome is Outcome.ANSWER
    (answer,) = reply.answers
    assert answer.question == "Who was killed?"
    assert str(answer.statements[0]) == "Steven Thomas was killed; he was 16 [1]."
    assert [citation.passage.id for citation in reply.citations] == ["p2", "p6a"]


def test_the_same_message_is_looked_up_once(answerer: Answerer) -> None:
    assert answerer.answer("who was killed?!?") is answerer.answer("who was killed?!?")
    assert answerer.answer("and when was that?", "who-was-killed") != answerer.answer("and when was that?")


def test_what_a_reload_replaces_is_gone_at_once() -> None:
    old = Answerer(load(HARBOUR), lexical_only=True)
    old.answer("who was killed?")
    old.without({"ladder"}).answer("who was killed?")
    matcher = weakref.ref(old.matcher)
    gc.disable()
    try:
        del old
        assert matcher() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "message",
    [
        "We discussed this in class today. {}",
        "My wife and I disagree: {}",
        "dumb question but {}",
        "my friend wants to know {}",
        "{} thank you in advance",
    ],
)
@pytest.mark.parametrize("question", ["how old was the boy?", "how did the jury vote?", "which prison is he in?"])
def test_what_is_said_around_a_question_does_not_change_its_answer(
    answerer: Answerer, message: str, question: str
) -> None:
    assert answerer.answer(message.format(question)).answers == answerer.answer(question).answers != ()


@pytest.mark.parametrize("stranger", ["YNW Melly trial.", "adnan syed.", "We watched the film about Tupac."])
def test_a_question_about_somebody_else_is_not_taken_from_its_message(answerer: Answerer, stranger: str) -> None:
    assert answerer.answer("how did the jury vote?").answers
    assert not answerer.answer(f"{stranger} how did the jury vote?").answers


def test_a_claim_names_who_makes_it(answerer: Answerer) -> None:
    (answer,) = answerer.answer("how did the jury vote").answers
    assert answer.kind is Kind.CLAIM
    assert answer.attributed_to == ("Kim Kardashian West", "Monica Denise")
    assert "10-2" in answer.plain


def test_what_the_article_does_not_say_is_said_to_be_so(answerer: Answerer) -> None:
    reply = answerer.answer("which prison is corey miller in")
    assert reply.outcome is Outcome.NOT_COVERED
    assert reply.answers[0].plain.startswith("The article does not name a prison.")


@pytest.mark.parametrize("question", ["", "   ", "?!", "\u200b", "best pizza in chicago", "asdkjh qwe"])
def test_what_the_faq_does_not_know_is_not_answered(answerer: Answerer, question: str) -> None:
    assert not answerer.answer(question).answers


@pytest.mark.parametrize(
    ("message", "entries"),
    [
        ("who was killed and when?", ["who-was-killed", "when-was-he-killed"]),
        ("how old was the victim? and what sentence did corey miller get?", ["victim-age", "sentence"]),
        ("who was the judge, and which prison is he in?", ["judge", "which-prison"]),
        (
            "When was he born? Who is Steven Thomas? What sentence did he get?",
            ["corey-age", "who-was-steven-thomas", "sentence"],
        ),
        ("who was killed, when and where?", ["who-was-killed", "when-was-he-killed", "where-was-he-killed"]),
        ("wat hashtag do we tweet abt corey? her heart goes out to who?", ["hashtag", "message-to-family"]),
    ],
)
def test_several_questions_in_one_message_get_an_answer_each(
    answerer: Answerer, message: str, entries: list[str]
) -> None:
    reply = answerer.answer(message)
    assert [answer.entry for answer in reply.answers] == entries
    numbers = [n for answer in reply.answers for statement in answer.statements for n in statement.numbers]
    assert set(numbers) == {citation.number for citation in reply.citations}
    assert [citation.number for citation in reply.citations] == list(range(1, len(reply.citations) + 1))


def test_of_many_questions_in_one_message_three_are_answered_and_the_rest_offered(answerer: Answerer) -> None:
    asked = "who was killed? what sentence did corey miller get? who was the judge? which prison is he in?"
    reply = answerer.answer(asked)
    assert reply.entries == ("who-was-killed", "sentence", "judge")
    assert [each.entry for each in reply.suggestions] == ["which-prison"]
    fewer = answerer.without({"sentence"}).answer(asked)
    assert (fewer.entries, fewer.stopped) == (("who-was-killed", "judge", "which-prison"), ("sentence",))
    assert not fewer.suggestions


def test_what_is_unclear_of_several_questions_is_not_answered(answerer: Answerer) -> None:
    asked = (f"{text.rstrip('?')}?" for group in answerer.base.questions.answered for text in group.ask)
    unclear = next(text for text in asked if answerer.answer(text).outcome is Outcome.SUGGEST)
    for other in ("best pizza in chicago?", unclear):
        reply = answerer.answer(f"who was killed? {other} what sentence did corey miller get?")
        assert reply.entries == ("who-was-killed", "sentence")
        assert [each.entry for each in reply.suggestions] == [
            each.entry for each in answerer.answer(other).suggestions if each.entry not in reply.entries
        ]


def test_marks_of_several_sources_are_numbered_in_order(harbour: Answerer) -> None:
    reply = harbour.entry("what-was-taken")
    assert " ".join(map(str, reply.answers[0].statements)) == "A painting [1]. The director calls it priceless [2]."
    assert [(c.source.id, c.passage.id, c.speaker) for c in reply.citations] == [
        ("report", "n1", None),
        ("letter", "n1", None),
    ]
    assert [(link.entry, link.question) for link in reply.answers[0].related] == [("who-saw-it", "Who saw the thief?")]


def test_an_entry_that_is_gone_is_a_key_error(harbour: Answerer) -> None:
    with pytest.raises(KeyError):
        harbour.entry("gone")


def test_completion_lists_questions_that_fit(harbour: Answerer) -> None:
    assert [link.entry for link in harbour.complete("")] == ["what-was-taken", "who-saw-it", "ladder"]
    assert harbour.complete("guard")[0].question == "Who saw the thief?"
    assert len(harbour.complete("the", limit=1)) <= 1


def test_completion_looks_at_no_more_than_a_choice_can_hold(harbour: Answerer) -> None:
    typed = "what has the thief taken from the pier " * 200
    assert harbour.complete(typed) == harbour.complete(typed[:MAX_TYPED])
    assert harbour.complete(typed[:MAX_TYPED] + " who saw it" * 500) == harbour.complete(typed[:MAX_TYPED])


def test_texts_beside_the_faq_are_cited_too(harbour: Answerer) -> None:
    base = harbour.base
    cited, citations = harbour.cite(base.case.summary, base.people["ada-voss"].role, base.events[0].what)
    assert [str(statement) for (statement,) in cited] == [
        "A painting was taken from the Harbour Museum in 1998 [1].",
        "Night guard of the museum [2].",
        "The painting disappears [1].",
    ]
    assert [(citation.passage.id, citation.speaker) for citation in citations] == [("n1", None), ("n2", "Ada Voss")]


def test_every_entry_gives_a_reply_whose_marks_all_resolve(answerer: Answerer) -> None:
    for entry in answerer.base.entries:
        reply = answerer.entry(entry)
        numbers = {n for statement in reply.answers[0].statements for n in statement.numbers}
        assert numbers == {citation.number for citation in reply.citations}


@settings(max_examples=150)
@given(st.text(max_size=4_000))
def test_any_message_gets_a_reply(harbour: Answerer, text: str) -> None:
    reply = harbour.answer(text)
    assert isinstance(reply, Reply)
    assert bool(reply.answers) == (reply.outcome in {Outcome.ANSWER, Outcome.NOT_COVERED})
    assert bool(reply.suggestions) == (reply.outcome is Outcome.SUGGEST)
    assert 0 <= reply.score <= 1


def test_a_stopped_entry_is_never_shown_and_nothing_is_shown_instead(answerer: Answerer) -> None:
    for group in answerer.base.questions.answered:
        served = answerer.without({group.entry})
        for question in group.ask[:2]:
            before, now = answerer.answer(question), served.answer(question)
            shown = [answer.entry for answer in now.answers] + [suggestion.entry for suggestion in now.suggestions]
            linked = [link.entry for each in now.answers for link in each.related]
            assert group.entry not in [*shown, *linked], question
            if [each.entry for each in before.answers] == [group.entry]:
                assert (now.outcome, now.answers, now.stopped) == (Outcome.NONE, (), (group.entry,)), question


def test_a_follow_up_to_a_stopped_entry_leads_nowhere_else(answerer: Answerer) -> None:
    before = answerer.answer("and when was that?", "who-was-killed")
    (entry,) = (each.entry for each in before.answers)
    now = answerer.without({entry}).answer("and when was that?", "who-was-killed")
    assert (now.answers, now.stopped) == ((), (entry,))


def test_of_two_readings_the_one_that_is_left_is_only_suggested(answerer: Answerer) -> None:
    asked = (text for group in answerer.base.questions.answered for text in group.ask)
    question, tied = next((text, reply) for text in asked if (reply := answerer.answer(text)).tied)
    first, second = (each.entry for each in tied.answers)
    for gone, left in ((first, second), (second, first)):
        reply = answerer.without({gone}).answer(question)
        assert (reply.outcome, [each.entry for each in reply.suggestions]) == (Outcome.SUGGEST, [left])
    assert answerer.without({first, second}).answer(question).stopped == (first, second)


def test_a_choice_of_which_nothing_is_left_is_no_choice(answerer: Answerer) -> None:
    asked = (text for group in answerer.base.questions.answered for text in group.ask)
    replies = ((text, answerer.answer(text)) for text in asked)
    question, unclear = next((text, reply) for text, reply in replies if reply.outcome is Outcome.SUGGEST)
    offered = [each.entry for each in unclear.suggestions]
    assert [each.entry for each in answerer.without(offered[:1]).answer(question).suggestions] == offered[1:]
    reply = answerer.without(offered).answer(question)
    assert (reply.outcome, reply.suggestions, reply.stopped) == (Outcome.NONE, (), ())


def test_what_is_stopped_leaves_the_rest_as_it_was(answerer: Answerer) -> None:
    served = answerer.without({"who-was-killed", "no such entry"})
    assert served.base.entries.keys() == answerer.base.entries.keys() - {"who-was-killed"}
    assert served.matcher is answerer.matcher
    assert len(served.complete("who was kil", 25)) == 25
    assert "who-was-killed" in answerer.base.entries
    assert served.entry("who-was-killed").stopped == ("who-was-killed",)
    with pytest.raises(KeyError):
        served.entry("no such entry")


def test_a_message_that_is_clear_as_one_question_is_not_answered_as_two(answerer: Answerer) -> None:
    reply = answerer.answer("The family of the dead boy, what says Kim to them?")
    assert [answer.entry for answer in reply.answers] == ["message-to-family"]


def test_beside_an_answer_that_is_in_some_doubt_stands_what_else_may_be_meant(answerer: Answerer) -> None:
    asked = [text for group in answerer.base.questions.answered for text in group.ask]
    replies = [(text, answerer.answer(text)) for text in asked]
    question, doubted = next((text, reply) for text, reply in replies if reply.answers and len(reply.suggestions) > 1)
    (answer,) = doubted.answers
    first, second = (each.entry for each in doubted.suggestions)
    assert answer.entry not in {first, second}
    assert doubted.score > doubted.suggestions[0].score >= doubted.suggestions[1].score
    left = answerer.without({first}).answer(question)
    assert (left.entries, [each.entry for each in left.suggestions]) == ((answer.entry,), [second])
    assert answerer.without({answer.entry}).answer(question).suggestions == ()
    beyond_doubt = [reply for _, reply in replies if reply.answers and not reply.suggestions]
    assert len(beyond_doubt) > len(replies) / 2


def test_what_a_follow_up_may_mean_instead_is_never_the_answer_before(answerer: Answerer) -> None:
    asked = [(entry, text) for entry in answerer.base.entries for text in ("why", "when was that", "who said so")]
    replies = [(entry, answerer.answer(text, entry)) for entry, text in asked]
    followed = [
        (entry, [each.entry for each in reply.suggestions])
        for entry, reply in replies
        if reply.suggestions and reply.decisions[0].explanation.reason.code is ReasonCode.FOLLOW_UP
    ]
    assert followed
    assert not [entry for entry, meant in followed if entry in meant]
