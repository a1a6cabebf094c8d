"""Atomic writes, which survive a kill or a power cut, and file locks, which end with their process."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock for a block, against other threads and processes; the lock ends with the process.

    Args:
        path: the lock file, which is created if necessary and never deleted; its folder must exist.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("a+b") as file:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        # Closing the file releases the lock.
        yield


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content atomically and durably. The file's mode, and a symbolic link to it, are kept.

    Args:
        path: the file, which need not exist; its folder must.
        data: the new content.

    Raises:
        OSError: the file cannot be written; it is unchanged.
    """
    target = path.resolve()
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", suffix=".new", delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            if target.exists():
                shutil.copymode(target, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder to disk, so that a new name in it survives a power cut; Windows does so on its own."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
