"""Files that a kill or a power cut leaves whole, and locks that die with their process."""

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
    """Keep other threads and processes out of the block; the system releases the lock when a process dies.

    Args:
        path: the lock file, which is made if need be and stays; its folder must exist.

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
    """Replace a file, as a whole and for good; its mode stays, and so does a symbolic link to it.

    Args:
        path: the file, which need not exist; its folder must.
        data: all it will hold.

    Raises:
        OSError: it cannot be written; then it is as it was.
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
    """Make a new name in a folder survive a power cut; Windows does so by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
