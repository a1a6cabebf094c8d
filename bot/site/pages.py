"""The pages of the public page, as values: which there are, and what each of them shows.

A page names its template, and holds domain values that the template shows. Paths are relative to the page's address,
so that a site works in any folder of any host.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from bot.answering.citing import Numbering, cite
from bot.answering.people import entries_about, speakers
from bot.answering.reply import Answer, CitedStatement
from bot.answering.wording import gist
from bot.answering.wording import passage as passage_name
from bot.editing.updates import Update
from bot.i18n.catalogue import _
from bot.knowledge.addresses import entry_path, passage_path, person_path, source_path, topic_path
from bot.knowledge.citations import Ref, parse_ref
from bot.knowledge.model import Entry, Event, Kind, KnowledgeBase, Part, Passage, Person, Source, Topic
from bot.knowledge.topics import examples, in_topic
from bot.site.outline import as_text
from bot.site.timeline import drawing, moments

T = TypeVar("T")

LISTED: Final = 100
"""Most items of a list on one page; the rest is on further pages, so that no page is too heavy for a phone."""

WHOLE: Final = 20
"""Most items on one page of a list that shows whole texts, such as claims and events."""

DESCRIPTION: Final = 200
"""Most characters of a page's description, as a chat or a search engine shows it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    path: str
    template: str
    title: str
    description: str = ""
    section: str = ""
    """Path of the page in the menu that this one belongs to."""

    content: Mapping[str, Any] = field(default_factory=dict)
    """What only this kind of page shows."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page that every page links to."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a list that may have several: its items, and where the others are."""

    items: Sequence[Any]
    number: int = 1
    paths: tuple[str, ...] = ()
    """The paths of all pages of the list."""

    @property
    def before(self) -> str | None:
        """The path of the page before this one; None for the first."""
        return self.paths[self.number - 2] if self.number > 1 else None

    @property
    def after(self) -> str | None:
        """The path of the page after this one; None for the last."""
        return self.paths[self.number] if self.number < len(self.paths) else None


HOME: Final = "index.html"
PEOPLE: Final = "people.html"
TIMELINE: Final = "timeline.html"
CLAIMS: Final = "claims.html"
NOT_COVERED: Final = "not-covered.html"
SOURCES: Final = "sources.html"
CHANGES: Final = "changes.html"


def menu(base: KnowledgeBase, changed: Sequence[Update]) -> list[MenuItem]:
    """Return the pages that every page links to: those with something on them."""
    filled = [
        (HOME, _("Questions"), True),
        (PEOPLE, _("People"), base.people),
        (TIMELINE, _("Timeline"), base.events),
        (CLAIMS, _("Who says what"), speakers(base)),
        (NOT_COVERED, _("Not covered"), _of_kind(base, Kind.NOT_COVERED)),
        (SOURCES, _("Sources"), True),
        (CHANGES, _("Changes"), changed),
    ]
    return [MenuItem(path, name) for path, name, there in filled if there]


def pages(base: KnowledgeBase, changed: Sequence[Update] = (), paused: Iterable[str] = ()) -> Iterator[Page]:
    """Yield all pages, in the current language.

    Args:
        base: the knowledge base, without the entries that moderators have stopped.
        changed: what has changed, latest first; empty if nothing is known of it.
        paused: ids of the entries that moderators have stopped.
    """
    resting = _Resting(base)
    yield _home(base)
    for topic in base.case.topics:
        yield from _topic(base, topic)
    for entry in base.entries.values():
        yield _entry(base, entry, [each for each in changed if each.entry == entry.id and each.explained])
    for gone in (*base.retired, *base.withdrawn, *paused):
        yield _gone(base, gone)
    yield from _people(base)
    if base.events:
        yield from _timeline(base)
    yield from _claims(base)
    yield from _listed(
        NOT_COVERED, "not_covered.html", _("Not covered"), _of_kind(base, Kind.NOT_COVERED), _not_covered_intro()
    )
    yield Page(
        SOURCES, "sources.html", _("Sources"), _("What the answers are based on."), SOURCES, {"sources": base.sources}
    )
    for source in base.sources.values():
        yield from _source(base, source, resting)
    if changed:
        yield Page(
            CHANGES,
            "changes.html",
            _("What changed"),
            _("New answers and changed ones, latest first."),
            CHANGES,
            {"changes": [(update, base.entries[update.entry]) for update in changed]},
        )


