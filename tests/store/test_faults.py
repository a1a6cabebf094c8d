"""A database that is down, full, slow or gone: no answer waits, and nothing that was asked is lost."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import gc
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.chat.cogs.faq_stats import PERIODS
from bot.matching.types import Outcome
from bot.store import database as store_database
from bot.store.announce import ChangeKind
from bot.store.database import STATS_RETENTION, Database
from bot.store.engine import PATIENCE, connect
from bot.store.member_hash import hash_key, member_hash
from bot.store.migrate import downgrade
from bot.store.opening import migrate
from bot.store.settings_json import settings_from_json, settings_to_json
from bot.store.store import StoreError
from bot.store.tables import HOUR, METADATA, OPT_OUTS, QUESTIONS, SALTS, STOPS, VOTES
from bot.store.types import GuildSettings, ReplyLink
from bot.store.write_queue import MAX_WAITING
from tests.databases import Server
from tests.settings import save_settings
from tests.store.samples import ANA, BEN, GUILD, NOON, OTHER, asked, ended, stopped
from tests.waiting import LIMIT, until


async def written(database: Database) -> None:
    await until(lambda: not database.health().waiting)


@pytest.fixture
async def server(postgres: Server) -> AsyncIterator[Server]:
    """A PostgreSQL with empty tables, that may be stopped."""
    await migrate(postgres.url)
    yield postgres
    postgres.start()
    engine = connect(postgres.url)
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()


async def test_a_server_that_hangs_does_not_hold_up_the_end(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_database, "LAST_FLUSH", 0.1)
    monkeypatch.setattr(store_database, "CLOSE_TIMEOUT", 0.1)
    engine = connect(server.url)
    database = Database(engine)
    await database.start()
    # Two connections: on one the write hangs, the other is to be closed.
    async with engine.connect() as connection, engine.connect():
        backends = list(await connection.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname IS NOT NULL")))
    with server.frozen(backends):
        database.record(asked(), ANA)
        async with asyncio.timeout(PATIENCE):
            await database.close()
    assert database.health().waiting == 1


async def test_a_server_that_is_stopped_and_back_loses_nothing(server: Server) -> None:
    database = Database(connect(server.url), pause=0.01)
    await database.start()
    questions = [asked(f"question {number}", day=number) for number in range(30)]
    for each in questions[:10]:
        database.record(each, ANA)
    await written(database)
    server.stop()
    for each in questions[10:20]:
        database.record(each, ANA)
    database.link(link := ReplyLink(1, 2, (3,), dt.datetime.now(dt.UTC)))
    assert await database.find_link(1) == link
    with pytest.raises(StoreError, match="database"):
        await database.unanswered()
    health = database.health()
    assert health.problem is not None
    assert "/" not in health.problem
    assert (health.waiting, health.lost) == (11, 0)
    server.start()
    for each in questions[20:]:
        database.record(each, ANA)
    await written(database)
    assert database.health().problem is None
    assert [each.text for each in await database.unanswered()] == [each.text for each in reversed(questions)]
    await database.close()


async def test_the_bot_starts_while_the_server_is_down_and_loads_its_settings_later(server: Server) -> None:
    before = Database(connect(server.url))
    await before.start()
    await save_settings(before, GUILD, GuildSettings(prefix="?", log_questions=False))
    await before.set_keeps_questions_of(BEN, keep=False)
    await before.close()
    server.stop()
    database = Database(connect(server.url), pause=0.01)
    await database.start()
    assert database.settings(GUILD) == GuildSettings()
    assert database.health().problem is not None
    database.record(asked(), ANA)
    database.record(asked(guild=None), BEN)
    with pytest.raises(StoreError):
        await save_settings(database, GUILD, GuildSettings())
    server.start()
    await until(lambda: database.settings(GUILD).prefix == "?")
    await written(database)
    assert not database.keeps_questions_of(BEN)
    assert await database.unanswered() == []
    await database.close()


@pytest.mark.parametrize("state", ["locked", "read only", "without room for its log"])
async def test_what_is_stopped_paused_or_not_to_be_kept_holds_where_nothing_can_be_written(
    tmp_path: Path, state: str
) -> None:
    file = tmp_path / "a %3F folder" / "casebot.db"
    url = SecretStr(f"sqlite:///{file}")
    before = Database(connect(url))
    await before.start()
    before.hold(stopped(entry="who-did-it"))
    await before.save_stops()
    await save_settings(before, GUILD, GuildSettings(paused=True))
    await before.set_keeps_questions_of(BEN, keep=False)
    await before.close()
    engine = connect(url, 0.1)
    if state == "read only":

        @event.listens_for(engine.sync_engine, "connect")
        def refuse_writes(connection: Any, _: object) -> None:  # noqa: ANN401 (SQLAlchemy's own)
            connection.run_async(lambda driver: driver.execute("PRAGMA query_only=ON"))

    if state == "without room for its log":
        file.with_name("casebot.db-wal").mkdir()
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        if state == "locked":
            other.execute("BEGIN IMMEDIATE")
        database = Database(engine, pause=0.01)
        await database.start()
        try:
            assert "who-did-it" in database.stops(GUILD)
            assert database.settings(GUILD).paused
            assert not database.keeps_questions_of(BEN)
            with pytest.raises(StoreError):
                await save_settings(database, GUILD, GuildSettings())
        finally:
            await database.close()


async def test_a_bot_that_nobody_asks_loads_its_settings_when_the_server_is_back_and_logs_an_outage_once(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    before = Database(connect(server.url))
    await before.start()
    await save_settings(before, GUILD, GuildSettings(prefix="?"))
    await before.close()
    server.stop()
    database = Database(connect(server.url), pause=0.01)
    await database.start()
    for _ in range(3):
        with pytest.raises(StoreError):
            await database.refresh()
    problem = database.health().problem
    assert problem
    assert caplog.messages.count(problem) == 1
    server.start()
    await until(lambda: database.settings(GUILD).prefix == "?")
    await database.close()


async def test_what_a_stopped_server_did_not_take_in_time_does_not_hold_up_the_end(server: Server) -> None:
    database = Database(connect(server.url), pause=0.01)
    await database.start()
    server.stop()
    database.record(asked(), ANA)
    await database.close()
    assert database.health().waiting == 1


async def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    engine = connect(SecretStr(f"sqlite:///{tmp_path}/casebot.db"))
    pages = [0]

    def limit(connection: Any, *_: object) -> None:  # noqa: ANN401 (SQLAlchemy's own adapter)
        cursor = connection.cursor()
        # SQLite never goes below the size that the file has, so 1 means: no page more.
        cursor.execute(f"PRAGMA max_page_count={pages[0] or 2**30}")
        cursor.close()

    event.listen(engine.sync_engine, "checkout", limit)
    database = Database(engine, pause=0.01)
    await database.start()
    pages[0] = 1
    questions = [asked("long " * 500, day=number) for number in range(40)]
    for each in questions:
        database.record(each, ANA)
    with pytest.raises(StoreError, match="full"):
        await database.unanswered()
    assert database.health().problem == "The database cannot be used now (database or disk is full)."
    assert (database.health().waiting, database.health().lost) == (40, 0)
    pages[0] = 0
    await written(database)
    assert [each.id for each in await database.unanswered()] == [each.id for each in reversed(questions)]
    assert database.health().problem is None
    await database.close()


async def test_what_is_stopped_while_the_database_is_away_holds_and_is_kept_when_it_is_back(server: Server) -> None:
    database = Database(connect(server.url), pause=0.01)
    await database.start()
    database.hold(before := stopped(entry="before"))
    await database.save_stops()
    server.stop()
    database.hold(stop := stopped())
    database.hold(ended(before))
    with pytest.raises(StoreError, match="database"):
        await database.save_stops()
    with pytest.raises(StoreError, match="database"):
        await database.reload_changed(ChangeKind.STOPS)
    assert set(database.stops(GUILD)) == {"motive"}
    server.start()
    await database.refresh()
    assert set(database.stops(GUILD)) == {"motive"}, "whichever comes first, the reading or the writing"
    await written(database)
    await database.refresh()
    assert set(database.stops(GUILD)) == {"motive"}
    other = Database(connect(server.url))
    await other.start()
    assert other.stops(GUILD) == {"motive": dataclasses.replace(stop, reason="a reason")}
    for each in (database, other):
        await each.close()


@pytest.mark.usefixtures("engine")  # clears away
async def test_what_is_stopped_survives_a_restart_also_if_it_was_not_waited_for(url: SecretStr) -> None:
    for hold, found in ((stopped(), set()), (ended(stopped()), {"motive"}), (stopped(GUILD), set())):
        database = Database(connect(url))
        await database.start()
        assert set(database.stops(GUILD)) == found
        database.hold(hold)
        await database.close()


async def test_a_stop_does_not_wait_for_questions_that_wait(server: Server) -> None:
    database, engine = Database(connect(server.url)), connect(server.url)
    await database.start()
    async with engine.connect() as other:
        await other.execute(text("LOCK TABLE questions"))
        database.record(asked(), ANA)
        await asyncio.sleep(0)
        database.hold(stopped())
        await database.save_stops()
        assert database.health().waiting == 1
        await other.rollback()
    await database.close()
    await engine.dispose()


async def test_stops_that_have_ended_go_after_half_a_year_and_others_never(database: Database) -> None:
    ago = (dt.datetime.now(dt.UTC) - NOON).days
    ages = {"old": 184, "new": 180, "on": 400}
    old, new, on = (stopped(entry=name, minutes=(ago - days) * 1_440) for name, days in ages.items())
    for each in (ended(old), ended(new), on):
        database.hold(each)
    await database.save_stops()
    await database.tidy()
    assert [each.entry for each in await database.stop_history(GUILD)] == ["new", "on"]


async def test_garbage_that_is_not_collected_yet_holds_up_no_write(tmp_path: Path) -> None:
    cursors: list[sqlite3.Cursor] = []

    class Hoarder(sqlite3.Connection):
        """One whose cursors live on, as they do in a circle of references."""

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 (sqlite3's own)
            cursors.append(super().execute(sql, parameters))
            return cursors[-1]

    engine = connect(SecretStr(f"sqlite:///{tmp_path}/casebot.db"))

    @event.listens_for(engine.sync_engine, "do_connect")
    def hoarding(_dialect: object, _record: object, _args: object, options: dict[str, Any]) -> None:
        options["factory"] = Hoarder

    database = Database(engine)
    await database.start()
    # Two connections; the second reads what the first goes on to change, and then writes.
    async with engine.connect() as first, engine.connect() as second:
        await second.execute(text("SELECT 1 FROM digests"))
        await first.execute(text("INSERT INTO digests VALUES (1, '2026-11-23')"))
        await first.commit()
        await second.execute(text("INSERT INTO digests VALUES (2, '2026-11-23')"))
        await second.commit()
    assert cursors
    await database.close()


async def test_a_slow_database_is_waited_for_by_the_writer_alone(database: Database, engine: AsyncEngine) -> None:
    async with engine.connect() as other:
        lock = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "LOCK TABLE questions"
        await other.execute(text(lock))
        database.record(first := asked(), ANA)
        await asyncio.sleep(0)
        database.record(second := asked(day=1), ANA)
        assert database.health().waiting == 2
        await other.rollback()
    await written(database)
    assert [each.id for each in await database.unanswered()] == [second.id, first.id]


def test_whoever_is_cancelled_leaves_no_thread_behind_that_reports_to_a_closed_loop(tmp_path: Path) -> None:
    engine = connect(SecretStr(f"sqlite:///{tmp_path}/casebot.db"))
    drivers = list[threading.Thread]()
    free = threading.Event()

    class Slow(sqlite3.Connection):
        """A connection that is long in coming."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (sqlite3's own)
            super().__init__(*args, **kwargs)
            drivers.append(threading.current_thread())
            free.wait(LIMIT)

    async def close_while_it_connects() -> None:
        database = Database(engine)
        await database.start()
        await engine.dispose()

        @event.listens_for(engine.sync_engine, "do_connect")
        def slowly(_dialect: object, _record: object, _args: object, options: dict[str, Any]) -> None:
            options["factory"] = Slow

        tidying = asyncio.create_task(database.tidy())
        await until(lambda: bool(drivers))
        tidying.cancel()
        asyncio.get_running_loop().call_later(0.1, free.set)
        await database.close()

    asyncio.run(close_while_it_connects())
    free.set()
    for driver in drivers:
        driver.join(LIMIT)


