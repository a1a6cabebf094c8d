"""Opens the knowledge that `casebot run` serves: a folder, or a copy of a git repository elsewhere."""

import errno
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.editing.desk import Desk
from bot.editing.git.clone import clone_folder, cloned
from bot.editing.git.remote import Remote
from bot.editing.git.sync import Sync
from bot.folders import data_dir

_log = logging.getLogger(__name__)


def open_source(settings: Settings, environ: Mapping[str, str]) -> tuple[Path, Desk[Any] | None]:
    """Open the knowledge folder and the desk that edits it.

    Opening the desk finishes what a killed process left, and fetches what has changed in the repository.

    Args:
        settings: name the folder or the repository.
        environ: the environment of the process, which tells what kind of host this is.

    Returns:
        The folder; and its desk, or None if the folder is not writable.

    Raises:
        RemoteError: there is no copy of the repository yet, and it cannot be fetched.
        KnowledgeError: there is no copy of the repository yet, and its files have problems.
        HomelessError: there is no place for a copy of the repository.
        OSError: the copy of the repository cannot be written.
    """
    ephemeral_disk = forgets_files(environ)
    if settings.knowledge_git:
        remote = _remote(settings, settings.knowledge_git)
        clone = cloned(remote, settings.knowledge_git_folder, data_dir() / "knowledge")
        return clone.folder, Desk(clone.folder, Sync(clone), ephemeral_disk=ephemeral_disk)
    folder = settings.knowledge
    if ephemeral_disk and settings.desk_servers:
        _log.warning(
            "This host loses its files at every restart, and with them the edits made in chat. Keep them in a git "
            "repository: set CASEBOT_KNOWLEDGE_GIT (docs/git.md)."
        )
    try:
        return folder, Desk(folder, ephemeral_disk=ephemeral_disk)
    except OSError as error:
        # A link among the desk's own files has to be named; it is not the folder that is wrong.
        where = error.filename if error.errno == errno.ELOOP else folder
        _log.warning("The FAQ can't be edited in chat: %s can't be written (%s).", where, error.strerror)
        return folder, None


def served_folder(settings: Settings) -> Path:
    """Return the folder that `casebot run` serves with these settings, which need not exist yet.

    Raises:
        HomelessError: there is no place for a copy of the repository.
    """
    if not settings.knowledge_git:
        return settings.knowledge
    remote = _remote(settings, settings.knowledge_git)
    return clone_folder(remote, settings.knowledge_git_folder, data_dir() / "knowledge")


def _remote(settings: Settings, address: str) -> Remote:
    return Remote(address, settings.knowledge_git_branch, settings.knowledge_git_token)


def forgets_files(environ: Mapping[str, str]) -> bool:
    """Return whether the host discards its disk at every restart.

    Platforms that run a Procfile in dynos do, and set ``DYNO``:
    https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem
    """
    return "DYNO" in environ
