"""A store in a SQLite or PostgreSQL database. Writes are queued, and settings are read from memory."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, final

from sqlalchemy import ColumnElement, Delete, Update, delete, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from typing_extensions import override

from bot.store import member_hash, reads
from bot.store.announce import ChangeKind, announce_with
from bot.store.engine import frozen, is_refusal, reason
from bot.store.member_hash import Purpose
from bot.store.memory import LINK_LIFETIME
from bot.store.migrate import BehindError, prepare
from bot.store.operations import (
    AddReplyLink,
    RecordPick,
    RecordQuestion,
    RecordVote,
    RemoveReplyLink,
    Write,
    execute,
    insert,
    keep_stop,
    reopen,
)
from bot.store.scrubber import Scrubber
from bot.store.server_url import UrlError
from bot.store.settings_json import settings_from_json, settings_to_json
from bot.store.shielding import shielded
from bot.store.store import Store, StoreError
from bot.store.tables import DIGESTS, LINKS, OPT_OUTS, QUESTIONS, SETTINGS, STOPS, VOTES, to_number
from bot.store.types import Asked, GuildSettings, Health, ReplyLink, Resolution, Stats, Stop, Unanswered, in_force
from bot.store.write_queue import FIRST_PAUSE, MAX_WAITING, WriteQueue, WriteRefusedError
from bot.supervision import Supervisor

RETENTION: Final = dt.timedelta(days=90)
"""How long the text of a question is kept."""

STATS_RETENTION: Final = dt.timedelta(days=182)
"""The shortest time for which a question is kept without its text: `/faq stats` compares 90 days with the 90 before."""

LAST_FLUSH: Final = 3.0
"""Seconds for writing the queue at shutdown, out of the ten that :mod:`bot.ops.shutdown` allows."""

DELETE_BATCH: Final = 5_000
"""Rows deleted in one transaction; deleting a whole day's rows at once could exceed the statement timeout."""

CLOSE_TIMEOUT: Final = 1.0
"""Seconds for closing the connections at shutdown, after the queue is written."""

LOADING: Final = "The loading of the settings"
WRITER: Final = "The writing to the database"
STOP_WRITER: Final = "The writing of stopped answers"
"""The names of the store's tasks; see :class:`~bot.supervision.Supervisor`."""

_DEFAULTS: Final = GuildSettings()

_log = logging.getLogger(__name__)