def test_nothing_is_said_of_what_fails_after_its_caller_was_cancelled(tmp_path: Path) -> None:
    said: list[str] = []
    engine = connect(SecretStr(f"sqlite:///{tmp_path}/casebot.db"))
    connecting, fails = threading.Event(), threading.Event()
    drivers = list[threading.Thread]()

    class Failing(sqlite3.Connection):
        """A connection that fails after a while."""

        def __init__(self, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401 (sqlite3's own)
            drivers.append(threading.current_thread())
            connecting.set()
            fails.wait(LIMIT)
            raise sqlite3.OperationalError

    @event.listens_for(engine.sync_engine, "do_connect")
    def slowly(_dialect: object, _record: object, _args: object, options: dict[str, Any]) -> None:
        options["factory"] = Failing

    async def cancel_while_it_connects() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(str(context)))
        database = Database(engine)
        tidying = asyncio.create_task(database.tidy())
        await until(connecting.is_set)
        tidying.cancel()
        await asyncio.wait([tidying])
        fails.set()
        await database.close()
        # The driver's thread has yet to report its own end, which the loop must not miss.
        await until(lambda: not any(driver.is_alive() for driver in drivers))

    asyncio.run(cancel_while_it_connects())
    gc.collect()
    assert not said


async def test_beyond_the_bound_the_oldest_is_lost_and_counted(database: Database) -> None:
    questions = [asked(day=number % 365) for number in range(MAX_WAITING + 3)]
    for each in questions:
        database.record(each, ANA)
    assert (database.health().waiting, database.health().lost) == (MAX_WAITING, 3)
    await written(database)
    kept = {each.id for each in await database.unanswered()}
    assert kept == {each.id for each in questions[3:]}


async def test_what_waits_is_written_at_the_end(url: SecretStr, engine: AsyncEngine) -> None:
    database = Database(connect(url))
    await database.start()
    database.record(question := asked(), ANA)
    await database.close()
    async with engine.connect() as connection:
        assert (await connection.execute(select(QUESTIONS.c.id))).scalars().all() == [question.id]


async def test_a_write_that_the_database_refuses_does_not_hold_up_the_others(database: Database) -> None:
    database.record(before := asked(), ANA)
    database.link(ReplyLink(2**64, 2, (3,), NOON))  # no id that a database has room for
    database.record(after := asked(day=1), ANA)
    await written(database)
    assert [each.id for each in await database.unanswered()] == [after.id, before.id]
    assert (database.health().problem, database.health().lost) == (None, 1)


async def test_written_twice_is_written_once(url: SecretStr, database: Database) -> None:
    again = Database(connect(url))
    await again.start()
    question = asked(outcome=Outcome.ANSWER, entry="motive")
    for each in (database, again):
        each.record(question, ANA)
        each.vote(question.id, "motive", ANA, helpful=False)
        await each.flush()
    stats = await again.stats(NOON)
    assert (stats.entries, stats.not_helpful) == ({"motive": 1}, 1)
    await again.close()


async def test_another_process_sees_changes_when_it_refreshes(url: SecretStr, database: Database) -> None:
    other = Database(connect(url))
    await other.start()
    await save_settings(database, GUILD, GuildSettings(prefix="?"))
    await database.set_keeps_questions_of(ANA, keep=False)
    await other.refresh()
    assert other.settings(GUILD).prefix == "?"
    assert not other.keeps_questions_of(ANA)
    assert other.keeps_questions_of(BEN)
    await other.close()


async def test_another_process_reads_what_it_is_told_has_changed_and_nothing_else(
    url: SecretStr, database: Database
) -> None:
    other = Database(connect(url))
    await other.start()
    await save_settings(database, GUILD, GuildSettings(prefix="?"))
    await save_settings(database, OTHER, GuildSettings(prefix="%"))
    await database.set_keeps_questions_of(ANA, keep=False)
    await other.reload_changed(f"{ChangeKind.SETTINGS} {GUILD}")
    assert (other.settings(GUILD).prefix, other.settings(OTHER).prefix) == ("?", None)
    assert other.keeps_questions_of(ANA)
    await other.reload_changed("")  # after it has heard nothing for a while
    assert other.settings(OTHER).prefix == "%"
    assert not other.keeps_questions_of(ANA)
    await other.close()


async def test_the_replies_to_a_message_are_known_after_a_restart(url: SecretStr, database: Database) -> None:
    now = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)  # the hour is all that is kept
    database.link(link := ReplyLink(1, 2, (3, BEN), now))
    await database.flush()
    other = Database(connect(url))
    await other.start()
    assert await other.find_link(1) == link
    assert await other.find_link(2) is None
    await other.close()


