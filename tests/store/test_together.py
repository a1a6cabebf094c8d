"""Several processes on one real PostgreSQL; here each is a connection of its own."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.store.engine import connect
from bot.store.store import StoreError
from bot.store.together import MISSED, Alone, OnServer, together
from tests.store.conftest import Server
from tests.store.test_faults import LIMIT, until


@contextlib.asynccontextmanager
async def standing(process: OnServer) -> AsyncIterator[None]:
    task = asyncio.create_task(process.stand())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def cut(server: Server) -> None:
    """Let the server drop all connections, as when the machine of a process dies."""
    engine = connect(server.url)
    async with engine.begin() as connection:
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        )
    await engine.dispose()


async def test_one_leads_and_another_takes_over(postgres: Server) -> None:
    first, second = (OnServer(postgres.url, pause=0.01) for _ in range(2))
    async with asyncio.timeout(LIMIT), standing(second):
        async with standing(first):
            await until(lambda: first.leads or second.leads)
            assert first.leads != second.leads
        await until(lambda: second.leads)
        assert not first.leads


async def test_a_leader_whose_connection_died_leads_no_more(postgres: Server) -> None:
    first, second = (OnServer(postgres.url, pause=1.0) for _ in range(2))
    async with asyncio.timeout(LIMIT), standing(first):
        await until(lambda: first.leads)
        async with standing(second):
            await cut(postgres)
            await until(lambda: second.leads and not first.leads)


async def test_an_announcement_reaches_every_process_also_after_the_server_was_away(postgres: Server) -> None:
    process = OnServer(postgres.url, pause=0.01)
    heard = process.announcements()
    async with asyncio.timeout(LIMIT):
        assert await anext(heard) == MISSED
        await process.announce("settings")
        assert await anext(heard) == "settings"
        postgres.stop()
        with pytest.raises(StoreError, match="database"):
            await process.announce("lost")
        postgres.start()
        assert await anext(heard) == MISSED
        await process.announce("knowledge")
        assert await anext(heard) == "knowledge"
    assert isinstance(heard, AsyncGenerator)
    await heard.aclose()


async def test_shards_of_one_bucket_identify_one_after_the_other(postgres: Server) -> None:
    log: list[str] = []

    async def identify(shard: int) -> None:
        async with OnServer(postgres.url, every=0).gate(shard, 2):
            log.append(f"in {shard % 2}")
            await asyncio.sleep(0.01)
            log.append(f"out {shard % 2}")

    async with asyncio.timeout(LIMIT):
        await asyncio.gather(*map(identify, range(6)))
    for bucket in (0, 1):
        assert [each for each in log if each.endswith(str(bucket))] == [f"in {bucket}", f"out {bucket}"] * 3


async def test_an_error_while_identifying_comes_through_and_frees_the_bucket(postgres: Server) -> None:
    process = OnServer(postgres.url, every=0)
    with pytest.raises(ZeroDivisionError):
        async with process.gate(0, 1):
            raise ZeroDivisionError
    async with asyncio.timeout(LIMIT), process.gate(0, 1):
        pass


async def test_without_the_server_a_shard_identifies_all_the_same() -> None:
    async with OnServer(SecretStr("postgres://127.0.0.1:1/none"), every=0).gate(0, 1):
        pass


async def test_a_process_alone_leads_and_waits_for_nobody() -> None:
    process = together(None)
    assert isinstance(process, Alone)
    assert process.leads
    async with process.gate(0, 1):
        await process.announce("settings")
    assert isinstance(together(SecretStr("postgres://127.0.0.1:1/none")), OnServer)
