"""What an import has brought beside its entries, which goes when they do."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

from bot.editing.import_record import Recorded
from bot.editing.items import ItemFile, holds_entries, read_item
from bot.editing.revision import Change
from bot.knowledge.citations import Ref
from bot.knowledge.load import KnowledgeError
from bot.knowledge.model import Entry, entry_model


def entries_gone(changes: Iterable[Change]) -> frozenset[str]:
    """Return the ids of the entries whose text an edit takes away: it removes them, or they are withdrawn."""
    entries = [change for change in changes if holds_entries(change.file)]
    before = {change.item for change in entries if _is_entry(change.file, change.before)}
    after = {change.item for change in entries if _is_entry(change.file, change.after)}
    return frozenset(before - after)


def _is_entry(file: str, lines: str | None) -> bool:
    if lines is None:
        return False
    try:
        return entry_model(read_item(file, lines)) is Entry
    except KnowledgeError:  # the history of a version with other keys
        return True


def without_unused(sources: ItemFile, rows: Sequence[Recorded], cited: Container[Ref]) -> ItemFile:
    """Return the sources without the passages that stand for rows of imports, and without those that have no other.

    Args:
        sources: the file of the sources.
        rows: the rows, whose entries are gone.
        cited: what something is still based on, which stays.
    """
    unused = defaultdict(set)
    for row in rows:
        unused[row.source].add(row.passage)
    for source in sources.items:
        id_, passages = source["id"], source["passages"]
        kept = [each for each in passages if each["id"] not in unused[id_] or _is_cited(id_, each, cited)]
        try:
            if kept and len(kept) < len(passages):
                sources = sources.with_items({id_: {**source, "passages": kept}})
            elif not kept:
                sources = _without(sources, id_)
        except KnowledgeError:
            # It cannot be edited line by line. That must not keep anybody from withdrawing an entry.
            continue
    return sources


def _is_cited(source: str, passage: dict[str, object], cited: Container[Ref]) -> bool:
    parts = passage.get("parts")
    named = [passage, *(parts if isinstance(parts, list) else [])]
    return any(Ref(source, str(each["id"])) in cited for each in named)


def _without(sources: ItemFile, id_: str) -> ItemFile:
    """Return the sources without one, unless it's the only one or another supersedes it."""
    found = sources.find(id_)
    if found is None or any(each.get("supersedes") == id_ for each in sources.items):
        return sources
    return found.removed() or sources
