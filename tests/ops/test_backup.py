"""`casebot backup` and `casebot restore`, as an operator uses them."""

import asyncio
import contextlib
import datetime as dt
import errno
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import SecretStr

from bot.cli import main
from bot.editing import journal
from bot.editing.git.repository import OWN, make_own
from bot.matching.types import Outcome
from bot.store import copying
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.tables import METADATA
from bot.store.types import Asked, GuildSettings, Surface
from tests.databases import Server
from tests.editing.elsewhere import git
from tests.places import HARBOUR, ROOT
from tests.settings import save_settings
from tests.upgrade import november

Casebot = Callable[..., tuple[int, str, str]]

SECRET: Final = "a-token-that-nobody-may-read"  # noqa: S105 (opens nothing)


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a base and a database that a bot has used; the settings name them."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(HARBOUR, tmp_path / "knowledge")
    (tmp_path / "knowledge" / ".desk").mkdir()
    (tmp_path / "knowledge" / ".desk" / "history.jsonl").write_text("", "utf-8")
    settings(monkeypatch, knowledge="knowledge", database="sqlite:///casebot.db", token=SECRET)
    asyncio.run(remember("sqlite:///casebot.db"))
    return tmp_path


def settings(monkeypatch: pytest.MonkeyPatch, *, knowledge: str, database: str, token: str = "") -> None:
    for name, value in {"KNOWLEDGE": knowledge, "DATABASE_URL": database, "TOKEN": token}.items():
        monkeypatch.setenv(f"CASEBOT_{name}", value)


async def remember(url: str, texts: int = 3) -> None:
    store = Database(connect(SecretStr(url)))
    await store.start()
    await save_settings(store, 1, GuildSettings(prefix="?"))
    for number in range(texts):
        asked = Asked(f"painting {number}", Outcome.NONE, None, 0.1, Surface.SLASH, 1, dt.datetime.now(dt.UTC))
        store.record(asked, 7)
    await store.close()


def rows(file: Path) -> Mapping[str, Any]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return {
            table.name: sorted(connection.execute(f"SELECT * FROM {table.name}").fetchall(), key=repr)  # noqa: S608 (our own)
            for table in METADATA.sorted_tables
        }


