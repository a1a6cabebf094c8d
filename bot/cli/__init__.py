"""The ``casebot`` command. Its subcommands are in groups by whom they serve: asking, editing, operating.

Modules that a subcommand needs alone are imported by it, so that ``casebot ask`` does not wait for
discord.py.
"""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from threadpoolctl import threadpool_limits

from bot.cli import ask, knowledge, run
from bot.cli.common import CommandError, say
from bot.cli.output import safe_output
from bot.config import Settings, read_settings
from bot.errors import CasebotError, denied, unusable
from bot.knowledge.load import KnowledgeError

_log: Final = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after ``casebot``; by default those of the process.

    Returns:
        The exit status: 0, 1 for problems found by ``check`` or in the knowledge files, 2 for a
        command that cannot be carried out.
    """
    with safe_output():
        try:
            return _carry_out(_parser().parse_args(arguments))
        except KeyboardInterrupt:
            return 130
        except Exception as error:  # noqa: BLE001 (the traceback of an unforeseen one may quote anybody: we print it)
            return _told(error)


def _told(error: Exception) -> int:
    """Tell what a command ended with, and return its exit status."""
    status = 1
    if isinstance(error, KnowledgeError):
        print(error, file=sys.stderr)  # noqa: T201 (editors read file:line:column from plain lines)
        say(f"The knowledge files have {len(error.problems)} problem(s), see above.", sys.stderr)
    elif isinstance(error, CasebotError):
        status = error.exit_status
        say(str(error), sys.stderr)
    elif isinstance(error, BrokenPipeError):  # The reader has gone (casebot export | head).
        _write_no_more()
    elif isinstance(error, OSError):
        status = CasebotError.exit_status
        _log.debug("The system refused something", exc_info=error)
        say(unusable(error), sys.stderr)
        _write_no_more()
    else:
        traceback.print_exception(error)
    return status


def _carry_out(options: argparse.Namespace) -> int:
    settings = _settings(options)
    command: Callable[[argparse.Namespace, Settings], int] = options.command
    # On arrays as small as the matcher's, BLAS's threads wait for one another more than they compute, most of all
    # where something else wants the cores too: another process, or the answers during a reload.
    with threadpool_limits(1, "blas"):
        status = command(options, settings)
    sys.stdout.flush()  # while what goes wrong with it can still be said
    return status


def _write_no_more() -> None:
    """Drop what is left of the output: it would fail again, with a traceback, at the end of the process."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="casebot", description="Answers questions about one legal case from a curated, cited FAQ."
    )
    parser.add_argument("--version", action="version", version=f"casebot {metadata.version('casebot')}")
    parser.add_argument(
        "--knowledge", type=Path, metavar="DIR", help="the folder with the knowledge files (CASEBOT_KNOWLEDGE)"
    )
    parser.set_defaults(needs_knowledge=True)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in (ask, knowledge, run):
        group.add(commands)
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    settings = read_settings()
    if options.knowledge:
        settings = settings.model_copy(update={"knowledge": options.knowledge, "knowledge_git": None})
    if options.needs_knowledge and not settings.knowledge.is_dir():
        message = f"There is no knowledge folder {settings.knowledge}. Set CASEBOT_KNOWLEDGE or --knowledge."
        raise CommandError(message)
    if options.needs_knowledge:
        _check_readable(settings.knowledge)
    return settings


def _check_readable(folder: Path) -> None:
    """Refuse a folder that holds what this user may not read, before each command meets it in a way of its own.

    Raises:
        OSError: as the system would, with the name of what cannot be read.
    """
    for place in filter(Path.is_dir, (folder, folder / "faq")):
        files = [path for path in place.iterdir() if path.suffix == ".yaml"]
        for path, right in ((place, os.R_OK | os.X_OK), *((file, os.R_OK) for file in files)):
            if not os.access(path, right):
                raise denied(path)
