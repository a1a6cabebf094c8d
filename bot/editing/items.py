"""The files that edits change. Each is parsed once, and an edit of it returns another file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from bot.editing.layout import ItemLines, Layout, Splice, UnusualLayoutError
from bot.editing.render import KEYS, field_lines, item_line, item_lines
from bot.editing.revision import Change
from bot.knowledge.load import KnowledgeError, check_item
from bot.knowledge.model import Entry, Refused, Source, Topic, Value, entry_model
from bot.knowledge.yaml_file import MAX_BYTES, Document, Place, Problem, parse

Fields = dict[str, Any]
"""The keys of an item with plain values."""

QUESTIONS: Final = "questions.yaml"
SOURCES: Final = "sources.yaml"
CASE: Final = "case.yaml"


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list of items in a file."""

    key: str
    """The key of the list."""

    id: str
    """The key of an item that names it."""

    model: type[Value]
    keys: tuple[str, ...]
    """The keys of an item in the order in which they are written."""

    def plain(self, name: str, data: object) -> Fields:
        """Validate an item and return it as YAML holds it: blanks folded, defaults left out.

        Args:
            name: what problems call it.
            data: the item as parsed.

        Raises:
            KnowledgeError: the item is invalid; the error lists every problem.
        """
        model = entry_model(data) if self.model is Entry else self.model
        dumped = check_item(name, data, model).model_dump(exclude_defaults=True)
        return {key: _plain(dumped[key]) for key in self.keys if dumped.get(key)}


ENTRIES: Final = ItemList("entries", "id", Entry, KEYS)
"""The list of a file in ``faq/``."""

UNANSWERED: Final = ItemList("unanswered", "about", Refused, ("about", "ask"))
"""The groups of questions that must not be answered, in ``questions.yaml``."""


_LISTS: Final[Mapping[str, ItemList]] = {
    QUESTIONS: UNANSWERED,
    SOURCES: ItemList("sources", "id", Source, tuple(Source.model_fields)),
    CASE: ItemList("topics", "id", Topic, tuple(Topic.model_fields)),
}
"""The list that is edited in each file beside ``faq/``."""


def _item_list(path: str) -> ItemList:
    return _LISTS.get(path, ENTRIES)


def holds_entries(path: str) -> bool:
    """Return whether a file is one of ``faq/``, by its path relative to the knowledge folder."""
    return path.startswith("faq/") and path.endswith(".yaml")


def edited(path: str) -> bool:
    """Return whether moderators can edit a file, by its path relative to the knowledge folder."""
    return path == QUESTIONS or holds_entries(path)


