"""Writes edits so that a kill at any instant leaves either all of an edit or nothing of it.

Beside the files, in ``.desk/``, stand a lock, the history and, while an edit is written, the intent: the
new texts and the history's line. The edit counts from the moment the intent has its name. Whoever takes the
lock next finishes what a killed process left. In git, ``uncommitted`` lists the edits that are in the files
only, ``committing`` when somebody began to commit and did not come to an end, and ``learnt`` is the commit up
to which the history knows what others have done. One of these that is damaged is set aside, and the others serve.
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
from bot.editing.git.repository import UnusableError
from bot.editing.revision import Revision
from bot.knowledge.folder import inside

_FOLDER: Final = ".desk"
_INTENT: Final = "intent.json"
_HISTORY: Final = "history.jsonl"
_UNCOMMITTED: Final = "uncommitted"
_BEGUN: Final = "committing"
_LEARNT: Final = "learnt"

_COMMITTING: Final = "An edit is in the files but could not be committed to git"
_POINTING: Final = "The copy of the repository does not know what the files say"
_LEARNING: Final = "What others have committed cannot be read"

_MOST_BEGUN: Final = 20
"""Commits that came to no end whose locks are looked for."""

_KEY: Final = re.compile(r"[0-9a-f]{32}")
_REF: Final = re.compile(r"refs/[a-z]+(?:/[a-z]+)+")
_SHA: Final = re.compile(r"[0-9a-f]{40}")

_troubles: Final[dict[tuple[Path, str], str]] = {}
"""What this process said last of the git repository that holds a folder: a lasting trouble is logged once."""

_log = logging.getLogger(__name__)


class RecordedError(OSError):
    """An edit counts already and will be made as soon as the files can be written again; now they can't be."""


@dataclass(frozen=True, slots=True)
class _File:
    """What an intent says of a file."""

    was: str | None
    """Digest of its content before; None where there was no such file."""

    text: str | None
    """Its content then; None where it goes."""


@dataclass(frozen=True, slots=True)
class _Intent:
    """What is about to be written: an edit, which has a revision, or another state of the desk's own repository."""

    files: Mapping[str, _File]
    revision: str | None = None
    refs: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[str] = ()
    known: str | None = None

    def to_json(self) -> bytes:
        return _adapter().dump_json(self)

    @staticmethod
    def from_json(content: bytes) -> "_Intent":
        """Read it again.

        Raises:
            ValueError: nobody has meant this.
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
    """Keep other threads and processes from writing the folder; finish what a killed one left.

    Raises:
        OSError: the folder cannot be written.
    """
    desk = folder / _FOLDER
    desk.mkdir(own_files.FOLDER, exist_ok=True)
    # Its papers name who has edited what; an older version left them open.
    own_files.close_to_others(desk)
    with files.locked(desk / "lock"):
        if not os.path.lexists(desk / ".gitignore"):
            # The desk's own papers are nobody's commit.
            files.write_atomically(desk / ".gitignore", b"*\n")
        _repair(folder)
        _finish(folder)
        if waiting := _uncommitted(folder):
            _commit(folder, waiting)
        _learn(folder)
        yield


def write(folder: Path, changes: Mapping[str, str | None], revision: Revision) -> Revision:
    """Write the files of an edit and its line of the history, as one. Only under the lock.

    Args:
        folder: the knowledge folder.
        changes: name of a file -> its new text; None deletes it.
        revision: what the history keeps of it.

    Returns:
        The revision with its number.

    Raises:
        RecordedError: the disk is full, or the files cannot be written, and the edit was begun: whoever takes the lock
            next and can write goes on with it.
        OSError: the same, and nothing was changed.
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
    """Write the files of another state of the desk's own repository, and let branches lead to it, as one.

    Only under the lock.

    Args:
        folder: the knowledge folder.
        changes: name of a file -> its new text; None deletes it.
        refs: name of a branch -> the commit that it leads to.
        events: what the history keeps beside the commits.
        known: a commit up to which the history has nothing to learn; None where it has.

    Raises:
        OSError: the disk is full or the files cannot be written; whoever takes the lock next goes on with it, if it was
            begun.
    """
    lines = [event.to_json() for event in events]
    _carry_out(folder, _Intent(_files(folder, changes), refs=dict(refs), events=lines, known=known))


def read_history(folder: Path) -> tuple[Revision, ...]:
    """Read the history, oldest first; what is damaged is left out.

    Raises:
        OSError: it cannot be read.
    """
    try:
        return _revisions((folder / _FOLDER / _HISTORY).read_bytes())
    except FileNotFoundError:
        return ()


def uncommitted(folder: Path) -> str | None:
    """Say why edits are in the files and not in git, in the middle of a sentence; None where they're committed."""
    return _troubles.get((folder, _COMMITTING)) if (folder / _FOLDER / _UNCOMMITTED).exists() else None


