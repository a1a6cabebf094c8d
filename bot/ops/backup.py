"""All that a bot would miss as one file: what it remembers, the knowledge with its history, and the settings.

The file is a tar of ``manifest.json``, which comes first and has the size and SHA-256 of every other file, and of

- ``database.db``, a SQLite file, whatever kind of database the bot uses;
- ``knowledge/``, the folder that the bot serves, with the journal of edits and the history of a repository in it;
- ``settings.env``, the settings that are not secret.

A backup appears under its name when it is whole. A restore unpacks and checks everything before it changes anything,
and what it replaces it keeps beside under another name.
"""

import asyncio
import contextlib
import datetime as dt
import errno
import gzip
import hashlib
import io
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import IO, Annotated, Final, final

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from typing_extensions import override

from bot.config import PREFIX, Settings
from bot.editing import journal
from bot.editing.git.repository import renew_config
from bot.editing.knowledge_source import served_folder
from bot.errors import CasebotError, describe_os_error
from bot.files import marked, sync_folder
from bot.knowledge.folder import DESK
from bot.knowledge.load import KnowledgeError, load
from bot.ops.backup_names import (
    DATABASE,
    KNOWLEDGE,
    REPOSITORIES,
    SETTINGS,
    hidden_repository,
    is_backed_up,
    is_put_in_place,
    may_hold,
)
from bot.own_files import FILE, FOLDER, make_folder
from bot.store import copying

FORMAT: Final = 1
"""Goes up when an older version could not restore a backup any more."""

_MANIFEST: Final = "manifest.json"

_LARGEST_MANIFEST: Final = 16 << 20

_LARGEST_HEADER: Final = 1 << 16
"""Bytes of what a tar may say about one file beside its content, in any number of headers: tarfile reads them into
memory, however long they are, and calls itself for each."""

_READ_AHEAD: Final = 1 << 15
"""Bytes that tarfile may read of what comes next."""

_RESTORE: Final = ".restore-"
"""How the folder begins in which a restore prepares the knowledge."""

_UNFINISHED: Final = ".unfinished"
"""How the folder ends in which a backup or a restore is prepared."""

_CLAIM: Final = "claim"
"""The file in there that is locked as long as somebody is at work."""

_CLAIMS: Final = 5
"""Tries to claim a new folder, which another process may take for a killed one's before it's claimed."""

_CHUNK: Final = 1 << 20

_UNFIT_NAMES: Final = frozenset({errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG})
"""Errors that a name alone causes: it is too long, or both a file and a folder."""

_LONGEST_NAME: Final = 100
"""Characters of a file's name that are shown."""

_NOT_WHOLE: Final = "The backup is damaged"


