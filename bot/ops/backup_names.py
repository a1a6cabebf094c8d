"""Which files a backup may hold, by their names, and which of them a restore puts in place.

Whoever made a backup may have meant harm. What git reads of a repository says what git runs: hooks, and programs named
in its configuration. So a repository is only where the bot has one, and of it only the history is put in place.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from bot.editing.git.repository import OWN

DATABASE: Final = "database.db"
SETTINGS: Final = "settings.env"
KNOWLEDGE: Final = "knowledge"

REPOSITORIES: Final = (".git", OWN)
"""Where a repository may be in the knowledge folder: the operator's, and the desk's own."""

_HISTORY: Final = frozenset({"head", "index", "packed-refs", "shallow"})
"""Files of a repository that a backup holds, beside what is in these folders:"""
_FOLDERS: Final = frozenset({"logs", "objects", "refs"})
_ELSEWHERE: Final = frozenset({"alternates", "http-alternates"})
"""Files in ``objects/info`` that name other places to read objects from."""

_LOCKS: Final = frozenset({"lock", "index.lock"})
"""Names that mean something to a running process only."""

_PART: Final = re.compile(r'[^\0-\x1f\\/:*?"<>|]+')
"""Matches what a part of a path may be on every system."""


def may_hold(name: str) -> bool:
    """Return whether a backup may hold a file of this name, which leads nowhere else and is nothing that git runs."""
    if name in {DATABASE, SETTINGS}:
        return True
    first, *parts = name.split("/")
    if first != KNOWLEDGE or not parts or not all(_PART.fullmatch(part) and part.strip(". ") for part in parts):
        return False
    seen = [_as_seen(part) for part in parts]
    if not _LOCKS.isdisjoint(seen) or "hooks" in seen:
        return False
    # A file `.git` says where a repository is, and a folder of that name further down is one.
    return ".git" not in seen or (parts[0] == ".git" and len(parts) > 1 and ".git" not in seen[1:])


def is_backed_up(inner: str) -> bool:
    """Return whether a file of the knowledge folder, by its path in it, goes into a backup.

    The configuration of the operator's repository does not, because it may hold a password. That of the desk's own
    does, because it says which folder of the repository is served.
    """
    return may_hold(f"{KNOWLEDGE}/{inner}") and (is_put_in_place(inner) or inner == f"{OWN}/config")


def is_put_in_place(inner: str) -> bool:
    """Return whether a restore puts a file in place, given its path in the knowledge folder."""
    for repository in REPOSITORIES:
        if _as_seen(inner).startswith(f"{repository}/"):
            return _is_history(inner[len(repository) + 1 :])
    return True


def _is_history(inner: str) -> bool:
    """Return whether a file of a repository is of its history, given its path in it."""
    first, *rest = _as_seen(inner).split("/")
    return (first in _FOLDERS and bool(rest) and rest[-1] not in _ELSEWHERE) if rest else first in _HISTORY


def hidden_repository(names: Iterable[str]) -> str | None:
    """Return a folder that git would take for a repository, though it's none of :data:`REPOSITORIES`; None if none is.

    Args:
        names: those of all files of a backup.
    """
    seen = {_as_seen(name): name for name in names}
    ours = {f"{KNOWLEDGE}/{repository}" for repository in REPOSITORIES}
    folders = {name.removesuffix("/head") for name in seen if name.endswith("/head")} - ours
    for folder in sorted(folders):
        parts = {name[len(folder) + 1 :].partition("/")[0] for name in seen if name.startswith(f"{folder}/")}
        if "commondir" in parts or {"objects", "refs"} <= parts:
            return seen[f"{folder}/head"].rpartition("/")[0]
    return None


def _as_seen(name: str) -> str:
    """Return what a name may mean to a file system that overlooks case, invisible characters, and dots at the end."""
    visible = "".join(char for char in name if unicodedata.category(char) != "Cf").casefold()
    return "/".join(part if part in {".", ".."} else part.rstrip(". ") for part in visible.split("/"))
