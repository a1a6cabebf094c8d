"""Whatever fails, the member gets one plain sentence, and the log the rest."""

from tests.recordings.scenario import SMALL, played
from tests.recordings.scenarios.asking import STOLEN
from tests.recordings.stage import Stage


@played(SMALL)
async def when_the_bot_fails(stage: Stage) -> None:
    ana = stage.ana
    await ana.says(f"!ask {STOLEN}")
    with stage.house.broken():
        stage.note("Every look-up fails.")
        await ana.says(f"!ask {STOLEN}")
        await ana.says(f"{stage.me} {STOLEN}")
        await ana.slash("ask", question=STOLEN)
        await ana.picks("Related questions", "who-saw-it")
        await ana.types("ask", "question", "who")
        await stage.mod.slash("faq try", question=STOLEN)
    stage.errors_expected()


@played(SMALL)
async def when_a_permission_is_missing(stage: Stage) -> None:
    ana = stage.ana
    stage.refuses("POST", f"/channels/{stage.case.id}/messages", 403, 50013, times=None)
    await ana.says(f"!ask {STOLEN}")
    await ana.says(f"{stage.me} {STOLEN}")
    for name, lost in (
        ("mute", ["send_messages"]),
        ("blind", ["send_messages", "read_message_history"]),
        ("plain", ["attach_files"]),
    ):
        quiet = stage.channel(name, **dict.fromkeys(lost, False))
        stage.refuses("POST", f"/channels/{quiet.id}/messages", 403, 50013)
        await ana.says("!timeline picture", quiet)
    plain = stage.channel("plain too", attach_files=False)
    for path in ("/interactions/*", "/webhooks/*"):
        stage.refuses("POST", path, 403, 50013)
        await ana.slash("timeline", plain, picture=True)
    stage.refuses("POST", "/channels/*/messages", 403, 50013, times=2)
    await stage.ben.says(f"!ask {STOLEN}", stage.other)
    stage.errors_expected()


@played(SMALL)
async def when_discord_is_slow_or_something_is_gone(stage: Stage) -> None:
    ana = stage.ana
    await ana.says(f"!ask {STOLEN}")
    stage.refuses("POST", "/interactions/*", 404, 10062, times=None)
    await ana.clicks("Helpful")
    await ana.types("ask", "question", "who")
    stage.env.backend.faults.clear()
    for status, code in ((404, 10003), (404, 10008), (400, 50083), (403, 160005), (429, 0)):
        stage.refuses("POST", f"/channels/{stage.case.id}/messages", status, code)
        await ana.says(f"!ask {STOLEN}")
    stage.refuses("POST", f"/channels/{stage.case.id}/messages", 503, 0)
    await ana.says(f"!ask {STOLEN}")
    stage.refuses("POST", "/interactions/*", 429, 0)
    await ana.slash("ask", question=STOLEN)
    stage.errors_expected()


@played(SMALL)
async def while_the_bot_stops(stage: Stage) -> None:
    ana = stage.ana
    await ana.says(f"!ask {STOLEN}")
    stage.house.stop()
    stage.note("The bot is told to stop.")
    await ana.says(f"!ask {STOLEN}")
    await ana.slash("ask", question=STOLEN)
    await ana.clicks("Helpful")
    await stage.mod.slash("faq check")
    await ana.types("ask", "question", "who")


@played(SMALL)
async def a_command_that_discord_knows_and_the_bot_does_not(stage: Stage) -> None:
    stage.house.bot.tree.remove_command("topics")
    await stage.ana.slash("topics")
    stage.errors_expected()
