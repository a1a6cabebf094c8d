"""Errors whose text an operator sees: one sentence instead of a traceback."""

import errno
import os
import shutil
from pathlib import Path
from typing import ClassVar, Final


class CasebotError(Exception):
    """Base class of errors whose text tells an operator what is wrong and how to fix it."""

    exit_status: ClassVar[int] = 2
    """The exit status of a command that ends with this error."""


_FIXES: Final = {
    errno.EACCES: "Give the user that runs casebot access to it, or name another place",
    errno.EPERM: "Give the user that runs casebot access to it, or name another place",
    errno.EROFS: "Name a place that can be written",
    errno.ENOENT: "Check the name",
    errno.ENOTDIR: "Name a folder instead of a file",
    errno.EISDIR: "Name a file instead of a folder",
    errno.EBADF: "Connect it to a terminal, a file or a pipe",
    errno.EEXIST: "Name another place, or move this out of the way",
    errno.ENAMETOOLONG: "Choose a shorter name",
    errno.ELOOP: "Check the links that lead there",
    errno.ENOSPC: "Make room on the disk",
    errno.EDQUOT: "Make room on the disk",
}


def denied(path: Path) -> PermissionError:
    """Return the error that the system raises for a file or folder that this user may not access."""
    return PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def describe_os_error(error: OSError) -> str:
    """Return a sentence that says which file cannot be used and why, and one that says how to fix it.

    Args:
        error: the error that the system raised.
    """
    if isinstance(error, shutil.Error) and error.args and error.args[0]:  # about a folder tree: name the first file
        name, _, reason = error.args[0][0]
    else:
        # Of a copy, the system names both files; the disk that is full is that of the second.
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        name = (error.filename2 if full else None) or error.filename or "A file"
        reason = error.strerror or type(error).__name__
    fix = _FIXES.get(error.errno or 0, "Check whether it is there, and can be read and written")
    return f"{os.fsdecode(name)} cannot be used: {reason}. {fix}."


def kind(error: BaseException) -> str:
    """Return an exception's type, with its numeric codes if any, but without its message, which may quote anybody."""
    # `status` and `code` are instance attributes in discord.py and aiohttp; OSError.errno is not in vars().
    numbers = {name: vars(error).get(name) for name in ("status", "code")}
    if isinstance(error, OSError):
        numbers["errno"] = error.errno
    known = ", ".join(f"{name} {number}" for name, number in numbers.items() if isinstance(number, int))
    of = type(error)
    name = of.__qualname__ if of.__module__ == "builtins" else f"{of.__module__}.{of.__qualname__}"
    return f"{name} ({known})" if known else name
