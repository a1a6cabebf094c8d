"""Commands that take a FAQ in from elsewhere, and give it out again: import and export."""

import argparse
import datetime as dt
import getpass
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot import files
from bot.cli.common import CommandError, Subcommands, command_line, print_plain, written_path
from bot.cli.output import machine_output
from bot.config import Settings
from bot.escaping import escaped, one_line
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from bot.plurals import counted

if TYPE_CHECKING:
    from bot.importing.faq import Faq
    from bot.importing.folder import Import
    from bot.importing.merge import Plan
    from bot.importing.skeleton import Opening

_SHOWN: Final = 12
"""Rows of one fate to show in a preview."""

_UTF_8_MARK: Final = "\ufeff"
"""At the beginning of a CSV file: without it, Excel reads UTF-8 as another encoding."""


def add(commands: Subcommands) -> None:
    """Add this group's commands to the command line."""
    importing = commands.add_parser(
        "import",
        help="import an existing FAQ",
        description="Import a FAQ from Markdown, CSV, TSV or HTML, or from a folder with one Markdown file per "
        "question. You see a preview first. Importing a file again brings in what changed in it and keeps your edits.",
        epilog="Exit status: 0 if everything was imported, 1 if something was left out, 2 if nothing was written.",
    )
    importing.add_argument("files", nargs="+", type=written_path, metavar="FILE", help="a file, or a folder of files")
    importing.add_argument(
        "--to",
        type=written_path,
        required=True,
        metavar="DIR",
        help="the knowledge folder; created if it doesn't exist",
    )
    importing.add_argument("--yes", action="store_true", help="don't ask for confirmation")
    importing.set_defaults(command=_import, needs_knowledge=False)

    export = commands.add_parser(
        "export",
        help="print the FAQ",
        description="Print the FAQ as JSON, or its entries as Markdown or CSV, which can be imported again.",
    )
    export.add_argument("--format", choices=["json", "markdown", "csv"], default="json", help="default: json")
    export.add_argument("--to", type=written_path, metavar="FILE", help="write to this file instead")
    export.set_defaults(command=_export)


def read_faqs(paths: Sequence[Path]) -> "list[Faq]":
    """Read files to import, and say how they were read.

    Raises:
        UnusableError: a file is of no kind that can be imported.
        CommandError: no file has a question.
        OSError: a file cannot be read.
    """
    from bot.importing import files as importing  # noqa: PLC0415 (parsers that few commands need)

    faqs = [importing.read(path) for path in paths]
    show(faqs)
    return faqs


def show(faqs: "Sequence[Faq]") -> None:
    """Say how files were read.

    Raises:
        CommandError: no file has a question.
    """
    for faq in faqs:
        _say(f"{faq.file}: {counted(len(faq.rows), 'question')}")
        for guess in faq.guesses:
            _say(f"  {guess}")
    if not any(faq.rows for faq in faqs):
        for found in (found for faq in faqs for found in faq.findings):
            _say(str(found))
        message = (
            "There are no questions to import. Give each a heading in Markdown, or a row in CSV. To answer from a text "
            "that asks none, use `casebot source add`."
        )
        if len(faqs) > 1:
            message += " To import one file for each question, name their folder."
        raise CommandError(message)


def preview(faqs: "Sequence[Faq]", folder: Path, opening: "Opening | None" = None) -> "Import":
    """Plan an import and show what becomes what.

    Raises:
        KnowledgeError: the folder has problems already.
        CasebotError: nothing can be imported, or not into this folder.
        OSError: the folder cannot be read.
    """
    from bot.importing.folder import prepare  # noqa: PLC0415 (as above)

    planned = prepare(faqs, folder, dt.datetime.now(dt.UTC).date(), opening)
    if planned.is_new:
        _say(f"title: {one_line(planned.base.title)}, language: {planned.base.language}; change them in case.yaml")
    for line in _preview(planned.plan):
        _say(line)
    if planned.holds_nothing:
        message = "None of that can be imported; the reasons are above."
        raise CommandError(message)
    return planned


