"""What a command ends with where it cannot do what it was told: a sentence instead of a traceback."""

import errno
import os
import shutil
from pathlib import Path
from typing import ClassVar, Final


class CasebotError(Exception):
    """The base of errors whose text tells an operator what is wrong, and how to fix it."""

    exit_status: ClassVar[int] = 2
    """What a command that meets it ends with."""


_FIXES: Final = {
    errno.EACCES: "Give the user that runs casebot the right to it, or name another place",
    errno.EPERM: "Give the user that runs casebot the right to it, or name another place",
    errno.EROFS: "Name a place that can be written",
    errno.ENOENT: "Check the name",
    errno.ENOTDIR: "Name a folder, where this is a file",
    errno.EISDIR: "Name a file, where this is a folder",
    errno.EEXIST: "Name another place, or move this out of the way",
    errno.ENAMETOOLONG: "Choose a shorter name",
    errno.ELOOP: "Check the links that lead there",
    errno.ENOSPC: "Make room on the disk",
    errno.EDQUOT: "Make room on the disk",
}


def denied(path: Path) -> PermissionError:
    """Return what the system would raise on a file or folder to which this user has no right."""
    return PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def unusable(error: OSError) -> str:
    """Say which file the system does not let us use, why, and what to do about it.

    Args:
        error: as the system raised it.
    """
    if isinstance(error, shutil.Error) and error.args and error.args[0]:  # of a whole folder: what it met first
        name, _, reason = error.args[0][0]
    else:
        name, reason = error.filename or "A file", error.strerror or type(error).__name__
    fix = _FIXES.get(error.errno or 0, "Check whether it is there, and can be read and written")
    return f"{os.fsdecode(name)} cannot be used: {reason}. {fix}."
