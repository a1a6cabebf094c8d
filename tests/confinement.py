"""Tests write to temporary folders and to their own repository, and nowhere else on the machine."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.places import ROOT

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_ALLOWED: Final = tuple(os.path.realpath(place) for place in (tempfile.gettempdir(), ROOT, "/dev", "/proc"))
"""The last two are devices, and the files that a process has open."""

_ABOVE: Final = frozenset(
    str(above) for place in (tempfile.gettempdir(), ROOT, sys.prefix) for above in (Path(place), *Path(place).parents)
)
"""pgserver lets PostgreSQL's user pass through the folders above its own, where it may."""

_BYTECODE: Final = "__pycache__"
"""The folders in which Python keeps it, beside modules."""


def _opened(path: object, _mode: object, flags: object) -> list[object]:
    return [path] if isinstance(flags, int) and flags & _WRITING else []


_CHANGES: Final[dict[str, Callable[..., list[object]]]] = {
    "open": _opened,
    "os.chmod": lambda path, _mode, place: [path] if place == -1 and str(path) not in _ABOVE else [],
    "os.chown": lambda path, _user, _group, place: [path] if place == -1 else [],
    "os.link": lambda _to, path, _of, place: [path] if place == -1 else [],
    "os.mkdir": lambda path, _mode, place: [path] if place == -1 else [],
    "os.remove": lambda path, place: [path] if place == -1 else [],
    "os.rename": lambda old, new, place, other: [old, new] if place == other == -1 else [],
    "os.rmdir": lambda path, place: [path] if place == -1 else [],
    "os.symlink": lambda _to, path, place: [path] if place == -1 else [],
    "os.truncate": lambda path, _length: [path],
}
"""What changes files, by the names of Python's audit events, and the paths that are changed. Paths below an open folder
are left out: those are the steps of ``shutil.rmtree``, whose first one has a whole path."""

_OF_THE_NAME: Final = frozenset({"os.link", "os.remove", "os.rename", "os.rmdir", "os.symlink"})
"""Events that change a link and not what it leads to."""


def confine() -> None:
    """Let this process, and those that it forks, fail when they are about to change a file elsewhere.

    Whoever catches every exception doesn't catch this one.
    """

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES:
            for path in _CHANGES[event](*arguments):
                if isinstance(path, str | bytes | os.PathLike) and not _is_allowed(path, event):
                    pytest.fail(f"A test is about to change {os.fsdecode(path)!r} ({event}).")

    sys.addaudithook(refuse)


def _is_allowed(path: "str | bytes | os.PathLike[str]", event: str) -> bool:
    written = Path(os.fsdecode(path))
    real = os.path.realpath(written.parent) if event in _OF_THE_NAME else os.path.realpath(written)
    return _BYTECODE in Path(real).parts or any(real == place or real.startswith(place + os.sep) for place in _ALLOWED)