def _import(options: argparse.Namespace, _: Settings) -> int:
    planned = preview(read_faqs(options.files), options.to)
    plan = planned.plan
    if plan.changes_nothing:
        print_plain("Nothing to change.")
        return int(plan.incomplete)
    if not options.yes and not _agreed(options.to):
        return CommandError.exit_status
    write(planned)
    check, chat = command_line(options.to, "check"), command_line(options.to, "chat")
    print_plain(f"Check it with\n{check}\nand ask it with\n{chat}")
    return int(plan.incomplete)


def write(planned: "Import") -> None:
    """Carry an import out, and say what the folder holds now.

    Raises:
        CasebotError: the folder has changed since the preview, or has nothing to answer.
        OSError: the folder cannot be written.
    """
    from bot.editing.git import commits  # noqa: PLC0415 (git's library takes a while to import)
    from bot.importing.folder import carry_out  # noqa: PLC0415 (as above)

    author = commits.author(planned.folder.parent if planned.is_new else planned.folder) or _login()
    carry_out(planned, author, dt.datetime.now(dt.UTC))
    held = counted(len(load(planned.folder).entries), "entry", "entries")
    _say(f"{planned.folder} holds {held}. New and changed entries say `reviewed: never` until someone reviews them.")


def _login() -> str:
    """Return the name under which somebody is logged in; "an operator" if the system has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number without a name
        return "an operator"


def _agreed(folder: Path) -> bool:
    if not sys.stdin.isatty():
        message = "Nothing was written: there's no terminal to ask in. Add --yes to go ahead."
        raise CommandError(message)
    try:
        typed = input(escaped(f"Write this to {folder}? [y/N] ")).strip()
    except EOFError:
        typed = ""
    if typed.casefold() in {"y", "yes"}:
        return True
    print_plain("Nothing was written.", sys.stderr)
    return False


def _preview(plan: "Plan") -> Iterator[str]:
    """Yield the lines that show what an import would do."""
    for found in plan.findings:
        yield f"{'Left out' if found.left_out else 'Note'}: {found}"
    for fate, steps in plan.by_fate().items():
        yield f"{fate}: {len(steps)}"
        detailed = [step for step in steps if step.changes or step.clashes]
        for step in detailed:
            yield f"  {step.entry}: {one_line(step.question)}"
            for change in step.changes:
                yield f"    {change.key}: {_quoted(change.before)}"
                yield f"      becomes {_quoted(change.after)}"
            for clash in step.clashes:
                yield f"    {clash.key} stays {_quoted(clash.before)}"
                yield f"      {clash.where} says {_quoted(clash.after)}"
        if not detailed and fate is not fate.SAME:
            yield from (f"  {step.entry}: {one_line(step.question)}" for step in steps[:_SHOWN])
            if len(steps) > _SHOWN:
                yield f"  and {len(steps) - _SHOWN} more"
    if plan.topics:
        yield f"new topics: {', '.join(map(one_line, plan.topics))}"


def _quoted(text: str) -> str:
    return f"'{one_line(text)}'"


def _say(line: str) -> None:
    print(line)  # noqa: T201 (plain lines, as problems are: editors and scripts read file:line:column)


def _export(options: argparse.Namespace, settings: Settings) -> int:
    from bot.importing import export  # noqa: PLC0415 (as above)

    base = load(settings.knowledge)
    match options.format:
        case "markdown":
            text = export.as_markdown(base)
        case "csv":
            text = export.as_csv(base)
        case _:
            text = json.dumps(_data(base), ensure_ascii=False, indent=2) + "\n"
    if options.to is None:
        machine_output().write(text)
        return 0
    mark = _UTF_8_MARK if options.format == "csv" else ""
    try:
        files.write_atomically(options.to, (mark + text).encode("utf-8"))
    except OSError as error:  # which may name a temporary file
        raise OSError(error.errno, error.strerror, str(options.to)) from None
    print_plain(f"{options.to} holds {counted(len(base.entries), 'entry', 'entries')}.")
    return 0


def _data(base: KnowledgeBase) -> dict[str, Any]:
    """Return the whole knowledge as JSON holds it."""
    return {
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
