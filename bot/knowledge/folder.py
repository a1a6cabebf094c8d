"""The files of a knowledge folder: which of them are read, and the digest that tells one state from another."""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Final

from bot.files import read_file

ITEM_FILES: Final = ("case", "sources", "people", "timeline", "synonyms", "questions")
"""The names, without ``.yaml``, of the files beside ``faq/``."""

RECORD: Final = "imports.json"
"""The file beside them that keeps what each import said, so that the next one knows what has changed."""

DESK: Final = ".desk"
"""The folder beside them that holds the history of edits, and the bot's copy of a repository."""

_KEPT_BESIDE: Final = re.compile(r"\.|~\$|#.*#\Z|.*~\Z", re.DOTALL)
"""Matches names that an editor or a system keeps beside a file: hidden files such as Emacs' locks (``.#x.yaml``), vim's
swap files (``.x.yaml.swp``) and macOS's attributes (``._x.yaml``); backups (``x.yaml~``), autosaves (``#x.yaml#``) and
Office's locks (``~$x.yaml``)."""

_LIKE_YAML: Final = re.compile(r".*\.ya?ml(\.txt)?\Z", re.DOTALL | re.IGNORECASE)
"""Matches names that somebody meant for a YAML file; an editor on Windows may append ``.txt`` unseen."""

_ENTRIES: Final = re.compile(rb"^entries:", re.MULTILINE)


class NameKind(Enum):
    """What the name of a file says about it."""

    READ = "read"
    """It is ``NAME.yaml``."""

    MISNAMED = "misnamed"
    """It is meant for a YAML file, but ends otherwise, such as ``NAME.yml``."""

    OTHER = "other"
    """It has nothing to do with the knowledge."""


def name_kind(name: str) -> NameKind:
    """Return what a file's name, without its folder, says about it."""
    if _KEPT_BESIDE.match(name) or not _LIKE_YAML.match(name):
        return NameKind.OTHER
    return NameKind.READ if name.endswith(".yaml") else NameKind.MISNAMED


def inside(folder: Path, name: str) -> Path:
    """Return the path of a knowledge file. Whatever writes one asks here, so nothing is written elsewhere.

    Args:
        folder: the knowledge folder, or a copy of it.
        name: ``NAME.yaml``, ``faq/NAME.yaml`` or :data:`RECORD`. It may come from a repository, and so from anybody.

    Raises:
        ValueError: a knowledge file cannot have such a name.
    """
    *above, file = Path(name).parts or ("",)
    known = above in ([], ["faq"]) and file.endswith(".yaml") and "\0" not in name
    if not known and name != RECORD:
        message = f"{name!r} isn't a knowledge file's name"
        raise ValueError(message)
    return folder / name


def knowledge_files(folder: Path) -> Iterator[Path]:
    """Yield the files that the loader may read, in a fixed order."""
    for place in (folder, folder / "faq"):
        yield from sorted(path for path in _listed(place) if name_kind(path.name) is NameKind.READ)


def overlooked_files(folder: Path) -> Iterator[Path]:
    """Yield the files that somebody meant for knowledge but that are not read, because of their name or folder."""
    for path in sorted(_listed(folder)):
        if is_overlooked(path.name) or (_is_stray(path.name) and _holds_entries(path)):
            yield path
    for place, folders, names in os.walk(folder / "faq"):
        folders[:] = sorted(each for each in folders if not _KEPT_BESIDE.match(each))
        for name in sorted(names):
            path = Path(place, name)
            if is_overlooked(path.relative_to(folder).as_posix()):
                yield path


def is_overlooked(name: str) -> bool:
    """Return whether a file was meant for knowledge but is not read, judging by its path in the knowledge folder.

    Beside ``faq/`` there may be other software's YAML files, so only names like those of the knowledge files count.
    """
    *above, file = name.split("/")
    kind = name_kind(file)
    if not above:
        return kind is NameKind.MISNAMED and file.partition(".")[0].casefold() in ITEM_FILES
    if above[0] != "faq" or any(map(_KEPT_BESIDE.match, above)):
        return False
    return kind is NameKind.MISNAMED or (kind is NameKind.READ and len(above) > 1)


def _is_stray(name: str) -> bool:
    return name_kind(name) is not NameKind.OTHER and name.removesuffix(".yaml") not in ITEM_FILES


def _holds_entries(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return _ENTRIES.search(read_file(path)) is not None
    return False


def _listed(place: Path) -> list[Path]:
    """Return what is in a folder; nothing if it cannot be read."""
    with contextlib.suppress(OSError):
        return list(place.iterdir())
    return []


def folder_digest(folder: Path) -> str:
    """Return a hexadecimal SHA-256 of all that decides how a folder loads; an unreadable file counts as empty.

    That is the names and contents of the files that are read, and the names of those that are overlooked.
    """
    whole = hashlib.sha256()
    for path in knowledge_files(folder):
        content = b""
        with contextlib.suppress(OSError):
            content = read_file(path)
        name = path.relative_to(folder).as_posix()
        whole.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        whole.update(content)
    for path in overlooked_files(folder):
        whole.update(f"{path.relative_to(folder).as_posix()}\0".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()
