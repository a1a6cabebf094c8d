"""A journal of edits: a process that is killed at any instant leaves all of an edit or nothing of it.

The folder ``.desk/`` beside the files holds:

- ``lock``, which every writer takes;
- ``history.jsonl``, a line for each edit;
- ``intent.json``, a write-ahead record: the new texts and the line of the history. An edit counts from the moment
  this file exists. The next process to take the lock finishes what a killed one left.

In a git work tree, it also holds:

- ``uncommitted``, the edits that are in the files but not in git;
- ``committing``, the times of commits that were begun and not finished;
- ``learnt``, the commit up to which the history includes what others have committed.

A damaged file is set aside, and the bot goes on with the others.
"""

import contextlib
import errno
import hashlib
import io
import logging
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from bot import files, own_files
from bot.editing.git import commits, history
from bot.editing.git.repository import OWN, UnusableError
from bot.editing.revision import Revision
from bot.knowledge.folder import DESK, inside

_IGNORE: Final = ".gitignore"
_INTENT: Final = "intent.json"
_HISTORY: Final = "history.jsonl"
_UNCOMMITTED: Final = "uncommitted"
_BEGUN: Final = "committing"
_LEARNT: Final = "learnt"

_COMMITTING: Final = "An edit is in the files but could not be committed to git"
_POINTING: Final = "The copy of the repository does not know what the files say"
_LEARNING: Final = "What others have committed cannot be read"

_MOST_BEGUN: Final = 20
"""Most unfinished commits whose lock files are looked for."""

_KEY: Final = re.compile(r"[0-9a-f]{32}")
_REF: Final = re.compile(r"refs/[a-z]+(?:/[a-z]+)+")
_SHA: Final = re.compile(r"[0-9a-f]{40}")

_troubles: Final[dict[tuple[Path, str], str]] = {}
"""What this process last logged of the git repository that holds a folder, so that a lasting problem is logged once."""

_log = logging.getLogger(__name__)


class RecordedError(OSError):
    """An edit is recorded, but the files cannot be written now. It is applied as soon as they can be."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file in an intent."""

    was: str | None
    """Digest of its content before; None if there was no such file."""

    text: str | None
    """Its content after; None if it is deleted."""


@dataclass(frozen=True, slots=True)
class _Intent:
    """A write-ahead record of an edit, which has a revision, or of another state of the desk's own repository."""

    files: Mapping[str, _File]
    revision: str | None = None
    refs: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[str] = ()
    known: str | None = None

    def to_json(self) -> bytes:
        return _adapter().dump_json(self)

    @staticmethod
    def from_json(content: bytes) -> "_Intent":
        """Parse what :meth:`to_json` wrote.

        Raises:
            ValueError: it is damaged.
        """
        intent = _adapter().validate_json(content, strict=True)
        for name in intent.files:
            inside(Path(), name)
        for line in (*intent.events, *([intent.revision] if intent.revision else [])):
            Revision.from_json(line)
        if not all(_REF.fullmatch(name) and _SHA.fullmatch(sha) for name, sha in intent.refs.items()):
            raise ValueError(content)
        return intent


