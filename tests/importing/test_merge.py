"""Importing into a knowledge folder: what becomes what, and what stays when a file is imported again."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.editing.apply import apply
from bot.editing.edits import EditEntry, Withdraw
from bot.editing.items import ItemFile
from bot.importing import files, folder
from bot.importing.faq import UnusableError
from bot.importing.merge import Fate, Plan
from bot.knowledge.folder import RECORD
from bot.knowledge.load import load
from bot.knowledge.model import NEVER, WithdrawalReason
from bot.knowledge.withdrawal import passages_of_one
from tests.editing.full_disk import Disk

TODAY = dt.date(2026, 11, 29)
WHEN = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
LATER = dt.date(2027, 1, 15)

FAQ = """\
# Riverside Chess Club

We play every week.

## Meetings

### When do you meet?

Every Tuesday at 19:00. Doors open at 18:45.

Also asked as:

- which evening is it
- club night

### Where do you meet?

Upstairs at Harwell Hall.

## Money

### How much is it?

It costs £60 a year.
"""

MORE = FAQ + "\n### Who keeps the clocks?\n\nThe captain.\n"

Import = Callable[..., Plan]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / "base"


@pytest.fixture
def take(tmp_path: Path, base: Path) -> Import:
    """Import texts as files of a name, and return what became of them."""

    def run(text: str = FAQ, name: str = "club.md", today: dt.date = TODAY) -> Plan:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        planned = folder.prepare([files.read(path)], base, today)
        folder.carry_out(planned, "Ann", WHEN)
        load(base)
        return planned.plan

    return run


def edit(base: Path, name: str, old: str, new: str) -> None:
    path = base / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (old, text)
    path.write_text(text.replace(old, new), "utf-8")


def state(base: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(base.rglob("*")) if path.suffix in {".yaml", ".json"}}


def test_an_import_is_valid_at_once_and_answers_with_citations(take: Import, base: Path) -> None:
    plan = take()
    assert plan.count(Fate.NEW) == 3
    assert plan.topics == ("Meetings", "Money")
    knowledge = load(base)
    assert knowledge.case.title == "Riverside Chess Club"
    assert knowledge.case.summary == "We play every week [intro]."
    reply = Answerer(knowledge).answer("how much is it")
    assert reply.answers[0].plain == "It costs £60 a year."
    (citation,) = reply.citations
    assert (citation.source.title, citation.source.kind, citation.passage.gist) == (
        "Riverside Chess Club",
        "FAQ",
        "How much is it?",
    )


def test_ids_and_reviews_are_written_into_the_file(take: Import, base: Path) -> None:
    take()
    text = (base / "faq" / "money.yaml").read_text("utf-8")
    assert "- id: how-much-is-it\n" in text
    assert "    reviewed: never\n" in text
    assert load(base).entries["how-much-is-it"].reviewed == NEVER


def test_a_review_writes_its_day_in_place_of_never(take: Import, base: Path) -> None:
    take()
    path = "faq/money.yaml"
    text = (base / path).read_text("utf-8")
    changed = apply(EditEntry("how-much-is-it", {"reviewed": LATER}), {path: ItemFile(path, text)})[path]
    assert changed
    assert changed.text == text.replace("reviewed: never", "reviewed: 2027-01-15")


def test_the_same_again_changes_nothing(take: Import, base: Path) -> None:
    take()
    before = state(base)
    plan = take(today=LATER)
    assert (plan.changes_nothing, plan.count(Fate.SAME)) == (True, 3)
    assert state(base) == before


def test_what_the_file_changes_is_taken_and_reviewed_by_nobody(take: Import, base: Path) -> None:
    take()
    edit(base, "faq/money.yaml", "reviewed: never", "reviewed: 2026-12-01")
    plan = take(FAQ.replace("£60", "£70").replace("- club night", "- club night time"), today=LATER)
    steps = {step.entry: step for step in plan.steps}
    (change,) = steps["how-much-is-it"].changes
    assert (change.before, change.after) == ("It costs £60 a year [p3].", "It costs £70 a year [p3].")
    knowledge = load(base)
    entry = knowledge.entries["how-much-is-it"]
    assert (entry.answer, entry.reviewed) == ("It costs £70 a year [p3].", NEVER)
    assert knowledge.entries["when-do-you-meet"].phrasings == ("which evening is it", "club night time")
    assert knowledge.sources["club"].date == LATER, "the answer of January rests on the file as it is in January"


def test_what_moderators_have_changed_stays(take: Import, base: Path) -> None:
    take()
    edit(base, "faq/meetings.yaml", "      - club night\n", "      - club night\n      - wann trefft ihr euch\n")
    edit(base, "faq/meetings.yaml", "question: Where do you meet?", "question: Where does the club meet?")
    edit(base, "faq/money.yaml", "id: how-much-is-it", "id: fee")
    edit(base, "faq/money.yaml", "reviewed: never", "reviewed: 2026-12-01")
    before = {path: path.read_bytes() for path in base.rglob("*.yaml")}
    assert take(today=LATER).changes_nothing
    assert {path: path.read_bytes() for path in base.rglob("*.yaml")} == before
    take(FAQ.replace("£60", "£70"))
    knowledge = load(base)
    assert knowledge.entries["fee"].answer == "It costs £70 a year [p3].", "it is known by what it cites"
    assert "wann trefft ihr euch" in knowledge.entries["when-do-you-meet"].phrasings
    assert knowledge.entries["where-do-you-meet"].question == "Where does the club meet?"


def test_where_both_have_changed_the_answer_the_moderators_stays_and_both_are_shown(take: Import, base: Path) -> None:
    take()
    edit(base, "faq/money.yaml", "£60 a year", "£65 a year")
    changed = FAQ.replace("£60", "£70")
    for _ in range(2):
        plan = take(changed)
        (step,) = [step for step in plan.steps if step.clashes]
        (clash,) = step.clashes
        assert (step.fate, clash.before, clash.after) == (
            Fate.KEPT,
            "It costs £65 a year [p3].",
            "It costs £70 a year [p3].",
        ), "the second time, too"
        assert load(base).entries["how-much-is-it"].answer == "It costs £65 a year [p3]."
    edit(base, "faq/money.yaml", "£65 a year", "£70 a year")
    assert take(changed).count(Fate.KEPT) == 0


def test_what_is_gone_from_the_file_stays_and_is_named(take: Import, base: Path) -> None:
    take()
    plan = take(FAQ.partition("## Money")[0])
    assert [(step.fate, step.entry) for step in plan.steps if step.fate is Fate.GONE] == [(Fate.GONE, "how-much-is-it")]
    assert "how-much-is-it" in load(base).entries
    assert take().count(Fate.SAME) == 3, "it is known again when it comes back"


def test_what_moderators_have_deleted_does_not_come_back(take: Import, base: Path) -> None:
    take()
    (base / "faq" / "money.yaml").unlink()
    assert take().count(Fate.DELETED) == 1
    assert "how-much-is-it" not in load(base).entries
    assert take(MORE).count(Fate.DELETED) == 1
    assert "£60" not in (base / RECORD).read_text("utf-8")
    assert take(MORE.replace("How much is it?", "What does it cost?")).count(Fate.DELETED) == 1


def test_a_question_that_is_reworded_is_known_by_its_answer(take: Import, base: Path) -> None:
    take()
    plan = take(FAQ.replace("How much is it?", "What does it cost?"))
    (step,) = [step for step in plan.steps if step.fate is Fate.CHANGED]
    assert (step.entry, step.changes[0].after) == ("how-much-is-it", "What does it cost?")
    assert load(base).sources["club"].passages[-1].gist == "What does it cost?"


def test_a_second_file_joins_and_leaves_what_is_answered_already(take: Import, base: Path) -> None:
    take()
    sheet = "question,answer,topic\nHow much is it?,It costs £1.,Money\nIs there tea?,Yes.,Money\n"
    plan = take(sheet, "more.csv")
    assert [(step.fate, step.entry) for step in plan.steps] == [
        (Fate.KEPT, "how-much-is-it"),
        (Fate.NEW, "is-there-tea"),
    ]
    knowledge = load(base)
    assert knowledge.entries["is-there-tea"].answer == "Yes [more:p1]."
    assert (base / "faq" / "money.yaml").read_text("utf-8").count("- id:") == 2


@pytest.mark.parametrize(
    ("old", "new", "phrasings"),
    [
        ("which evening is it", "what evening is it", ("what evening is it", "club night")),
        ("- which", "- what day\n- which", ("what day", "which evening is it", "club night")),
        (
            "- which evening is it\n- club night",
            "- club night\n- which evening is it",
            ("club night", "which evening is it"),
        ),
    ],
    ids=["reworded", "put before", "in another order"],
)
def test_what_becomes_of_a_phrasing_amid_others_is_taken(
    take: Import, base: Path, old: str, new: str, phrasings: tuple[str, ...]
) -> None:
    take()
    take(FAQ.replace(old, new))
    assert load(base).entries["when-do-you-meet"].phrasings == phrasings
    assert take(FAQ.replace(old, new)).changes_nothing


def test_a_row_that_asks_otherwise_than_its_entry_is_shown_each_time(take: Import, base: Path) -> None:
    take()
    sheet = "id,question,answer\nhow-much-is-it,What is the yearly fee?,It costs £60 a year.\n,Is there tea?,Yes.\n"
    for _ in range(3):
        (step,) = (step for step in take(sheet, "more.csv").steps if step.clashes)
        assert [(clash.key, clash.after) for clash in step.clashes] == [("question", "What is the yearly fee?")]
        assert load(base).entries["how-much-is-it"].question == "How much is it?"


def test_a_record_without_a_question_as_an_older_version_wrote_it_is_read(take: Import, base: Path) -> None:
    take()
    record = json.loads((base / RECORD).read_text("utf-8"))
    for row in record["club"]:
        del row["said"]["question"]
    (base / RECORD).write_text(json.dumps(record), "utf-8")
    take(MORE)
    assert "who-keeps-the-clocks" in load(base).entries
    assert take(MORE).changes_nothing


def test_rows_may_name_their_own_sources(take: Import, base: Path) -> None:
    sheet = "question,answer,source\nWhy?,So.,https://example.org/rules\nHow?,Thus.,Rules of 2026\nWho?,They.,\n"
    take(sheet, "club.csv")
    knowledge = load(base)
    assert [entry.answer for entry in knowledge.entries.values()] == [
        "So [example-org:p1].",
        "Thus [rules-of-2026:p1].",
        "They [p1].",
    ]
    assert str(knowledge.sources["example-org"].url) == "https://example.org/rules"
    assert knowledge.sources["rules-of-2026"].title == "Rules of 2026"


def test_a_row_that_the_check_refuses_is_named_and_the_others_are_taken(take: Import, base: Path) -> None:
    long = "Words and more. " * 200
    plan = take(f"question,answer\nWhy?,{long}\nHow?,So.\n", "club.csv")
    (finding,) = plan.findings
    assert str(finding).startswith(
        'club.csv: row 2, column B (answer): "Why?": `answer` is longer than 2000 characters'
    )
    assert list(load(base).entries) == ["how"]


def test_brackets_that_look_like_marks_become_plain(take: Import, base: Path) -> None:
    plan = take("question,answer\nWhich?,Take [v2] and [both].\n", "club.csv")
    assert "looks like a citation mark" in str(plan.findings[0])
    assert load(base).entries["which"].answer == "Take (v2) and [both] [p1]."


@pytest.mark.parametrize("language", ["es", "es-419", "Spanish", "Español"])
def test_an_import_in_spanish_speaks_spanish(take: Import, base: Path, language: str) -> None:
    take(f"---\ntitle: Club de ajedrez\nlanguage: {language}\n---\n## ¿Cuándo?\n\nLos martes.\n")
    case = load(base).case
    assert (case.language, case.summary) == ("es", "Preguntas sobre Club de ajedrez, con sus respuestas [intro].")


def test_the_language_of_a_file_that_does_not_say_it_is_told_from_its_texts(take: Import, base: Path) -> None:
    rows = ["Wann ist das Training?;Dienstags um acht Uhr in der Turnhalle.", "Wo ist das?;Neben der Schule."]
    take("\n".join(["Frage;Antwort", *rows]), "v.csv")
    assert load(base).case.language == "de"


def test_somebody_who_edits_while_the_preview_waits_loses_nothing(take: Import, tmp_path: Path, base: Path) -> None:
    take()
    path = tmp_path / "club.md"
    path.write_text(FAQ.replace("£60", "£70"), "utf-8")
    planned = folder.prepare([files.read(path)], base, TODAY)
    edit(base, "faq/money.yaml", "£60 a year", "£65 a year")
    before = state(base)
    with pytest.raises(folder.ImportConflictError, match="was changed while the import was waiting"):
        folder.carry_out(planned, "Ann", WHEN)
    assert state(base) == before


def test_a_new_folder_that_found_no_room_is_gone_and_can_be_begun_again(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "club.md").write_text(FAQ, "utf-8")
    planned = folder.prepare([files.read(tmp_path / "club.md")], base, TODAY)
    failed, disk = 0, Disk(0, for_good=False)
    while disk.failed or not failed:
        disk = Disk(failed, for_good=False)
        try:
            with disk.in_use(monkeypatch):
                folder.carry_out(planned, "Ann", WHEN)
        except OSError:
            assert not base.exists()
        failed += 1
    assert failed > 40
    assert len(load(base).entries) == 3


def test_a_folder_of_tags_becomes_one_entry_a_file(tmp_path: Path, base: Path) -> None:
    tags = tmp_path / "tags"
    (tags / "voice").mkdir(parents=True)
    (tags / "voice" / "join.md").write_text("---\ntitle: How do I join?\naliases: [vc]\n---\nPress Join.\n", "utf-8")
    (tags / "rules.md").write_text("Be kind.\n", "utf-8")
    (tags / "broken.md").write_bytes(b"PK\x03\x04\0\0\1\0" * 9)
    planned = folder.prepare([files.read(tags)], base, TODAY)
    folder.carry_out(planned, "Ann", WHEN)
    knowledge = load(base)
    assert {entry.question: entry.topics for entry in knowledge.entries.values()} == {
        "Rules": ("tags",),
        "How do I join?": ("voice",),
    }
    assert [str(found) for found in planned.plan.findings] == [
        "broken.md: is not text; save it as plain text, Markdown, CSV or HTML, in UTF-8"
    ]


@pytest.mark.parametrize("record", ["kept", "purged, as the docs advise"])
def test_what_was_withdrawn_at_a_persons_request_does_not_come_back(take: Import, base: Path, record: str) -> None:
    take()
    if record != "kept":
        (base / RECORD).unlink()
    before = load(base)
    entry = before.entries["how-much-is-it"]
    files = {
        name: ItemFile(name, path.read_text("utf-8"))
        for path in (base / "faq").iterdir()
        if (name := path.relative_to(base).as_posix())
    }
    passages = passages_of_one(before, entry)
    for name, file in apply(Withdraw(entry.id, TODAY, WithdrawalReason.OTHER, passages), files).items():
        assert file
        (base / name).write_text(file.text, "utf-8")
    after = load(base)
    assert len(passages) == 1
    assert "How much is it?" not in [part.gist for part in after.passages.values()], "the gist is the question"
    plan = take()
    assert plan.count(Fate.NEW) == 0
    assert "the entry `how-much-is-it` was withdrawn at a person's request" in str(plan.findings)
    assert "how-much-is-it" not in load(base).entries
    assert take(MORE).count(Fate.NEW) == 1
    assert "£60" not in (base / RECORD).read_text("utf-8")


def test_of_two_questions_that_begin_alike_the_withdrawn_one_does_not_come_back(take: Import, base: Path) -> None:
    long = "Who may bring a dog to a meeting of the club on an evening with guests from "
    text = f"question,answer\n{long}abroad?,Members.\n{long}another club?,Nobody.\n"
    take(text, "club.csv")
    first, second = load(base).entries
    assert second == f"{first[:58]}-2"
    (base / RECORD).unlink()
    (path,) = (base / "faq").iterdir()
    file = ItemFile(f"faq/{path.name}", path.read_text("utf-8"))
    (after,) = apply(Withdraw(second, TODAY, WithdrawalReason.OTHER), {file.path: file}).values()
    assert after
    path.write_text(after.text, "utf-8")
    assert f"the entry `{second}` was withdrawn" in str(take(text, "club.csv").findings)
    assert list(load(base).entries) == [first]


def test_findings_stand_in_the_order_of_the_file(take: Import) -> None:
    rows = ["Question,Answer", *(f"What of rule {n}?,Rule {n} is good." for n in range(8)), "When?,Now", "When?,Later"]
    rows += ["Why?,", "Who?,<b>Ann</b>"]
    plan = take("\n".join(rows) + "\n", "club.csv")
    assert [found.where.partition(",")[0] for found in plan.findings] == [f"club.csv: row {n}" for n in (11, 12, 13)]


def test_an_address_is_no_file() -> None:
    with pytest.raises(UnusableError, match="is on the web"):
        files.read(Path("https://docs.example.org/faq"))
