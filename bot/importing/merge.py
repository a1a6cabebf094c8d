"""FAQs and a knowledge folder -> what becomes what, and the files that change. Pure: nothing is read or written.

A row that an earlier import has brought is compared three ways: what it said then, what it says now, and what the entry
says now. What only the file has changed is taken; what moderators have changed stays; where both have, it stays and is
shown. Nothing is ever deleted.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from bot.editing.apply import NEW_FILE, home
from bot.editing.import_record import Imports, Recorded, digest, without_text_of
from bot.editing.items import CASE, ENTRIES, SOURCES, Fields, ItemFile
from bot.editing.threeway import merged
from bot.escaping import visible
from bot.i18n.catalogue import speaking
from bot.importing import marks, prose
from bot.importing.base import Base, said, version
from bot.importing.faq import Faq, Finding, Row
from bot.importing.sources import dated, file_source, import_name, named_source
from bot.knowledge.citations import Ref
from bot.knowledge.ids import new_id, slug
from bot.knowledge.load import KnowledgeError, same
from bot.knowledge.model import MAX_PHRASING, NEVER, Kind, Source
from bot.plurals import counted

_STATEMENT: Final = ("question", "kind", "attributed_to", "answer")
"""The keys that an import changes one by one."""

_SETS: Final = ("phrasings", "topics")
"""The keys whose items an import adds and takes away one by one."""

_LONGEST_ID: Final = 40
_PASSAGE: Final = re.compile(r"p(?P<number>[0-9]+)")


class Fate(StrEnum):
    """What becomes of a row, or of an entry that an earlier import brought."""

    NEW = "new"
    CHANGED = "changed"
    KEPT = "kept"
    """The file and moderators have changed the same, so it stays as moderators have it."""

    SAME = "unchanged"
    DELETED = "deleted here"
    """Moderators have deleted the entry, so it is not added again."""

    GONE = "no longer in the file"


@dataclass(frozen=True, slots=True)
class Change:
    """The values of a key of an entry."""

    key: str
    before: str
    after: str
    """What it becomes; for :attr:`Fate.KEPT`, what the file says."""

    where: str = ""
    """Where the file says so; empty if nobody needs to know."""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a row."""

    fate: Fate
    entry: str
    question: str
    where: str
    changes: tuple[Change, ...] = ()
    clashes: tuple[Change, ...] = ()
    """What stays as it is, although the file says otherwise."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that an import would do."""

    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    topics: tuple[str, ...]
    """The titles of new topics."""

    files: Mapping[str, str]
    """The texts of the files that change, by path."""

    imports: Imports
    """The record with this import."""

    def count(self, fate: Fate) -> int:
        """Return how many rows have a fate."""
        return sum(step.fate is fate for step in self.steps)

    def by_fate(self) -> dict[Fate, list[Step]]:
        """Return the steps of each fate that has any."""
        found = {fate: [step for step in self.steps if step.fate is fate] for fate in Fate}
        return {fate: steps for fate, steps in found.items() if steps}

    @property
    def changes_nothing(self) -> bool:
        """Whether the folder has all of it already."""
        return not self.files

    @property
    def incomplete(self) -> bool:
        """Whether something that the files say does not become part of the base."""
        return any(found.left_out for found in self.findings) or any(step.clashes for step in self.steps)


def merge(faqs: Sequence[Faq], base: Base, today: dt.date, refused: Mapping[str, Finding] | None = None) -> Plan:
    """Return what an import of some FAQs would do with a knowledge folder.

    Args:
        faqs: the FAQs.
        base: the folder.
        today: the current day.
        refused: findings on rows that are to be left out, by :attr:`~bot.importing.faq.Row.where`.

    Raises:
        KnowledgeError: a file of the folder cannot be edited.
    """
    merging = _Merging(base, today, refused or {})
    with speaking(base.language):
        for faq in faqs:
            merging.add(faq)
    return merging.plan()


@dataclass(frozen=True, slots=True)
class _Cited:
    """An answer with marks."""

    answer: str
    source: str = ""
    passage: str = ""
    """The passage that stands for the row; empty if the answer cites others."""


