"""The folder that a site is written to: swapped in as a whole, and never anybody else's."""

import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bot.errors import CasebotError

MANIFEST: Final = ".casebot-site.json"
"""The list of the files that were written, by which a folder is known as one of casebot's."""

_PUBLIC_FOLDER: Final = 0o755
_PUBLIC_FILE: Final = 0o644


class ForeignFolderError(CasebotError):
    """The folder holds what casebot did not make; the text says what and what to do."""


def check_folder(folder: Path) -> None:
    """Check that a folder may be replaced: it doesn't exist, is empty, or holds only what an earlier build wrote.

    Raises:
        ForeignFolderError: it holds something else.
        OSError: it cannot be read, or is no folder.
    """
    if not os.path.lexists(folder):
        return
    ours = _listed(folder)
    for name in _names(folder):
        if name not in ours:
            message = f"{folder} holds {name}, which casebot didn't make. Name a new or empty folder, or move it away."
            raise ForeignFolderError(message)


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files beside a folder, and put them in its place at once. Readers see the old site or the new one.

    Args:
        folder: the folder; its parents are made. A link to a folder stays, and what it leads to is replaced.
        files: the contents by path.

    Raises:
        ForeignFolderError: see :func:`check_folder`; nothing was changed.
        OSError: it cannot be written; the folder is as it was.
    """
    # Otherwise as it was written, since errors name it.
    target = folder.resolve() if folder.is_symlink() or folder.name in {"", ".."} else folder
    check_folder(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    built, old = (target.with_name(f".{target.name}.{part}") for part in ("new", "old"))
    for left_behind in (built, old):
        check_folder(left_behind)
        shutil.rmtree(left_behind, ignore_errors=True)
    try:
        built.mkdir()
    except OSError as error:  # which names a folder that nobody has asked for
        raise OSError(error.errno, error.strerror, str(folder)) from None
    try:
        # The manifest first, so that what a killed build leaves behind is known as ours.
        _write(built, {MANIFEST: json.dumps(sorted(files), indent=0).encode(), **files})
        if target.exists():
            # Who could read the old one may read the new one.
            built.chmod(stat.S_IMODE(target.stat().st_mode))
            target.rename(old)
        try:
            built.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(built, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for parent in sorted({(folder / name).parent for name in files}):
        parent.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    # For a web server, which is another user, whatever this one's umask is. The folder's own rights are the operator's.
    for path in folder.rglob("*"):
        path.chmod(_PUBLIC_FOLDER if path.is_dir() else _PUBLIC_FILE)


def _listed(folder: Path) -> frozenset[str]:
    """Return the files that an earlier build wrote; none if there was none."""
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, ValueError):
        return frozenset()
    return frozenset([*listed, MANIFEST]) if isinstance(listed, list) else frozenset()


def _names(folder: Path) -> Iterator[str]:
    """Yield the paths of everything in a folder that is not a folder.

    Raises:
        OSError: it is no folder, or cannot be read.
    """

    def refuse(error: OSError) -> None:
        raise error

    for place, _folders, names in os.walk(folder, onerror=refuse):
        for name in sorted(names):
            yield Path(place, name).relative_to(folder).as_posix()
