"""`/faq unanswered`: unanswered questions become phrasings, entries and silence, and leave the list."""

import asyncio
import datetime as dt
import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord import InteractionResult, MemberActor

from bot.answering.service import Nearest
from bot.chat.message import limits
from bot.chat.message.limits import pack
from bot.chat.message.markdown import shortened
from bot.chat.rights import NOT_EDITED_HERE, NOT_MODERATOR
from bot.chat.screens import unanswered as screen
from bot.chat.screens.unanswered import (
    BACK_ALREADY,
    DONE_ALREADY,
    NOTHING_UNANSWERED,
    OFF_ALREADY,
    group_sections,
    place_line,
    settled_line,
)
from bot.matching.types import Candidate, Outcome
from bot.moderation import backlog
from bot.moderation.unanswered import Group, Order
from bot.store.store import StoreError
from bot.store.types import Asked, Surface, Why
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import SERVER, Bureau
from tests.chat.worlds import entry, world

WORTH = ("what is the painting worth", "what is the paintin worth?", "whats the painting worth")
WORLD = world([entry(question="*" * 300)])
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
RICE = "how do i cook rice"
SLOWLY = {"answer": "Slowly [n1].", "kind": ["reported"], "topics": ["theft"]}


def ask(bureau: Bureau, *texts: str, guild: int | None = SERVER, days: int = 0) -> None:
    """Record questions as missed, without anybody asking."""
    for text in texts:
        at = NOON + dt.timedelta(days=days)
        bureau.bot.store.record(Asked(text, Outcome.NONE, None, 0.1, Surface.SLASH, guild, at), bureau.ana.id)


async def left(bureau: Bureau) -> list[str]:
    """The questions on the list of this server."""
    return sorted(each.text for each in await bureau.bot.store.unanswered(SERVER))


async def say(bureau: Bureau, member: MemberActor, text: str) -> Seen:
    """Let a member ask in chat; give the reply."""
    await member.send(bureau.channel, f"!ask {text}")
    return Seen(bureau.channel.history()[-1])


async def pick(bureau: Bureau, seen: Seen, entry: str) -> Seen:
    return shown(await bureau.mod.select(seen.message, [entry]))


def last_told(bureau: Bureau) -> Seen:
    """The newest message that the moderator sees in the channel."""
    return Seen(bureau.channel.history(viewer=bureau.mod)[-1])


async def confirm(bureau: Bureau, draft: Seen) -> Seen:
    """Confirm an edit; give the remark on the list that follows."""
    assert "is live.**" in (await bureau.press(draft, "Confirm")).text
    told = last_told(bureau)
    assert told.private
    return told


def fields(form: InteractionResult) -> dict[str, object]:
    """What a form holds as it opens, by key."""
    assert form.modal
    controls = [part["component"] for part in form.modal["components"]]
    return {
        each["custom_id"]: [option["value"] for option in each["options"] if option.get("default")]
        if "options" in each
        else each.get("value")
        for each in controls
    }


async def test_a_miss_in_three_wordings_becomes_one_phrasing_and_the_next_ask_is_answered(bureau: Bureau) -> None:
    before = bureau.files()
    members = [bureau.ana, *(bureau.guild.add_member(bureau.env.create_user(name)) for name in ("ben", "cleo"))]
    for member, text in zip(members, WORTH, strict=True):
        assert "Did you mean" in (await say(bureau, member, text)).text

    group = await bureau.slash("unanswered")
    assert group.private
    assert "### Unanswered, asked 3 times" in group.text
    assert all(f"> {text}" in group.text for text in WORTH)
    assert "1 of 1" in group.text

    draft = await bureau.press(group, "Add to nearest")
    assert draft.text.startswith('### Add phrasing "what is the painting worth" to what-was-taken')
    assert bureau.files() == before
    settled = await confirm(bureau, draft)
    assert settled.text.startswith("Taken off the list: 3 questions.")
    assert NOTHING_UNANSWERED in settled.text
    assert await left(bureau) == []

    answer = await say(bureau, members[1], WORTH[1])
    assert answer.text.startswith("### What was taken from the museum?")
    assert await left(bureau) == []

    after = bureau.files()
    assert {name for name in after if after[name] != before.get(name)} == {"theft.yaml"}
    old, new = (each["theft.yaml"].decode().splitlines(keepends=True) for each in (before, after))
    changed = [line for line in difflib.ndiff(old, new) if not line.startswith("  ")]
    assert changed == ["+       - what is the painting worth\n"]


