"""Error reports: they leave the process without a word of a member."""

import asyncio
import logging
import sys
from collections.abc import Iterator

import pytest
import sentry_sdk
from pydantic import SecretStr
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from bot.chat.message.errors import report
from bot.ops import logs, sentry

DSN = SecretStr("https://key@reports.invalid/1")
WRITTEN = "what a member wrote"


class Caught(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize().decode())


@pytest.fixture
def caught() -> Iterator[Caught]:
    transport = Caught()
    sentry.set_up(DSN, "1.2.3", transport=transport)
    yield transport
    sentry_sdk.get_client().close()
    sentry_sdk.init()


def failure(text: str) -> ValueError:
    """An error as it is when caught: with the text in its message and in a frame's variables."""
    try:
        int(text)
    except ValueError as error:
        return error
    raise AssertionError


def test_a_report_says_where_and_gives_the_reference(caught: Caught) -> None:
    sentence = report(failure(WRITTEN), "Command ask")
    (sent,) = caught.sent
    reference = sentence.rsplit("`", 2)[1]
    for told in ("casebot@1.2.3", "ValueError", "test_sentry.py", f"Command ask failed, reference {reference}"):
        assert told in sent
    assert WRITTEN not in sent


def test_other_loggers_give_their_template_only(caught: Caught) -> None:
    logging.getLogger("some.library").warning("about to parse %s", WRITTEN)
    logging.getLogger("some.library").error("cannot parse %s", WRITTEN, extra={"body": WRITTEN})
    (sent,) = caught.sent
    assert "cannot parse %s" in sent
    assert WRITTEN not in sent


async def test_what_nobody_has_caught_in_an_event_loop_gives_the_kind_and_the_places(caught: Caught) -> None:
    loop = asyncio.get_running_loop()
    for handle in (logs.log_unhandled, None):
        loop.set_exception_handler(handle)
        loop.call_soon(int, WRITTEN)
        await asyncio.sleep(0)
    loop.set_exception_handler(None)
    ours, asyncios = caught.sent
    assert "Exception in callback" in ours
    for sent in (ours, asyncios):
        assert "ValueError" in sent
        assert WRITTEN not in sent


def test_a_dsn_that_is_none() -> None:
    with pytest.raises(sentry.SentryError, match="CASEBOT_SENTRY_DSN isn't a DSN"):
        sentry.set_up(SecretStr("nonsense"), "1.2.3")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(sentry.SentryError, match=r"pip install 'casebot\[sentry\]'"):
        sentry.set_up(DSN, "1.2.3")
