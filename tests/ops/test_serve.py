"""The page with a field to ask in, as a browser and as other sites' pages meet it."""

import asyncio
import contextlib
import datetime as dt
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from typing import Final

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from bot.answering.answerer import Answerer
from bot.answering.reply import Correction, Reply
from bot.editing.revision import ChangeKind
from bot.i18n.dates import format_date
from bot.knowledge.load import load
from bot.ops.serve import LONGEST_BODY, application, serving
from bot.site.render import HEADERS
from tests.places import HARBOUR, KNOWLEDGE
from tests.site.html import main, parse

Client = TestClient[Request, Application]


@pytest.fixture(scope="module")
def small() -> Answerer:
    return Answerer(load(HARBOUR), lexical_only=True)


@pytest.fixture
async def client(small: Answerer) -> AsyncIterator[Client]:
    async with TestClient(TestServer(application(small, HARBOUR, "127.0.0.1", limit=(5, 60.0)))) as client:
        yield client


async def asked(client: Client, question: str, **form: str) -> str:
    async with client.post("/ask", data={"question": question, **form}) as response:
        assert response.status == 200
        return main(await response.read())


async def test_a_browser_shows_the_page_with_a_field_to_ask_in(client: Client) -> None:
    async with client.get("/") as response:
        page = parse(await response.read())
        assert {name: response.headers[name] for name in HEADERS} == dict(HEADERS)
        assert response.headers["Cache-Control"] == "no-store"
    search, ask = page.iter("form")
    assert search.get("role") == "search"
    assert (ask.get("method"), ask.get("action")) == ("post", "ask")
    async with client.get("/entries/what-was-taken.html") as response:
        assert "What was taken from the museum?" in main(await response.read())


async def test_a_question_is_answered_with_its_sources(client: Client) -> None:
    said = await asked(client, "stolen paintng")
    assert "A painting" in said
    assert "The director calls it" in said
    assert "Report on the Harbour Museum theft, 2 March 1999" in said


async def test_a_corrected_answer_says_so(small: Answerer) -> None:
    today = dt.datetime.now(dt.UTC).date()
    told = small.noting({"what-was-taken": (Correction(today, ChangeKind.CORRECTION, "it <b>was</b> misread"),)})
    async with TestClient(TestServer(application(told, HARBOUR, "127.0.0.1"))) as client:
        said = await asked(client, "stolen painting")
        assert f"Corrected on {format_date(today)}: it <b>was</b> misread." in said
        assert "Corrected on" not in await asked(client, "ladder whereabouts")


async def test_what_else_may_be_meant_is_linked_below_the_answer(
    answerer: Answerer, doubted: tuple[str, Reply]
) -> None:
    question, reply = doubted
    async with TestClient(TestServer(application(answerer, KNOWLEDGE, "127.0.0.1"))) as client:
        said = await asked(client, question)
    answer, _, others = said.partition("Meant something else?")
    assert reply.answers[0].question in answer
    assert [each.question in others for each in reply.suggestions] == [True] * len(reply.suggestions)
    assert "I don't have an answer" not in said


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=unicode_escape", r"question=who \ud800"),
        ("application/x-www-form-urlencoded; charset=utf-7", "question=who +2AA-"),
        ("application/json", r'{"question": "who \ud800"}'),
    ],
)
async def test_half_a_character_is_no_fault(
    client: Client, caplog: pytest.LogCaptureFixture, kind: str, body: str
) -> None:
    async with client.post("/ask", data=body.encode(), headers={"Content-Type": kind}) as response:
        assert response.status == 200
        assert await response.text()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_what_nobody_knows_is_said_to_be_unknown(client: Client) -> None:
    assert "I don't have an answer to that" in await asked(client, "how do i bake bread")


async def test_what_is_asked_is_shown_as_text(client: Client) -> None:
    async with client.post("/ask", data={"question": '"><script>alert(1)</script>'}) as response:
        page = parse(await response.read())
    assert [(script.get("src"), script.text) for script in page.iter("script")] == [("search.js", None)]
    assert [field.get("value") for field in page.iter("input")] == [None, '"><script>alert(1)</script>']


async def test_programs_get_json(client: Client) -> None:
    async with client.post("/ask", json={"question": "stolen painting"}) as response:
        assert (await response.json())["entry"] == "what-was-taken"


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"{}", b'{"question": 1}', b'{"question": " "}', b"\xff", b'{"question": "x", "previous": 1}'),
        *(b"[" * 8_000, b'{"a":' * 3_000, b'{"question":' + b"9" * 6_000 + b"}"),
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_what_is_no_question_is_refused(client: Client, body: bytes) -> None:
    async with client.post("/ask", data=body, headers={"Content-Type": "application/json"}) as response:
        assert (response.status, await response.text()) == (400, "Bad Request")