class BackupError(CasebotError):
    """The backup cannot be made or used; the text says why and how to fix it."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What a backup says about itself."""

    model_config = ConfigDict(strict=True)

    format: int
    casebot: str
    """The version that made it."""

    made: str
    files: Mapping[str, _File]

    @property
    def has_database(self) -> bool:
        """Whether the bot had a database that outlasts it."""
        return DATABASE in self.files


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done with a backup."""

    changed: Sequence[str] = ()
    """Sentences for the operator, in the order in which it was done."""

    warnings: Sequence[str] = field(default=())


def back_up(settings: Settings, file: Path, *, replace: bool) -> Manifest:
    """Write a backup. The bot may be running.

    Args:
        settings: those of the bot.
        file: the backup to write.
        replace: whether a file of that name may be replaced.

    Returns:
        The manifest of the backup.

    Raises:
        BackupError: there is such a file, or somebody is writing it, or there's nothing to back up.
        StoreError: the database cannot be read.
        OSError: a file cannot be read or written.
    """
    # Beside the backup, where there has to be room anyway.
    with _scratch(file.parent, f".{file.name}.", file) as scratch:
        if file.exists() and not replace:
            message = f"{file} already exists. Name another file, or add --replace."
            raise BackupError(message)
        asyncio.run(copying.save(settings.database_url, scratch / DATABASE))
        return _pack(settings, scratch, file)


def _pack(settings: Settings, scratch: Path, file: Path) -> Manifest:
    (scratch / SETTINGS).write_text(_plain_settings(settings), "utf-8")
    _copy_knowledge(served_folder(settings), scratch / KNOWLEDGE)
    members = {path.relative_to(scratch).as_posix(): path for path in sorted(scratch.rglob("*")) if path.is_file()}
    manifest = Manifest(
        format=FORMAT,
        casebot=metadata.version("casebot"),
        made=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        files={name: _described(path) for name, path in members.items()},
    )
    unfinished = scratch / "unfinished"
    with unfinished.open("xb") as raw:
        with (
            gzip.GzipFile(fileobj=raw, mode="wb", filename="") as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
        ):
            text = manifest.model_dump_json(indent=1).encode()
            tar.addfile(_header(_MANIFEST, len(text)), io.BytesIO(text))
            for name, path in members.items():
                with path.open("rb") as content:
                    tar.addfile(_header(name, manifest.files[name].size), content)
        raw.flush()
        os.fsync(raw.fileno())
    unfinished.chmod(FILE)
    # What cannot be read back is no backup.
    with tempfile.TemporaryDirectory(dir=scratch) as read_back:
        _unpack(unfinished, Path(read_back))
    unfinished.replace(file)
    sync_folder(file.parent)
    return manifest


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size = size
    header.mode = FILE
    return header


def _described(path: Path) -> _File:
    with path.open("rb") as content:
        return _File(size=path.stat().st_size, sha256=hashlib.file_digest(content, "sha256").hexdigest())


def _plain_settings(settings: Settings) -> str:
    """Return the settings as they stand in a .env, with a remark in place of every secret one."""
    lines = ["# The settings of a backup, without the secret ones."]
    for name in sorted(settings.model_fields_set):
        value = getattr(settings, name)
        variable = f"{PREFIX}{name.upper()}"
        if isinstance(value, SecretStr):
            lines.append(f"# {variable} was set, and is secret.")
        elif value is not None:
            text = ",".join(map(str, sorted(value))) if isinstance(value, frozenset | tuple | list) else str(value)
            lines.append(f"{variable}={text}")
    return "\n".join(lines) + "\n"


def _copy_knowledge(folder: Path, copy: Path) -> None:
    """Copy the knowledge folder as it is between two edits."""
    with contextlib.ExitStack() as stack:
        # Nobody edits a folder that cannot be written, or has no desk yet. To make one is not for a backup: it would be
        # this user's, and root's is closed to the bot.
        if os.access(folder, os.W_OK) and os.path.lexists(folder / DESK):
            stack.enter_context(journal.locked(folder))
        copy.mkdir(FOLDER)
        for path in _regular_files(folder):
            target = copy / path.relative_to(folder)
            target.parent.mkdir(FOLDER, parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _regular_files(folder: Path) -> Iterator[Path]:
    """Yield a folder's files, those that others point to last: a repository's objects after its branches."""
    for place, folders, names in os.walk(folder):
        folders.sort(key=lambda each: (each == "objects", each))
        for name in sorted(names):
            path = Path(place, name)
            if is_backed_up(path.relative_to(folder).as_posix()) and path.is_file() and not path.is_symlink():
                yield path


def examine(file: Path) -> Manifest:
    """Check that a backup is whole and that this version can use it.

    Raises:
        BackupError: it is not.
        OSError: it cannot be read.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        return _checked(file, Path(name))


def _checked(file: Path, folder: Path) -> Manifest:
    manifest = _unpack(file, folder)
    if (folder / DATABASE).exists():
        copying.check(folder / DATABASE)
    return manifest


