"""Loading a knowledge folder into a :class:`KnowledgeBase`, or reporting all of its problems at once.

Each item is validated separately, so that an invalid entry hides neither the problems of others nor those between
files.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import CasebotError
from bot.knowledge.citations import Block, Ref, Statement, parse_blocks, parse_ref, parse_statements
from bot.knowledge.folder import ITEM_FILES, NameKind, name_kind, overlooked_files
from bot.knowledge.inline import Link, allowed_hosts, host, odd_targets, spans
from bot.knowledge.model import (
    Case,
    Entry,
    Event,
    Kind,
    KnowledgeBase,
    Part,
    Person,
    Questions,
    Source,
    Value,
    WithdrawnEntry,
    Words,
    entry_model,
)
from bot.knowledge.yaml_file import Document, Keys, Place, Problem, read

T = TypeVar("T")
V = TypeVar("V", bound=Value)

_SHOWN: Final = 60
"""Characters of a text that a problem quotes."""

MAX_FILES: Final = 200
"""The most files to read from ``faq/``."""

MAX_OVERLOOKED: Final = 20
"""The most files to name that were meant for knowledge but are not read."""


class KnowledgeError(CasebotError):
    """A knowledge folder, or an edit of it, has problems."""

    exit_status = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Create the error.

        Args:
            problems: the problems, ordered by file and line.
        """
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """A valid value with its document and its path there."""

    value: T
    document: Document
    at: Keys

    def place(self, *keys: str | int) -> Place:
        """Return the position of a part of the value."""
        return self.document.place(*self.at, *keys)


@dataclass(slots=True)
class Files:
    """The valid items of a knowledge folder, before references are checked, and the problems of the others."""

    case: Located[Case] | None = None
    words: Located[Words] | None = None
    questions: Located[Questions] | None = None
    sources: list[Located[Source]] = field(default_factory=list)
    people: list[Located[Person]] = field(default_factory=list)
    events: list[Located[Event]] = field(default_factory=list)
    entries: list[Located[Entry]] = field(default_factory=list)
    withdrawn: list[Located[WithdrawnEntry]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)
    """Files with an invalid item, so that not all of their ids are known."""


def load(folder: Path, parsed: Mapping[str, Document] = MappingProxyType({})) -> KnowledgeBase:
    """Read and check a knowledge folder.

    Args:
        folder: the folder with ``case.yaml``, ``sources.yaml``, ``people.yaml``, ``timeline.yaml``,
            ``synonyms.yaml``, ``questions.yaml`` and ``faq/*.yaml``.
        parsed: by their paths in the folder, files that need not be parsed again.

    Raises:
        KnowledgeError: the folder has problems; the error lists all of them.
    """
    files = read_files(folder, parsed)
    problems = sorted({*files.problems, *_check(files)})
    if problems or not (files.case and files.words and files.questions):
        raise KnowledgeError(problems)
    entries = [entry.value for entry in files.entries]
    retired = {entry.id: entry for entry in entries if entry.retired}
    withdrawn = {entry.value.id: entry.value for entry in files.withdrawn}
    gone = {*retired, *withdrawn}
    hidden = _withdrawn_passages(files)
    sources = [_without_passages(source.value, hidden) for source in files.sources]
    return KnowledgeBase(
        case=files.case.value,
        sources={source.id: source for source in sources},
        passages={Ref(source.id, part.id): part for source in sources for part in source.citable()},
        people={person.value.id: person.value for person in files.people},
        events=tuple(sorted((event.value for event in files.events), key=lambda event: event.date)),
        entries={entry.id: _drop_related(entry, gone) for entry in entries if not entry.retired},
        words=files.words.value,
        questions=_drop_questions(files.questions.value, gone),
        retired=retired,
        withdrawn=withdrawn,
    )


def _withdrawn_passages(files: Files) -> frozenset[Ref]:
    """Return the passages that were withdrawn together with entries."""
    default = files.sources[0].value.id if files.sources else ""
    return frozenset(parse_ref(mark, default) for each in files.withdrawn for mark in each.value.withdrawn.passages)


