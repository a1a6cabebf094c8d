"""The platform's folders for the bot's own files. No other module asks the platform."""

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import platformdirs

from bot.errors import CasebotError

_NAME: Final = "casebot"


class HomelessError(CasebotError):
    """The user has no home folder, as in a container with an arbitrary user id."""


def data_dir() -> Path:
    """Return the folder for data that must not be lost: the database, and the clone of a repository.

    Raises:
        HomelessError: there is no such folder; the text names the variable that sets one.
    """
    folder = _asked(partial(platformdirs.user_data_path, appauthor=False))
    if folder is None:
        message = "This user has no home folder to keep data in. Set XDG_DATA_HOME to a folder that can be written."
        raise HomelessError(message)
    _take_over(platformdirs.user_data_path, folder, "knowledge")
    return folder


def cache_dir() -> Path | None:
    """Return the folder for data that can be recreated: what the matcher has learned, and a sentence model.

    Returns:
        The folder, which on Windows is that of :func:`data_dir`; None if the user has no home folder and so no cache.
    """
    folder = _asked(partial(platformdirs.user_cache_path, appauthor=False, opinion=False))
    if folder is not None:
        _take_over(platformdirs.user_cache_path, folder, "matcher")
    return folder


def expand_home(path: Path) -> Path:
    """Return a path that an operator wrote, with a leading ``~`` or ``~user`` replaced as a shell would.

    Raises:
        HomelessError: that user has no home folder.
    """
    try:
        return path.expanduser()
    except RuntimeError:
        message = f"There is no home folder for the ~ in {path}. Write the whole path."
        raise HomelessError(message) from None


def _asked(place: Callable[[str], Path]) -> Path | None:
    try:
        folder = place(_NAME)
    except RuntimeError:  # platformdirs and pathlib raise it if there is no home folder
        return None
    return folder if folder.is_absolute() else None


def _take_over(former: Callable[[str], Path], folder: Path, content: str) -> None:
    r"""Move data from the folder of an earlier version, which on Windows was ``casebot\casebot``."""
    old, new = former(_NAME) / content, folder / content
    with contextlib.suppress(OSError):
        if old != new and old.exists() and not new.exists():
            old.rename(new)