def _unpack(file: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder, and check every file against the manifest.

    Raises:
        BackupError: it is no backup, is damaged, or is of a newer version.
    """
    try:
        with (
            gzip.open(file) as packed,
            _Rationed(packed) as rationed,
            tarfile.open(fileobj=rationed, mode="r|") as tar,
        ):
            manifest = _manifest(tar, rationed)
            _check_room(manifest, folder)
            missing = dict(manifest.files)
            while member := rationed.next_of(tar):
                described = missing.pop(member.name, None)
                content = tar.extractfile(member) if member.isreg() else None
                if described is None or content is None or member.issparse() or member.size != described.size:
                    message = f"{_NOT_WHOLE}: {member.name!r} doesn't match its manifest. Use another one."
                    raise BackupError(message)
                rationed.allow(member.size)
                try:
                    _write_checked(content, folder / PurePosixPath(member.name), described, member.name)
                except OSError as error:
                    if error.errno not in _UNFIT_NAMES:
                        raise
                    raise _leading_away(member.name) from None
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error, ValueError) as error:
        message = f"{file} isn't a casebot backup, or is incomplete. Use another one."
        raise BackupError(message) from error
    if missing:
        message = f"{_NOT_WHOLE}: {next(iter(missing))!r} is missing. Use another one."
        raise BackupError(message)
    return manifest


@final
class _Rationed(io.RawIOBase):
    """A file of which no more is read than was allowed, since what is packed well may fill the memory."""

    def __init__(self, file: gzip.GzipFile) -> None:
        super().__init__()
        self._file: Final = file
        self._left = 0
        self.allow(_LARGEST_HEADER)

    def allow(self, size: int) -> None:
        """Allow to read some bytes from now on, and no others."""
        self._left = size + _READ_AHEAD

    def next_of(self, tar: tarfile.TarFile) -> tarfile.TarInfo | None:
        """Return the next header of the tar that is read from this file; None at its end."""
        self.allow(_LARGEST_HEADER)
        return tar.next()

    @override
    def read(self, size: int = -1, /) -> bytes:
        if not 0 <= size <= self._left:
            message = "what it says about a file is too long"
            raise tarfile.ReadError(message)
        self._left -= size
        return self._file.read(size)


def _manifest(tar: tarfile.TarFile, rationed: _Rationed) -> Manifest:
    first = rationed.next_of(tar)
    content = tar.extractfile(first) if first and first.isreg() and first.size <= _LARGEST_MANIFEST else None
    if first is None or content is None or first.name != _MANIFEST:
        message = "there's no manifest"
        raise ValueError(message)
    rationed.allow(first.size)
    manifest = Manifest.model_validate_json(content.read())
    if manifest.format > FORMAT:
        message = f"This backup was made by a newer casebot ({manifest.casebot}). Update casebot first."
        raise BackupError(message)
    for name in manifest.files:
        if not may_hold(name):
            raise _leading_away(name)
    if hidden := hidden_repository(manifest.files):
        message = f"{hidden[:_LONGEST_NAME]!r} in the backup is a git repository, but not the bot's. Use another one."
        raise BackupError(message)
    if not any(name.startswith(f"{KNOWLEDGE}/") for name in manifest.files):
        message = f"{_NOT_WHOLE}: it holds no knowledge. Use another one."
        raise BackupError(message)
    return manifest


def _leading_away(name: str) -> BackupError:
    return BackupError(f"{_NOT_WHOLE}: it would write {name[:_LONGEST_NAME]!r}. Use another one.")


def _check_room(manifest: Manifest, folder: Path) -> None:
    """Check before anything is unpacked: what is packed well may fill the disk that the bot works on."""
    needed, free = sum(each.size for each in manifest.files.values()), shutil.disk_usage(folder).free
    if needed > free:
        message = (
            f"The backup holds {needed / 1e6:,.1f} MB, and there is room for {free / 1e6:,.1f} MB in {folder}. Make "
            "room on the disk."
        )
        raise BackupError(message)


def _write_checked(content: IO[bytes], target: Path, described: _File, name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with target.open("xb") as written:
        while chunk := content.read(_CHUNK):
            found.update(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    if found.hexdigest() != described.sha256:
        message = f"{_NOT_WHOLE}: {name!r} doesn't match its manifest. Use another one."
        raise BackupError(message)


def restore(settings: Settings, file: Path, *, replace: bool) -> Restored:
    """Put what a backup holds where the settings say.

    Args:
        settings: those of the bot, which must not be running.
        file: the backup.
        replace: whether what is there may be replaced. It is kept beside, except in PostgreSQL.

    Returns:
        What was done.

    Raises:
        BackupError: the backup cannot be used, or something is there that may not be replaced. Nothing was changed.
        StoreError: the database cannot be used.
        OSError: a file cannot be read or written.
    """
    # A setting that is wrong is said before anything is unpacked.
    copying.database_file(settings.database_url)
    folder = served_folder(settings)
    with _staged(folder, file) as (staging, manifest):
        new = staging / KNOWLEDGE
        database = staging / DATABASE
        _disarm(new)
        _check_folder(folder, new, replace=replace)
        if database.exists():
            _check_database(settings, replace=replace)
        kept = f".before-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}"
        done = [f"This is the backup that casebot {manifest.casebot} made on {manifest.made}."]
        if database.exists():
            asyncio.run(copying.restore(settings.database_url, database, kept))
            done.append("The database is restored.")
        else:
            done.append("The backup holds no database.")
        warnings = [f"The knowledge files have problems: {said}" for said in _problems(new)]
        done.append(_place_folder(folder, new, kept))
        done.append(_place_settings(staging / SETTINGS))
        return Restored(done, warnings)


def _disarm(folder: Path) -> None:
    """Leave of the repositories in a folder that was unpacked the history alone, with a configuration of our own."""
    for repository in (folder / each for each in REPOSITORIES):
        if (repository / "HEAD").is_file():
            renew_config(repository)
    ours = {folder / repository / "config" for repository in REPOSITORIES if (folder / repository / "HEAD").is_file()}
    for path in [path for path in folder.rglob("*") if path.is_file() and path not in ours]:
        if not is_put_in_place(path.relative_to(folder).as_posix()):
            path.unlink()


@contextlib.contextmanager
def _staged(folder: Path, file: Path) -> Iterator[tuple[Path, Manifest]]:
    """Unpack and check a backup on the disk of the knowledge folder, so that a rename can put it in place."""
    # A mounted folder is a disk of its own, which cannot be renamed; then it has to be empty.
    inside = _is_empty(folder)
    parent = folder if inside else folder.parent
    make_folder(parent, ours=False)
    with _scratch(parent, f"{_RESTORE}{folder.name}.", folder) as scratch:
        yield scratch, _checked(file, scratch)


@contextlib.contextmanager
def _scratch(parent: Path, prefix: str, wanted: Path) -> Iterator[Path]:
    """Make a private folder for a block, and remove what a killed process left of its kind.

    Raises:
        BackupError: another process is at work on what is wanted.
        OSError: there can be none; the error names what is wanted in its place.
    """
    ours = re.compile(rf"{re.escape(prefix)}\w+{re.escape(_UNFINISHED)}")
    for left in [each for each in parent.glob(f"*{_UNFINISHED}") if ours.fullmatch(each.name)]:
        _remove_left(left, wanted)
    with contextlib.ExitStack() as stack:
        for _ in range(_CLAIMS):
            try:
                made = tempfile.TemporaryDirectory(_UNFINISHED, prefix, parent, ignore_cleanup_errors=True)
            except OSError as error:  # which names a folder that nobody has asked for
                raise OSError(error.errno, error.strerror, str(wanted)) from None
            scratch = Path(stack.enter_context(made))
            if _claimed(scratch, stack):
                content = scratch / "content"
                content.mkdir()
                yield content
                return
        raise _at_work(wanted)


def _remove_left(left: Path, wanted: Path) -> None:
    # Where there are no locks, nobody can tell; what is left has personal data.
    with contextlib.suppress(OSError), marked(left / _CLAIM) as alone:
        if not alone:
            raise _at_work(wanted)
        shutil.rmtree(left, ignore_errors=True)
    # Windows doesn't delete an open file.
    shutil.rmtree(left, ignore_errors=True)


def _claimed(scratch: Path, stack: contextlib.ExitStack) -> bool:
    """Claim a new folder until a stack ends; return False if another process was about to remove it."""
    claim = scratch / _CLAIM
    try:
        alone = stack.enter_context(marked(claim))
    except FileNotFoundError:
        return False
    except OSError:  # there are no locks
        return True
    return alone and claim.exists()


def _at_work(wanted: Path) -> BackupError:
    return BackupError(f"Another casebot is writing {wanted}. Wait until it's done.")


def _is_empty(folder: Path) -> bool:
    """Return whether a folder is there and holds nothing but what a killed restore left."""
    return folder.is_dir() and all(each.name.startswith(_RESTORE) for each in folder.iterdir())


def _check_folder(folder: Path, new: Path, *, replace: bool) -> None:
    if not (replace or not folder.exists() or _is_empty(folder) or _same(folder, new)):
        message = (
            f"{folder} holds other knowledge. Name a new folder in CASEBOT_KNOWLEDGE, or add --replace: then the "
            "folder is kept under another name."
        )
        raise BackupError(message)


def _check_database(settings: Settings, *, replace: bool) -> None:
    try:
        asyncio.run(copying.examine_target(settings.database_url, replace=replace))
    except copying.OccupiedError as error:
        message = (
            f"{error} already contains something. Name a new place in CASEBOT_DATABASE_URL, or add --replace: then a "
            "SQLite file is kept under another name, and the rows of a PostgreSQL database are deleted."
        )
        raise BackupError(message) from None


def _same(one: Path, other: Path) -> bool:
    """Return whether two folders hold the same files, whatever is configured for their repositories."""
    files = [
        {inner: path for path in _regular_files(each) if is_put_in_place(inner := path.relative_to(each).as_posix())}
        for each in (one, other)
    ]
    return files[0].keys() == files[1].keys() and all(
        path.read_bytes() == files[1][name].read_bytes() for name, path in files[0].items()
    )


def _problems(folder: Path) -> Iterable[str]:
    try:
        load(folder)
    except KnowledgeError as error:
        yield f"{error.problems[0]} ({len(error.problems)} in all). `casebot check` lists them."


def _place_folder(folder: Path, new: Path, kept: str) -> str:
    said = f"The knowledge is restored in {folder}."
    if (new / ".git").is_dir():
        said += " Its git repository has its history, but no settings or hooks: add its remotes again."
    if _is_empty(folder):
        for each in sorted(new.iterdir()):
            each.replace(folder / each.name)
        sync_folder(folder)
        return said
    if folder.exists() and _same(folder, new):
        return f"The knowledge in {folder} is already the same as in the backup."
    if folder.exists():
        before = folder.with_name(folder.name + kept)
        folder.rename(before)
        said = f"{said} What was there before is in {before}."
    new.rename(folder)
    sync_folder(folder.parent)
    return said


def _place_settings(file: Path) -> str:
    target = Path(f"{SETTINGS.removesuffix('.env')}-of-backup.env")
    try:
        with target.open("x", encoding="utf-8") as written:
            written.write(file.read_text("utf-8"))
    except FileExistsError:
        return f"The settings weren't written: {target} already exists."
    except OSError as error:
        return f"The settings weren't written. {describe_os_error(error)}"
    return f"The settings, without the secret ones, are in {target}. Compare them with yours."