def _without_passages(source: Source, hidden: Container[Ref]) -> Source:
    """Return a source without the passages that were withdrawn."""
    kept = tuple(passage for passage in source.passages if Ref(source.id, passage.id) not in hidden)
    return source if len(kept) == len(source.passages) else source.model_copy(update={"passages": kept})


def _drop_related(entry: Entry, gone: Container[str]) -> Entry:
    """Return an entry without retired and withdrawn entries in ``related``."""
    related = tuple(other for other in entry.related if other not in gone)
    return entry if related == entry.related else entry.model_copy(update={"related": related})


def _drop_questions(questions: Questions, gone: Container[str]) -> Questions:
    """Return the regression set without the questions that must reach a retired or withdrawn entry."""
    answered = tuple(group for group in questions.answered if group.entry not in gone)
    return questions.model_copy(update={"answered": answered})


def read_files(folder: Path, parsed: Mapping[str, Document] = MappingProxyType({})) -> Files:
    """Read all files of a knowledge folder, each item checked by itself; :func:`load` explains the arguments."""

    def document(name: str) -> Document:
        return parsed[name] if name in parsed else read(folder / name, name)

    files = Files()
    files.case = _single(document("case.yaml"), Case, files)
    files.words = _single(document("synonyms.yaml"), Words, files)
    files.questions = _single(document("questions.yaml"), Questions, files)
    files.sources = _items(document("sources.yaml"), "sources", Source, files)
    files.people = _items(document("people.yaml"), "people", Person, files)
    files.events = _items(document("timeline.yaml"), "events", Event, files)
    overlooked = [path.relative_to(folder).as_posix() for path in overlooked_files(folder)]
    files.problems += [overlooked_problem(name) for name in overlooked[:MAX_OVERLOOKED]]
    try:
        names = sorted(path.name for path in (folder / "faq").iterdir() if name_kind(path.name) is NameKind.READ)
    except OSError as error:
        what = f"can't be read ({error.strerror})"
        files.problems.append(Problem(Place("faq"), what, "check that the folder exists and is readable"))
        files.incomplete.add("faq/")
        return files
    for name in names[:MAX_FILES]:
        _read_entries(document(f"faq/{name}"), files)
    if not names:
        fix = "add one, such as general.yaml; `entries: []` is enough to begin with"
        files.problems.append(Problem(Place("faq"), "no file named *.yaml is here", fix))
    if len(names) > MAX_FILES:
        what = f"{len(names)} files named *.yaml are here"
        files.problems.append(Problem(Place("faq"), what, f"keep {MAX_FILES} at most"))
    return files


def overlooked_problem(name: str) -> Problem:
    """Return the problem of a file that somebody meant for knowledge but that is not read.

    Args:
        name: its path in the knowledge folder.
    """
    above, _, file = name.rpartition("/")
    stem = file.partition(".")[0]
    known = not above and stem.casefold() in ITEM_FILES
    right = f"{stem.casefold()}.yaml" if known else f"faq/{stem}.yaml"
    return Problem(
        Place(name),
        "isn't read: knowledge files must be named *.yaml and be directly in their folder",
        f"rename it to {right}, or remove it",
    )


def _single(document: Document, model: type[V], files: Files) -> Located[V] | None:
    files.problems += document.problems
    if document.data is None:
        return None
    return _validated(document, (), document.data, model, files)


def _items(document: Document, key: str, model: type[V], files: Files) -> list[Located[V]]:
    listed = enumerate(_listed(document, key, files))
    found = [_validated(document, (key, i), item, model, files) for i, item in listed]
    return [item for item in found if item]


def _read_entries(document: Document, files: Files) -> None:
    """Add the valid entries of a file, and what is left of those that were withdrawn."""
    for i, item in enumerate(_listed(document, "entries", files)):
        if entry_model(item) is WithdrawnEntry:
            gone = _validated(document, ("entries", i), item, WithdrawnEntry, files)
            files.withdrawn += [gone] if gone else []
        else:
            entry = _validated(document, ("entries", i), item, Entry, files)
            files.entries += [entry] if entry else []


