"""The ``casebot`` command. Each module beside has a subcommand, or several for the same users.

Subcommands import slow modules themselves: ``casebot ask`` does not wait for discord.py, and ``casebot check`` says
what the files hold before it imports numpy.
"""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from bot.cli import ask, check, exchange, init, new, run, schema, site, source, unanswered
from bot.cli.common import CommandError, InputEndedError, print_plain, written_path
from bot.cli.output import safe_streams
from bot.cli.version import ShowVersion
from bot.config import Settings, read_settings
from bot.errors import CasebotError, denied, describe_os_error
from bot.knowledge.folder import ITEM_FILES, NameKind, folder_digest, name_kind
from bot.knowledge.load import KnowledgeError
from bot.plurals import counted

_NEXT: Final = """\
what to do next:
  casebot chat                      ask the FAQ that comes with the bot
  casebot init DIR                  start a FAQ of your own with five questions
  casebot import FAQ.md --to DIR    import a FAQ you already have: Markdown, CSV or HTML
  casebot --knowledge DIR chat      ask your own FAQ
"""

_log: Final = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after ``casebot``; None for those of the process.

    Returns:
        The exit status: 0 for success, 1 for problems in the knowledge files or an unexpected error, 2 for a command
        that cannot be carried out, 130 for an interrupt. A subclass of CasebotError may define another.
    """
    with safe_streams():
        try:
            return _dispatch(_parsed(arguments))
        except KeyboardInterrupt:
            return 130
        except Exception as error:  # noqa: BLE001 (printed here, so that its traceback is escaped)
            return _report(error)


def _report(error: Exception) -> int:
    """Print the error that a command ended with, and return the exit status."""
    status = 1
    _discard_output()  # what was printed before the error comes before it
    if isinstance(error, KnowledgeError):
        print(error, file=sys.stderr)  # noqa: T201 (editors read file:line:column from plain lines)
        print_plain(f"The knowledge files have {counted(len(error.problems), 'problem')}, see above.", sys.stderr)
    elif isinstance(error, CasebotError):
        status = error.exit_status
        print_plain(str(error), sys.stderr)
    elif isinstance(error, InputEndedError):
        status = CasebotError.exit_status
        print_plain("\nNothing was written.", sys.stderr)
    elif isinstance(error, BrokenPipeError):  # The reader has ended (casebot export | head).
        pass
    elif isinstance(error, OSError):
        status = CasebotError.exit_status
        _log.debug("The system refused something", exc_info=error)
        print_plain(describe_os_error(error), sys.stderr)
    else:
        traceback.print_exception(error)
    return status


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    try:
        parser = _parser()
        if not (sys.argv[1:] if arguments is None else arguments):
            parser.print_help(sys.stderr)
            parser.exit(CasebotError.exit_status)
        return parser.parse_args(arguments)
    finally:
        sys.stdout.flush()  # --help and --version end here; as below


def _dispatch(options: argparse.Namespace) -> int:
    settings = _settings(options)
    command: Callable[[argparse.Namespace, Settings], int] = options.command
    status = command(options, settings)
    sys.stdout.flush()  # here, so that a failure is reported
    return status


def _discard_output() -> None:
    """Write buffered output, or else discard it. Otherwise, flushing it at exit would fail again, with a traceback."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="casebot",
        description="Answers a community's questions from a curated, cited FAQ.",
        epilog=_NEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=ShowVersion)
    parser.add_argument(
        "--knowledge", type=written_path, metavar="DIR", help="the folder with the knowledge files (CASEBOT_KNOWLEDGE)"
    )
    parser.set_defaults(needs_knowledge=True)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in (ask, init, exchange, check, new, unanswered, schema, source, site, run):
        group.add(commands)
    for command in _commands_in(parser):
        # Its place is before the command, where the help shows it; many people write it after.
        command.add_argument(
            "--knowledge", type=written_path, default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS
        )
    return parser


def _commands_in(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parsers of a parser's commands, and of the commands in those."""
    for action in parser._actions:  # noqa: SLF001 (argparse lists its commands nowhere else)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 (as above)
            for command in action.choices.values():
                yield command
                yield from _commands_in(command)


def _settings(options: argparse.Namespace) -> Settings:
    settings = read_settings()
    if options.knowledge:
        settings = settings.model_copy(update={"knowledge": options.knowledge, "knowledge_git": None})
    if options.needs_knowledge and not settings.knowledge.is_dir():
        message = f"There is no knowledge folder {settings.knowledge}. Set CASEBOT_KNOWLEDGE or --knowledge."
        raise CommandError(message)
    if options.needs_knowledge:
        _check_readable(settings.knowledge)
        names = ("faq", *(f"{each}.yaml" for each in ITEM_FILES))
        if not (settings.knowledge_git or any((settings.knowledge / name).exists() for name in names)):
            message = (
                f"{settings.knowledge} isn't a knowledge folder: it has neither case.yaml nor any other of its files. "
                "Name one with --knowledge or CASEBOT_KNOWLEDGE, or begin one with `casebot init`."
            )
            raise CommandError(message)
        if "knowledge" not in settings.model_fields_set:
            _name_another(settings.knowledge)
    return settings


def _name_another(folder: Path) -> None:
    """Say that the shipped FAQ is read if somebody who named none works in a folder with another one."""
    here = next((place for place in (Path(), Path("knowledge")) if (place / "case.yaml").is_file()), None)
    if here and not here.samefile(folder) and folder_digest(here) != folder_digest(folder):
        message = (
            f"This uses the FAQ that comes with casebot, not the one in {here.resolve().name}. To use that one: "
            f"casebot --knowledge {here} ..., or CASEBOT_KNOWLEDGE."
        )
        print_plain(message, sys.stderr)


def _check_readable(folder: Path) -> None:
    """Check that this user may read the knowledge files, so that all commands fail in the same way.

    Raises:
        OSError: a file or folder cannot be read; it has the error number and name that the system would give it.
    """
    for place in filter(Path.is_dir, (folder, folder / "faq")):
        files = [path for path in place.iterdir() if name_kind(path.name) is NameKind.READ]
        for path, right in ((place, os.R_OK | os.X_OK), *((file, os.R_OK) for file in files)):
            # A link that leads nowhere is a problem like others, if the file matters at all.
            if path.exists() and not os.access(path, right):
                raise denied(path)