def content(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def numbers(folder: Path) -> Mapping[str, int]:
    """Return the system's number of each file in a folder, another one if it was replaced."""
    return {str(path): path.stat().st_ino for path in folder.rglob("*")}


@pytest.fixture
def casebot(capsys: pytest.CaptureFixture[str]) -> Casebot:
    def run(*words: str) -> tuple[int, str, str]:
        status = main(words)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def elsewhere(there: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another machine, as far as the settings know, to restore on."""
    settings(monkeypatch, knowledge="other/knowledge", database="sqlite:///other/casebot.db", token=SECRET)
    return there / "other"


def test_all_comes_back_elsewhere(there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = casebot("backup", "backup.tar.gz")
    assert (status, err) == (0, "")
    assert re.fullmatch(
        r"backup\.tar\.gz \(\d\.\d MB\) holds the database, the knowledge and the settings, and is complete\.\n", out
    )
    settings(monkeypatch, knowledge="other/knowledge", database="sqlite:///other/casebot.db")
    status, out, err = casebot("restore", "backup.tar.gz")
    assert (status, err) == (0, "")
    assert "The database is restored.\nThe knowledge is restored in other/knowledge.\n" in out
    assert rows(there / "other" / "casebot.db") == rows(there / "casebot.db")
    one, other = content(there / "knowledge"), content(there / "other" / "knowledge")
    assert one == {**other, ".desk/lock": b""}
    assert "CASEBOT_KNOWLEDGE=knowledge\n" in (there / "settings-of-backup.env").read_text("utf-8")


def test_nobody_else_can_read_it_and_no_secret_is_in_it(there: Path, casebot: Casebot) -> None:
    casebot("backup", "backup.tar.gz")
    assert (there / "backup.tar.gz").stat().st_mode & 0o777 == 0o600
    assert SECRET.encode() not in gzip.decompress((there / "backup.tar.gz").read_bytes())
    assert sorted(path.name for path in there.iterdir()) == ["backup.tar.gz", "casebot.db", "knowledge"]


def test_what_was_deleted_is_in_no_backup(there: Path, casebot: Casebot) -> None:
    with contextlib.closing(sqlite3.connect(there / "casebot.db")) as connection:
        connection.execute("INSERT INTO opt_outs VALUES ('a-member-who-has-changed-her-mind')")
        connection.commit()
        connection.execute("DELETE FROM opt_outs")
        connection.commit()
    casebot("backup", "backup.tar.gz")
    assert b"changed-her-mind" not in gzip.decompress((there / "backup.tar.gz").read_bytes())


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_the_bot_of_november_comes_back(
    tmp_path: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = november.sqlite(tmp_path, how)
    folder = november.knowledge(tmp_path)
    settings(monkeypatch, knowledge=str(folder), database=f"sqlite:///{file}")
    assert casebot("migrate")[0] == 0
    assert casebot("backup", "backup.tar.gz")[0] == 0
    settings(monkeypatch, knowledge="new", database="sqlite:///new.db")
    assert casebot("restore", "backup.tar.gz")[0] == 0
    assert rows(tmp_path / "new.db") == rows(file)
    with journal.locked(folder), journal.locked(tmp_path / "new"):
        assert journal.read_history(tmp_path / "new") == journal.read_history(folder)


async def test_a_running_bot_does_not_notice(there: Path) -> None:
    store = Database(connect(SecretStr("sqlite:///casebot.db")))
    await store.start()
    for number in range(50):
        asked = Asked(f"ladder {number}", Outcome.NONE, None, 0.1, Surface.SLASH, 1, dt.datetime.now(dt.UTC))
        store.record(asked, 7)
        if number == 25:
            assert await asyncio.to_thread(main, ["backup", "backup.tar.gz"]) == 0
    await store.close()
    assert store.health().problem is None
    assert len(rows(there / "casebot.db")["questions"]) == 53


@pytest.mark.parametrize("options", [[], ["--replace"]])
async def test_under_a_running_bot_nothing_is_restored(there: Path, options: list[str]) -> None:
    assert await asyncio.to_thread(main, ["backup", "backup.tar.gz"]) == 0
    remembered = rows(there / "casebot.db")
    store = Database(connect(SecretStr("sqlite:///casebot.db")))
    await store.start()
    # Those that come at once get a connection each.
    await asyncio.gather(*(store.unanswered() for _ in range(3)))
    # To read the database here would release this process's locks on it.
    before = numbers(there)
    # A process of its own: SQLite knows the connections of this one without any lock on the file.
    command = [sys.executable, "-m", "bot", "restore", *options, "backup.tar.gz"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=there, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done
    assert ("Stop the bot, then restore." if options else "already contains something") in done.stderr
    assert numbers(there) == before
    await store.close()
    assert rows(there / "casebot.db") == remembered


def test_nobody_writes_to_a_database_that_is_being_replaced(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    casebot("backup", "backup.tar.gz")
    file, replace, said = there / "casebot.db", Path.replace, []
    write = "import sqlite3; sqlite3.connect('casebot.db', timeout=0).execute('DELETE FROM opt_outs')"

    def replaced(self: Path, target: Path) -> Path:
        if target == Path("casebot.db"):
            command = [sys.executable, "-c", write]
            done = subprocess.run(command, cwd=there, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
            said.append(done.stderr.splitlines()[-1:])
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replaced)
    before = rows(file)
    assert casebot("restore", "--replace", "backup.tar.gz")[0] == 0
    assert said == [["sqlite3.OperationalError: database is locked"]]
    (kept,) = there.glob("casebot.db.before-*")
    assert rows(kept) == rows(file) == before


def test_a_database_that_cannot_be_opened_is_said_and_nothing_is_restored(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    casebot("backup", "backup.tar.gz")
    place = there.joinpath(*["longer-than-SQLite-opens" * 8] * 3)
    place.mkdir(parents=True)
    (place / "casebot.db").touch()
    settings(monkeypatch, knowledge="knowledge", database=f"sqlite:///{place}/casebot.db")
    status, _, err = casebot("restore", "--replace", "backup.tar.gz")
    assert status == 2
    assert err.startswith("The database cannot be used now (unable to open database file). Check the file and its disk")
    assert (place / "casebot.db").read_bytes() == b""


def test_a_full_disk_is_named_by_what_was_to_be_written_there(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(source), None, str(target))

    monkeypatch.setattr(shutil, "copyfile", full)
    status, _, err = casebot("backup", str(there / "backup.tar.gz"))
    assert status == 2
    assert re.match(
        rf"{re.escape(str(there))}/\.backup\.tar\.gz\..*: No space left on device\. Make room on the disk\.", err
    )


def test_nothing_is_overwritten_unasked(there: Path, casebot: Casebot) -> None:
    casebot("backup", "backup.tar.gz")
    before = content(there)
    status, _, err = casebot("backup", "backup.tar.gz")
    assert (status, err) == (2, "backup.tar.gz already exists. Name another file, or add --replace.\n")
    status, _, err = casebot("restore", "backup.tar.gz")
    assert status == 2
    assert err.startswith("casebot.db already contains something. Name a new place in CASEBOT_DATABASE_URL, or")
    (there / "casebot.db").unlink()
    (there / "knowledge" / "people.yaml").write_text("people: []\n", "utf-8")
    status, _, err = casebot("restore", "backup.tar.gz")
    assert status == 2
    assert err.startswith("knowledge holds other knowledge. Name a new folder in CASEBOT_KNOWLEDGE, or")
    assert before.keys() - content(there).keys() == {"casebot.db"}


def test_what_is_replaced_is_kept(there: Path, casebot: Casebot) -> None:
    casebot("backup", "backup.tar.gz")
    asyncio.run(remember("sqlite:///casebot.db"))
    (there / "knowledge" / "people.yaml").write_text("people: []\n", "utf-8")
    new = rows(there / "casebot.db")
    status, out, err = casebot("restore", "--replace", "backup.tar.gz")
    assert (status, err) == (0, "")
    assert "What was there before is in knowledge.before-" in out
    assert len(rows(there / "casebot.db")["questions"]) == 3
    (kept,) = there.glob("casebot.db.before-*")
    assert rows(kept) == new
    (folder,) = there.glob("knowledge.before-*")
    assert (folder / "people.yaml").read_text("utf-8") == "people: []\n"


def test_a_folder_that_is_mounted_and_empty_is_filled(elsewhere: Path, casebot: Casebot) -> None:
    main(["--knowledge", "knowledge", "backup", "backup.tar.gz"])
    (elsewhere / "knowledge").mkdir(parents=True)
    inode = (elsewhere / "knowledge").stat().st_ino
    assert casebot("restore", "backup.tar.gz")[0] == 0
    assert (elsewhere / "knowledge").stat().st_ino == inode
    assert set(content(elsewhere / "knowledge")) >= {"case.yaml", "faq/theft.yaml"}


@pytest.fixture
def emptied(postgres: Server) -> Iterator[str]:
    """An empty database on a server."""
    url = postgres.url.get_secret_value()
    engine = connect(postgres.url)

    async def drop() -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            await connection.exec_driver_sql("CREATE SCHEMA public")
        await engine.dispose()

    asyncio.run(drop())
    yield url
    asyncio.run(drop())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASEBOT_DATABASE_URL", url)
        main(["migrate"])


def test_from_sqlite_to_postgresql_and_back(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch, emptied: str
) -> None:
    casebot("backup", "one.tar.gz")
    settings(monkeypatch, knowledge="knowledge", database=emptied)
    assert casebot("restore", "one.tar.gz")[0] == 0
    status, _, err = casebot("restore", "one.tar.gz")
    assert status == 2
    assert err.startswith("The PostgreSQL database already contains something.")
    assert casebot("restore", "--replace", "one.tar.gz")[0] == 0
    assert casebot("backup", "two.tar.gz")[0] == 0
    settings(monkeypatch, knowledge="knowledge", database="sqlite:///back.db")
    assert casebot("restore", "two.tar.gz")[0] == 0
    assert rows(there / "back.db") == rows(there / "casebot.db")


@pytest.mark.usefixtures("there")
async def test_under_a_bot_that_listens_on_postgresql_nothing_is_restored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], postgres: Server
) -> None:
    assert await asyncio.to_thread(main, ["backup", "backup.tar.gz"]) == 0
    monkeypatch.setenv("CASEBOT_DATABASE_URL", postgres.url.get_secret_value())
    engine = connect(postgres.url)
    async with engine.connect() as connection:
        await connection.exec_driver_sql("SELECT set_config('application_name', 'casebot 12, process 1 on x', false)")
        await connection.commit()
        capsys.readouterr()
        assert await asyncio.to_thread(main, ["restore", "--replace", "backup.tar.gz"]) == 2
    await engine.dispose()
    assert "in use by casebot 12, process 1 on x. Stop the bot, then restore." in capsys.readouterr().err


def altered(file: Path, change: Callable[[dict[str, Any], dict[str, bytes]], object]) -> None:
    """Change a backup: its manifest, and its files by name."""
    with tarfile.open(file) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar if member.isreg()}  # type: ignore[union-attr] # regular
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    with tarfile.open(file, "w:gz") as tar:
        for name, written in {"manifest.json": json.dumps(manifest).encode(), **files}.items():
            header = tarfile.TarInfo(name)
            header.size = len(written)
            if written == b"a link":
                header.type, header.linkname, header.size = tarfile.SYMTYPE, "/etc/passwd", 0
            tar.addfile(header, io.BytesIO(written))


def described(written: bytes) -> dict[str, Any]:
    return {"size": len(written), "sha256": hashlib.sha256(written).hexdigest()}


def holding(name: str, written: bytes = b"x") -> Callable[[dict[str, Any], dict[str, bytes]], object]:
    def add(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        manifest["files"][name], files[name] = described(written), written

    return add


def newer_tables(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(files["database.db"])
        connection.execute("UPDATE alembic_version SET version_num = 'of_next_year'")
        connection.commit()
        holding("database.db", connection.serialize())(manifest, files)


LEADING_AWAY: Final = (
    *("/etc/cron.d/x", "../x", "knowledge/../../x", "knowledge/..", "knowledge", "knowledge//x", "x", "./x"),
    *("knowledge/a\\b", "knowledge/C:/x"),  # on Windows
    *("knowledge/.git/hooks/post-commit", "knowledge/.GIT/HOOKS/x", "knowledge/.desk/lock"),
    *("knowledge/.git", "knowledge/.Git/config", "knowledge/.git./config", "knowledge/.g\u200cit/config"),
    *("knowledge/faq/.git/config", "knowledge/.git/x/.git/config", "knowledge/.git/hooks./post-commit"),
)

UNFIT: Final[dict[str, tuple[Callable[[dict[str, Any], dict[str, bytes]], object], str]]] = {
    "a format of the future": (lambda manifest, _: manifest.update(format=2), "Update casebot first."),
    "tables of the future": (newer_tables, "Update casebot first."),
    "a database that is none": (holding("database.db", b"x" * 4096), "The database in it cannot be read."),
    "a file that is missing": (lambda _, files: files.pop("knowledge/case.yaml"), "'knowledge/case.yaml' is missing"),
    "a file too many": (
        lambda _, files: files.update({"knowledge/more.yaml": b""}),
        "'knowledge/more.yaml' doesn't match",
    ),
    "a file that was changed": (
        lambda _, files: files.update({"knowledge/case.yaml": files["knowledge/case.yaml"][::-1]}),
        "'knowledge/case.yaml' doesn't match its manifest",
    ),
    "no knowledge": (
        lambda manifest, files: [
            (manifest["files"].pop(name), files.pop(name)) for name in [*files] if name.startswith("knowledge/")
        ],
        "it holds no knowledge",
    ),
    "more than the disk can hold": (
        lambda manifest, _: manifest["files"]["knowledge/case.yaml"].update(size=1 << 60),
        "The backup holds 1,152,921,504,",
    ),
    "a name that is too long": (holding(f"knowledge/{'a' * 300}"), "it would write 'knowledge/aaa"),
    "a path that is too long": (holding("knowledge/" + "a/" * 3_000 + "a"), "it would write 'knowledge/a/a"),
    "a file that is a folder, too": (holding("knowledge/case.yaml/more"), "it would write 'knowledge/case.yaml/more'"),
    "a link": (holding("knowledge/link.yaml", b"a link"), "'knowledge/link.yaml' doesn't match"),
    "a repository where the bot has none": (
        lambda manifest, files: [
            holding(f"knowledge/faq/{name}")(manifest, files) for name in ("Head", "config", "objects/x", "refs/x")
        ],
        "'knowledge/faq' in the backup is a git repository",
    ),
    "a folder that says where a repository is": (
        lambda manifest, files: [holding(f"knowledge/{name}")(manifest, files) for name in ("HEAD", "commondir")],
        "'knowledge' in the backup is a git repository",
    ),
    **{f"a name that leads away: {name}": (holding(name), "it would write") for name in LEADING_AWAY},
}


@pytest.mark.parametrize("why", UNFIT)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    casebot("backup", "backup.tar.gz")
    settings(monkeypatch, knowledge="other/knowledge", database="sqlite:///other.db")
    change, said = UNFIT[why]
    altered(there / "backup.tar.gz", change)
    before = content(there)
    for words in (["restore", "--check"], ["restore"], ["restore", "--replace"]):
        status, out, err = casebot(*words, "backup.tar.gz")
        assert (status, out) == (2, "")
        assert said in err
    assert content(there) == before


def raw_header(name: str, kind: bytes, size: int) -> bytes:
    header = tarfile.TarInfo(name)
    header.type, header.size = kind, size
    return header.tobuf(tarfile.GNU_FORMAT)


def packed_well(kind: str) -> bytes:
    """Return what stands in a tar before a file's content: a little when it's packed, and no end of it unpacked."""
    long_name = raw_header("././@LongLink", tarfile.GNUTYPE_LONGNAME, 10) + b"a" * 9 + b"\0" * 503
    record = b"1000000 k=" + b"a" * 999_989 + b"\n"
    settings = raw_header("g", tarfile.XGLTYPE, len(record)) + record + b"\0" * (-len(record) % 512)
    holes = bytearray(raw_header("knowledge/case.yaml", tarfile.GNUTYPE_SPARSE, 1))
    one = b"%011o\0" % 1
    holes[386:410], holes[482] = one + one, 1
    holes[148:156] = b"%06o\0 " % (256 + sum(holes[:148]) + sum(holes[156:]))
    return {
        "names of names": long_name * 2_000,
        "settings for all files": settings * 3,
        "holes": bytes(holes) + ((one + one) * 21 + b"\1" + b"\0" * 7) * 2_000,
    }[kind]


@pytest.mark.parametrize("place", ["first", "after the manifest"])
@pytest.mark.parametrize("kind", ["names of names", "settings for all files", "holes"])
def test_what_a_tar_says_beside_its_files_is_bounded(there: Path, casebot: Casebot, kind: str, place: str) -> None:
    manifest = json.dumps(
        {"format": 1, "casebot": "0", "made": "", "files": {"knowledge/case.yaml": described(b"x")}}
    ).encode()
    first = raw_header("manifest.json", tarfile.REGTYPE, len(manifest)) + manifest + b"\0" * (-len(manifest) % 512)
    written = packed_well(kind) if place == "first" else first + packed_well(kind)
    (there / "hostile.tar.gz").write_bytes(gzip.compress(written))
    tracemalloc.start()
    try:
        status, _, err = casebot("restore", "--check", "hostile.tar.gz")
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert (status, err) == (2, "hostile.tar.gz isn't a casebot backup, or is incomplete. Use another one.\n")


ODD: Final = {
    "a link": tarfile.SYMTYPE,
    "a second name of a file": tarfile.LNKTYPE,
    "a folder": tarfile.DIRTYPE,
    "a pipe": tarfile.FIFOTYPE,
    "a disk": tarfile.BLKTYPE,
    "a terminal": tarfile.CHRTYPE,
    "a file with holes": tarfile.GNUTYPE_SPARSE,
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_plain_file_is_refused(there: Path, casebot: Casebot, kind: str) -> None:
    casebot("backup", "backup.tar.gz")
    before = content(there / "knowledge")
    with tarfile.open(there / "backup.tar.gz") as tar, tarfile.open(there / "odd.tar.gz", "w:gz") as odd:
        for member in tar:
            content_of = tar.extractfile(member)
            if member.name == "knowledge/case.yaml":
                member.type, member.linkname = ODD[kind], "/etc/passwd"
            odd.addfile(member, content_of)
    status, out, err = casebot("restore", "--replace", "odd.tar.gz")
    assert (status, out) == (2, "")
    assert "doesn't match its manifest" in err or "isn't a casebot backup" in err
    assert content(there / "knowledge") == before


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_no_header_fills_the_memory(there: Path, casebot: Casebot, kind: bytes) -> None:
    header = tarfile.TarInfo("manifest.json")
    header.type, header.size = kind, 1 << 40
    (there / "odd.tar.gz").write_bytes(gzip.compress(header.tobuf(tarfile.GNU_FORMAT)))
    status, _, err = casebot("restore", "--check", "odd.tar.gz")
    assert (status, err) == (2, "odd.tar.gz isn't a casebot backup, or is incomplete. Use another one.\n")


EVIL: Final = """
[core]
    repositoryformatversion = 0
    bare = false
    fsmonitor = touch executed; true
    hooksPath = faq
    sshCommand = touch executed
    pager = touch executed
[include]
    path = ../included
[filter "x"]
    clean = touch executed; cat
"""


def test_the_history_of_a_repository_comes_back_and_nothing_that_git_would_run(
    there: Path, casebot: Casebot, elsewhere: Path
) -> None:
    git(there / "knowledge", "init", "-q", "-b", "main")
    git(there / "knowledge", "remote", "add", "origin", f"https://{SECRET}@example.org/faq.git")
    git(there / "knowledge", "add", "*.yaml", "faq")
    git(there / "knowledge", "commit", "-q", "-m", "The painting")
    main(["--knowledge", str(there / "knowledge"), "backup", "backup.tar.gz"])
    assert SECRET.encode() not in gzip.decompress((there / "backup.tar.gz").read_bytes())

    def arm(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        for name, written in {
            ".git/config": EVIL,
            ".git/Config.worktree": EVIL,
            ".git/commondir": "../faq",
            ".git/objects/info/alternates": "/etc",
            ".git/info/attributes": "* filter=x",
            ".git/modules/x/config": EVIL,
            ".gitattributes": "* filter=x",
            "included": EVIL,
        }.items():
            holding(f"knowledge/{name}", written.encode())(manifest, files)

    altered(there / "backup.tar.gz", arm)
    status, out, _ = casebot("restore", "backup.tar.gz")
    assert status == 0
    assert "no settings or hooks: add its remotes again" in out
    knowledge = elsewhere / "knowledge"
    assert git(knowledge, "log", "--format=%s") == "The painting\n"
    assert git(knowledge, "status", "--porcelain", "--untracked-files=no") == ""
    (knowledge / "case.yaml").touch()
    git(knowledge, "add", "case.yaml")
    git(knowledge, "fsck")
    assert set(git(knowledge, "config", "--local", "--name-only", "--list").split()) == {
        *("core.repositoryformatversion", "core.filemode", "core.logallrefupdates", "core.bare")
    }
    assert {path.name for path in (knowledge / ".git").iterdir() if path.is_file()} == {"HEAD", "config", "index"}
    assert not list(there.rglob("executed"))
    assert not (knowledge / ".git" / "objects" / "info" / "alternates").exists()


def test_the_copy_of_a_repository_goes_on_after_a_restore(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(there / "knowledge" / ".desk")
    make_own(there / "knowledge", "inner/faq").close()
    config = there / "knowledge" / OWN / "config"
    config.write_text(config.read_text("utf-8") + EVIL, "utf-8")
    casebot("backup", "backup.tar.gz")
    settings(monkeypatch, knowledge="other", database="sqlite:///other.db")
    assert casebot("restore", "backup.tar.gz")[0] == 0
    assert git(there / "other" / OWN, "config", "--local", "--get", "casebot.folder") == "inner/faq/\n"
    assert "touch" not in (there / "other" / OWN / "config").read_text("utf-8")
    settings(monkeypatch, knowledge="other", database="sqlite:///third.db")
    assert "The knowledge in other is already the same as in the backup." in casebot("restore", "backup.tar.gz")[1]


def test_a_backup_that_is_cut_off_anywhere_is_refused(there: Path, casebot: Casebot) -> None:
    casebot("backup", "backup.tar.gz")
    whole = (there / "backup.tar.gz").read_bytes()
    for length in range(0, len(whole) - 50, len(whole) // 40):
        (there / "cut.tar.gz").write_bytes(whole[:length])
        status, _, err = casebot("restore", "--check", "cut.tar.gz")
        assert status == 2
        assert len(err.splitlines()) == 1


def test_a_backup_without_a_database_says_so(there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "memory")
    assert "holds the knowledge and the settings" in casebot("backup", "backup.tar.gz")[1]
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "sqlite:///new.db")
    assert "The backup holds no database.\n" in casebot("restore", "backup.tar.gz")[1]
    assert not (there / "new.db").exists()


def test_where_the_database_is_missing_it_is_said(there: Path, casebot: Casebot) -> None:
    assert len(casebot("backup", "whole.tar.gz")[1].splitlines()) == 1
    (there / "casebot.db").unlink()
    status, out, _ = casebot("backup", "backup.tar.gz")
    assert status == 0
    assert "\nIt holds no database, since there is none at casebot.db." in out


def test_a_backup_leaves_the_folder_as_it_is(there: Path, casebot: Casebot) -> None:
    shutil.rmtree(there / "knowledge" / ".desk")
    before = sorted((there / "knowledge").rglob("*"))
    assert casebot("backup", "backup.tar.gz")[0] == 0
    assert sorted((there / "knowledge").rglob("*")) == before


def meanwhile(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], None]) -> None:
    """Let somebody do something while a backup or a restore is at work."""
    before = getattr(copying, name)

    async def after(*arguments: object) -> object:
        monkeypatch.setattr(copying, name, before)
        await asyncio.to_thread(act)
        return await before(*arguments)

    monkeypatch.setattr(copying, name, after)


@pytest.mark.parametrize("replace", [[], ["--replace"]])
def test_a_second_backup_to_one_file_is_refused_and_leaves_the_first_whole(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch, replace: list[str]
) -> None:
    second: list[tuple[int, str, str]] = []
    meanwhile(monkeypatch, "save", lambda: second.append(casebot("backup", *replace, "backup.tar.gz")))
    first = casebot("backup", *replace, "backup.tar.gz")
    ((status, _, said),) = second
    assert (status, first[0]) == (2, 0), first
    assert "Another casebot is writing backup.tar.gz. Wait until it's done." in said
    assert casebot("restore", "--check", "backup.tar.gz")[0] == 0
    assert sorted(path.name for path in there.iterdir()) == ["backup.tar.gz", "casebot.db", "knowledge"]


def test_backups_to_files_with_like_names_do_not_meet(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    second: list[int] = []
    meanwhile(monkeypatch, "save", lambda: second.append(casebot("backup", "bot")[0]))
    assert casebot("backup", "bot.old")[0] == 0
    assert second == [0]
    assert sorted(path.name for path in there.iterdir()) == ["bot", "bot.old", "casebot.db", "knowledge"]


def test_a_second_restore_to_one_folder_is_refused_and_leaves_the_first_alone(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    casebot("backup", "backup.tar.gz")
    before = content(there / "knowledge").keys() - {".desk/lock"}
    settings(monkeypatch, knowledge="other", database="sqlite:///other.db")
    second: list[tuple[int, str, str]] = []
    meanwhile(monkeypatch, "restore", lambda: second.append(casebot("restore", "backup.tar.gz")))
    first = casebot("restore", "backup.tar.gz")
    ((status, _, said),) = second
    assert (status, first[0]) == (2, 0), first
    assert "Another casebot is writing other. Wait until it's done." in said
    assert content(there / "other").keys() == before
    assert not list(there.glob(".*"))


@pytest.mark.parametrize("claimed", [False, True])
def test_what_a_killed_backup_has_left_goes_with_the_next_one(there: Path, casebot: Casebot, *, claimed: bool) -> None:
    left = there / ".backup.tar.gz.a1b2c3d4.unfinished"
    left.mkdir()
    (left / "database.db").write_text("what somebody asked", "utf-8")
    if claimed:
        (left / "claim").touch()
    assert casebot("backup", "backup.tar.gz")[0] == 0
    assert not left.exists()


def test_where_there_are_no_locks_a_backup_is_written_all_the_same(
    there: Path, casebot: Casebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlockable(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", unlockable)
    (there / "knowledge" / ".desk" / "history.jsonl").unlink()
    (there / "knowledge" / ".desk").rmdir()
    assert casebot("backup", "backup.tar.gz")[0] == 0
    assert sorted(path.name for path in there.iterdir()) == ["backup.tar.gz", "casebot.db", "knowledge"]


def killed(at: int, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.ops.killed", str(at), *words]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 (our own)


def steps(*words: str) -> int:
    done = killed(-1, *words)
    assert done.returncode == 0, done.stderr
    return int(re.findall(r"steps: (\d+)", done.stdout)[0])


KILLS: Final = [pytest.param(2), pytest.param(20, marks=pytest.mark.deploy)]


@pytest.mark.parametrize("times", KILLS)
def test_a_backup_that_is_killed_leaves_the_old_one_or_the_new_one(there: Path, casebot: Casebot, times: int) -> None:
    casebot("backup", "backup.tar.gz")
    asyncio.run(remember("sqlite:///casebot.db"))
    before, kept = rows(there / "casebot.db"), content(there / "knowledge")
    all_steps = steps("backup", "--replace", "backup.tar.gz")
    for number in range(times):
        assert killed(all_steps * number // times, "backup", "--replace", "backup.tar.gz").returncode == -signal.SIGKILL
        assert casebot("restore", "--check", "backup.tar.gz")[0] == 0
        assert (rows(there / "casebot.db"), content(there / "knowledge")) == (before, kept)
    assert casebot("backup", "--replace", "backup.tar.gz")[0] == 0
    assert sorted(path.name for path in there.iterdir()) == ["backup.tar.gz", "casebot.db", "knowledge"]


@pytest.mark.parametrize("times", KILLS)
def test_a_restore_that_is_killed_loses_nothing_and_can_be_run_again(
    there: Path, casebot: Casebot, tmp_path_factory: pytest.TempPathFactory, times: int
) -> None:
    casebot("backup", "backup.tar.gz")
    backed_up, files = rows(there / "casebot.db"), content(there / "knowledge")
    asyncio.run(remember("sqlite:///casebot.db"))
    (there / "knowledge" / "people.yaml").write_text("people: []\n", "utf-8")
    new, changed = rows(there / "casebot.db"), content(there / "knowledge")
    state = shutil.copytree(there, tmp_path_factory.mktemp("machine") / "state")
    all_steps = steps("restore", "--replace", "backup.tar.gz")
    for number in range(times):
        for path in there.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(state, there, dirs_exist_ok=True)
        assert (
            killed(all_steps * number // times, "restore", "--replace", "backup.tar.gz").returncode == -signal.SIGKILL
        )
        assert rows(there / "casebot.db") in (backed_up, new), "one of them, whole, under its name"
        # What is kept beside may have been begun only; then, nothing is replaced yet.
        whole = [file for file in there.glob("casebot.db*") if file.suffix != ".restored" and file.stat().st_size]
        assert new in map(rows, whole), "still there"
        kept = [content(folder) for folder in there.glob("knowledge*")]
        assert any(changed.items() <= each.items() for each in kept), "still there"
        assert casebot("restore", "--replace", "backup.tar.gz")[0] == 0
        assert rows(there / "casebot.db") == backed_up
        assert content(there / "knowledge").items() >= files.items() - {(".desk/lock", b"")}
