"""Files that must survive a crash and any damage: written as a whole, read with suspicion, never thrown away."""

import contextlib
import errno
import itertools
import logging
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")

_UNREADABLE: Final = frozenset({errno.EISDIR, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOENT})
"""What says that there is no file to read: a folder, another user's file, a link that leads nowhere. Not what may pass,
such as too many open files."""

_log = logging.getLogger(__name__)


def inside(folder: Path, name: str) -> Path:
    """Return the path of a knowledge file. Whatever writes one asks here, so nothing is written elsewhere.

    Args:
        folder: the knowledge folder, or a copy of it.
        name: ``NAME.yaml`` or ``faq/NAME.yaml``; it may come from a repository, and so from anybody.

    Raises:
        ValueError: no knowledge file has such a name.
    """
    *above, file = Path(name).parts or ("",)
    if above not in ([], ["faq"]) or not file.endswith(".yaml") or "\0" in name:
        message = f"{name!r} is no name of a knowledge file"
        raise ValueError(message)
    return folder / name


def read(path: Path, parse: Callable[[bytes], T], missing: T) -> T:
    """Read a small file; one that is damaged or can't be read is set aside.

    Args:
        path: the file.
        parse: makes a value of its content; raises ValueError where it cannot.
        missing: the value where there is no such file.

    Raises:
        OSError: the file can't be read now, or not be set aside.
    """
    if not os.path.lexists(path):
        return missing
    try:
        return parse(path.read_bytes())
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
    """Rename a file or folder that cannot be used, so that it's kept and in nobody's way.

    Args:
        path: what to rename.
        why: said in the log.

    Raises:
        OSError: it cannot be renamed.
    """
    aside = _aside(path)
    path.rename(aside)
    _log.warning("%s cannot be used (%s). It's kept as %s, and the bot goes on without it.", path, why, aside.name)


def keep_copy(path: Path, content: bytes) -> None:
    """Keep what stands in a damaged file, of which the rest can be used.

    Raises:
        OSError: the copy cannot be written.
    """
    aside = _aside(path)
    replace(aside, content)
    _log.warning("%s is damaged. It's kept as %s, and the bot goes on with what can be read.", path, aside.name)


def _aside(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in itertools.count(1))
    return next(name for name in names if not os.path.lexists(name))


def replace(path: Path, content: bytes) -> None:
    """Replace a file's content at one instant and for good; its mode stays, and so does a link to it.

    Raises:
        OSError: it cannot be written; it's as it was, unless only the wait for the disk has failed.
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


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut; Windows does so by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
