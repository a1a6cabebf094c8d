"""`casebot new`: a new entry, from what is given and typed."""

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bot.cli.common import CommandError, Subcommands, command_here, named_by_no_place, print_plain, typed
from bot.cli.output import machine_output
from bot.config import Settings
from bot.knowledge import scaffold
from bot.knowledge.ids import new_id
from bot.knowledge.load import load, same
from bot.knowledge.model import Kind, KnowledgeBase

_ANSWER: Final = 'The answer, with its marks ("He was 16 [p2]."), or Enter to write it later'


def add(commands: Subcommands) -> None:
    """Add this command to the command line."""
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