def _listed(document: Document, key: str, files: Files) -> list[Any]:
    """Return the items of a file as parsed; none if it has no list."""
    files.problems += document.problems
    data = document.data
    if data is None:
        files.incomplete.add(document.name)
        return []
    if not isinstance(data, dict) or not isinstance(data.get(key), list):
        files.incomplete.add(document.name)
        what = f"the file must contain a list under `{key}:`"
        files.problems.append(Problem(document.place(key), what, f"start it with `{key}:`"))
        return []
    files.problems += [
        Problem(document.place(other), f"unknown key `{other}`", f"delete it; known: {key}")
        for other in data
        if other != key
    ]
    items: list[Any] = data[key]
    return items


def check_item(name: str, data: object, model: type[V]) -> V:
    """Validate one item that is in no file yet, and return it.

    Args:
        name: the name to use in problems in place of a file's.
        data: the item as plain data.
        model: the model to validate it against.

    Raises:
        KnowledgeError: the item is invalid; the error lists all problems.
    """
    files = Files()
    found = _validated(Document(name), (), data, model, files)
    if found is None:
        raise KnowledgeError(files.problems)
    return found.value


def _validated(
    document: Document,
    at: Keys,
    data: object,
    model: type[V],
    files: Files,
) -> Located[V] | None:
    try:
        return Located(model.model_validate(data), document, at)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            if details["type"] == "default_factory_not_called":  # it follows from another key, which is wrong
                continue
            files.problems.append(_shape_problem(document, at, details, model))
    files.incomplete.add(document.name)
    return None


def _shape_problem(document: Document, at: Keys, details: ErrorDetails, model: type[Value]) -> Problem:
    keys = tuple(key for key in details["loc"] if key != "[key]")
    place = document.place(*at, *keys)
    name = next((key for key in reversed(keys) if isinstance(key, str)), "the item")
    typed = document.typed.get((*at, *keys))
    context = details.get("ctx", {})
    if details["type"] == "string_type" and typed is not None and typed.strip() not in {"", "~", "null"}:
        return Problem(place, f"`{typed}` is not read as text here", f'put it in quotes: "{typed}"')
    if details["type"] == "string_type" and isinstance(details["input"], dict) and details["input"]:
        key, value = next(iter(details["input"].items()))
        if value is None:
            return Problem(place, "this is read as a key and not text", f'put it in quotes: "{key[:_SHOWN]}"')
        quoted = f"{key}: {value}"[:_SHOWN].replace('"', "'")
        return Problem(
            place,
            "the colon followed by a space makes this a key with a value, not text",
            f'put it in quotes: "{quoted}"',
        )
    if details["type"] == "string_type" and isinstance(details["input"], list):
        return Problem(place, f"`{name}` is a list and not text here", "write one text, without `- ` or [ ]")
    if details["type"] == "value_error":
        what, _, fix = str(context["error"]).partition("; ")
        return Problem(place, what, fix or f"correct `{name}`")
    what, fix = _SHAPES.get(details["type"], ("`{name}`: {message}", "correct it; other items show how"))
    words = {
        "name": name,
        "message": details["msg"],
        "known": ", ".join(_known_keys(model, keys[:-1])),
        "form": _FORMS.get(str(name), "use lower-case letters, digits and hyphens, such as jury-vote"),
        "most": context.get("max_length"),
        "choices": context.get("expected"),
        "typed": context.get("typed"),
        "fix": context.get("fix"),
    }
    return Problem(place, what.format_map(words), fix.format_map(words))


_SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "extra_forbidden": ("unknown key `{name}`", "delete or correct it; known: {known}"),
    "missing": ("the key `{name}` is missing", "add `{name}:`"),
    "string_type": ("`{name}` is empty or not text", "write one line of text, or delete it"),
    "string_too_short": ("`{name}` is empty", "write text, or delete it"),
    "string_too_long": ("`{name}` is longer than {most} characters", "shorten it"),
    "string_pattern_mismatch": ("`{name}` has the wrong form", "{form}"),
    "tuple_type": ("`{name}` must be a list", "write each on its own line after `- `"),
    "too_short": ("`{name}` is empty", "list at least one"),
    "enum": ("`{name}` is unknown", "choose {choices}"),
    "no_day": ("`{name}`: `{typed}` is not a date, or that day doesn't exist", "{fix}"),
    "date_type": ("`{name}` is not a date", "write it as YYYY-MM-DD, a day that exists"),
    "model_type": ("this isn't an item with keys", "write `key: value`, each on its own line, such as `id: ...`"),
    "dict_type": ("`{name}` must be keys with values", "write `key: value`, each on its own line"),
    "mapping_type": ("`{name}` must be keys with values", "write `key: value`, each on its own line"),
    "float_type": ("`{name}` is not a number", "write one from 0 to 100"),
    "float_parsing": ("`{name}` is not a number", "write one from 0 to 100"),
    "greater_than_equal": ("`{name}` is too small", "write a number from 0 to 100"),
    "less_than_equal": ("`{name}` is too large", "write a number from 0 to 100"),
}
"""Maps pydantic's error types to what is wrong and how to fix it."""

