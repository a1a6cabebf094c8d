"""What goes with an entry that a person asks to have withdrawn."""

from collections.abc import Iterator

from bot.knowledge.citations import Ref, parse_ref
from bot.knowledge.model import Entry, KnowledgeBase


def passages_of_one(base: KnowledgeBase, entry: Entry) -> tuple[str, ...]:
    """Return the passages, as marks name them, that an entry cites and nothing else does.

    Their gists say what the entry says. In an imported FAQ, for instance, they are its questions.
    """
    used = cited_in(base, without=entry.id)
    own = set(_cited(base, entry))
    default = next(iter(base.sources))
    return tuple(
        passage.id if source.id == default else f"{source.id}:{passage.id}"
        for source in base.sources.values()
        for passage in source.passages
        if (refs := {Ref(source.id, part.id) for part in (passage, *passage.parts)}) & own and not refs & used
    )


def cited_in(base: KnowledgeBase, without: str = "") -> set[Ref]:
    """Return all that entries, the summary, people and events cite.

    Args:
        base: the knowledge.
        without: the id of an entry to leave out.
    """
    others = [each for each in (*base.entries.values(), *base.retired.values()) if each.id != without]
    beside = _cited_beside(base, next(iter(base.sources)))
    return {ref for each in others for ref in _cited(base, each)} | set(beside)


def _cited(base: KnowledgeBase, entry: Entry) -> Iterator[Ref]:
    for block in base.blocks(entry):
        for statement in block.statements:
            yield from statement.refs


def _cited_beside(base: KnowledgeBase, default: str) -> Iterator[Ref]:
    """Yield what the summary, people and events are based on."""
    people = base.people.values()
    roles = [text for person in people for text in (person.role, *person.notes)]
    for text in (base.case.summary, *roles, *(event.what for event in base.events)):
        for statement in base.cited(text):
            yield from statement.refs
    yield from (parse_ref(mark, default) for person in people for mark in person.passages)
