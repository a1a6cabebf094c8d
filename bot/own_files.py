"""Files and folders of the bot that nobody else on the machine may read. On Windows a user's folders are so anyway."""

import contextlib
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
    """Make a folder, and those above it that are missing, for this user alone.

    Args:
        folder: the folder. One that somebody else has made, such as ``/tmp`` or a home, stays as open as it is.
        ours: whether nobody but the bot makes a folder of this name, so that one that is there already, made by an
            older version, is closed to others as well.

    Raises:
        OSError: it cannot be made.
    """
    missing = list(takewhile(lambda each: not each.exists(), (folder, *folder.parents)))
    for each in (*reversed(missing), folder):
        each.mkdir(FOLDER, exist_ok=True)
    if ours and not missing:
        close_to_others(folder)


def make_file(file: Path) -> None:
    """Make a file for this user alone, or close the one that is there to others.

    Where that cannot be, nothing happens: whoever opens the file next learns why.
    """
    with contextlib.suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_RDONLY, FILE))
    close_to_others(file)


def close_to_others(path: Path) -> None:
    """Take from others what they may do with a file or a folder, if there is one and it is this user's."""
    if sys.platform == "win32":
        return
    # Some file systems know no modes: what cannot be closed must not keep the bot from working.
    with contextlib.suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and found.st_mode & _OTHERS:
            path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