@cache
def _adapter() -> TypeAdapter[_Intent]:
    return TypeAdapter(_Intent)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other threads and processes from writing to the folder, and finish what a killed one left.

    Raises:
        OSError: the folder cannot be written, or ``.desk`` is a link.
    """
    desk = folder / DESK
    # Whoever can put a link into the folder, with a commit, say, must not choose where the bot writes.
    own_files.refuse_link(desk)
    desk.mkdir(own_files.FOLDER, exist_ok=True)
    # The history names who has edited what; an older version let others read it.
    own_files.close_to_others(desk)
    with files.locked(desk / "lock"):
        for name in (_IGNORE, _INTENT, _UNCOMMITTED, _BEGUN, _LEARNT, Path(OWN).name):
            if (desk / name).is_symlink():
                files.set_aside(desk / name, "it's a link")
        if not os.path.lexists(desk / _IGNORE):
            # Nobody should commit the journal.
            files.write_atomically(desk / _IGNORE, b"*\n")
        _repair(folder)
        _finish(folder)
        if waiting := _uncommitted(folder):
            _commit(folder, waiting)
        _learn(folder)
        yield


def write(folder: Path, changes: Mapping[str, str | None], revision: Revision) -> Revision:
    """Write the files of an edit and its line of the history as one. The caller holds the lock.

    Args:
        folder: the knowledge folder.
        changes: new texts by file name; None deletes the file.
        revision: the edit as the history keeps it.

    Returns:
        The revision with its number.

    Raises:
        RecordedError: the files cannot be written, because the disk is full, say, but the edit is recorded: the next
        to take the lock finishes it.
        OSError: the files cannot be written, and nothing was changed.
    """
    intent = _Intent(_files(folder, changes), revision.to_json())
    try:
        _carry_out(folder, intent)
        return next(each for each in reversed(read_history(folder)) if each.key == revision.key)
    except OSError as error:
        if _taken_back(folder, intent):
            raise
        raise RecordedError(error.errno, error.strerror) from error


def follow(
    folder: Path,
    changes: Mapping[str, str | None],
    refs: Mapping[str, str],
    events: Sequence[Revision],
    known: str | None,
) -> None:
    """Write the files of another state of the desk's own repository and move its branches there, as one.

    The caller holds the lock.

    Args:
        folder: the knowledge folder.
        changes: new texts by file name; None deletes the file.
        refs: commits by the names of the branches that must point to them.
        events: revisions for the history that are not among the commits.
        known: a commit whose past the history need not read; None if it must.

    Raises:
        OSError: the files cannot be written. If the change is recorded, the next to take the lock finishes it.
    """
    lines = [event.to_json() for event in events]
    _carry_out(folder, _Intent(_files(folder, changes), refs=dict(refs), events=lines, known=known))


def read_history(folder: Path) -> tuple[Revision, ...]:
    """Return the history, oldest first, without the lines that are damaged.

    Raises:
        OSError: it cannot be read.
    """
    try:
        return _revisions((folder / DESK / _HISTORY).read_bytes())
    except FileNotFoundError:
        return ()


def uncommitted(folder: Path) -> str | None:
    """Return why edits are not committed to git, worded for the middle of a sentence; None if they are."""
    return _troubles.get((folder, _COMMITTING)) if (folder / DESK / _UNCOMMITTED).exists() else None


def _revisions(lines: bytes) -> tuple[Revision, ...]:
    """Parse whole lines; what follows the last line break is the torn line of a killed process."""
    found = []
    for line in lines.split(b"\n")[:-1]:
        with contextlib.suppress(ValueError):
            found.append(Revision.from_json(line))
    return tuple(found)


def _repair(folder: Path) -> None:
    """Rebuild a damaged history from its readable lines; revisions that are in git come back from there."""
    path = folder / DESK / _HISTORY
    if not os.path.lexists(path):
        return
    lines = b"" if path.is_symlink() else files.read(path, bytes, b"")
    kept = _revisions(lines)
    if lines and lines.count(b"\n") == len(kept) and lines.endswith(b"\n"):
        return
    if lines:
        # A copy, not a rename: a full disk must not leave us without both.
        files.keep_copy(path, lines)
        files.write_atomically(path, b"".join(revision.to_json().encode() + b"\n" for revision in kept))
    elif os.path.lexists(path):
        files.set_aside(path, "it's empty, or a link")
    (folder / DESK / _LEARNT).unlink(missing_ok=True)


def _files(folder: Path, changes: Mapping[str, str | None]) -> dict[str, _File]:
    return {name: _File(_hash(inside(folder, name)), text) for name, text in changes.items()}


def _carry_out(folder: Path, intent: _Intent) -> None:
    files.write_atomically(folder / DESK / _INTENT, intent.to_json())
    _finish(folder)


def _taken_back(folder: Path, intent: _Intent) -> bool:
    """Withdraw an intent that has not changed a file yet; return whether it is withdrawn."""
    path = folder / DESK / _INTENT
    try:
        if any(_hash(inside(folder, name)) != file.was for name, file in intent.files.items()):
            return False
        path.unlink(missing_ok=True)
    except OSError:
        return not os.path.lexists(path)
    return True


def _finish(folder: Path) -> None:
    """Carry out what is left of an intent. Doing so twice changes nothing."""
    path = folder / DESK / _INTENT
    intent = files.read(path, _Intent.from_json, None)
    if intent is None:
        return
    for name, file in intent.files.items():
        target = inside(folder, name)
        if _hash(target) != file.was:
            # It is written already, or somebody has changed it since, whose text must not be lost.
            continue
        if file.text is None:
            target.unlink(missing_ok=True)
            files.sync_folder(target.parent)
        else:
            target.parent.mkdir(exist_ok=True)
            files.write_atomically(target, file.text.encode("utf-8"))
    if intent.revision is None:
        _tell(folder, _POINTING, commits.point(folder, intent.refs))
        if intent.known:
            files.write_atomically(folder / DESK / _LEARNT, intent.known.encode())
        _learn(folder)
        _append(folder, [Revision.from_json(event) for event in intent.events])
    else:
        revision = Revision.from_json(intent.revision)
        _append(folder, [revision])
        _commit(folder, [*_uncommitted(folder), revision.key])
    path.unlink()
    files.sync_folder(path.parent)


def _commit(folder: Path, keys: Sequence[str]) -> None:
    """Commit revisions, if the folder is in git. Those that cannot be committed wait for the next call."""
    waiting, begun = folder / DESK / _UNCOMMITTED, folder / DESK / _BEGUN
    files.write_atomically(waiting, _lines(*dict.fromkeys(keys)))
    # When somebody began to commit and was killed, or met a full disk. Their lock files are still there.
    before: tuple[float, ...] = ()
    killed = files.read(begun, _times, before)[-_MOST_BEGUN:]
    now = time.time()
    files.write_atomically(begun, _lines(*killed, now))
    trouble = commits.commit(folder, [revision for revision in read_history(folder) if revision.key in keys], killed)
    _tell(folder, _COMMITTING, trouble)
    if trouble is None:
        waiting.unlink()
        begun.unlink()
    else:
        files.write_atomically(begun, _lines(*killed, *([now] if trouble.interrupted else [])))


def _uncommitted(folder: Path) -> tuple[str, ...]:
    """Return the keys of the revisions that are in the files but not in git."""
    return files.read(folder / DESK / _UNCOMMITTED, _keys, ())


def _learn(folder: Path) -> None:
    """Add to the history what others have committed to git; in a fresh clone, that is all there is."""
    path = folder / DESK / _LEARNT
    learnt = files.read(path, _commit_id, None)
    try:
        head, revisions = history.revisions(folder, learnt)
    except Exception as error:  # noqa: BLE001 (whatever state the repository is in, edits don't need it)
        _tell(folder, _LEARNING, commits.trouble_of(error))
        return
    _tell(folder, _LEARNING, None)
    if head != learnt:
        _append(folder, revisions)
        files.write_atomically(path, (head or "").encode())


def _tell(folder: Path, what: str, trouble: UnusableError | None) -> None:
    """Log a problem with the repository when it appears and when it is gone."""
    before = _troubles.pop((folder, what), None)
    if trouble:
        _troubles[folder, what] = str(trouble)
        if str(trouble) != before:
            _log.warning("%s: %s. To fix it, %s.", what, trouble, trouble.fix)
    elif before:
        _log.info("The git repository of %s can be used again.", folder)


def _append(folder: Path, revisions: Sequence[Revision]) -> None:
    """Append revisions to the history that it does not hold yet."""
    known = read_history(folder)
    keys = {revision.key for revision in known}
    new = [revision for revision in revisions if revision.key not in keys]
    if not new:
        return
    first = max((revision.number for revision in known), default=0) + 1
    lines = b"".join(each.numbered(number).to_json().encode() + b"\n" for number, each in enumerate(new, first))
    with (folder / DESK / _HISTORY).open("ab", buffering=0) as file:
        before = file.tell()
        try:
            _write_whole(file, lines)
        except OSError:
            file.truncate(before)
            raise


def _write_whole(file: io.FileIO, content: bytes) -> None:
    if file.write(content) < len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file.fileno())


def _lines(*values: object) -> bytes:
    return "".join(f"{value}\n" for value in values).encode()


def _keys(content: bytes) -> tuple[str, ...]:
    keys = tuple(content.decode().split())
    if not keys or not all(map(_KEY.fullmatch, keys)):
        raise ValueError(content)
    return keys


def _times(content: bytes) -> tuple[float, ...]:
    return tuple(map(float, content.decode().split()))


def _commit_id(content: bytes) -> str | None:
    """Parse the id of a commit; None if the folder was not in a commit."""
    if content and not _SHA.fullmatch(content.decode()):
        raise ValueError(content)
    return content.decode() or None


def _hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
