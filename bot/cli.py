"""The ``casebot`` command: each function here is one of its subcommands.

Modules that a subcommand needs alone are imported by it, so that ``casebot ask`` does not wait for
discord.py.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from platformdirs import user_cache_path
from pydantic import ValidationError
from rich.console import Console
from threadpoolctl import threadpool_limits

from bot.answering import Answerer
from bot.config import Settings
from bot.knowledge import grounding, scaffold, schema
from bot.knowledge.ids import new_id
from bot.knowledge.live import LiveKnowledge
from bot.knowledge.load import KnowledgeError, load, read_files
from bot.knowledge.model import KnowledgeBase
from bot.matching import Encoder
from bot.moderation import regression
from bot.process.shards import Shards, chosen
from bot.terminal import batch, console, upkeep

if TYPE_CHECKING:
    from bot.knowledge.edit.desk import Desk

EXIT_USAGE = 2
"""The command cannot be carried out as it was given: no token, no such file."""

_log = logging.getLogger(__name__)


class CommandError(Exception):
    """The command cannot be carried out; its text says why, and the mend."""


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
        _say(f"The knowledge files have {len(error.problems)} problem(s), see above.", sys.stderr)
        return 1
    except (CommandError, scaffold.ScaffoldError) as error:
        _say(str(error), sys.stderr)
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
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run the Discord bot", description="Run the Discord bot.")
    run.add_argument("--sync", action="store_true", help="publish the slash commands to Discord first; once is enough")
    run.add_argument(
        "--shard-count",
        type=int,
        metavar="N",
        help="how many shards there are in all; by default Discord says",
    )
    run.add_argument(
        "--shard-ids",
        metavar="A-B",
        help="the first and last shard of this process, counted from 0; default: all",
    )
    run.set_defaults(command=_run)

    chat = commands.add_parser("chat", help="ask in the terminal", description="Ask in the terminal; no token needed.")
    chat.set_defaults(command=_chat)

    ask = commands.add_parser("ask", help="ask one question", description="Ask one question, or one a line by a pipe.")
    ask.add_argument("question", nargs="*", help="the question; without it, questions are read from standard input")
    ask.add_argument("--explain", action="store_true", help="show how the question was matched")
    form = ask.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object for each question")
    form.add_argument("--batch", metavar="FILE", help="JSON Lines of {id, text} in (- for standard input), answers out")
    ask.set_defaults(command=_ask)

    doctor = commands.add_parser(
        "doctor",
        help="check what the bot needs to run",
        description="Check token, intents, permissions, slash commands, database, knowledge files and clock, and say "
        "how to mend what is wrong. Exit status 1 on any fault.",
    )
    doctor.set_defaults(command=_doctor)

    check = commands.add_parser(
        "check", help="check the knowledge files", description="Check the knowledge files and ask the regression set."
    )
    check.add_argument(
        "--article", type=Path, metavar="FILE", help="the article's text, to hold every answer against it"
    )
    check.add_argument("--list", action="store_true", help="list the regression questions that do not come out right")
    check.add_argument("--hints", action="store_true", help="list all hints on what could be better, not a few of each")
    check.set_defaults(command=_check)

    new = commands.add_parser(
        "new",
        help="start a new entry of the FAQ",
        description="Start a new entry of the FAQ. What is not given is asked for in a terminal.",
    )
    new.add_argument("question", nargs="?", help="the question as members see it above the answer")
    new.add_argument("--phrasing", action="append", metavar="TEXT", help="another way to ask it; give it several times")
    new.add_argument("--topic", help="the id of its topic, of case.yaml")
    new.add_argument("--id", help="its id; by default made of the question")
    new.add_argument("--file", metavar="NAME", help="append it to this file of faq/; without it, it is only printed")
    new.set_defaults(command=_new)

    init = commands.add_parser(
        "init",
        help="make a knowledge base for another case",
        description="Make a new, valid knowledge base to fill, with a commented example of each file.",
    )
    init.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet or is empty")
    init.set_defaults(command=_init)

    unanswered = commands.add_parser(
        "unanswered",
        help="list what members asked in vain",
        description="List what members asked in vain, wordings of one question together, from the bot's database.",
    )
    unanswered.add_argument("--format", choices=["table", "json", "csv"], default="table", help="default: table")
    unanswered.add_argument(
        "--since",
        type=dt.date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="only what was asked since this day (UTC)",
    )
    unanswered.add_argument(
        "--order", choices=["count", "recent"], default="count", help="most asked first (default), or latest first"
    )
    unanswered.set_defaults(command=_unanswered)

    export = commands.add_parser("export", help="print the knowledge base", description="Print the knowledge base.")
    export.add_argument("--format", choices=["json"], default="json", help="the format (default: json)")
    export.set_defaults(command=_export)

    schemas = commands.add_parser(
        "schema", help="print a JSON Schema", description="Print the JSON Schema of a kind of knowledge file."
    )
    schemas.add_argument("name", nargs="?", choices=list(schema.FILES), help="the kind of file")
    schemas.add_argument("--write", type=Path, metavar="DIR", help="write all schemas into this folder instead")
    schemas.set_defaults(command=_schema)

    migrate = commands.add_parser(
        "migrate",
        help="bring the database up to date",
        description="Bring the tables of the database up to date; a file of SQLite is brought by `casebot run` itself.",
    )
    migrate.set_defaults(command=_migrate)
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
    if options.command is not _init and not settings.knowledge.is_dir():
        message = f"There is no knowledge folder {settings.knowledge}. Set CASEBOT_KNOWLEDGE or --knowledge."
        raise CommandError(message)
    return settings


def _say(text: str, file: TextIO | None = None) -> None:
    Console(file=file, soft_wrap=True).print(text, markup=False, highlight=False)


def _answerer(settings: Settings) -> Answerer:
    return _answerers(settings)(load(settings.knowledge))


def _answerers(settings: Settings) -> Callable[[KnowledgeBase], Answerer]:
    """Return what builds the Answerer of a knowledge base as the settings want it, keeping what it has learnt."""
    return partial(
        Answerer,
        encoder=_encoder(settings),
        cache=user_cache_path("casebot") / "matcher",
        lexical_only=settings.matcher == "lexical",
    )


def _encoder(settings: Settings) -> Encoder | None:
    """Return what takes the place of the matcher's own word vectors, None for these."""
    if settings.matcher != "semantic":
        return None
    from bot.matching.semantic import sentence_vectors  # noqa: PLC0415 (most do without it)

    return sentence_vectors(settings.semantic_model)


