"""An edit in chat: tried, shown, confirmed or not; who may; what two moderators at once see."""

import datetime as dt
import re
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st
from simcord.backend import Backend
from simcord.http import router

from bot.answering.answerer import Answerer
from bot.chat import drafts
from bot.chat.cogs.edit_confirm import DISCARDED, DRAFT_GONE, MADE_ALREADY
from bot.chat.message.page import Page
from bot.chat.rights import NO_DESK, NOT_EDITED_HERE, NOT_MODERATOR
from bot.chat.screens import edit_preview as views
from bot.chat.screens.edit_preview import outcome, regression_lines
from bot.editing import journal
from bot.editing.desk import Desk
from bot.editing.edits import EditEntry
from bot.errors import kind
from bot.matching.types import Outcome
from bot.moderation.regression import RegressionCase, RegressionFigures, Verdict
from bot.store.types import GuildSettings
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import SERVER, Bureau, changed_lines
from tests.settings import save_settings


async def _drafted(bureau: Bureau, wording: str = "ladder gone") -> Seen:
    return await bureau.slash("phrasing add", entry="ladder", wording=wording)


async def test_an_edit_is_shown_as_members_would_see_it_before_it_is_made(bureau: Bureau) -> None:
    before = bureau.files()
    draft = await _drafted(bureau)
    assert draft.private
    assert draft.text.startswith('### Add phrasing "ladder gone" to ladder\nNothing has been changed yet.')
    assert "Members would read the same answer as now." in draft.text
    assert "### Where is the ladder now?" not in draft.text
    assert "+ - ladder gone" in changed_lines(draft)
    assert "**Regression questions:** no result changes (2 asked)." in draft.text
    assert draft.buttons == ["Confirm", "Discard"]
    assert bureau.files() == before


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_edit_is_undone_from_below_it(bureau: Bureau, *, restarted: bool) -> None:
    before = bureau.files()
    done = await bureau.press(await _drafted(bureau), "Confirm")
    if restarted:
        await bureau.restart()
    draft = await bureau.press(done, "Undo this edit")
    assert draft.private
    assert "- - ladder gone" in changed_lines(draft)
    assert bureau.files() != before, "nothing is undone without a confirmation"
    await bureau.press(draft, "Confirm")
    assert bureau.files() == before


async def test_a_long_edit_fits_its_messages(bureau: Bureau) -> None:
    desk, live = bureau.bot.desk, bureau.bot.live
    assert desk
    long = " ".join(f"Statement {number} of a long answer [n1]." for number in range(50))
    fields = {"answer": long, "phrasings": [f"{number} way to ask for the ladder" for number in range(70)]}
    desk.confirm(desk.draft(EditEntry("ladder", fields), live), live, "mod", dt.datetime.now(dt.UTC))
    await bureau.slash("undo", number=1)
    messages = [Seen(message) for message in bureau.channel.history(viewer=bureau.mod)]
    assert all(len(seen.text) <= 4_000 for seen in messages)
    assert any("more lines" in seen.text for seen in messages)
    await bureau.press(messages[-1], "Confirm")
    assert len(bureau.phrasings("ladder")) == 3


async def test_an_edit_that_changes_regression_questions_names_them(bureau: Bureau) -> None:
    draft = await bureau.slash("retire", entry="who-saw-it")
    assert "Members wouldn't see this entry: it's retired." in draft.text
    questions = bureau.folder / "questions.yaml"
    asked = "which work of art do they miss"
    questions.write_text(questions.read_text("utf-8").replace("which canvas did the thieves grab", asked), "utf-8")
    assert bureau.bot.live.reload()
    better = await bureau.slash("phrasing add", entry="what-was-taken", wording="which work of art do we miss")
    assert f"- Better: “{asked}” " in better.text
    assert "now; with this edit, it reaches its entry" in better.text
    worse = await bureau.slash("phrasing add", entry="ladder", wording="which work of art do they miss now")
    told = f"- Worse: “{asked}” only suggests its entry now; with this edit, it misses its entry (suggests `ladder`)"
    assert told in worse.text


