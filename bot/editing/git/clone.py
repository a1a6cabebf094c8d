"""A knowledge folder that follows a git repository elsewhere, and sends the edits made here to it.

The folder holds only the knowledge files and, in ``.desk/``, a bare repository. One of its branches is the state of
the folder, the other the state elsewhere that it is based on; the commits between the two are the edits that have not
been sent. A new state from elsewhere is checked, and taken as a whole or not at all. Unsent edits are rebased onto it.
"""

import contextlib
import datetime as dt
import hashlib
import logging
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from dulwich.objects import Commit, ObjectID
from dulwich.refs import HEADREF, Ref

from bot.editing import journal
from bot.editing.apply import apply
from bot.editing.edits import PutBack
from bot.editing.git.history import between, line, read
from bot.editing.git.record import forgetful_record
from bot.editing.git.remote import Remote, RemoteError
from bot.editing.git.repository import (
    REPOSITORY,
    KnowledgeRepo,
    UnusableError,
    copied_anew,
    make_own,
    open_repo,
    revision_key,
    short,
)
from bot.editing.items import ItemFile, ItemFiles, edited, find_in
from bot.editing.revision import Change, Revision, author_name
from bot.files import read_file
from bot.knowledge.folder import inside, knowledge_files
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.yaml_file import Place, Problem
from bot.own_files import make_folder

_HERE: Final = Ref(b"refs/heads/here")
_THERE: Final = Ref(b"refs/remotes/origin/there")

_FETCH_TAKES: Final = 600.0
"""Seconds after which a fetch by another process has certainly ended."""

_log = logging.getLogger(__name__)


class Clone:
    """The folder and the repository elsewhere. Some methods need the desk's lock, and say so."""

    def __init__(self, folder: Path, remote: Remote) -> None:
        """Open a folder that :func:`cloned` has created."""
        self.folder: Final = folder
        self._remote: Final = remote
        self._branch = remote.branch
        self._refused: tuple[ObjectID, KnowledgeError] | None = None

    def pending(self) -> int:
        """Return how many edits have not been sent yet."""
        with _held(self.folder) as holding:
            return len(_unsent(holding))

    def push(self) -> None:
        """Send the edits that have not been sent yet.

        Raises:
            PushRejectedError: the repository has changed since the last fetch, or refuses the edits.
            RemoteError: it can't be reached.
        """
        if self._branch is None:
            self.fetch()
        with _held(self.folder) as holding:
            refs = holding.repo.refs
            new, expected = refs[_HERE], refs[_THERE]
            if new != expected and self._branch:
                self._remote.push(holding.repo, self._branch, new, expected)
                refs.set_if_equals(_THERE, expected, new)

    def fetch(self) -> ObjectID:
        """Fetch the state of the repository; nothing in the folder changes.

        Returns:
            Its last commit.

        Raises:
            RemoteError: it cannot be fetched.
        """
        with _held(self.folder) as holding:
            _clear_packs(Path(holding.repo.commondir()))
            self._branch, sha = self._remote.fetch(holding.repo)
            return sha

    def take(self, sha: ObjectID, superseded: list[Revision]) -> bool:
        """Bring the folder to a state that was fetched, with the unsent edits rebased onto it.

        The caller holds the lock.

        Args:
            sha: the commit.
            superseded: edits that conflict with what somebody else has changed are appended to it, each as the
                revision that the history keeps of it and that undo can revert.

        Returns:
            False if the folder is based on this state already.

        Raises:
            KnowledgeError: the state has problems, or somebody has changed the folder by hand; nothing is changed.
            OSError: the files cannot be written.
        """
        with _held(self.folder) as holding:
            base = holding.repo.refs[_THERE]
            if sha == base:
                return False
            if self._refused and self._refused[0] == sha:
                raise self._refused[1]
            _check_untouched(holding, self.folder)
            onto = holding.commit(sha)
            try:
                _check(holding, onto)
            except KnowledgeError as error:
                self._refused = sha, KnowledgeError([_of(onto), *error.problems])
                raise self._refused[1] from None
            head, lost = _rebased(holding, onto)
            rewritten = not holding.descends(sha, base)
            events = [*_rewriting(holding, base, onto)] if rewritten else []
            refs = {_HERE.decode(): head.id.decode(), _THERE.decode(): sha.decode()}
            if rewritten:
                _log.warning("The history of the knowledge repository was rewritten; its new version is used.")
            changes = _differing(holding, holding.files(head), self.folder)
        known = head.id.decode() if rewritten else None
        # Before the files are written: if that is interrupted, the next to take the lock finishes it.
        superseded += lost
        journal.follow(self.folder, changes, refs, [*events, *lost], known)
        return True


