"""Writes edits so that a kill at any instant leaves either all of an edit or nothing of it.

Beside the files, in ``.desk/``, stand a lock, the history and, while an edit is written, the intent: the
new texts and the history's line. The edit counts from the moment the intent has its name. Whoever takes the
lock next finishes what a killed process left. In git, ``uncommitted`` lists the edits that are in the files
only, ``committing`` when somebody began to commit and did not come to an end, and ``learnt`` is the commit up
to which the history knows what others have done.
"""

import hashlib
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bot import own_files
from bot.editing.git import commits, history
from bot.editing.revision import Revision

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_FOLDER: Final = ".desk"
_INTENT: Final = "intent.json"
_HISTORY: Final = "history.jsonl"
_UNCOMMITTED: Final = "uncommitted"
_BEGUN: Final = "committing"
_LEARNT: Final = "learnt"

_log = logging.getLogger(__name__)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other threads and processes from writing the folder; finish what a killed one left.

    Raises:
        OSError: the folder cannot be written.
    """
    desk = folder / _FOLDER
    if not desk.is_dir():
        desk.mkdir(own_files.FOLDER, exist_ok=True)
        # The desk's own papers are nobody's commit.
        (desk / ".gitignore").write_text("*\n", "utf-8")
    # Its papers name who has edited what; an older version left them open.
    own_files.close_to_others(desk)
    with (desk / "lock").open("a+b") as file:
        # Closing the file gives the lock back, as the system does for a process that is killed.
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        _finish(folder)
        if waiting := uncommitted(folder):
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
        OSError: the disk is full or the files cannot be written.
    """
    _intend(folder, changes, revision=revision.to_json())
    return next(each for each in reversed(read_history(folder)) if each.key == revision.key)


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
        OSError: the disk is full or the files cannot be written.
    """
    _intend(folder, changes, refs=dict(refs), events=[event.to_json() for event in events], known=known)


def read_history(folder: Path) -> tuple[Revision, ...]:
    """Read the history, oldest first; a line that a kill has torn is left out."""
    path = folder / _FOLDER / _HISTORY
    if not path.exists():
        return ()
    revisions = []
    for line in path.read_bytes().split(b"\n"):
        try:
            revisions.append(Revision.from_json(line.decode("utf-8")))
        except ValueError:
            if line:
                _log.warning("A line of %s cannot be read and is left out.", path)
    return tuple(revisions)


def _intend(folder: Path, changes: Mapping[str, str | None], **more: object) -> None:
    files = {name: {"was": _hash(folder / name), "text": text} for name, text in changes.items()}
    _replace(folder / _FOLDER / _INTENT, json.dumps({"files": files, **more}))
    _finish(folder)


def _finish(folder: Path) -> None:
    """Do what an intent says, as far as it is not done; doing it twice changes nothing."""
    path = folder / _FOLDER / _INTENT
    if not path.exists():
        return
    intent = json.loads(path.read_text("utf-8"))
    for name, change in intent["files"].items():
        target = folder / name
        now = _hash(target)
        if now != change["was"]:
            # Written already, or changed since by an editor, whose text must not be lost.
            continue
        if change["text"] is None:
            target.unlink(missing_ok=True)
            _sync_folder(target.parent)
        else:
            target.parent.mkdir(exist_ok=True)
            _replace(target, change["text"])
    if "refs" in intent:
        commits.point(folder, intent["refs"])
        if intent["known"]:
            _replace(folder / _FOLDER / _LEARNT, intent["known"])
        _learn(folder)
        _append(folder, [Revision.from_json(event) for event in intent["events"]])
    else:
        revision = Revision.from_json(intent["revision"])
        _append(folder, [revision])
        _commit(folder, [*uncommitted(folder), revision.key])
    path.unlink()
    _sync_folder(path.parent)


def _commit(folder: Path, keys: Sequence[str]) -> None:
    """Commit revisions to git, where the folder is in it; those that could not be wait for the next one here."""
    waiting, begun = folder / _FOLDER / _UNCOMMITTED, folder / _FOLDER / _BEGUN
    _replace(waiting, "".join(f"{key}\n" for key in dict.fromkeys(keys)))
    # Times at which somebody began to commit and was killed: what they have locked stays locked.
    killed = [float(at) for at in begun.read_text("utf-8").split()] if begun.exists() else []
    _replace(begun, "".join(f"{at}\n" for at in (*killed, time.time())))
    if commits.commit(folder, [revision for revision in read_history(folder) if revision.key in keys], killed):
        waiting.unlink()
        begun.unlink()
    else:
        _replace(begun, "".join(f"{at}\n" for at in killed))


def uncommitted(folder: Path) -> list[str]:
    """List the keys of the revisions that are in the files and not in git."""
    path = folder / _FOLDER / _UNCOMMITTED
    return path.read_text("utf-8").split() if path.exists() else []


def _learn(folder: Path) -> None:
    """Add to the history what others have committed to git; a fresh clone has nothing but commits."""
    path = folder / _FOLDER / _LEARNT
    learnt = (path.read_text("utf-8") if path.exists() else "") or None
    try:
        head, revisions = history.revisions(folder, learnt)
    except Exception as error:  # noqa: BLE001 (whatever state a repository is in, edits need it not)
        _log.warning("What others have committed cannot be read: %s: %s", type(error).__name__, error)
        return
    if head != learnt:
        _append(folder, revisions)
        _replace(path, head or "")


def _append(folder: Path, revisions: Sequence[Revision]) -> None:
    """Add lines to the history, each once; what a kill has torn off goes."""
    known = read_history(folder)
    keys = {revision.key for revision in known}
    new = [revision for revision in revisions if revision.key not in keys]
    first = max((revision.number for revision in known), default=0) + 1
    with (folder / _FOLDER / _HISTORY).open("ab+") as file:
        file.seek(0)
        whole = file.read().rpartition(b"\n")
        file.truncate(len(whole[0]) + len(whole[1]))
        for number, revision in enumerate(new, first):
            file.write(revision.numbered(number).to_json().encode("utf-8") + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    """Give a file another text, at once and for good; its mode stays, and so does a link to it."""
    target = path.resolve()
    beside = target.with_name(f".{target.name}.new")
    with beside.open("wb") as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        shutil.copymode(target, beside)
    beside.replace(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut; Windows does so by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