@dataclass(frozen=True)
class ItemFile:
    """A file with a list of items. It's parsed when that is first needed, and only once.

    Whatever needs the parsed text raises KnowledgeError if it cannot be parsed.
    """

    path: str
    """Relative to the knowledge folder."""

    text: str
    """The content; bytes that are not UTF-8 as surrogates, by :func:`os.fsdecode`'s convention."""

    @property
    def item_list(self) -> ItemList:
        """The list of the file that edits change."""
        return _item_list(self.path)

    @cached_property
    def document(self) -> Document:
        """The parsed text."""
        document = parse(self.text.encode("utf-8", "surrogateescape"), self.path)
        if document.problems:
            raise KnowledgeError(document.problems)
        return document

    @property
    def data(self) -> Fields:
        """Everything in the file; empty if its top is no mapping."""
        return self.document.data if isinstance(self.document.data, dict) else {}

    @property
    def items(self) -> Sequence[Any]:
        """The items as parsed, valid or not; empty if the file has no list."""
        listed = self.data.get(self.item_list.key)
        return listed if isinstance(listed, list) else []

    @cached_property
    def layout(self) -> Layout:
        """The lines of the items.

        Raises:
            KnowledgeError: the items are not laid out one after another.
        """
        try:
            return Layout(self.text, self.document.root, self.item_list.key)
        except UnusualLayoutError:
            what = "the file doesn't list its items one after another, each after `- `"
            raise _error(self.path, what, "edit the file itself") from None

    @cached_property
    def _positions(self) -> dict[str, int]:
        """Position of the first item of each name."""
        positions: dict[str, int] = {}
        for at, item in enumerate(self.items):
            if isinstance(item, dict) and self.item_list.id in item:
                positions.setdefault(str(item[self.item_list.id]), at)
        return positions

    @property
    def _spaced(self) -> bool:
        """Whether a blank line stands before each item."""
        return self.path not in {QUESTIONS, CASE}

    @property
    def item_texts(self) -> Mapping[str, str]:
        """Name of each item -> its lines."""
        return {name: self.layout.item_text(at) for name, at in self._positions.items()}

    def find(self, name: str) -> "Item | None":
        """Return the item with a name; None if there is none.

        Raises:
            KnowledgeError: the items are not laid out one after another.
        """
        # Most files don't hold the name at all, and need no parsing to tell.
        at = self._positions.get(name) if name in self.text else None
        return None if at is None else Item(self, at, self.items[at], self.layout.items[at])

    def extend(self, items: Sequence[Fields]) -> "ItemFile":
        """Return the file with more items at the end.

        Args:
            items: the items, plain.

        Raises:
            KnowledgeError: an item cannot be written, or the file has an unusual layout.
        """
        if not items:
            return self
        items = [self.item_list.plain(self.path, fields) for fields in items]
        spaced = self._spaced
        written = [item_lines(fields, self.item_list.keys, self.layout.indent) for fields in items]
        lines = [line for each in written for line in (*([""] if spaced else []), *each)]
        text = self.layout.with_last(lines[1:] if spaced else lines, spaced=spaced)
        return _checked(self, text, dict(enumerate(items, len(self.items))))

    def with_items(self, wanted: Mapping[str, Fields]) -> "ItemFile":
        """Return the file with other values for some items; only the lines of those values change.

        Args:
            wanted: name of each item -> its values.

        Raises:
            KnowledgeError: the values are invalid or cannot be written.
        """
        splices: list[Splice] = []
        changed: dict[int, Fields] = {}
        for name, fields in wanted.items():
            item = self.find(name)
            if item is None:
                raise _error(self.path, f"`{name}` isn't there", "name an item in the file")
            made, after = item.rewritten(fields)
            splices += made
            changed |= {item.at: after} if made else {}
        return _checked(self, self.layout.spliced(splices), changed) if changed else self

    def append(self, fields: Fields, lines: Sequence[str] = ()) -> "ItemFile":
        """Return the file with one more item at the end.

        Args:
            fields: the item, plain.
            lines: the lines of the item; by default, they are written from its fields.

        Raises:
            KnowledgeError: the item cannot be written, or the file has an unusual layout.
        """
        lines = lines or item_lines(fields, self.item_list.keys, self.layout.indent)
        text = self.layout.with_last(lines, spaced=self._spaced)
        return _checked(self, text, {len(self.items): fields})


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a file."""

    file: ItemFile
    at: int
    """Its position in the list."""

    fields: Fields
    """As parsed."""

    lines: ItemLines

    @property
    def plain(self) -> Fields:
        """The item as :meth:`ItemList.plain` returns it."""
        return self.file.item_list.plain(self.fields[self.file.item_list.id], self.fields)

    @property
    def text(self) -> str:
        """The item's lines, as they stand in the file."""
        return self.file.layout.item_text(self.at)

    def with_fields(self, fields: Fields) -> ItemFile:
        """Return the file with other values for the item; only the lines of those values change.

        Raises:
            KnowledgeError: the values are invalid or cannot be written.
        """
        splices, after = self.rewritten(fields)
        return _checked(self.file, self.file.layout.spliced(splices), {self.at: after}) if splices else self.file

    def rewritten(self, fields: Fields) -> tuple[list[Splice], Fields]:
        """Return the splices that give the item other values, none if it has them already, and those values, plain.

        Raises:
            KnowledgeError: the values are invalid.
        """
        items = self.file.item_list
        before, after = self.plain, items.plain(self.fields[items.id], fields)
        keys = [key for key in items.keys if before.get(key) != after.get(key)]
        try:
            return [
                splice
                for key in keys
                for splice in _splices(self.lines, key, before.get(key), after.get(key), items.keys)
            ], after
        except (UnusualLayoutError, ValueError):
            # The item is written in one line, say. Rewrite the whole of it.
            lines = item_lines(after, items.keys, self.lines.indent)
            return [Splice(self.lines.start, self.lines.end, tuple(lines))], after

    def with_lines(self, lines: Sequence[str], fields: Fields) -> ItemFile:
        """Return the file with other lines for the item.

        Args:
            lines: the new lines.
            fields: what they must hold, plain.

        Raises:
            KnowledgeError: they hold something else.
        """
        splice = Splice(self.lines.start, self.lines.end, tuple(lines))
        return _checked(self.file, self.file.layout.spliced([splice]), {self.at: fields})

    def reduced_to(self, lines: Sequence[str], fields: Fields) -> ItemFile:
        """Return the file with other lines for the item, and without the comments about it, in it and around it.

        Raises:
            KnowledgeError: they hold something else.
        """
        splice = Splice(*self.file.layout.around(self.at), tuple(lines))
        return _checked(self.file, self.file.layout.spliced([splice]), {self.at: fields})

    def removed(self) -> ItemFile | None:
        """Return the file without the item; None if the FAQ file has no other and goes, too.

        Raises:
            KnowledgeError: the file has an unusual layout.
        """
        if len(self.file.items) == 1 and self.file.path != QUESTIONS:
            return None
        try:
            text = self.file.layout.without(self.at)
        except UnusualLayoutError:
            raise _unmeant(self.file.path) from None
        return _checked(self.file, text, {}, without=self.at)


