"""An edit and the texts of the files -> the texts as they should be. Pure: nothing is read or written."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from bot.editing.edits import (
    AddEntry,
    AddPhrasing,
    AddUnanswered,
    Edit,
    EditEntry,
    PutBack,
    RemovePhrasing,
    Restore,
    Retire,
)
from bot.editing.items import (
    ENTRIES,
    QUESTIONS,
    UNANSWERED,
    Fields,
    Found,
    Texts,
    data,
    find,
    find_in,
    item_list_of,
    items,
    layout,
    read_lines,
)
from bot.editing.layout import Item, Splice, UnusualLayoutError, lines_of
from bot.editing.render import field_lines, item_line, item_lines
from bot.editing.revision import Change
from bot.editing.threeway import ClashError, merged
from bot.knowledge.load import KnowledgeError, check_item, same
from bot.knowledge.model import Questions, Topic
from bot.knowledge.yaml_file import Place, Problem

Changes = dict[str, str | None]
"""Name of a file -> its new text; None where the file goes."""

_NEW_FILE: Final = "# yaml-language-server: $schema=../schema/faq.json\nentries:\n"


class ConflictError(KnowledgeError):
    """Somebody else has changed the same in the meantime."""


def apply(edit: Edit, texts: Texts) -> Changes:
    """Make an edit.

    Only the lines that hold what is changed become others; that everything else still reads the same
    is checked before the result is given back.

    Args:
        edit: what to change.
        texts: the files of ``faq/``, and ``questions.yaml``, as they are now.

    Returns:
        The files that change; empty where all is so already.

    Raises:
        ConflictError: what is put back was changed since.
        KnowledgeError: the entry is not there (or is there already), the new values are not valid, or the
            file is laid out in a way that cannot be edited line by line.
    """
    match edit:
        case PutBack():
            return _each(edit.changes, texts)
        case AddEntry():
            return _added(edit, texts)
        case AddUnanswered():
            return _unanswered(edit, texts)
    found = find(edit.entry, texts)
    if found is None:
        raise _error(edit.entry, f"the entry `{edit.entry}` does not exist", "use the id of an entry in faq/")
    changed = _wanted(edit, found.fields)
    changes = _rewritten(found, _without_empty(found.fields | changed), texts)
    if isinstance(edit, AddPhrasing):
        changes |= _answered(edit.phrasing, texts)
    return changes


def _added(edit: AddEntry, texts: Texts) -> Changes:
    found = find(edit.entry, texts)
    if found:
        raise _error(edit.entry, f"the id `{edit.entry}` is taken, in {found.file}", "choose another")
    given = dict(edit.fields) | {"id": edit.entry}
    fields = ENTRIES.plain(edit.entry, _without_empty(given))
    file = _home(fields["topics"][0], texts) if edit.file is None else edit.file
    check_item("file", {"id": file, "title": "file"}, Topic)
    return _appended(f"faq/{file}.yaml", fields, texts)


def _home(topic: str, texts: Texts) -> str:
    """Name the file whose entries have a topic first most often; the topic itself where none has."""
    counts = {
        name: sum(item.get("topics", ())[:1] == [topic] for item in items(name, texts[name]))
        for name in texts
        if name != QUESTIONS
    }
    best = max(counts, key=lambda name: counts[name], default="")
    return PurePosixPath(best).stem if counts.get(best) else topic


def _unanswered(edit: AddUnanswered, texts: Texts) -> Changes:
    fields = UNANSWERED.plain("the question", {"about": edit.about, "ask": [edit.question]})
    found = find_in(QUESTIONS, fields["about"], texts)
    if found is None:
        return _appended(QUESTIONS, fields, texts)
    asked = list(found.fields["ask"])
    if fields["ask"][0] in asked:
        raise _error(QUESTIONS, f'"{edit.question}" stands there already', "add another")
    return _rewritten(found, found.fields | {"ask": [*asked, *fields["ask"]]}, texts)


def _answered(phrasing: str, texts: Texts) -> Changes:
    """Take a wording that now leads to an entry out of those that must not be answered."""
    groups = (
        check_item(QUESTIONS, data(QUESTIONS, texts[QUESTIONS]), Questions).unanswered if QUESTIONS in texts else ()
    )
    for group in groups:
        left = [question for question in group.ask if same(question) != same(phrasing)]
        found = find_in(QUESTIONS, group.about, texts) if len(left) < len(group.ask) else None
        if found and found.fields["ask"] == list(group.ask):
            return _rewritten(found, found.fields | {"ask": left}, texts) if left else _removed(found, texts)
    return {}


def _each(changes: Sequence[Change], texts: Texts) -> Changes:
    """Make changes one after another."""
    done: Changes = {}
    now = dict(texts)
    for change in changes:
        made = _put(change, now)
        done |= made
        now = {name: text for name, text in {**now, **made}.items() if text is not None}
    return {name: text for name, text in done.items() if text != texts.get(name)}


def _put(change: Change, texts: Texts) -> Changes:
    """Give an item the lines that a change gave it; where it is not as the change found it, join both."""
    found = find_in(change.file, change.item, texts)
    if found is None and change.file != QUESTIONS:
        found = find(change.item, texts)
    now = found.text if found else None
    if now == change.after:
        return {}
    if now == change.before:
        if found is None:
            return _appended(change.file, read_lines(change.file, change.after or ""), texts, change.after)
        return _replaced(found, change.after, texts) if change.after else _removed(found, texts)
    if found is None or change.before is None or change.after is None:
        raise _conflict(change.item)
    before, after = (read_lines(change.file, lines) for lines in (change.before, change.after))
    try:
        fields = merged(before, after, item_list_of(found.file).plain(change.item, found.fields))
    except ClashError as clash:
        raise _conflict(change.item, *clash.keys) from None
    return _rewritten(found, fields, texts)


def _conflict(item: str, *keys: str) -> ConflictError:
    what = f"`{item}` was changed again since" + (f": {', '.join(keys)}" if keys else "")
    return ConflictError([Problem(Place(item), what, "look at it as it is now, and edit it again")])


def _rewritten(found: Found, fields: Fields, texts: Texts) -> Changes:
    """Give an item other values, in the lines that hold them."""
    shelf, text = item_list_of(found.file), texts[found.file]
    name = found.fields[shelf.id]
    before, after = shelf.plain(name, found.fields), shelf.plain(name, fields)
    keys = [key for key in shelf.keys if before.get(key) != after.get(key)]
    if not keys:
        return {}
    lines = layout(found.file, text)
    item = lines.items[found.at]
    try:
        splices = [
            splice for key in keys for splice in _splices(item, key, before.get(key), after.get(key), shelf.keys)
        ]
    except (UnusualLayoutError, ValueError):
        # An entry in one line, or so: the entry is written anew as a whole.
        splices = [Splice(item.start, item.end, tuple(item_lines(after, shelf.keys, item.indent)))]
    new = lines.spliced(splices)
    _verify(found.file, text, new, found.at, after)
    return {found.file: new}


def _replaced(found: Found, lines: str, texts: Texts) -> Changes:
    old = texts[found.file]
    laid = layout(found.file, old)
    item = laid.items[found.at]
    new = laid.spliced([Splice(item.start, item.end, _lines(lines))])
    _verify(found.file, old, new, found.at, read_lines(found.file, lines))
    return {found.file: new}


def _removed(found: Found, texts: Texts) -> Changes:
    old = texts[found.file]
    laid = layout(found.file, old)
    if len(laid.items) == 1 and found.file != QUESTIONS:
        return {found.file: None}
    try:
        new = laid.without(found.at)
    except UnusualLayoutError:
        raise _unmeant(found.file) from None
    _verify(found.file, old, new, found.at, None)
    return {found.file: new}


def _appended(name: str, fields: Fields, texts: Texts, lines: str | None = None) -> Changes:
    """Put an item at the end of a file, which is made if it is one of ``faq/`` and not there.

    Args:
        name: the file.
        fields: the item, plain.
        texts: the files.
        lines: those of the item, where they are given.
    """
    shelf, old = item_list_of(name), texts.get(name)
    new_lines = _lines(lines) if lines else tuple(item_lines(fields, shelf.keys))
    if old is None and name != QUESTIONS:
        new = _NEW_FILE + "".join(f"{line}\n" for line in new_lines)
        _verify(name, _NEW_FILE, new, 0, fields)
        return {name: new}
    laid = layout(name, old or "")
    new = laid.with_last(new_lines, spaced=name != QUESTIONS)
    _verify(name, old or "", new, len(laid.items), fields)
    return {name: new}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip("\r\n") for line in lines_of(text))


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


def _splices(item: Item, key: str, before: object, after: object, keys: Sequence[str]) -> Iterator[Splice]:
    """Say which lines of an item change with a key.

    Raises:
        UnusualLayoutError: the key shares a line with others.
        ValueError: as before.
    """
    if before is None:
        earlier = [k for k in keys[: keys.index(key)] if k in item.keys]
        yield item.insert_behind(earlier[-1], field_lines(key, after, item.inner))
    elif after is None:
        yield item.replace(key, ())
    elif key in {"phrasings", "ask"} and isinstance(before, list) and isinstance(after, list):
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


def _verify(name: str, old: str, new: str, at: int, fields: Fields | None) -> None:
    """Make sure that the file reads as before, but for one item that reads as it should, or is gone.

    Raises:
        KnowledgeError: a text of the item cannot be written in YAML, or the file is too unusual.
    """
    before, rest = _read(name, old)
    try:
        after, other = _read(name, new)
    except KnowledgeError:
        what = "a text holds a character that the files cannot hold"
        raise KnowledgeError([Problem(Place(name), what, "leave out what is not plain text or an emoji")]) from None
    if fields is None:
        del before[at]
    elif len(after) > at and item_list_of(name).plain(name, after[at]) == fields:
        before[at : at + 1] = [after[at]]
    if before != after or rest != other:
        raise _unmeant(name)


def _read(name: str, text: str) -> tuple[list[Any], Fields]:
    """Read the list of a file, and what stands beside it."""
    rest = dict(data(name, text))
    listed = rest.pop(item_list_of(name).key, None)
    return list(listed) if isinstance(listed, list) else [], rest


def _unmeant(name: str) -> KnowledgeError:
    what = "the change would touch more of the file than it means"
    return KnowledgeError([Problem(Place(name), what, "edit the file itself")])


def _error(entry: str, what: str, mend: str) -> KnowledgeError:
    return KnowledgeError([Problem(Place(entry), what, mend)])
