"""Commands for the texts that answers are based on: source add and source check."""

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.cli.common import (
    CommandError,
    Subcommands,
    article_text,
    command_line,
    named_by_no_place,
    print_plain,
    typed,
    written_day,
    written_path,
)
from bot.cli.output import machine_output
from bot.config import Settings
from bot.editing.render import scalar
from bot.editing.render_source import SourceDetails, source_lines
from bot.escaping import visible
from bot.i18n.dates import language_code
from bot.knowledge import scaffold
from bot.knowledge.citations import Ref
from bot.knowledge.ids import new_id
from bot.knowledge.load import check_item, load
from bot.knowledge.model import KnowledgeBase, Passage, Person, Source, Subject
from bot.knowledge.source_text import Changes, DraftSource, compare, draft_source, likeliest, next_ids
from bot.knowledge.splitting import BlockKind, SplitBy, front_matter, split, text_digest
from bot.knowledge.written_dates import written_dates
from bot.plurals import counted

if TYPE_CHECKING:
    from bot.importing.skeleton import Opening

_TOLD_FROM: Final = 5_000
"""Characters of a text that tell its language."""

_SHOWN: Final = 70
"""Characters of a text to show."""

_REFUSED: Final = "The source can't be added:"
_NONE: Final = "none"
_NO_DAY: Final = "Four digits, two and two, such as 2026-11-29."


def add(commands: Subcommands) -> None:
    """Add this group's commands to the command line."""
    source = commands.add_parser(
        "source",
        help="split a text into citable passages, and see what has changed in it",
        description="Work with the texts that answers are based on. The texts themselves are never stored.",
    )
    actions = source.add_subparsers(title="actions", required=True, metavar="ACTION")

    new = actions.add_parser(
        "add",
        help="split a text into passages",
        description=(
            "Split a text into passages for sources.yaml. In a terminal, you're asked for anything you leave out. "
            "Headings, bylines and captions aren't passages; they're listed."
        ),
    )
    new.add_argument("file", type=written_path, metavar="FILE", help="the text, plain or Markdown, in UTF-8")
    new.add_argument(
        "--to",
        type=written_path,
        metavar="DIR",
        help="add it to this knowledge folder, created if needed; otherwise it's only printed",
    )
    new.add_argument("--by", type=SplitBy, choices=list(SplitBy), default=SplitBy.PARAGRAPH, help="default: paragraph")
    new.add_argument("--title", help="default: the text's headline")
    new.add_argument("--date", type=written_day, metavar="YYYY-MM-DD", help="when it was published")
    new.add_argument("--publisher", metavar="NAME")
    new.add_argument("--url", metavar="ADDRESS", help="where it can be read")
    new.add_argument("--archived", metavar="ADDRESS", help="where a copy is archived")
    new.add_argument(
        "--kind",
        help="what members are told it is, such as letter; default: article, or document if the FAQ isn't about a case",
    )
    new.add_argument("--language", help="default: the FAQ's language, or else the text's")
    new.add_argument("--id", help="its id, used in citation marks; default: the last word of its kind")
    new.add_argument("--supersedes", metavar="ID", help="the earlier source that it replaces completely")
    new.set_defaults(command=_add, needs_knowledge=False)

    check = actions.add_parser(
        "check",
        help="show what changed in a text",
        description="Show which passages of a source are new, gone or changed in a text, and which entries are based "
        "on them.",
    )
    check.add_argument("file", type=written_path, metavar="FILE", help="the text as it is now")
    check.add_argument("--source", metavar="ID", help="the source; default: the one with the most in common")
    check.set_defaults(command=_check)