def _run(options: argparse.Namespace, settings: Settings) -> int:
    if settings.token is None:
        message = (
            "There is no token. Set CASEBOT_TOKEN in the environment or in .env (README: Get a token).\n"
            "To try the bot without one, in this terminal: casebot chat"
        )
        raise CommandError(message)
    shards = _shards(options, settings)
    from bot.observability import logs, sentry  # noqa: PLC0415 (takes a while to import)
    from bot.observability.server import PortError  # noqa: PLC0415 (as above)
    from bot.process.running import run  # noqa: PLC0415 (discord.py and SQLAlchemy take a second to import)
    from bot.process.serving import OustedError, StartError  # noqa: PLC0415 (as above)
    from bot.store.store import StoreError  # noqa: PLC0415 (as above)

    logs.set_up(settings.log_level, settings.log_format)
    if settings.sentry_dsn:
        try:
            sentry.set_up(settings.sentry_dsn, metadata.version("casebot"))
        except sentry.SentryError as error:
            raise CommandError(str(error)) from None
    folder, desk = _source(settings)
    live = LiveKnowledge(folder, _answerers(settings))
    try:
        asyncio.run(run(settings, live, desk, shards, sync=options.sync))
    except (StartError, OustedError, StoreError, PortError) as error:
        raise CommandError(str(error)) from None
    return 0


def _shards(options: argparse.Namespace, settings: Settings) -> Shards | None:
    from bot.store.engine import is_server  # noqa: PLC0415 (SQLAlchemy takes a while to import)

    try:
        shards = chosen(options.shard_count, options.shard_ids)
    except ValueError as error:
        raise CommandError(str(error)) from None
    if shards and not shards.everything and not is_server(settings.database_url):
        message = (
            "Several processes need one PostgreSQL as their common store: set CASEBOT_DATABASE_URL to postgresql://…, "
            "or run all shards in this process, without --shard-ids."
        )
        raise CommandError(message)
    return shards


def _source(settings: Settings) -> "tuple[Path, Desk[Answerer] | None]":
    """Open the knowledge folder and its desk; a folder that is not ours to write has none."""
    from bot.knowledge.edit.remote import RemoteError  # noqa: PLC0415 (git's library takes a while to import)
    from bot.source import open_source  # noqa: PLC0415 (as above)

    try:
        return open_source(settings, os.environ)
    except RemoteError as error:
        detail = f" {error.detail}" if error.detail else ""
        message = (
            f"The repository of CASEBOT_KNOWLEDGE_GIT cannot be copied: {error}.{detail}\n"
            "Check the settings that start with CASEBOT_KNOWLEDGE_GIT, and the network."
        )
        raise CommandError(message) from None
    except OSError as error:
        message = f"The copy of the repository of CASEBOT_KNOWLEDGE_GIT cannot be written: {error}"
        raise CommandError(message) from None