async def test_after_the_wrong_entry_the_edit_is_undone_and_the_questions_come_back(bureau: Bureau) -> None:
    ask(bureau, *WORTH)
    draft = await pick(bureau, await bureau.slash("unanswered"), "ladder")
    settled = await confirm(bureau, draft)
    assert settled.text.startswith("Taken off the list: ")
    assert settled.buttons[-1] == "Put back on the list"
    await bureau.press(await bureau.slash("undo", number=1), "Confirm")
    back = await bureau.press(settled, "Put back on the list")
    assert back.text.startswith("It's back on the list.\n### Unanswered, asked 3 times")
    assert "Add to nearest" in back.buttons


async def test_an_empty_list_says_so(bureau: Bureau) -> None:
    seen = await bureau.slash("unanswered")
    assert (seen.text, seen.buttons) == (NOTHING_UNANSWERED, [])


async def test_the_list_goes_by_count_or_by_the_latest_and_is_leafed_through(bureau: Bureau) -> None:
    ask(bureau, *WORTH)
    ask(bureau, RICE, days=1)
    first = await bureau.slash("unanswered")
    assert (
        "### Unanswered, asked 3 times\n-# Last asked on 20 November 2026 (UTC). No answer and no suggestion (3)."
        in first.text
    )
    assert "**Nearest entry:** What was taken from the museum?\n-# `what-was-taken`, score 0." in first.text
    assert "1 of 2, most asked first" in first.text
    assert [label for label in first.buttons if label in {"Previous question", "Next question"}] == ["Next question"]
    assert len(first.buttons) + len(first.menus) <= 6
    second = await bureau.press(first, "Next question")
    assert f"> {RICE}" in second.text
    assert "### Unanswered, asked once" in second.text
    assert [label for label in second.buttons if label in {"Previous question", "Next question"}] == [
        "Previous question"
    ]
    again = await bureau.press(second, "Previous question")
    assert again.text == first.text
    latest = await bureau.slash("unanswered", order="recent")
    assert f"> {RICE}" in latest.text
    assert "1 of 2, latest first" in latest.text


async def test_an_answer_that_did_not_help_is_named_and_not_offered_again(bureau: Bureau) -> None:
    question = Asked("ladder whereabouts", Outcome.NOT_COVERED, "ladder", 0.9, Surface.SLASH, SERVER, NOON)
    bureau.bot.store.record(question, bureau.ana.id)
    bureau.bot.store.vote(question.id, "ladder", bureau.ana.id, helpful=False)
    seen = await bureau.slash("unanswered")
    assert "An answer that didn't help (1)." in seen.text
    assert "**The answer that didn't help:** Where is the ladder now?" in seen.text
    assert "`/faq edit ladder` changes it." in seen.text
    assert "Add to nearest" not in seen.buttons
    assert "what-was-taken" in seen.options.values()


def answered_and_picked(bureau: Bureau, picked: str) -> Asked:
    """Record a question with an answer, below which whoever asked picked another."""
    question = Asked("ladder whereabouts", Outcome.NOT_COVERED, "ladder", 0.9, Surface.SLASH, SERVER, NOON)
    bureau.bot.store.record(question, bureau.ana.id)
    bureau.bot.store.picked(question.id, picked)
    return question


async def test_what_was_picked_below_an_answer_is_named_and_gets_the_question(bureau: Bureau) -> None:
    answered_and_picked(bureau, "who-saw-it")
    seen = await bureau.slash("unanswered")
    assert "An answer, but another question picked below it (1)." in seen.text
    assert "**The answer given:** Where is the ladder now?\n**Picked below it:** Who saw the thief?\n" in seen.text
    assert "`/faq edit ladder` changes it." in seen.text
    assert "Add to nearest" not in seen.buttons, "the nearest is the answer given"
    form = await bureau.open(seen, "Edit the answer")
    assert fields(form)["question"] == "Where is the ladder now?"
    draft = await bureau.press(seen, "Add to the one picked")
    assert "ladder whereabouts" in draft.text
    assert "who-saw-it" in draft.text


