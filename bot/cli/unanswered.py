"""`casebot unanswered`: what the bot could not answer."""

import argparse
import asyncio
import datetime as dt
import sys

from bot.cli.common import Subcommands, build_answerer, print_plain, written_day
from bot.cli.output import Terminal, machine_output
from bot.config import Settings


def add(commands: Subcommands) -> None:
    """Add this command to the command line."""
    unanswered = commands.add_parser(
        "unanswered",
        help="list questions the bot couldn't answer",
        description="List the questions that the bot couldn't answer, from its database, with different wordings of "
        "a question grouped together.",
    )
    unanswered.add_argument("--format", choices=["table", "json", "csv"], default="table", help="default: table")
    unanswered.add_argument(
        "--since",
        type=written_day,
        metavar="YYYY-MM-DD",
        help="only what was asked since this day (UTC)",
    )
    unanswered.add_argument(
        "--order", choices=["count", "recent"], default="count", help="most asked first (default), or latest first"
    )
    unanswered.set_defaults(command=_unanswered)


def _unanswered(options: argparse.Namespace, settings: Settings) -> int:
    from bot.cli import worklist  # noqa: PLC0415 (SQLAlchemy, below, takes a while to import)
    from bot.moderation import unanswered  # noqa: PLC0415 (as above)
    from bot.store.opening import read_unanswered  # noqa: PLC0415 (as above)

    questions = asyncio.run(read_unanswered(settings.database_url))
    answerer = build_answerer(settings)
    questions = unanswered.without_withdrawn(questions, answerer.base.withdrawn)
    since = options.since or dt.date.min
    wanted = sorted((each for each in questions if each.at.date() >= since), key=lambda each: each.at, reverse=True)
    grouped = wanted[: unanswered.MAX_GROUPED]
    if len(wanted) > len(grouped):
        print_plain(f"Only the latest {len(grouped):,} of {len(wanted):,} questions are included.", sys.stderr)
    groups = unanswered.group_questions(grouped, answerer.matcher)
    sorted_groups = unanswered.sort_groups(groups, unanswered.Order(options.order))
    found = unanswered.with_nearest(sorted_groups, answerer.matcher)
    if options.format == "json":
        worklist.write_json(found, machine_output())
    elif options.format == "csv":
        worklist.write_csv(found, machine_output())
    elif found:
        Terminal().print(worklist.table(found))
    else:
        print_plain("No unanswered questions.")
    return 0
