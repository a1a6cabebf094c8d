"""The commits that changed the moderators' files, as revisions: edits in chat, and commits by others."""

import datetime as dt
from collections.abc import Container, Iterator
from itertools import islice, takewhile
from pathlib import Path
from typing import Final

from dulwich.objects import Commit, ObjectID

from bot.editing.git.repository import KnowledgeRepo, change_trailer, open_repo, revision_key
from bot.editing.items import CASE, SOURCES, ItemFile, differences, edited
from bot.editing.revision import Change, Revision, author_name, one_line
from bot.knowledge.load import KnowledgeError

MOST: Final = 200
"""Most commits that are read at once, at some milliseconds each; of a longer history, only the newest are read."""

_MOST_NEW: Final = 2_000
"""Most commits that are walked to find those another commit does not contain; a merge brings many at once."""

_MAX_WHAT: Final = 200
"""Characters that are kept of the first line of somebody else's commit message."""


def revisions(folder: Path, since: str | None) -> tuple[str | None, tuple[Revision, ...]]:
    """Return what was committed, oldest first.

    Only first parents are followed, so what a merge brings in is one revision. Commits that change neither an entry
    nor a group of questions that must not be answered are left out, and so is the root commit.

    Args:
        folder: the knowledge folder.
        since: the commit whose history is known already.

    Returns:
        The last commit, None outside git; and the revisions, without numbers.
    """
    with open_repo(folder) as holding:
        if holding is None:
            return None, ()
        head = holding.repo.head()
        new = list(islice(line(holding, head, ObjectID(since.encode()) if since else None), MOST))[::-1]
        return head.decode(), tuple(revision for commit in new if (revision := read(holding, commit)))


def told_since(folder: Path, since: dt.datetime) -> tuple[Revision, ...]:
    """Return what was committed since a moment, oldest first, if any commit says what it is for readers.

    Otherwise, nothing is returned: to compare the files of many commits takes seconds.

    Args:
        folder: the knowledge folder.
        since: with a time zone.
    """
    with open_repo(folder) as holding:
        if holding is None:
            return ()
        commits = islice(line(holding, holding.repo.head(), None), MOST)
        recent = list(takewhile(lambda commit: commit.commit_time >= since.timestamp(), commits))
        if not any(change_trailer(commit)[0] for commit in recent):
            return ()
        return tuple(revision for commit in reversed(recent) if (revision := read(holding, commit)))


def line(holding: KnowledgeRepo, head: ObjectID, since: ObjectID | None) -> Iterator[Commit]:
    """Yield the first-parent ancestors of a commit that another commit does not contain, newest first."""
    new: Container[ObjectID] | None = None
    if since and since != head and since in holding.repo.object_store:
        walker = holding.repo.get_walker([head], [since], max_entries=_MOST_NEW)
        new = {entry.commit.id for entry in walker}
    sha: ObjectID | None = head
    while sha and sha != since and (new is None or sha in new) and sha in holding.repo.object_store:
        commit = holding.commit(sha)
        yield commit
        sha = commit.parents[0] if commit.parents else None


def read(holding: KnowledgeRepo, commit: Commit, *, beside: bool = False) -> Revision | None:
    """Return a commit as a revision; None if it changes nothing that edits can change.

    Args:
        holding: the repository.
        commit: the commit.
        beside: whether to include the sources and topics that go with entries.
    """
    if not commit.parents or commit.parents[0] not in holding.repo.object_store:
        return None
    changes = tuple(between(holding, holding.commit(commit.parents[0]), commit, beside=beside))
    if not changes:
        return None
    what = one_line(commit.message.decode("utf-8", "replace").partition("\n")[0])
    key = revision_key(commit)
    kind, reason = change_trailer(commit)
    return Revision(
        when=_when(commit),
        author=author_name(commit.author.decode("utf-8", "replace").partition(" <")[0]),
        what=(what if key else what[:_MAX_WHAT]) or "A commit without a message",
        changes=changes,
        key=key or commit.id.decode(),
        kind=kind,
        reason=reason,
    )


def _when(commit: Commit) -> dt.datetime:
    """Return when a commit was made; 1970 if its time makes no sense."""
    try:
        zone = dt.timezone(dt.timedelta(seconds=commit.author_timezone))
        return dt.datetime.fromtimestamp(commit.author_time, zone)
    except (ValueError, OverflowError, OSError):
        return dt.datetime.fromtimestamp(0, dt.UTC)


def between(holding: KnowledgeRepo, old: Commit, new: Commit, *, beside: bool = False) -> Iterator[Change]:
    """Yield what became of each item from one commit to another, but for files that cannot be parsed.

    Args:
        holding: the repository.
        old: a commit.
        new: another one.
        beside: whether to include sources and topics, after the entries.
    """
    before, after = (holding.listed(commit)[0] for commit in (old, new))
    also = (CASE, SOURCES) if beside else ()
    for name in (*sorted(filter(edited, before.keys() | after.keys())), *also):
        shas = before.get(name), after.get(name)
        if shas[0] != shas[1]:
            try:
                files = (ItemFile(name, holding.text(sha)) if sha else None for sha in shas)
                yield from differences(name, *files)
            except (KnowledgeError, UnicodeDecodeError):
                continue
