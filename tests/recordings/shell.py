"""A terminal into which a scenario types commands, and everything that they print is written down."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import discord
import pytest
from typing_extensions import override

from tests.places import HARBOUR, ROOT
from tests.recordings.clock import Clock
from tests.recordings.logs import logged
from tests.recordings.names import Names
from tests.recordings.world import main

WIDTH: Final = 100
"""Columns of the terminal."""

NOWHERE: Final = "http://127.0.0.1:1"
"""Where Discord is for those who have no network."""


_CHOICES: Final = re.compile(r"\(choose from [^()]*\)")
"""Newer versions of Python write them without quotation marks."""


class Shell:
    """Runs commands in this process, in a folder of its own and without the settings of the user who runs the tests."""

    def __init__(self, patch: pytest.MonkeyPatch, scratch: Path, clock: Clock) -> None:
        self.lines: Final[list[str]] = []
        self.clock: Final = clock
        self.folder: Final = scratch
        self._patch: Final = patch
        self.names: Final = Names({
            str(scratch): "{scratch}",
            str(HARBOUR): "{harbour}",
            str(ROOT): "{repository}",
            str(Path.home()): "{home}",
        })  # fmt: skip
        for name in [name for name in os.environ if name.startswith(("CASEBOT_", "DATABASE_URL", "DYNO"))]:
            patch.delenv(name)
        patch.setenv("COLUMNS", str(WIDTH))
        patch.setenv("CASEBOT_DATABASE_URL", "memory")
        patch.setenv("XDG_DATA_HOME", str(scratch / "data"))
        patch.setattr(discord.http.Route, "BASE", NOWHERE)
        patch.chdir(scratch)

    def set(self, **variables: str | None) -> None:
        """Set variables of the environment, or take them away."""
        for name, value in variables.items():
            self.lines.append(f"$ {name}={'' if value is None else self.names.tidy(value)}")
            if value is None:
                self._patch.delenv(name, raising=False)
            else:
                self._patch.setenv(name, value)

    def note(self, text: str) -> None:
        """Write a heading, or what happens beside the terminal."""
        self.lines.extend(["", f"# {text}"])

    def casebot(self, *words: str, typed: str | bytes = "", terminal: bool = False) -> int:
        """Run the command, and give its exit status.

        Args:
            words: after ``casebot``.
            typed: what is typed or piped into it.
            terminal: whether it is typed, and not piped.
        """
        self._begin("casebot", words)
        screen = _Screen()
        raw = typed.encode() if isinstance(typed, str) else typed
        with pytest.MonkeyPatch.context() as patch, logged(lambda line: screen.pieces.append(("!", f"{line}\n"))):
            patch.setattr(sys, "stdin", _Keyboard(raw, screen, terminal=terminal))
            patch.setattr(sys, "stdout", screen.out)
            patch.setattr(sys, "stderr", screen.err)
            try:
                status = main(words)
            except SystemExit as end:
                status = int(end.code or 0)
        self._write(screen.lines())
        self.lines.append(f"= {status}")
        return status

    def commands(self) -> list[str]:
        """Return the names of all commands, as the help lists them."""
        return re.findall(r"^\| {5}([a-z]+) ", "\n".join(self.lines), re.MULTILINE)

    def python(self, *words: str, typed: str = "") -> None:
        """Run a process of its own."""
        self._begin("python", words)
        command = [sys.executable, *words]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(  # noqa: S603 - our own command
            command, input=typed, capture_output=True, text=True, check=False, env=environment
        )
        self._write([("|", line) for line in done.stdout.splitlines()])
        self._write([("!", line) for line in done.stderr.splitlines()])
        self.lines.append(f"= {done.returncode}")

    def shows(self, path: Path | str) -> None:
        """Write what is in a file, or which files are in a folder."""
        found = self.folder / path
        self.note(f"{path}:")
        names = sorted(each.relative_to(found).as_posix() for each in found.rglob("*") if each.is_file())
        self._write([("|", line) for line in (names if found.is_dir() else found.read_text("utf-8").split("\n"))])

    def _begin(self, command: str, words: Sequence[str]) -> None:
        said = " ".join(f'"{word}"' if " " in word or not word else word for word in words)
        self.lines.extend(["", f"$ {command} {self.names.tidy(_visible(said))}".rstrip()])

    def _write(self, lines: Iterable[tuple[str, str]]) -> None:
        for sign, line in lines:
            shown = _CHOICES.sub(lambda found: found[0].replace("'", ""), _visible(line.rstrip()))
            self.lines.append(f"{sign} {self.names.tidy(shown)}".rstrip())


def _visible(text: str) -> str:
    return "".join(each if each.isprintable() else f"\\u{{{ord(each):x}}}" for each in text)


class _Screen:
    """What is printed on either stream, and what is typed, in the order in which it comes."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, str]] = []
        self.out, self.err = _Stream(self, "|"), _Stream(self, "!")

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield the lines with the sign of where they belong."""
        sign, text = "", ""
        for of, piece in [*self.pieces, ("", "")]:
            if of != sign:
                yield from ((sign, line) for line in text.removesuffix("\n").split("\n") if sign)
                sign, text = of, ""
            text += piece


class _Stream(io.TextIOWrapper):
    """Standard output or error of a process whose output goes into a file."""

    def __init__(self, screen: _Screen, sign: str) -> None:
        super().__init__(io.BytesIO(), "utf-8", write_through=True)
        self._screen, self._sign = screen, sign

    @override
    def write(self, text: str, /) -> int:
        self._screen.pieces.append((self._sign, text))
        return len(text)


class _Keyboard(io.TextIOWrapper):
    """Standard input, whose lines are seen on the screen as they are read."""

    def __init__(self, raw: bytes, screen: _Screen, *, terminal: bool) -> None:
        super().__init__(_Raw(raw, screen), "utf-8")
        self._terminal = terminal

    @override
    def isatty(self) -> bool:
        return self._terminal


class _Raw(io.BytesIO):
    """The same, as bytes, of which a line is given at a time."""

    def __init__(self, raw: bytes, screen: _Screen) -> None:
        super().__init__(raw)
        self._screen = screen

    @override
    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if line:
            self._screen.pieces.append(("<", line.decode(errors="backslashreplace")))
        return line

    @override
    def read1(self, size: int | None = -1, /) -> bytes:
        return self.readline()

    @override
    def __next__(self) -> bytes:
        if line := self.readline():
            return line
        raise StopIteration
