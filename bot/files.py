"""Files that survive a crash: replaced as a whole, locked, and set aside when damaged."""

import contextlib
import errno
import itertools
import logging
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Final, TypeVar

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

from bot.own_files import make_file, refuse_link

T = TypeVar("T")

_UNREADABLE: Final = frozenset({errno.EISDIR, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOENT})
"""Errors that say there is no file to read: a folder, another user's file, a dangling link. Errors that may pass, such
as too many open files, are not among them."""

_log = logging.getLogger(__name__)


def read_file(path: Path, most: int = -1) -> bytes:
    """Read a file, but no pipe, socket or device: those may keep a reader waiting forever, or never end.

    Args:
        path: the file, or a link to it.
        most: the most bytes to read; all of it if negative.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    # Opening a pipe would wait for its other end.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise IsADirectoryError(errno.EISDIR, "Not a regular file", str(path))
        return file.read(most)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other threads and processes out of the block; the system releases the lock of a process that dies.

    Args:
        path: the lock file, which is created and stays; its folder must exist. Anything but a file is set aside.

    Raises:
        OSError: the file cannot be written.
    """
    # A file is never set aside, even another user's: somebody may hold it.
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
        set_aside(path, "it isn't a file")
    with path.open("a+b") as file:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        # Closing the file releases the lock.
        yield


@contextlib.contextmanager
def marked(path: Path) -> Iterator[bool]:
    """Mark something as in use for a block, and yield whether nobody else has; nobody waits.

    Args:
        path: the lock file, which is created and stays; its folder must exist.

    Raises:
        OSError: the file cannot be written, or the file system has no locks.
    """
    refuse_link(path)
    make_file(path)
    with path.open("ab") as file:
        alone = True
        try:
            if sys.platform == "win32":
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            alone = False
        if sys.platform != "win32":
            # All of them hold it, so that one who comes after the first has left meets the others.
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield alone


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file as a whole and durably. Its mode stays, and so does a symbolic link to it.

    Only one process may write a file at a time. What it leaves behind if it is killed, the next one overwrites.

    Args:
        path: the file, which need not exist; its folder must.
        content: the new content.

    Raises:
        OSError: it cannot be written. It is as it was, unless only the sync to disk has failed.
    """
    target = path.resolve()
    beside = target.with_name(f".{target.name}.new")
    if beside.is_symlink() or beside.is_dir():
        set_aside(beside, "a file is written there")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    except OSError:
        # On a full disk, it would take the room that the next try needs.
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    sync_folder(target.parent)


@contextlib.contextmanager
def open_atomically(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that replaces another one when the block ends, or vanishes if the block raises.

    For caches: any number of processes may write a file at a time, nobody but this user may read it, and it is not
    synced to disk. What a killed process leaves behind has a name that starts with the file's.

    Args:
        path: the file, which need not exist; its folder must.

    Raises:
        OSError: it cannot be written.
    """
    with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", suffix=".part", delete=False) as file:
        unfinished = Path(file.name)
        try:
            yield file
            file.close()
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut. Windows does so anyway."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read(path: Path, parse: Callable[[bytes], T], missing: T) -> T:
    """Read a small file. If it is damaged or cannot be read, set it aside.

    Args:
        path: the file.
        parse: makes a value of the content; raises ValueError if it is damaged.
        missing: the value if there is no such file.

    Raises:
        OSError: the file cannot be read now, or cannot be set aside.
    """
    if not os.path.lexists(path):
        return missing
    try:
        return parse(read_file(path))
    except OSError as error:
        if error.errno not in _UNREADABLE:
            raise
        if not os.path.lexists(path):
            return missing
        set_aside(path, str(error.strerror))
    except ValueError:
        set_aside(path, "its content makes no sense")
    return missing


def set_aside(path: Path, why: str) -> None:
    """Rename a file or folder that cannot be used, so that it is kept but out of the way.

    Args:
        path: what to rename.
        why: the reason, for the log.

    Raises:
        OSError: it cannot be renamed.
    """
    aside = _aside(path)
    path.rename(aside)
    _log.warning("%s cannot be used (%s). It's kept as %s, and the bot goes on without it.", path, why, aside.name)


def keep_copy(path: Path, content: bytes) -> None:
    """Keep the content of a damaged file of which a part can be used.

    Raises:
        OSError: the copy cannot be written.
    """
    aside = _aside(path)
    write_atomically(aside, content)
    _log.warning("%s is damaged. It's kept as %s, and the bot goes on with what can be read.", path, aside.name)


def _aside(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in itertools.count(1))
    return next(name for name in names if not os.path.lexists(name))
