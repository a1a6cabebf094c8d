"""Replies as the terminal shows them."""

from rich.console import Console

from bot.answering.answerer import Answerer
from bot.answering.reply import Reply
from bot.answering.wording import two_readings
from bot.cli.console import render
from tests.chat.worlds import entry, world


def test_of_two_readings_the_terminal_says_that_they_are_two() -> None:
    answerer = world([entry(1), entry(2)])
    reply = answerer.answer("gadget")
    assert reply.tied
    terminal = Console(width=80)
    with terminal.capture() as captured:
        terminal.print(render(reply, answerer.base))
    shown = captured.get()
    assert two_readings() in shown
    assert [answer.question in shown for answer in reply.answers] == [True, True]


def test_what_else_may_be_meant_stands_below_the_answer_with_numbers(
    answerer: Answerer, doubted: tuple[str, Reply]
) -> None:
    _, reply = doubted
    terminal = Console(width=200)
    with terminal.capture() as captured:
        terminal.print(render(reply, answerer.base))
    lines = captured.get().splitlines()
    at = lines.index("Meant something else?")
    numbered = [f"  {number}. {each.question}" for number, each in enumerate(reply.suggestions, start=1)]
    assert lines[at + 1 :] == numbered
