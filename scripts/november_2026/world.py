"""Ids and times of the fixtures, and the tools that make them repeatable."""

import datetime as dt
import gzip
import io
import os
import secrets
import sys
import tarfile
import time
import types
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

COMMIT: Final = "abd5765"
"""The commit whose code writes the fixtures."""

STOPPED: Final = dt.datetime(2026, 11, 28, 12, 34, 56, 789012, tzinfo=dt.UTC)
"""When the bot was stopped or killed."""

TOKEN: Final = "the-token-of-november-2026"  # noqa: S105 (opens nothing)

HARBOUR: Final = 1_300_000_000_000_000_101
"""An English server with every setting set."""
PUERTO: Final = 1_300_000_000_000_000_202
"""A Spanish server that doesn't let questions be kept."""
OLD: Final = 1_300_000_000_000_000_303
"""A server whose settings another version has written."""

CASE, HELP, FORUM, STAFF = (1_300_000_000_000_001_100 + number for number in range(4))
PLAZA, AYUDA, MODERADORES = (1_300_000_000_000_002_200 + number for number in range(3))
KEEPERS, CAPTAINS, ALCALDES = (1_300_000_000_000_005_000 + number for number in range(3))
ANA, BEN, MOD, DORA = (1_300_000_000_000_009_000 + number for number in range(4))
QUESTION, INTERACTION = (1_300_000_000_000_007_000 + number for number in range(2))
REPLIES: Final = tuple(1_300_000_000_000_008_000 + number for number in range(4))


def repeatable(*modules: types.ModuleType, at: dt.datetime = STOPPED, seed: str = "") -> None:
    """Stop the clock and seed random numbers, in this process.

    Args:
        modules: those that read the time from ``dt``, the module ``datetime``.
        at: what the clock shows.
        seed: of the random numbers.
    """

    class StoppedClock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "StoppedClock":
            moment = at.astimezone(tz)
            return cls(*moment.timetuple()[:6], moment.microsecond, tzinfo=moment.tzinfo)

    stopped = types.ModuleType("datetime")
    vars(stopped).update(vars(dt), datetime=StoppedClock)
    for module in modules:
        module.dt = stopped
    draws = Random(seed)  # noqa: S311 (repeatable, nothing secret)
    uuid.uuid4 = lambda: uuid.UUID(bytes=draws.randbytes(16), version=4)
    secrets.token_hex = lambda size=32: draws.randbytes(size).hex()
    time.time = at.timestamp


def in_child(work: Callable[[], None], *, killed: bool = False) -> None:
    """Do something in a child process, whose clock, random numbers and current directory may be changed.

    Args:
        work: what to do there.
        killed: whether the child is to end by SIGKILL.

    Raises:
        RuntimeError: it ended otherwise.
    """
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:  # noqa: BLE001 (a child must never return into its parent's code)
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) != killed or (not killed and status):
        message = f"the child ended with {status}"
        raise RuntimeError(message)


def packed(target: Path, folders: dict[str, Path]) -> None:
    """Pack folders into an archive that depends on nothing but names, modes and contents of files.

    Args:
        target: the archive.
        folders: by their names in the archive.
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, folder in folders.items():
            for path in sorted([folder, *folder.rglob("*")]):
                inner = Path(name, path.relative_to(folder)).as_posix()
                archive.add(path, inner, recursive=False, filter=_anonymous)
    target.write_bytes(gzip.compress(plain.getvalue(), 9, mtime=0))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = int(STOPPED.timestamp())
    return member


def overlay(base: Path, changed: Path, target: Path) -> None:
    """Copy the files that are new or different in a changed copy of a folder.

    Args:
        base: the original folder.
        changed: the copy.
        target: where to.

    Raises:
        RuntimeError: a file is gone.
    """
    old, new = (dict(_contents(folder)) for folder in (base, changed))
    if gone := old.keys() - new.keys():
        message = f"gone: {sorted(gone)}"
        raise RuntimeError(message)
    target.mkdir(parents=True)
    for name, content in new.items():
        if old.get(name) != content:
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _contents(folder: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