async def test_a_vote_and_a_pick_on_one_answer_are_both_named(bureau: Bureau) -> None:
    question = answered_and_picked(bureau, "who-saw-it")
    bureau.bot.store.vote(question.id, "ladder", None, helpful=False)
    seen = await bureau.slash("unanswered")
    assert "**The answer that didn't help:** Where is the ladder now?\n**Picked below it:** Who saw" in seen.text


async def test_a_pick_that_is_out_of_service_is_not_named(bureau: Bureau) -> None:
    answered_and_picked(bureau, "gone")
    seen = await bureau.slash("unanswered")
    assert "**The answer given:** Where is the ladder now?" in seen.text
    assert "Picked below it" not in seen.text
    assert "Add to the one picked" not in seen.buttons


async def test_an_entry_that_was_retired_since_is_not_named(bureau: Bureau) -> None:
    question = Asked("ladder whereabouts", Outcome.NOT_COVERED, "gone", 0.9, Surface.SLASH, SERVER, NOON)
    bureau.bot.store.record(question, bureau.ana.id)
    bureau.bot.store.vote(question.id, "gone", bureau.ana.id, helpful=False)
    seen = await bureau.slash("unanswered")
    assert "that didn't help:" not in seen.text
    assert "Add to nearest" in seen.buttons


async def test_only_questions_of_this_server_are_shown(bureau: Bureau) -> None:
    ask(bureau, "of another server", guild=1)
    ask(bureau, "of a direct message", guild=None)
    assert (await bureau.slash("unanswered")).text == NOTHING_UNANSWERED


async def test_what_members_typed_is_shown_as_it_was_typed_and_fits(bureau: Bureau) -> None:
    texts = [f"**painting** @everyone <#1> _worth_ {'_*' * 900} {number}" for number in range(9)]
    ask(bureau, *texts)
    seen = await bureau.slash("unanswered")
    assert "\\*\\*painting\\*\\* @\u200beveryone \\<#1>" in seen.text
    assert "and 3 more phrasings" in seen.text
    assert len(seen.text) <= 4_000


async def test_another_entry_can_be_picked(bureau: Bureau) -> None:
    ask(bureau, *WORTH)
    group = await bureau.slash("unanswered")
    assert "what-was-taken" not in group.options.values(), "the nearest has its button"
    draft = await pick(bureau, group, "ladder")
    assert "to ladder" in draft.text
    await bureau.press(draft, "Confirm")
    assert WORTH[0] in bureau.phrasings("ladder")


async def test_the_wording_can_be_changed_first(bureau: Bureau) -> None:
    ask(bureau, "hey bot " + "please " * 60 + WORTH[0])
    refused = await bureau.press(await bureau.slash("unanswered"), "Add to nearest")
    assert "longer than 300 characters" in refused.text
    form = await bureau.open(refused, "Change it")
    assert str(fields(form)["wording"]).startswith("hey bot please")
    draft = shown(await bureau.mod.submit_modal(form, {"wording": WORTH[0]}))
    await bureau.press(draft, "Confirm")
    assert WORTH[0] in bureau.phrasings("what-was-taken")


async def test_wordings_that_the_new_phrasing_does_not_bring_home_stay_on_the_list(bureau: Bureau) -> None:
    ask(bureau, *WORTH)
    draft = await bureau.press(await bureau.slash("unanswered"), "Add to nearest")
    form = await bureau.open(draft, "Change it")
    draft = shown(await bureau.mod.submit_modal(form, {"wording": "whatever became of the guard dog"}))
    told = await confirm(bureau, draft)
    assert told.text.startswith("Taken off the list: 0. These still don't get that answer")
    assert await left(bureau) == sorted(WORTH)


async def test_a_new_entry_begins_with_what_was_asked(bureau: Bureau) -> None:
    ask(bureau, RICE, "how do i cook rice?", "how do i cook the rice")
    form = await bureau.open(await bureau.slash("unanswered"), "Write a new entry")
    opened = fields(form)
    asked = str(opened["phrasings"]).splitlines()
    assert sorted(each.strip("?") for each in asked) == [RICE, "how do i cook the rice"], "no wording twice"
    assert opened["question"] in asked
    typed = {"question": "How is rice cooked?", "phrasings": opened["phrasings"], **SLOWLY}
    told = await confirm(bureau, shown(await bureau.mod.submit_modal(form, typed)))
    assert told.text.startswith("Taken off the list: 3 questions.")
    assert (await say(bureau, bureau.ana, RICE)).text.startswith("### How is rice cooked?")
    assert sorted(bureau.phrasings("how-is-rice-cooked")) == sorted(asked)