_FORMS: Final[Mapping[str, str]] = {
    "handles": "write it as @name",
    "url": "write an address that starts with https://",
    "archived": "write an address that starts with https://",
    "language": "write a code such as en or es-MX",
    "link_hosts": "write only the host, in lower case, such as docs.example.org",
}
"""Maps a field whose text has a required form, other than an id, to a description of that form."""


def _known_keys(model: type[Value], keys: Keys) -> Iterable[str]:
    """Return the keys that a model accepts at a path."""
    fields: Mapping[str, Any] = model.model_fields
    for key in keys:
        if isinstance(key, str):
            inner = next(
                (
                    argument
                    for argument in getattr(fields[key].annotation, "__args__", ())
                    if isinstance(argument, type) and issubclass(argument, Value)
                ),
                None,
            )
            fields = inner.model_fields if inner else {}
    return fields


def _check(files: Files) -> Iterator[Problem]:
    """Yield the problems between items and between files."""
    known = _known(files)
    yield from _duplicate_ids(files)
    yield from _duplicate_phrasings(files)
    yield from _check_sources(files, known)
    for entry in files.entries:
        yield from _check_entry(entry, known)
    there = {Ref(source.value.id, passage.id) for source in files.sources for passage in source.value.passages}
    for gone in files.withdrawn if "sources.yaml" not in files.incomplete else ():
        for i, mark in enumerate(gone.value.withdrawn.passages):
            if parse_ref(mark, known.default_source) not in there:
                place = gone.place("withdrawn", "passages", i)
                yield Problem(place, f"the passage `{mark}` does not exist", "take it out of the list")
    if files.entries and all(entry.value.retired for entry in files.entries):
        place = files.entries[-1].place("retired")
        yield Problem(place, "every entry is retired, so the bot couldn't answer anything", "restore one")
    if files.withdrawn and not files.entries:
        place = files.withdrawn[-1].place("withdrawn")
        yield Problem(place, "every entry is withdrawn, so the bot couldn't answer anything", "write another first")
    if files.questions:
        yield from _check_questions(files.questions, files, known)


def _check_sources(files: Files, known: "_Known") -> Iterator[Problem]:
    """Check the summary, speakers, people and events."""
    if files.case:
        yield from _cited(files.case.place("summary"), known.statements(files.case.value.summary), known)
    sources = {source.value.id: source.value for source in files.sources}
    for source in files.sources:
        yield from _check_supersedes(source, sources, complete="sources.yaml" not in files.incomplete)
        for keys, part in _citable(source.value):
            if part.speaker:
                yield from known.person(source.place(*keys, "speaker"), part.speaker)
    for person in files.people:
        yield from _check_person(person, known)
    for event in files.events:
        yield from _cited(event.place("what"), known.statements(event.value.what), known)
        for key in ("said_by", "people"):
            for i, person_id in enumerate(getattr(event.value, key)):
                yield from known.person(event.place(key, i), person_id)


