"""A knowledge folder that follows a git repository elsewhere, and carries the edits made here to it.

The folder holds nothing but the knowledge files and, in ``.desk/``, a repository without a work tree. There,
one branch is what the folder holds, and another the state elsewhere that it rests on; what lies between the two
are the edits that have not been sent. A state from elsewhere is taken as a whole, after it was checked, or not at
all; edits that were not sent yet are made again on top of it.
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
from bot.knowledge.folder import inside, knowledge_files
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.yaml_file import Place, Problem
from bot.own_files import make_folder

_HERE: Final = Ref(b"refs/heads/here")
_THERE: Final = Ref(b"refs/remotes/origin/there")

_FETCH_TAKES: Final = 600.0
"""Seconds after which a fetch that another process began has ended."""

_log = logging.getLogger(__name__)


class Clone:
    """The folder, and the repository elsewhere. Every method that says so needs the desk's lock."""

    def __init__(self, folder: Path, remote: Remote) -> None:
        """Take over a folder that :func:`cloned` has made."""
        self.folder: Final = folder
        self._remote: Final = remote
        self._branch = remote.branch
        self._refused: tuple[ObjectID, KnowledgeError] | None = None

    def pending(self) -> int:
        """Count the edits that were not sent yet."""
        with _held(self.folder) as holding:
            return len(_unsent(holding))

    def push(self) -> None:
        """Send the edits that were not sent yet.

        Raises:
            RefusedError: the repository has another state than the one that they rest on, or does not take them.
            RemoteError: it cannot be reached.
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
        """Get the state of the repository; nothing in the folder changes.

        Returns:
            Its last commit.

        Raises:
            RemoteError: it cannot be had.
        """
        with _held(self.folder) as holding:
            _clear_packs(Path(holding.repo.commondir()))
            self._branch, sha = self._remote.fetch(holding.repo)
            return sha

    def take(self, sha: ObjectID, superseded: list[Revision]) -> bool:
        """Let the folder hold a state that was fetched, with the edits on top that were not sent yet.

        Only under the lock.

        Args:
            sha: the commit.
            superseded: gets the edits that give way, since somebody else has changed the same: each as what the history
                keeps of it, which can be undone like all it keeps.

        Returns:
            False where the state is the one that the folder rests on.

        Raises:
            KnowledgeError: the state has problems, or the folder is not as the desk left it; nothing is changed.
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
            head, gave_way = _made_again(holding, onto)
            rewritten = not holding.descends(sha, base)
            events = [*_rewriting(holding, base, onto)] if rewritten else []
            refs = {_HERE.decode(): head.id.decode(), _THERE.decode(): sha.decode()}
            if rewritten:
                _log.warning("The history of the knowledge repository was rewritten; its new state is followed.")
            changes = _differing(holding, holding.files(head), self.folder)
        known = head.id.decode() if rewritten else None
        # Before the files are written: where that is interrupted, whoever takes the lock next goes on with it.
        superseded += gave_way
        journal.follow(self.folder, changes, refs, [*events, *gave_way], known)
        return True


def cloned(remote: Remote, inner: str, home: Path) -> Clone:
    """Open the folder that follows a repository; the first time, make it.

    Args:
        remote: the repository.
        inner: the knowledge folder in it; empty for its top.
        home: where such folders are kept.

    Raises:
        RemoteError: there is no folder yet, and the repository cannot be had.
        KnowledgeError: there is no folder yet, and the files in the repository have problems.
        OSError: the folder cannot be written.
    """
    which = hashlib.sha256("\0".join((remote.address, remote.branch or "", inner)).encode()).hexdigest()[:12]
    name = re.sub(r"\W+", "-", remote.address.removesuffix(".git").rstrip("/").rpartition("/")[2])[:40]
    folder = home / f"{name}-{which}"
    if not folder.is_dir():
        make_folder(home, ours=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=home, ignore_cleanup_errors=True) as scratch:
            new = Path(scratch) / "new"
            _fill(new, remote, inner)
            # Where another process was faster, its folder is as good.
            with contextlib.suppress(OSError):
                new.rename(folder)
    return Clone(folder, remote)


def superseded_key(revision: Revision) -> str:
    """Give the key of what the history keeps of an edit that gave way."""
    return f"{revision.key}-gave-way"