async def test_a_phrasing_that_only_repeats_the_question_of_a_form_is_dropped(bureau: Bureau) -> None:
    ask(bureau, RICE)
    form = await bureau.open(await bureau.slash("unanswered"), "Write a new entry")
    assert fields(form)["question"] == fields(form)["phrasings"] == RICE
    typed = {"question": f"{RICE.capitalize()}?", "phrasings": RICE, **SLOWLY}
    await confirm(bureau, shown(await bureau.mod.submit_modal(form, typed)))
    assert bureau.phrasings("how-do-i-cook-rice") == ()


class TestNotCovered:
    """Members are told that the source does not say, or nothing at all."""

    @pytest.fixture
    async def choice(self, bureau: Bureau) -> Seen:
        ask(bureau, RICE)
        return await bureau.press(await bureau.slash("unanswered"), "Not covered")

    async def test_by_an_entry_that_says_so(self, bureau: Bureau, choice: Seen) -> None:
        assert choice.options == {"Where is the ladder now?": "ladder"}
        told = await confirm(bureau, await pick(bureau, choice, "ladder"))
        assert told.text.startswith("Taken off the list: 1 question.")
        assert RICE in bureau.phrasings("ladder")

    async def test_by_a_new_entry_that_says_so(self, bureau: Bureau, choice: Seen) -> None:
        form = await bureau.open(choice, "Write that the source doesn't say")
        assert fields(form) | {"question": RICE, "kind": ["not_covered"]} == fields(form)

    async def test_by_silence(self, bureau: Bureau, choice: Seen) -> None:
        told = await confirm(bureau, await bureau.press(choice, "Don't answer"))
        assert told.text.startswith("Taken off the list: 1 question.")
        assert f"      - {RICE}\n" in (bureau.folder / "questions.yaml").read_text("utf-8")

    async def test_or_not_after_all(self, bureau: Bureau, choice: Seen) -> None:
        assert "### Unanswered, asked once" in (await bureau.press(choice, "Back to the list")).text


async def test_what_is_answered_by_now_says_so(bureau: Bureau) -> None:
    ask(bureau, "did the director call it priceless")
    assert "I can answer this now" not in (await bureau.slash("unanswered")).text
    draft = await bureau.slash("phrasing add", entry="what-was-taken", wording="did the director call it priceless")
    await bureau.press(draft, "Confirm")
    answerable = "I can answer this now. If the answer is right, dismiss the question."
    assert answerable in (await bureau.slash("unanswered")).text
    await bureau.slash("stop", entry="what-was-taken")
    stopped = (await bureau.slash("unanswered")).text
    assert "**Nearest entry:** What was taken from the museum?" in stopped
    assert "I can answer this now" not in stopped


async def test_what_is_dismissed_is_gone_and_can_be_put_back(bureau: Bureau) -> None:
    ask(bureau, *WORTH, RICE)
    after = await bureau.press(await bureau.slash("unanswered"), "Dismiss")
    assert after.text.startswith(f"Dismissed: {WORTH[0]}\n")
    assert f"> {RICE}" in after.text
    assert await left(bureau) == [RICE]
    back = await bureau.press(after, "Undo")
    assert back.text.startswith("It's back on the list.")
    assert "### Unanswered, asked 3 times" in back.text
    assert await left(bureau) == sorted([*WORTH, RICE])


async def test_the_last_group_can_be_put_back_too(bureau: Bureau) -> None:
    ask(bureau, RICE)
    after = await bureau.press(await bureau.slash("unanswered"), "Dismiss")
    assert NOTHING_UNANSWERED in after.text
    assert f"> {RICE}" in (await bureau.press(after, "Undo")).text


_EDITS = ("Add to nearest", "Write a new entry", "Not covered")
_ACTIONS = (*_EDITS, "Dismiss")


@pytest.mark.parametrize("label", _ACTIONS)
async def test_of_two_moderators_at_one_group_the_second_is_told(bureau: Bureau, label: str) -> None:
    ask(bureau, *WORTH, RICE)
    mine, theirs = await bureau.slash("unanswered"), await bureau.slash("unanswered", bureau.other)
    await bureau.press(theirs, "Dismiss", bureau.other)
    told = await bureau.press(mine, label)
    assert told.text.startswith(DONE_ALREADY)
    assert f"> {RICE}" in told.text, "what stands there now"
    assert told.private


