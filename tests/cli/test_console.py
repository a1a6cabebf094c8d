"""Replies as the terminal shows them."""

from rich.console import Console

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
