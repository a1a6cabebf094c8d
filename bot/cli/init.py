"""The command that begins a knowledge base: five questions in a terminal, a commented example elsewhere."""

import argparse
import datetime as dt
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli import ask, exchange, new, source
from bot.cli.common import InputEndedError, Subcommands, article_text, command_line, print_plain, typed, written_path
from bot.config import Settings
from bot.errors import CasebotError, describe_os_error
from bot.escaping import visible
from bot.i18n.dates import language_code
from bot.knowledge import scaffold
from bot.knowledge.load import load
from bot.knowledge.model import Subject
from bot.knowledge.source_text import draft_source
from bot.knowledge.splitting import SplitText, split
from bot.plurals import counted

if TYPE_CHECKING:
    from bot.importing.faq import Faq
    from bot.importing.skeleton import Opening

_BY_FILE: Final = "as the file says"
_TITLE: Final = "1/5 What is it about, such as Riverside Chess Club"
_SUBJECTS: Final = ("project", "club", "rules", "event", "case")
_SUBJECT: Final = f"2/5 What kind of thing is it: {', '.join(_SUBJECTS)}"
_LANGUAGE: Final = "3/5 The language of questions and answers, such as English or en"
_FILE: Final = "4/5 A FAQ (Markdown, CSV, HTML or a folder) or a text to answer from, or Enter to begin without"
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
        return _ask_and_begin(folder, settings)
    _begin_with_example(folder)
    return 0


def _begin_with_example(folder: Path) -> None:
    scaffold.init(folder, dt.datetime.now(dt.UTC).date())
    print_plain(
        f"{folder} holds a small made-up FAQ. Replace it with your own. Check it with\n"
        f"{command_line(folder, 'check')}\nand ask it with\n{command_line(folder, 'chat')}"
    )


def _ask_and_begin(folder: Path, settings: Settings) -> int:
    """Ask what a base is about, begin it, and answer from it.

    Raises:
        InputEndedError: the input has ended before the last answer.
    """
    print_plain("Five questions, and the bot is ready. Press Enter to accept what's in [brackets].")
    title = typed(_TITLE, _BY_FILE)
    subject = Subject(typed(_SUBJECT, _SUBJECTS[0], lambda text: text in _SUBJECTS, "That isn't one of them."))
    language = typed(
        _LANGUAGE,
        _BY_FILE,
        lambda text: language_code(text) is not None,
        "That isn't a language with a code of two letters. Type its name, or the code, such as en or es.",
    )
    material = _material()
    topics = tuple(
        topic for part in typed(_TOPICS, "none").split(",") if (topic := visible(part.strip())) and topic != "none"
    )
    says = _opening(material, folder)
    opening = replace(
        says,
        title=says.title if title == _BY_FILE else visible(title),
        language=says.language if language == _BY_FILE else language_code(language) or says.language,
        topics=topics,
        subject=subject,
    )
    if isinstance(material, _Text):
        if not _begin_with_text(folder, material, opening):
            return 0
    elif material is None:
        _begin_with_own(folder, opening)
    else:
        exchange.write(exchange.preview([material], folder, opening))
    return ask.converse(settings.model_copy(update={"knowledge": folder, "knowledge_git": None}), show_one=True)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to split into passages."""

    path: Path
    content: str
    parts: SplitText


def _material() -> "Faq | _Text | None":
    """Ask for a file to begin with, until one can be used, and say what it was taken for; return None for none."""
    while name := typed(_FILE, "").strip("'\""):
        try:
            return _taken_for(written_path(name))
        except OSError as error:
            print_plain(describe_os_error(error), sys.stderr)
        except CasebotError as error:
            print_plain(str(error), sys.stderr)
    return None


def _taken_for(path: Path) -> "Faq | _Text":
    """Read a file as what it is: a FAQ, or a text whose headings, if it has any, don't ask.

    Raises:
        CasebotError: it can be neither.
        OSError: it cannot be read.
    """
    from bot.importing import files  # noqa: PLC0415 (parsers that few commands need)

    faq = files.read(path)
    if files.may_be_text(path) and 2 * faq.asking <= len(faq.rows):
        content = article_text(path)
        parts = split(content)
        passages = len(parts.passages)
        prompt = (
            f"{faq.file} has {counted(len(faq.rows), 'heading')}, {faq.asking} of them a question. Import each as one"
        )
        if passages and not (
            faq.rows and typed(f"{prompt}, y or n", "n", lambda text: text in {"y", "n"}, "Type y or n.") == "y"
        ):
            print_plain(f"{faq.file} is read as a text of {counted(passages, 'passage')} to answer from.")
            return _Text(path, content, parts)
    exchange.show([faq])
    return faq


def _opening(material: "Faq | _Text | None", folder: Path) -> "Opening":
    """Return what a file says of itself; without one, what the folder's name does."""
    from bot.importing import prose  # noqa: PLC0415 (as above)
    from bot.importing.skeleton import Opening  # noqa: PLC0415 (as above)

    if material is None:
        return Opening(visible(prose.titled(folder.name)))
    if isinstance(material, _Text):
        title = material.parts.title or prose.titled(material.path.stem)
        return Opening(visible(title), source.language(material.content))
    return Opening.of([material])


def _begin_with_own(folder: Path, opening: "Opening") -> None:
    """Begin a base with two questions that moderators then replace with their own."""
    from bot.importing.skeleton import first_questions  # noqa: PLC0415 (as above)

    exchange.write(exchange.preview([first_questions(opening)], folder, opening))
    print_plain(f"Replace the two questions with your own, in {folder / 'faq'}.")


def _begin_with_text(folder: Path, text: _Text, opening: "Opening") -> bool:
    """Begin a base with a text and its first entry; return whether there is one.

    Raises:
        InputEndedError: the input has ended before the text's date.
    """
    details = source.typed_details(text.content, opening.title, opening.subject, opening.language)
    draft = draft_source(text.content, details.date, details.language)
    source.begin_with(folder, opening, details, draft)
    mark = source.first_voice(draft)
    passage = text.parts.passages[0].text
    print_plain(f"\nPassage {mark} says: {passage}\nWrite the first entry from it. Others can follow at any time.")
    if _first_entry(folder, mark):
        return True
    print_plain(
        "There's nothing to ask yet. Write the first entry:\n"
        f"{source.new_command(folder, mark, load(folder))}\nand then ask it: {command_line(folder, 'chat')}"
    )
    return False


def _first_entry(folder: Path, mark: str) -> bool:
    """Ask for an entry until it is valid, and add it; return whether it was written."""
    from bot.importing import prose  # noqa: PLC0415 (as above)

    try:
        while question := typed("A question that members ask, or Enter to do it later", ""):
            answer = typed(f"Its answer, in your own words; [{mark}] is added")
            cited = answer if f"[{mark}" in answer else prose.cite(answer, f"[{mark}]")
            try:
                path = new.add_first_entry(folder, question, cited)
            except CasebotError as error:
                print_plain(str(error), sys.stderr)
                continue
            print_plain(f"{path} holds the entry.")
            return True
    except InputEndedError:
        print_plain("")
    return False
