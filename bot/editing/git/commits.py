"""Commits confirmed edits if the knowledge folder is in a git work tree.

A commit holds the edit only: whatever else somebody has changed or staged there stays as it is.
"""

import contextlib
import hashlib
import io
import logging
import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from dulwich.errors import NotGitRepository
from dulwich.file import FileLocked, GitFile
from dulwich.index import (
    ConflictedIndexEntry,
    IndexChecksumWriter,
    IndexEntry,
    UnsupportedIndexFormat,
    read_index_dict_with_version,
    write_index_dict,
)
from dulwich.objects import ObjectID
from dulwich.refs import HEADREF, Ref
from dulwich.repo import Repo

from bot.editing.apply import apply
from bot.editing.edits import PutBack
from bot.editing.git.history import MOST
from bot.editing.git.record import forgetful_record
from bot.editing.git.repository import MODE, KnowledgeRepo, UnusableError, open_repo, revision_key, short, unreadable
from bot.editing.items import ItemFile
from bot.editing.revision import Revision
from bot.knowledge.load import KnowledgeError

_COMMIT_TAKES: Final = 30.0
"""Seconds that a commit takes at most, on the slowest disk; usually, it's some milliseconds."""

_CLOCK: Final = 2.0
"""Seconds by which the clock and the times of files may differ: the resolution of FAT."""

_STALE_AFTER: Final = 60.0
"""Seconds after which a git process that began to write a small file has certainly ended."""

_CHECKSUM: Final = hashlib.sha1(usedforsecurity=False).digest_size
"""Bytes of the checksum at the end of an index. Zeros mean "not computed" (the setting ``index.skipHash``)."""

_EXTENSIONS: Final = {
    b"link": ("split", "git update-index --no-split-index"),
    b"sdir": ("sparse", "git sparse-checkout reapply --no-sparse-index"),
}
"""Extensions of an index that must not be ignored: the kind of index, and the command that makes it an ordinary one.
https://git-scm.com/docs/index-format"""

_Staged: TypeAlias = dict[bytes, IndexEntry | ConflictedIndexEntry]

_log = logging.getLogger(__name__)


def commit(folder: Path, revisions: Sequence[Revision], killed: Sequence[float] = ()) -> UnusableError | None:
    """Commit revisions that are not committed yet. Outside git, do nothing.

    A failure is returned, not raised: the edits are in the files and in the history all the same.

    Args:
        folder: the knowledge folder, with the edits in its files.
        revisions: oldest first.
        killed: when, in seconds since 1970, other processes began to commit and were killed.

    Returns:
        Why some are not committed; None if all are.
    """
    try:
        with open_repo(folder) as holding:
            if holding:
                _check(holding)
                unlock(holding, killed)
                done = _committed(holding, revisions)
                for revision in revisions:
                    if revision.key not in done:
                        _commit(holding, folder, revision)
    except Exception as error:  # noqa: BLE001 (whatever state a repository is in, the edit itself is safe)
        return trouble_of(error)
    return None


def obstacle(folder: Path) -> UnusableError | None:
    """Return why edits of a folder cannot be committed; None if they can, and outside git."""
    try:
        with open_repo(folder) as holding:
            if holding:
                _check(holding)
    except Exception as error:  # noqa: BLE001 (as above)
        return trouble_of(error)
    return None


def _check(holding: KnowledgeRepo) -> None:
    """Check that commits can be made, before anything is written."""
    if not holding.own:
        _read_index(Path(holding.repo.index_path()))


def trouble_of(error: Exception) -> UnusableError:
    """Return an error that says in words what went wrong in a repository."""
    if isinstance(error, UnusableError):
        return error
    if isinstance(error, FileLocked):
        lock = os.fsdecode(error.lockfilename)
        return UnusableError(
            "another program is at work in the repository", f"delete {lock} if no git is running there"
        )
    _log.debug("What was met in a git repository:", exc_info=error)
    return unreadable(error)


