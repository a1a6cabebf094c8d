"""`casebot check`: what is wrong with the knowledge files, and what could be better."""

import argparse
import asyncio
import contextlib
import datetime as dt
import itertools
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
    command_here,
    print_plain,
    written_path,
)
from bot.cli.output import Terminal
from bot.config import Settings
from bot.knowledge.citations import Ref
from bot.knowledge.load import KnowledgeError, load, read_files
from bot.knowledge.model import Goals
from bot.plurals import counted

if TYPE_CHECKING:
    from bot.answering.answerer import Answerer
    from bot.knowledge.hints import Hint
    from bot.moderation.regression import RegressionFigures
    from bot.moderation.unanswered import GroupWithNearest

_SHOWN_HINTS: Final = 3
"""Hints of each kind to show without `--hints`."""

_PATIENCE: Final = 5.0
"""Seconds to wait for the database where its questions only add to what is shown."""


def add(commands: Subcommands) -> None:
    """Add this command to the command line."""
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