ItemFiles = Mapping[str, ItemFile]
"""Files by their paths."""


def find(entry: str, files: ItemFiles) -> Item | None:
    """Return an entry by its id; None if it does not exist.

    Raises:
        KnowledgeError: the items of its file are not laid out one after another.
    """
    return next((item for path, file in files.items() if holds_entries(path) and (item := file.find(entry))), None)


def find_in(path: str, name: str, files: ItemFiles) -> Item | None:
    """Return the item with a name in one file; None if either does not exist.

    Raises:
        KnowledgeError: the items of the file are not laid out one after another.
    """
    return files[path].find(name) if path in files else None


def differences(path: str, old: ItemFile | None, new: ItemFile | None) -> Iterator[Change]:
    """Yield what became of each item of a file.

    Args:
        path: of the file.
        old: the file before; None if there was none.
        new: the file after; None if it is gone.

    Raises:
        KnowledgeError: a file cannot be parsed, or its items are not laid out one after another.
    """
    before, after = (file.item_texts if file else {} for file in (old, new))
    for item in dict.fromkeys((*before, *after)):
        if before.get(item) != after.get(item):
            yield Change(path, item, before.get(item), after.get(item))


def read_item(path: str, lines: str) -> Fields:
    """Parse the lines of one item of a file and return it plain.

    Raises:
        KnowledgeError: they are not a valid item.
    """
    file = ItemFile(path, f"{_item_list(path).key}:\n{lines}\n")
    return file.item_list.plain(path, file.items[0] if file.items else None)


