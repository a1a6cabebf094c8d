"""Commands as a user without a name, without a home folder and without a right to anything: a process of its own.

Root, as whom tests run in containers, passes over permissions, so the process becomes somebody else. Before that it
carries out some commands, which import what they need: root's Python need not be readable to others.
"""

import codecs
import contextlib
import io
import json
import logging
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TextIO

from bot.cli import main
from tests.places import HARBOUR, ROOT

NOBODY: Final = 12345
"""A user id without a name and a home folder, as OpenShift and ``docker --user`` give one."""


class Done(NamedTuple):
    """What came of a command."""

    status: int
    out: str
    err: str


class Streams(NamedTuple):
    """What a command finds as its standard streams."""

    encoding: str = "utf-8"
    """That of the console."""

    stdin: str | None = "stolen painting\n"
    """What is typed, each character a byte; None if it is closed."""

    stdout: str | None = "a file"
    """`a file`, `full` (a disk without room), `broken` (a pipe that nobody reads) or `broken at once` (the same without
    a buffer, as PYTHONUNBUFFERED has it); None if it is closed."""

    stderr: str | None = "a file"
    """As standard output."""


class Nobody:
    """Carries out commands one after another."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Speak to the process."""
        self._process = process

    def casebot(
        self,
        *command: str,
        folder: Path,
        environ: Mapping[str, str],
        streams: Streams = Streams(),  # noqa: B008 (immutable)
    ) -> Done:
        """Carry out a command.

        Args:
            command: the words after ``casebot``.
            folder: where to work.
            environ: all of the environment.
            streams: the standard streams.

        Returns:
            What came of it; bytes that are not UTF-8 are surrogates.
        """
        told, tells = self._process.stdin, self._process.stdout
        assert told
        assert tells
        told.write(json.dumps([command, str(folder), dict(environ), streams]) + "\n")
        told.flush()
        return Done(*json.loads(tells.readline()))


@contextlib.contextmanager
def nobody(known: Sequence[Sequence[str]], folder: Path, environ: Mapping[str, str]) -> Iterator[Nobody]:
    """Be nobody for the whole block.

    Args:
        known: commands that are carried out beforehand, as the user who runs the tests.
        folder: where they are.
        environ: the environment in which they are.
    """
    command = [sys.executable, "-m", "tests.unprivileged"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (our own)
        someone = Nobody(process)
        for words in known:
            someone.casebot(*words, folder=folder, environ=environ)
        someone.casebot(folder=folder, environ={})
        yield someone


@contextlib.contextmanager
def everybodys() -> Iterator[Path]:
    """Make a folder to work in that belongs to nobody, with a copy of the small base."""
    # Not one of pytest's, which let nobody else in.
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        shutil.copytree(HARBOUR, made / "knowledge")
        for path in (made, *made.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
            if not os.geteuid():
                os.chown(path, NOBODY, NOBODY)
        try:
            yield made
        finally:
            for path in (made, made / "knowledge", made / "knowledge" / "faq"):
                path.chmod(0o755)


def _carry_out(command: Sequence[str], folder: str, environ: Mapping[str, str], streams: Streams) -> Done:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        typed = None if streams.stdin is None else io.BytesIO(streams.stdin.encode("latin-1"))
        with _replaced(
            _text(typed, streams), _output(streams.stdout, out, streams), _output(streams.stderr, err, streams)
        ):
            try:
                status = main(command)
            except SystemExit as refused:  # by argparse
                status = int(refused.code or 0)
        logging.getLogger().handlers.clear()
        return Done(status, _written(out), _written(err))


def _text(raw: BinaryIO | None, streams: Streams) -> TextIO | None:
    return None if raw is None else io.TextIOWrapper(raw, streams.encoding)


def _output(kind: str | None, file: BinaryIO, streams: Streams) -> TextIO | None:
    match kind:
        case "a file":
            return _text(os.fdopen(os.dup(file.fileno()), "wb"), streams)
        case "full":
            return _text(Path("/dev/full").open("wb"), streams)
        case "broken" | "broken at once":
            reads, writes = os.pipe()
            os.close(reads)
            raw = os.fdopen(writes, "wb", 0 if kind == "broken at once" else -1)
            return io.TextIOWrapper(raw, streams.encoding, write_through=kind == "broken at once")
        case _:
            return None


@contextlib.contextmanager
def _replaced(*streams: TextIO | None) -> Iterator[None]:
    """Replace the standard streams, as the interpreter does: by None if they are closed."""
    names = ("stdin", "stdout", "stderr")
    before = [getattr(sys, name) for name in names]
    for name, stream in zip(names, streams, strict=True):
        setattr(sys, name, stream)
    try:
        yield
    finally:
        for name, stream in zip(names, before, strict=True):
            setattr(sys, name, stream)
        for stream in filter(None, streams):
            stream.close()  # writes what is left, as the end of a process does


def _written(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "surrogateescape")


def _no_entry(uid: int) -> pwd.struct_passwd:
    message = f"getpwuid(): uid not found: {uid}"
    raise KeyError(message)


def _become_nobody() -> None:
    if os.geteuid():  # Not root: rights hold already, and only the name has to go.
        pwd.getpwuid = _no_entry
        return
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _serve() -> None:
    for encoding in ("ascii", "cp1252"):
        codecs.lookup(encoding)  # imports it
    answers = sys.stdout
    for line in sys.stdin:
        command, folder, environ, streams = json.loads(line)
        if command:
            done = _carry_out(command, folder, environ, Streams(*streams))
        else:
            _become_nobody()
            done = Done(0, "", "")
        answers.write(json.dumps(done) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve()