def _home(base: KnowledgeBase) -> Page:
    (summary,), citations = cite(base, base.case.summary)
    topics = [
        (topic, len(found), examples(topic, found, 3))
        for topic in base.case.topics
        if (found := in_topic(base, topic.id))
    ]
    content = {"summary": summary, "citations": citations, "topics": topics}
    return Page(HOME, "index.html", base.case.title, _shortened(summary), HOME, content)


def _topic(base: KnowledgeBase, topic: Topic) -> Iterator[Page]:
    entries = in_topic(base, topic.id)
    first = " ".join(entry.question for entry in entries[:3])
    yield from _listed(topic_path(topic.id), "topic.html", topic.title, entries, first, HOME)


def _entry(base: KnowledgeBase, entry: Entry, corrections: Sequence[Update]) -> Page:
    numbering = Numbering(base)
    answer = numbering.answer(entry)
    topics = [topic for topic in base.case.topics if topic.id in entry.topics]
    named = [base.people[person] for person in entry.attributed_to]
    content = {
        "answer": answer,
        "citations": numbering.citations(),
        "topics": topics,
        "speakers": named,
        "faq": _faq_page(answer),
        "corrections": corrections,
    }
    shown = textwrap.shorten(as_text(answer.blocks), DESCRIPTION, placeholder="…")
    return Page(entry_path(entry.id), "entry.html", entry.question, shown, HOME, content)


def _faq_page(answer: Answer) -> dict[str, Any]:
    """Return an answer for search engines: https://schema.org/FAQPage."""
    said = {"@type": "Answer", "text": as_text(answer.blocks)}
    asked = {"@type": "Question", "name": answer.question, "acceptedAnswer": said}
    return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": [asked]}


def _gone(base: KnowledgeBase, entry: str) -> Page:
    """Return the page at the address of an entry that members no longer get, which shows nothing of it."""
    retired, withdrawn = base.retired.get(entry), base.withdrawn.get(entry)
    title = _("Withdrawn on request") if withdrawn else _("This answer is no longer available")
    content = {"since": retired and retired.retired, "withdrawn": withdrawn and withdrawn.withdrawn.date}
    return Page(entry_path(entry), "gone.html", title, content=content)


def _people(base: KnowledgeBase) -> Iterator[Page]:
    if base.people:
        people = list(base.people.values())
        yield from _listed(PEOPLE, "people.html", _("People"), people, _("Who's who."), PEOPLE)
    for person in base.people.values():
        yield from _person(base, person)


def _person(base: KnowledgeBase, person: Person) -> Iterator[Page]:
    (role, *notes), citations = cite(base, person.role, *person.notes)
    events = [
        (event, path, " ".join(statement.plain for statement in base.cited(event.what)))
        for event, path in _event_paths(base)
        if person.id in (*event.people, *event.said_by)
    ]
    content = {"person": person, "role": role, "notes": notes, "citations": citations, "events": events}
    yield from _listed(
        person_path(person.id),
        "person.html",
        person.name,
        entries_about(base, person),
        _shortened(role),
        PEOPLE,
        content,
    )


def _timeline(base: KnowledgeBase) -> Iterator[Page]:
    for shelf in _shelves(TIMELINE, base.events, WHOLE):
        texts, citations = cite(base, *(event.what for event in shelf.items))
        shown = moments(base, shelf.items, texts)
        content = {"shelf": shelf, "moments": shown, "drawing": drawing(shown), "citations": citations}
        path = shelf.paths[shelf.number - 1]
        yield Page(path, "timeline.html", _("Timeline"), _("What happened when, oldest first."), TIMELINE, content)


def _event_paths(base: KnowledgeBase) -> Iterator[tuple[Event, str]]:
    for shelf in _shelves(TIMELINE, base.events, WHOLE):
        for event in shelf.items:
            yield event, f"{shelf.paths[shelf.number - 1]}#event-{event.id}"