def _checked(old: ItemFile, text: str, changed: Mapping[int, Fields], without: int | None = None) -> ItemFile:
    """Return the file with a new text, if it reads as before except for some items.

    Args:
        old: the file as it was.
        text: its new text.
        changed: position of each changed or new item -> how it must read, plain; in the order of the list.
        without: the position of the item that must be gone; None for none.

    Raises:
        KnowledgeError: the item holds text that YAML cannot hold, or the layout is too unusual to edit.
    """
    if len(text.encode("utf-8", "surrogateescape")) > MAX_BYTES:
        what = f"the file would be larger than {MAX_BYTES:,} bytes"
        raise _error(old.path, what, "sort the entries under more topics, since each topic has a file of its own")
    new = ItemFile(old.path, text)
    expected = list(old.items)
    try:
        found = list(new.items)
    except KnowledgeError:
        what = "the text contains a character that the files can't store"
        raise _error(old.path, what, "remove anything that isn't plain text or an emoji") from None
    if without is not None:
        del expected[without]
    for at, fields in changed.items():
        if len(found) > at and new.item_list.plain(old.path, found[at]) == fields:
            expected[at : at + 1] = [found[at]]
    key = new.item_list.key
    if new.data | {key: found} != old.data | {key: expected}:
        raise _unmeant(old.path)
    return new


def _splices(lines: ItemLines, key: str, before: object, after: object, keys: Sequence[str]) -> Iterator[Splice]:
    """Yield the splices that change the value of a key.

    Raises:
        UnusualLayoutError: the key shares a line with others.
        ValueError: as above.
    """
    if before is None:
        earlier = [other for other in keys[: keys.index(key)] if other in lines.keys]
        yield lines.insert_after(earlier[-1], field_lines(key, after, lines.inner))
    elif after is None:
        yield lines.replace(key, ())
    elif (
        key in {"phrasings", "ask"}
        and isinstance(before, list)
        and isinstance(after, list)
        and _keeps_order(before, after)
    ):
        yield from _list_splices(lines.list_items(key), before, after)
    elif (
        key == "passages"
        and isinstance(before, list)
        and isinstance(after, list)
        and (len(after) >= len(before) or all(each in before for each in after))
    ):
        yield from _record_splices(lines.list_items(key), before, after)
    else:
        yield lines.replace(key, field_lines(key, after, lines.inner))


def _keeps_order(before: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether something is kept of a list, in its order."""
    kept = [text for text in before if text in after]
    return bool(kept) and kept == [text for text in after if text in before]


def _list_splices(items: Sequence[ItemLines], before: list[str], after: list[str]) -> Iterator[Splice]:
    """Yield the splices that delete what is gone and insert what is new where it is to stand; the rest keeps its order.

    Raises:
        UnusualLayoutError: an item stands there twice.
    """
    lines = dict(zip(before, items, strict=True))
    if len(lines) < len(items):
        raise UnusualLayoutError
    for text, line in lines.items():
        if text not in after:
            yield Splice(line.start, line.end, ())
    at = items[0].start
    new: dict[int, list[str]] = {}
    for text in dict.fromkeys(after):
        if text in lines:
            at = lines[text].end
        else:
            new.setdefault(at, []).append(item_line(text, items[0].indent))
    for at, added in new.items():
        yield Splice(at, at, tuple(added))


def _record_splices(items: Sequence[ItemLines], before: list[Fields], after: list[Fields]) -> Iterator[Splice]:
    """Yield the splices that change records in their places, and append those that are new; or delete what is gone."""
    if len(after) < len(before):
        for old, lines in zip(before, items, strict=True):
            if old not in after:
                yield Splice(lines.start, lines.end, ())
        return
    indent = items[0].indent
    for old, new, lines in zip(before, after, items, strict=False):
        if old != new:
            yield Splice(lines.start, lines.end, tuple(item_lines(new, tuple(new), indent)))
    added = [line for record in after[len(before) :] for line in item_lines(record, tuple(record), indent)]
    if added:
        yield Splice(items[-1].end, items[-1].end, tuple(added))


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return str(value) if isinstance(value, str) else value


def _unmeant(path: str) -> KnowledgeError:
    return _error(path, "the change would alter more of the file than intended", "edit the file itself")


def _error(path: str, what: str, fix: str) -> KnowledgeError:
    return KnowledgeError([Problem(Place(path), what, fix)])
