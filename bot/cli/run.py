"""Commands for operators: run, doctor, migrate, backup and restore."""

import argparse
import asyncio
import logging
import os
import sys
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from bot import charts
from bot.cli.common import CommandError, Subcommands, answerer_factory, command_here, print_plain, written_path
from bot.cli.output import Terminal
from bot.cluster.shards import Shards, parse_shards
from bot.config import Settings
from bot.errors import describe_os_error
from bot.ops.gc_tuning import paused
from bot.ops.shutdown import start_stopped_by_signal

if TYPE_CHECKING:
    from bot.answering.answerer import Answerer
    from bot.editing.desk import Desk

READING = (
    "Reading the knowledge files. The first time, and after a change, this takes seconds, on a small machine longer."
)

_log = logging.getLogger(__name__)


def add(commands: Subcommands) -> None:
    """Add this group's commands to the command line."""
    run = commands.add_parser("run", help="run the Discord bot", description="Run the Discord bot.")
    run.add_argument(
        "--sync", action="store_true", help="publish the slash commands to Discord first; needed only once per version"
    )
    run.add_argument(
        "--shard-count",
        type=int,
        metavar="N",
        help="the total number of shards; default: what Discord recommends",
    )
    run.add_argument(
        "--shard-ids",
        metavar="A-B",
        help="the first and last shard of this process, counted from 0; default: all",
    )
    run.set_defaults(command=_run)

    doctor = commands.add_parser(
        "doctor",
        help="check what the bot needs to run",
        description="Check the token, intents, permissions, slash commands, database, knowledge files and clock, and "
        "say how to fix what's wrong. Exit status 1 on any fault.",
    )
    doctor.set_defaults(command=_doctor)

    migrate = commands.add_parser(
        "migrate",
        help="bring the database up to date",
        description="Bring the database's tables up to date; for SQLite, `casebot run` does it by itself.",
    )
    migrate.set_defaults(command=_migrate)

    backup = commands.add_parser(
        "backup",
        help="write a backup of everything the bot needs",
        description="Write the database, the FAQ with its history, and the settings that aren't secret into one "
        "file. The bot may be running.",
    )
    backup.add_argument("file", type=written_path, metavar="FILE", help="the backup to write, such as casebot.tar.gz")
    backup.add_argument("--replace", action="store_true", help="replace an existing file")
    backup.set_defaults(command=_backup)

    restore = commands.add_parser(
        "restore",
        help="restore a backup",
        description="Restore the database and the FAQ from a backup to where the settings say. The bot must not be "
        "running. Nothing is changed unless the whole backup fits.",
    )
    restore.add_argument("file", type=written_path, metavar="FILE", help="the backup")
    restore.add_argument("--check", action="store_true", help="only check that the backup is complete and fits")
    restore.add_argument(
        "--replace",
        action="store_true",
        help="replace what's there; old files are kept under another name, but rows in PostgreSQL are deleted",
    )
    restore.set_defaults(command=_restore, needs_knowledge=False)


def _run(options: argparse.Namespace, settings: Settings) -> int:
    if settings.token is None:
        message = (
            "There's no token. Set CASEBOT_TOKEN in the environment or in .env (README: Get a token).\n"
            f"To try the bot without one, in this terminal: {command_here(options, 'chat')}"
        )
        raise CommandError(message)
    # Before anything that takes a while.
    with start_stopped_by_signal():
        _serve(options, settings)
    return 0


def _serve(options: argparse.Namespace, settings: Settings) -> None:
    with paused():
        shards = _shards(options, settings)
        from bot.answering.corrections import noted  # noqa: PLC0415 (as below)
        from bot.knowledge.reload import LiveKnowledge  # noqa: PLC0415 (as below)
        from bot.ops import logs, sentry  # noqa: PLC0415 (takes a while to import)
        from bot.ops.app import run  # noqa: PLC0415 (discord.py and SQLAlchemy take a second to import)
        from bot.site.output import check_folder  # noqa: PLC0415 (as above)

        logs.set_up(settings.log_level, settings.log_format)
        if settings.sentry_dsn:
            sentry.set_up(settings.sentry_dsn, metadata.version("casebot"))
        if settings.site:
            check_folder(settings.site)
        if not charts.installed():
            _log.info("Replies have no pictures, only text. To draw them: pip install '%s'", charts.EXTRA)
        folder, desk = _source(settings)
        _log.info(READING)
        live = LiveKnowledge(folder, answerer_factory(settings), partial(noted, folder))
    asyncio.run(run(settings, live, desk, shards, sync=options.sync))