def cloned(remote: Remote, inner: str, home: Path) -> Clone:
    """Open the folder that follows a repository, or create it.

    Args:
        remote: the repository.
        inner: the knowledge folder in it; empty for its top.
        home: the parent of such folders.

    Raises:
        RemoteError: there is no folder yet, and the repository cannot be fetched.
        KnowledgeError: there is no folder yet, and the files in the repository have problems.
        OSError: the folder cannot be written.
    """
    folder = clone_folder(remote, inner, home)
    if not folder.is_dir():
        make_folder(home, ours=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=home, ignore_cleanup_errors=True) as scratch:
            new = Path(scratch) / "new"
            _fill(new, remote, inner)
            # If another process was faster, its folder is as good.
            with contextlib.suppress(OSError):
                new.rename(folder)
    return Clone(folder, remote)


def clone_folder(remote: Remote, inner: str, home: Path) -> Path:
    """Return the folder that follows a repository, which need not exist; see :func:`cloned`."""
    which = hashlib.sha256("\0".join((remote.address, remote.branch or "", inner)).encode()).hexdigest()[:12]
    name = re.sub(r"\W+", "-", remote.address.removesuffix(".git").rstrip("/").rpartition("/")[2])[:40]
    return home / f"{name}-{which}"


def superseded_key(revision: Revision) -> str:
    """Return the key of the revision that the history keeps of a superseded edit."""
    return f"{revision.key}-gave-way"


