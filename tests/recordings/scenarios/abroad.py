"""Members bring the bot along to a server where it is no member, and to messages among themselves."""

from tests.recordings.scenario import SMALL, played
from tests.recordings.scenarios.asking import OFF_TOPIC, STOLEN
from tests.recordings.stage import Stage


@played(SMALL)
async def brought_along(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    question = await ben.says(STOLEN)
    await stage.leaves()
    await ana.slash("ask", question=STOLEN)
    await ben.clicks("Helpful")
    await ben.clicks("Sources")
    await ben.clicks("Delete")
    await ana.clicks("Delete")
    await ana.slash("ask", question=OFF_TOPIC, private=True)
    await ana.asks_about(question, "Find an answer")
    await ana.slash("who", name="ada")
    await ana.slash("timeline", picture=True)
    await ana.slash("help")
    await ana.slash("privacy show")
    await stage.chief.slash("setup")
    await stage.mod.slash("faq check")