def _check_new(options: argparse.Namespace, text: str, base: KnowledgeBase) -> None:
    """Check that a base does not have a text yet, nor another state of it, and has what it supersedes.

    Raises:
        CommandError: it is not so.
    """
    for source in base.sources.values():
        if source.digest == text_digest(text):
            message = (
                f"This text is already a source, `{source.id}`. `casebot source check` shows what changed in a text "
                "since."
            )
            raise CommandError(message)
    if options.supersedes:
        _named(options.supersedes, base)
    elif (like := likeliest(base.sources.values(), text)) and not options.id:
        digests = {text_digest(block.text) for block in split(text, options.by).passages}
        shared = sum(passage.digest in digests for passage in like.passages)
        if shared > len(like.passages) / 2:
            message = (
                f"{options.file} has {shared} of the {len(like.passages)} passages of `{like.id}`, so it seems to be a "
                "later version of that text. `casebot source check` shows what changed. To add it all the same, give "
                f"it an --id, or --supersedes {like.id} if it replaces that completely."
            )
            raise CommandError(message)


class _Found(NamedTuple):
    """What a text says of itself."""

    title: str | None
    date: dt.date | None
    publisher: str | None
    url: str | None


def _add(options: argparse.Namespace, _: Settings) -> int:
    text = article_text(options.file)
    if not split(text, options.by).passages:
        message = f"{options.file} has no passages: nothing but headings was found. Check the file."
        raise CommandError(message)
    folder: Path | None = options.to
    fresh = folder is None or not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    base = None if fresh or folder is None else _base_in(folder)
    if base:
        _check_new(options, text, base)
    details = _details(options, text, base)
    people: Sequence[Person] = list(base.people.values()) if base else []
    draft = draft_source(text, details.date, details.language, people, options.by)
    # Checked before anything is made, by the rules of the file.
    data = {key: value for key in details.__slots__ if (value := getattr(details, key)) is not None}
    with named_by_no_place(_REFUSED):
        check_item(str(options.file), {**data, "passages": [{"id": "p1", "gist": "?"}]}, Source)
    if folder is None:
        lines = [*(f"# {line}" for line in _report_lines(draft)), *source_lines(details, draft)]
        machine_output().write("".join(f"{line}\n" for line in lines))
        return 0
    if fresh:
        if details.supersedes:
            message = (
                f"{folder} has no source `{details.supersedes}` yet. Add that one first, or leave --supersedes out."
            )
            raise CommandError(message)
        from bot.importing.skeleton import Opening  # noqa: PLC0415 (parsers that few commands need)

        begin_with(folder, Opening(visible(details.title), details.language[:2], subject=Subject.CASE), details, draft)
    else:
        _append(folder, details, draft)
        _report(folder, details, draft)
    first = first_voice(draft)
    print_plain(
        "Now write an answer in your own words, with the passage that says so:\n"
        f"{new_command(folder, first if fresh else f'{details.id}:{first}', base)}\n"
        "and say what each passage says, under `gist` in sources.yaml."
    )
    return 0


def begin_with(folder: Path, opening: "Opening", details: SourceDetails, draft: DraftSource) -> None:
    """Begin a knowledge folder with a text, and report what was found in it.

    Raises:
        CasebotError: the folder is not empty, or the source is not valid.
        OSError: the folder cannot be written.
    """
    from bot.importing.skeleton import for_text  # noqa: PLC0415 (as above)

    with scaffold.begun(folder, for_text(opening, first_voice(draft))):
        _append(folder, details, draft)
    _report(folder, details, draft)


def _append(folder: Path, details: SourceDetails, draft: DraftSource) -> None:
    """Append a source to a folder.

    Raises:
        CasebotError: it is not valid.
        OSError: a file cannot be written.
    """
    from bot.editing.new_source import append_source  # noqa: PLC0415 (git's library takes a while to import)

    with named_by_no_place(_REFUSED):
        append_source(folder, details, draft)


def _report(folder: Path, details: SourceDetails, draft: DraftSource) -> None:
    ids = list(dict.fromkeys((draft.passages[0].id, draft.passages[-1].id)))
    print_plain(
        f"{folder / 'sources.yaml'} now ends with `{details.id}`: "
        f"{counted(len(draft.passages), 'passage')}, {' to '.join(ids)}."
    )
    for line in _report_lines(draft):
        print_plain(line)


def first_voice(draft: DraftSource) -> str:
    """Return the id of the first passage that an answer can cite."""
    return draft.passages[0].voices[0].id


