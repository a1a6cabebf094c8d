"""People with Manage Server set the bot up."""

from tests.recordings.scenario import SMALL, played
from tests.recordings.stage import Stage
from tests.recordings.world import Plan


@played(SMALL)
async def the_panel(stage: Stage) -> None:
    chief = stage.chief
    await chief.slash("setup")
    await chief.clicks("Reset to defaults")
    await chief.clicks("No, keep my settings")
    await chief.clicks("Reset to defaults")
    await chief.clicks("Yes, reset everything")
    await chief.picks("setup:channels", stage.case, stage.other)
    await chief.picks("setup:auto_channels", stage.staff, stage.forum("help"))
    await chief.picks("setup:channels")
    await chief.picks("setup:moderator_roles", stage.role("helpers"), stage.moderators)
    await chief.picks("setup:moderator_channel", stage.staff)
    await chief.picks("setup:moderator_channel")
    for label in ("Don't keep questions", "Turn on the digest", "Keep questions", "Turn off the digest"):
        await chief.clicks(label)
    for prefix in ("cb?", "a b", "hey", "/", "<@", "`"):
        await chief.clicks("Change the prefix")
        await chief.submits(prefix=prefix)
    await stage.ana.says("cb?about")
    await stage.ana.says("!about")
    await chief.picks("setup:language", "es")
    await stage.ana.says("cb?ask stolen painting")
    await chief.picks("setup:language", "own")
    await stage.restarts()
    await chief.clicks("Don't keep questions")
    await chief.picks("setup:moderator_roles", stage.moderators)
    with stage.house.database_away():
        stage.note("The database is away.")
        await chief.clicks("Keep questions")


@played(SMALL)
async def settings_that_cannot_work(stage: Stage) -> None:
    chief = stage.chief
    mute, blind = (
        stage.channel("mute", send_messages=False),
        stage.channel("blind", read_message_history=False, send_messages=False),
    )
    await chief.slash("setup")
    await chief.picks("setup:channels", mute, blind, stage.case)
    await chief.picks("setup:auto_channels", mute, stage.other)
    await chief.picks("setup:moderator_channel", mute)
    await chief.picks("setup:channels", *(stage.channel(f"room-{number}") for number in range(12)))
    for gone in (mute, stage.other):
        stage.env.backend.delete_channel(gone.id)
    await stage.env.settle()
    stage.note("Two of the channels are deleted.")
    await chief.slash("setup")


@played(Plan(message_content=False))
async def settings_that_need_the_message_content_intent(stage: Stage) -> None:
    await stage.chief.slash("setup")
    await stage.chief.picks("setup:auto_channels", stage.case)


@played(SMALL)
async def who_may_not_set_up(stage: Stage) -> None:
    chief = stage.chief
    await stage.opened_to_everybody("setup")
    await stage.ana.slash("setup")
    await stage.mod.slash("setup")
    await chief.slash("setup")
    panel = chief.screen
    await chief.clicks("Change the prefix")
    await stage.dismissed(chief)
    await chief.submits(prefix="?")
    for label in ("Change the prefix", "Don't keep questions", "Reset to defaults"):
        await chief.clicks(label, on=panel)
    await chief.picks("setup:channels", stage.case, on=panel)
    await chief.picks("setup:moderator_roles", stage.moderators, on=panel)
    await chief.picks("setup:language", "es", on=panel)
