"""Looking at the FAQ as moderators do: entries, questions, problems, history; and taking edits back."""

import asyncio
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import discord
import pytest
from discord import ui

from bot.answering.answerer import Answerer
from bot.answering.reply import Reply
from bot.chat.cogs.entry_lookup import NO_SUCH_ENTRY
from bot.chat.idle_timers import IDLE
from bot.chat.message import limits
from bot.chat.message.page import Page
from bot.chat.rights import NO_DESK, NOT_EDITED_HERE, NOT_MODERATOR
from bot.chat.screens.entry import try_pages
from bot.chat.screens.history import NO_HISTORY
from bot.chat.screens.paginator import LIST_KINDS, ListPage, ListPosition, PageButton, StaffListKind
from bot.editing.desk import Desk
from bot.editing.edits import AddUnanswered, EditEntry, PutBack
from bot.editing.revision import Change
from bot.importing import files as import_files
from bot.importing import folder as importing
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import SERVER, Bureau, changed_lines

_NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
_LOOKS: tuple[tuple[str, dict[str, str]], ...] = (
    ("show", {"entry": "ladder"}),
    ("try", {"question": "stolen painting"}),
    ("check", {}),
    ("history", {}),
)


async def _all(bureau: Bureau, name: str, /, **options: str | int) -> list[Seen]:
    """Every message that a command shows its moderator."""
    before = {message.id for message in bureau.channel.history(viewer=bureau.mod)}
    await bureau.slash(name, **options)
    mine = [Seen(message) for message in bureau.channel.history(viewer=bureau.mod) if message.id not in before]
    assert all(seen.private and len(seen.text) <= 4_000 for seen in mine)
    return mine


async def _edit(bureau: Bureau, wording: str, entry: str = "ladder") -> None:
    draft = await bureau.slash("phrasing add", entry=entry, wording=wording)
    await bureau.press(draft, "Confirm")


async def test_an_entry_as_stored_and_as_seen(bureau: Bureau) -> None:
    (seen,) = await _all(bureau, "show", entry="Where is the ladder now?")
    assert seen.text.startswith(
        "### `ladder`\n**In service.** Last reviewed on 23 November 2026. In `faq/theft.yaml`.\n"
        "-# Not covered: the source doesn't say. Topics: theft.\n"
    )
    assert "\n### Where is the ladder now?\n**The report does not say**" in seen.text
    assert "ladder whereabouts" not in seen.text
    (button,) = [label for label in seen.buttons if label.startswith("In its file")]
    assert button == "In its file: 3 phrasings"
    lines = await bureau.press(seen, button)
    assert lines.private
    assert "```yaml\n- id: ladder\n  question: Where is the ladder now?\n  phrasings:\n" in lines.text
    assert "- ladder whereabouts\n" in lines.text
    assert "answer: The report does not say. Ada Voss mentions it once [n2]." in lines.text


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_entry_is_edited_from_there(bureau: Bureau, *, restarted: bool) -> None:
    seen = await bureau.slash("show", entry="ladder")
    if restarted:
        await bureau.restart()
    form = await bureau.open(seen, "Edit the answer")
    answer = "The report is silent. Ada Voss mentions it once [n2]."
    typed = {"question": "Where is the ladder now?", "phrasings": "ladder whereabouts", "answer": answer}
    draft = shown(await bureau.mod.submit_modal(form, typed))
    assert f"+ answer: {answer}" in changed_lines(draft)


async def test_an_entry_that_is_gone_since_is_not_edited(bureau: Bureau) -> None:
    seen = await bureau.slash("show", entry="ladder")
    await bureau.press(await bureau.slash("withdraw", entry="ladder", reason="privacy"), "Withdraw for good")
    assert (await bureau.press(seen, "Edit the answer")).text.startswith("Withdrawn on request on ")


@pytest.mark.parametrize("desk_servers", [frozenset()])
async def test_who_cannot_edit_is_not_offered_to(bureau: Bureau) -> None:
    assert "Edit the answer" not in (await bureau.slash("show", entry="ladder")).buttons