def new_command(folder: Path, mark: str, base: KnowledgeBase | None = None) -> str:
    """Return the command that adds an entry based on a passage."""
    file = base.case.topics[0].id if base else "general"
    return command_line(folder, f'new "QUESTION?" --answer "ANSWER [{mark}]." --file {file}')


def _base_in(folder: Path) -> KnowledgeBase:
    if not (folder / "case.yaml").is_file():
        message = (
            f"{folder} isn't a knowledge folder. Name one, or a folder that doesn't exist yet, such as "
            f"{scaffold.vacant(folder)}."
        )
        raise CommandError(message)
    return load(folder)


def _details(options: argparse.Namespace, text: str, base: KnowledgeBase | None) -> SourceDetails:
    """Return what is to be recorded of a source: as given, as the text says of itself, or as typed."""
    found = _found(text)
    title = options.title or _recorded("Title", "title", found.title)
    day = found.date.isoformat() if found.date else None
    date = options.date or dt.date.fromisoformat(_recorded("Published on (YYYY-MM-DD)", "date", day, _is_day))
    taken = set(base.sources) if base else set()
    kind = options.kind or default_kind(base.case.kind if base else Subject.CASE)
    return SourceDetails(
        id=options.id or new_id(kind.split()[-1], taken),
        title=title,
        date=date,
        kind=kind,
        language=_code(options.language or "") or (base.case.language if base else language(text)),
        publisher=options.publisher or _optional("Publisher", found.publisher),
        url=options.url or _optional("Address", found.url),
        archived=options.archived or _optional("Address of an archived copy", None),
        supersedes=options.supersedes,
    )


def _code(language: str) -> str:
    """Return the code of a language that is given by its name; anything else as it is."""
    return language if "-" in language else language_code(language) or language


def default_kind(subject: Subject) -> str:
    """Return what members are told a text is, unless somebody says so."""
    return "article" if subject is Subject.CASE else "document"


def language(text: str) -> str:
    """Return the language of a text; English if that is not sure."""
    from bot.i18n.identify import language_of  # noqa: PLC0415 (numpy; it's the last to be needed)

    return language_of(text[:_TOLD_FROM].lower()) or "en"


def typed_details(text: str, title: str, subject: Subject, spoken: str) -> SourceDetails:
    """Return what is to be recorded of a text that begins a base, asking for its date if it doesn't say.

    Args:
        text: the text.
        title: the title, unless the text has one.
        subject: what the base is about.
        spoken: the language.
    """
    found = _found(text)
    asked = "The day it was published or last changed (YYYY-MM-DD)"
    day = found.date or dt.date.fromisoformat(typed(asked, None, _is_day, _NO_DAY))
    kind = default_kind(subject)
    return SourceDetails(kind, found.title or title, day, kind, spoken, found.publisher, found.url)


def _found(text: str) -> _Found:
    """Return what a text says of itself, in its front matter, its headline and its byline."""
    head, body = front_matter(text)
    done = split(body)
    lines = [block.text for block in done.left_out if block.kind is BlockKind.BYLINE]
    days = {
        date.date.iso
        for line in ([head["date"]] if "date" in head else lines)
        for date in written_dates(line, dt.date.min)
        if date.date and date.date.day and not date.inferred
    }
    # Of two dates, one may be that of a change; which of them counts is for the moderator to say.
    day = dt.date.fromisoformat(days.pop()) if len(days) == 1 else None
    return _Found(head.get("title") or done.title, day, head.get("publisher"), head.get("url"))


def _recorded(prompt: str, what: str, found: str | None, fits: Callable[[str], bool] = bool) -> str:
    """Return what must be recorded of a text: as typed, and by default or without a terminal as the text says.

    Args:
        prompt: what to ask.
        what: what it is, and the name of its option.
        found: what the text says of it, if it does.
        fits: whether what was typed will do.

    Raises:
        CommandError: the text does not say it, and there is no terminal.
    """
    if sys.stdin.isatty():
        return typed(prompt, found, fits, _NO_DAY)
    if found is None:
        message = f"The text doesn't say its {what}; give --{what}. `casebot source add --help` shows how."
        raise CommandError(message)
    return found


