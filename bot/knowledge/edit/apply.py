"""An edit and the texts of the files -> the texts as they should be. Pure: nothing is read or written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from bot.knowledge.edit.edits import AddEntry, AddPhrasing, Edit, EditEntry, PutBack, RemovePhrasing, Restore, Retire
from bot.knowledge.edit.layout import Item, Layout, Splice, UnusualLayoutError, lines_of
from bot.knowledge.edit.render import KEYS, entry_lines, field_lines, item_line
from bot.knowledge.load import KnowledgeError, check_item
from bot.knowledge.model import Entry, Topic
from bot.knowledge.yaml_file import Place, Problem, parse

Texts = Mapping[str, str]
"""Name of a file, relative to the knowledge folder -> what stands in it."""

Fields = dict[str, Any]
"""The keys of an entry with plain values."""

_LIST: Final = "entries"
_NEW_FILE: Final = "# yaml-language-server: $schema=../schema/faq.json\nentries:\n"


class ConflictError(KnowledgeError):
    """Somebody else has changed the same entry in the meantime."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where an entry stands."""

    file: str
    at: int
    """Its position in the file's list."""

    fields: Fields
    text: str
    """Its lines as they stand in the file."""


def find(entry: str, texts: Texts) -> Found | None:
    """Find an entry by its id.

    Raises:
        KnowledgeError: the entry's file is not laid out one key a line.
    """
    for name, text in texts.items():
        if name.startswith("faq/") and entry in text:
            for at, item in enumerate(_items(name, text)):
                if isinstance(item, dict) and item.get("id") == entry:
                    return Found(name, at, item, _layout(name, text).item_text(at))
    return None


def apply(edit: Edit, texts: Texts) -> dict[str, str | None]:
    """Make an edit.

    Only the lines that hold what is changed become others; that everything else still reads the same
    is checked before the result is given back.

    Args:
        edit: what to change.
        texts: the files of ``faq/`` as they are now.

    Returns:
        The files that change, with their new texts, None for one that goes; empty where all is so already.

    Raises:
        ConflictError: an entry that is put back was changed since.
        KnowledgeError: the entry is not there (or is there already), the new values are not valid, or the
            file is laid out in a way that cannot be edited line by line.
    """
    found = find(edit.entry, texts)
    if isinstance(edit, AddEntry):
        if found:
            raise _error(edit.entry, f"the id `{edit.entry}` is taken, in {found.file}", "choose another")
        return _added(edit, texts)
    if isinstance(edit, PutBack):
        return _put_back(edit, found, texts)
    if found is None:
        raise _error(edit.entry, f"the entry `{edit.entry}` does not exist", "use the id of an entry in faq/")
    changed = _wanted(edit, found.fields)
    before = _plain(check_item(edit.entry, found.fields, Entry))
    after = _plain(check_item(edit.entry, _without_empty(found.fields | changed), Entry))
    keys = [key for key in changed if before.get(key) != after.get(key)]
    if not keys:
        return {}
    text = texts[found.file]
    layout = _layout(found.file, text)
    item = layout.items[found.at]
    try:
        splices = [splice for key in keys for splice in _splices(item, key, before.get(key), after.get(key))]
    except (UnusualLayoutError, ValueError):
        # An entry in one line, or so: the entry is written anew as a whole.
        splices = [Splice(item.start, item.end, tuple(entry_lines(after, item.indent)))]
    new = layout.spliced(splices)
    _verify(found.file, text, new, found.at, after)
    return {found.file: new}


def _added(edit: AddEntry, texts: Texts) -> dict[str, str | None]:
    given = dict(edit.fields) | {"id": edit.entry}
    fields = _plain(check_item(edit.entry, _without_empty(given), Entry))
    file = _home(fields["topics"][0], texts) if edit.file is None else edit.file
    name = f"faq/{file}.yaml"
    check_item("file", {"id": file, "title": "file"}, Topic)
    text = texts.get(name)
    if text is None:
        new = _NEW_FILE + "".join(f"{line}\n" for line in entry_lines(fields))
        _verify(name, _NEW_FILE, new, 0, fields)
        return {name: new}
    layout = _layout(name, text)
    end = layout.items[-1].end
    new = layout.spliced([Splice(end, end, ("", *entry_lines(fields, layout.items[-1].indent)))])
    _verify(name, text, new, len(layout.items), fields)
    return {name: new}


def _home(topic: str, texts: Texts) -> str:
    """Name the file whose entries have a topic first most often; the topic itself where none has."""
    counts = {name: sum(item.get("topics", ())[:1] == [topic] for item in _items(name, texts[name])) for name in texts}
    best = max(counts, key=lambda name: counts[name], default="")
    return PurePosixPath(best).stem if counts.get(best) else topic