async def test_a_confirmed_edit_is_in_use_at_once_and_the_moderators_are_told(bureau: Bureau) -> None:
    done = await bureau.press(await _drafted(bureau), "Confirm")
    assert "**Done. Revision 1 is live.**" in done.text
    assert "in `faq/theft.yaml`" in done.text
    assert "`/faq undo 1` undoes it." in done.text
    assert done.buttons == ["Undo this edit"]
    assert "ladder gone" in bureau.phrasings("ladder")
    assert "      - ladder gone\n" in (bureau.folder / "faq/theft.yaml").read_text("utf-8")
    assert bureau.told() == ['mod: Add phrasing "ladder gone" to ladder, in `faq/theft.yaml` (revision 1)']
    assert bureau.bot.desk
    (revision,) = bureau.bot.desk.history()
    assert revision.author == "mod"


async def test_without_a_moderator_channel_nobody_is_told(bureau: Bureau) -> None:
    await save_settings(bureau.bot.store, SERVER, GuildSettings(moderator_roles=frozenset({bureau.role.id})))
    await bureau.press(await _drafted(bureau), "Confirm")
    assert "ladder gone" in bureau.phrasings("ladder")
    assert not bureau.told()


@pytest.mark.parametrize("error", [aiohttp.ClientOSError(104, "reset"), RuntimeError("Session is closed")], ids=repr)
async def test_a_moderator_channel_that_cannot_be_reached_leaves_the_edit_made_and_said_to_be(
    bureau: Bureau, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    draft = await _drafted(bureau)
    sound = router.dispatch

    def dead(backend: Backend, method: str, path: str, **options: Any) -> object:  # noqa: ANN401 (the router's own)
        if path == f"/channels/{bureau.staff.id}/messages":
            raise error
        return sound(backend, method, path, **options)

    monkeypatch.setattr(router, "dispatch", dead)
    done = await bureau.press(draft, "Confirm")
    assert "**Done. Revision 1 is live.**" in done.text
    assert caplog.messages == [
        f"The moderator channel {bureau.staff.id} doesn't accept reports: {kind(error)}",
    ]


async def test_a_moderator_channel_that_is_gone_stops_nothing(bureau: Bureau) -> None:
    gone = GuildSettings(moderator_roles=frozenset({bureau.role.id}), moderator_channel=1)
    await save_settings(bureau.bot.store, SERVER, gone)
    done = await bureau.press(await _drafted(bureau), "Confirm")
    assert "**Done. Revision 1 is live.**" in done.text


async def test_a_discarded_edit_is_not_made(bureau: Bureau) -> None:
    before = bureau.files()
    draft = await _drafted(bureau)
    assert (await bureau.press(draft, "Discard")).text == DISCARDED
    assert bureau.files() == before


@pytest.mark.parametrize(
    ("entry", "wording", "reason", "buttons"),
    [
        ("ladder", "stolen painting", '"stolen painting" is already in `what-was-taken`', ["Try again", "Discard"]),
        ("ladder", "x" * 301, "longer than 300 characters: shorten it", []),
        ("ladder", "gone\u200b", "holds the invisible character U+200B: delete it", []),
        ("ladder", "???", "has no letters or digits: write it in words", []),
        ("ladder", "ladder whereabouts", "is already in", []),
        ("no-such-entry", "hello", "does not exist: use the id of an entry in faq/", []),
        ("../ladder", "hello", "does not exist: use the id of an entry in faq/", []),
    ],
)
async def test_a_bad_edit_is_refused_with_its_fix_and_nothing_is_touched(
    bureau: Bureau, entry: str, wording: str, reason: str, buttons: list[str]
) -> None:
    """It can be tried again only if a change of the files can make it pass."""
    before = bureau.files()
    refused = await bureau.slash("phrasing add", entry=entry, wording=wording)
    assert refused.private
    assert refused.text.startswith("**Nothing was changed.** Add phrasing")
    assert reason in refused.text.replace("\\", "")
    assert refused.buttons == buttons
    assert bureau.files() == before


async def test_many_long_problems_fit_their_messages(bureau: Bureau) -> None:
    desk, live = bureau.bot.desk, bureau.bot.live
    assert desk
    phrasings = [f"{number} " + "*" * 290 for number in range(12)]
    desk.confirm(desk.draft(EditEntry("ladder", {"phrasings": phrasings}), live), live, "mod", dt.datetime.now(dt.UTC))
    await bureau.press(await bureau.slash("retire", entry="ladder"), "Confirm")
    desk.confirm(
        desk.draft(EditEntry("who-saw-it", {"phrasings": phrasings}), live), live, "mod", dt.datetime.now(dt.UTC)
    )
    await bureau.slash("restore", entry="ladder")
    messages = [Seen(message) for message in bureau.channel.history(viewer=bureau.mod)]
    assert all(len(seen.text) <= 4_000 for seen in messages)
    assert "and 4 more" in messages[-1].text
    assert messages[-1].buttons == ["Try again", "Discard"]


async def test_a_refused_edit_names_no_line_since_its_draft_is_in_no_file(bureau: Bureau) -> None:
    refused = await _drafted(bureau, "stolen painting")
    assert refused.text.endswith('- "stolen painting" is already in `what-was-taken`: keep one of the two')


async def test_a_problem_that_the_files_have_without_the_edit_is_named_with_its_line(bureau: Bureau) -> None:
    people = bureau.folder / "people.yaml"
    people.write_text(people.read_text("utf-8").replace("name: Ada Voss", "name: []", 1), "utf-8")
    await bureau.slash("reload")
    refused = await _drafted(bureau, "ladder gone")
    assert re.search(r"\n- .* \(people\.yaml, line \d+\)$", refused.text)


async def test_what_else_an_edit_changes_is_shown_on_request(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    before = RegressionFigures(tuple(_case(f"far {n}", "far", "far", Verdict.RIGHT) for n in range(40)))
    after = RegressionFigures(tuple(_case(f"far {n}", "far", "other", Verdict.WRONG) for n in range(40)))
    now = bureau.bot.live.current
    monkeypatch.setattr(bureau.bot.check_cache, "figures", lambda each: before if each is now else after)
    draft = await _drafted(bureau)
    assert "40 of 40 would come out worse" in draft.text
    assert "far 1" not in draft.text
    assert draft.buttons == ["Confirm", "Discard", "All that changes"]
    effect = await bureau.press(draft, "All that changes")
    assert effect.private
    assert effect.text.startswith("### Regression questions\n- Worse: “far 0” reaches its entry now")
    assert effect.text.endswith("-# and 10 more")
    await bureau.press(draft, "Confirm")
    assert "ladder gone" in bureau.phrasings("ladder")


async def test_what_was_refused_can_be_tried_again_when_it_is_fixed(bureau: Bureau) -> None:
    refused = await _drafted(bureau, "stolen painting")
    path = bureau.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").replace("      - stolen painting\n", ""), "utf-8")
    draft = await bureau.press(refused, "Try again")
    await bureau.press(draft, "Confirm")
    assert "stolen painting" in bureau.phrasings("ladder")


async def test_an_edit_of_a_broken_entry_can_be_tried_again_when_it_is_fixed(bureau: Bureau) -> None:
    path = bureau.folder / "faq/theft.yaml"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace("  - id: ladder\n", "  - id: ladder\n    colour: red\n"), "utf-8")
    await bureau.slash("reload")
    refused = await _drafted(bureau, "ladder gone")
    assert "unknown key" in refused.text
    path.write_text(whole, "utf-8")
    await bureau.press(await bureau.press(refused, "Try again"), "Confirm")
    assert "ladder gone" in bureau.phrasings("ladder")


async def test_an_edit_of_an_entry_that_is_gone_is_a_conflict_and_cannot_be_tried_again(bureau: Bureau) -> None:
    path = bureau.folder / "faq/theft.yaml"
    draft = await _drafted(bureau)
    path.write_text(re.sub(r"  - id: ladder\n(?:    .*\n)+", "", path.read_text("utf-8")), "utf-8")
    conflict = await bureau.press(draft, "Confirm")
    assert "Someone changed the entry in its file." in conflict.text
    assert conflict.buttons == []


async def test_two_wordings_for_one_entry_at_once_are_both_kept(bureau: Bureau) -> None:
    mine = await _drafted(bureau)
    theirs = await bureau.slash("phrasing add", bureau.other, entry="ladder", wording="any ladder news")
    await bureau.press(theirs, "Confirm", bureau.other)
    assert "is live.**" in (await bureau.press(mine, "Confirm")).text
    assert {"ladder gone", "any ladder news"} < set(bureau.phrasings("ladder"))


async def test_two_moderators_at_one_entry_get_a_conflict_and_lose_nothing(bureau: Bureau) -> None:
    mine = await _drafted(bureau)
    theirs = await bureau.slash("retire", bureau.other, entry="ladder")
    await bureau.press(theirs, "Confirm", bureau.other)
    conflict = await bureau.press(mine, "Confirm")
    assert conflict.text.startswith('**Nothing was changed.** Add phrasing "ladder gone" to ladder')
    assert "other got there first: Retire ladder." in conflict.text
    assert changed_lines(conflict) == [f"+ retired: {dt.datetime.now(dt.UTC).date()}"]
    again = await bureau.press(conflict, "Try again")
    assert "+ - ladder gone" in changed_lines(again)
    await bureau.press(again, "Confirm")
    assert "ladder gone" in bureau.bot.live.current.base.retired["ladder"].phrasings


async def test_a_change_by_hand_is_a_conflict_too(bureau: Bureau) -> None:
    draft = await bureau.slash("retire", entry="ladder")
    path = bureau.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").replace("ladder whereabouts", "where is that ladder"), "utf-8")
    conflict = await bureau.press(draft, "Confirm")
    assert "Someone changed the entry in its file." in conflict.text
    assert changed_lines(conflict) == ["- - ladder whereabouts", "+ - where is that ladder"]


async def test_a_change_by_hand_is_not_blamed_on_whoever_edited_before_it(bureau: Bureau) -> None:
    draft = await bureau.slash("retire", entry="ladder")
    theirs = await bureau.slash("phrasing add", bureau.other, entry="ladder", wording="no ladder")
    await bureau.press(theirs, "Confirm", bureau.other)
    path = bureau.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").replace("The report does not say.", "The report is silent."), "utf-8")
    conflict = await bureau.press(draft, "Confirm")
    assert "Someone changed the entry in its file." in conflict.text
    assert "other" not in conflict.text


async def test_a_wording_that_must_not_be_answered_moves_and_both_changes_are_shown(bureau: Bureau) -> None:
    draft = await _drafted(bureau, "how do i bake bread")
    assert "+ - how do i bake bread" in changed_lines(draft)
    assert "- - how do i bake bread" in changed_lines(draft)
    done = await bureau.press(draft, "Confirm")
    assert "in `faq/theft.yaml` and 1 more file\n" in done.text
    assert bureau.phrasings("ladder")[-1] == "how do i bake bread"
    assert not bureau.bot.live.current.base.questions.unanswered


async def test_what_has_become_invalid_since_is_refused(bureau: Bureau) -> None:
    draft = await _drafted(bureau, "what is it about")
    theirs = await bureau.slash("phrasing add", bureau.other, entry="who-saw-it", wording="what is it about")
    await bureau.press(theirs, "Confirm", bureau.other)
    refused = await bureau.press(draft, "Confirm")
    assert "doesn't work yet" in refused.text
    assert '"what is it about" is already in `who-saw-it`' in refused.text.replace("\\", "")
    assert "what is it about" not in bureau.phrasings("ladder")


async def test_a_disk_that_cannot_be_written_says_so_and_keeps_the_edit(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await _drafted(bureau)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "write", full)
        failed = await bureau.press(draft, "Confirm")
    assert "**Nothing was changed.** I can't save the files right now (No space left on device)." in failed.text
    assert "ladder gone" not in bureau.phrasings("ladder")
    await bureau.press(failed, "Confirm")
    assert "ladder gone" in bureau.phrasings("ladder")


async def test_a_newer_draft_of_the_same_entry_takes_the_place_of_the_older(bureau: Bureau) -> None:
    old = await _drafted(bureau)
    new = await _drafted(bureau, "no ladder")
    assert (await bureau.press(old, "Confirm")).text == DRAFT_GONE
    await bureau.press(new, "Confirm")
    assert "no ladder" in bureau.phrasings("ladder")
    assert "ladder gone" not in bureau.phrasings("ladder")


async def _copied(bureau: Bureau, draft: Seen) -> Seen:
    """The buttons of a draft in a public message, as a modified client can press them."""
    controls = ui.LayoutView.from_message(draft.message).walk_children()
    buttons = [each for each in controls if isinstance(each, ui.Button)]
    copies = [ui.Button[Any](label=each.label, custom_id=each.custom_id) for each in buttons]
    channel = bureau.bot.get_channel(bureau.channel.id)
    assert isinstance(channel, discord.TextChannel)
    return Seen(await channel.send(view=Page(["A copy."], foot=copies)))


@pytest.mark.parametrize("label", ["Confirm", "Discard"])
async def test_another_moderator_cannot_decide_on_a_draft(bureau: Bureau, label: str) -> None:
    draft = await _drafted(bureau)
    before = bureau.files()
    assert (await bureau.press(await _copied(bureau, draft), label, bureau.other)).text == DRAFT_GONE
    assert bureau.files() == before
    await bureau.press(draft, "Confirm")
    assert "ladder gone" in bureau.phrasings("ladder")


async def test_a_draft_is_confirmed_once(bureau: Bureau) -> None:
    draft = await _drafted(bureau)
    copy = await _copied(bureau, draft)
    await bureau.press(draft, "Confirm")
    made = bureau.files()
    again = await bureau.press(copy, "Confirm")
    assert (again.text, again.buttons) == (MADE_ALREADY.format(number=1), ["Undo this edit"])
    assert bureau.files() == made


async def test_a_discarded_draft_cannot_be_confirmed(bureau: Bureau) -> None:
    draft = await _drafted(bureau)
    copy = await _copied(bureau, draft)
    await bureau.press(draft, "Discard")
    assert (await bureau.press(copy, "Confirm")).text == DRAFT_GONE
    assert "ladder gone" not in bureau.phrasings("ladder")


async def test_only_some_drafts_are_kept(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MAX_DRAFTS", 1)
    first = await _drafted(bureau)
    await bureau.slash("phrasing add", bureau.other, entry="who-saw-it", wording="onlookers")
    assert (await bureau.press(first, "Confirm")).text == DRAFT_GONE


async def test_a_draft_that_has_waited_long_is_tried_again(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MAX_TRIED", 1)
    first = await _drafted(bureau)
    await bureau.slash("phrasing add", bureau.other, entry="who-saw-it", wording="onlookers")
    again = await bureau.press(first, "Confirm")
    assert "Nothing has been changed yet." in again.text
    await bureau.press(again, "Confirm")
    assert "ladder gone" in bureau.phrasings("ladder")


async def test_a_draft_does_not_outlive_a_restart_and_says_so(bureau: Bureau) -> None:
    draft = await _drafted(bureau)
    await bureau.restart()
    assert (await bureau.press(draft, "Confirm")).text == DRAFT_GONE


_EDITS: tuple[tuple[str, dict[str, str]], ...] = (
    ("phrasing add", {"entry": "ladder", "wording": "ladder gone"}),
    ("phrasing remove", {"entry": "ladder", "wording": "ladder whereabouts"}),
    ("retire", {"entry": "ladder"}),
    ("restore", {"entry": "ladder"}),
    ("withdraw", {"entry": "ladder", "reason": "privacy"}),
    ("reload", {}),
)


@pytest.mark.parametrize(("command", "options"), _EDITS)
async def test_a_command_shown_to_everybody_is_still_refused(
    bureau: Bureau, command: str, options: dict[str, str]
) -> None:
    (faq,) = [each for each in await bureau.bot.tree.fetch_commands() if each.name == "faq"]
    bureau.guild.set_command_permissions(faq, {bureau.guild.default_role: True})
    before = bureau.files()
    refused = await bureau.slash(command, bureau.ana, **options)
    assert refused.text == NOT_MODERATOR
    assert refused.private
    assert bureau.files() == before


@pytest.mark.parametrize("desk_servers", [frozenset(), frozenset({1})])
@pytest.mark.parametrize(("command", "options"), _EDITS)
async def test_a_server_that_is_not_named_cannot_edit(bureau: Bureau, command: str, options: dict[str, str]) -> None:
    refused = await bureau.slash(command, **options)
    assert refused.text == NOT_EDITED_HERE.format(server=SERVER)
    assert f"`{SERVER}`, to `CASEBOT_DESK_SERVERS`" in refused.text
    assert refused.private


async def test_manage_server_of_another_server_edits_nothing(bureau: Bureau) -> None:
    elsewhere = bureau.env.create_guild()
    channel = elsewhere.create_text_channel("case")
    role = elsewhere.create_role("chiefs", permissions=discord.Permissions(manage_guild=True, manage_messages=True))
    chief = elsewhere.add_member(bureau.env.create_user("chief"), roles=[role])
    refused = shown(await chief.slash(channel, "faq retire", entry="ladder"))
    assert refused.text == NOT_EDITED_HERE.format(server=elsewhere.id)


@pytest.mark.parametrize("label", ["Confirm", "Discard"])
async def test_who_loses_the_role_before_the_click_changes_nothing(bureau: Bureau, label: str) -> None:
    before = bureau.files()
    draft = await _drafted(bureau)
    await bureau.dismiss(bureau.mod)
    refused = await bureau.press(draft, label)
    assert refused.text == NOT_MODERATOR
    assert refused.private
    assert bureau.files() == before


async def test_who_loses_the_role_cannot_try_again_either(bureau: Bureau) -> None:
    refused = await _drafted(bureau, "stolen painting")
    await bureau.dismiss(bureau.mod)
    assert (await bureau.press(refused, "Try again")).text == NOT_MODERATOR


class TestWithoutADesk:
    """The folder cannot be written."""

    @pytest.fixture
    def desk(self) -> Desk[Answerer] | None:
        return None

    @pytest.mark.parametrize(("command", "options"), _EDITS)
    async def test_it_says_why(self, bureau: Bureau, command: str, options: dict[str, str]) -> None:
        refused = await bureau.slash(command, **options)
        assert refused.text == NO_DESK
        assert refused.private


async def test_reload_puts_edits_by_hand_into_use(bureau: Bureau) -> None:
    path = bureau.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").replace("ladder whereabouts", "where is that ladder"), "utf-8")
    seen = await bureau.slash("reload")
    assert seen.text == "Files reloaded: 3 entries in use."
    assert "where is that ladder" in bureau.phrasings("ladder")


async def test_reload_shows_what_is_wrong_and_keeps_the_last_good_state(bureau: Bureau) -> None:
    path = bureau.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").replace("kind: claim", "kind: rumour"), "utf-8")
    seen = await bureau.slash("reload")
    assert "**The FAQ's files have 1 problem.**" in seen.text
    assert "faq/theft.yaml:23:5" in seen.text.replace("\\", "")
    assert seen.private
    assert len(bureau.bot.live.current.base.entries) == 3


def _case(question: str, expected: str | None, got: str, verdict: Verdict) -> RegressionCase:
    return RegressionCase(question, expected, (got,), Outcome.ANSWER, verdict)


def test_questions_that_have_to_do_with_the_entry_come_first() -> None:
    before = [_case(f"far {n}", "far", "far", Verdict.RIGHT) for n in range(6)]
    after = [_case(f"far {n}", "far", "other", Verdict.WRONG) for n in range(6)]
    lines = regression_lines("near", RegressionFigures(tuple(before)), RegressionFigures(tuple(after)))
    assert lines[0].startswith(
        "**Regression questions:** 6 of 6 would come out worse and 0 better: 100.0% right before, 0.0% after;"
    )
    assert "None of these involve this entry" in lines[0]
    assert len(lines) == 1
    before.append(_case("near", "near", "far", Verdict.WRONG))
    after.append(_case("near", "near", "near", Verdict.RIGHT))
    lines = regression_lines("near", RegressionFigures(tuple(before)), RegressionFigures(tuple(after)))
    assert "None of these involve this entry" not in lines[0]
    assert lines[1] == "- Better: “near” gets the answer of `far` now; with this edit, it reaches its entry"
    assert lines[2:] == ["-# and 6 more"]
    (page,) = views.changes_pages(RegressionFigures(tuple(before)), RegressionFigures(tuple(after)))
    listed = "\n".join(part.content for part in page.walk_children() if isinstance(part, ui.TextDisplay)).splitlines()
    assert [line[:8] for line in listed[1:]] == [*["- Worse:"] * 6, "- Better"]


@pytest.mark.parametrize("folder_forgotten", [True])
async def test_on_a_host_that_forgets_its_files_an_edit_says_so(bureau: Bureau) -> None:
    done = await bureau.press(await _drafted(bureau), "Confirm")
    assert "**Done. Revision 1 is live.**" in done.text
    assert "this host loses its files every time I restart, and this edit with them" in done.text


_YAML = st.text(st.sampled_from("ab`*_ -:\n"), max_size=400)


@given(before=st.none() | _YAML, after=st.none() | _YAML, room=st.integers(100, 600))
def test_changed_lines_fit_and_stay_in_their_block(before: str | None, after: str | None, room: int) -> None:
    shown = views.changed_lines(before, after, room)
    assert len(shown) <= room
    assert shown.count("```") == 2


@pytest.mark.parametrize(
    ("expected", "got", "verdict", "told"),
    [
        ("ladder", ("ladder",), Verdict.RIGHT, "reaches its entry"),
        (None, (), Verdict.RIGHT, "stays unanswered"),
        (None, ("ladder",), Verdict.FALSE, "wrongly gets the answer of `ladder`"),
    ],
)
def test_how_a_regression_question_comes_out_is_said(
    expected: str | None, got: tuple[str, ...], verdict: Verdict, told: str
) -> None:
    assert outcome(RegressionCase("who was it", expected, got, Outcome.ANSWER, verdict)) == told