@dataclass
class _Merging:
    """An import in the making."""

    base: Base
    today: dt.date
    refused: Mapping[str, Finding]
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    new_topics: dict[str, str] = field(default_factory=dict)
    new_entries: dict[str, Fields] = field(default_factory=dict)
    changed_entries: dict[str, Fields] = field(default_factory=dict)
    foreign: int = 0
    """Answers of the FAQ in hand that cited passages of another base."""

    described: dict[str, Fields] = field(default_factory=dict)
    """Sources that are written once a passage of theirs is needed."""

    def __post_init__(self) -> None:
        self.entries = dict(self.base.entries)
        self.asked = dict(self.base.asked)
        self.sources: dict[str, Fields] = {id_: _plain_source(source) for id_, source in self.base.sources.items()}
        self.imports = dict(without_text_of(self.base.imports, self.base.withdrawn))

    # One FAQ

    def add(self, faq: Faq) -> None:
        first = len(self.findings)
        self.findings += faq.findings
        name = import_name(faq)
        source = self._source_of(name, faq)
        distinct = list(self._distinct(faq.rows))
        earlier, left = _paired(distinct, self.imports.get(name, ()))
        rows: list[Recorded] = []
        steps = len(self.steps)
        self.foreign = 0
        for row in distinct:
            was = earlier.get(row.where)
            now = None if row.where in self.refused else self._row(row, faq, source, was)
            rows += [each for each in (now or was,) if each]
        self.findings += [self.refused[row.where] for row in distinct if row.where in self.refused]
        if self.foreign:
            what = (
                f"what another FAQ cites is not here, so this file is cited instead: {counted(self.foreign, 'answer')}"
            )
            fix = "to keep the citations, import into a FAQ that has the sources under the same ids"
            self.findings.append(Finding(faq.file, what, fix))
        for was in left:
            rows.append(was)
            if entry := self._entry_of(was):
                self.steps.append(Step(Fate.GONE, entry, self.entries[entry]["question"], faq.file))
        self.findings[first:] = sorted(self.findings[first:], key=_place)
        self.imports[name] = rows
        taken = any(step.fate in {Fate.NEW, Fate.CHANGED} for step in self.steps[steps:])
        if taken and source in self.sources:
            undated = {key: value for key, value in self.sources[source].items() if key != "note" or not faq.date}
            self.sources[source] = undated | {"date": faq.date or self.today}

    def _source_of(self, name: str, faq: Faq) -> str:
        """Return the id of the source that stands for a file, which is written once a passage of it is needed."""
        own = [row.source for row in self.imports.get(name, ()) if row.source.startswith(name)]
        id_ = own[0] if own else name if not self.base.entries else new_id(name, self.sources)
        self.described[id_] = file_source(faq, id_, self.base.title, self.base.language, self.today)
        return id_

    def _distinct(self, rows: Sequence[Row]) -> Iterator[Row]:
        """Yield the rows that can be entries; those that ask the same with the same answer as one."""
        first: dict[str, Row] = {}
        for row in rows:
            plain = replace(row, question=visible(prose.squeezed(row.question)))
            letters = same(plain.question)
            if not letters:
                what = "there is no question" if not plain.question else f'"{plain.question}" has no letters'
                self._leave_out(row.where, what, "write the question", said=prose.written(row.answer))
            elif not row.answer:
                self._leave_out(row.answer_where, f'"{_short(plain.question)}" has no answer', "write one")
            elif (other := first.get(letters)) is None:
                first[letters] = plain
            elif other.answer == plain.answer:
                self.findings.append(Finding(row.where, f'"{_short(plain.question)}" repeats {other.where}', ""))
                both = dict.fromkeys((*other.phrasings, *plain.phrasings))
                topics = dict.fromkeys((*other.topics, *plain.topics))
                first[letters] = replace(other, phrasings=tuple(both), topics=tuple(topics))
            else:
                what = f'"{_short(plain.question)}" has a different answer in {other.where}'
                self._leave_out(row.where, what, "keep one of the two, or ask two different questions")
        yield from first.values()

    def _leave_out(self, where: str, what: str, fix: str, said: str = "") -> None:
        text = f'{what}: "{_short(said)}"' if said else what
        self.findings.append(Finding(where, text, fix, left_out=True))

    # One row

    def _row(self, row: Row, faq: Faq, source: str, was: Recorded | None) -> Recorded | None:
        """Plan what becomes of a row; return it as recorded, or None if it is left out."""
        if gone := self._withdrawn(row, was):
            what = f"the entry `{gone}` was withdrawn at a person's request, and no import brings it back"
            self._leave_out(row.where, what, "take it out there")
            return None
        entry = self._entry_of(was) if was else self._same_entry(row)
        if was and entry is None:
            self.steps.append(Step(Fate.DELETED, was.entry, row.question, row.where))
            return was.forgotten()
        now = self.entries[entry] if entry else None
        before = was.said if was and was.said else said(now) if now and version(now) == row.version else None
        cited = self._cited(row, source, was, now, before)
        if cited is None:
            return None
        kind, people = self._kind(row, now)
        wanted: Fields = {
            "id": entry or self._new_id(row),
            "question": row.question,
            "phrasings": self._phrasings(row, entry),
            "kind": kind,
            "attributed_to": people,
            "topics": self._topics(row, faq, before, now),
            "reviewed": NEVER,
            "answer": cited.answer,
        }
        try:
            after = said(ENTRIES.plain("", {key: value for key, value in wanted.items() if value}))
        except KnowledgeError as error:
            problem = error.problems[0]
            where = row.answer_where if problem.what.startswith("`answer`") else row.where
            self._leave_out(where, f'"{_short(row.question)}": {problem.what}', problem.fix)
            return None
        id_ = str(wanted["id"])
        if now is None:
            letters = same(row.question)
            if letters in self.base.tested:
                fix = "take it out there"
                self._leave_out(row.where, f'"{_short(row.question)}" is a regression question of questions.yaml', fix)
                return None
            fields = {"id": id_} | after | {"reviewed": NEVER}
            self.new_entries[id_] = self.entries[id_] = fields
            self.steps.append(Step(Fate.NEW, id_, row.question, row.where))
            recorded = after
        else:
            known = before or now
            after |= {key: known[key] for key in _SETS if not after.get(key) and known.get(key)}
            if before is None and row.id != id_:
                # It only asks what is answered already.
                after |= {key: now[key] for key in ("question", "kind", "attributed_to") if key in now}
            if row.version == version(after) != version(now):
                # The row is as it was exported, so it has nothing new; but if an earlier import of this name said
                # otherwise, it may be taken back here, or this may be an older copy of the file.
                before = after if was is None or was.said == after else None
            recorded = self._compare(row, id_, before, after, now)
        self._ask(id_)
        if cited.passage:
            self._put_passage(cited, row)
        whole = {"question", "answer"} <= recorded.keys()
        return Recorded(id_, cited.source, cited.passage, recorded) if whole else None

    def _withdrawn(self, row: Row, was: Recorded | None) -> str | None:
        """Return the withdrawn entry that a row would bring back; None if there is none."""
        ids = {row.id, was.entry if was else ""}
        if was is None and self._same_entry(row) is None:
            # The record of its import may have been purged. It would get its id again, unless that is a mere number.
            ids |= {slug(row.id.replace("_", "-")), slug(row.question) and new_id(row.question, self.entries)}
        return min(ids & self.base.withdrawn, default=None)

    def _compare(self, row: Row, entry: str, before: Fields | None, after: Fields, now: Fields) -> Fields:
        """Plan the changes of an entry, and return what is to be recorded as said by the file."""
        fields = dict(now)
        changes: list[Change] = []
        clashes: list[Change] = []
        recorded = dict(after)
        for key in _STATEMENT:
            theirs, ours = after.get(key), now.get(key)
            was = before.get(key) if before is not None else None
            if theirs in (ours, was):
                continue
            if ours == was and before is not None:
                fields[key] = theirs
                changes.append(Change(key, _shown(ours), _shown(theirs)))
            else:
                where = row.answer_where if key == "answer" else row.where
                clashes.append(Change(key, _shown(ours), _shown(theirs), where))
                # Recorded as it was, so that the next import shows it again.
                recorded[key] = was
        if changes:
            fields["reviewed"] = NEVER
        for key in _SETS:
            sets = (before or {}).get(key, ()), after.get(key, ()), now.get(key, ())
            joined = merged(*({key: list(each)} for each in sets)).get(key, [])
            if joined and joined != list(now.get(key, ())):
                fields[key] = joined
                changes.append(Change(key, _shown(now.get(key, ())), _shown(joined)))
        if changes:
            fields = {key: value for key, value in fields.items() if value}
            self.entries[entry] = fields
            target = self.new_entries if entry in self.new_entries else self.changed_entries
            target[entry] = fields
        fate = Fate.KEPT if clashes else Fate.CHANGED if changes else Fate.SAME
        self.steps.append(Step(fate, entry, now["question"], row.where, tuple(changes), tuple(clashes)))
        return {key: value for key, value in recorded.items() if value}

    def _entry_of(self, was: Recorded) -> str | None:
        """Return the entry that a recorded row has become, even if its id was changed; None if it was deleted."""
        if was.entry in self.entries:
            return was.entry
        if was.passage:
            ref = Ref(was.source, was.passage)
            for id_, fields in self.entries.items():
                if any(ref in refs for refs in self._refs(fields["answer"])):
                    return id_
        return self.asked.get(same(was.said.get("question", "")))

    def _same_entry(self, row: Row) -> str | None:
        """Return the entry that a row is about that no import has brought; None if it is new."""
        if row.id in self.entries:
            return row.id
        return self.asked.get(same(row.question))

    def _new_id(self, row: Row) -> str:
        given = slug(row.id.replace("_", "-"))
        taken = {*self.entries, *self.base.withdrawn}
        return given if given and given not in taken else new_id(row.question, taken)

    def _kind(self, row: Row, now: Fields | None) -> tuple[str, list[str]]:
        """Return the kind of a row and who says it."""
        if not row.kind:
            return (now["kind"], now.get("attributed_to", [])) if now else (Kind.REPORTED.value, [])
        known = [person for person in row.people if person in self.base.people]
        needed = row.kind in {Kind.CLAIM, Kind.QUOTE}
        if row.kind not in list(Kind) or (needed and not known):
            what = f'"{_short(row.question)}" is imported as reported, not as "{row.kind}"'
            fix = (
                "add who says it to people.yaml, and `attributed_to` to the entry"
                if needed
                else f"use one of {', '.join(Kind)}"
            )
            self.findings.append(Finding(row.where, what, fix))
            return Kind.REPORTED.value, []
        return row.kind, known

    def _phrasings(self, row: Row, entry: str | None) -> list[str]:
        """Return the phrasings of a row that lead to no other entry."""
        found: dict[str, str] = {}
        for text in map(visible, row.phrasings):
            letters = same(text)
            owner = self.asked.get(letters)
            if not letters or letters == same(row.question) or letters in found:
                continue
            if owner not in {None, entry}:
                what = f'the phrasing "{_short(text)}" is already in `{owner}`'
                self._leave_out(row.where, what, "keep it in one of the two")
            elif letters in self.base.tested:
                what = f'the phrasing "{_short(text)}" is a regression question of questions.yaml'
                self._leave_out(row.where, what, "remove it there, or leave it out here")
            elif len(text) > MAX_PHRASING:
                what = f'the phrasing "{_short(text)}" is longer than {MAX_PHRASING} characters'
                self._leave_out(row.where, what, "shorten it")
            else:
                found[letters] = text
        return list(found.values())

    def _topics(self, row: Row, faq: Faq, before: Fields | None, now: Fields | None) -> list[str]:
        if not row.topics:
            if before or now:
                return list((before or now or {}).get("topics", []))
            default = faq.title or prose.titled(PurePosixPath(faq.file).stem)
            return [self._topic(default)]
        return list(dict.fromkeys(self._topic(title) for title in row.topics))

    def _topic(self, title: str) -> str:
        """Return the id of a topic by its title or id; a new one if there is none."""
        plain = visible(prose.squeezed(title))
        topics = {**self.base.topics, **self.new_topics}
        for id_, known in topics.items():
            if plain.casefold() in {id_, known.casefold()}:
                return id_
        id_ = new_id(plain, topics) if slug(plain) else f"topic-{len(topics) + 1}"
        self.new_topics[id_] = plain
        return id_

    def _ask(self, entry: str) -> None:
        fields = self.entries[entry]
        for text in (fields["question"], *fields.get("phrasings", ())):
            self.asked.setdefault(same(text), entry)

    # Citations

    def _cited(
        self, row: Row, source: str, was: Recorded | None, now: Fields | None, before: Fields | None
    ) -> "_Cited | None":
        """Return the answer of a row with marks; None if it cannot be cited."""
        default = self._default_source
        plain = prose.written(row.answer)
        local, marked = marks.localized(plain, default, self.base.passages)
        passage = (was.source, was.passage) if was else ("", "")
        if known := before or now:
            words = prose.squeezed(marks.bare(local, default, self.base.passages))
            if words == prose.squeezed(marks.bare(known["answer"], default, self.base.passages)):
                return _Cited(known["answer"], *passage)
        if marked:
            return _Cited(local, *passage)
        refs = marks.parse_refs(row.source, self.base.passages)
        if not refs and was is None and now is not None:
            cites = set(self._refs(now["answer"]))
            if row.id in self.entries and len(cites) > 1:
                what = f'the answer of "{_short(row.question)}" cites several passages but no longer has any marks'
                self._leave_out(row.answer_where, what, "put each statement's mark back after it")
                return None
            refs = next(iter(cites), ())
        if not refs and not passage[1]:
            passage = self._new_passage(row, source)
        own = tuple(replace(each, text=marks.localized(each.text, "", ())[0]) for each in row.answer)
        self.foreign += own != row.answer or (not refs and marks.lists_passages(row.source))
        blocks = tuple(replace(each, text=visible(each.text)) for each in own)
        blocks = tuple(replace(each, text=prose.disarmed(each)) for each in blocks)
        if blocks != own:
            changed = "invisible characters and anything that looks like a citation mark were changed"
            what = f'in the answer of "{_short(row.question)}", {changed}'
            self.findings.append(Finding(row.answer_where, what, ""))
        mark = marks.mark(refs or (Ref(*passage),), default or passage[0])
        answer = prose.written(blocks, lambda line: prose.cite(line, mark), mark)
        return _Cited(answer, *(("", "") if refs else passage))

    @property
    def _default_source(self) -> str:
        return next(iter(self.sources), "")

    def _refs(self, answer: str) -> list[tuple[Ref, ...]]:
        passages = {Ref(id_, each["id"]) for id_, source in self.sources.items() for each in source["passages"]}
        return marks.refs_of(answer, self._default_source, self.base.passages | passages)

    def _new_passage(self, row: Row, source: str) -> tuple[str, str]:
        """Return the source of a row, which is created if it is new, and a free id of a passage."""
        if row.source and not marks.lists_passages(row.source):
            source = self._named_source(row.source)
        fields = self.sources.setdefault(source, self.described.get(source, {}))
        numbers = [int(found["number"]) for each in fields["passages"] if (found := _PASSAGE.fullmatch(each["id"]))]
        return source, f"p{max(numbers, default=0) + 1}"

    def _named_source(self, named: str) -> str:
        """Return the id of the source that a row names, by its title or address."""
        for id_, source in self.sources.items():
            if named in {source["title"], source.get("url"), id_}:
                return id_
        host = _host(named)
        url = named if host and re.fullmatch(r"https://\S+", named) else ""
        id_ = new_id((host or named)[:_LONGEST_ID], self.sources)
        fields = named_source(id_, named, "page" if host else "document", self.base.language)
        self.described[id_] = fields | dated(None, self.today) | ({"url": url} if url else {})
        return id_

    def _put_passage(self, cited: "_Cited", row: Row) -> None:
        """Write the passage that stands for a row: its gist is the question that it answers."""
        fields = self.sources[cited.source]
        found = {"id": cited.passage, "gist": row.question}
        passages = {each["id"]: each for each in fields["passages"]} | {cited.passage: found}
        self.sources[cited.source] = fields | {"passages": list(passages.values())}

    # The files

    def plan(self) -> Plan:
        texts = dict(self.base.texts)
        files: dict[str, ItemFile] = {}
        files |= self._source_file()
        if self.new_topics:
            topics = [{"id": id_, "title": title} for id_, title in self.new_topics.items()]
            files[CASE] = ItemFile(CASE, texts[CASE]).extend(topics)
        files |= self._entry_files()
        changed = {path: file.text for path, file in files.items() if file.text != texts.get(path)}
        imports = {name: rows for name, rows in self.imports.items() if rows}
        return Plan(tuple(self.steps), tuple(self.findings), tuple(self.new_topics.values()), changed, imports)

    def _source_file(self) -> dict[str, ItemFile]:
        file = ItemFile(SOURCES, self.base.texts[SOURCES])
        used = {id_: fields for id_, fields in self.sources.items() if fields["passages"]}
        known = {id_: _plain_source(source) for id_, source in self.base.sources.items()}
        changed = {id_: fields for id_, fields in used.items() if id_ in known and known[id_] != fields}
        added = [fields for id_, fields in used.items() if id_ not in known]
        file = file.with_items(changed) if changed else file
        return {SOURCES: file.extend(added)}

    def _entry_files(self) -> dict[str, ItemFile]:
        files: dict[str, ItemFile] = dict(self.base.faq)
        made: dict[str, ItemFile] = {}
        for path, file in files.items():
            inside = {id_: fields for id_, fields in self.changed_entries.items() if file.find(id_)}
            if inside:
                made[path] = file.with_items(inside)
        homes: dict[str, list[Fields]] = {}
        for fields in self.new_entries.values():
            homes.setdefault(home(fields["topics"][0], files), []).append(fields)
        for name, added in homes.items():
            path = f"faq/{name}.yaml"
            made[path] = (made.get(path) or files.get(path) or ItemFile(path, NEW_FILE)).extend(added)
        return made


