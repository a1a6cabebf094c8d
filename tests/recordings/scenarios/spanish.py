"""A server that speaks Spanish: the same screens, the bot's own words in another language."""

from tests.recordings.scenario import played
from tests.recordings.scenarios.asking import OFF_TOPIC, STOLEN
from tests.recordings.scenarios.editing import NEW
from tests.recordings.scenarios.looking import RICE, WORTH, asked_before, months_of_questions
from tests.recordings.stage import Stage
from tests.recordings.world import Plan

SPANISH = Plan(locale="es-ES")


@played(SPANISH)
async def members_in_spanish(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await ana.says(f"!ask {STOLEN}")
    await ana.clicks("vote:y")
    await ana.clicks("cited:")
    await ben.clicks("delete:")
    await ana.says(f"!ask {OFF_TOPIC}")
    await ana.says("!ask what is the painting worth")
    await ben.clicks("none:")
    await ana.clicks("none:")
    await ana.says("!ask quién robó el cuadro del museo y cuándo")
    await ana.says(f"{stage.me} hola")
    await ana.says(f"{stage.me} gracias")
    await ana.says(stage.me)
    await ana.says("!ask")
    stage.errors_expected()
    for name in ("topics", "who", "quotes", "sources", "timeline", "about", "help"):
        await ana.slash(name)
    await ana.says("!timeline nobody")
    await ana.says("!quotes nobody")
    await ana.slash("timeline", picture=True)
    await ana.slash("privacy show")
    await ana.slash("privacy logging", questions="off")
    await ana.slash("privacy forget-me")
    await ana.writes_directly(STOLEN)


@played(SPANISH)
async def setting_up_in_spanish(stage: Stage) -> None:
    chief = stage.chief
    await chief.slash("setup")
    await chief.picks("setup:channels", stage.case, stage.channel("mute", send_messages=False))
    await chief.clicks("setup-do:log-off")
    await chief.clicks("setup-do:prefix")
    await chief.submits(prefix="a b")
    await chief.clicks("setup-do:reset")
    await chief.clicks("setup-do:reset-yes")
    await chief.picks("setup:language", "en")


@played(SPANISH)
async def moderators_in_spanish(stage: Stage) -> None:
    mod, mo = stage.mod, stage.mo
    await mod.slash("faq show", entry="ladder")
    await mod.slash("faq show", entry="moon")
    for question in (STOLEN, "stollen paintng", OFF_TOPIC):
        await mod.slash("faq try", question=question)
    for name in ("check", "history", "reload"):
        await mod.slash(f"faq {name}")
    await mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    await mod.clicks("draft:confirm")
    await mod.slash("faq phrasing add", entry="ladder", wording=STOLEN)
    await mod.clicks("draft:discard")
    await mod.slash("faq undo", number=1)
    await mo.slash("faq retire", entry="ladder")
    await mo.clicks("draft:confirm")
    await mod.clicks("draft:confirm")
    await mod.slash("faq undo", number=99)
    await mod.slash("faq add")
    await mod.submits(**{**NEW, "kind": ["claim"]})
    await mod.picks("speaker:", "ada-voss")
    await mod.clicks("draft:change")
    await mod.slash("faq edit", entry="who-saw-it", part="details")
    await mod.slash("faq history")
    stage.house.edit_by_hand("kind: claim", "kind: rumour")
    await mod.slash("faq reload")
    await stage.waits(6)
    await stage.opened_to_everybody()
    await stage.ana.slash("faq check")


@played(SPANISH)
async def the_backlog_in_spanish(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq unanswered")
    await asked_before(stage, *WORTH, RICE)
    await mod.slash("faq unanswered")
    for step in ("queue:uncovered", "queue:here", "queue:dismiss", "queue:undo"):
        await mod.clicks(step)
    await mod.clicks("queue-add:")
    await mod.clicks("draft:change")
    await months_of_questions(stage)
    await mod.slash("faq stats")


@played(SPANISH)
async def trouble_in_spanish(stage: Stage) -> None:
    ana = stage.ana
    await ana.says(f"!ask {STOLEN}")
    with stage.house.broken():
        stage.note("Every look-up fails.")
        await ana.says(f"!ask {STOLEN}")
    stage.refuses("POST", f"/channels/{stage.case.id}/messages", 403, 50013)
    await ana.says(f"!ask {STOLEN}")
    with stage.house.database_away():
        stage.note("The database is away.")
        await ana.slash("privacy forget-me")
        await stage.mod.slash("faq stats")
    await stage.set_up(channels=[stage.other])
    await ana.slash("ask", question=STOLEN)
    stage.house.stop()
    stage.note("The bot is told to stop.")
    await ana.slash("ask", question=STOLEN)
    stage.errors_expected()


@played(Plan(locale="es-ES", edits=False))
async def where_editing_is_off_in_spanish(stage: Stage) -> None:
    await stage.mod.slash("faq retire", entry="ladder")