def _check_supersedes(source: Located[Source], sources: Mapping[str, Source], *, complete: bool) -> Iterator[Problem]:
    """Check that a source supersedes an earlier one, which no other source does.

    Args:
        source: the source.
        sources: the valid sources by id.
        complete: whether these are all.
    """
    value, place = source.value, source.place("supersedes")
    if value.supersedes is None:
        return
    earlier = sources.get(value.supersedes)
    if earlier is None:
        if complete:
            fix = "use the id of another source of sources.yaml"
            yield Problem(place, f"the source `{value.supersedes}` does not exist", fix)
        return
    if earlier.id == value.id or earlier.date > value.date:
        what = f"`{value.id}` of {value.date} is not later than `{earlier.id}` of {earlier.date}"
        yield Problem(place, what, "name an earlier source, or correct the dates")
    seen, before = {value.id}, earlier
    while before.supersedes is not None and before.supersedes in sources and before.id not in seen:
        seen.add(before.id)
        before = sources[before.supersedes]
    if before.id == value.id != earlier.id:
        yield Problem(place, f"`{value.id}` would end up superseding itself", "delete one `supersedes` from the loop")
    others = [each.id for each in sources.values() if each.supersedes == earlier.id]
    if others[0] != value.id:
        what = f"`{earlier.id}` is already superseded by `{others[0]}`"
        yield Problem(place, what, f"write `supersedes: {others[0]}` if this one is later still")


def _check_person(person: Located[Person], known: "_Known") -> Iterator[Problem]:
    yield from _cited(person.place("role"), known.statements(person.value.role), known)
    for i, note in enumerate(person.value.notes):
        yield from _marks(person.place("notes", i), known.statements(note), known)
    for i, passage_id in enumerate(person.value.passages):
        yield from known.passage(person.place("passages", i), passage_id)


_BRACKETED: Final = re.compile(r"[(\[{<\uff08\uff3b\u3010]([\w: -]{1,60})[)\]}>\uff09\uff3d\u3011]")
"""A word or two in brackets of any kind."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The ids that references may name; None if an invalid file may define more."""

    default_source: str
    passages: frozenset[Ref] | None
    people: set[str] | None
    entries: set[str] | None
    topics: set[str] | None
    names: re.Pattern[str] | None
    """Matches any name of the people in people.yaml; None if there are none."""

    hosts: frozenset[str] | None
    """The hosts that answers may link to."""

    def blocks(self, answer: str) -> tuple[Block, ...]:
        return parse_blocks(answer, self.default_source, self.passages)

    def statements(self, text: str) -> tuple[Statement, ...]:
        return parse_statements(text, self.default_source, self.passages)

    def meant(self, text: str) -> str | None:
        """Return the mark that stands in a text in other brackets, in capitals or with a blank: (p2), [P2], [p 2]."""
        for found in _BRACKETED.finditer(text):
            mark = "".join(found[1].lower().split())
            if self.passages and parse_ref(mark, self.default_source) in self.passages:
                return mark
        return None

    def passage(self, place: Place, mark: str) -> Iterator[Problem]:
        ref = parse_ref(mark, self.default_source)
        if self.passages is not None and ref not in self.passages:
            near = ", ".join(self._marks(each for each in self.passages if each.source == ref.source))
            known = ", ".join(sorted({p.source for p in self.passages}, key=_counting))
            fix = f"use one of {near}" if near else f"name a source of sources.yaml: {known}"
            if elsewhere := " or ".join(self._marks(each for each in self.passages if each.passage == ref.passage)):
                fix = f"write {elsewhere} if you mean that; otherwise {fix}"
            yield Problem(place, f"the passage `{mark}` does not exist", fix)

    def _marks(self, passages: Iterable[Ref]) -> list[str]:
        return sorted((passage.mark(self.default_source) for passage in passages), key=_counting)

    def person(self, place: Place, person: str) -> Iterator[Problem]:
        if self.people is not None and person not in self.people:
            fix = "use an id of people.yaml, or add the person there"
            yield Problem(place, f"the person `{person}` does not exist", fix)

    def entry(self, place: Place, entry: str) -> Iterator[Problem]:
        if self.entries is not None and entry not in self.entries:
            fix = "use the id of an entry in faq/"
            yield Problem(place, f"the entry `{entry}` does not exist", fix)

    def topic(self, place: Place, topic: str) -> Iterator[Problem]:
        if self.topics is not None and topic not in self.topics:
            fix = f"use one of {', '.join(sorted(self.topics))}"
            yield Problem(place, f"the topic `{topic}` does not exist", fix)