async def test_a_retired_entry(bureau: Bureau) -> None:
    await bureau.press(await bureau.slash("retire", entry="ladder"), "Confirm")
    (stored,) = await _all(bureau, "show", entry="ladder")
    assert "Retired on " in stored.text
    assert "members don't see it." in stored.text


async def test_an_entry_that_went_from_its_file_just_now(bureau: Bureau) -> None:
    path = bureau.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").partition("  - id: ladder")[0], "utf-8")
    (stored,) = await _all(bureau, "show", entry="ladder")
    assert "I can't find it in its file anymore." in stored.text
    assert not [label for label in stored.buttons if label.startswith("In its file")]


async def test_an_entry_that_goes_from_its_file_before_its_lines_are_shown(bureau: Bureau) -> None:
    (seen,) = await _all(bureau, "show", entry="ladder")
    (bureau.folder / "faq/theft.yaml").write_text("entries: [", "utf-8")
    assert "I can't find it in its file anymore." in (await bureau.press(seen, "In its file: 3 phrasings")).text


async def test_an_entry_while_its_file_is_broken(bureau: Bureau) -> None:
    (bureau.folder / "faq/theft.yaml").write_text("entries: [", "utf-8")
    (seen,) = await _all(bureau, "show", entry="ladder")
    assert "I can't find it in its file anymore." in seen.text
    assert "\n### Where is the ladder now?" in seen.text


@pytest.mark.parametrize("other", ["entries: [ladder", None])
async def test_an_entry_while_another_file_is_broken_or_cannot_be_read(bureau: Bureau, other: str | None) -> None:
    path = bureau.folder / "faq/another.yaml"
    path.mkdir() if other is None else path.write_text(other, "utf-8")
    (seen,) = await _all(bureau, "show", entry="ladder")
    assert "In `faq/theft.yaml`." in seen.text
    assert "- ladder whereabouts\n" in (await bureau.press(seen, "In its file: 3 phrasings")).text


async def test_an_entry_while_its_file_cannot_be_read(bureau: Bureau) -> None:
    path = bureau.folder / "faq/theft.yaml"
    path.unlink()
    path.mkdir()
    (seen,) = await _all(bureau, "show", entry="ladder")
    assert "I can't find it in its file anymore." in seen.text
    assert "\n### Where is the ladder now?" in seen.text


async def test_an_unknown_entry(bureau: Bureau) -> None:
    assert (await bureau.slash("show", entry="moon")).text == NO_SUCH_ENTRY


async def test_what_a_question_leads_to_and_why(bureau: Bureau) -> None:
    (seen,) = await _all(bureau, "try", question="what did the *thieves* steal")
    outcome, why, more = seen.text.splitlines()
    assert outcome == "**what did the \\*thieves\\* steal** leads to: **answer (`what-was-taken`)**"
    assert re.fullmatch(r"Read as “what did the thieves steal”: the best entry scores \d\.\d+[,;] .*\.", why)
    assert more == "-# `details: True` shows the answer, and each step."


async def test_what_a_question_leads_to_in_detail(bureau: Bureau) -> None:
    (seen,) = await _all(bureau, "try", question="what did the *thieves* steal", details=True)
    assert seen.text.startswith("**what did the \\*thieves\\* steal** leads to: **answer (`what-was-taken`)**\n")
    assert "\n### What was taken from the museum?" in seen.text
    assert "\n-# **read as:** what did the thieves steal" in seen.text
    assert "\n-# **nearest phrasing:** what did the thieves steal" in seen.text


async def test_a_question_that_is_not_answered(bureau: Bureau) -> None:
    (seen,) = await _all(bureau, "try", question="how do i bake bread", details=True)
    assert seen.text.startswith("**how do i bake bread** leads to: **no answer**\n### Why\n")
    assert "**outcome:** no answer" in seen.text