def _claims(base: KnowledgeBase) -> Iterator[Page]:
    """Yield the pages of claims and quotes, by speaker."""
    said = [
        (person, entry)
        for person in speakers(base)
        for entry in base.entries.values()
        if entry.kind in {Kind.CLAIM, Kind.QUOTE} and person.id in entry.attributed_to
    ]
    for shelf in _shelves(CLAIMS, said, WHOLE) if said else ():
        numbering = Numbering(base)
        by_speaker: dict[str, tuple[Person, list[Answer]]] = {}
        for person, entry in shelf.items:
            by_speaker.setdefault(person.id, (person, []))[1].append(numbering.answer(entry))
        content = {"shelf": shelf, "speakers": list(by_speaker.values()), "citations": numbering.citations()}
        warning = _("These are claims and quotes. Being listed here doesn't make them true.")
        yield Page(shelf.paths[shelf.number - 1], "claims.html", _("Who says what"), warning, CLAIMS, content)


def _not_covered_intro() -> str:
    return _("What people ask and the sources don't say.")


def _of_kind(base: KnowledgeBase, kind: Kind) -> list[Entry]:
    return [entry for entry in base.entries.values() if entry.kind is kind]


def _source(base: KnowledgeBase, source: Source, resting: "_Resting") -> Iterator[Page]:
    path = source_path(source.id)
    listed = source.passages
    yield from _listed(path, "source.html", source.title, listed, source.kind, SOURCES, {"source": source}, WHOLE)
    for at, passage in enumerate(listed):
        content = {
            "source": source,
            "passage": passage,
            "before": listed[at - 1] if at else None,
            "after": listed[at + 1] if at + 1 < len(listed) else None,
            "people": [person for person in base.people.values() if _names(person, source, passage, base)],
        }
        title = f"{passage_name(passage.id)}: {source.title}"
        said = textwrap.shorten(" ".join(map(gist, passage.voices)), DESCRIPTION, placeholder="…")
        entries = resting.on(source, passage)
        yield from _listed(
            passage_path(source.id, passage),
            "passage.html",
            f"{title[0].upper()}{title[1:]}",
            entries,
            said,
            SOURCES,
            content,
        )


def _names(person: Person, source: Source, passage: Passage, base: KnowledgeBase) -> bool:
    """Return whether a person appears in a passage or a part of it."""
    here = {Ref(source.id, part.id) for part in (passage, *passage.parts)}
    first = next(iter(base.sources))
    return any(parse_ref(mark, first) in here for mark in person.passages)


class _Resting:
    """The entries that are based on each passage."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._found: dict[Ref, dict[str, Entry]] = {}
        for entry in base.entries.values():
            for block in base.blocks(entry):
                for ref in (ref for statement in block.statements for ref in statement.refs):
                    self._found.setdefault(ref, {})[entry.id] = entry

    def on(self, source: Source, passage: Passage) -> list[Entry]:
        """Return the entries that cite a passage or a part of it."""
        parts: list[Part] = [passage, *passage.parts]
        cited = (self._found.get(Ref(source.id, part.id), {}) for part in parts)
        return list({key: entry for found in cited for key, entry in found.items()}.values())


def _listed(  # noqa: PLR0913, PLR0917 (all that a page consists of)
    path: str,
    template: str,
    title: str,
    items: Sequence[Any],
    description: str = "",
    section: str = "",
    content: Mapping[str, Any] = {},
    size: int = LISTED,
) -> Iterator[Page]:
    """Yield the pages of a list; at least one."""
    for shelf in _shelves(path, items, size):
        shown = {**content, "shelf": shelf}
        yield Page(shelf.paths[shelf.number - 1], template, title, description, section or path, shown)


def _shelves(path: str, items: Sequence[T], size: int) -> Iterator[Shelf]:
    stem = path.removesuffix(".html")
    starts = range(0, max(len(items), 1), size)
    # No id holds an underscore, so none of these is the address of something else.
    paths = tuple(f"{stem}_{number}.html" if number > 1 else path for number in range(1, len(starts) + 1))
    for number, start in enumerate(starts, start=1):
        yield Shelf(items[start : start + size], number, paths)


def _shortened(statements: Iterable[CitedStatement]) -> str:
    return textwrap.shorten(" ".join(each.plain for each in statements), DESCRIPTION, placeholder="…")