def try_out(remote: Remote, inner: str) -> str:
    """Check that a repository can be followed, with a copy that is deleted at once.

    Args:
        remote: the repository.
        inner: the knowledge folder in it; empty for its top.

    Returns:
        The name of the branch.

    Raises:
        RemoteError: it cannot be fetched, or has no such folder.
        KnowledgeError: the files in it have problems.
        OSError: there is no room for the copy.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        return _fill(Path(scratch) / "new", remote, inner)


def _fill(folder: Path, remote: Remote, inner: str) -> str:
    with make_own(folder, inner) as repo:
        branch, sha = remote.fetch(repo)
        repo.refs.set_symbolic_ref(HEADREF, _HERE)
        repo.refs[_HERE] = repo.refs[_THERE] = sha
    with _held(folder) as holding:
        head = holding.commit(sha)
        if obstacle := holding.obstacle(head):
            raise RemoteError(obstacle)
        _write(holding, head, folder)
    load(folder)
    return branch


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[KnowledgeRepo]:
    """Open the desk's own repository.

    Raises:
        UnusableError: it's damaged.
        OSError: its files can't be read.
    """
    with open_repo(folder) as holding:
        if holding is None or not holding.own:
            message = "the bot's own copy of the repository is gone"
            raise UnusableError(message, copied_anew(folder))
        yield holding


def _clear_packs(repository: Path) -> None:
    """Delete what a killed process left of a fetch, which would block the next one."""
    packs = repository / "objects" / "pack"
    for left in (*packs.glob("*.lock"), *packs.glob("tmp_pack_*")):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _FETCH_TAKES:
                left.unlink()


def _unsent(holding: KnowledgeRepo) -> list[Commit]:
    """Return the commits of unsent edits, oldest first."""
    refs = holding.repo.refs
    return list(line(holding, refs[_HERE], refs[_THERE]))[::-1]


def _rebased(holding: KnowledgeRepo, onto: Commit) -> tuple[Commit, tuple[Revision, ...]]:
    """Rebase the unsent edits onto another state.

    Returns:
        The last commit, and the edits that conflict and are superseded.
    """
    there = list(line(holding, onto.id, holding.repo.refs[_THERE]))
    sent = {revision_key(commit) for commit in there}
    head, superseded = onto, []
    for commit in _unsent(holding):
        revision = read(holding, commit, beside=True)
        if revision is None or revision.key in sent:
            continue
        also = {change.file for change in revision.changes}
        files = {
            name: ItemFile(name, holding.text(sha))
            for name, sha in holding.files(head).items()
            if edited(name) or name in also
        }
        try:
            changed = apply(PutBack(revision.changes), files)
            if not changed:
                continue
            stored = {name: holding.store(file.text if file else None) for name, file in changed.items()}
            stored |= forgetful_record(holding, head, revision)
            made = holding.commit(holding.add(head, stored, revision))
            _check(holding, made)
        except KnowledgeError:
            theirs = (found for commit in there if (found := read(holding, commit)))
            superseded.append(_superseded(revision, theirs, files))
        else:
            head = made
    return head, tuple(superseded)


def _superseded(revision: Revision, theirs: Iterable[Revision], files: ItemFiles) -> Revision:
    """Return a superseded edit as its inverse, so that undo applies the edit after all.

    Args:
        revision: the edit.
        theirs: the changes in the repository, newest first.
        files: the files there.
    """
    items = {change.item for change in revision.changes}
    by = next((other for other in theirs if items & {change.item for change in other.changes}), None)
    author, what = (by.author, by.what) if by else (REPOSITORY, "Another change")
    changes = []
    for change in revision.changes:
        found = find_in(change.file, change.item, files)
        changes.append(Change(change.file, change.item, change.after, found.text if found else None))
    what = f"{what} (kept instead of {revision.author}'s edit: {revision.what})"
    return Revision(dt.datetime.now(dt.UTC), author, what, tuple(changes), key=superseded_key(revision))


def _rewriting(holding: KnowledgeRepo, base: ObjectID, onto: Commit) -> Iterator[Revision]:
    changes = tuple(between(holding, holding.commit(base), onto))
    if changes:
        key = f"{onto.id.decode()}-rewritten"
        yield Revision(dt.datetime.now(dt.UTC), REPOSITORY, "The history was rewritten", changes, key=key)


def _check(holding: KnowledgeRepo, commit: Commit) -> None:
    """Check the knowledge of a commit.

    Raises:
        KnowledgeError: it has problems.
    """
    with tempfile.TemporaryDirectory() as name:
        _write(holding, commit, Path(name))
        load(Path(name))


def _write(holding: KnowledgeRepo, commit: Commit, folder: Path) -> None:
    """Write the knowledge files of a commit to an empty folder.

    Raises:
        KnowledgeError: the commit holds something that must not be written, or that was meant for knowledge but would
            not be read; nothing is written.
    """
    found = holding.files(commit)
    if overlooked := holding.overlooked(commit):
        raise KnowledgeError(overlooked)
    (folder / "faq").mkdir()
    for name, sha in found.items():
        inside(folder, name).write_bytes(holding.content(sha))


def _check_untouched(holding: KnowledgeRepo, folder: Path) -> None:
    """Check that nobody has changed the folder by hand, because that would be overwritten.

    Raises:
        KnowledgeError: somebody has.
    """
    there, _ = holding.listed(holding.commit(holding.repo.refs[_HERE]))
    touched = _differing(holding, there, folder)
    if touched:
        fix = "make the change in the repository instead, and take it back here"
        raise KnowledgeError(
            [Problem(Place(name), f"was changed by hand in the bot's own copy, {folder}", fix) for name in touched]
        )


def _differing(holding: KnowledgeRepo, files: Mapping[str, ObjectID], folder: Path) -> dict[str, str | None]:
    """Return what must be written to the folder so that it holds the files of a commit."""
    there = {name: holding.content(sha) for name, sha in files.items()}
    here = {path.relative_to(folder).as_posix(): read_file(path) for path in knowledge_files(folder)}
    changed = {name: content.decode("utf-8") for name, content in there.items() if here.get(name) != content}
    return {**changed, **dict.fromkeys(here.keys() - there.keys())}


def _of(commit: Commit) -> Problem:
    """Return the problem that names the commit with the problems that follow, and its author."""
    who = author_name(commit.author.decode("utf-8", "replace").partition(" <")[0])
    what = f"the commit {short(commit.id)} of {who} can't be used, so the version before it stays in use"
    return Problem(Place(REPOSITORY), what, "fix the following there")
