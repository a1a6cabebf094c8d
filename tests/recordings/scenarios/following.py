"""Questions are edited and deleted, and answered where nobody asked."""

from tests.chat.worlds import entry, world
from tests.recordings.scenario import SMALL, played
from tests.recordings.scenarios.asking import LADDER, OFF_TOPIC, STOLEN
from tests.recordings.stage import Stage
from tests.recordings.world import Plan


@played(SMALL)
async def a_reply_follows_its_question(stage: Stage) -> None:
    ana = stage.ana
    question = await ana.says(f"!ask {STOLEN}")
    await ana.changes(question, f"!ask {LADDER}")
    await ana.changes(question, "!topics")
    await ana.changes(question, "never mind")
    question = await ana.says("never mind")
    await ana.changes(question, f"{stage.me} {STOLEN}")
    await stage.restarts()
    await ana.changes(question, f"{stage.me} {OFF_TOPIC}")
    await ana.deletes(question)
    await ana.says(f"!ask {STOLEN}")
    question = await ana.says(LADDER, to=ana.screen)
    await ana.changes(question, STOLEN)
    await ana.deletes(question)
    old = await ana.says("an old message")
    await stage.waits(400)
    await ana.changes(old, f"!ask {STOLEN}")
    question = await ana.writes_directly(STOLEN)
    await ana.changes(question, LADDER)
    await ana.deletes(question)


@played(SMALL)
async def a_reply_that_is_gone_is_written_anew(stage: Stage) -> None:
    question = await stage.ana.says(f"!ask {STOLEN}")
    await stage.mod.deletes(stage.ana.screen)
    await stage.ana.changes(question, f"!ask {LADDER}")
    with stage.house.database_away():
        stage.note("The database is away.")
        await stage.ana.changes(question, f"!ask {STOLEN}")
        await stage.ana.deletes(question)


@played(SMALL)
async def answers_unasked(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await stage.set_up(auto_channels=[stage.case])
    question = await ana.says("did the guard see anything?")
    await ben.says("did the guard see anything?")
    await ana.clicks("Helpful")
    await ana.changes(question, "what did the thieves steal?")
    await ana.changes(question, OFF_TOPIC)
    await ana.says("so sad, that painting")
    await ana.says(f"{LADDER}?")
    await ana.says("did the guard see anything?", stage.other)
    question = await ana.says(f"{stage.me} what got nicked?")
    await ana.changes(question, "what got nicked?")
    await ana.deletes(question)
    stage.house.knows(world([entry(1), entry(2)]))
    await ana.says("what is gadget")
    await ana.says("what is gadget 1?")
    stage.refuses("POST", f"/channels/{stage.case.id}/messages", 403, 50013)
    await ana.says("what is gadget 2?")


@played(SMALL)
async def answers_unasked_in_a_forum(stage: Stage) -> None:
    forum = stage.forum("help")
    await stage.set_up(auto_channels=[forum])
    post = await stage.posts(stage.ana, forum, "The guard", "did the guard see anything?")
    await stage.ben.says("what did the thieves steal?", post)
    await stage.posts(stage.ana, forum, "what did the thieves steal?", "Please tell me.")
    await stage.posts(stage.ana, forum, "Pizza", OFF_TOPIC)
    await stage.posts(stage.ana, forum, "Hello", f"{stage.me} {LADDER}")


@played(Plan(message_content=False))
async def answers_unasked_without_the_intent(stage: Stage) -> None:
    await stage.set_up(auto_channels=[stage.case])
    await stage.ana.says("did the guard see anything?")
    await stage.ana.says("did the guard see anything?")