async def test_an_edit_of_what_somebody_has_dismissed_since_is_made_and_says_so(bureau: Bureau) -> None:
    ask(bureau, *WORTH)
    draft = await bureau.press(await bureau.slash("unanswered"), "Add to nearest")
    await bureau.press(await bureau.slash("unanswered", bureau.other), "Dismiss", bureau.other)
    told = await confirm(bureau, draft)
    assert told.text.startswith(OFF_ALREADY)
    assert WORTH[0] in bureau.phrasings("what-was-taken")


async def test_the_list_outlives_a_restart(bureau: Bureau) -> None:
    ask(bureau, *WORTH, RICE)
    group = await bureau.slash("unanswered")
    await bureau.restart()
    second = await bureau.press(group, "Next question")
    assert f"> {RICE}" in second.text
    assert fields(await bureau.open(second, "Write a new entry"))["question"] == RICE
    draft = await bureau.press(await bureau.press(second, "Previous question"), "Add to nearest")
    await bureau.press(draft, "Confirm")
    assert await left(bureau) == [RICE]


async def test_what_was_dismissed_before_a_restart_can_be_put_back(bureau: Bureau) -> None:
    ask(bureau, *WORTH, RICE)
    after = await bureau.press(await bureau.slash("unanswered"), "Dismiss")
    await bureau.restart()
    assert (await bureau.press(after, "Undo")).text.startswith("It's back on the list.")
    assert await left(bureau) == sorted([*WORTH, RICE])


async def test_what_is_back_on_the_list_already_is_not_put_back_again(bureau: Bureau) -> None:
    ask(bureau, RICE)
    (question,) = await bureau.bot.store.unanswered(SERVER)
    after = await bureau.press(await bureau.slash("unanswered"), "Dismiss")
    await bureau.bot.store.reopen(SERVER, question.id)
    assert (await bureau.press(after, "Undo")).text.startswith(BACK_ALREADY)


@pytest.mark.parametrize("label", [*_ACTIONS, "Next question"])
async def test_who_loses_the_role_can_do_nothing_more(bureau: Bureau, label: str) -> None:
    ask(bureau, *WORTH, RICE)
    group = await bureau.slash("unanswered")
    await bureau.dismiss(bureau.mod)
    refused = await bureau.press(group, label)
    assert (refused.text, refused.private) == (NOT_MODERATOR, True)
    assert await left(bureau) == sorted([*WORTH, RICE])


async def test_who_loses_the_role_cannot_pick_an_entry(bureau: Bureau) -> None:
    ask(bureau, *WORTH)
    group = await bureau.slash("unanswered")
    await bureau.dismiss(bureau.mod)
    assert (await pick(bureau, group, "ladder")).text == NOT_MODERATOR


@pytest.mark.parametrize("label", ["Write that the source doesn't say", "Don't answer", "Back to the list"])
async def test_who_loses_the_role_cannot_go_on_with_what_is_not_covered(bureau: Bureau, label: str) -> None:
    ask(bureau, RICE)
    choice = await bureau.press(await bureau.slash("unanswered"), "Not covered")
    await bureau.dismiss(bureau.mod)
    assert (await bureau.press(choice, label)).text == NOT_MODERATOR


async def test_who_loses_the_role_cannot_undo(bureau: Bureau) -> None:
    ask(bureau, RICE)
    after = await bureau.press(await bureau.slash("unanswered"), "Dismiss")
    await bureau.dismiss(bureau.mod)
    assert (await bureau.press(after, "Undo")).text == NOT_MODERATOR
    assert await left(bureau) == []


async def test_a_command_shown_to_everybody_is_still_refused(bureau: Bureau) -> None:
    (faq,) = [each for each in await bureau.bot.tree.fetch_commands() if each.name == "faq"]
    bureau.guild.set_command_permissions(faq, {bureau.guild.default_role: True})
    assert (await bureau.slash("unanswered", bureau.ana)).text == NOT_MODERATOR