async def test_a_long_entry_takes_several_messages(bureau: Bureau) -> None:
    desk, live = bureau.bot.desk, bureau.bot.live
    assert desk
    long = {
        "answer": " ".join(f"Statement {number} of a long answer [n1]." for number in range(50)),
        "phrasings": [f"{number} way to ask for the ladder" for number in range(70)],
    }
    desk.confirm(desk.draft(EditEntry("ladder", long), live), live, "mod", dt.datetime.now(dt.UTC))
    messages = await _all(bureau, "show", entry="ladder")
    assert messages[0].text.startswith("### `ladder`\n**In service.**")
    assert "Statement 49 of a long answer [1]." in "\n".join(seen.text for seen in messages)
    pages = [await bureau.press(messages[-1], "In its file: 70 phrasings")]
    while "Next page" not in pages[-1].disabled:
        pages.append(await bureau.press(pages[-1], "Next page"))
    lines = "\n".join(page.text for page in pages)
    assert "- 69 way to ask for the ladder" in lines
    assert "Statement 49 of a long answer [n1]." in lines


async def test_a_question_that_is_tried_is_not_recorded(bureau: Bureau) -> None:
    await bureau.slash("try", question="how do i bake bread")
    assert not await bureau.bot.store.unanswered(SERVER)


async def test_check_names_problems_regressions_and_hints(bureau: Bureau) -> None:
    first = await bureau.slash("check")
    assert first.text.startswith("### The files have no problems\n3 entries with 11 phrasings.")
    pages = [first]
    while "Next page" not in pages[-1].disabled:
        pages.append(await bureau.press(pages[-1], "Next page"))
    text = "\n".join(page.text for page in pages)
    assert "**Regression questions:** " in text
    assert "### Hint: entries with few phrasings (3)" in text
    assert "- `ladder` has 3 phrasings: add some in other words" in text.replace("\\", "")
    assert "(faq/theft.yaml, line 32)" in text


async def test_check_while_a_file_is_broken(bureau: Bureau) -> None:
    path = bureau.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").replace("kind: claim", "kind: rumour"), "utf-8")
    bureau.bot.live.reload()
    seen = await bureau.slash("check")
    assert seen.text.startswith(
        "### Problems in the files\nUntil this is fixed, members get answers from the last good version"
    )
    assert "`kind` is unknown: choose 'reported'" in seen.text.replace("\\", "")
    assert "(faq/theft.yaml, line 23)" in seen.text


async def test_history_says_who_did_what(bureau: Bureau) -> None:
    assert "Nothing has been edited in chat yet." in (await bureau.slash("history")).text
    await _edit(bureau, "ladder gone")
    await _edit(bureau, "onlookers", "who-saw-it")
    seen = await bureau.slash("history")
    heading, newest, oldest = seen.text.splitlines()
    assert heading == "### History"
    assert newest.startswith("**2** <t:")
    assert newest.endswith('mod: Add phrasing "onlookers" to who-saw-it, in `faq/theft.yaml`')
    assert oldest.endswith('mod: Add phrasing "ladder gone" to ladder, in `faq/theft.yaml`')
    of_one = await bureau.slash("history", entry="Where is the ladder now?")
    assert "onlookers" not in of_one.text
    assert "ladder gone" in of_one.text


@pytest.mark.parametrize("entry", ["x" * 6_000, "the moon", "a:b"])
async def test_a_history_of_what_can_be_no_entry(bureau: Bureau, entry: str) -> None:
    assert (await bureau.slash("history", entry=entry)).text == NO_SUCH_ENTRY


async def test_a_long_history_is_leafed_through_by_moderators_only(bureau: Bureau) -> None:
    for number in range(20):
        await _edit(bureau, f"{number} " + "x" * 250)
    first = await bureau.slash("history")
    assert "**20** " in first.text
    second = await bureau.press(await bureau.press(first, "Next page"), "Next page")
    assert "**1** " in second.text
    assert second.text.endswith("Page 3 of 3")
    form = await bureau.open(second, "Go to page")
    await bureau.dismiss(bureau.mod)
    assert (await bureau.press(second, "Previous page")).text == NOT_MODERATOR
    assert (await bureau.press(second, "Go to page")).text == NOT_MODERATOR
    assert shown(await bureau.mod.submit_modal(form, {"number": "1"})).text == NOT_MODERATOR