async def test_texts_and_links_expire_and_figures_stay(database: Database, engine: AsyncEngine) -> None:
    now = dt.datetime.now(dt.UTC)
    old = asked("old words", day=(now - NOON).days - 92)
    new = asked("new words", day=(now - NOON).days - 88)
    database.record(old, ANA)
    database.record(new, ANA)
    for question, hours in ((1, 25), (2, 23)):
        database.link(ReplyLink(question, 2, (3,), now - dt.timedelta(hours=hours)))
    await database.flush()
    await database.tidy()
    assert [each.text for each in await database.unanswered()] == ["new words"]
    assert sum(sum(day.values()) for day in (await database.stats(old.at)).by_day.values()) == 2
    async with engine.connect() as connection:
        assert set((await connection.execute(select(QUESTIONS.c.text))).scalars()) == {None, "new words"}
        assert (await connection.execute(text("SELECT question FROM reply_links"))).scalars().all() == [2]


async def test_questions_go_with_their_votes_after_half_a_year_and_before_that_all_figures_can_be_shown(
    database: Database, engine: AsyncEngine
) -> None:
    today = (dt.datetime.now(dt.UTC) - NOON).days
    long_ago, before = (asked(outcome=Outcome.ANSWER, entry="motive", day=today - days) for days in (184, 180))
    for each in (long_ago, before):
        database.record(each, ANA)
        database.vote(each.id, "motive", ANA, helpful=True)
    await database.flush()
    await database.tidy()
    async with engine.connect() as connection:
        assert (await connection.execute(select(QUESTIONS.c.id))).scalars().all() == [before.id]
        assert (await connection.execute(select(VOTES.c.asked))).scalars().all() == [before.id]
    assert 2 * max(PERIODS) < STATS_RETENTION.days


