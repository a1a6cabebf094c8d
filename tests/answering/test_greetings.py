"""Messages that ask nothing, told from questions; hello and thanks, taken off them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.answering.greetings import Courtesy, courtesy, courtesy_to_return, without_courtesies


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hi!!", Courtesy.HELLO),
        ("  good   morning :)", Courtesy.HELLO),
        ("buenos dias", Courtesy.HELLO),
        ("Thanks!", Courtesy.THANKS),
        ("¡Muchas gracias!", Courtesy.THANKS),
        ("ok cool, thanks", Courtesy.THANKS),
        ("Oh wow. Got it, thank you so much!", Courtesy.THANKS),
        ("vale, gracias", Courtesy.THANKS),
        ("thanks for the help!", Courtesy.THANKS),
        ("great, thank you so much, you're the best <3", Courtesy.THANKS),
        ("gracias por tu ayuda", Courtesy.THANKS),
        ("thanks, bye", Courtesy.THANKS),
        ("Good night!", Courtesy.GOODBYE),
        ("ok, see you later", Courtesy.GOODBYE),
        ("adiós", Courtesy.GOODBYE),
        ("ok hi", Courtesy.HELLO),
        ("ok cool", Courtesy.ACKNOWLEDGMENT),
        ("lol", Courtesy.ACKNOWLEDGMENT),
        ("Never mind.", Courtesy.ACKNOWLEDGMENT),
        ("vale, genial", Courtesy.ACKNOWLEDGMENT),
        ("SHUT UP", Courtesy.REBUKE),
        ("ok, that didn't help", Courtesy.REBUKE),
        ("who are you?", Courtesy.ABOUT_THE_BOT),
        ("hi, what can you do", Courtesy.ABOUT_THE_BOT),
        ("¿quién eres?", Courtesy.ABOUT_THE_BOT),
        ("for that", None),
        ("ok who was killed", None),
        ("who are you with", None),
        ("thanks for the sources he gave", None),
        ("ok " * 40 + "who was killed", None),
        ("hi, who was killed?", None),
        ("history", None),
        ("", None),
        ("!?", None),
    ],
)
def test_a_message_that_asks_nothing_is_known(text: str, kind: Courtesy | None) -> None:
    assert courtesy(text) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hello", Courtesy.HELLO),
        ("ok", Courtesy.ACKNOWLEDGMENT),
        ("\N{THUMBS UP SIGN}", Courtesy.ACKNOWLEDGMENT),
        ("who was killed", None),
    ],
)
@pytest.mark.parametrize("answered", [False, True])
def test_a_courtesy_gets_one_in_return(text: str, kind: Courtesy | None, *, answered: bool) -> None:
    assert courtesy_to_return(text, lambda _: answered) is kind


def test_the_faq_answers_what_it_can_about_the_bot() -> None:
    assert courtesy_to_return("who are you", lambda _: False) is Courtesy.ABOUT_THE_BOT
    assert courtesy_to_return("who are you", lambda _: True) is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Hi, who was killed? Thanks!", "who was killed?"),
        ("hey bot, good morning: who was killed", "who was killed"),
        ("¡Buenos días! who was killed, ¡muchas gracias! :)", "who was killed"),
        ("buenos dias, who was killed", "who was killed"),
        ("his history, thx", "his history"),
        ("thankless and hidden", "thankless and hidden"),
        ("hello", "hello"),
        ("thanks!", "thanks!"),
        ("did she say thanks to him", "did she say thanks to him"),
    ],
)
def test_courtesies_are_taken_off_both_ends(text: str, question: str) -> None:
    assert without_courtesies(text).strip(" ") == question


@given(st.text())
def test_of_any_text_a_part_stays(text: str) -> None:
    rest = without_courtesies(text)
    assert rest in text
    assert bool(rest) is bool(text)
    assert any(map(str.isalnum, rest)) or rest == text


@pytest.mark.parametrize("polite", ["hi, {}", "Hey bot {}", "good evening! {} thanks", "{}, thank you so much!"])
def test_a_polite_question_gets_the_answer_of_a_plain_one(answerer: Answerer, polite: str) -> None:
    for entry in answerer.base.entries.values():
        assert answerer.answer(polite.format(entry.question)).answers == answerer.answer(entry.question).answers