async def test_go_to_page_does_not_wait_for_a_check_that_takes_seconds(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = bureau.bot.get_channel(bureau.channel.id)
    assert isinstance(channel, discord.TextChannel)
    go_to = PageButton("g", ListPosition(bureau.mod.id, "check"))
    check = LIST_KINDS["check"]
    assert isinstance(check, StaffListKind)

    async def never(*_: object) -> Sequence[ListPage]:
        return await asyncio.Future[Sequence[ListPage]]()

    async def go(number: str) -> Seen:
        listed = Seen(await channel.send(view=Page(["Page 1 of 3"], foot=[go_to])))
        with monkeypatch.context() as patch:
            patch.setitem(LIST_KINDS, "check", replace(check, pages=never))
            patch.setattr(limits, "BEFORE_FORM", 0)
            form = await bureau.open(listed, "Go to page")
        return shown(await bureau.mod.submit_modal(form, {"number": number}))

    assert (await go("0")).text == "Please enter a page number."
    assert "### Hint" in (await go("2")).text
    assert (await go("999")).disabled == ["Next page"]


async def test_an_idle_list_says_how_to_open_it_again(bureau: Bureau) -> None:
    first = await bureau.slash("check")
    await bureau.env.advance_time(IDLE + 1)
    (closed,) = [Seen(each) for each in bureau.channel.history(viewer=bureau.mod) if each.id == first.message.id]
    assert "Use `/faq check` to open it again." in closed.text


async def test_undo_gives_back_every_byte_and_can_be_undone(bureau: Bureau) -> None:
    before = bureau.files()
    await _edit(bureau, "ladder gone")
    edited = bureau.files()
    draft = await bureau.slash("undo", number=1)
    assert draft.text.startswith("### Undo a change of ladder")
    assert "- - ladder gone" in changed_lines(draft)
    done = await bureau.press(draft, "Confirm")
    assert "Revision 2" in done.text
    assert bureau.files() == before
    await bureau.press(await bureau.slash("undo", number=2), "Confirm")
    assert bureau.files() == edited


async def test_undo_keeps_what_was_changed_since(bureau: Bureau) -> None:
    await _edit(bureau, "ladder gone")
    await _edit(bureau, "no ladder")
    await bureau.press(await bureau.slash("undo", number=1), "Confirm")
    assert bureau.phrasings("ladder")[-1] == "no ladder"
    assert "ladder gone" not in bureau.phrasings("ladder")


def test_what_else_may_be_meant_stands_below_what_a_question_leads_to(
    answerer: Answerer, doubted: tuple[str, Reply]
) -> None:
    question, reply = doubted
    (page,) = try_pages(question, reply, {}, answerer.base, details=False)
    (text,) = (part.content for part in page.walk_children() if isinstance(part, ui.TextDisplay))
    assert f"\n**Meant something else?**\n- {reply.suggestions[0].question}" in text
    assert "Did you mean" not in text


async def test_an_undo_says_how_many_entries_go_and_names_no_group_of_questions(bureau: Bureau) -> None:
    desk, live = bureau.bot.desk, bureau.bot.live
    assert desk
    silence = AddUnanswered("how do i cook rice")
    desk.confirm(desk.draft(silence, live), live, "mod", discord.utils.utcnow())
    assert (await bureau.slash("undo", number=1)).text.startswith("### Undo a change of the regression questions\n")
    lines = (
        "  - id: {0}\n    question: {0}?\n    answer: Yes [n1].\n    kind: reported\n    topics: [theft]\n"
        "    reviewed: 2026-11-23\n"
    )
    added = [Change("faq/theft.yaml", name, None, lines.format(name)) for name in ("first", "second")]
    desk.confirm(desk.draft(PutBack(tuple(added)), live), live, "mod", discord.utils.utcnow())
    undone = await bureau.slash("undo", number=2)
    assert "Members would no longer see these 2 entries." in undone.text


async def test_undo_that_excludes_what_was_changed_since_is_refused(bureau: Bureau) -> None:
    await _edit(bureau, "ladder gone")
    await bureau.press(await bureau.slash("retire", entry="ladder"), "Confirm")
    refused = await bureau.slash("undo", number=1)
    assert refused.text.startswith("**Nothing was changed.** Undo a change of ladder: this doesn't work yet.")
    assert refused.buttons == ["Try again", "Discard"]


async def test_undo_of_a_revision_that_does_not_exist(bureau: Bureau) -> None:
    seen = await bureau.slash("undo", number=7)
    assert seen.text == "There's no revision 7. `/faq history` lists them."
    assert seen.private


def _imports(bureau: Bureau, text: str) -> None:
    (bureau.folder.parent / "club.md").write_text(text, "utf-8")
    planned = importing.prepare([import_files.read(bureau.folder.parent / "club.md")], bureau.folder, _NOW.date())
    importing.carry_out(planned, "Ann", _NOW)


async def test_an_import_is_in_the_history_and_its_entries_can_be_taken_back(bureau: Bureau) -> None:
    _imports(bureau, "# Club\n\n## When do you meet?\n\nEvery Tuesday.\n")
    history = await bureau.slash("history")
    assert "Import club.md: 1 new, 0 changed" in history.text
    assert "Ann" in history.text
    await bureau.slash("reload")
    assert "when-do-you-meet" in bureau.bot.live.current.base.entries
    await bureau.press(await bureau.slash("undo", number=1), "Confirm")
    assert "when-do-you-meet" not in bureau.bot.live.current.base.entries


async def test_an_import_that_began_the_folder_has_no_entries_to_take_back(
    bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "begun").mkdir()
    monkeypatch.setattr(bureau, "folder", tmp_path / "begun" / "base")
    _imports(bureau, "# Club\n\n## When do you meet?\n\nEvery Tuesday.\n")
    monkeypatch.setattr(bureau.bot, "desk", Desk(bureau.folder))
    seen = await bureau.slash("undo", number=1)
    assert seen.text == "Revision 1 changed no entries, so there's nothing to undo here."


@pytest.mark.parametrize("desk_servers", [frozenset()])
async def test_undo_where_editing_is_off(bureau: Bureau) -> None:
    assert (await bureau.slash("undo", number=1)).text == NOT_EDITED_HERE.format(server=SERVER)


@pytest.mark.parametrize("desk_servers", [frozenset()])
@pytest.mark.parametrize(("command", "options"), _LOOKS)
async def test_moderators_of_every_server_may_look(bureau: Bureau, command: str, options: dict[str, str]) -> None:
    seen = await bureau.slash(command, **options)
    assert seen.private
    assert "Editing in chat is off" not in seen.text


@pytest.mark.parametrize("desk", [None])
@pytest.mark.parametrize(("command", "options"), _LOOKS)
async def test_a_folder_that_cannot_be_written_can_be_looked_at(
    bureau: Bureau, command: str, options: dict[str, str]
) -> None:
    seen = await bureau.slash(command, **options)
    assert (seen.text == NO_HISTORY) == (command == "history")
    assert (await bureau.slash("undo", number=1)).text == NO_DESK


@pytest.mark.parametrize(("command", "options"), [*_LOOKS, ("undo", {"number": 1})])
async def test_others_may_not_look(bureau: Bureau, command: str, options: dict[str, str]) -> None:
    (faq,) = [each for each in await bureau.bot.tree.fetch_commands() if each.name == "faq"]
    bureau.guild.set_command_permissions(faq, {bureau.guild.default_role: True})
    refused = await bureau.slash(command, bureau.ana, **options)
    assert refused.text == NOT_MODERATOR
    assert refused.private