def commit_of(folder: Path, revision: Revision) -> str | None:
    """Return the abbreviated id of a revision's commit, if that is among the latest.

    None outside git, and if the edit could not be committed.
    """
    try:
        with open_repo(folder) as holding:
            sha = _committed(holding, [revision]).get(revision.key) if holding else None
            return short(sha) if sha else None
    except Exception as error:  # noqa: BLE001 (as above)
        trouble_of(error)
        return None


def _committed(holding: KnowledgeRepo, revisions: Sequence[Revision]) -> dict[str | None, ObjectID]:
    """Return the latest commits by their revision keys, as far back as the oldest of these revisions."""
    since = min((int(revision.when.timestamp()) for revision in revisions), default=None)
    walker = holding.repo.get_walker(max_entries=MOST, since=since)
    return {revision_key(entry.commit): entry.commit.id for entry in walker}


def unlock(holding: KnowledgeRepo, killed: Sequence[float] = ()) -> None:
    """Delete the lock files of processes that were killed while they committed.

    The desk's lock is held, so no other casebot is committing now. A person's own git may be. So a lock counts as
    left behind only if it was created just after a commit began that never ended, and is so old that any git would be
    done. This is wrong in one case: an editor open on a commit message since that very moment.

    Args:
        holding: the repository. In the desk's own, every lock was left behind.
        killed: when, in seconds since 1970, the commits began that never ended.
    """
    repo = holding.repo
    folders = {Path(repo.controldir()), Path(repo.commondir())}
    # dulwich also locks the files of objects.
    patterns = ("*.lock", "refs/**/*.lock", "objects/??/*.lock")
    for lock in [lock for folder in folders for pattern in patterns for lock in folder.glob(pattern)]:
        with contextlib.suppress(FileNotFoundError):
            made = lock.stat().st_mtime
            ours = any(began - _CLOCK <= made <= began + _COMMIT_TAKES for began in killed)
            if holding.own or (ours and time.time() - made > _STALE_AFTER):
                lock.unlink()
                _log.warning("Removed %s, which a killed process had left.", lock)


def author(folder: Path) -> str | None:
    """Return the name that git has for whoever commits in a folder; None if it has none, and outside git."""
    with contextlib.suppress(NotGitRepository, KeyError, ValueError, OSError), Repo.discover(folder) as repo:
        return repo.get_config_stack().get((b"user",), b"name").decode()
    return None


def point(folder: Path, refs: Mapping[str, str]) -> UnusableError | None:
    """Move branches of the desk's own repository to other commits. Doing so twice changes nothing.

    Returns:
        Why they cannot be moved, now or later; None if they are.

    Raises:
        OSError: they cannot be moved now.
    """
    try:
        with open_repo(folder) as holding:
            if holding:
                unlock(holding)
                for name, sha in refs.items():
                    holding.repo.refs[Ref(name.encode())] = ObjectID(sha.encode())
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever state the copy is in, the files are right)
        return trouble_of(error)
    return None


@dataclass(frozen=True, slots=True)
class _Edit:
    """The changes of a revision in one file."""

    holding: KnowledgeRepo
    folder: Path
    name: str
    revision: Revision

    def made_in(self, sha: ObjectID | None) -> ObjectID | None:
        """Apply the edit to some content of the file. If that is impossible, take the file in the folder.

        Args:
            sha: the content; None if there is no file.

        Returns:
            The new content; None if the file is deleted.
        """
        path = self.folder / self.name
        now = path.read_bytes().decode("utf-8") if path.exists() else None
        if sha is None or self.name in self.revision.whole:
            return self.holding.store(now)
        edit = PutBack(tuple(change for change in self.revision.changes if change.file == self.name))
        try:
            old = ItemFile(self.name, self.holding.text(sha))
            new = apply(edit, {self.name: old}).get(self.name, old)
            return self.holding.store(new.text if new else None)
        except KnowledgeError:
            return self.holding.store(now)


@dataclass(frozen=True, slots=True)
class _Step:
    """The change of one file in a commit."""

    edit: _Edit
    mode: int
    old: ObjectID | None
    new: ObjectID | None


