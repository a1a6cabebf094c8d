"""An entry withdrawn at a person's request: nothing of its text is left for anybody to read."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import cast
from unittest.mock import AsyncMock

import pytest
from discord import ui

from bot import charts
from bot.chat.cogs.reports import Reports
from bot.chat.screens.stop import MessageRef, StartButton, StopButton
from bot.editing import journal
from bot.importing.export import as_csv, as_markdown
from bot.knowledge.load import load
from bot.moderation.stats import ending, read_summary
from bot.site.build import build
from bot.store.store import StoreError
from tests.chat.conftest import shown
from tests.chat.desk.conftest import Bureau, entered
from tests.settings import save_settings

TODAY = dt.datetime.now(dt.UTC).date()

WORDS = (
    "what became of",
    "anyone found",
    "ladder whereabouts",
    "the report does not say",
    "mentions it once",
    "ladder now",
)
"""Words that only the withdrawn entry has: of its question, its phrasings and its answer."""

LATER = "zanzibar"
"""A word of a phrasing that was added and taken away again before the withdrawal."""


def told(text: str) -> list[str]:
    """What a text says about the withdrawn entry."""
    return [word for word in (*WORDS, LATER) if word in text.casefold()]


@pytest.fixture
async def withdrawn(bureau: Bureau) -> Bureau:
    """A bureau in which somebody has withdrawn an entry that had been edited before."""
    (file,) = [each for each in (bureau.folder / "faq").iterdir() if "id: ladder" in each.read_text("utf-8")]
    about = "# its ladder whereabouts\n"
    written = file.read_text("utf-8").replace("    kind: not_covered", f"    {about}    kind: not_covered")
    written = written.replace("  - id: ladder\n", f"  {about}  {about}  - id: ladder\n")
    file.write_text(f"{written.rstrip()}\n\n    {about}", "utf-8")
    await bureau.slash("reload")
    await bureau.ana.send(bureau.channel, "!ask where is the ladder now")
    await bureau.press(await bureau.slash("phrasing add", entry="ladder", wording=f"the {LATER} ladder"), "Confirm")
    await bureau.press(await bureau.slash("phrasing remove", entry="ladder", wording=f"the {LATER} ladder"), "Confirm")
    await bureau.slash("stop", entry="ladder", reason=f"{LATER}, says the owner")
    draft = await bureau.slash("withdraw", entry="ladder", reason="privacy")
    assert "This can't be undone here." in draft.text
    assert draft.buttons[:2] == ["Withdraw for good", "Discard"]
    done = await bureau.press(draft, "Withdraw for good")
    assert not done.buttons
    assert done.text.startswith("**Done. Revision 3 is live.** Withdraw ladder")
    assert "undo" not in done.text
    return bureau


async def test_only_the_day_and_the_kind_of_reason_stay_in_the_file(withdrawn: Bureau) -> None:
    files = b"".join(withdrawn.files().values()).decode()
    assert not told(files)
    assert f"  - id: ladder\n    withdrawn:\n      date: {TODAY}\n      reason: privacy\n" in files
    assert load(withdrawn.folder).withdrawn["ladder"].withdrawn.date == TODAY


async def test_what_moderators_said_when_they_stopped_it_is_not_told(withdrawn: Bureau) -> None:
    assert not (await withdrawn.mod.autocomplete(withdrawn.channel, "faq start", "entry", ""))
    for control in (StopButton("ladder", MessageRef()), StartButton("ladder")):
        view = ui.LayoutView()
        view.add_item(ui.ActionRow(control))
        posted = await withdrawn.bot.get_partial_messageable(withdrawn.channel.id).send(view=view)
        seen = shown(await withdrawn.mod.click(posted, custom_id=control.custom_id))
        assert seen.text.startswith("Withdrawn on request on ")
        assert not told(f"{seen.text} {seen.buttons}")


async def test_it_can_be_started_so_that_its_reason_expires_but_is_not_said_to_be_served(withdrawn: Bureau) -> None:
    seen = await withdrawn.slash("start", entry="ladder")
    assert seen.text.startswith("Withdrawn on request on ")
    assert not withdrawn.bot.store.stops(withdrawn.guild.id)
    assert "put an answer back" not in "".join(withdrawn.told())


async def test_that_its_stop_is_not_ended_for_good_yet_is_said(
    withdrawn: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withdrawn.bot.store, "save_stops", AsyncMock(side_effect=StoreError("It is away.")))
    seen = await withdrawn.slash("start", entry="ladder")
    assert "isn't saved yet: It is away." in seen.text
    assert not told(seen.text)


async def test_statistics_count_it_and_do_not_name_it(withdrawn: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "installed", lambda: False)
    store, day = withdrawn.bot.store, TODAY
    figures = await read_summary(store, withdrawn.guild.id, ending(day, 7), load(withdrawn.folder).withdrawn)
    assert (figures.now.asked, figures.top) == (1, ())
    assert "ladder" not in (await withdrawn.slash("stats")).text
    settings = store.settings(withdrawn.guild.id)
    await save_settings(store, withdrawn.guild.id, replace(settings, digest=True))
    monday = dt.datetime.combine(day + dt.timedelta(days=7 - day.weekday()), dt.time(9), dt.UTC)
    await cast("Reports", withdrawn.bot.get_cog("Reports")).send_digests(monday)
    assert "The last week" in withdrawn.told()[-1]
    assert "ladder" not in withdrawn.told()[-1]


async def test_no_list_of_unanswered_questions_shows_its_own_question(bureau: Bureau) -> None:
    answer = shown(await bureau.ana.slash(bureau.channel, "ask", question="ladder"))
    await bureau.ana.click(answer.message, label="Unhelpful")
    await bureau.ana.send(bureau.channel, "!ask what is the capital of zanzibar")
    await bureau.slash("unanswered")
    await bureau.press(await bureau.slash("withdraw", entry="ladder", reason="privacy"), "Withdraw for good")
    seen = await bureau.slash("unanswered")
    assert "1 of 1" in seen.text
    assert not told(seen.text.replace("zanzibar", ""))
    assert "ladder" not in seen.text


@pytest.mark.parametrize("passage", ["n2", "n99"])
async def test_a_form_of_it_does_not_open_again(bureau: Bureau, passage: str) -> None:
    form = await bureau.other.slash(bureau.channel, "faq edit", entry="ladder")
    draft = shown(await bureau.other.submit_modal(form, {**entered(form), "answer": f"Nobody says [{passage}]."}))
    await bureau.press(await bureau.slash("withdraw", entry="ladder", reason="privacy"), "Withdraw for good")
    if "Confirm" in draft.buttons:
        draft = await bureau.press(draft, "Confirm", bureau.other)
        assert draft.text.startswith("**Nothing was changed.**")
        assert not told(draft.text)
    seen = await bureau.press(draft, "Change it", bureau.other)
    assert seen.text.startswith("Withdrawn on request on ")
    assert not seen.buttons


async def test_a_form_of_it_that_is_open_shows_nothing_of_it(bureau: Bureau) -> None:
    form = await bureau.other.slash(bureau.channel, "faq edit", entry="ladder")
    await bureau.press(await bureau.slash("withdraw", entry="ladder", reason="privacy"), "Withdraw for good")
    seen = shown(await bureau.other.submit_modal(form, {**entered(form), "answer": "Nobody says."}))
    assert seen.text.startswith("Withdrawn on request on ")
    assert not told(seen.text)


async def test_no_reply_and_no_list_in_chat_shows_it(withdrawn: Bureau) -> None:
    commands: list[tuple[str, dict[str, str | int]]] = [
        ("faq show", {"entry": "ladder"}),
        ("faq history", {}),
        ("faq history", {"entry": "ladder"}),
        ("faq undo", {"number": 1}),
        ("faq undo", {"number": 3}),
        ("faq edit", {"entry": "ladder"}),
        ("faq restore", {"entry": "ladder"}),
        ("faq withdraw", {"entry": "ladder", "reason": "other"}),
        ("faq try", {"question": "the ladder"}),
        ("faq check", {}),
        ("ask", {"question": "the ladder"}),
        ("topics", {}),
        ("about", {}),
        ("changes", {}),
    ]
    for command, options in commands:
        seen = shown(await withdrawn.mod.slash(withdrawn.channel, command, **options))
        said = f"{seen.text} {seen.options} {seen.buttons}"
        assert not told(said), (command, options)
    for command, name in [("ask", "question"), ("faq show", "entry"), ("faq restore", "entry"), ("faq edit", "entry")]:
        offered = await withdrawn.mod.autocomplete(withdrawn.channel, command, name, "ladder")
        assert "ladder" not in [choice["value"] for choice in offered]
        assert not told(str(offered))


async def test_it_says_when_it_was_withdrawn_and_nothing_else(withdrawn: Bureau) -> None:
    for command in ("show", "edit", "stop", "start"):
        assert (await withdrawn.slash(command, entry="ladder")).text.startswith("Withdrawn on request on "), command
    history = (await withdrawn.slash("history", entry="ladder")).text
    assert history.count("Edit ladder, since withdrawn") == 2
    assert "Withdraw ladder" in history


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_no_undo_brings_it_back(withdrawn: Bureau, number: int) -> None:
    before = withdrawn.files()
    refused = await withdrawn.slash("undo", number=number)
    assert "was withdrawn at a person's request, and no edit brings it back" in refused.text
    assert "Confirm" not in refused.buttons
    assert withdrawn.files() == before


def published(bureau: Bureau) -> Iterator[tuple[str, bytes]]:
    base = load(bureau.folder)
    yield from build(base, bureau.folder).items()
    yield "csv", as_csv(base).encode()
    yield "markdown", as_markdown(base).encode()


async def test_no_file_of_the_page_and_no_export_shows_it(withdrawn: Bureau) -> None:
    assert journal.read_history(withdrawn.folder), "the page knows the history"
    for name, content in published(withdrawn):
        assert not told(content.decode()), name
    page = build(load(withdrawn.folder), withdrawn.folder)["entries/ladder.html"].decode()
    assert "Withdrawn on request" in page
    assert f"{TODAY:%Y}" in page
    assert "privacy" not in page


async def test_a_draft_from_before_shows_nothing_of_it_once_it_is_confirmed(bureau: Bureau) -> None:
    draft = await bureau.slash("phrasing add", entry="ladder", wording=f"the {LATER} ladder")
    await bureau.press(
        await bureau.slash("withdraw", bureau.other, entry="ladder", reason="safety"), "Withdraw for good", bureau.other
    )
    refused = await bureau.press(draft, "Confirm")
    assert "Nothing was changed." in refused.text
    assert not [word for word in WORDS if word in refused.text.casefold()]


async def test_about_says_where_to_ask_for_it(bureau: Bureau) -> None:
    case = bureau.folder / "case.yaml"
    case.write_text(case.read_text("utf-8") + "contact: <@1> or https://faq.example/contact\n", "utf-8")
    await bureau.slash("reload")
    said = shown(await bureau.ana.slash(bureau.channel, "about")).text
    assert "Ask to have it corrected or withdrawn: \\<@1> or <https://faq.example/contact>" in said