@final
class Database(Store):
    """A store in a database, which keeps working while the database is down, slow or full."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        retention: dt.timedelta = RETENTION,
        key: bytes = b"",
        pause: float = FIRST_PAUSE,
        supervisor: Supervisor | None = None,
    ) -> None:
        """Create the store without opening it; see :meth:`start`.

        Args:
            engine: from :func:`bot.store.engine.connect`; the store closes it.
            retention: how long the text of a question is kept.
            key: the key of the votes' hashes, see :func:`bot.store.member_hash.hash_key`.
            pause: seconds between retries, see :class:`~bot.store.write_queue.WriteQueue`.
            supervisor: keeps the store's tasks running; None for one of its own.
        """
        self._engine: Final = engine
        self._retention: Final = retention
        self._key: Final = key
        self._supervisor: Final = supervisor or Supervisor()
        self._writer: Final = WriteQueue[Write](self._write, pause=pause)
        # Stops have their own queue, so that they reach the other processes without waiting for thousands of questions.
        self._stop_writer: Final = WriteQueue[Stop](self._write_stops, pause=pause)
        self._stops: dict[str, Stop] = {}
        self._held: Final[dict[str, Stop]] = {}
        """Stops that :meth:`hold` has applied but that have not been read back from the database."""

        # PostgreSQL servers vacuum on their own.
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        self._file: Final = Path(file) if file else None
        self._scrubber: Final = Scrubber(self._file, pause=pause) if self._file else None
        # Whether rows may have been deleted since the last VACUUM. True at first: an earlier process may have done it.
        self._stale = True
        self._settings: dict[int, GuildSettings] = {}
        self._opted_out: set[str] = set()
        self._opt_out_salt: str | None = None
        self._loaded = False
        self._loading: asyncio.Task[None] | None = None
        self._pause: Final = pause
        self._problem: str | None = None
        self.under_way: Final[set[asyncio.Task[Any]]] = set()
        """Operations in progress; :meth:`close` waits for them."""

        # Recent links, or None if unlinked, so that they can be found before they are written.
        self._links: Final[OrderedDict[int, ReplyLink | None]] = OrderedDict()

    async def start(self) -> None:
        """Bring the tables up to date, load the settings and start writing.

        An unreachable database is not an error: the store starts with the defaults, and loads as soon as it can.

        Raises:
            BehindError: the tables on a PostgreSQL server need `casebot migrate`.
            UrlError: the server will never accept the URL.
        """
        try:
            await self.refresh()
        except (BehindError, UrlError):
            await self._engine.dispose()
            raise
        except StoreError:
            known = await self._read_frozen()
            what = (
                "the settings and stopped answers that it holds" if known else "default settings and no stopped answers"
            )
            _log.warning("Starting with %s until the database is back.", what)
            loading = self._supervisor.until_done(LOADING, self._load_later)
            self._loading = asyncio.create_task(loading, name=LOADING)
        self._writer.start(self._supervisor, WRITER)
        self._stop_writer.start(self._supervisor, STOP_WRITER)
        if self._scrubber:
            self._scrubber.start(self._supervisor)

    @shielded
    async def _read_frozen(self) -> bool:
        """Load what a SQLite file holds although it cannot be used now; return whether that is possible."""
        if self._file is None or not self._file.is_file():
            return False
        engine = frozen(self._file)
        try:
            async with engine.connect() as connection:
                await self._load_known(connection)
        except Exception:  # noqa: BLE001 (whatever is wrong with the file is told already)
            _log.debug("The database can't be read as it is, either", exc_info=True)
            return False
        finally:
            await engine.dispose()
        return True

    async def _load_later(self) -> None:
        while not self._loaded:
            await asyncio.sleep(self._pause)
            with contextlib.suppress(StoreError):
                await self.refresh()

    async def close(self, last_flush: float = LAST_FLUSH) -> None:
        """Write the queue, finish what is in progress, and close all connections.

        Args:
            last_flush: seconds until writes and operations in progress are abandoned.
        """
        if self._loading:
            self._loading.cancel()
            await asyncio.wait([self._loading])
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(last_flush):
                if self._scrubber:
                    await self._scrubber.close()
                await self._stop_writer.close()
                await self._writer.close()
                while self.under_way:
                    await asyncio.wait(self.under_way)
        for work in self.under_way:
            work.cancel()
        # A server that hangs does not complete the close; the remaining connections end with the process.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._engine.dispose()

    async def flush(self) -> None:
        """Write the queue now.

        Raises:
            StoreError: the database cannot be used; the queue is kept.
        """
        await self._writer.flush()

    @shielded
    async def refresh(self) -> None:
        """Reload the settings, opt-outs and stops, which another process may have changed.

        Raises:
            StoreError: the database cannot be used; the values loaded earlier stay in use.
        """
        async with self._transaction() as connection:
            if self._loaded:
                await self._load(connection)

    @override
    @shielded
    async def reload_changed(self, topic: str) -> None:
        match topic.split():
            case []:
                await self.refresh()
            case [ChangeKind.STOPS]:
                async with self._transaction() as connection:
                    await self._load_stops(connection)
            case [ChangeKind.OPT_OUTS]:
                async with self._transaction() as connection:
                    await self._load_opt_outs(connection)
            case [ChangeKind.SETTINGS, guild] if guild.isdecimal():
                async with self._transaction() as connection:
                    await self._load_settings(connection, SETTINGS.c.guild == int(guild))

    async def tidy(self) -> None:
        """Delete what has expired: texts, questions with their votes, links, ended stops and the salt of the votes.

        The leading process calls it once an hour.

        Raises:
            StoreError: the database cannot be used.
        """
        now = dt.datetime.now(dt.UTC)
        texts = select(QUESTIONS.c.id).where(QUESTIONS.c.at < to_number(now - self._retention))
        texts = texts.where(QUESTIONS.c.text.is_not(None)).limit(DELETE_BATCH)
        links = select(LINKS.c.question).where(LINKS.c.at < to_number(now - LINK_LIFETIME)).limit(DELETE_BATCH)
        while await self._change(update(QUESTIONS).where(QUESTIONS.c.id.in_(texts)).values(text=None)):
            self._stale = True
        while await self._delete_questions(QUESTIONS.c.at < to_number(now - max(STATS_RETENTION, self._retention))):
            self._stale = True
        while await self._change(delete(LINKS).where(LINKS.c.question.in_(links))):
            self._stale = True
        # Not `|=` with an `await`, which would put back what `_stale` was before the wait.
        if await self._change(delete(STOPS).where(STOPS.c.ended < to_number(now - STATS_RETENTION))):
            self._stale = True
        if await self._rotate(now):
            self._stale = True
        self._scrub(rewrite=self._stale)

    @shielded
    async def _change(self, statement: Update | Delete) -> int:
        """Execute a statement in its own transaction, and return how many rows it changed."""
        async with self._transaction() as connection:
            return (await connection.execute(statement)).rowcount

    @shielded
    async def _delete_questions(self, which: ColumnElement[bool]) -> int:
        """Delete at most :data:`DELETE_BATCH` questions and the votes on them; return how many questions."""
        async with self._transaction() as connection:
            ids = (await connection.execute(select(QUESTIONS.c.id).where(which).limit(DELETE_BATCH))).scalars().all()
            await connection.execute(delete(VOTES).where(VOTES.c.asked.in_(ids)))
            await connection.execute(delete(QUESTIONS).where(QUESTIONS.c.id.in_(ids)))
        return len(ids)

    @shielded
    async def _rotate(self, now: dt.datetime) -> bool:
        async with self._transaction() as connection:
            return await member_hash.rotate(connection, now)

    def _scrub(self, *, rewrite: bool) -> None:
        """Schedule the removal of deleted data from the database's files."""
        if self._scrubber:
            self._stale &= not rewrite
            self._scrubber.request(rewrite=rewrite)

    @contextlib.asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction. Any failure is raised as a StoreError and shows in :meth:`health`."""
        try:
            async with self._engine.begin() as connection:
                if not self._loaded:
                    await connection.run_sync(prepare)
                    await self._load(connection)
                yield connection
        except (BehindError, UrlError) as error:
            self._fail(str(error))
            raise
        except Exception as error:  # noqa: BLE001 (drivers raise their own, with no common base)
            _log.debug("The database failed", exc_info=True)
            # `from None`: the driver's message may quote the values to be written.
            if is_refusal(error):
                raise WriteRefusedError from None
            self._fail(reason(error))
            raise StoreError(reason(error)) from None
        self._loaded = True
        if self._problem:
            _log.info("The database is back.")
            self._problem = None

    def _fail(self, problem: str) -> None:
        if problem != self._problem:
            _log.warning("%s", problem)
        self._problem = problem

    async def _load(self, connection: AsyncConnection) -> None:
        await member_hash.make_salts(connection)
        await self._load_known(connection)

    async def _load_known(self, connection: AsyncConnection) -> None:
        self._opt_out_salt = await member_hash.salt(connection, Purpose.OPT_OUTS)
        await self._load_opt_outs(connection)
        await self._load_settings(connection, true())
        await self._load_stops(connection)

    async def _load_opt_outs(self, connection: AsyncConnection) -> None:
        self._opted_out = set((await connection.execute(select(OPT_OUTS.c.member))).scalars())

    async def _load_settings(self, connection: AsyncConnection, which: ColumnElement[bool]) -> None:
        rows = await connection.execute(select(SETTINGS).where(which))
        self._settings = {**self._settings, **{row.guild: settings_from_json(row.settings) for row in rows}}

    async def _load_stops(self, connection: AsyncConnection) -> None:
        """Load the stops in force. A stop applied here stays in force until its row has been read."""
        found = await reads.stops(connection, STOPS.c.ended.is_(None) | STOPS.c.id.in_(list(self._held)))
        for read in found:
            held = self._held.get(read.id)
            if held and (read.ended or not held.ended):
                del self._held[read.id]
        self._stops = {each.id: each for each in found}

    @shielded
    async def _write_stops(self, batch: Sequence[Stop]) -> None:
        async with self._transaction() as connection:
            for each in batch:
                await keep_stop(connection, each)
            await announce_with(connection, ChangeKind.STOPS)

    @shielded
    async def _write(self, batch: Sequence[Write]) -> None:
        async with self._transaction() as connection:
            # A question may have been queued before the settings were loaded, so check again whether it may be kept.
            wanted = [each for each in batch if not isinstance(each, RecordQuestion) or self._may_keep(each)]
            mask = partial(member_hash.member_hash, await member_hash.salt(connection, Purpose.VOTES), key=self._key)
            await execute(connection, wanted, mask)
        if any(isinstance(each, RemoveReplyLink) for each in wanted):
            # Links are removed too often for a VACUUM each time; the next :meth:`tidy` does it.
            self._stale = True
            self._scrub(rewrite=False)

    def _may_keep(self, record: RecordQuestion) -> bool:
        return self.settings(record.asked.guild).log_questions and all(map(self.keeps_questions_of, record.members))

    @property
    @override
    def retention(self) -> dt.timedelta:
        return self._retention

    @override
    def settings(self, guild: int | None) -> GuildSettings:
        return _DEFAULTS if guild is None else self._settings.get(guild, _DEFAULTS)

    @override
    def all_settings(self) -> Mapping[int, GuildSettings]:
        return MappingProxyType(self._settings)

    @override
    @shielded
    async def change_settings(self, guild: int, edit: Callable[[GuildSettings], GuildSettings]) -> None:
        of_guild = SETTINGS.c.guild == guild
        async with self._transaction() as connection:
            # Writing and reading the row locks it, so that changes at the same moment wait for this one.
            first = insert(connection, SETTINGS).values(guild=guild, settings=settings_to_json(_DEFAULTS))
            await connection.execute(first.on_conflict_do_nothing())
            saved = await connection.execute(select(SETTINGS.c.settings).where(of_guild).with_for_update())
            settings = edit(settings_from_json(saved.scalar_one()))
            await connection.execute(update(SETTINGS).where(of_guild).values(settings=settings_to_json(settings)))
            await announce_with(connection, f"{ChangeKind.SETTINGS} {guild}")
        # A new dictionary, because a caller may be iterating over the old one.
        self._settings = {**self._settings, guild: settings}

    @override
    def stops(self, guild: int | None) -> Mapping[str, Stop]:
        return in_force({**self._stops, **self._held}.values(), guild)

    @override
    def hold(self, stop: Stop) -> None:
        if stop.ended:
            # Two moderators may have stopped the same entry at once through different processes.
            for each in [*self._stops.values(), *self._held.values()]:
                if each.place == stop.place and not each.ended:
                    self._held[each.id] = dataclasses.replace(each, ended=stop.ended, ended_by=stop.ended_by)
        self._held[stop.id] = stop
        self._stop_writer.put(stop)

    @override
    async def save_stops(self) -> None:
        await self._stop_writer.flush()

    @override
    @shielded
    async def stop_history(self, guild: int, entry: str | None = None) -> Sequence[Stop]:
        which = STOPS.c.guild.is_(None) | (STOPS.c.guild == guild)
        async with self._transaction() as connection:
            return await reads.stops(connection, which if entry is None else which & (STOPS.c.entry == entry))

    @override
    def record(self, asked: Asked, *members: int) -> None:
        record = RecordQuestion(asked, members)
        if self._may_keep(record):
            self._writer.put(record)

    @override
    def picked(self, asked: str, entry: str) -> None:
        self._writer.put(RecordPick(asked, entry))

    @override
    def vote(self, asked: str, entry: str, member: int | None, *, helpful: bool) -> None:
        self._writer.put(RecordVote(asked, entry, member, helpful))

    @override
    def link(self, link: ReplyLink) -> None:
        self._remember(link.question, link)
        self._writer.put(AddReplyLink(link))

    @override
    def unlink(self, question: int) -> None:
        self._remember(question, None)
        self._writer.put(RemoveReplyLink(question))

    def _remember(self, question: int, link: ReplyLink | None) -> None:
        self._links.pop(question, None)
        self._links[question] = link
        if len(self._links) > MAX_WAITING:
            self._links.popitem(last=False)

    @override
    @shielded
    async def find_link(self, question: int) -> ReplyLink | None:
        since = dt.datetime.now(dt.UTC) - LINK_LIFETIME
        if question in self._links:
            link = self._links[question]
            return link if link and link.at >= since else None
        async with self._transaction() as connection:
            return await reads.link(connection, question, since)

    @override
    @shielded
    async def links_showing(self, entry: str) -> Sequence[ReplyLink]:
        await self.flush()
        async with self._transaction() as connection:
            return await reads.links_showing(connection, entry, dt.datetime.now(dt.UTC) - LINK_LIFETIME)

    @override
    @shielded
    async def unanswered(self, guild: int | None = None, limit: int | None = None) -> Sequence[Unanswered]:
        await self.flush()
        async with self._transaction() as connection:
            return await reads.unanswered(connection, guild, limit)

    @override
    @shielded
    async def resolve(self, asked: Iterable[str], resolution: Resolution) -> None:
        await self.flush()
        together = list(asked)
        async with self._transaction() as connection:
            await connection.execute(
                update(QUESTIONS)
                .where(QUESTIONS.c.id.in_(together))
                .values(resolution=resolution, resolved_with=next(iter(together), None))
            )

    @override
    @shielded
    async def reopen(self, guild: int, asked: str, *, edited: bool = False) -> int:
        await self.flush()
        async with self._transaction() as connection:
            return await reopen(connection, guild, asked, edited=edited)

    @override
    @shielded
    async def stats(self, since: dt.datetime, guild: int | None = None, *, until: dt.datetime | None = None) -> Stats:
        await self.flush()
        async with self._transaction() as connection:
            return await reads.stats(connection, since, guild, until)

    @override
    @shielded
    async def begin_digest(self, guild: int, week: dt.date) -> bool:
        async with self._transaction() as connection:
            noted = insert(connection, DIGESTS).values(guild=guild, week=week)
            newer = noted.on_conflict_do_update(
                index_elements=list(DIGESTS.primary_key),
                set_={"week": noted.excluded.week},
                where=DIGESTS.c.week < noted.excluded.week,
            )
            return (await connection.execute(newer)).rowcount == 1

    @override
    def keeps_questions_of(self, member: int) -> bool:
        return self._opt_out_salt is None or member_hash.member_hash(self._opt_out_salt, member) not in self._opted_out

    @override
    @shielded
    async def set_keeps_questions_of(self, member: int, *, keep: bool) -> None:
        async with self._transaction() as connection:
            hashed = member_hash.member_hash(await member_hash.salt(connection, Purpose.OPT_OUTS), member)
            if keep:
                await connection.execute(delete(OPT_OUTS).where(OPT_OUTS.c.member == hashed))
            else:
                await connection.execute(insert(connection, OPT_OUTS).values(member=hashed).on_conflict_do_nothing())
            await announce_with(connection, ChangeKind.OPT_OUTS)
        if keep:
            self._scrub(rewrite=True)
        (self._opted_out.discard if keep else self._opted_out.add)(hashed)

    @override
    @shielded
    async def forget(self, member: int) -> int:
        await self.flush()
        async with self._transaction() as connection:
            salt = await member_hash.salt(connection, Purpose.VOTES)
            of_member = VOTES.c.member == member_hash.member_hash(salt, member, self._key)
            votes = (await connection.execute(select(func.count()).select_from(VOTES).where(of_member))).scalar_one()
            await connection.execute(delete(VOTES).where(of_member))
        if votes:
            self._scrub(rewrite=True)
        return votes

    @override
    async def forget_server(self, guild: int) -> None:
        await self.flush()
        while await self._delete_questions(QUESTIONS.c.guild == guild):
            self._stale = True
        self._scrub(rewrite=self._stale)

    @override
    def health(self) -> Health:
        writers = (self._writer, self._stop_writer)
        return Health(
            problem=self._problem,
            waiting=sum(each.waiting for each in writers),
            lost=sum(each.lost for each in writers),
        )