def _put_back(edit: PutBack, found: Found | None, texts: Texts) -> dict[str, str | None]:
    if (found.text if found else None) != edit.expected:
        what = f"`{edit.entry}` was changed again since"
        raise ConflictError([Problem(Place(edit.entry), what, "undo the later changes first, or edit it by hand")])
    name = found.file if found else edit.file
    old = texts.get(name, _NEW_FILE)
    lines = [line.rstrip("\r\n") for line in lines_of(edit.text or "")]
    if found is None and not _items(name, old):
        return {name: _NEW_FILE + "".join(f"{line}\n" for line in lines)}
    layout = _layout(name, old)
    if found is None:
        end = layout.items[-1].end
        splice = Splice(end, end, ("", *lines))
    elif lines:
        splice = Splice(layout.items[found.at].start, layout.items[found.at].end, tuple(lines))
    elif len(layout.items) == 1:
        return {name: None}
    else:
        item = layout.items[found.at]
        spaced = not layout.lines[item.start - 1].strip()
        splice = Splice(item.start - spaced, item.end, ())
    new = layout.spliced([splice])
    if _others(edit.entry, _items(name, old)) != _others(edit.entry, _items(name, new)):
        raise _unmeant(name)
    return {name: new}


def _others(entry: str, items: list[Any]) -> list[Any]:
    return [item for item in items if item.get("id") != entry]


def _wanted(edit: EditEntry | AddPhrasing | RemovePhrasing | Retire | Restore, fields: Fields) -> Fields:
    """Say which keys get which values."""
    phrasings = list(fields.get("phrasings") or ())
    match edit:
        case AddPhrasing():
            if edit.phrasing in phrasings:
                raise _error(edit.entry, f'"{edit.phrasing}" stands already in `{edit.entry}`', "add another")
            return {"phrasings": [*phrasings, edit.phrasing]}
        case RemovePhrasing():
            if edit.phrasing not in phrasings:
                raise _error(edit.entry, f'"{edit.phrasing}" is no phrasing of it', "copy it as it stands in the entry")
            return {"phrasings": [phrasing for phrasing in phrasings if phrasing != edit.phrasing]}
        case Retire():
            return {"retired": edit.day}
        case Restore():
            return {"retired": None}
        case EditEntry():
            if edit.fields.get("id", edit.entry) != edit.entry:
                raise _error(edit.entry, "the id of an entry cannot be changed", "add a new entry and retire this one")
            return dict(edit.fields)


def _without_empty(fields: Mapping[str, object]) -> Fields:
    return {key: value for key, value in fields.items() if value is not None}


def _plain(entry: Entry) -> Fields:
    """Turn an entry into what YAML holds: its blanks folded, its defaults left out."""
    dumped = entry.model_dump(exclude_defaults=True)
    return {key: _plain_value(dumped[key]) for key in KEYS if dumped.get(key)}


def _plain_value(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value


def _splices(item: Item, key: str, before: object, after: object) -> Iterator[Splice]:
    """Say which lines of an entry change with a key.

    Raises:
        UnusualLayoutError: the key shares a line with others.
        ValueError: as before.
    """
    if before is None:
        earlier = [k for k in KEYS[: KEYS.index(key)] if k in item.keys]
        yield item.insert_behind(earlier[-1], field_lines(key, after, item.inner))
    elif after is None:
        yield item.replace(key, ())
    elif key == "phrasings" and isinstance(before, list) and isinstance(after, list):
        yield from _list_splices(item.list_items(key), before, after)
    else:
        yield item.replace(key, field_lines(key, after, item.inner))


def _list_splices(items: Sequence[Item], before: list[str], after: list[str]) -> Iterator[Splice]:
    """Take away the lines of what is gone and put what is new at the end; the order of the rest stays."""
    kept = [text for text in before if text in after]
    if not kept or len(set(before)) != len(before):
        raise UnusualLayoutError
    for text, line in zip(before, items, strict=True):
        if text not in after:
            yield Splice(line.start, line.end, ())
    new = [text for text in dict.fromkeys(after) if text not in before]
    if new:
        yield Splice(items[-1].end, items[-1].end, tuple(item_line(text, items[0].indent) for text in new))


def _items(name: str, text: str) -> list[Any]:
    document = parse(text.encode("utf-8"), name)
    if document.problems:
        raise KnowledgeError(document.problems)
    data = document.data
    listed = data.get(_LIST) if isinstance(data, dict) else None
    return listed if isinstance(listed, list) else []


def _layout(name: str, text: str) -> Layout:
    try:
        return Layout(text, _LIST)
    except UnusualLayoutError:
        what = "the file is not laid out with one entry after another, each after `- `"
        raise KnowledgeError([Problem(Place(name), what, "edit the file itself")]) from None


def _verify(name: str, old: str, new: str, at: int, fields: Fields) -> None:
    """Make sure that the file reads as before, but for one entry that reads as it should.

    Raises:
        KnowledgeError: a text of the entry cannot be written in YAML, or the file is too unusual.
    """
    before = _items(name, old)
    try:
        after = _items(name, new)
    except KnowledgeError:
        what = "a text holds a character that the files cannot hold"
        raise KnowledgeError([Problem(Place(name), what, "leave out what is not plain text or an emoji")]) from None
    same = len(after) > at and before[:at] == after[:at] and before[at + 1 :] == after[at + 1 :]
    if not same or _plain(check_item(name, after[at], Entry)) != fields:
        raise _unmeant(name)


def _unmeant(name: str) -> KnowledgeError:
    what = "the change would touch more of the file than it means"
    return KnowledgeError([Problem(Place(name), what, "edit the file itself")])


def _error(entry: str, what: str, mend: str) -> KnowledgeError:
    return KnowledgeError([Problem(Place(entry), what, mend)])
