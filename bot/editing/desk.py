"""Turns moderators' edits into drafts, and confirmed drafts into what members read.

Knows nothing of Discord. Every method blocks, some for seconds, so call them with ``asyncio.to_thread``.
"""

import contextlib
import datetime as dt
import logging
from collections.abc import Collection, Container
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from bot.editing import journal
from bot.editing.apply import Changes, ConflictError, apply
from bot.editing.edits import Edit, PutBack, Withdraw
from bot.editing.git import commits
from bot.editing.git.clone import superseded_key
from bot.editing.git.record import repository_record
from bot.editing.git.repository import UnusableError
from bot.editing.git.sync import Sync
from bot.editing.import_record import Imports, read_record, rows_of, written_without_text_of
from bot.editing.items import (
    CASE,
    SOURCES,
    Item,
    ItemFile,
    ItemFiles,
    differences,
    edited,
    holds_entries,
    read_item,
)
from bot.editing.leftovers import entries_gone, without_unused
from bot.editing.revision import MAX_REASON, Change, ChangeKind, Revision, author_name, one_line
from bot.editing.trial import try_out
from bot.files import read_file
from bot.knowledge.citations import Ref, parse_ref
from bot.knowledge.folder import RECORD, folder_digest, knowledge_files
from bot.knowledge.load import KnowledgeError
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import Live
from bot.knowledge.withdrawal import cited_in
from bot.knowledge.yaml_file import Place, Problem

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft(Generic[T]):
    """An edit that passed its trial and may be confirmed."""

    edit: Edit
    before: str | None
    """The entry's lines before the edit; None for a new entry."""

    after: str | None
    """The entry's lines after the edit; None if the edit removes it."""

    changes: tuple[Change, ...]
    """What the edit changes, in the entry and elsewhere; at least one."""

    base: KnowledgeBase
    """The whole knowledge with the edit."""

    value: T
    """What is built of that knowledge; it shows how members would be answered."""

    digest: str
    """The :func:`~bot.knowledge.folder.folder_digest` of the folder with the edit."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """Why edits may be lost, or stay unseen by others."""

    unsent: str | None
    """Why edits have not reached the repository the files come from, worded for the middle of a sentence; None if
    they have, or the files come from none."""

    ephemeral_disk: bool
    """Whether the host discards its files when it restarts the bot."""

    uncommitted: str | None = None
    """Why edits are not committed to the git repository that holds the folder, worded as :attr:`unsent`."""


class Desk(Generic[T]):
    """Edits one knowledge folder, for any number of threads and processes.

    Create it before the folder is loaded: it finishes an edit that a killed process left half written.
    """

    def __init__(self, folder: Path, sync: Sync | None = None, *, ephemeral_disk: bool = False) -> None:
        """Open a folder for edits.

        Args:
            folder: the knowledge folder.
            sync: keeps the folder in step with the repository it comes from; None if it comes from none.
            ephemeral_disk: whether the host discards the folder when it restarts the bot.

        Raises:
            OSError: the folder cannot be written.
        """
        self._folder = folder
        self._sync = sync
        self._ephemeral_disk = ephemeral_disk
        with journal.locked(folder):
            pass
        if sync:
            sync.exchange()

    def draft(self, edit: Edit, live: Live[T]) -> Draft[T]:
        """Try an edit on a copy of the folder; the folder itself stays as it is.

        Args:
            edit: what to change.
            live: builds what serves members.

        Raises:
            KnowledgeError: the edit is refused; ``problems`` says why and how to fix it.
            OSError: the folder cannot be read, or its lock cannot be written.
        """
        with journal.locked(self._folder):
            files = _read(self._folder, edit)
            changed = _applied(edit, files)
            base, state = try_out(self._folder, {**files, **changed})
            if tidied := self._tidied(edit, files, changed, base):
                files, changed = tidied
                base, state = try_out(self._folder, {**files, **changed})
        changes = _changes(files, changed)
        return Draft(edit, changes[0].before, changes[0].after, changes, base, live.build(base), state)

    def _tidied(
        self, edit: Edit, files: ItemFiles, changed: Changes, base: KnowledgeBase
    ) -> tuple[dict[str, ItemFile], Changes] | None:
        """Return what an edit changes if passages that only entries of an import needed go with them; None if none do.

        Args:
            edit: the edit.
            files: the files as they are.
            changed: the files that the edit changes.
            base: the knowledge with the edit.
        """
        rows = rows_of(self._record(), gone) if (gone := entries_gone(_changes(files, changed))) else []
        if not rows:
            return None
        sources = changed.get(SOURCES) or files.get(SOURCES) or _item_file(self._folder, SOURCES)
        left = without_unused(sources, rows, cited_in(base))
        if left == sources:
            return None
        if isinstance(edit, Withdraw):
            passages = {Ref(each["id"], passage["id"]) for each in left.items for passage in each["passages"]}
            hidden = (mark for mark in edit.passages if parse_ref(mark, sources.items[0]["id"]) in passages)
            changed = _applied(replace(edit, passages=tuple(hidden)), files)
        return {**files, SOURCES: sources}, {**changed, SOURCES: left}

    def confirm(  # noqa: PLR0913, PLR0917 (all that the history keeps of an edit)
        self,
        draft: Draft[T],
        live: Live[T],
        author: str,
        when: dt.datetime,
        kind: ChangeKind | None = None,
        reason: str = "",
    ) -> Revision:
        """Write a draft's edit to the files, put it into use, and send it to where the files come from.

        What others have changed since the draft was made is kept. If the edit cannot be sent, :meth:`caveat` says why.

        Args:
            draft: a draft of this folder.
            live: what serves members.
            author: display name of the moderator.
            when: now, with its time zone.
            kind: what the edit is for readers of the answer; None if it changes none.
            reason: why, for readers.

        Returns:
            The edit as the history keeps it.

        Raises:
            ConflictError: the same item was changed since the draft was made, here or where the files come from.
            KnowledgeError: the edit is no longer valid together with what others have changed since.
            RecordedError: the edit is kept, but the files cannot be written now; the next :meth:`look` applies it.
            OSError: the files cannot be written, and nothing was changed.
        """
        with journal.locked(self._folder):
            edit = PutBack(draft.changes)
            files = _read(self._folder, edit)
            changed = _applied(edit, files)
            try_out(self._folder, {**files, **changed})
            texts = {path: file.text if file else None for path, file in changed.items()}
            changes = _changes(files, changed)
            texts |= self._forgetful_record(entries_gone(changes))
            revision = Revision(
                when,
                author_name(author),
                one_line(str(draft.edit)),
                changes,
                kind=kind,
                reason=one_line(reason)[:MAX_REASON],
                whole=tuple(texts.keys() & {RECORD}),
            )
            revision = journal.write(self._folder, texts, revision)
            try:
                self._serve(live, draft)
            except OSError as error:
                raise journal.RecordedError(error.errno, error.strerror) from error
        if self._sync:
            superseded = self._sync.exchange()
            try:
                self.look(live)
            except OSError as error:
                _log.warning("What others have changed can't be used now: %s", error)
            if superseded_key(revision) in {other.key for other in superseded}:
                what = f"`{draft.edit.entry}` was changed in the FAQ's repository in the meantime"
                raise ConflictError([Problem(Place(draft.edit.entry), what, "look at it as it is now")])
        return revision

    def refresh(self, live: Live[T]) -> bool:
        """Fetch what has changed where the files come from, and put what the files say into use.

        Args:
            live: what serves members.

        Returns:
            Whether what the files say is in use; if not, `live.problems` says why.

        Raises:
            OSError: the folder cannot be read, or its lock cannot be written.
        """
        if self._sync:
            self._sync.exchange()
        return self.look(live)

    def look(self, live: Live[T]) -> bool:
        """Put what the files here say into use, as :meth:`refresh` does, without fetching."""
        with journal.locked(self._folder):
            return self._serve(live)

    def caveat(self) -> Caveat | None:
        """Return why the edits so far may be lost or unseen; None if they are safe."""
        unsent = self._sync.unsent() if self._sync else None
        uncommitted = journal.uncommitted(self._folder)
        at_risk = unsent or uncommitted or (self._ephemeral_disk and not self._sync)
        return Caveat(unsent, self._ephemeral_disk, uncommitted) if at_risk else None

    def commit_of(self, revision: Revision) -> str | None:
        """Return the abbreviated id of an edit's commit.

        None outside git, and while the edit waits to be committed or sent: sending may rebase it, which changes the id.
        """
        unsent = self._sync and self._sync.unsent()
        return None if unsent else commits.commit_of(self._folder, revision)

    def news(self) -> tuple[Revision, ...]:
        """Return, once, the edits that a change elsewhere has superseded, as the history keeps them.

        Raises:
            OSError: the history cannot be read; the next call returns them.
        """
        superseded = self._sync.news() if self._sync else ()
        if not (self._sync and superseded):
            return ()
        try:
            kept = journal.read_history(self._folder)
        except OSError:
            self._sync.untold(superseded)
            raise
        keys = {revision.key for revision in superseded}
        return tuple(revision for revision in kept if revision.key in keys)

    def _serve(self, live: Live[T], draft: Draft[T] | None = None) -> bool:
        """Put what the files say into use. If that is what a draft was built of, it is not built again."""
        if draft and (state := folder_digest(self._folder)) == draft.digest:
            live.use(draft.value, state)
            served = True
        else:
            served = live.reload()
        elsewhere = self._sync.problems if self._sync else ()
        live.report(elsewhere)
        return served and not elsewhere

    def _forgetful_record(self, gone: Collection[str]) -> dict[str, str | None]:
        """Return the record of imports without the text of some entries, by its name; nothing if it has none of them.

        Where the files come from a repository, the commit brings it.

        Raises:
            KnowledgeError: it is damaged.
            OSError: it cannot be read.
        """
        if not gone or self._sync:
            return {}
        text = written_without_text_of(self._record(), gone)
        return {RECORD: text} if text else {}

    def _record(self) -> Imports:
        try:
            return repository_record(self._folder) if self._sync else read_record(self._folder)
        except UnusableError:  # The caveat of the edit says so, and its commit waits.
            return {}
        except ValueError:
            what = "it's damaged, so the text of an entry that goes can't be removed from it"
            raise KnowledgeError([Problem(Place(RECORD), what, "restore it, or delete it")]) from None

    def history(self, entry: str | None = None, withdrawn: Container[str] = ()) -> tuple[Revision, ...]:
        """Return the confirmed edits, newest first.

        Args:
            entry: the id of an entry, to return its edits only.
            withdrawn: ids of the entries withdrawn since, whose texts are left out.
        """
        found = reversed(journal.read_history(self._folder))
        return tuple(
            each.without_text_of(withdrawn)
            for each in found
            if entry is None or entry in {change.item for change in each.changes}
        )

    def undo(self, number: int) -> PutBack:
        """Return the edit that reverts a revision, to be drafted and confirmed like any other.

        Topics that it brought go with its entries, if no other has them. Passages come back; those that an import has
        brought go when the edit is drafted, if nothing else is based on them.

        Raises:
            KeyError: there is no such revision.
            ValueError: the revision changes no entries.
        """
        for revision in journal.read_history(self._folder):
            if revision.number == number:
                undone = [change for change in revision.changes if edited(change.file)]
                if not undone:
                    raise ValueError(number)
                back = [change.reversed() for change in reversed(undone)]
                beside = [change.reversed() for change in revision.changes]
                return PutBack((*back, *filter(_goes_with_entries, beside)))
        raise KeyError(number)


def _applied(edit: Edit, files: ItemFiles) -> Changes:
    changes = apply(edit, files)
    if not changes:
        raise KnowledgeError([Problem(Place(edit.entry), "nothing would change", "it's already like that")])
    return changes


def _changes(files: ItemFiles, changed: Changes) -> tuple[Change, ...]:
    return tuple(change for path, file in changed.items() for change in differences(path, files.get(path), file))


def stored(folder: Path, entry: str) -> Item | None:
    """Return an entry as the files hold it now; None if it is not there, or its file cannot be read or parsed.

    Args:
        folder: the knowledge folder, which need not be writable.
        entry: id of the entry.
    """
    for path in knowledge_files(folder):
        name = path.relative_to(folder).as_posix()
        # What is wrong with other files, even with those that only mention the entry, says nothing of its own.
        with contextlib.suppress(OSError, KnowledgeError):
            if holds_entries(name) and (item := _file(folder, name).find(entry)):
                return item
    return None


def _file(folder: Path, name: str) -> ItemFile:
    return ItemFile(name, read_file(folder / name).decode("utf-8", "surrogateescape"))


def _goes_with_entries(change: Change) -> bool:
    """Return whether a change concerns a topic, or gives a source passages back without taking any."""
    if change.file == CASE:
        return change.before is None or change.after is None
    if change.file != SOURCES:
        return False
    try:
        before, after = (
            {each["id"] for each in read_item(SOURCES, lines)["passages"]} if lines else set()
            for lines in (change.before, change.after)
        )
    except KnowledgeError:  # the history of a version with other keys
        return False
    return before < after


def _read(folder: Path, edit: Edit | None = None) -> dict[str, ItemFile]:
    """Read the files that moderators can edit, and whatever else an edit changes, and parse them.

    Raises:
        KnowledgeError: one is too large, not UTF-8 or not valid YAML.
    """
    also = {change.file for change in edit.changes} if isinstance(edit, PutBack) else set()
    files = {}
    for path in knowledge_files(folder):
        name = path.relative_to(folder).as_posix()
        if edited(name) or name in also:
            files[name] = _item_file(folder, name)
    return files


def _item_file(folder: Path, name: str) -> ItemFile:
    file = _file(folder, name)
    _ = file.document  # It raises what is wrong.
    return file
