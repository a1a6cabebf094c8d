"""The ``casebot`` command. Its subcommands are in groups by whom they serve: asking, editing, operating.

Modules that a subcommand needs alone are imported by it, so that ``casebot ask`` does not wait for
discord.py.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

from pydantic import ValidationError
from threadpoolctl import threadpool_limits

from bot.cli import ask, knowledge, run
from bot.cli.common import CommandError, say
from bot.config import Settings
from bot.knowledge.load import KnowledgeError
from bot.knowledge.scaffold import ScaffoldError

EXIT_USAGE = 2
"""The command cannot be carried out as it was given: no token, no such file."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after ``casebot``; by default those of the process.

    Returns:
        The exit status: 0, 1 for problems found by ``check`` or in the knowledge files, 2 for a
        command that cannot be carried out.
    """
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        command: Callable[[argparse.Namespace, Settings], int] = options.command
        # On arrays as small as the matcher's, BLAS's threads wait for one another more than they compute, most of all
        # where something else wants the cores too: another process, or the answers during a reload.
        with threadpool_limits(1, "blas"):
            return command(options, settings)
    except KnowledgeError as error:
        print(error, file=sys.stderr)  # noqa: T201 (editors read file:line:column from plain lines)
        say(f"The knowledge files have {len(error.problems)} problem(s), see above.", sys.stderr)
        return 1
    except (CommandError, ScaffoldError) as error:
        say(str(error), sys.stderr)
        return EXIT_USAGE
    except BrokenPipeError:
        # The reader has gone (casebot export | head): not worth a traceback at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


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
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [f"CASEBOT_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_input=False)]
        message = "A setting in the environment or in .env is wrong:\n" + "\n".join(lines)
        raise CommandError(message) from None
    if options.knowledge:
        settings = settings.model_copy(update={"knowledge": options.knowledge, "knowledge_git": None})
    if options.needs_knowledge and not settings.knowledge.is_dir():
        message = f"There is no knowledge folder {settings.knowledge}. Set CASEBOT_KNOWLEDGE or --knowledge."
        raise CommandError(message)
    return settings
