"""Moderators edit the FAQ in chat."""

from dataclasses import replace

from tests.recordings.scenario import SMALL, played
from tests.recordings.stage import Stage
from tests.recordings.world import Plan

NEW = {
    "question": "Who owns the museum?",
    "phrasings": "museum owner\n  whose museum is it \n\nmuseum owner",
    "answer": "The town does [n1].",
    "kind": ["reported"],
    "topics": ["theft"],
}
COPY = """\
  - id: {id}
    question: What is {name}?
    phrasings: [{name}]
    answer: It is one [n1].
    kind: reported
    topics: [theft]
    reviewed: 2026-11-23
"""
EDITS: tuple[tuple[str, dict[str, str | int]], ...] = (
    ("add", {}),
    ("edit", {"entry": "ladder"}),
    ("phrasing add", {"entry": "ladder", "wording": "ladder gone"}),
    ("phrasing remove", {"entry": "ladder", "wording": "ladder whereabouts"}),
    ("retire", {"entry": "ladder"}),
    ("restore", {"entry": "ladder"}),
    ("undo", {"number": 1}),
    ("reload", {}),
)


@played(SMALL)
async def a_new_entry(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq add")
    await mod.submits(**NEW)
    await mod.clicks("Change it")
    await mod.submits(answer="The town does.")
    await mod.clicks("Change it")
    await mod.submits(answer="The town does [n9]. And more.", phrasings="stolen painting\nwho saw\u202e it")
    await mod.clicks("Change it")
    await mod.submits(answer="The town does [n1].", phrasings="museum owner")
    await mod.clicks("Confirm")
    await stage.ana.says("!ask museum owner")
    stage.write(stage.file())


@played(SMALL)
async def a_claim_is_asked_for_its_speaker(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq add")
    await mod.submits(**{**NEW, "kind": ["claim"]})
    asked = mod.screen
    await mod.clicks("Change it")
    await mod.submits(question="Does the town own the museum?")
    await mod.picks("speaker:", "ada-voss")
    await mod.clicks("Confirm")
    await mod.picks("speaker:", "ada-voss", on=asked)
    await mod.slash("faq add")
    await mod.submits(**{**NEW, "question": "Кому принадлежит музей?", "phrasings": "чей это музей", "kind": ["quote"]})
    await mod.clicks("Discard")
    await mod.slash("faq add")
    await mod.submits(**{**NEW, "question": "Кому принадлежит музей?", "phrasings": "чей это музей"})
    await mod.clicks("Confirm")


@played(SMALL)
async def an_entry_is_edited(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq edit", entry="ladder")
    await mod.submits()
    await mod.slash("faq edit", entry="ladder")
    await mod.submits(answer="The report is silent. Ada Voss mentions it once [n2].", reviewed=["today"])
    await mod.clicks("Confirm")
    await mod.slash("faq edit", entry="What was taken from the museum?", part="details")
    await mod.submits(kind=["quote"], related="the moon", attributed_to=["ada-voss"])
    await mod.clicks("Change it")
    await mod.submits(related="Who saw the thief?", unless="step\nrope", topics=["people"])
    await mod.clicks("Confirm")
    await mod.slash("faq try", question="what did the thieves steal with a rope")
    await mod.slash("faq edit", entry="moon")
    stage.write(stage.file())


@played(SMALL)
async def wordings_more_and_less(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    await mod.clicks("Discard")
    await mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    await mod.clicks("Confirm")
    await mod.slash("faq phrasing remove", entry="ladder", wording="ladder whereabouts")
    await mod.clicks("Confirm")
    await mod.slash("faq phrasing remove", entry="ladder", wording="no such wording")
    for entry, wording in (
        ("ladder", "stolen painting"),
        ("ladder", "x" * 301),
        ("ladder", "gone\u200b"),
        ("no-such-entry", "hello"),
        ("../ladder", "hello"),
    ):
        await mod.slash("faq phrasing add", entry=entry, wording=wording)
    await mod.slash("faq phrasing add", entry="ladder", wording="stolen painting")
    stage.note("Somebody deletes that wording by hand.")
    stage.house.edit_by_hand("      - stolen painting\n", "")
    await mod.clicks("Try again")
    await mod.clicks("Confirm")


@played(SMALL)
async def regression_questions_come_out_differently(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq phrasing add", entry="what-was-taken", wording="which canvas did thieves grab")
    await mod.slash("faq phrasing add", entry="ladder", wording="do i bake bread")
    await mod.slash("faq phrasing add", entry="ladder", wording="how do i bake bread")
    await mod.clicks("Confirm")
    await mod.slash("faq retire", entry="what-was-taken")
    stage.note("Somebody adds regression questions by hand.")
    asked = "[zebra crossing regulations, a stolen painting please, what is the painting worth]"
    more = f"\n  - entry: ladder\n    ask: {asked}"
    stage.house.edit_by_hand("\nunanswered:", f"{more}\nunanswered:", "questions.yaml")
    await mod.slash("faq reload")
    for wording in ("zebra crossings", "a stolen painting", "the painting worth"):
        await mod.slash("faq phrasing add", entry="ladder", wording=wording)


@played(SMALL)
async def out_of_service_and_back(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq retire", entry="ladder")
    await mod.clicks("Confirm")
    await stage.ana.says("!ask ladder whereabouts")
    await mod.slash("faq show", entry="ladder")
    await mod.slash("faq retire", entry="ladder")
    await mod.slash("faq edit", entry="ladder")
    await mod.types("faq restore", "entry", "LAD")
    await mod.slash("faq restore", entry="ladder")
    await mod.clicks("Confirm")
    await mod.slash("faq restore", entry="ladder")


@played(SMALL)
async def an_answer_is_corrected_and_withdrawn(stage: Stage) -> None:
    mod, ana = stage.mod, stage.ana
    await mod.slash("faq edit", entry="ladder")
    await mod.submits(answer="The report is silent. Ada Voss mentions it once [n2].")
    await mod.clicks("draft:explain")
    await mod.submits()
    await ana.slash("changes")
    await mod.types("faq withdraw", "entry", "lad")
    await mod.slash("faq withdraw", entry="moon", reason="privacy")
    await mod.slash("faq withdraw", entry="ladder", reason="privacy")
    await mod.clicks("draft:withdraw")
    await mod.slash("faq show", entry="ladder")
    await mod.slash("faq history")
    await ana.slash("changes")
    await ana.slash("ask", question="where is the ladder now?")


@played(SMALL)
async def an_edit_is_taken_back(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq undo", number=7)
    await mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    await mod.clicks("Confirm")
    await mod.slash("faq undo", number=1)
    await mod.clicks("Confirm")
    await mod.clicks("Undo this edit")
    await mod.clicks("Confirm")
    await mod.slash("faq retire", entry="ladder")
    await mod.clicks("Confirm")
    await mod.slash("faq undo", number=1)
    await mod.slash("faq history")
    await mod.slash("faq add")
    await mod.submits(**NEW)
    await mod.clicks("Confirm")
    await mod.slash("faq undo", number=5)


@played(SMALL)
async def two_moderators_at_once(stage: Stage) -> None:
    mod, mo = stage.mod, stage.mo
    stage.note("Two wordings of one entry: both are kept.")
    await mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    await mo.slash("faq phrasing add", entry="ladder", wording="any ladder news")
    await mo.clicks("Confirm")
    await mod.clicks("Confirm")
    stage.note("A wording of an entry that is retired in the meantime: a conflict.")
    await mod.slash("faq phrasing add", entry="who-saw-it", wording="onlookers")
    await mo.slash("faq retire", entry="who-saw-it")
    await mo.clicks("Confirm")
    await mod.clicks("Confirm")
    await mod.clicks("Try again")
    await mod.clicks("Confirm")
    stage.note("The same answer in two forms: a clash.")
    await mod.slash("faq edit", entry="ladder")
    mine = mod.form
    await mo.slash("faq edit", entry="ladder")
    await mo.submits(answer="The report is silent.")
    await mo.clicks("Confirm")
    await mod.submits(mine, answer="Nobody knows.", phrasings="ladder whereabouts")
    await mod.clicks("Change it")
    await mod.submits()
    stage.note("A change by hand before the click: a conflict, and what was typed is kept.")
    stage.house.edit_by_hand("answer: The report is silent.", "answer: The report says nothing.")
    await mod.clicks("Confirm")
    await mod.clicks("Change it")
    await mod.submits()
    await mod.clicks("Confirm")
    await stage.waits(1)
    await mod.slash("faq retire", entry="ladder")
    stage.house.edit_by_hand("answer: Nobody knows.", "answer: Nobody knows that.")
    await mod.clicks("Confirm")


@played(SMALL)
async def what_becomes_of_a_draft(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    old = mod.screen
    await mod.slash("faq phrasing add", entry="ladder", wording="no ladder")
    await mod.clicks("Confirm", on=old)
    await mod.slash("faq phrasing add", entry="who-saw-it", wording="what is it about")
    late = mod.screen
    await stage.mo.slash("faq phrasing add", entry="what-was-taken", wording="what is it about")
    await stage.mo.clicks("Confirm")
    await mod.clicks("Confirm", on=late)
    with stage.house.disk_full():
        stage.note("The disk is full.")
        await mod.slash("faq retire", entry="ladder")
        await mod.clicks("Confirm")
    await mod.clicks("Confirm")
    await mod.slash("faq restore", entry="ladder")
    await stage.restarts()
    await mod.clicks("Confirm")


@played(SMALL)
async def an_entry_goes_while_its_form_is_open(stage: Stage) -> None:
    await stage.mod.slash("faq edit", entry="ladder")
    path = stage.house.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").partition("  - id: ladder")[0], "utf-8")
    await stage.mo.slash("faq reload")
    await stage.mod.submits(question="Where did the ladder go?")


@played(SMALL)
async def files_are_read_again(stage: Stage) -> None:
    mod = stage.mod
    stage.house.edit_by_hand("ladder whereabouts", "where is that ladder")
    await mod.slash("faq reload")
    stage.house.edit_by_hand("kind: claim", "kind: rumour")
    await mod.slash("faq reload")
    await mod.slash("faq check")
    await mod.slash("faq show", entry="ladder")
    await stage.waits(6)
    stage.house.edit_by_hand("kind: rumour", "kind: claim")
    await mod.slash("faq reload")
    await stage.waits(6)
    stage.note("Somebody breaks many lines, then leaves one entry.")
    path = stage.house.folder / "faq/theft.yaml"
    path.write_text(
        "".join([path.read_text("utf-8"), *(f"  - id: Wrong {'x' * 200} {n}\n" for n in range(9))]), "utf-8"
    )
    await mod.slash("faq reload")
    kept = path.read_text("utf-8").partition("  - id: ladder")[2].partition("  - id: Wrong")[0]
    path.write_text(f"entries:\n  - id: ladder{kept}", "utf-8")
    stage.house.edit_by_hand("- entry: what-was-taken", "- entry: ladder", "questions.yaml")
    await mod.slash("faq show", entry="who-saw-it")
    await mod.slash("faq reload")
    await stage.waits(6)


@played(SMALL)
async def a_long_edit(stage: Stage) -> None:
    mod = stage.mod
    long = " ".join(f"Statement {number} of a long answer [n1]." for number in range(40))
    await mod.slash("faq edit", entry="ladder")
    await mod.submits(answer=long, phrasings="\n".join(f"{number} way to ask for the ladder" for number in range(70)))
    await mod.clicks("Confirm")
    await mod.slash("faq undo", number=1)
    await mod.slash("faq show", entry="ladder")


@played(SMALL)
async def entries_are_offered_while_typing(stage: Stage) -> None:
    mod = stage.mod
    await mod.slash("faq retire", entry="what-was-taken")
    await mod.clicks("Confirm")
    await mod.types("faq edit", "entry", "")
    await mod.types("faq retire", "entry", "saw-it")
    await mod.types("faq restore", "entry", "TAKEN")
    await mod.types("faq show", "entry", "ladder")
    await mod.types("faq history", "entry", "who")
    await mod.types("faq phrasing add", "entry", "ladder")
    await mod.types("faq phrasing remove", "entry", "ladder")
    await mod.types("faq phrasing remove", "wording", "WHERE", entry="ladder")


@played(SMALL)
async def who_may_not_edit(stage: Stage) -> None:
    await stage.opened_to_everybody()
    for command, options in EDITS:
        await stage.ana.slash(f"faq {command}", **options)
    mod = stage.mod
    await mod.slash("faq add")
    form = mod.form
    await mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    draft = mod.screen
    await mod.slash("faq add")
    await mod.submits(**{**NEW, "kind": ["claim"]})
    asked = mod.screen
    await stage.dismissed(mod)
    await mod.submits(form, **NEW)
    await mod.clicks("Confirm", on=draft)
    await mod.clicks("Discard", on=draft)
    await mod.picks("speaker:", "ada-voss", on=asked)
    stage.note("Somebody else's draft.")
    await stage.mo.slash("faq retire", entry="ladder")
    await stage.mo.clicks("Confirm")


@played(replace(SMALL, edits=False))
async def where_editing_is_off(stage: Stage) -> None:
    for command, options in EDITS:
        await stage.mod.slash(f"faq {command}", **options)


@played(replace(SMALL, home="locked"))
async def where_the_folder_cannot_be_written(stage: Stage) -> None:
    for command, options in EDITS:
        await stage.mod.slash(f"faq {command}", **options)
    await stage.mod.slash("faq history")


@played(replace(SMALL, ephemeral_disk=True))
async def where_the_host_forgets_its_files(stage: Stage) -> None:
    await stage.mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    await stage.mod.clicks("Confirm")


@played(replace(SMALL, home="work tree"))
async def in_a_git_work_tree(stage: Stage) -> None:
    await stage.mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    await stage.mod.clicks("Confirm")
    await stage.mod.slash("faq history")
    await stage.mod.slash("faq undo", number=1)
    await stage.mod.clicks("Confirm")
    stage.note("Somebody commits more entries, in three files, and says nothing about it.")
    for number, count in enumerate((1, 2, 2)):
        entries = [COPY.format(name=f"copy {number} {each}", id=f"copy-{number}-{each}") for each in range(count)]
        (stage.house.folder / f"faq/copies-{number}.yaml").write_text("".join(["entries:\n", *entries]), "utf-8")
    stage.house.commits("")
    await stage.mod.slash("faq reload")
    await stage.mod.slash("faq history")
    await stage.mod.slash("faq undo", number=3)
    stage.note("Four entries in one commit.")
    (stage.house.folder / "faq/copies-0.yaml").unlink()
    stage.house.commits("One less")
    for number in (1, 2):
        (stage.house.folder / f"faq/copies-{number}.yaml").unlink()
    stage.house.commits("Four less")
    await stage.mod.slash("faq reload")
    await stage.mod.slash("faq undo", number=5)


@played(Plan(home="repository", ephemeral_disk=True))
async def in_a_repository(stage: Stage) -> None:
    mod, there = stage.mod, stage.house.elsewhere
    assert there
    await mod.slash("faq phrasing add", entry="ladder", wording="ladder gone")
    await mod.clicks("Confirm")
    stage.note("Somebody changes a wording in the repository.")
    there.commit("ladder whereabouts", "where is that ladder")
    await mod.slash("faq reload")
    await mod.slash("faq retire", entry="ladder")
    there.commit("where is that ladder", "where can that ladder be", "Better words")
    stage.note("Somebody changes the same entry there before the click.")
    await mod.clicks("Confirm")
    await mod.clicks("Try again")
    await mod.clicks("Confirm")
    stage.note("The repository is out of reach.")
    gone = there.gone()
    await mod.slash("faq phrasing add", entry="who-saw-it", wording="onlookers")
    await mod.clicks("Confirm")
    gone.rename(there.bare)
    stage.note("It is back, and somebody has changed the same entry.")
    there.commit("guard statement", "what the guard says")
    await mod.slash("faq reload")
    await stage.waits(6)
    stage.note("A commit there that cannot be used.")
    there.commit("[n1]. The director", "[n99]. The director")
    await mod.slash("faq reload")
    await stage.waits(6)
    await mod.slash("faq history")
    stage.note("The history there is rewritten.")
    there.commit("[n99]. The director", "[n1]. The director")
    stage.house.rewrites("what got nicked", "what was nicked")
    await mod.slash("faq reload")
    await mod.slash("faq history")
