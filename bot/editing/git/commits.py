"""Confirmed edits as commits, where the knowledge folder is in a git work tree.

Only the edit goes into the commit: whatever else somebody has changed or staged there stays as it is.
"""

import contextlib
import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dulwich.file import FileLocked
from dulwich.index import IndexEntry
from dulwich.objects import ObjectID
from dulwich.refs import HEADREF, Ref

from bot.editing.apply import apply
from bot.editing.edits import PutBack
from bot.editing.git.history import MOST
from bot.editing.git.repository import MODE, KnowledgeRepo, open_repo, revision_key, short
from bot.editing.revision import Revision
from bot.knowledge.load import KnowledgeError

_COMMIT_TAKES: Final = 30.0
"""Seconds within which a commit is made, on the slowest disk; it takes some milliseconds."""

_CLOCK: Final = 2.0
"""Seconds by which the clock and the times of files may differ: FAT has no finer ones."""

_STALE_AFTER: Final = 60.0
"""Seconds after which a git that began to write a small file has ended."""

_log = logging.getLogger(__name__)


def commit(folder: Path, revisions: Sequence[Revision], killed: Sequence[float] = ()) -> bool:
    """Commit revisions, each once; nothing happens outside git.

    A failure is logged and not raised: the edits are in the files and in the history all the same.

    Args:
        folder: the knowledge folder, with the edits in its files.
        revisions: oldest first.
        killed: when, in seconds since 1970, others began to do this and were killed.

    Returns:
        Whether none is left to be committed.
    """
    try:
        with open_repo(folder) as holding:
            if holding:
                unlock(holding, killed)
                walker = holding.repo.get_walker(max_entries=MOST)
                done = {revision_key(entry.commit) for entry in walker}
                for revision in revisions:
                    if revision.key not in done:
                        _commit(holding, folder, revision)
    except FileLocked as error:
        lock = os.fsdecode(error.lockfilename)
        _log.warning("An edit is in the files but could not be committed to git yet, since %s is there.", lock)
        return False
    except Exception:  # noqa: BLE001 (whatever state a repository is in, the edit itself is safe)
        _log.exception("An edit is in the files but could not be committed to git.")
        return False
    return True


def commit_of(folder: Path, key: str) -> str | None:
    """Find the commit of a revision among the latest.

    Args:
        folder: the knowledge folder.
        key: of the revision.

    Returns:
        The beginning of its id; None outside git, and where the edit could not be committed.
    """
    try:
        with open_repo(folder) as holding:
            latest = holding.repo.get_walker(max_entries=MOST) if holding else ()
            return next((short(entry.commit.id) for entry in latest if revision_key(entry.commit) == key), None)
    except Exception as error:  # noqa: BLE001 (whatever state a repository is in, the edit itself is safe)
        _log.warning("The commit of an edit cannot be looked up: %s: %s", type(error).__name__, error)
        return None


def unlock(holding: KnowledgeRepo, killed: Sequence[float] = ()) -> None:
    """Take away the lock files that somebody left who was killed while committing.

    Nobody else who edits by this code can be committing now: the desk's lock is held. A person's own git may be; so
    a lock counts as left behind only if it was made just after a commit began that never ended, and is so old that
    any git would be done. An editor that stands open on a commit message since that very moment is the one case in
    which this is wrong.

    Args:
        holding: the repository; one that is the desk's own has no other locks than such.
        killed: when, in seconds since 1970, the commits began that never ended.
    """
    repo = holding.repo
    folders = {Path(repo.controldir()), Path(repo.commondir())}
    # dulwich locks the files of objects, too.
    patterns = ("*.lock", "refs/**/*.lock", "objects/??/*.lock")
    for lock in [lock for folder in folders for pattern in patterns for lock in folder.glob(pattern)]:
        with contextlib.suppress(FileNotFoundError):
            made = lock.stat().st_mtime
            ours = any(began - _CLOCK <= made <= began + _COMMIT_TAKES for began in killed)
            if holding.own or (ours and time.time() - made > _STALE_AFTER):
                lock.unlink()
                _log.warning("Took away %s, which a killed process had left.", lock)


def point(folder: Path, refs: Mapping[str, str]) -> None:
    """Let branches of the desk's own repository lead to other commits; doing it twice changes nothing."""
    with open_repo(folder) as holding:
        if holding:
            unlock(holding)
            for name, sha in refs.items():
                holding.repo.refs[Ref(name.encode())] = ObjectID(sha.encode())


@dataclass(frozen=True, slots=True)
class _Edit:
    """What a revision changes in one file."""

    holding: KnowledgeRepo
    folder: Path
    name: str
    revision: Revision

    def made_in(self, sha: ObjectID | None) -> ObjectID | None:
        """Make the edit in some state of the file; where that cannot be, take the file as it is.

        Args:
            sha: the content; None where there is no file.

        Returns:
            The new content; None where the file goes.
        """
        path = self.folder / self.name
        now = path.read_bytes().decode("utf-8") if path.exists() else None
        if sha is None:
            return self.holding.store(now)
        edit = PutBack(tuple(change for change in self.revision.changes if change.file == self.name))
        try:
            text = self.holding.text(sha)
            return self.holding.store(apply(edit, {self.name: text}).get(self.name, text))
        except KnowledgeError:
            return self.holding.store(now)


def _commit(holding: KnowledgeRepo, folder: Path, revision: Revision) -> None:
    parent = holding.commit(holding.repo.head())
    contents: dict[str, ObjectID | None] = {}
    for name in dict.fromkeys(change.file for change in revision.changes):
        edit = _Edit(holding, folder, name, revision)
        mode, old = holding.blob(parent, name) or (MODE, None)
        new = edit.made_in(old)
        if new != old:
            contents[name] = new
            if not holding.own:
                _stage(edit, mode, old, new)
    if contents:
        made = holding.add(parent, contents, revision)
        if not holding.repo.refs.set_if_equals(HEADREF, parent.id, made):
            message = "somebody else has committed at the same moment"
            raise RuntimeError(message)


def _stage(edit: _Edit, mode: int, old: ObjectID | None, new: ObjectID | None) -> None:
    """Make an edit in what is staged of its file, which stays staged."""
    index, path = edit.holding.repo.open_index(), edit.holding.path(edit.name)
    staged = index[path] if path in index else None  # noqa: SIM401 (an index has no get)
    if staged is not None and not isinstance(staged, IndexEntry):
        return  # a conflict that somebody is about to settle
    sha = staged.sha if staged else None
    following = new if sha == old else edit.made_in(sha)
    if following:
        # Zeros for times and size let git look at the file itself.
        index[path] = IndexEntry(0, 0, 0, 0, mode, 0, 0, 0, following)
    elif staged:
        del index[path]
    index.write()
