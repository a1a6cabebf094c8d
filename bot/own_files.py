"""Private files and folders, which nobody else on the machine can read. On Windows a user's folders already are."""

import contextlib
import errno
import os
import stat
import sys
from itertools import takewhile
from pathlib import Path
from typing import Final

FOLDER: Final = 0o700
FILE: Final = 0o600

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path, *, ours: bool) -> None:
    """Create a folder and its missing parents with access for this user only.

    Args:
        folder: the folder.
        ours: whether only the bot creates a folder of this name. If so, an existing one, which an older version may
            have created, is made private too; otherwise, as for ``/tmp`` or a home folder, its mode is kept.

    Raises:
        OSError: the folder cannot be created.
    """
    missing = list(takewhile(lambda each: not each.exists(), (folder, *folder.parents)))
    for each in (*reversed(missing), folder):
        each.mkdir(FOLDER, exist_ok=True)
    if ours and not missing:
        close_to_others(folder)


def make_file(file: Path) -> None:
    """Create a file with access for this user only, or make an existing one private.

    An existing file isn't opened: to close it again would release every lock that this process has on it, such as those
    of SQLite's other connections (https://www.sqlite.org/howtocorrupt.html, section 2.2).

    Failures are ignored: the next attempt to open the file will report them. What is there and is no file, such as a
    folder or a pipe, stays as it is.
    """
    # Where a link leads to nothing, the file that it names is made.
    file = Path(os.path.realpath(file))
    with contextlib.suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDONLY, FILE))
    if file.is_file():
        close_to_others(file)


def refuse_link(path: Path) -> None:
    """Refuse a link in place of one of the bot's own files or folders: writing would change what it leads to.

    Raises:
        OSError: it is a symbolic link.
    """
    if path.is_symlink():
        raise OSError(errno.ELOOP, "It is a link, which casebot does not follow", str(path))


def close_to_others(path: Path) -> None:
    """Remove others' access to a file or folder, if it exists and belongs to this user.

    A folder that a link leads to keeps its mode: it may be anybody's.
    """
    if sys.platform == "win32":
        return
    # Some file systems have no modes. The bot must work there too.
    with contextlib.suppress(OSError):
        found = path.stat()
        if stat.S_ISDIR(found.st_mode) and path.is_symlink():
            return
        if found.st_uid == os.geteuid() and found.st_mode & _OTHERS:
            path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
