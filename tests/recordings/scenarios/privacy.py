"""What is kept of members, and what they can do about it."""

from tests.recordings.scenario import SMALL, played
from tests.recordings.scenarios.asking import STOLEN
from tests.recordings.stage import Stage


@played(SMALL)
async def what_is_kept(stage: Stage) -> None:
    ana = stage.ana
    await ana.slash("privacy show")
    await ana.slash("privacy logging", questions="off")
    await ana.slash("privacy show")
    await ana.slash("privacy logging", questions="on")
    await ana.slash("privacy forget-me")
    for votes in (2, 1):
        for _ in range(votes):
            await stage.ben.says(f"!ask {STOLEN}")
            await ana.clicks("Helpful")
        await ana.slash("privacy forget-me")
    await ana.slash_directly("privacy show")
    await stage.chief.slash("setup")
    await stage.chief.clicks("Don't keep questions")
    await ana.slash("privacy show")
    with stage.house.database_away():
        stage.note("The database is away.")
        await ana.slash("privacy forget-me")
        await ana.slash("privacy logging", questions="off")
