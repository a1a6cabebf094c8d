"""An edit and the files as they are -> the files that change. Pure: nothing is read or written."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

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
    Withdraw,
)
from bot.editing.items import (
    CASE,
    ENTRIES,
    QUESTIONS,
    UNANSWERED,
    Fields,
    Item,
    ItemFile,
    ItemFiles,
    find,
    find_in,
    holds_entries,
    read_item,
)
from bot.editing.layout import lines_of
from bot.editing.render import item_lines
from bot.editing.revision import Change
from bot.editing.threeway import ClashError, merged
from bot.knowledge.load import KnowledgeError, check_item, same
from bot.knowledge.model import Questions, Topic
from bot.knowledge.yaml_file import Place, Problem

Changes = dict[str, ItemFile | None]
"""Files that change, by their paths; None for one that goes."""

NEW_FILE: Final = "# yaml-language-server: $schema=../schema/faq.json\nentries: []\n"


class ConflictError(KnowledgeError):
    """Somebody else has changed the same item since."""


def apply(edit: Edit, files: ItemFiles) -> Changes:
    """Apply an edit.

    Only the lines that hold what is changed become others: the rest of each file is checked to read as before.

    Args:
        edit: what to change.
        files: the files of ``faq/`` and ``questions.yaml`` as they are now.

    Returns:
        The files that change; empty if the edit changes nothing.

    Raises:
        ConflictError: what the edit puts back was changed since.
        KnowledgeError: the entry does not exist (or exists already), the new values are not valid, or the
            file is laid out in a way that cannot be edited line by line.
    """
    match edit:
        case PutBack():
            changes = _put_back(edit.changes, files)
        case AddEntry():
            changes = _add_entry(edit, files)
        case Withdraw():
            changes = _withdraw(edit, files)
        case AddUnanswered():
            changes = _add_unanswered(edit, files)
        case _:
            changes = _edit_entry(edit, files)
    return {path: file for path, file in changes.items() if file != files.get(path)}


def _edit_entry(edit: EditEntry | AddPhrasing | RemovePhrasing | Retire | Restore, files: ItemFiles) -> Changes:
    item = _existing(edit.entry, files)
    if "withdrawn" in item.fields:
        raise _withdrawn(edit.entry)
    changes = _changed(item.with_fields(_without_empty(item.fields | _wanted(edit, item.fields))))
    if isinstance(edit, AddPhrasing):
        changes |= _no_longer_unanswered(edit.phrasing, files)
    return changes


def _existing(entry: str, files: ItemFiles) -> Item:
    item = find(entry, files)
    if item is None:
        raise _error(entry, f"the entry `{entry}` does not exist", "use the id of an entry in faq/")
    return item


def _withdraw(edit: Withdraw, files: ItemFiles) -> Changes:
    item = _existing(edit.entry, files)
    if "withdrawn" in item.fields:
        raise _withdrawn(edit.entry)
    passages = {"passages": list(edit.passages)} if edit.passages else {}
    left = {"id": edit.entry, "withdrawn": {"date": edit.day, "reason": edit.reason.value, **passages}}
    # A comment may say what the entry said.
    return _changed(item.reduced_to(item_lines(left, indent=item.lines.indent), left))


def _add_entry(edit: AddEntry, files: ItemFiles) -> Changes:
    item = find(edit.entry, files)
    if item:
        raise _error(edit.entry, f"the id `{edit.entry}` is taken, in {item.file.path}", "choose another")
    given = dict(edit.fields) | {"id": edit.entry}
    fields = ENTRIES.plain(edit.entry, _without_empty(given))
    name = home(fields["topics"][0], files) if edit.file is None else edit.file
    check_item("file", {"id": name, "title": "file"}, Topic)
    return _changed(_file(f"faq/{name}.yaml", files).append(fields))


def home(topic: str, files: ItemFiles) -> str:
    """Return the name of the file with the most entries whose first topic is this one; the topic itself if none has."""
    counts = {
        path: sum(item.get("topics", ())[:1] == [topic] for item in file.items)
        for path, file in files.items()
        if holds_entries(path)
    }
    best = max(counts, key=lambda path: counts[path], default="")
    return PurePosixPath(best).stem if counts.get(best) else topic


def _file(path: str, files: ItemFiles) -> ItemFile:
    return files.get(path) or ItemFile(path, NEW_FILE)


def _add_unanswered(edit: AddUnanswered, files: ItemFiles) -> Changes:
    fields = UNANSWERED.plain("the question", {"about": edit.about, "ask": [edit.question]})
    item = find_in(QUESTIONS, fields["about"], files)
    if item is None:
        return _changed(_file(QUESTIONS, files).append(fields))
    asked = list(item.fields["ask"])
    if fields["ask"][0] in asked:
        raise _error(edit.about, f'"{edit.question}" is already there', "add another")
    return _changed(item.with_fields(item.fields | {"ask": [*asked, *fields["ask"]]}))


def _no_longer_unanswered(phrasing: str, files: ItemFiles) -> Changes:
    """Remove a wording that now leads to an entry from those that must not be answered."""
    groups = check_item(QUESTIONS, files[QUESTIONS].data, Questions).unanswered if QUESTIONS in files else ()
    for group in groups:
        left = [question for question in group.ask if same(question) != same(phrasing)]
        item = find_in(QUESTIONS, group.about, files) if len(left) < len(group.ask) else None
        if item and item.fields["ask"] == list(group.ask):
            return {QUESTIONS: item.with_fields(item.fields | {"ask": left}) if left else item.removed()}
    return {}


def _put_back(changes: Sequence[Change], files: ItemFiles) -> Changes:
    """Apply changes one after another. A topic that entries have doesn't go."""
    made: Changes = {}
    for change in changes:
        now = {path: file for path, file in {**files, **made}.items() if file}
        if change.file != CASE or change.after is not None or not _is_topic_of_any(change.item, now):
            made |= _put(change, now)
    return made


