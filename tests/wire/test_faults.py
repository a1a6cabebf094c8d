"""The short form of ``python -m tests.faults``: much goes wrong at once, and nothing is lost."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot
from bot.ops.lifecycle import serve
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.opening import migrate
from tests.chat.conftest import FakeLive
from tests.faults.ledger import Ledger
from tests.faults.records import kept
from tests.wire.faults import Fault
from tests.wire.server import Wire

FAULTS = [
    *(Fault(500), Fault(502, late=True), Fault(503), Fault(cut=True), Fault(cut=True, late=True), Fault(delay=1.0)),
    *(Fault(429, retry_after=0.1), Fault(429, retry_after=0.1, everywhere=True)),
]
"""Of one wave; those after which discord.py does not try again itself are fewer than the bot's own tries."""

WAVES = 5


@pytest.mark.usefixtures("hurried")
async def test_every_question_has_one_right_answer_and_one_record(
    wire: Wire, live: FakeLive, answerer: Answerer, tmp_path: Path
) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/casebot.db")
    await migrate(url)
    database = Database(connect(url), pause=0.01)
    await database.start()
    ledger = Ledger(wire, answerer, channels=25)
    bot, stop = CaseBot(live, database, prefix="!", message_content=False), asyncio.Event()
    serving = asyncio.create_task(serve(bot, wire.world.token, stop=stop))
    session = await wire.gateway.ready()
    for wave in range(1, WAVES + 1):
        for fault in FAULTS:
            wire.faults.script(fault)
        for _ in range(10):
            ledger.ask()
        wire.gateway.cut()
        await wire.gateway.resumed(session, wave)
        await wire.world.until(lambda: not ledger.open)
    stop.set()
    await serving
    await database.close()
    assert len(ledger.asked) == 10 * WAVES
    assert wire.faults.happened.total() == len(FAULTS) * WAVES
    assert (ledger.lost(), ledger.beside(), ledger.unrecorded(await kept(url))) == ([], [], [])
    assert not wire.rest.refused