def _chat(_: argparse.Namespace, settings: Settings) -> int:
    with contextlib.suppress(ImportError):  # Windows has none: typing works, the arrow keys do not
        import readline  # noqa: F401, PLC0415 (its import gives input() line editing and history)

    answerer = _answerer(settings)
    terminal = Console()
    case = answerer.base.case
    terminal.print(case.title, style="bold", markup=False)
    terminal.print(f"{case.disclaimer}\nAsk a question, or leave with Ctrl-D.", markup=False, highlight=False)
    suggested: list[str] = []
    previous = None
    while True:
        try:
            typed = terminal.input("\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            terminal.print()
            return 0
        if not typed:
            continue
        if typed.isdecimal() and 1 <= int(typed) <= len(suggested):
            reply = answerer.entry(suggested[int(typed) - 1])
        else:
            reply = answerer.answer(typed, previous)
        previous = reply.answers[-1].entry if reply.answers else None
        terminal.print(console.render(reply, answerer.base))
        suggested = [suggestion.entry for suggestion in reply.suggestions]
        if suggested:
            terminal.print("Type its number, or ask in other words.", style="dim")


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    answerer = _answerer(settings)
    if options.batch is not None:
        with _lines(options.batch) as lines:
            batch.run(answerer, lines, sys.stdout)
        return 0
    terminal = Console()
    for question in _questions(options.question):
        reply = answerer.answer(question)
        if options.json:
            sys.stdout.write(json.dumps(console.as_json(reply), ensure_ascii=False) + "\n")
        else:
            terminal.print(console.render(reply, answerer.base))
        if options.explain:
            explained = Console(stderr=True) if options.json else terminal
            for decision in reply.decisions:
                explained.print(console.explain(decision))
    return 0


def _questions(words: Sequence[str]) -> Iterable[str]:
    if words:
        return [" ".join(words)]
    if sys.stdin.isatty():
        message = 'Ask something: casebot ask "who was killed?"'
        raise CommandError(message)
    return (line.strip() for line in sys.stdin if line.strip())


@contextlib.contextmanager
def _lines(name: str) -> Iterator[Iterable[bytes]]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            message = f"{name} cannot be read: {error.strerror}."
            raise CommandError(message) from None
        yield file


def _check(options: argparse.Namespace, settings: Settings) -> int:
    base = load(settings.knowledge)
    phrasings = sum(len(entry.phrasings) for entry in base.entries.values())
    _say(f"{len(base.entries)} entries with {phrasings} phrasings: no problems in the files.")
    failed = False
    if options.article:
        failed = _check_article(options.article, settings)
    answerer = _answerers(settings)(base)
    figures = regression.run(answerer)
    goals = base.questions.goals
    right = figures.share(regression.Verdict.RIGHT, answered=True)
    false = figures.share(regression.Verdict.FALSE, answered=False)
    suggested = figures.share(regression.Verdict.SUGGESTED, answered=True)
    wrong = figures.share(regression.Verdict.WRONG, answered=True)
    _say(
        f"Regression set: {right:.1f} % right (goal: {goals.right:g}), {suggested:.1f} % only suggested, {wrong:.1f} % "
        f"wrong; {false:.1f} % false answers (goal: at most {goals.false:g})."
    )
    if options.list:
        for case in figures.cases:
            if case.verdict is not regression.Verdict.RIGHT:
                _say(
                    f"{case.verdict}: {case.question!r} expected {case.expected}, "
                    f"got {', '.join(case.got) or 'nothing'}"
                )
    if right < goals.right or false > goals.false:
        _say("The regression set falls behind its goals; see `casebot check --list`.", sys.stderr)
        failed = True
    found = upkeep.all_hints(read_files(settings.knowledge), answerer.matcher, dt.datetime.now(dt.UTC).date())
    for line in upkeep.lines(found, everything=options.hints):
        print(line)  # noqa: T201 (as problems: plain lines)
    return int(failed)


def _check_article(path: Path, settings: Settings) -> bool:
    files = read_files(settings.knowledge)
    try:
        passages = grounding.article_passages(path.read_text("utf-8"), files)
    except (OSError, ValueError) as error:
        message = f"{path} cannot be used as the article: {error}."
        raise CommandError(message) from None
    problems = grounding.check_grounding(files, passages)
    for problem in problems:
        _say(str(problem), sys.stderr)
    if not problems:
        _say("Every answer is grounded in the passages it cites.")
    return bool(problems)


def _new(options: argparse.Namespace, settings: Settings) -> int:
    base = load(settings.knowledge)
    topics = [topic.id for topic in base.case.topics]
    question = options.question or _asked_for("The question, as members see it above the answer", "QUESTION")
    phrasings = options.phrasing or _several("Another way to ask it, as a member would type it", "--phrasing")
    topic = options.topic or _asked_for(f"Its topic ({', '.join(topics)})", "--topic")
    id_ = options.id or new_id(question, {*base.entries, *base.retired})
    draft = scaffold.Draft(id_, question, phrasings, topic, dt.datetime.now(dt.UTC).date())
    if options.file is None:
        scaffold.check_draft(settings.knowledge, draft)
        sys.stdout.write(scaffold.entry_text(draft))
        return 0
    path = scaffold.append(settings.knowledge, options.file, draft)
    _say(f"{path} now ends with `{draft.id}`. Write its answer, then run `casebot check`.")
    return 0


def _asked_for(what: str, name: str) -> str:
    """Ask in the terminal for what a command was not given; without a terminal, say how to give it."""
    if not sys.stdin.isatty():
        message = f"Give {name}; `casebot new --help` shows how."
        raise CommandError(message)
    typed = ""
    while not typed:
        typed = input(f"{what}: ").strip()
    return typed


def _several(what: str, name: str) -> list[str]:
    found = [_asked_for(what, name)]
    while typed := input("One more, or Enter to go on: ").strip():
        found.append(typed)
    return found


def _init(options: argparse.Namespace, _: Settings) -> int:
    scaffold.init(options.folder, dt.datetime.now(dt.UTC).date())
    _say(
        f"{options.folder} holds a small knowledge base, made up, to replace by your own. Check it with\n"
        f"casebot --knowledge {options.folder} check\nand ask it with\ncasebot --knowledge {options.folder} chat"
    )
    return 0


def _export(_: argparse.Namespace, settings: Settings) -> int:
    base = load(settings.knowledge)
    data = {
        "case": base.case.model_dump(mode="json"),
        "sources": [source.model_dump(mode="json") for source in base.sources.values()],
        "people": [person.model_dump(mode="json") for person in base.people.values()],
        "timeline": [
            event.model_dump(mode="json", exclude={"date"}) | {"date": event.date.iso} for event in base.events
        ],
        "entries": [entry.model_dump(mode="json") for entry in base.entries.values()],
        "words": base.words.model_dump(mode="json"),
        "questions": base.questions.model_dump(mode="json"),
    }
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0


def _schema(options: argparse.Namespace, _: Settings) -> int:
    if options.write:
        schema.write(options.write)
    elif options.name:
        sys.stdout.write(json.dumps(schema.json_schema(options.name), indent=2, ensure_ascii=False) + "\n")
    else:
        message = f"Name a kind of file: {', '.join(schema.FILES)}; or give --write DIR."
        raise CommandError(message)
    return 0


def _unanswered(options: argparse.Namespace, settings: Settings) -> int:
    from bot.moderation.unanswered import Order, grouped, ordered, placed  # noqa: PLC0415 (as above)
    from bot.store.opening import read_unanswered  # noqa: PLC0415 (as above)
    from bot.store.store import StoreError  # noqa: PLC0415 (as above)
    from bot.terminal import worklist  # noqa: PLC0415 (SQLAlchemy, below, takes a while to import)

    try:
        questions = asyncio.run(read_unanswered(settings.database_url))
    except StoreError as error:
        raise CommandError(str(error)) from None
    since = options.since or dt.date.min
    wanted = [each for each in questions if each.at.date() >= since]
    matcher = _answerer(settings).matcher
    groups = placed(ordered(grouped(wanted, matcher), Order(options.order)), matcher)
    if options.format == "json":
        worklist.write_json(groups, sys.stdout)
    elif options.format == "csv":
        worklist.write_csv(groups, sys.stdout)
    elif groups:
        Console().print(worklist.table(groups))
    else:
        _say("Nobody has asked anything in vain.")
    return 0


def _doctor(_: argparse.Namespace, settings: Settings) -> int:
    from bot.doctor import checks, report  # noqa: PLC0415 (discord.py takes most of a second to import)
    from bot.doctor.finding import Verdict  # noqa: PLC0415 (as above)

    findings = asyncio.run(checks.examined(settings, _answerers(settings)))
    Console().print(report.table(findings))
    return int(any(finding.verdict is Verdict.FAULT for finding in findings))


def _migrate(_: argparse.Namespace, settings: Settings) -> int:
    from bot.store.opening import migrate  # noqa: PLC0415 (SQLAlchemy takes a while to import)
    from bot.store.store import StoreError  # noqa: PLC0415 (as above)

    try:
        asyncio.run(migrate(settings.database_url))
    except StoreError as error:
        raise CommandError(str(error)) from None
    _say("The database is up to date.")
    return 0
