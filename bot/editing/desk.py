"""Where moderators' edits become drafts, and drafts become what members read.

A draft is tried on a copy of the whole folder, so that nobody reads an edit that was not checked. No
Discord in it; every method blocks, some for seconds, so call them by ``asyncio.to_thread``.
"""

import datetime as dt
import logging
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from bot.editing import journal
from bot.editing.apply import Changes, ConflictError, apply
from bot.editing.edits import Edit, PutBack
from bot.editing.files import inside
from bot.editing.git import commits
from bot.editing.git.clone import superseded_key
from bot.editing.git.sync import Sync
from bot.editing.items import Found, differences, edited, find
from bot.editing.revision import Change, Revision, author_name, one_line
from bot.knowledge.folder import folder_digest, knowledge_files
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import Live
from bot.knowledge.yaml_file import Place, Problem, parse

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft(Generic[T]):
    """An edit that was tried and may be confirmed."""

    edit: Edit
    before: str | None
    """The entry's lines as they were; None for a new entry."""

    after: str | None
    """The entry's lines as they would be; None where it would go."""

    changes: tuple[Change, ...]
    """What it changes, in the entry and beside it; at least one."""

    base: KnowledgeBase
    """All there is to know, with the edit."""

    value: T
    """What is built of it: ask it how members would be answered."""

    digest: str
    """The state of the folder with the edit, by :func:`bot.knowledge.folder.folder_digest`."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """Why edits may be lost, or others not see them."""

    unsent: str | None
    """Why they are not in the repository that the files come from, in the middle of a sentence; None if that is none
    of it."""

    ephemeral_disk: bool
    """Whether the host throws its files away when it starts the bot again."""

    uncommitted: str | None = None
    """Why they are not in the git repository that holds the folder, as :attr:`unsent`."""


class Desk(Generic[T]):
    """Takes edits of one knowledge folder, from any number of threads and processes.

    Make it before the folder is loaded: it finishes an edit that a killed process left half written.
    """

    def __init__(self, folder: Path, sync: Sync | None = None, *, ephemeral_disk: bool = False) -> None:
        """Take over a folder.

        Args:
            folder: the knowledge folder.
            sync: keeps it together with the repository that it comes from; None where it comes from none.
            ephemeral_disk: whether the host throws the folder away when it starts the bot again.

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
            live: says what is built of a knowledge base.

        Raises:
            KnowledgeError: the edit is refused; ``problems`` says why and how to mend it.
            OSError: the folder cannot be read, or its lock not be written.
        """
        with journal.locked(self._folder):
            texts = _texts(self._folder)
            files = self._applied(edit, texts)
            base, state = self._tried(files)
        changes = _changes(texts, files)
        return Draft(edit, changes[0].before, changes[0].after, changes, base, live.build(base), state)

    def confirm(self, draft: Draft[T], live: Live[T], author: str, when: dt.datetime) -> Revision:
        """Write a draft's edit to the files, put it into use, and send it where the files come from.

        What others have changed since the draft was made is kept. Where the edit could not be sent,
        :meth:`caveat` says why.

        Args:
            draft: made by :meth:`draft`.
            live: what serves members.
            author: display name of the moderator.
            when: now, with its time zone.

        Returns:
            What the history keeps.

        Raises:
            ConflictError: the same was changed since the draft was made, here or where the files come from.
            KnowledgeError: together with what others have changed since, the edit is not valid any more.
            RecordedError: the edit is kept, but the files can't be written now; the next look makes it.
            OSError: the files cannot be written, and nothing was changed.
        """
        with journal.locked(self._folder):
            texts = _texts(self._folder)
            files = self._applied(PutBack(draft.changes), texts)
            self._tried(files)
            changes = _changes(texts, files)
            revision = Revision(when, author_name(author), one_line(str(draft.edit)), changes)
            revision = journal.write(self._folder, files, revision)
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
                what = f"`{draft.edit.entry}` was changed meanwhile in the repository that the FAQ comes from"
                raise ConflictError([Problem(Place(draft.edit.entry), what, "look at it as it is now")])
        return revision

    def refresh(self, live: Live[T]) -> bool:
        """Put what the files say into use, if it is not yet, after a look at where they come from.

        Args:
            live: what serves members.

        Returns:
            Whether what the files say is in use; if not, `live.problems` says why.

        Raises:
            OSError: the folder cannot be read, or its lock not be written.
        """
        if self._sync:
            self._sync.exchange()
        return self.look(live)

    def look(self, live: Live[T]) -> bool:
        """Put what the files here say into use, as :meth:`refresh` does."""
        with journal.locked(self._folder):
            return self._serve(live)

    def caveat(self) -> Caveat | None:
        """Say what may become of the edits so far; None where they are safe."""
        unsent = self._sync.unsent() if self._sync else None
        uncommitted = journal.uncommitted(self._folder)
        at_risk = unsent or uncommitted or (self._ephemeral_disk and not self._sync)
        return Caveat(unsent, self._ephemeral_disk, uncommitted) if at_risk else None

    def commit_of(self, revision: Revision) -> str | None:
        """Give the beginning of the id of an edit's commit.

        None outside git, and while the edit waits to be committed, or to be sent where the files come from: what it
        rests on there gives its commit another id.
        """
        unsent = self._sync and self._sync.unsent()
        return None if unsent else commits.commit_of(self._folder, revision)

    def news(self) -> tuple[Revision, ...]:
        """Hand out, once, the edits that gave way to a change elsewhere, as the history keeps them."""
        keys = {revision.key for revision in self._sync.news()} if self._sync else set()
        return (
            tuple(revision for revision in journal.read_history(self._folder) if revision.key in keys) if keys else ()
        )

    def _serve(self, live: Live[T], draft: Draft[T] | None = None) -> bool:
        """Put what the files say into use; where that is what a draft was built of, without building it again."""
        if draft and (state := folder_digest(self._folder)) == draft.digest:
            live.use(draft.value, state)
            served = True
        else:
            served = live.reload()
        elsewhere = self._sync.problems if self._sync else ()
        live.report(elsewhere)
        return served and not elsewhere

    def history(self, entry: str | None = None) -> tuple[Revision, ...]:
        """List the confirmed edits, newest first.

        Args:
            entry: only those of this entry.
        """
        found = reversed(journal.read_history(self._folder))
        return tuple(each for each in found if entry is None or entry in {change.item for change in each.changes})

    def undo(self, number: int) -> PutBack:
        """Make the edit that takes a revision back: to be drafted and confirmed as any other.

        Raises:
            KeyError: there is no such revision.
        """
        for revision in journal.read_history(self._folder):
            if revision.number == number:
                return PutBack(tuple(change.reversed() for change in reversed(revision.changes)))
        raise KeyError(number)

    @staticmethod
    def _applied(edit: Edit, texts: Mapping[str, str]) -> Changes:
        changes = apply(edit, texts)
        if not changes:
            raise KnowledgeError([Problem(Place(edit.entry), "nothing would change", "it is so already")])
        return changes

    def _tried(self, changes: Mapping[str, str | None]) -> tuple[KnowledgeBase, str]:
        """Load a copy of the folder with some files changed.

        Raises:
            KnowledgeError: the result has problems.
        """
        with tempfile.TemporaryDirectory() as name:
            copy = Path(name)
            (copy / "faq").mkdir()
            for path in knowledge_files(self._folder):
                shutil.copyfile(path, copy / path.relative_to(self._folder))
            for file, text in changes.items():
                if text is None:
                    inside(copy, file).unlink()
                else:
                    inside(copy, file).write_bytes(text.encode("utf-8"))
            return load(copy), folder_digest(copy)


def _changes(texts: Mapping[str, str], files: Mapping[str, str | None]) -> tuple[Change, ...]:
    """Say what changes by item."""
    return tuple(change for name, text in files.items() for change in differences(name, texts.get(name), text))


def stored(folder: Path, entry: str) -> Found | None:
    """Find an entry in the files as they are now; None where it is not there.

    Args:
        folder: the knowledge folder, which need not be writable.
        entry: id of the entry.

    Raises:
        KnowledgeError: the files cannot be read.
    """
    return find(entry, _texts(folder))


def _texts(folder: Path) -> dict[str, str]:
    """Read the files that edits can change.

    Raises:
        KnowledgeError: one is too large or not UTF-8.
    """
    texts = {}
    for path in knowledge_files(folder):
        name = path.relative_to(folder).as_posix()
        if edited(name):
            raw = path.read_bytes()
            document = parse(raw, name)
            if document.problems:
                raise KnowledgeError(document.problems)
            texts[name] = raw.decode("utf-8")
    return texts