def _revisions(lines: bytes) -> tuple[Revision, ...]:
    """Read whole lines; what follows the last line break was torn off by a kill."""
    found = []
    for line in lines.split(b"\n")[:-1]:
        with contextlib.suppress(ValueError):
            found.append(Revision.from_json(line))
    return tuple(found)


def _repair(folder: Path) -> None:
    """Make a damaged history anew of the lines that can be read; what is in git comes back from there."""
    path = folder / _FOLDER / _HISTORY
    if not os.path.lexists(path):
        return
    lines = files.read(path, bytes, b"")
    kept = _revisions(lines)
    if lines and lines.count(b"\n") == len(kept) and lines.endswith(b"\n"):
        return
    if lines:
        # Not renamed: on a full disk the history must not be without both.
        files.keep_copy(path, lines)
        files.write_atomically(path, b"".join(revision.to_json().encode() + b"\n" for revision in kept))
    elif os.path.lexists(path):
        files.set_aside(path, "it's empty")
    (folder / _FOLDER / _LEARNT).unlink(missing_ok=True)


def _files(folder: Path, changes: Mapping[str, str | None]) -> dict[str, _File]:
    return {name: _File(_hash(inside(folder, name)), text) for name, text in changes.items()}


def _carry_out(folder: Path, intent: _Intent) -> None:
    files.write_atomically(folder / _FOLDER / _INTENT, intent.to_json())
    _finish(folder)


def _taken_back(folder: Path, intent: _Intent) -> bool:
    """Take back an intent of which nothing is in the files yet; tell whether nothing will come of it."""
    path = folder / _FOLDER / _INTENT
    try:
        if any(_hash(inside(folder, name)) != file.was for name, file in intent.files.items()):
            return False
        path.unlink(missing_ok=True)
    except OSError:
        return not os.path.lexists(path)
    return True


def _finish(folder: Path) -> None:
    """Do what an intent says, as far as it is not done; doing it twice changes nothing."""
    path = folder / _FOLDER / _INTENT
    intent = files.read(path, _Intent.from_json, None)
    if intent is None:
        return
    for name, file in intent.files.items():
        target = inside(folder, name)
        if _hash(target) != file.was:
            # Written already, or changed since by an editor, whose text must not be lost.
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
            files.write_atomically(folder / _FOLDER / _LEARNT, intent.known.encode())
        _learn(folder)
        _append(folder, [Revision.from_json(event) for event in intent.events])
    else:
        revision = Revision.from_json(intent.revision)
        _append(folder, [revision])
        _commit(folder, [*_uncommitted(folder), revision.key])
    path.unlink()
    files.sync_folder(path.parent)


def _commit(folder: Path, keys: Sequence[str]) -> None:
    """Commit revisions to git, where the folder is in it; those that could not be wait for the next one here."""
    waiting, begun = folder / _FOLDER / _UNCOMMITTED, folder / _FOLDER / _BEGUN
    files.write_atomically(waiting, _lines(*dict.fromkeys(keys)))
    # Times at which somebody began to commit and was killed, or met a full disk: what they locked stays locked.
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
    """List the keys of the revisions that are in the files and not in git."""
    return files.read(folder / _FOLDER / _UNCOMMITTED, _keys, ())


def _learn(folder: Path) -> None:
    """Add to the history what others have committed to git; a fresh clone has nothing but commits."""
    path = folder / _FOLDER / _LEARNT
    learnt = files.read(path, _commit_id, None)
    try:
        head, revisions = history.revisions(folder, learnt)
    except Exception as error:  # noqa: BLE001 (whatever state a repository is in, edits need it not)
        _tell(folder, _LEARNING, commits.trouble_of(error))
        return
    _tell(folder, _LEARNING, None)
    if head != learnt:
        _append(folder, revisions)
        files.write_atomically(path, (head or "").encode())


def _tell(folder: Path, what: str, trouble: UnusableError | None) -> None:
    """Log what is wrong with the repository when it begins and when it ends."""
    before = _troubles.pop((folder, what), None)
    if trouble:
        _troubles[folder, what] = str(trouble)
        if str(trouble) != before:
            _log.warning("%s: %s. To fix it, %s.", what, trouble, trouble.fix)
    elif before:
        _log.info("The git repository of %s can be used again.", folder)


def _append(folder: Path, revisions: Sequence[Revision]) -> None:
    """Add lines to the history, each once."""
    known = read_history(folder)
    keys = {revision.key for revision in known}
    new = [revision for revision in revisions if revision.key not in keys]
    if not new:
        return
    first = max((revision.number for revision in known), default=0) + 1
    lines = b"".join(each.numbered(number).to_json().encode() + b"\n" for number, each in enumerate(new, first))
    with (folder / _FOLDER / _HISTORY).open("ab", buffering=0) as file:
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
    """Read the id of a commit; None where the folder was in no commit."""
    if content and not _SHA.fullmatch(content.decode()):
        raise ValueError(content)
    return content.decode() or None


def _hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
