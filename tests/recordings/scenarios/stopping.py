"""Moderators take an answer out of service at once, and pause the bot."""

from dataclasses import replace

from tests.chat.worlds import entry, world
from tests.recordings.scenario import SMALL, played
from tests.recordings.scenarios.asking import LADDER, STOLEN
from tests.recordings.stage import Stage
from tests.recordings.world import Plan

MENU = "Stop this answer"


@played(SMALL)
async def an_answer_is_stopped(stage: Stage) -> None:
    ana, mod = stage.ana, stage.mod
    await mod.types("faq stop", "entry", "lad")
    await mod.slash("faq stop", entry="ladder", reason="It is *not* so.")
    await mod.slash("faq stop", entry="Where is the ladder now?")
    await mod.slash("faq stop", entry="moon")
    await ana.says(f"!ask {LADDER}")
    await ana.slash("topics")
    await mod.slash("faq show", entry="ladder")
    await mod.slash("faq try", question=LADDER)
    await mod.slash("faq check")
    await mod.slash("faq history")
    await mod.types("faq start", "entry", "")
    await mod.types("faq edit", "entry", "lad")
    await stage.restarts()
    await ana.says(f"!ask {LADDER}")
    await mod.slash("faq start", entry="ladder")
    await mod.slash("faq start", entry="ladder")
    await mod.slash("faq start", entry="moon")
    await ana.says(f"!ask {LADDER}")
    await mod.slash("faq history", entry="ladder")
    await mod.slash("faq stop", entry="ladder")
    await mod.slash("faq retire", entry="ladder")
    await mod.clicks("Confirm")
    await mod.slash("faq show", entry="ladder")
    await mod.slash("faq start", entry="ladder")
    await mod.slash("faq stop", entry="ladder")


@played(SMALL)
async def an_answer_is_stopped_where_it_stands(stage: Stage) -> None:
    ana, mod = stage.ana, stage.mod
    await ana.says("!ask guard statement")
    older = ana.screen
    await ana.says(f"!ask {STOLEN}")
    await mod.clicks("delete:")
    await mod.clicks("stop:")
    await ana.picks("Related questions", "what-was-taken", on=older)
    await mod.clicks("start:")
    await ana.says(f"!ask {STOLEN}")
    await mod.asks_about(ana.screen, MENU)
    await mod.clicks("start:")
    await ana.says(f"!ask {LADDER}")
    await mod.clicks("delete:")
    await mod.clicks("remove:")
    await mod.asks_about(await ana.says("hello there"), MENU)
    await ana.says(f"!ask {LADDER}")
    answer = ana.screen
    await mod.slash("faq stop", entry="ladder")
    await ana.clicks("Sources", on=answer)
    stage.refuses("PATCH", "/channels/*", 403, 50013)
    await ana.says("!ask guard statement")
    await mod.asks_about(ana.screen, MENU)


@played(SMALL)
async def one_of_two_answers_is_stopped(stage: Stage) -> None:
    ana, mod = stage.ana, stage.mod
    stage.house.knows(world([entry(1), entry(2)]))
    await ana.says("!ask what is gadget 1 and what is gadget 2?")
    await mod.asks_about(ana.screen, MENU)
    await mod.clicks("stop:")
    await ana.says("!ask what is gadget 1 and what is gadget 2?")


@played(SMALL)
async def an_answer_is_stopped_while_the_database_is_away(stage: Stage) -> None:
    mod = stage.mod
    with stage.house.database_away():
        stage.note("The database is away.")
        await mod.slash("faq stop", entry="ladder")
        await mod.slash("faq history")
        await mod.slash("faq start", entry="ladder")


@played(SMALL)
async def a_stop_gets_another_reason(stage: Stage) -> None:
    await stage.mod.slash("faq stop", entry="ladder", reason="It is wrong.")
    await stage.mo.slash("faq stop", entry="ladder", reason="The family asked.")
    await stage.mod.slash("faq history", entry="ladder")
    stage.house.plan = replace(stage.house.plan, edits=False)
    await stage.restarts()
    await stage.mod.slash("faq stop", entry="ladder", reason="It is old.")


@played(Plan(edits=False))
async def an_answer_is_stopped_in_one_server(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq stop", entry="ladder")
    await mod.slash("faq show", entry="ladder")
    await mod.slash("faq history")
    await mod.clicks("start:")


@played(SMALL)
async def who_may_not_serve_again(stage: Stage) -> None:
    await stage.mod.slash("faq stop", entry="ladder")
    stage.house.plan = replace(stage.house.plan, edits=False)
    await stage.restarts()
    await stage.mod.slash("faq start", entry="ladder")
    await stage.opened_to_everybody()
    await stage.ana.slash("faq stop", entry="ladder")
    await stage.ana.slash("faq start", entry="ladder")


async def _paused(stage: Stage) -> None:
    ana, chief = stage.ana, stage.chief
    await chief.slash("setup")
    await chief.clicks("setup-do:pause-here")
    await ana.says(f"!ask {STOLEN}")
    await ana.slash("ask", question=STOLEN)
    await ana.says(f"!ask {STOLEN}", stage.other)
    await chief.clicks("setup-do:resume-here")
    await chief.clicks("setup-do:pause")
    await ana.says(f"{stage.me} {STOLEN}", stage.other)
    await ana.slash("topics")
    await chief.clicks("setup-do:resume")
    await ana.says(f"!ask {STOLEN}")


@played(SMALL)
async def the_bot_is_paused(stage: Stage) -> None:
    await _paused(stage)
    stage.errors_expected()


@played(Plan(locale="es-ES"))
async def the_bot_is_paused_es(stage: Stage) -> None:
    await _paused(stage)
    await stage.mod.slash("faq stop", entry="ladder", reason="No es así.")
    await stage.ana.says(f"!ask {LADDER}")
    await stage.mod.clicks("start:")
    stage.errors_expected()
