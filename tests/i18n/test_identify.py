"""Which language a message is in, as far as it matters: another than the FAQ's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.i18n import identify
from bot.i18n.identify import RECOGNIZED, other_language, warm_up
from bot.matching.types import Outcome
from tests.typing_slips import slipped


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿quién mató a steven thomas?", "es"),
        ("cuando fue arrestado corey miller", "es"),
        ("pourquoi kim kardashian l'aide maintenant", "fr"),
        ("wie alt war das opfer", "de"),
        ("por que a kim kardashian ajuda ele", "pt"),
        ("e' ancora in prigione?", "it"),
        ("waarom helpt kim kardashian hem", "nl"),
        ("кто убил этого мальчика?", "ru"),
        ("コーリー・ミラーは誰ですか", "ja"),
        # Words that are short forms in English.
        ("wer wurde in dem club getötet", "de"),
        ("wat is er met dat jongetje gebeurd", "nl"),
    ],
)
def test_a_question_in_another_language_gets_no_answer_by_chance(
    answerer: Answerer, question: str, language: str
) -> None:
    reply = answerer.answer(question)
    assert (reply.outcome, reply.language, reply.answers) == (Outcome.NONE, language, ())


def test_no_phrasing_is_taken_for_another_language(answerer: Answerer) -> None:
    """Nor with a slip of the finger in it."""
    texts = [text for entry in answerer.base.entries.values() for text in (entry.question, *entry.phrasings)]
    taken = [text for text in [*texts, *map(slipped, texts)] if answerer.other_language(answerer.matcher.read(text))]
    assert not taken


@pytest.mark.parametrize("text", ["", "corey miller", "kim?", "lol", "wtf bro", "hmm ok", "10-2", "🙂"])
def test_of_little_text_nothing_is_said(answerer: Answerer, text: str) -> None:
    assert answerer.other_language(answerer.matcher.read(text)) is None


@given(st.lists(st.text(min_size=1, max_size=20), max_size=30), st.booleans())
def test_it_answers_whatever_the_words_are(words: list[str], known: bool) -> None:  # noqa: FBT001 - given by hypothesis
    found = other_language(words, lambda _: known, "en")
    assert found is None or (found in RECOGNIZED and found != "en" and not known)


def test_once_warmed_up_nobody_waits_for_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    warm_up()
    monkeypatch.delattr(identify, "LanguageIdentifier")
    assert other_language(["wie", "alt", "war", "das", "opfer"], lambda _: False, "en") == "de"