def _fill(folder: Path, remote: Remote, inner: str) -> None:
    with make_own(folder, inner) as repo:
        _, sha = remote.fetch(repo)
        repo.refs.set_symbolic_ref(HEADREF, _HERE)
        repo.refs[_HERE] = repo.refs[_THERE] = sha
    with _held(folder) as holding:
        head = holding.commit(sha)
        if holding.blob(head, "case.yaml") is None:
            message = f"it has no case.yaml in {f'its folder {inner}' if inner else 'its top folder'}"
            raise RemoteError(message)
        _write(holding, head, folder)
    load(folder)


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
    """Take away what a killed process left of a fetch, which would be in the way of the next one."""
    packs = repository / "objects" / "pack"
    for left in (*packs.glob("*.lock"), *packs.glob("tmp_pack_*")):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _FETCH_TAKES:
                left.unlink()


def _unsent(holding: KnowledgeRepo) -> list[Commit]:
    """List the commits of edits that were not sent yet, oldest first."""
    refs = holding.repo.refs
    return list(line(holding, refs[_HERE], refs[_THERE]))[::-1]


def _made_again(holding: KnowledgeRepo, onto: Commit) -> tuple[Commit, tuple[Revision, ...]]:
    """Make the edits that were not sent yet on top of another state.

    Returns:
        The last commit with them, and those that had to give way.
    """
    there = list(line(holding, onto.id, holding.repo.refs[_THERE]))
    sent = {revision_key(commit) for commit in there}
    head, superseded = onto, []
    for commit in _unsent(holding):
        revision = read(holding, commit)
        if revision is None or revision.key in sent:
            continue
        files = {name: ItemFile(name, holding.text(sha)) for name, sha in holding.files(head).items() if edited(name)}
        try:
            changed = apply(PutBack(revision.changes), files)
            if not changed:
                continue
            stored = {name: holding.store(file.text if file else None) for name, file in changed.items()}
            made = holding.commit(holding.add(head, stored, revision))
            _check(holding, made)
        except KnowledgeError:
            theirs = (found for commit in there if (found := read(holding, commit)))
            superseded.append(_given_way(revision, theirs, files))
        else:
            head = made
    return head, tuple(superseded)


def _given_way(revision: Revision, theirs: Iterable[Revision], files: ItemFiles) -> Revision:
    """Keep an edit that gave way as what was put in its place: to undo that is to make the edit after all.

    Args:
        revision: the edit.
        theirs: what was changed in the repository, newest first.
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
    """Load the knowledge as a commit has it.

    Raises:
        KnowledgeError: it has problems.
    """
    with tempfile.TemporaryDirectory() as name:
        _write(holding, commit, Path(name))
        load(Path(name))


def _write(holding: KnowledgeRepo, commit: Commit, folder: Path) -> None:
    """Write what a commit has into an empty folder.

    Raises:
        KnowledgeError: it has what must not be written; nothing is.
    """
    found = holding.files(commit)
    (folder / "faq").mkdir()
    for name, sha in found.items():
        inside(folder, name).write_bytes(holding.content(sha))


def _check_untouched(holding: KnowledgeRepo, folder: Path) -> None:
    """Make sure that nobody has changed the folder's files by hand, whose work would be overwritten.

    Raises:
        KnowledgeError: somebody has.
    """
    there, _ = holding.listed(holding.commit(holding.repo.refs[_HERE]))
    touched = _differing(holding, there, folder)
    if touched:
        mend = "make the change in the repository instead, and take it back here"
        raise KnowledgeError(
            [Problem(Place(name), f"was changed by hand in the bot's own copy, {folder}", mend) for name in touched]
        )


def _differing(holding: KnowledgeRepo, files: Mapping[str, ObjectID], folder: Path) -> dict[str, str | None]:
    """Say what must be written for the folder to hold what a commit has."""
    there = {name: holding.content(sha) for name, sha in files.items()}
    here = {path.relative_to(folder).as_posix(): path.read_bytes() for path in knowledge_files(folder)}
    changed = {name: content.decode("utf-8") for name, content in there.items() if here.get(name) != content}
    return {**changed, **dict.fromkeys(here.keys() - there.keys())}


def _of(commit: Commit) -> Problem:
    """Say whose commit has the problems that follow."""
    who = author_name(commit.author.decode("utf-8", "replace").partition(" <")[0])
    what = f"the commit {short(commit.id)} of {who} cannot be used, so the state before it stays in use"
    return Problem(Place(REPOSITORY), what, "mend there what follows")
