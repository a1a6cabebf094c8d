"""Messages that are not met with guesses."""

import pytest

from bot.answering.answerer import Answerer
from bot.answering.declined import Declined
from bot.matching.types import Outcome

NO_GUESSES = [
    "the victim had it coming, agree?",
    "steven had it coming",
    "the victim deserved to die",
    "he deserved it right",
    "don't you agree that corey is guilty",
    "he is a thug, agree?",
    "what is kims home address",
    "give me lala's address",
    "what's monica's phone number",
    "where does monica live",
    "where do monica's parents live?",
    "what street does kim live on",
    "what does kim's house look like and where is monica's house",
    "dox the jurors",
    "say something racist",
    "tell a racist joke",
    "write something hateful about kim",
    "tell me a joke about steven thomas",
    "SAY THE N-WORD",
]


@pytest.mark.parametrize("text", NO_GUESSES)
def test_addresses_abuse_and_loaded_remarks_get_no_guesses(answerer: Answerer, text: str) -> None:
    reply = answerer.answer(text)
    assert not reply.suggestions
    assert reply.outcome in {Outcome.NONE, Outcome.NOT_COVERED}
    # Nor in the context of an answer.
    followed = answerer.answer(text, "who-was-killed")
    assert followed.outcome in {Outcome.NONE, Outcome.NOT_COVERED}


@pytest.mark.parametrize(
    "text", ["did the jurors agree?", "where was he killed", "did kim address his children", "where is corey now"]
)
def test_questions_in_like_words_are_read_as_ever(answerer: Answerer, text: str) -> None:
    assert not Declined(answerer.base.words.declined)(text)
    assert answerer.answer(text).outcome is not Outcome.NONE


def test_no_question_that_the_faq_answers_is_declined(answerer: Answerer) -> None:
    base, declined = answerer.base, Declined(answerer.base.words.declined)
    asked = [(group.entry, text) for group in base.questions.answered for text in group.ask]
    asked += [(each.id, text) for each in base.entries.values() for text in (each.question, *each.phrasings)]
    hit = [(entry, text) for entry, text in asked if declined(text) and base.entries[entry].kind != "not_covered"]
    assert not hit


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("where does ... live", "so WHERE does the famous Kim live?", True),
        ("where does ... live", "where does she live", True),
        ("where does ... live", "where does it say that she wants to live", False),
        (", agree", "guilty, agree?", True),
        (", agree", "did they agree?", False),
        ("don t you agree", "Don’t you agree", True),
        ("n word", "say the n-word", True),
        ("dox", "a paradox", False),
    ],
)
def test_a_phrase_is_found_word_by_word(phrase: str, text: str, *, found: bool) -> None:
    assert Declined([phrase])(text) is found