def _shards(options: argparse.Namespace, settings: Settings) -> Shards | None:
    from bot.store.engine import is_server  # noqa: PLC0415 (SQLAlchemy takes a while to import)

    try:
        shards = parse_shards(options.shard_count, options.shard_ids)
    except ValueError as error:
        raise CommandError(str(error)) from None
    if shards and not shards.everything and not is_server(settings.database_url):
        message = (
            "Several processes need to share one PostgreSQL database: set CASEBOT_DATABASE_URL to postgresql://…, "
            "or run all shards in this process, without --shard-ids."
        )
        raise CommandError(message)
    return shards


def _source(settings: Settings) -> "tuple[Path, Desk[Answerer] | None]":
    """Return the knowledge folder and its desk; the desk is None if the folder cannot be written."""
    from bot.editing.git.remote import RemoteError  # noqa: PLC0415 (git's library takes a while to import)
    from bot.editing.knowledge_source import open_source  # noqa: PLC0415 (as above)

    try:
        return open_source(settings, os.environ)
    except RemoteError as error:
        detail = f" {error.detail}" if error.detail else ""
        message = (
            f"The repository of CASEBOT_KNOWLEDGE_GIT can't be copied: {error}.{detail}\n"
            "Check the settings that start with CASEBOT_KNOWLEDGE_GIT, and the network."
        )
        raise CommandError(message) from None
    except OSError as error:
        message = (
            f"The copy of the repository of CASEBOT_KNOWLEDGE_GIT cannot be written. {describe_os_error(error)}\n"
            "It is kept in the platform's data folder; XDG_DATA_HOME names another."
        )
        raise CommandError(message) from None


def _doctor(_: argparse.Namespace, settings: Settings) -> int:
    from bot.cli.findings import table  # noqa: PLC0415 (it imports the doctor)
    from bot.ops.doctor import checks  # noqa: PLC0415 (discord.py takes most of a second to import)
    from bot.ops.doctor.finding import Severity  # noqa: PLC0415 (as above)

    findings = asyncio.run(checks.run_checks(settings, answerer_factory(settings)))
    Terminal().print(table(findings))
    return int(any(finding.verdict is Severity.FAULT for finding in findings))


def _migrate(_: argparse.Namespace, settings: Settings) -> int:
    from bot.store.opening import migrate  # noqa: PLC0415 (SQLAlchemy takes a while to import)

    asyncio.run(migrate(settings.database_url))
    print_plain("The database is up to date.")
    return 0


def _backup(options: argparse.Namespace, settings: Settings) -> int:
    from bot.ops.backup import back_up  # noqa: PLC0415 (SQLAlchemy takes a while to import)
    from bot.store.copying import database_file  # noqa: PLC0415 (as above)

    manifest = back_up(settings, options.file, replace=options.replace)
    size = options.file.stat().st_size / 1_000_000
    database = "the database, " if manifest.has_database else ""
    print_plain(f"{options.file} ({size:.1f} MB) holds {database}the knowledge and the settings, and is complete.")
    if not manifest.has_database and (missing := database_file(settings.database_url)):
        message = (
            f"It holds no database, since there is none at {missing}. If the bot has one elsewhere, use its settings, "
            "and run this as its user."
        )
        print_plain(message)
    return 0


def _restore(options: argparse.Namespace, settings: Settings) -> int:
    from bot.ops import backup  # noqa: PLC0415 (SQLAlchemy takes a while to import)

    if options.check:
        manifest = backup.examine(options.file)
        print_plain(f"The backup that casebot {manifest.casebot} made on {manifest.made} is complete and fits.")
        return 0
    restored = backup.restore(settings, options.file, replace=options.replace)
    print_plain("\n".join(restored.changed))
    for warning in restored.warnings:
        print_plain(warning, sys.stderr)
    return 0
