"""Moderators look at the FAQ, and at what was asked of it."""

from dataclasses import replace

from tests.recordings.scenario import SHIPPED, SMALL, played
from tests.recordings.stage import Stage
from tests.recordings.world import Plan

LOOKS: tuple[tuple[str, dict[str, str]], ...] = (
    ("show", {"entry": "ladder"}),
    ("try", {"question": "stolen painting"}),
    ("check", {}),
    ("history", {}),
    ("unanswered", {}),
    ("stats", {}),
)
WORTH = ("what is the painting worth", "what is the paintin worth?", "whats the painting worth")
RICE = "how do i cook rice"


@played(SMALL)
async def entries_and_questions(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq show", entry="Where is the ladder now?")
    await mod.clicks("Edit the answer")
    await mod.slash("faq show", entry="moon")
    for question in (
        "what did the *thieves* steal",
        "stollen paintng",
        "the painting",
        "ladder",
        "how do i bake bread",
    ):
        await mod.slash("faq try", question=question)
    await mod.slash("faq check")
    await mod.clicks("Next page")
    await stage.mo.slash("faq check")
    await stage.waits(301)


@played(SMALL)
async def the_lines_of_an_entry_in_its_file(stage: Stage) -> None:
    await stage.mod.slash("faq show", entry="ladder")
    await stage.mod.clicks("stored:")


@played(SHIPPED)
async def entries_and_questions_of_the_shipped_faq(stage: Stage) -> None:
    chief = stage.chief
    await chief.slash("faq show", entry="jury-vote")
    for question in (
        "how did teh jury vote",
        "monica and kim",
        "wer wurde getötet und warum",
        "kim's lawyer and her age",
        "he did it",
    ):
        await chief.slash("faq try", question=question)


@played(SMALL)
async def who_has_changed_what(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq history")
    for number in range(12):
        await mod.slash("faq phrasing add", entry="ladder", wording=f"{number} " + "x" * 250)
        await mod.clicks("Confirm")
    await mod.slash("faq history")
    await mod.clicks("Next page")
    await mod.slash("faq history", entry="who-saw-it")
    await mod.slash("faq history", entry="the moon")


@played(replace(SMALL, edits=False))
async def moderators_who_cannot_edit_look(stage: Stage) -> None:
    for command, options in LOOKS:
        await stage.mod.slash(f"faq {command}", **options)


@played(SMALL)
async def who_may_not_look(stage: Stage) -> None:
    await stage.opened_to_everybody()
    for command, options in LOOKS:
        await stage.ana.slash(f"faq {command}", **options)
    await stage.mod.slash("faq check")
    await stage.dismissed(stage.mod)
    await stage.mod.clicks("Next page")


@played(SMALL)
async def what_was_not_answered(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq unanswered")
    await asked_before(stage, *WORTH, RICE, "**what** @everyone is the ladder worth " + "_*" * 100, "zzqxv")
    await stage.ana.says("!ask ladder whereabouts")
    await stage.ana.clicks("Unhelpful")
    await mod.slash("faq unanswered")
    for label in ("Next question", "Next question", "Next question", "Next question", "Previous question"):
        await mod.clicks(label)
    await mod.slash("faq unanswered", order="recent")
    await mod.slash("faq unanswered")
    await mod.clicks("Dismiss")
    await mod.clicks("Undo")
    await mod.clicks("Not covered")
    await mod.clicks("Back to the list")
    with stage.house.database_slow():
        stage.note("The database is slow.")
        await mod.clicks("Write a new entry")
    await mod.clicks("Back to the list")
    await stage.restarts()
    await mod.clicks("Next question")
    with stage.house.database_away():
        stage.note("The database is away.")
        await mod.clicks("Next question")
        await mod.slash("faq stats")
    await mod.clicks("Back to the list")


@played(SMALL)
async def what_was_not_answered_becomes_a_wording(stage: Stage) -> None:
    mod = stage.mod
    await asked_before(stage, *WORTH)
    await mod.slash("faq unanswered")
    await mod.clicks("Add to nearest")
    await mod.clicks("Change it")
    await mod.submits(wording="whatever became of the guard dog")
    await mod.clicks("Confirm")
    await mod.picks("Add to another entry", "ladder")
    await mod.clicks("Confirm")
    told = mod.screen
    await stage.ana.says(f"!ask {WORTH[1]}")
    await mod.slash("faq undo", number=2)
    await mod.clicks("Confirm")
    await mod.clicks("Put back on the list", on=told)


@played(SMALL)
async def many_wordings_of_one_question(stage: Stage) -> None:
    mod = stage.mod
    worth = WORTH[0]
    await asked_before(stage, *(f"{worth}{'?' * number}" for number in range(7)))
    await mod.slash("faq unanswered")
    await asked_before(stage, f"{worth}!")
    await mod.slash("faq unanswered")
    await mod.slash("faq phrasing add", entry="what-was-taken", wording=worth)
    await mod.clicks("Confirm")
    await mod.slash("faq unanswered")


@played(SMALL)
async def what_was_not_answered_becomes_an_entry(stage: Stage) -> None:
    mod = stage.mod
    await asked_before(stage, RICE, "how do i cook rice?", "how do i cook the rice")
    await mod.slash("faq unanswered")
    await mod.clicks("Write a new entry")
    await mod.submits(question="How is rice cooked?", answer="Slowly [n1].", kind=["reported"], topics=["theft"])
    await mod.clicks("Confirm")


@played(SMALL)
async def what_was_not_answered_is_not_covered(stage: Stage) -> None:
    mod = stage.mod
    await asked_before(stage, RICE, "is there a film", "zebra crossing regulations")
    await mod.slash("faq unanswered")
    await mod.clicks("Not covered")
    await mod.picks("Add to an entry that says so", "ladder")
    await mod.clicks("Confirm")
    await mod.clicks("Not covered")
    await mod.clicks("Don't answer")
    await mod.clicks("Confirm")
    await mod.clicks("Not covered")
    await mod.clicks("Write that the source doesn't say")
    await mod.submits(
        question="What do zebras eat?", phrasings="zebra food", answer="The report does not say.", topics=["theft"]
    )
    await mod.clicks("Confirm")
    await mod.slash("faq undo", number=2)


@played(SMALL)
async def two_moderators_at_one_list(stage: Stage) -> None:
    mod, mo = stage.mod, stage.mo
    await asked_before(stage, *WORTH, RICE)
    await mod.slash("faq unanswered")
    mine = mod.screen
    await mo.slash("faq unanswered")
    await mo.clicks("Dismiss")
    for label in ("Add to nearest", "Write a new entry"):
        await mod.clicks(label, on=mine)
    await mod.clicks("Dismiss", on=mine)
    await mo.clicks("Undo")
    stage.note("Both dismiss the same, and both want it back.")
    await mod.slash("faq unanswered", order="recent")
    await mod.clicks("Add to nearest")
    draft = mod.screen
    waiting = await stage.house.waiting()
    await mod.clicks("queue:dismiss:recent")
    await mod.clicks("Confirm", on=draft)
    await stage.house.put_back(waiting)
    await mod.clicks("queue:undo:recent")
    await mod.picks("Add to another entry", "ladder")
    await mod.clicks("Dismiss")
    await stage.dismissed(mod)
    await mod.clicks("Undo")


@played(Plan(edits=False))
async def what_was_not_answered_where_editing_is_off(stage: Stage) -> None:
    await asked_before(stage, RICE)
    await stage.mod.slash("faq unanswered")
    for label in ("Write a new entry", "Not covered", "Dismiss"):
        await stage.mod.clicks(label)


@played(SMALL)
async def figures_of_a_server(stage: Stage) -> None:
    await stage.mod.slash("faq stats")
    await months_of_questions(stage)
    for period in (7, 30, 90):
        await stage.mod.slash("faq stats", period=period)


async def months_of_questions(stage: Stage) -> None:
    """Let members ask on several days, and vote; of that only a note is written."""
    stage.note("Members have asked for two months.")
    answered = ("stolen painting", "ladder whereabouts", "guard statement")
    with stage.quietly():
        for number, day in enumerate(range(0, 60, 4)):
            stage.clock.back(days=day)
            await stage.ana.says(f"!ask {answered[number % 3]}")
            await stage.ben.clicks("vote:n" if number % 4 else "vote:y")
            if number % 2:
                await stage.ben.says(f"!ask {WORTH[number % 3]}")
        await stage.ben.says(f"!ask {RICE}")
        stage.clock.back()


async def asked_before(stage: Stage, *questions: str) -> None:
    """Let a member ask, of which nothing is written."""
    with stage.quietly():
        for question in questions:
            await stage.ana.says(f"!ask {question}")
