"""Small knowledge bases for what the shipped one does not show."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from bot.answering.answerer import Answerer
from bot.knowledge.citations import Ref
from bot.knowledge.model import Case, Entry, Event, KnowledgeBase, Passage, Person, Questions, Source, Topic, Words


def entry(number: int = 1, **fields: object) -> Entry:
    """An entry on something nobody asks about by chance."""
    given: dict[str, object] = {
        "id": f"entry-{number}",
        "question": f"What is gadget {number}?",
        "phrasings": (f"gadget {number}",),
        "answer": f"It is gadget {number} [p1].",
        "kind": "reported",
        "topics": ("gadgets",),
        "reviewed": dt.date(2026, 11, 23),
    }
    return Entry.model_validate(given | fields)


def world(
    entries: Iterable[Entry],
    sources: Iterable[Mapping[str, Any]] = ({},),
    people: Iterable[Person] = (),
    topics: Iterable[Topic] = (Topic(id="gadgets", title="Gadgets"),),
    events: Iterable[Event] = (),
) -> Answerer:
    """An Answerer on these entries."""
    first = {
        "id": "article",
        "title": "An article",
        "date": dt.date(2020, 8, 17),
        "kind": "news article",
        "language": "en",
        "passages": (Passage(id="p1", gist="About gadgets."),),
    }
    parsed = [Source.model_validate(first | dict(fields)) for fields in sources]
    return Answerer(
        KnowledgeBase(
            case=Case(title="Gadgets", summary="S [p1].", disclaimer="D.", topics=tuple(topics)),
            sources={source.id: source for source in parsed},
            passages={Ref(source.id, part.id): part for source in parsed for part in source.citable()},
            people={person.id: person for person in people},
            events=tuple(events),
            entries={each.id: each for each in entries},
            words=Words(),
            questions=Questions(),
        )
    )


def event(number: int = 1, **fields: object) -> Event:
    """An event of a year in which something happened."""
    given: dict[str, object] = {
        "id": f"event-{number}",
        "date": 2000,
        "precision": "year",
        "what": f"Gadget {number} is built [p1].",
    }
    return Event.model_validate(given | fields)