def _paired(rows: Sequence[Row], earlier: Sequence[Recorded]) -> tuple[dict[str, Recorded], list[Recorded]]:
    """Return the earlier form of each row that has one, by :attr:`Row.where`, and what no row has any more.

    A row is known by its id, by its question, or by its answer if its question was reworded.
    """
    left = dict(enumerate(earlier))
    found: dict[str, Recorded] = {}

    def pair(row: Row, fits: Sequence[int]) -> None:
        if fits and row.where not in found:
            found[row.where] = left.pop(fits[0])

    for row in rows:
        pair(row, [at for at, was in left.items() if row.id and was.entry == row.id])
    known_by = [was.known_by for was in earlier]
    for row in rows:
        question = digest(row.question)
        pair(row, [at for at in left if known_by[at][0] == question])
    for row in rows:
        answer = digest(prose.written(row.answer))
        fits = [at for at in left if known_by[at][1] == answer]
        pair(row, fits if len(fits) == 1 else [])
    return found, list(left.values())


def _place(found: Finding) -> str:
    """Return what sorts findings as they stand in their file, row 9 before row 10."""
    return re.sub(r"\d+", lambda number: number[0].zfill(9), found.where)


def _host(named: str) -> str:
    """Return the host of an address; empty if it is no address on the web."""
    with contextlib.suppress(ValueError):
        return urlsplit(named).hostname or "" if re.match(r"https?://", named) else ""
    return ""


def _plain_source(source: Source) -> Fields:
    dumped = source.model_dump(exclude_defaults=True)
    return dumped | {"passages": list(dumped["passages"])}


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _short(text: str, most: int = 60) -> str:
    plain = prose.squeezed(text)
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"
