"""Where the bot keeps files of its own. No other module asks the platform."""

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import platformdirs

from bot.errors import CasebotError

_NAME: Final = "casebot"


class HomelessError(CasebotError):
    """The user has no home folder, as containers with an arbitrary user id have none."""


def data_dir() -> Path:
    """Return the folder for what must not be lost: the database, and the copy of a repository.

    Raises:
        HomelessError: there is none; the text names the variable that names one.
    """
    folder = _asked(partial(platformdirs.user_data_path, appauthor=False))
    if folder is None:
        message = "This user has no home folder to keep data in. Set XDG_DATA_HOME to a folder that can be written."
        raise HomelessError(message)
    _take_over(platformdirs.user_data_path, folder, "knowledge")
    return folder


def cache_dir() -> Path | None:
    """Return the folder for what can be made again: what the matcher has learnt, and a sentence model.

    None where the user has no home folder; then there is no cache. On Windows it is the folder of :func:`data_dir`.
    """
    folder = _asked(partial(platformdirs.user_cache_path, appauthor=False, opinion=False))
    if folder is not None:
        _take_over(platformdirs.user_cache_path, folder, "matcher")
    return folder


def _asked(place: Callable[[str], Path]) -> Path | None:
    try:
        folder = place(_NAME)
    except RuntimeError:  # what platformdirs and pathlib raise without a home folder
        return None
    return folder if folder.is_absolute() else None


def _take_over(former: Callable[[str], Path], folder: Path, content: str) -> None:
    r"""Move what an earlier version kept: on Windows it was in a folder named twice, ``casebot\casebot``."""
    old, new = former(_NAME) / content, folder / content
    with contextlib.suppress(OSError):
        if old != new and old.exists() and not new.exists():
            old.rename(new)