async def test_what_is_written_tells_the_hour_and_within_it_no_order(database: Database, engine: AsyncEngine) -> None:
    now = dt.datetime.now(dt.UTC)
    minute = dt.timedelta(minutes=1)
    questions = [dataclasses.replace(asked(), at=NOON + number * minute) for number in range(59)]
    for number, question in enumerate(questions):
        database.record(question, ANA)
        database.link(ReplyLink(number, 2, (3,), now - number * minute))
    await database.tidy()
    assert [each.id for each in await database.unanswered()] == sorted((each.id for each in questions), reverse=True)
    async with engine.connect() as connection:
        # Who has stopped an answer, and when, is told to the other moderators.
        for table in (each for each in METADATA.tables.values() if each is not STOPS):
            for column in table.columns:
                if column.name in {"at", "since"}:
                    found = (await connection.execute(select(column))).scalars().all()
                    assert found
                    assert not [moment for moment in found if moment % HOUR], column


@pytest.mark.usefixtures("engine")  # clears away
async def test_a_text_that_is_kept_for_longer_keeps_its_question(url: SecretStr) -> None:
    database = Database(connect(url), retention=dt.timedelta(days=400))
    await database.start()
    for days in (390, 410):
        database.record(asked(f"{days}", day=(dt.datetime.now(dt.UTC) - NOON).days - days), ANA)
    await database.flush()
    await database.tidy()
    assert [each.text for each in await database.unanswered()] == ["390"]
    assert sum(sum(day.values()) for day in (await database.stats(NOON - dt.timedelta(days=999))).by_day.values()) == 1
    await database.close()


