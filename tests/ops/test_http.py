"""Metrics and health, as Prometheus and a supervisor read them."""

import asyncio
import contextlib
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus

import aiohttp
import pytest

from bot.metrics import Metrics
from bot.ops.http import CONNECTIONS, PortError, check_port, serving
from bot.status import Shard, Status
from bot.store.types import Health
from tests.waiting import LIMIT

WELL = Status(
    shards=(Shard(0, connected=True, latency=0.05), Shard(1, connected=True, latency=None)),
    stopping=False,
    guilds=3,
    entries=7,
    problems=0,
    reloads=2,
    refused=1,
    store=Health(problem=None, waiting=4, lost=0),
    failing={},
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
    well = '{"ready": true, "gateway": "ok", "knowledge": "ok", "store": "ok", "background": "ok"}'
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
    probe.status = replace(WELL, problems=2, store=down, failing={"The digest": "OSError (errno 28)"})
    code, body = await probe.get("/readyz")
    assert code == 200
    assert "The database cannot be used now (timeout)." in body
    assert "2 problems, the last good version is in use" in body
    assert '"background": "The digest fails (OSError (errno 28))."' in body
    assert "casebot_background_failing 1.0" in (await probe.get("/metrics"))[1].splitlines()


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


async def test_a_taken_port_says_how_to_fix_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=rf"127.0.0.1:{port} can.t be opened.*CASEBOT_HTTP_PORT"):
            async with serving("127.0.0.1", port, Metrics(), lambda: WELL):
                pass


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, 127.0.0.2 is no address")
async def test_a_port_has_to_be_free_at_every_address_of_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{each}", port)) for each in (2, 1)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: both)
        with pytest.raises(PortError, match=rf"^localhost:{port} can.t be opened.*'127\.0\.0\.1'"):
            await check_port("localhost", port)
    await check_port("localhost", port)
    await check_port("localhost", port)


FEW_FILES = """
import asyncio, resource, sys
from bot.ops import logs
from bot.metrics import Metrics
from bot.ops.http import serving
from tests.ops.test_http import WELL

async def main(files, patience):
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    logs.set_up("INFO", "console")
    asyncio.get_running_loop().set_exception_handler(logs.log_unhandled)
    async with serving("127.0.0.1", 0, Metrics(), lambda: WELL, patience=patience) as port:
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
"""


@pytest.mark.parametrize(
    ("files", "patience", "lines"),
    [
        pytest.param(256, 60.0, 0, id="enough for all connections that there may be"),
        pytest.param(24, 0.2, 1, id="not even for these"),
    ],
)
async def test_half_open_requests_leave_health_alive_and_the_log_readable(
    files: int, patience: float, lines: int
) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FEW_FILES, str(files), str(patience), stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert server.stdin
    assert server.stdout
    assert server.stderr
    port = int(await server.stdout.readline())
    with contextlib.ExitStack() as open_:
        for _ in range(300):
            half = open_.enter_context(socket.socket())
            half.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                half.connect(("127.0.0.1", port))
            with contextlib.suppress(OSError):
                half.send(b"GET /healthz HTTP/1.1\r\nHost: ")
        async with asyncio.timeout(LIMIT):
            while await _health(port) != HTTPStatus.OK:
                pass
    server.stdin.close()
    logged = (await server.stderr.read()).decode().splitlines()
    assert await server.wait() == 0
    errors = [line for line in logged if " ERROR " in line]
    assert len(errors) <= lines
    assert all(line.endswith(": socket.accept() out of system resource") for line in errors)


async def _health(port: int) -> int:
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(f"http://127.0.0.1:{port}/healthz") as response:
                return response.status
        except aiohttp.ClientError:
            return 0


async def test_who_brings_no_request_is_shown_out() -> None:
    async with serving("127.0.0.1", 0, Metrics(), lambda: WELL, patience=0.05) as port:
        for sent in (b"", b"GET /healthz HTTP/1.1\r\n", b"POST /healthz HTTP/1.1\r\nContent-Length: 9\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            async with asyncio.timeout(LIMIT):
                with contextlib.suppress(ConnectionError):
                    await reader.read()
            writer.close()


async def test_of_too_many_connections_the_oldest_goes() -> None:
    async with serving("127.0.0.1", 0, Metrics(), lambda: WELL, patience=LIMIT) as port:
        streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS + 1)]
        (oldest, _), *others = streams
        async with asyncio.timeout(LIMIT):
            with contextlib.suppress(ConnectionError):
                assert await oldest.read() == b""
        reader, writer = others[0]
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200 OK\r\n")
        for _, writer in streams:
            writer.close()


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("POST", "/healthz", 405), ("HEAD", "/healthz", 200)]
)
async def test_what_else_is_asked_for(probe: Probe, method: str, path: str, status: int) -> None:
    async with aiohttp.ClientSession() as session, session.request(method, f"{probe.url}{path}") as response:
        assert response.status == status
        assert response.headers["Connection"] == "close"


MALFORMED = [
    b"\0\xff\x16\x03\r\n\r\n",
    b"GET /\0 HTTP/1.1\r\n\r\n",
    b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n",
    b"*\r\n\r\n",
]


@pytest.mark.parametrize("sent", MALFORMED, ids=lambda sent: repr(sent[:12]))
async def test_nobody_fills_the_log_with_what_is_no_request(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with serving("127.0.0.1", 0, Metrics(), lambda: WELL) as port, asyncio.timeout(LIMIT):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert b" 400 " in await reader.read()
        writer.close()
    assert not caplog.records
