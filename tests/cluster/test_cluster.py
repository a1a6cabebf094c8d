"""Several processes on one real PostgreSQL; here each is a connection of its own."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from itertools import count
from unittest.mock import create_autospec

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.answering.service import Question, QuestionService
from bot.cluster import follow, shard_leases
from bot.cluster.cluster import PostgresCluster, SingleProcess, open_cluster
from bot.cluster.follow import keep_current
from bot.metrics import Metrics
from bot.store.announce import ChangeKind
from bot.store.database import Database
from bot.store.engine import PATIENCE, connect
from bot.store.memory import MemoryStore
from bot.store.migrate import downgrade
from bot.store.opening import migrate
from bot.store.store import Store, StoreError
from bot.store.types import GuildSettings, Stop, Surface
from tests.chat.conftest import FakeLive
from tests.chat.worlds import entry, world
from tests.databases import Server
from tests.settings import save_settings
from tests.store.samples import ANA, GUILD, NOON, OTHER, ended
from tests.waiting import LIMIT, until

SHARDS = 99
_some_shard = count()
NOWHERE = SecretStr("postgres://127.0.0.1:1/none")


def process(server: Server) -> PostgresCluster:
    return PostgresCluster(server.url, beat=0.01, pause=0.01)


@contextlib.asynccontextmanager
async def listening(process: PostgresCluster, store: Store | None = None) -> AsyncIterator[None]:
    """Let a process listen until it dies."""
    task = asyncio.create_task(keep_current(process, store or MemoryStore(), bool))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@contextlib.asynccontextmanager
async def running(
    process: PostgresCluster, store: Store | None = None, shard: int | None = None
) -> AsyncIterator[None]:
    """Let a process listen, run a shard, by default one of its own, and stand for the lead, until it dies."""
    async with listening(process, store):
        await process.claim(SHARDS, next(_some_shard) if shard is None else shard)
        yield


async def cut(server: Server) -> None:
    """Let the server drop the connections that hold locks, as when the machine of a process dies."""
    engine = connect(server.url)
    async with engine.begin() as connection:
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        )
    await engine.dispose()


async def test_one_leads_and_another_takes_over(postgres: Server) -> None:
    first, second = process(postgres), process(postgres)
    async with asyncio.timeout(LIMIT), running(second):
        async with running(first):
            await until(lambda: first.leads or second.leads)
            assert first.leads != second.leads
        await second.lead()
        assert not first.leads


async def test_a_leader_whose_connection_died_leads_no_more(postgres: Server) -> None:
    first, second = PostgresCluster(postgres.url, beat=0.01, pause=LIMIT), process(postgres)
    async with asyncio.timeout(LIMIT), running(first):
        await first.lead()
        async with running(second):
            await cut(postgres)
            await until(lambda: second.leads and not first.leads)


async def test_an_announcement_reaches_every_process_also_after_the_server_was_away(postgres: Server) -> None:
    one = process(postgres)
    heard = one.announcements()
    async with asyncio.timeout(LIMIT):
        assert await anext(heard) == ChangeKind.MISSED
        await one.announce("settings")
        assert await anext(heard) == "settings"
        postgres.stop()
        with pytest.raises(StoreError, match="database"):
            await one.announce("lost")
        postgres.start()
        assert await anext(heard) == ChangeKind.MISSED
        await one.announce("knowledge")
        assert await anext(heard) == "knowledge"
    await heard.aclose()


@pytest.fixture
async def both(postgres: Server) -> AsyncIterator[tuple[Database, Database]]:
    """The stores of two processes on one server."""
    await migrate(postgres.url)
    first, second = (Database(connect(postgres.url), pause=0.01) for _ in range(2))
    await first.start()
    await second.start()
    yield first, second
    await first.close()
    await second.close()
    engine = connect(postgres.url)
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()


async def test_what_one_process_sets_up_holds_in_the_others(both: tuple[Database, Database], postgres: Server) -> None:
    here, there = both
    async with running(process(postgres), here), running(process(postgres), there):
        await process(postgres).announce("settings of somebody else's")
        for prefix in ".?":
            await save_settings(here, GUILD, GuildSettings(prefix=prefix))
            await until(lambda wanted=prefix: there.settings(GUILD).prefix == wanted)  # type: ignore[misc] # mypy 2 on lambdas
        await save_settings(there, OTHER, GuildSettings(digest=True))
        await until(lambda: set(here.all_settings()) == {GUILD, OTHER})
        for keep in (False, True):
            await here.set_keeps_questions_of(ANA, keep=keep)
            await until(lambda wanted=keep: there.keeps_questions_of(ANA) is wanted)  # type: ignore[misc] # as above


async def test_what_is_stopped_through_one_process_is_answered_by_none(
    both: tuple[Database, Database], postgres: Server
) -> None:
    here, there = both
    live = FakeLive(world([entry(1), entry(2)]))
    asking = [QuestionService(live, store, Metrics()) for store in both]

    def stopped(process: int) -> bool:
        return bool(asking[process].ask(Question("gadget 1", ANA, 1, GUILD, Surface.SLASH)).reply.stopped)

    async with running(process(postgres), here), running(process(postgres), there):
        stop = Stop("entry-1", None, NOON, "mod")
        here.hold(stop)
        assert stopped(0), "here it waits for nothing"
        await here.save_stops()
        await until(lambda: stopped(1))
        there.hold(ended(stop))
        assert not stopped(1)
        await there.save_stops()
        await until(lambda: not stopped(0))


async def test_a_stop_that_another_process_has_ended_holds_no_more(both: tuple[Database, Database]) -> None:
    here, there = both
    here.hold(stop := Stop("entry-1", GUILD, NOON, "mod"))
    await here.save_stops()
    there.hold(ended(stop))
    await there.save_stops()
    await here.reload_changed(ChangeKind.STOPS)
    assert not here.stops(GUILD)


async def test_what_is_read_before_it_is_written_ends_no_stop_and_begins_none(
    both: tuple[Database, Database], postgres: Server
) -> None:
    here, _there = both
    here.hold(stop := Stop("entry-1", GUILD, NOON, "mod"))
    await here.save_stops()
    await here.reload_changed(ChangeKind.STOPS)
    engine = connect(postgres.url)
    async with engine.connect() as other:
        await other.execute(text("LOCK TABLE stops IN SHARE MODE"))
        here.hold(ended(stop))
        here.hold(Stop("entry-2", GUILD, NOON, "mod"))
        for _ in range(2):
            await here.reload_changed(ChangeKind.STOPS)
            assert set(here.stops(GUILD)) == {"entry-2"}
        await other.rollback()
    await engine.dispose()
    await here.save_stops()
    await here.reload_changed(ChangeKind.STOPS)
    assert set(here.stops(GUILD)) == {"entry-2"}


async def test_what_two_moderators_stop_at_once_one_serves_again(
    both: tuple[Database, Database], postgres: Server
) -> None:
    here, there = both
    for store in both:
        store.hold(Stop("entry-1", GUILD, NOON, "mod"))
        await store.save_stops()
    async with running(process(postgres), here), running(process(postgres), there):
        await until(lambda: all(len(store._stops) == 2 for store in both))  # noqa: SLF001 (seen nowhere else)
        here.hold(ended(here.stops(GUILD)["entry-1"]))
        assert not here.stops(GUILD)
        await here.save_stops()
        await until(lambda: not there.stops(GUILD))
    assert {each.ended_by for each in await there.stop_history(GUILD)} == {"another"}


async def test_what_changed_while_a_process_did_not_listen_is_known_when_it_does(
    both: tuple[Database, Database], postgres: Server
) -> None:
    here, there = both
    await save_settings(here, GUILD, GuildSettings(prefix="."))
    await here.set_keeps_questions_of(ANA, keep=False)
    async with running(process(postgres), there):
        await until(lambda: there.settings(GUILD).prefix == "." and not there.keeps_questions_of(ANA))


async def test_what_could_not_be_read_at_once_is_read_later(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "PAUSE", 0.01)
    read = asyncio.Event()
    store = create_autospec(MemoryStore, instance=True)
    failures = [StoreError("away"), StoreError("away")]

    async def reload_changed(_: str) -> None:
        if failures:
            raise failures.pop()
        read.set()

    store.reload_changed.side_effect = reload_changed
    async with asyncio.timeout(LIMIT), running(process(postgres), store):
        await read.wait()


async def test_a_reload_that_fails_is_not_the_last(postgres: Server) -> None:
    tries = threading.Semaphore(0)

    def reload() -> None:
        tries.release()
        raise OSError

    one = process(postgres)
    task = asyncio.create_task(keep_current(one, MemoryStore(), reload))
    for _ in range(2):
        assert await asyncio.to_thread(tries.acquire, timeout=LIMIT)
        await one.announce(ChangeKind.KNOWLEDGE)
    task.cancel()
    await asyncio.wait([task])


async def test_what_comes_from_elsewhere_is_looked_at_again_and_again() -> None:
    looks = threading.Semaphore(0)
    task = asyncio.create_task(keep_current(SingleProcess(), MemoryStore(), looks.release, 0.01))
    for _ in range(3):
        assert await asyncio.to_thread(looks.acquire, timeout=LIMIT)
    task.cancel()
    await asyncio.wait([task])


async def test_a_disk_that_stays_full_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    looks = threading.Semaphore(0)

    def reload() -> None:
        looks.release()
        raise OSError(28, "No space left on device")

    task = asyncio.create_task(keep_current(SingleProcess(), MemoryStore(), reload, 0.01))
    for _ in range(4):
        assert await asyncio.to_thread(looks.acquire, timeout=LIMIT)
    task.cancel()
    await asyncio.wait([task])
    (record,) = caplog.records
    assert "No space left on device" in record.getMessage()
    assert record.exc_info is None


async def test_a_lock_is_held_by_one_of_all_processes(postgres: Server) -> None:
    log: list[str] = []

    async def work(number: int) -> None:
        release = await process(postgres).lock(number % 2)
        log.append(f"in {number % 2}")
        await asyncio.sleep(0.01)
        log.append(f"out {number % 2}")
        release()
        release()

    async with asyncio.timeout(LIMIT):
        await asyncio.gather(*map(work, range(6)))
    for bucket in (0, 1):
        assert [each for each in log if each.endswith(str(bucket))] == [f"in {bucket}", f"out {bucket}"] * 3


async def waits(
    process: PostgresCluster, shards: int, shard: int, caplog: pytest.LogCaptureFixture
) -> asyncio.Task[None]:
    """Let a process claim a shard that another runs; give what ends when it has it."""
    caplog.clear()
    claiming = asyncio.create_task(process.claim(shards, shard))
    await until(lambda: "This one waits" in caplog.text)
    assert not claiming.done()
    return claiming


async def test_a_shard_is_run_by_one_process_and_the_next_says_which_it_waits_for(
    postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    first, second = process(postgres), process(postgres)
    async with asyncio.timeout(LIMIT), listening(second):
        async with running(first, shard=5):
            for shard in (3, 4, 7):
                await first.claim(SHARDS, shard)
            claiming = await waits(second, SHARDS, 4, caplog)
            assert "runs shards 3-5, 7 of 99. This one waits for 4 until they're released." in caplog.text
            await second.claim(SHARDS, 6)
            await first.lead()
            assert not second.leads, "who waits could not do what a leader does"
        await claiming
        assert "Shards 4 were released." in caplog.text
        await second.lead()


async def test_another_number_of_shards_waits_for_the_end_of_all_of_the_number_before(
    postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    second = process(postgres)
    async with asyncio.timeout(LIMIT), listening(second):
        async with running(process(postgres), shard=0):
            claiming = await waits(second, SHARDS + 1, 1, caplog)
        await claiming


async def test_who_runs_a_shard_takes_it_again_after_the_connection_was_lost(
    postgres: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shard_leases, "OWNERS_FIRST", 2)
    first, second, third = process(postgres), process(postgres), process(postgres)
    async with asyncio.timeout(LIMIT), listening(second):
        async with running(first, shard=5):
            claiming = await waits(second, SHARDS, 5, caplog)
            postgres.stop()
            await until(lambda: not first.leads)
            postgres.start()
            await first.lead()
            async with listening(third):
                (await waits(third, SHARDS, 5, caplog)).cancel()
            assert not claiming.done()
        await claiming


async def test_who_has_lost_a_shard_to_another_process_is_told(postgres: Server) -> None:
    first, second = process(postgres), process(postgres)
    async with asyncio.timeout(LIMIT):
        async with running(first, shard=5):
            pass
        async with running(second, shard=5), listening(first):
            assert "runs shards 5 of 99" in await first.lease_lost()


async def test_where_nobody_knows_who_runs_a_shard_it_is_run(caplog: pytest.LogCaptureFixture) -> None:
    one = PostgresCluster(NOWHERE, pause=0.01, patience=0.1)
    async with asyncio.timeout(LIMIT), running(one, shard=5):
        await one.claim(SHARDS, 6)
        await one.claim(SHARDS, 6)
    assert caplog.text.count("It can't be known right now whether another process runs shard 6; this one runs it.") == 1


async def test_who_gives_up_waiting_for_a_lock_does_not_get_it(postgres: Server) -> None:
    release = await process(postgres).lock(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await process(postgres).lock(0)
    release()
    async with asyncio.timeout(LIMIT):
        (await process(postgres).lock(0))()


async def test_without_the_server_the_shards_of_one_process_still_wait_for_each_other() -> None:
    one = PostgresCluster(NOWHERE)
    release = await one.lock(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await one.lock(0)
    release()
    async with asyncio.timeout(LIMIT):
        (await one.lock(0))()


async def test_a_server_that_hangs_keeps_no_shard_from_its_turn_for_long(postgres: Server) -> None:
    one = PostgresCluster(postgres.url, patience=0.2)
    with postgres.frozen([]):
        async with asyncio.timeout(PATIENCE):
            (await one.lock(0))()


async def test_a_process_alone_leads_and_waits_for_nobody() -> None:
    alone = open_cluster(None)
    assert isinstance(alone, SingleProcess)
    async with asyncio.timeout(LIMIT):
        await alone.lead()
        assert alone.leads
        await alone.announce("settings")
        assert await anext(alone.announcements()) == ChangeKind.MISSED
    assert isinstance(open_cluster(NOWHERE), PostgresCluster)