PART: Final = '--x\r\nContent-Disposition: form-data; name="question"\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", f"{PART}Content-Transfer-Encoding: bogus\r\n\r\nwho\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", f"{PART}a header that is none\r\n\r\nwho\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", PART.replace("question", "_charset_") + "\r\nbogus\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", PART[:20]),
        ("multipart/form-data", "x"),
        ("text/plain", "question=who"),
        ("application/json; charset=zlib", '{"question": "who"}'),
        ("application/x-www-form-urlencoded; charset=bogus", "question=who"),
    ],
)
async def test_a_form_of_another_kind_is_refused_and_logs_nothing(
    client: Client, caplog: pytest.LogCaptureFixture, kind: str, body: str
) -> None:
    async with client.post("/ask", data=body.encode(), headers={"Content-Type": kind}) as response:
        assert (response.status, await response.text()) == (400, "Bad Request")
        assert "Content-Security-Policy" in response.headers
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_question_has_a_largest_size(client: Client) -> None:
    async with client.post("/ask", data={"question": "x" * 2 * LONGEST_BODY}) as response:
        assert response.status == 413


async def test_too_many_questions_have_to_wait(client: Client) -> None:
    for _ in range(5):
        await asked(client, "stolen painting")
    async with client.post("/ask", data={"question": "stolen painting"}) as response:
        assert response.status == 429


@pytest.mark.parametrize("path", ["/nothing", "/entries/", "/../pyproject.toml", "/%2e%2e/case.yaml"])
async def test_nothing_but_the_site_is_served(client: Client, path: str) -> None:
    async with client.get(path) as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:80", "http://localhost:80", 200),
        ("127.0.0.1:8080", "http://127.0.0.1:8080", 200),
        ("[::1]:8080", None, 200),
        ("192.168.1.20:8080", None, 200),
        ("evil.example", None, 403),
        ("127.0.0.1.evil.example", None, 403),
        ("localhost.evil.example:8080", None, 403),
        ("[::", None, 403),
        ("localhost", "http://evil.example", 403),
        ("localhost", "null", 403),
        ("localhost", "http://localhost:99", 403),
        ("localhost", "http://[", 403),
        ("localhost", "http://localhost:99999", 403),
        ("localhost", "http://localhost:x", 403),
    ],
)
async def test_pages_of_other_sites_get_nothing(client: Client, host: str, origin: str | None, status: int) -> None:
    headers = {"Host": host} | ({"Origin": origin} if origin else {})
    async with client.post("/ask", data={"question": "stolen painting"}, headers=headers) as response:
        assert response.status == status


@pytest.mark.parametrize("called", ["MyBox.local", "mybox.local", "mybox.local:8080", "MYBOX.LOCAL:8080"])
async def test_the_page_is_shown_by_the_name_that_it_was_given_however_that_is_written(
    small: Answerer, called: str
) -> None:
    async with TestClient(TestServer(application(small, HARBOUR, "MyBox.local"))) as client:
        async with client.get("/", headers={"Host": called}) as response:
            assert response.status == 200
        async with client.get("/", headers={"Host": f"not-{called}"}) as response:
            assert response.status == 403


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: ", id="half of its headers"),
        pytest.param(b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nque", id="half of its body"),
    ],
)
async def test_who_sends_no_whole_request_is_shown_out_and_nobody_keeps_a_connection(
    small: Answerer, sent: bytes
) -> None:
    async with serving(small, HARBOUR, "127.0.0.1", 0, patience=0.05) as port, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()
    async with serving(small, HARBOUR, "127.0.0.1", 0) as port, asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        # To its end: the server ends a connection that it has answered.
        assert (await reader.read()).startswith(b"HTTP/1.1 200 OK\r\n")
        writer.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
async def test_the_command_says_where_and_ends_when_told_without_a_word_of_what_was_asked() -> None:
    command = [sys.executable, "-m", "bot", "--knowledge", str(HARBOUR), "serve", "--port", "0"]
    environ = {**os.environ, "CASEBOT_MATCHER": "lexical", "PYTHONUNBUFFERED": "1"}
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=environ)
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    address = line.split()[1]
    assert address.startswith("http://127.0.0.1:")
    async with (
        TestClient(TestServer(Application())) as client,
        client.session.post(f"{address}ask", data={"question": "zanzibar"}) as response,
    ):
        assert response.status == 200
    process.send_signal(signal.SIGTERM)
    out, err = await process.communicate()
    assert process.returncode == 0
    assert b"zanzibar" not in out + err