def _counting(id_: str) -> str:
    """Return what sorts ids as people count: p2 before p10."""
    return re.sub(r"\d+", lambda found: found[0].zfill(9), id_)


def _known(files: Files) -> _Known:
    hidden = _withdrawn_passages(files)
    sources = [_without_passages(source.value, hidden) for source in files.sources]
    passages = frozenset(Ref(source.id, part.id) for source in sources for part in source.citable())
    people = {person.value.id for person in files.people}
    entries = {entry.value.id for entry in files.entries} | {entry.value.id for entry in files.withdrawn}
    return _Known(
        default_source=sources[0].id if sources else "",
        passages=None if "sources.yaml" in files.incomplete else passages,
        people=None if "people.yaml" in files.incomplete else people,
        entries=None if any(name.startswith("faq/") for name in files.incomplete) else entries,
        topics={topic.id for topic in files.case.value.topics} if files.case else None,
        names=names_pattern(person.value for person in files.people),
        hosts=_hosts(files),
    )


def _hosts(files: Files) -> frozenset[str] | None:
    if files.case is None or "sources.yaml" in files.incomplete:
        return None
    addresses = [url for source in files.sources for url in (source.value.url, source.value.archived)]
    return allowed_hosts(files.case.value.link_hosts, addresses)


def names_pattern(people: Iterable[Person]) -> re.Pattern[str] | None:
    """Return a pattern that matches people's names, aliases and handles, the longest first; None for no people."""
    names = sorted({name for person in people for name in person.called}, key=lambda name: (-len(name), name))
    if not names:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")


def _citable(source: Source) -> Iterator[tuple[Keys, Part]]:
    """Yield everything that a mark may name, with its path in the source."""
    for i, passage in enumerate(source.passages):
        yield ("passages", i), passage
        for j, part in enumerate(passage.parts):
            yield ("passages", i, "parts", j), part


def _check_entry(entry: Located[Entry], known: _Known) -> Iterator[Problem]:
    value = entry.value
    place = entry.place("answer")
    blocks = known.blocks(value.answer)
    yield from _cited(place, [each for block in blocks for each in _lines(block)], known, value.kind)
    for block in blocks:
        for statement in () if block.is_code else block.statements:
            yield from _links(place, statement.plain, known)
    for i, person in enumerate(value.attributed_to):
        yield from known.person(entry.place("attributed_to", i), person)
    for i, topic in enumerate(value.topics):
        yield from known.topic(entry.place("topics", i), topic)
    for i, related in enumerate(value.related):
        yield from known.entry(entry.place("related", i), related)
        if related == value.id:
            place = entry.place("related", i)
            yield Problem(place, "the entry is related to itself", "delete it from `related`")
    for words in value.inferred:
        if words not in value.answer:
            place = entry.place("inferred", words)
            yield Problem(place, f'"{words}" is not in the answer', "copy the words exactly")


def _lines(block: Block) -> Iterator[Statement]:
    """Yield the statements of a block; of code, the first line stands for the whole."""
    for statement in block.statements:
        yield replace(statement, text=f"`{statement.text.partition(chr(10))[0]}`") if block.is_code else statement


def _links(place: Place, line: str, known: _Known) -> Iterator[Problem]:
    """Check that a line links only to whole https addresses on hosts that are allowed."""
    for target in odd_targets(line):
        what = f"the link to `{_shortened(target)}` isn't a complete https address"
        yield Problem(place, what, "write it as [words](https://...), or delete it")
    for span in spans(line):
        to = host(span.url) if isinstance(span, Link) else None
        if to and known.hosts is not None and to not in known.hosts:
            what = f"the answer links to {to}, which is not the host of a source"
            yield Problem(place, what, f"delete the link, or add {to} to `link_hosts:` in case.yaml")


