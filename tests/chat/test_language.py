"""The languages of members, as they meet them."""

from tests.chat.conftest import Town


async def test_a_question_in_another_language_gets_one_polite_line(town: Town) -> None:
    english = "I only understand questions in English. Please ask me again in English."
    assert (await town.say(f"{town.me} wie alt war das opfer eigentlich?")).text == english


async def test_and_the_same_in_that_language_where_the_bot_speaks_it(town: Town) -> None:
    answer = await town.say(f"{town.me} ¿quién mató al chico de dieciséis años?")
    assert answer.text.splitlines() == [
        "I only understand questions in English. Please ask me again in English.",
        "Solo entiendo preguntas en inglés. Pregúntame otra vez en inglés, por favor.",
    ]
