"""A disk that fails at the n-th thing that is written to it, once or from then on."""

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import pytest
from typing_extensions import Buffer

io_open = io.open
OPERATIONS = ("fsync", "replace", "rename", "unlink", "remove", "mkdir")


class Disk:
    """Counts what is written by this process, through Python, and fails as it is told."""

    def __init__(self, fails_at: int, *, for_good: bool, error: int = errno.ENOSPC) -> None:
        self._fails_at = fails_at
        self._for_good = for_good
        self._error = error
        self.written = 0

    @property
    def failed(self) -> bool:
        return self.written > self._fails_at

    def step(self) -> None:
        at, self.written = self.written, self.written + 1
        if at == self._fails_at or (self._for_good and at > self._fails_at):
            raise OSError(self._error, os.strerror(self._error))

    def open(  # noqa: PLR0913, PLR0917 (Python's own)
        self,
        file: int | str | os.PathLike[str],
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,  # noqa: FBT001, FBT002 (as above)
        opener: Callable[[str, int], int] | None = None,
    ) -> IO[Any]:
        """Open a file as Python does; whatever is written to it is counted. A pipe to another program is none."""
        if not {*"wax+"} & {*mode} or (isinstance(file, int) and not buffering):
            return io_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        if not isinstance(file, int):  # else it was opened before
            self.step()
        raw = _Raw(file, mode.replace("b", "").replace("t", ""), disk=self)
        if not buffering:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    @contextmanager
    def in_use(self, patch: pytest.MonkeyPatch) -> Iterator[None]:
        """Let everything be written to this disk."""
        with patch.context() as patched:
            for name in OPERATIONS:
                patched.setattr(os, name, self._counted(getattr(os, name)))
            for module in (io, builtins):
                patched.setattr(module, "open", self.open)
            yield

    def _counted(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **more: Any) -> Any:  # noqa: ANN401 (whatever the operation gives)
            self.step()
            return operation(*args, **more)

        return counted


class _Raw(io.FileIO):
    def __init__(self, file: int | str | os.PathLike[str], mode: str, *, disk: Disk) -> None:
        super().__init__(file, mode)
        self._disk = disk

    def write(self, data: Buffer, /) -> int:
        self._disk.step()
        return super().write(data)
