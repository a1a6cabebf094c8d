"""When a shard may identify."""

import asyncio

import pytest

from bot.cluster.cluster import SingleProcess
from bot.cluster.identify_queue import EVERY, IdentifyQueue
from tests.waiting import LIMIT


async def gets_its_turn(turns: IdentifyQueue, shard: int) -> bool:
    """Return whether a shard may identify at once."""
    turn = asyncio.create_task(turns.use(shard))
    for _ in range(10):
        await asyncio.sleep(0)  # who need not wait has nothing else to wait for
    if not turn.done():
        turn.cancel()
    await asyncio.wait([turn])
    return not turn.cancelled()


async def test_the_next_of_a_bucket_waits_and_other_buckets_do_not() -> None:
    turns = IdentifyQueue(SingleProcess())
    turns.concurrency = 2
    assert await gets_its_turn(turns, 0)
    assert await gets_its_turn(turns, 1)
    assert not await gets_its_turn(turns, 2)
    assert not await gets_its_turn(turns, 0), "a shard that must identify again is no exception"


async def test_a_bucket_is_closed_for_as_long_as_discord_asks() -> None:
    loop, turns = asyncio.get_running_loop(), IdentifyQueue(SingleProcess(), every=0.2)
    await turns.use(0)
    since = loop.time()
    async with asyncio.timeout(LIMIT):
        await turns.use(1)
    assert loop.time() - since >= 0.2
    assert EVERY == 5


async def test_a_turn_is_kept_while_the_shard_connects_and_then_used() -> None:
    turns = IdentifyQueue(SingleProcess(), every=LIMIT)
    await turns.take(0)
    assert not await gets_its_turn(turns, 1)
    assert await gets_its_turn(turns, 0)
    assert not await gets_its_turn(turns, 1)


async def test_a_shard_that_could_not_connect_lets_the_next_go_first() -> None:
    turns = IdentifyQueue(SingleProcess(), every=0)
    await turns.take(0)
    waiting = asyncio.create_task(turns.take(1))
    await asyncio.sleep(0)
    again = asyncio.create_task(turns.take(0))
    async with asyncio.timeout(LIMIT):
        await waiting
        await turns.use(1)
        await again


@pytest.mark.parametrize("concurrency", [1, 16])
async def test_a_bucket_is_the_remainder_that_discord_says(concurrency: int) -> None:
    turns = IdentifyQueue(SingleProcess())
    turns.concurrency = concurrency
    assert [await gets_its_turn(turns, shard) for shard in range(16)].count(True) == concurrency


async def test_a_process_that_ends_keeps_no_bucket_closed() -> None:
    alone = SingleProcess()
    turns = IdentifyQueue(alone)
    turns.concurrency = 2
    await turns.use(0)
    await turns.take(1)
    turns.close()
    turns = IdentifyQueue(alone)
    turns.concurrency = 2
    assert await gets_its_turn(turns, 0)
    assert await gets_its_turn(turns, 1)