def _cited(place: Place, statements: Sequence[Statement], known: _Known, kind: Kind | None = None) -> Iterator[Problem]:
    """Check that every statement has a mark, and that every mark names a passage.

    Args:
        place: the position of the text.
        statements: its statements.
        known: what marks may name.
        kind: the kind of an entry. The first statement of ``not_covered`` says what is missing, so no passage contains
            it. A ``note`` is about the bot or a source and needs marks only where it names people.
    """
    yield from _marks(place, statements, known)
    for number, statement in enumerate(statements):
        if statement.rests_on or (kind is Kind.NOT_COVERED and number == 0):
            continue
        about = ""
        if kind is Kind.NOTE:
            named = known.names.search(statement.plain) if known.names else None
            if not named:
                continue
            about = f"names {named[0]} and "
        what = f'the statement "{_shortened(statement.plain)}" {about}has no citation mark'
        meant = known.meant(statement.plain)
        fix = f"write the passage as [{meant}]" if meant else "add the passage it's based on, such as [p2]"
        yield Problem(place, what, fix)


def _marks(place: Place, statements: Iterable[Statement], known: _Known) -> Iterator[Problem]:
    """Check that the marks of statements name passages."""
    for statement in statements:
        for ref in statement.refs:
            mark = ref.passage if ref.source == known.default_source else str(ref)
            yield from known.passage(place, mark)


def _shortened(text: str, most: int = _SHOWN) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _duplicate_ids(files: Files) -> Iterator[Problem]:
    groups: tuple[Sequence[Located[Any]], ...] = (
        files.sources,
        files.people,
        files.events,
        (*files.entries, *files.withdrawn),
    )
    for group in groups:
        yield from _repeated((item.value.id, item.place("id")) for item in group)
    for source in files.sources:
        yield from _repeated((part.id, source.place(*keys, "id")) for keys, part in _citable(source.value))
    if files.case:
        yield from _repeated(
            (topic.id, files.case.place("topics", i, "id")) for i, topic in enumerate(files.case.value.topics)
        )


def _repeated(ids: Iterable[tuple[str, Place]]) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for id_, place in ids:
        if id_ in first:
            yield Problem(place, f"the id `{id_}` is taken, by {first[id_]}", "choose another")
        else:
            first[id_] = place


def _asked(entry: Entry) -> Iterator[tuple[str, Keys]]:
    """Yield the wordings of an entry with their paths; none for a retired entry."""
    if entry.retired:
        return
    yield entry.question, ("question",)
    for i, phrasing in enumerate(entry.phrasings):
        yield phrasing, ("phrasings", i)


_LETTERS: Final = re.compile(r"[^\W_]+")


def same(text: str) -> str:
    """Return a question's letters and digits, case-folded; questions with equal results count as the same."""
    return " ".join(_LETTERS.findall(text.casefold()))


def _duplicate_phrasings(files: Files) -> Iterator[Problem]:
    first: dict[str, tuple[str, Place]] = {}
    for entry in files.entries:
        for text, keys in _asked(entry.value):
            place = entry.place(*keys)
            letters = same(text)
            if not letters:
                yield Problem(place, f"`{text}` has no letters or digits", "delete it")
            elif letters in first:
                owner, where = first[letters]
                what = f'"{_shortened(text)}" is already in `{owner}`, {where}'
                yield Problem(place, what, "keep one of the two")
            else:
                first[letters] = (entry.value.id, place)


def _check_questions(questions: Located[Questions], files: Files, known: _Known) -> Iterator[Problem]:
    phrasings = {same(text): entry.value.id for entry in files.entries for text, _ in _asked(entry.value)}
    first: dict[str, Place] = {}
    value = questions.value
    groups = [("answered", i, group.ask) for i, group in enumerate(value.answered)]
    groups += [("unanswered", i, group.ask) for i, group in enumerate(value.unanswered)]
    for i, group in enumerate(value.answered):
        yield from known.entry(questions.place("answered", i, "entry"), group.entry)
    for key, i, asked in groups:
        for j, text in enumerate(asked):
            place = questions.place(key, i, "ask", j)
            letters = same(text) or text
            if letters in phrasings and key == "unanswered":
                what = f'"{_shortened(text)}" is a phrasing of `{phrasings[letters]}`, so it gets that answer'
                yield Problem(place, what, "remove it from that entry first, or word it differently")
            elif letters in phrasings:
                what = f'"{_shortened(text)}" is also a phrasing, so it tests nothing'
                yield Problem(place, what, "word it differently")
            if letters in first:
                yield Problem(place, f"already asked, in {first[letters]}", "keep one of the two")
            first.setdefault(letters, place)
