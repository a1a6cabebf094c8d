"""Commands for the editors of the knowledge files: check, new, unanswered and schema."""

import argparse
import asyncio
import contextlib
import datetime as dt
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.cli.common import (
    CommandError,
    Subcommands,
    answerer_factory,
    article_text,
    build_answerer,
    command_here,
    named_by_no_place,
    print_plain,
    typed,
    written_day,
    written_path,
)
from bot.cli.output import Terminal, machine_output
from bot.config import Settings
from bot.knowledge import scaffold, schema
from bot.knowledge.citations import Ref
from bot.knowledge.ids import new_id
from bot.knowledge.load import KnowledgeError, load, read_files, same
from bot.knowledge.model import Goals, Kind, KnowledgeBase
from bot.plurals import counted

if TYPE_CHECKING:
    from bot.answering.answerer import Answerer
    from bot.knowledge.hints import Hint
    from bot.moderation.regression import RegressionFigures
    from bot.moderation.unanswered import GroupWithNearest

_ANSWER: Final = 'The answer, with its marks ("He was 16 [p2]."), or Enter to write it later'
_SHOWN_HINTS: Final = 3
"""Hints of each kind to show without `--hints`."""

_PATIENCE: Final = 5.0
"""Seconds to wait for the database where its questions only add to what is shown."""


def add(commands: Subcommands) -> None:
    """Add this group's commands to the command line."""
    check = commands.add_parser(
        "check", help="check the knowledge files", description="Check the knowledge files and ask the regression set."
    )
    check.add_argument(
        "--article",
        type=written_path,
        metavar="FILE",
        help="the text of the first source, to check every answer against",
    )
    check.add_argument(
        "--source-text",
        action="append",
        default=[],
        metavar="ID=FILE",
        help="the text of the source with this id; can be repeated",
    )
    check.add_argument("--list", action="store_true", help="list the regression questions that go wrong")
    check.add_argument("--hints", action="store_true", help="list all hints, not just a few of each kind")
    check.set_defaults(command=_check)

    new = commands.add_parser(
        "new",
        help="start a new FAQ entry",
        description="Start a new FAQ entry. In a terminal, you're asked for anything you leave out.",
    )
    new.add_argument("question", nargs="?", help="the question as members see it above the answer")
    new.add_argument("--phrasing", action="append", metavar="TEXT", help="another way to ask it; can be repeated")
    new.add_argument("--answer", metavar="TEXT", help='with its marks: "He was 16 [p2]."; without it, write it later')
    new.add_argument(
        "--kind",
        type=Kind,
        choices=list(Kind),
        help="default: claim if it only cites people's words, otherwise reported",
    )
    new.add_argument("--topic", help="the id of its topic in case.yaml; default: the only one")
    new.add_argument("--id", help="its id; default: made from the question")
    new.add_argument("--file", metavar="NAME", help="append it to this file in faq/; otherwise it's only printed")
    new.set_defaults(command=_new)

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

    schemas = commands.add_parser(
        "schema", help="print a JSON Schema", description="Print the JSON Schema of a kind of knowledge file."
    )
    schemas.add_argument("name", nargs="?", choices=list(schema.FILES), help="the kind of file")
    schemas.add_argument("--write", type=written_path, metavar="DIR", help="write all schemas into this folder instead")
    schemas.set_defaults(command=_schema)


