"""Commands that answer in the terminal: chat and ask."""

import argparse
import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli.common import (
    CommandError,
    Subcommands,
    build_answerer,
    command_here,
    command_line,
    print_plain,
    written_path,
)
from bot.cli.output import Terminal, machine_output
from bot.config import Settings
from bot.knowledge.model import Subject

if TYPE_CHECKING:
    from bot.answering.answerer import Answerer

_ABOUT: Final = {
    Subject.CASE: "the case",
    Subject.PROJECT: "the project",
    Subject.CLUB: "the club",
    Subject.RULES: "the rules",
    Subject.EVENT: "the event",
}

_STANDARD_INPUT: Final = Path("-")

_HELP: Final = (
    "Ask in your own words, such as: {example}\nIf suggestions have numbers, type one. quit or Ctrl-D leaves.\n"
    "To change answers, edit the files in {folder}/faq, and check them: {check}\n"
    "casebot --help lists what else the command does."
)


class _Word(Enum):
    """What a word does that is no question."""

    HELP = auto()
    END = auto()


_WORDS: Final = {
    **dict.fromkeys(("help", "h", "?", "help me", "commands"), _Word.HELP),
    **dict.fromkeys(("quit", "exit", "q", "bye", "goodbye", "leave", "end", "quit()", "exit()"), _Word.END),
}


def add(commands: Subcommands) -> None:
    """Add this group's commands to the command line."""
    chat = commands.add_parser("chat", help="ask in the terminal", description="Ask in the terminal; no token needed.")
    chat.set_defaults(command=_chat)

    ask = commands.add_parser("ask", help="ask one question", description="Ask one question, or pipe in one per line.")
    ask.add_argument("question", nargs="*", help="the question; without it, questions are read from standard input")
    ask.add_argument("--explain", action="store_true", help="show how the question was matched")
    form = ask.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object per question")
    form.add_argument(
        "--batch",
        type=written_path,
        metavar="FILE",
        help="JSON Lines of {id, text} in (- for standard input), answers out",
    )
    ask.set_defaults(command=_ask)


def _chat(_: argparse.Namespace, settings: Settings) -> int:
    return converse(settings)


def converse(settings: Settings, *, show_one: bool = False) -> int:
    """Answer what is typed until it ends, and return the exit status.

    Args:
        settings: name the knowledge folder.
        show_one: whether to begin with an answer, to show what one is like.
    """
    with contextlib.suppress(ImportError):  # Windows doesn't have it: there, the arrow keys don't work
        import readline  # noqa: F401, PLC0415 (its import gives input() line editing and history)

    from bot.answering.choice import picked_number  # noqa: PLC0415 (commands that answer nothing don't need them)
    from bot.answering.corrections import noted  # noqa: PLC0415 (as above)
    from bot.cli import console  # noqa: PLC0415 (as above)

    answerer = noted(settings.knowledge, build_answerer(settings))
    terminal = Terminal()
    case = answerer.base.case
    terminal.print(case.title, style="bold")
    terminal.print(f"{case.disclaimer}\nAsk a question, or leave with Ctrl-D.")
    suggested: list[str] = []
    previous = None
    if show_one:
        example = _example(answerer)
        terminal.print(f"\n> {example}")
        terminal.print(console.render(answerer.answer(example), answerer.base))
    while True:
        try:
            typed = terminal.input("\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            terminal.print()
            return 0
        if not typed:
            continue
        match _WORDS.get(typed.casefold().lstrip("/!:").rstrip(".!") or typed):
            case _Word.END:
                return 0
            case _Word.HELP:
                check = command_line(settings.knowledge, "check")
                terminal.print(_HELP.format(example=_example(answerer), folder=settings.knowledge, check=check))
                continue
        if picked := picked_number(typed, len(suggested)):
            reply = answerer.entry(suggested[picked - 1])
        elif remark := _remark(typed, answerer):
            terminal.print(remark)
            continue
        else:
            reply = answerer.answer(typed, previous)
        previous = reply.latest
        terminal.print(console.render(reply, answerer.base), crop=False)
        suggested = [suggestion.entry for suggestion in reply.suggestions]
        if suggested:
            terminal.print("Type its number, or ask another way.", style="dim")


def _remark(typed: str, answerer: "Answerer") -> str | None:
    """Return what to say to a message that asks nothing of the FAQ; None if it may ask something."""
    from bot.answering.greetings import Courtesy, courtesy_to_return  # noqa: PLC0415 (as above)

    about = f"Ask me something about {_ABOUT[answerer.base.case.kind]}."
    remarks = {
        Courtesy.HELLO: f"Hello! {about}",
        Courtesy.THANKS: "You're welcome.",
        Courtesy.GOODBYE: "Goodbye! Ctrl-D leaves.",
        Courtesy.REBUKE: f"Sorry I couldn't help. {about}",
        Courtesy.ABOUT_THE_BOT: f"I find answers in a FAQ that moderators keep. {about}",
        Courtesy.ACKNOWLEDGMENT: about,
    }
    said = courtesy_to_return(typed, lambda text: bool(answerer.answer(text).answers))
    return remarks[said] if said else None


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from bot.answering.corrections import noted  # noqa: PLC0415 (as above)
    from bot.answering.json_form import as_json  # noqa: PLC0415 (as above)
    from bot.cli import batch, console  # noqa: PLC0415 (as above)

    answerer = build_answerer(settings)
    if options.batch is not None:
        with _lines(options.batch) as lines:
            batch.run(answerer, lines, machine_output())
        return 0
    answerer = noted(settings.knowledge, answerer)
    terminal = Terminal()
    for question in _questions(options, answerer):
        reply = answerer.answer(question)
        if options.json:
            machine_output().write(json.dumps(as_json(reply), ensure_ascii=False) + "\n")
        else:
            terminal.print(console.render(reply, answerer.base), crop=False)
        if options.explain:
            explained = Terminal(stderr=True) if options.json else terminal
            for decision in reply.decisions:
                explained.print(console.explain(decision, question, answerer.base))
    return 0


def _example(answerer: "Answerer") -> str:
    """Return a question that the knowledge base answers."""
    return next(iter(answerer.base.entries.values())).question


def _questions(options: argparse.Namespace, answerer: "Answerer") -> Iterable[str]:
    if options.question:
        return [" ".join(options.question)]
    if sys.stdin.isatty():
        terminal = Terminal(stderr=True)
        try:
            typed = terminal.input("Your question: ").strip()
        except EOFError:
            terminal.print()
            typed = ""
        if typed:
            return [typed]
        ask, chat = command_here(options, "ask"), command_here(options, "chat")
        message = f'Ask something: {ask} "{_example(answerer)}"\nTo ask several questions: {chat}'
        raise CommandError(message)
    return (line.strip() for line in sys.stdin if line.strip())


@contextlib.contextmanager
def _lines(file: Path) -> Iterator[Iterable[bytes]]:
    from bot.cli import batch  # noqa: PLC0415 (as above)

    if file == _STANDARD_INPUT:
        if sys.stdin.isatty():
            print_plain('Type one {"id": "...", "text": "..."} per line; Ctrl-D ends.', sys.stderr)
        yield batch.read_lines(sys.stdin.buffer)
        return
    with file.open("rb") as opened:
        yield batch.read_lines(opened)