async def test_what_is_too_much_for_one_transaction_is_tidied_away_in_several(
    database: Database, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_database, "DELETE_BATCH", 2)
    long_ago = (dt.datetime.now(dt.UTC) - NOON).days - 200
    for number in range(5):
        database.record(asked(f"question {number}", day=long_ago), ANA)
        database.link(ReplyLink(number, 2, (3,), NOON + dt.timedelta(days=long_ago)))
    await database.flush()
    await database.tidy()
    assert await database.unanswered() == []
    async with engine.connect() as connection:
        for table in ("reply_links", "questions"):
            assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0  # noqa: S608 (our own)


async def kept(database: Database) -> str:
    """Keep a question of today; give its id."""
    question = asked(day=(dt.datetime.now(dt.UTC) - NOON).days)
    database.record(question, BEN)
    await database.flush()
    return question.id


async def test_members_are_hashes_and_after_a_month_nobody_can_tell_whose_votes_were_whose(
    database: Database, engine: AsyncEngine
) -> None:
    question = await kept(database)
    await database.set_keeps_questions_of(ANA, keep=False)
    database.vote(question, "motive", ANA, helpful=True)
    await database.flush()
    await database.tidy()
    async with engine.begin() as connection:
        (voter,) = (await connection.execute(select(VOTES.c.member))).scalars()
        (opted_out,) = (await connection.execute(select(OPT_OUTS.c.member))).scalars()
        assert len({voter, opted_out, str(ANA)}) == 3
        await connection.execute(text("UPDATE salts SET since = 0"))
    await database.tidy()
    await database.refresh()
    assert not database.keeps_questions_of(ANA)
    assert await database.forget(ANA) == 0
    database.vote(question, "motive", ANA, helpful=True)
    assert await database.forget(ANA) == 1
    async with engine.connect() as connection:
        assert (await connection.execute(select(VOTES.c.member))).scalars().all() == [voter]