def _is_topic_of_any(topic: str, files: ItemFiles) -> bool:
    items = (item for path, file in files.items() if holds_entries(path) for item in file.items)
    return any(topic in (item.get("topics") or ()) for item in items if isinstance(item, dict))


def _put(change: Change, files: ItemFiles) -> Changes:
    """Give an item the lines it has after a change; if it is not as the change found it, merge both."""
    item = find_in(change.file, change.item, files)
    if item is None and holds_entries(change.file):
        item = find(change.item, files)
    now = item.text if item else None
    if now == change.after:
        return {}
    if item and "withdrawn" in item.fields:
        raise _withdrawn(change.item)
    if now == change.before:
        if item and not change.after:
            return {item.file.path: item.removed()}
        fields, lines = read_item(change.file, change.after or ""), lines_of(change.after or "")
        if item is None:
            return _changed(_file(change.file, files).append(fields, lines))
        return _changed((item.reduced_to if "withdrawn" in fields else item.with_lines)(lines, fields))
    if item is None or change.before is None or change.after is None:
        raise _conflict(change.item)
    before, after = (read_item(change.file, lines) for lines in (change.before, change.after))
    if "withdrawn" in after:
        # Whatever others have made of its text, nobody may read it any more.
        return _changed(item.reduced_to(lines_of(change.after), after))
    try:
        fields = merged(before, after, item.plain)
    except ClashError as clash:
        raise _conflict(change.item, *clash.keys) from None
    return _changed(item.with_fields(fields))


def _changed(file: ItemFile) -> Changes:
    return {file.path: file}


def _conflict(item: str, *keys: str) -> ConflictError:
    what = f"`{item}` was changed again since" + (f": {', '.join(keys)}" if keys else "")
    return ConflictError([Problem(Place(item), what, "look at the current version, and edit it again")])


def _wanted(edit: EditEntry | AddPhrasing | RemovePhrasing | Retire | Restore, fields: Fields) -> Fields:
    """Return the new values of the keys that an edit changes."""
    phrasings = list(fields.get("phrasings") or ())
    match edit:
        case AddPhrasing():
            if edit.phrasing in phrasings:
                raise _error(edit.entry, f'"{edit.phrasing}" is already in `{edit.entry}`', "add another")
            if edit.phrasing.strip() and not same(edit.phrasing):
                raise _error(edit.entry, f"`{edit.phrasing}` has no letters or digits", "write it in words")
            return {"phrasings": [*phrasings, edit.phrasing]}
        case RemovePhrasing():
            if edit.phrasing not in phrasings:
                raise _error(
                    edit.entry, f'"{edit.phrasing}" is not one of its phrasings', "copy it exactly from the entry"
                )
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


def _withdrawn(entry: str) -> KnowledgeError:
    what = f"`{entry}` was withdrawn at a person's request, and no edit brings it back"
    return _error(entry, what, "if it must be answered after all, write a new entry with another id")


def _error(entry: str, what: str, fix: str) -> KnowledgeError:
    return KnowledgeError([Problem(Place(entry), what, fix)])
