"""Metrics and health, as Prometheus and a supervisor read them."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bot.metrics import Metrics
from bot.ops.http import PortError, serving
from bot.status import Shard, Status
from bot.store.types import Health

WELL = Status(
    shards=(Shard(0, connected=True, latency=0.05), Shard(1, connected=True, latency=None)),
    stopping=False,
    guilds=3,
    entries=7,
    problems=0,
    reloads=2,
    refused=1,
    store=Health(problem=None, waiting=4, lost=0),
)


class Probe:
    """Asks a server whose bot fares as the test says."""

    def __init__(self) -> None:
        self.status = WELL
        self.url = ""

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}{path}") as response:
            return response.status, await response.text()


@pytest.fixture
async def probe() -> AsyncIterator[Probe]:
    probe = Probe()
    metrics = Metrics()
    metrics.show(lambda: probe.status)
    async with serving("127.0.0.1", 0, metrics, lambda: probe.status) as port:
        probe.url = f"http://127.0.0.1:{port}"
        yield probe


async def test_all_is_well(probe: Probe) -> None:
    well = '{"ready": true, "gateway": "ok", "knowledge": "ok", "store": "ok"}'
    assert await probe.get("/readyz") == (200, well)
    assert await probe.get("/healthz") == (200, well)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (replace(WELL, shards=()), '"gateway": "not connected yet"'),
        (
            replace(WELL, shards=(*WELL.shards, Shard(2, connected=False, latency=None))),
            '"gateway": "down: shards [2]"',
        ),
        (replace(WELL, stopping=True), '"gateway": "stopping"'),
    ],
)
async def test_not_ready_but_alive(probe: Probe, status: Status, said: str) -> None:
    probe.status = status
    code, body = await probe.get("/readyz")
    assert code == 503
    assert said in body
    assert (await probe.get("/healthz"))[0] == 200


async def test_what_stops_no_answer_is_shown_but_leaves_the_bot_ready(probe: Probe) -> None:
    down = Health(problem="The database cannot be used now (timeout).", waiting=12, lost=1)
    probe.status = replace(WELL, problems=2, store=down)
    code, body = await probe.get("/readyz")
    assert code == 200
    assert "The database cannot be used now (timeout)." in body
    assert "2 problem(s), the last good state is in use" in body


async def test_metrics_show_how_the_bot_fares(probe: Probe) -> None:
    probe.status = replace(
        WELL, shards=(Shard(0, connected=True, latency=0.05), Shard(1, connected=False, latency=None))
    )
    code, body = await probe.get("/metrics")
    assert code == 200
    for line in (
        'casebot_shard_up{shard="0"} 1.0',
        'casebot_shard_up{shard="1"} 0.0',
        'casebot_gateway_latency_seconds{shard="0"} 0.05',
        'casebot_reloads_total{result="used"} 2.0',
        'casebot_reloads_total{result="refused"} 1.0',
        "casebot_store_up 1.0",
        "casebot_store_waiting 4.0",
        "casebot_guilds 3.0",
    ):
        assert line in body.splitlines()


async def test_a_taken_port_says_how_to_mend_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=rf"127.0.0.1:{port} cannot be opened.*CASEBOT_HTTP_PORT"):
            async with serving("127.0.0.1", port, Metrics(), lambda: WELL):
                pass
