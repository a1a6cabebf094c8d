"""What moderators are told without asking, and what operators see of a running bot."""

import datetime as dt

import aiohttp

from tests.recordings.scenario import SMALL, played
from tests.recordings.scenarios.looking import months_of_questions
from tests.recordings.stage import Stage
from tests.recordings.world import Plan

MONDAY = dt.datetime(2026, 12, 7, 9, 0, 30, tzinfo=dt.UTC)


async def _a_week(stage: Stage) -> None:
    await months_of_questions(stage)
    with stage.quietly():
        await stage.chief.slash("setup")
        await stage.chief.clicks("setup-do:digest-on")
    stage.clock.now = MONDAY
    await stage.waits(61)
    await stage.waits(61)


@played(SMALL)
async def the_weekly_digest(stage: Stage) -> None:
    await _a_week(stage)


@played(Plan(locale="es-ES"))
async def the_weekly_digest_es(stage: Stage) -> None:
    await _a_week(stage)


@played(SMALL)
async def a_digest_of_nothing(stage: Stage) -> None:
    await stage.chief.slash("setup")
    await stage.chief.clicks("Turn on the digest")
    stage.clock.now = MONDAY
    await stage.waits(61)


@played(SMALL)
async def a_moderator_channel_that_takes_nothing(stage: Stage) -> None:
    stage.refuses("POST", f"/channels/{stage.staff.id}/messages", 403, 50013, times=None)
    await stage.mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    await stage.mod.clicks("Confirm")
    stage.house.edit_by_hand("kind: claim", "kind: rumour")
    await stage.mod.slash("faq reload")
    await stage.waits(6)
    stage.house.edit_by_hand("kind: rumour", "kind: claim")
    await stage.mod.slash("faq reload")
    await stage.waits(6)


@played(SMALL)
async def metrics_and_health(stage: Stage) -> None:
    with stage.quietly():
        await stage.ana.says("!ask stolen painting")
        await stage.ana.slash("ask", question="how do i bake bread")
    async with stage.house.serving() as port:
        await _probe(stage, port, "/healthz", "/readyz", "/metrics")
        stage.house.edit_by_hand("kind: claim", "kind: rumour")
        await stage.mod.slash("faq reload")
        stage.house.stop()
        stage.note("The bot is told to stop.")
        await _probe(stage, port, "/healthz", "/readyz")


async def _probe(stage: Stage, port: int, *paths: str) -> None:
    async with aiohttp.ClientSession() as session:
        for path in paths:
            stage.step(f"GET {path}")
            async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                lines = (await response.text()).splitlines()
                stage.write([f"= {response.status}", *filter(None, map(_lasting, lines))])


def _lasting(line: str) -> str:
    """Leave out what a metric of time or of the process is now."""
    name, _, _ = line.rpartition(" ")
    changes = name.startswith(("process_", "casebot_match_seconds", "casebot_gateway_latency")) or "_created" in name
    return f"{name.partition('{')[0]} ..." if changes and "bucket" not in name else "" if changes else line
