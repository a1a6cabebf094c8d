"""The lists that edits change, and where an item of them stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.editing.layout import Layout, UnusualLayoutError
from bot.editing.render import KEYS
from bot.editing.revision import Change
from bot.knowledge.load import KnowledgeError, check_item
from bot.knowledge.model import Entry, Refused, Value
from bot.knowledge.yaml_file import Place, Problem, parse

Texts = Mapping[str, str]
"""Name of a file, relative to the knowledge folder -> what stands in it."""

Fields = dict[str, Any]
"""The keys of an item with plain values."""

QUESTIONS: Final = "questions.yaml"


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list of items in a file."""

    key: str
    """Under which the list stands."""

    id: str
    """The key of an item that names it."""

    model: type[Value]
    keys: tuple[str, ...]
    """The keys of an item in the order in which they are written."""

    def plain(self, name: str, data: object) -> Fields:
        """Check an item and turn it into what YAML holds: its blanks folded, its defaults left out.

        Args:
            name: what problems call it.
            data: the item as read.

        Raises:
            KnowledgeError: it lists every problem of the item's shape.
        """
        dumped = check_item(name, data, self.model).model_dump(exclude_defaults=True)
        return {key: _plain(dumped[key]) for key in self.keys if dumped.get(key)}


ENTRIES: Final = ItemList("entries", "id", Entry, KEYS)
"""What a file of ``faq/`` holds."""

UNANSWERED: Final = ItemList("unanswered", "about", Refused, ("about", "ask"))
"""The groups of questions that must not be answered, in ``questions.yaml``."""


def item_list_of(file: str) -> ItemList:
    """Tell which list of a file is edited."""
    return UNANSWERED if file == QUESTIONS else ENTRIES


def edited(file: str) -> bool:
    """Tell whether edits can change a file, by its name relative to the knowledge folder."""
    return file == QUESTIONS or (file.startswith("faq/") and file.endswith(".yaml"))


@dataclass(frozen=True, slots=True)
class Found:
    """Where an item stands."""

    file: str
    at: int
    """Its position in the file's list."""

    fields: Fields
    text: str
    """Its lines as they stand in the file."""


def find(item: str, texts: Texts) -> Found | None:
    """Find an entry by its id.

    Raises:
        KnowledgeError: the entry's file is not laid out one key a line.
    """
    return next((found for name in texts if name != QUESTIONS and (found := find_in(name, item, texts))), None)


def find_in(file: str, item: str, texts: Texts) -> Found | None:
    """Find an item of one file by what names it.

    Raises:
        KnowledgeError: the file is not laid out one key a line.
    """
    text = texts.get(file, "")
    if item not in text:
        return None
    name = item_list_of(file).id
    for at, fields in enumerate(items(file, text)):
        if isinstance(fields, dict) and fields.get(name) == item:
            return Found(file, at, fields, layout(file, text).item_text(at))
    return None


def differences(file: str, old: str | None, new: str | None) -> Iterator[Change]:
    """Say what became of each item of a file.

    Args:
        file: its name, relative to the knowledge folder.
        old: what stood in it; None where there was none.
        new: what stands in it; None where it is gone.

    Raises:
        KnowledgeError: one of the texts cannot be read, or is not laid out one item after another.
    """
    before, after = _by_name(file, old), _by_name(file, new)
    for item in dict.fromkeys((*before, *after)):
        if before.get(item) != after.get(item):
            yield Change(file, item, before.get(item), after.get(item))


def _by_name(file: str, text: str | None) -> dict[str, str]:
    read = items(file, text) if text is not None else []
    if text is None or not read:
        return {}
    name, lines = item_list_of(file).id, layout(file, text)
    found: dict[str, str] = {}
    for at, item in enumerate(read):
        if isinstance(item, dict) and name in item:
            found.setdefault(str(item[name]), lines.item_text(at))
    return found


def read_lines(file: str, lines: str) -> Fields:
    """Read the lines of one item as they stand in a file; plain.

    Raises:
        KnowledgeError: they are no valid item.
    """
    shelf = item_list_of(file)
    read = items(file, f"{shelf.key}:\n{lines}\n")
    return shelf.plain(file, read[0] if read else None)


def items(file: str, text: str) -> list[Any]:
    """Read the list of a file; empty where it has none.

    Raises:
        KnowledgeError: the file cannot be read.
    """
    listed = data(file, text).get(item_list_of(file).key)
    return listed if isinstance(listed, list) else []


@lru_cache(maxsize=16)
def data(file: str, text: str) -> Fields:
    """Read a file; empty where it holds no keys. Kept for the next who asks, so do not change it.

    Raises:
        KnowledgeError: the file cannot be read.
    """
    document = parse(text.encode("utf-8"), file)
    if document.problems:
        raise KnowledgeError(document.problems)
    return document.data if isinstance(document.data, dict) else {}


def layout(file: str, text: str) -> Layout:
    """Find the lines of a file's items.

    Raises:
        KnowledgeError: they are not laid out one after another.
    """
    try:
        return Layout(text, item_list_of(file).key)
    except UnusualLayoutError:
        what = "the file is not laid out with one item after another, each after `- `"
        raise KnowledgeError([Problem(Place(file), what, "edit the file itself")]) from None


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value
