"""The command that begins a knowledge base: five questions in a terminal, a commented example elsewhere."""

import argparse
import datetime as dt
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli import ask, exchange
from bot.cli.common import Subcommands, print_plain, written_path
from bot.config import Settings
from bot.errors import CasebotError, describe_os_error
from bot.escaping import escaped, visible
from bot.knowledge import scaffold

if TYPE_CHECKING:
    from bot.importing.faq import Faq

_BY_FILE: Final = "as the file says"
_TITLE: Final = "1/5 What is it about, such as Riverside Chess Club"
_SUBJECTS: Final = ("project", "club", "rules", "event", "case")
_SUBJECT: Final = f"2/5 What kind of thing is that: {', '.join(_SUBJECTS)}"
_LANGUAGE: Final = "3/5 The language of questions and answers, as two letters"
_FILE: Final = "4/5 A FAQ to import (Markdown, CSV, HTML or a folder), or Enter to start with an example"
_TOPICS: Final = "5/5 Topics to browse by, separated by commas, besides those in the file"


def add(commands: Subcommands) -> None:
    """Add the command to the command line."""
    init = commands.add_parser(
        "init",
        help="create a FAQ of your own",
        description="Create a FAQ of your own. In a terminal, you answer five questions and the bot can answer right "
        "away; elsewhere, you get a commented example of each file to replace.",
    )
    init.add_argument("folder", type=written_path, metavar="DIR", help="a folder that doesn't exist yet or is empty")
    init.set_defaults(command=_init, needs_knowledge=False)


def _init(options: argparse.Namespace, settings: Settings) -> int:
    folder = options.folder
    scaffold.check_empty(folder)
    if sys.stdin.isatty():
        try:
            return _ask_and_begin(folder, settings)
        except EOFError:
            print_plain("\nNothing was written.", sys.stderr)
            return CasebotError.exit_status
    _begin_with_example(folder)
    return 0


def _begin_with_example(folder: Path) -> None:
    scaffold.init(folder, dt.datetime.now(dt.UTC).date())
    print_plain(
        f"{folder} holds a small made-up FAQ. Replace it with your own. Check it with\n"
        f"casebot --knowledge {folder} check\nand ask it with\ncasebot --knowledge {folder} chat"
    )


def _ask_and_begin(folder: Path, settings: Settings) -> int:
    """Ask what a base is about, begin it, and answer from it.

    Raises:
        EOFError: the input has ended before the last answer.
    """
    from bot.importing.skeleton import Opening  # noqa: PLC0415 (parsers that few commands need)

    print_plain("Five questions, and the bot is ready. Press Enter to accept what's in [brackets].")
    title = _typed(_TITLE, _BY_FILE)
    subject = _typed(_SUBJECT, _SUBJECTS[0], lambda text: text in _SUBJECTS)
    language = _typed(_LANGUAGE, _BY_FILE, lambda text: re.fullmatch("[a-z]{2}", text) is not None)
    faq = _file()
    topics = [
        topic for part in _typed(_TOPICS, "none").split(",") if (topic := visible(part.strip())) and topic != "none"
    ]
    if faq is None:
        _begin_with_example(folder)
    else:
        says = Opening.of([faq])
        opening = Opening(
            title=says.title if title == _BY_FILE else visible(title),
            language=says.language if language == _BY_FILE else language,
            topics=tuple(filter(None, topics)),
            subject=subject,
        )
        exchange.write(exchange.preview([faq], folder, opening))
    return ask.converse(settings.model_copy(update={"knowledge": folder, "knowledge_git": None}), show_one=True)


def _file() -> "Faq | None":
    """Ask for a file to import, until one can be; return None for none."""
    while typed := _typed(_FILE, ""):
        try:
            (faq,) = exchange.read_faqs([written_path(typed.strip("'\""))])
        except OSError as error:
            print_plain(describe_os_error(error), sys.stderr)
        except CasebotError as error:
            print_plain(str(error), sys.stderr)
        else:
            return faq
    return None


def _typed(what: str, default: str, fits: Callable[[str], bool] = bool) -> str:
    """Return what is typed, or the default for an empty line; ask again for what does not fit."""
    while True:
        typed = input(escaped(f"{what}{f' [{default}]' if default else ''}: ")).strip()
        if not typed:
            return default
        if fits(typed):
            return typed
        print_plain(
            "That isn't one of them." if what == _SUBJECT else "Two small letters, such as en or es.", sys.stderr
        )