def _commit(holding: KnowledgeRepo, folder: Path, revision: Revision) -> None:
    parent = holding.commit(holding.repo.head())
    steps = []
    for name in dict.fromkeys((*(change.file for change in revision.changes), *revision.whole)):
        edit = _Edit(holding, folder, name, revision)
        mode, old = holding.blob(parent, name) or (MODE, None)
        if not stat.S_ISREG(mode):
            message = f"{name} is a link in the repository, not a file"
            raise UnusableError(message, "commit the file itself in its place")
        steps.append(_Step(edit, mode, old, edit.made_in(old)))
    steps = [step for step in steps if step.new != step.old]
    if not steps:
        return
    files = {step.edit.name: step.new for step in steps}
    if holding.own:
        files |= forgetful_record(holding, parent, revision)
    else:
        _stage(holding, steps)
    made = holding.add(parent, files, revision)
    if not holding.repo.refs.set_if_equals(HEADREF, parent.id, made):
        message = "someone else has committed at the same moment"
        raise UnusableError(message, "wait: it will be tried again")


def _stage(holding: KnowledgeRepo, steps: Sequence[_Step]) -> None:
    """Apply an edit to the staged content of its files, so that whatever else is staged stays staged."""
    with _index(holding.repo) as index:
        for step in steps:
            path = holding.path(step.edit.name)
            staged = index.get(path)
            if isinstance(staged, ConflictedIndexEntry):
                continue  # Somebody is about to resolve it.
            sha = staged.sha if staged else None
            following = step.new if sha == step.old else step.edit.made_in(sha)
            if following:
                # Zeros for times and size make git look at the file itself.
                index[path] = IndexEntry(0, 0, 0, 0, step.mode, 0, 0, 0, following)
            elif staged:
                del index[path]


@contextlib.contextmanager
def _index(repo: Repo) -> Iterator[_Staged]:
    """Yield what is staged, and write it atomically when the block ends.

    dulwich's own ``Index.write`` reads before it locks and, on a full disk, replaces the index with what it has written
    so far.

    Raises:
        FileLocked: another program is about to write it.
        UnusableError: it is damaged, or of a kind that this code cannot write.
    """
    path = Path(repo.index_path())
    lock = GitFile(path, "wb")
    try:
        staged, version = _read_index(path)
        yield staged
        if path.exists():
            shutil.copymode(path, f"{path}.lock")
        writer = IndexChecksumWriter(lock)
        # Extensions are dropped: those that may be ignored cache what was there before.
        write_index_dict(writer, staged, version)
        writer.close()
    finally:
        # On a full disk, the first try fails to flush the buffer.
        with contextlib.suppress(OSError):
            lock.abort()
        lock.abort()


def _read_index(path: Path) -> tuple[_Staged, int | None]:
    """Return what is staged, and the version of the format.

    Raises:
        UnusableError: it is damaged, or of a kind that this code cannot write.
    """
    if not path.exists():
        return {}, None
    content = path.read_bytes()
    body, checksum = content[:-_CHECKSUM], content[-_CHECKSUM:]
    damaged = UnusableError("the repository's index is damaged", f"delete {path} and run `git reset` there")
    if checksum not in {hashlib.sha1(body, usedforsecurity=False).digest(), bytes(_CHECKSUM)}:
        raise damaged
    file = io.BytesIO(content)
    try:
        staged, version, _ = read_index_dict_with_version(file)
    except UnsupportedIndexFormat as error:
        message = f"the repository's index has the format {error.index_format_version}, which I can't write"
        raise UnusableError(message, "run `git update-index --index-version 2` there") from None
    except Exception as error:
        raise damaged from error
    if left := body[file.tell() :]:
        kind, fix = _EXTENSIONS.get(left[:4], ("of an unknown kind", "git update-index --index-version 2"))
        message = f"the repository's index is {kind}, which I can't write"
        raise UnusableError(message, f"run `{fix}` there")
    return staged, version