def _optional(what: str, found: str | None) -> str | None:
    """Return what may be recorded of a text, likewise."""
    if not sys.stdin.isatty():
        return found
    said = typed(what, found or _NONE)
    return None if said == _NONE else said


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _report_lines(draft: DraftSource) -> Iterator[str]:
    """Yield what a moderator has to look at: what is no passage, who is quoted, and what nobody named says."""
    if draft.left_out:
        yield "Left out, because they aren't passages:"
        for block in draft.left_out:
            yield f"  line {block.line}, {block.kind}: {_shortened(block.text)}"
    if draft.speakers:
        names = ", ".join(f"{each.name} [{', '.join(each.passages)}]" for each in draft.speakers)
        yield f"Quoted, and new in people.yaml: {names}."
    if unclear := [passage.id for passage in draft.passages if passage.unclear]:
        yield f"Quotations without a speaker's name beside them: {', '.join(unclear)}."


def _check(options: argparse.Namespace, settings: Settings) -> int:
    base = load(settings.knowledge)
    text = article_text(options.file)
    source = _source(options.source, base, text, options.file)
    if not any(passage.digest for passage in source.passages):
        message = (
            f"`{source.id}` wasn't made by `casebot source add`, so its earlier text isn't known. Check every "
            "passage by hand, or add the text as a new source."
        )
        raise CommandError(message)
    changes = compare(source, text)
    if not changes.any:
        print_plain(f"`{source.id}`: no passage has changed.")
        return 0
    for line in _change_lines(source, changes, base):
        print_plain(line)
    return 1


def _source(name: str | None, base: KnowledgeBase, text: str, file: Path) -> Source:
    if name is not None:
        return _named(name, base)
    if found := likeliest(base.sources.values(), text):
        return found
    if len(base.sources) == 1:
        return next(iter(base.sources.values()))
    message = f"{file} shares no passage with any source. Name the source with --source: {', '.join(base.sources)}."
    raise CommandError(message)


def _named(name: str, base: KnowledgeBase) -> Source:
    if name not in base.sources:
        message = f"There's no source `{name}`. Name one of {', '.join(base.sources)}."
        raise CommandError(message)
    return base.sources[name]


def _change_lines(source: Source, changes: Changes, base: KnowledgeBase) -> Iterator[str]:
    """Yield what has changed, what is based on it, and the lines that record it."""
    rests = partial(_resting, base=base, source=source)
    for passage, block in changes.changed:
        yield f"changed: {passage.id}, now on line {block.line}: {_shortened(block.text)}{rests(passage)}"
        yield f"  once its gist and the entries are right, write `digest: {scalar(text_digest(block.text))}`"
    for passage in changes.gone:
        gists = " ".join(voice.gist for voice in passage.voices)
        yield f"gone: {passage.id} ({_shortened(gists)}){rests(passage)}"
    for (before, block), id_ in zip(changes.new, next_ids(source), strict=False):
        after = f"after {before}" if before else "at the beginning"
        yield f"new, {after}, on line {block.line}: {_shortened(block.text)}"
        yield f"  to cite it, add `- {{id: {id_}, gist: ..., digest: {scalar(text_digest(block.text))}}}` there"
    yield (
        f"`{source.id}`: {len(changes.changed)} changed, {len(changes.gone)} gone, {len(changes.new)} new. "
        f"The digest of the whole is now {scalar(changes.digest)}."
    )


def _resting(passage: Passage, base: KnowledgeBase, source: Source) -> str:
    """Return what is based on a passage or its parts, after a line feed; empty if nothing does."""
    refs = {Ref(source.id, part.id) for part in (passage, *passage.parts)}
    texts = {
        **{f"entry `{each.id}`": each.answer for each in (*base.entries.values(), *base.retired.values())},
        **{f"person `{each.id}`": " ".join((each.role, *each.notes)) for each in base.people.values()},
        **{f"event `{each.id}`": each.what for each in base.events},
        "the summary": base.case.summary,
    }
    found = [name for name, text in texts.items() if any(refs & {*statement.refs} for statement in base.cited(text))]
    return f"\n  based on it: {', '.join(found)}" if found else "\n  no entry is based on it"


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"
