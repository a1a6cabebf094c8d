"""The entries of a topic, and a few of them as examples."""

from bot.knowledge.model import Entry, Kind, KnowledgeBase, Topic


def in_topic(base: KnowledgeBase, topic: str) -> list[Entry]:
    """Return a topic's entries, those that the source covers first."""
    entries = [entry for entry in base.entries.values() if topic in entry.topics]
    return sorted(entries, key=lambda entry: entry.kind is Kind.NOT_COVERED)


def examples(topic: Topic, entries: list[Entry], count: int) -> list[Entry]:
    """Return some of a topic's entries to stand for it.

    They are those that name it as their first topic, since they say best what it is about, and none of them stands for
    another topic; where no entry does, the first.

    Args:
        topic: the topic.
        entries: its entries.
        count: how many entries to return at most.
    """
    return ([entry for entry in entries if entry.topics[0] == topic.id] or entries)[:count]