@pytest.mark.parametrize("desk_servers", [frozenset()])
async def test_a_server_that_cannot_edit_reads_and_dismisses(bureau: Bureau) -> None:
    ask(bureau, *WORTH)
    group = await bureau.slash("unanswered")
    for label in _EDITS:
        assert (await bureau.press(group, label)).text == NOT_EDITED_HERE.format(server=SERVER)
    assert NOTHING_UNANSWERED in (await bureau.press(group, "Dismiss")).text


@pytest.mark.parametrize("label", [*_ACTIONS, "Next question"])
async def test_while_the_database_is_away_it_says_so_and_the_way_back_is_there(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    ask(bureau, *WORTH, RICE)
    group = await bureau.slash("unanswered")

    async def away(*_: object) -> None:
        message = "The database cannot be used now (disk I/O error)."
        raise StoreError(message)

    with monkeypatch.context() as patch:
        patch.setattr(bureau.bot.store, "unanswered", away)
        told = await bureau.press(group, label)
    assert told.text == "I can't read or change the list right now: The database cannot be used now (disk I/O error)."
    assert "### Unanswered" in (await bureau.press(told, "Back to the list")).text


async def test_a_form_does_not_wait_for_a_slow_database(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(bureau, RICE)
    group = await bureau.slash("unanswered")

    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(bureau.bot.store, "unanswered", never)
        patch.setattr(limits, "BEFORE_FORM", 0)
        told = await bureau.press(group, "Write a new entry")
    assert told.text == "I can't read or change the list right now: The database is slow."


async def test_a_list_that_cannot_be_written_keeps_its_group(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(bureau, *WORTH)
    draft = await bureau.press(await bureau.slash("unanswered"), "Add to nearest")

    async def away(*_: object) -> None:
        message = "The database cannot be used now (database or disk is full)."
        raise StoreError(message)

    with monkeypatch.context() as patch:
        patch.setattr(bureau.bot.store, "resolve", away)
        told = await confirm(bureau, draft)
    assert "I can't read or change the list right now" in told.text
    assert WORTH[0] in bureau.phrasings("what-was-taken")
    assert "### Unanswered, asked 3 times" in (await bureau.press(told, "Back to the list")).text


async def test_of_a_very_long_list_only_the_latest_are_grouped_and_it_says_so(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MAX_GROUPED", 2)
    monkeypatch.setattr(screen, "MAX_GROUPED", 2)
    ask(bureau, *WORTH)
    seen = await bureau.slash("unanswered")
    assert "### Unanswered, asked 2 times" in seen.text
    assert "I only look at the latest 2 questions." in seen.text


_TEXTS = st.text(st.sampled_from("a_*`<@#>|~[]() \u200b\n1.-") | st.characters(exclude_categories=["Cs"]), max_size=600)


# The first look-up loads the model that tells languages.
@given(st.lists(_TEXTS, min_size=1, max_size=12), st.integers(1, 300))
def test_whatever_was_asked_a_page_takes_it_with_what_became_of_the_last(texts: list[str], limit: int) -> None:
    assert all(len(shortened(text, limit)) <= limit for text in texts)
    group = Group(texts[0], tuple(texts), ("0" * 12,), NOON, tuple((why, 10**6) for why in Why), ("entry-1",))
    sections = [
        settled_line(10**6, texts),
        *group_sections(group, Nearest(WORLD.base, (Candidate("entry-1", 0.5),), 0.7), answered=True),
        place_line(10**4, [group] * 10, Order.COUNT),
    ]
    (page,) = pack(sections)
    assert len(page) == len(sections)


@pytest.mark.parametrize("text", ["???", RICE])
async def test_what_is_near_no_entry_is_not_offered_to_the_first_one(bureau: Bureau, text: str) -> None:
    ask(bureau, text)
    group = await bureau.slash("unanswered")
    assert "No entry comes close." in group.text
    assert "score" not in group.text
    assert group.buttons == ["Not covered", "Write a new entry", "Dismiss"]


async def test_an_entry_that_is_far_can_still_be_picked(bureau: Bureau) -> None:
    ask(bureau, RICE)
    group = await bureau.slash("unanswered")
    (menu,) = group.menus
    assert menu["placeholder"] == "Add to an entry"
    assert set(group.options.values()) == set(bureau.bot.live.current.base.entries)
    assert f'Add phrasing "{RICE}" to ladder' in (await pick(bureau, group, "ladder")).text