async def test_who_has_the_database_alone_cannot_try_all_members(url: SecretStr, engine: AsyncEngine) -> None:
    database = Database(connect(url), key=hash_key(SecretStr("token")))
    await database.start()
    database.vote(await kept(database), "motive", ANA, helpful=True)
    await database.flush()
    async with engine.connect() as connection:
        (voter,) = (await connection.execute(select(VOTES.c.member))).scalars()
        salts = (await connection.execute(select(SALTS.c.secret))).scalars().all()
    assert voter not in {member_hash(salt, ANA) for salt in salts}
    await database.close()


async def test_a_new_token_takes_no_vote_and_no_opt_out_away(url: SecretStr, engine: AsyncEngine) -> None:
    question = ""
    for token in ("old", "new"):
        database = Database(connect(url), key=hash_key(SecretStr(token)))
        await database.start()
        if token == "old":  # noqa: S105 - not a real one
            question = await kept(database)
            database.vote(question, "motive", ANA, helpful=True)
            await database.set_keeps_questions_of(ANA, keep=False)
        assert not database.keeps_questions_of(ANA)
        await database.close()
    async with engine.connect() as connection:
        assert (await connection.execute(select(VOTES.c.asked))).scalars().all() == [question]


IDS = st.integers(min_value=0, max_value=2**63 - 1)


@given(
    st.builds(
        GuildSettings,
        prefix=st.none() | st.text(min_size=1, max_size=5),
        channels=st.frozensets(IDS),
        auto_channels=st.frozensets(IDS),
        moderator_roles=st.frozensets(IDS),
        moderator_channel=st.none() | IDS,
        log_questions=st.booleans(),
        digest=st.booleans(),
    )
)
def test_settings_come_back_as_they_went(settings: GuildSettings) -> None:
    assert settings_from_json(settings_to_json(settings) | {"of a later version": [1]}) == settings