def _check(options: argparse.Namespace, settings: Settings) -> int:
    try:
        base = load(settings.knowledge)
    except KnowledgeError:
        print_plain(f"{settings.knowledge}:", sys.stderr)
        raise
    phrasings = sum(len(entry.phrasings) for entry in base.entries.values())
    held = f"{counted(len(base.entries), 'entry', 'entries')} with {counted(phrasings, 'phrasing')}"
    print_plain(f"{settings.knowledge}: {held}: no problems in the files.")
    sys.stdout.flush()  # also into a file or pipe, which may be read while the rest goes on
    from bot.moderation import gains, hints, regression  # noqa: PLC0415 (numpy; the line above does not wait for it)

    failed = False
    if texts := _source_texts(options):
        failed = _check_texts(texts, settings)
    with _progress() as step:
        step("Learning the questions", None, None)
        answerer = answerer_factory(settings)(base)
        figures = regression.evaluate(answerer, partial(step, "Asking the regression questions"))
    print_plain(_figures_line(figures, base.questions.goals))
    if options.list:
        for case in figures.cases:
            if case.verdict is not regression.Verdict.RIGHT:
                print_plain(
                    f"{case.verdict}: {case.question!r} expected {case.expected}, "
                    f"got {', '.join(case.got) or 'nothing'}"
                )
    if figures.behind(base.questions.goals):
        print_plain(f"The regression set misses its goals; see `{command_here(options, 'check --list')}`.", sys.stderr)
        failed = True
    files, untaught = read_files(settings.knowledge), answerer.untaught().matcher
    with _progress() as step:
        step("Looking for what could be better", None, None)
        found = hints.all_hints(files, untaught, dt.datetime.now(dt.UTC).date())
    if options.hints:
        best = gains.most_to_gain(base, figures, _asked_without_answer(settings, answerer))
        for line in (gains.learnt(base), *gains.gain_lines(best, files)):
            print(line)  # noqa: T201 (as below)
    for line in _hint_lines(found, None if options.hints else command_here(options, "check --hints")):
        print(line)  # noqa: T201 (as problems: plain lines)
    return int(failed)


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str, int | None, int | None], None]]:
    """Show what a command is at during a block, on a terminal only.

    Yields:
        Shows a step, how many of its parts are done, and of how many; None where that is unknown.
    """
    from rich.progress import Progress  # noqa: PLC0415 (as above)

    # Beside the command's output, which may go to a file.
    with Progress(console=Terminal(stderr=True), transient=True, disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task("", total=None)

        def step(what: str, done: int | None, of: int | None) -> None:
            shown.update(task, description=what, completed=done or 0, total=of)

        yield step


def _asked_without_answer(settings: Settings, answerer: "Answerer") -> "list[GroupWithNearest]":
    """Return what members asked without an answer, if a database is set and can be read; else say why not."""
    url = settings.database_url
    if url is None:
        return []
    from bot.moderation import unanswered  # noqa: PLC0415 (as above)
    from bot.store.engine import is_server, sqlite_file  # noqa: PLC0415 (SQLAlchemy takes a while to import)
    from bot.store.opening import IN_MEMORY, read_unanswered  # noqa: PLC0415 (as above)
    from bot.store.store import StoreError  # noqa: PLC0415 (as above)

    try:
        if not (is_server(url) or url.get_secret_value() == IN_MEMORY or sqlite_file(url).is_file()):
            return []  # nobody has asked yet, and a check makes no database
        questions = asyncio.run(asyncio.wait_for(read_unanswered(url), _PATIENCE))
    except (StoreError, TimeoutError) as error:
        why = str(error) or "It didn't answer in time."
        print_plain(f"Members' questions are left out, because the database can't be read: {why}", sys.stderr)
        return []
    told = unanswered.without_withdrawn(questions, answerer.base.withdrawn)
    latest = sorted(told, key=lambda each: each.at, reverse=True)[: unanswered.MAX_GROUPED]
    return unanswered.with_nearest(unanswered.group_questions(latest, answerer.matcher), answerer.matcher)


def _figures_line(figures: "RegressionFigures", goals: Goals) -> str:
    from bot.moderation import regression  # noqa: PLC0415 (as above)

    if not figures.cases:
        return "The regression set has no questions yet."
    right = figures.share(regression.Verdict.RIGHT, answered=True)
    false = figures.share(regression.Verdict.FALSE, answered=False)
    suggested = figures.share(regression.Verdict.SUGGESTED, answered=True)
    wrong = figures.share(regression.Verdict.WRONG, answered=True)
    return (
        f"Regression set: {right:.1f}% right (goal: at least {goals.right:g}%), {suggested:.1f}% only suggested, "
        f"{wrong:.1f}% wrong; {false:.1f}% false answers (goal: at most {goals.false:g}%)."
    )


def _hint_lines(found: "Sequence[Hint]", for_all: str | None) -> Iterator[str]:
    """Yield lines that list hints, which must be sorted by kind: a few of each kind, unless no command lists all."""
    for kind, group in itertools.groupby(found, key=lambda hint: hint.kind):
        of_kind = list(group)
        shown = of_kind if for_all is None else of_kind[:_SHOWN_HINTS]
        yield f"Hint: {kind}: {len(of_kind)}"
        yield from (f"  {hint}" for hint in shown)
        if len(shown) < len(of_kind):
            yield f"  and {len(of_kind) - len(shown)} more, see `{for_all}`"


def _source_texts(options: argparse.Namespace) -> list[tuple[str | None, Path]]:
    """Return the texts to check answers against, each with the id of its source; None for the first source.

    Raises:
        CommandError: an option names no source.
    """
    texts: list[tuple[str | None, Path]] = [(None, options.article)] if options.article else []
    for option in options.source_text:
        name, equals, file = option.partition("=")
        if not (name and equals and file):
            message = f"{option!r} is not ID=FILE. Write it as in --source-text article=article.txt."
            raise CommandError(message)
        texts.append((name, written_path(file)))
    return texts


def _check_texts(texts: Sequence[tuple[str | None, Path]], settings: Settings) -> bool:
    """Check every answer against the given texts, and return whether one says more than they do."""
    from bot.knowledge import grounding  # noqa: PLC0415 (as above)

    files = read_files(settings.knowledge)
    passages: dict[Ref, str] = {}
    for name, path in texts:
        try:
            passages |= grounding.article_passages(article_text(path), files, name)
        except ValueError as error:
            of = "the source" if name is None else f"`{name}`"
            message = f"{path} cannot be used as the text of {of}: {error}."
            raise CommandError(message) from None
    problems = grounding.check_grounding(files, passages)
    for problem in problems:
        print_plain(str(problem), sys.stderr)
    if not problems:
        print_plain("Every answer is grounded in the passages it cites.")
    return bool(problems)


def _check_unanswered(question: str, base: KnowledgeBase) -> None:
    """Check that no entry answers a question already.

    Raises:
        DraftError: one does.
    """
    if entry := _asked_in(question, base):
        message = f'"{question}" is already answered by `{entry}`. Add other wordings to its phrasings.'
        raise scaffold.DraftError(message)


def _check_draft(draft: scaffold.EntryDraft, base: KnowledgeBase) -> None:
    """Check what the files' own check would report at the entry that was there before.

    Raises:
        DraftError: an id or phrasing is taken.
    """
    if draft.id in base.entry_ids:
        message = f"It can't be added: the id `{draft.id}` is taken. Choose another with --id."
        raise scaffold.DraftError(message)
    for phrasing in draft.phrasings:
        if entry := _asked_in(phrasing, base):
            message = f'"{phrasing}" is already in `{entry}`. Leave it out, or add the others there.'
            raise scaffold.DraftError(message)


def _asked_in(text: str, base: KnowledgeBase) -> str | None:
    """Return the id of the entry that has a question or phrasing; None if there is none."""
    entries = base.entries.values()
    return next((each.id for each in entries if same(text) in map(same, (each.question, *each.phrasings))), None)


def _new(options: argparse.Namespace, settings: Settings) -> int:
    base = load(settings.knowledge)
    topics = [topic.id for topic in base.case.topics]
    question = options.question or _asked_for("The question, as members see it above the answer", "QUESTION")
    _check_unanswered(question, base)
    phrasings = options.phrasing or _several("Another way to ask it, as a member would type it, or Enter to continue")
    id_ = options.id or new_id(question, base.entry_ids)
    from bot.editing import new_entry  # noqa: PLC0415 (git's library takes a while to import)

    def drafted(answer: str, topic: str) -> scaffold.EntryDraft:
        said = answer, *_who_says(answer, options.kind, base)
        return scaffold.EntryDraft(id_, question, phrasings, topic, dt.datetime.now(dt.UTC).date(), *said)

    answer = options.answer or ""
    while not options.answer and (answer := _optional(_ANSWER)):
        try:  # Whoever has typed all of this shouldn't lose it to a mark that is missing.
            with named_by_no_place("That can't be the answer:"):
                new_entry.check_draft(settings.knowledge, drafted(answer, options.topic or topics[0]))
            break
        except scaffold.DraftError as error:
            print_plain(str(error), sys.stderr)
    topic = options.topic or (topics[0] if len(topics) == 1 else _topic(topics))
    draft = drafted(answer, topic)
    if options.file is None:
        _check_draft(draft, base)
        with named_by_no_place("The new entry can't be added:"):
            new_entry.check_draft(settings.knowledge, draft)
        machine_output().write(scaffold.entry_text(draft))
        return 0
    path = _append(draft, base, settings.knowledge, options.file)
    print_plain(
        f"{path} now ends with `{draft.id}`. {'Now' if answer else 'Write its answer, then'} run "
        f"`{command_here(options, 'check')}`."
    )
    return 0


def add_first_entry(folder: Path, question: str, answer: str) -> Path:
    """Add an entry under the first topic of a base, to the file of that name, and return the file.

    Raises:
        ScaffoldError: the entry would not be valid.
        OSError: the file cannot be written.
    """
    base = load(folder)
    _check_unanswered(question, base)
    topic, today = base.case.topics[0].id, dt.datetime.now(dt.UTC).date()
    id_ = new_id(question, base.entry_ids)
    draft = scaffold.EntryDraft(id_, question, (), topic, today, answer, *_who_says(answer, None, base))
    return _append(draft, base, folder, topic)


def _append(draft: scaffold.EntryDraft, base: KnowledgeBase, folder: Path, file: str) -> Path:
    """Append an entry to a file of the FAQ and return that.

    Raises:
        ScaffoldError: it would not be valid, or the file has no valid name.
        OSError: the file cannot be written.
    """
    from bot.editing import new_entry  # noqa: PLC0415 (git's library takes a while to import)

    _check_draft(draft, base)
    with named_by_no_place("The new entry can't be added:"):
        return new_entry.append(folder, file, draft)


def _asked_for(what: str, name: str, fits: Callable[[str], bool] = bool, otherwise: str = "") -> str:
    """Prompt for a missing argument.

    Args:
        what: the prompt.
        name: the argument's name, for the error.
        fits: whether what was typed will do.
        otherwise: what to say of what won't.

    Raises:
        CommandError: there is no terminal to prompt in; the text says how to pass the argument.
    """
    if not sys.stdin.isatty():
        message = f"Give {name}; `casebot new --help` shows how."
        raise CommandError(message)
    return typed(what, None, fits, otherwise)


def _topic(topics: Sequence[str]) -> str:
    """Prompt for one of several topics.

    Raises:
        CommandError: there is no terminal to prompt in.
    """
    named = ", ".join(topics)
    return _asked_for(f"Its topic ({named})", "--topic", topics.__contains__, f"Type one of {named}.")


def _optional(what: str) -> str:
    """Prompt for an argument that may be left out; without a terminal, it is."""
    return typed(what, "") if sys.stdin.isatty() else ""


def _several(what: str) -> list[str]:
    found = []
    while typed := _optional(what):
        found.append(typed)
    return found


def _who_says(answer: str, kind: Kind | None, base: KnowledgeBase) -> tuple[Kind, Sequence[str]]:
    """Return an answer's kind, and the people whose words it is based on if it is based on nothing else."""
    parts = [base.passages[ref] for statement in base.cited(answer) for ref in statement.refs if ref in base.passages]
    speakers = tuple(dict.fromkeys(part.speaker for part in parts if part.speaker))
    only_words = bool(parts) and all(part.speaker for part in parts)
    if kind is None:
        kind = Kind.NOT_COVERED if not answer else Kind.CLAIM if only_words else Kind.REPORTED
    return kind, speakers if kind in {Kind.CLAIM, Kind.QUOTE} else ()


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


def _schema(options: argparse.Namespace, _: Settings) -> int:
    if options.write:
        schema.write(options.write)
    elif options.name:
        machine_output().write(json.dumps(schema.json_schema(options.name), indent=2, ensure_ascii=False) + "\n")
    else:
        message = f"Name a kind of file: {', '.join(schema.FILES)}; or give --write DIR."
        raise CommandError(message)
    return 0
