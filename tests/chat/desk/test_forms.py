"""Writing and changing entries in forms: what is shown, what is kept, what two moderators at once see."""

import dataclasses
import datetime as dt
from typing import Any

import discord
import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st
from simcord import InteractionResult, MemberActor

from bot.chat.cogs.edit_confirm import DRAFT_GONE
from bot.chat.cogs.entry_forms import PARTS
from bot.chat.cogs.entry_lookup import NO_SUCH_ENTRY
from bot.chat.rights import NO_DESK, NOT_EDITED_HERE, NOT_MODERATOR
from bot.editing.edits import EditEntry
from bot.editing.merge import Values, merge
from bot.i18n.catalogue import LANGUAGES
from bot.knowledge.model import Kind
from tests.chat.conftest import Seen, check_choices, shown
from tests.chat.desk.conftest import SERVER, Bureau, entered
from tests.chat.worlds import entry, world
from tests.settings import save_settings

NEW: dict[str, Any] = {
    "question": "Who owns the museum?",
    "phrasings": "museum owner\n  whose museum is it \n\nmuseum owner",
    "answer": "The town does [n1].",
    "kind": ["reported"],
    "topics": ["theft"],
}


async def _form(bureau: Bureau, name: str, who: MemberActor | None = None, /, **options: str) -> InteractionResult:
    return await (who or bureau.mod).slash(bureau.channel, f"faq {name}", **options)


async def _submit(
    bureau: Bureau, form: InteractionResult, values: dict[str, Any], who: MemberActor | None = None
) -> Seen:
    return shown(await (who or bureau.mod).submit_modal(form, values))


async def _changed(bureau: Bureau, values: dict[str, Any], part: str = "text", entry: str = "ladder") -> Seen:
    form = await _form(bureau, "edit", entry=entry, part=part)
    return await _submit(bureau, form, entered(form) | values)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_words_of_forms_fit_in_every_language(bureau: Bureau, language: str) -> None:
    settings = bureau.bot.store.settings(SERVER)
    await save_settings(bureau.bot.store, SERVER, dataclasses.replace(settings, language=language))
    forms = [await _form(bureau, "add"), *[await _form(bureau, "edit", entry="ladder", part=part) for part in PARTS]]
    # https://discord.com/developers/docs/components/reference#label
    for form in forms:
        assert form.modal
        assert len(form.modal["title"]) <= 45
        for label in form.modal["components"]:
            assert len(label["label"]) <= 45, label
            assert len(label["description"]) <= 100, label
            assert all(len(option["label"]) <= 100 for option in label["component"].get("options", ()))


async def test_a_new_entry_is_written_into_the_file_of_its_topic_and_answers(bureau: Bureau) -> None:
    draft = await _submit(bureau, await _form(bureau, "add"), NEW)
    assert "### Who owns the museum?" in draft.text
    assert "The town does [1]." in draft.text
    assert "\n+   phrasings:\n+     - museum owner\n+     - whose museum is it\n" in draft.text
    done = await bureau.press(draft, "Confirm")
    assert "Add entry who-owns-the-museum, in `faq/theft.yaml`" in done.text
    today = dt.datetime.now(dt.UTC).date()
    assert bureau.bot.live.current.base.entries["who-owns-the-museum"].reviewed == today
    assert (await bureau.slash("phrasing add", entry="Who owns the museum?", wording="x")).buttons[0] == "Confirm"


async def test_an_entry_can_begin_without_phrasings_and_get_one_later(bureau: Bureau) -> None:
    draft = await _submit(bureau, await _form(bureau, "add"), NEW | {"phrasings": ""})
    assert "phrasings" not in draft.text
    await bureau.press(draft, "Confirm")
    assert not bureau.bot.live.current.base.entries["who-owns-the-museum"].phrasings
    draft = await bureau.slash("phrasing add", entry="who-owns-the-museum", wording="museum owner")
    await bureau.press(draft, "Confirm")
    assert bureau.bot.live.current.base.entries["who-owns-the-museum"].phrasings == ("museum owner",)


async def test_a_question_in_another_script_is_taken_and_numbered(bureau: Bureau) -> None:
    cyrillic = {"question": "Кому принадлежит музей?", "phrasings": "чей это музей"}
    draft = await _submit(bureau, await _form(bureau, "add"), NEW | cyrillic)
    done = await bureau.press(draft, "Confirm")
    assert "Add entry entry-1, in `faq/theft.yaml`" in done.text
    assert "`entry-1`" in (await bureau.slash("try", question="чей это музей")).text


async def test_a_note_needs_no_mark_and_says_that_it_is_one(bureau: Bureau) -> None:
    note = NEW | {"answer": "The bot is a program.", "kind": ["note"]}
    draft = await _submit(bureau, await _form(bureau, "add"), note)
    assert "### Who owns the museum?\n**A note from the moderators**\nThe bot is a program." in draft.text
    refused = await _submit(bureau, await _form(bureau, "add"), note | {"answer": "Ada Voss is a guard."})
    assert "names Ada Voss and has no citation mark" in refused.text.replace("\\", "")


async def test_every_kind_can_be_chosen(bureau: Bureau) -> None:
    form = await _form(bureau, "add")
    assert form.modal
    (kinds,) = (c["component"]["options"] for c in form.modal["components"] if c["component"]["custom_id"] == "kind")
    assert {option["value"] for option in kinds} == set(Kind)


async def test_a_claim_is_asked_for_its_speaker(bureau: Bureau) -> None:
    asked = await _submit(bureau, await _form(bureau, "add"), NEW | {"kind": ["claim"]})
    assert "who claims or says it?" in asked.text
    assert asked.options == {"Ada Voss": "ada-voss"}
    (menu,) = asked.menus
    draft = shown(await bureau.mod.select(asked.message, ["ada-voss"], custom_id=menu["custom_id"]))
    assert "**Claimed by Ada Voss" in draft.text
    assert "\n+   attributed_to: [ada-voss]\n" in draft.text
    await bureau.press(draft, "Confirm")
    assert bureau.bot.live.current.base.entries["who-owns-the-museum"].attributed_to == ("ada-voss",)
    gone = shown(await bureau.mod.select(asked.message, ["ada-voss"], custom_id=menu["custom_id"]))
    assert gone.text == DRAFT_GONE


async def test_who_loses_the_role_can_name_no_speaker(bureau: Bureau) -> None:
    asked = await _submit(bureau, await _form(bureau, "add"), NEW | {"kind": ["quote"]})
    await bureau.dismiss(bureau.mod)
    (menu,) = asked.menus
    refused = shown(await bureau.mod.select(asked.message, ["ada-voss"], custom_id=menu["custom_id"]))
    assert refused.text == NOT_MODERATOR


async def test_a_refused_entry_keeps_what_was_typed(bureau: Bureau) -> None:
    before = bureau.files()
    typed = NEW | {"answer": "The town does."}
    refused = await _submit(bureau, await _form(bureau, "add"), typed)
    assert '- the statement "The town does." has no citation mark: add the passage it\'s based on' in refused.text
    assert refused.buttons == ["Change it", "Discard"]
    assert bureau.files() == before
    form = await bureau.open(refused, "Change it")
    assert entered(form) == {
        "question": "Who owns the museum?",
        "phrasings": "museum owner\nwhose museum is it",
        "answer": "The town does.",
        "kind": ["reported"],
        "topics": ["theft"],
    }
    draft = await _submit(bureau, form, entered(form) | {"answer": "The town does [n1]."})
    await bureau.press(draft, "Confirm")
    assert "who-owns-the-museum" in bureau.bot.live.current.base.entries


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"question": "???"}, "`???` has no letters or digits"),
        ({"question": "What was taken from the museum?"}, "is already in `what-was-taken`"),
        ({"phrasings": "stolen painting"}, "is already in `what-was-taken`"),
        ({"phrasings": "x" * 301}, "`phrasings` is longer than 300 characters"),
        ({"phrasings": "\n".join("x" for _ in range(900)) + "\nhow do i\u202e"}, "the invisible character U+202E"),
        ({"answer": "The town does [n9]."}, "the passage `n9` does not exist"),
        ({"answer": "entries: [*a] &a !!python/object"}, "has no citation mark"),
        ({"answer": "The \x00 town [n1]."}, "the invisible character U+0000"),
    ],
)
async def test_a_bad_entry_is_refused_and_the_folder_stays_as_it_is(
    bureau: Bureau, values: dict[str, Any], reason: str
) -> None:
    before = {path: path.read_bytes() for path in bureau.folder.rglob("*") if path.is_file()}
    refused = await _submit(bureau, await _form(bureau, "add"), NEW | values)
    assert reason in refused.text.replace("\\", "")
    assert "Confirm" not in refused.buttons
    assert {path: path.read_bytes() for path in bureau.folder.rglob("*") if path.is_file()} == before


async def test_yaml_in_an_entry_is_only_text(bureau: Bureau) -> None:
    typed = NEW | {"question": "- id: &a [*a] # {who}?", "answer": '"}: <<: !!map ```yaml\tsay [n1].'}
    draft = await _submit(bureau, await _form(bureau, "add"), typed)
    await bureau.press(draft, "Confirm")
    entry = bureau.bot.live.current.base.entries["id-a-a-who"]
    assert entry.question == "- id: &a [*a] # {who}?"
    assert entry.answer == '"}: <<: !!map ```yaml say [n1].'
    assert len(bureau.bot.live.current.base.entries) == 4


async def test_an_edit_opens_with_what_stands_there(bureau: Bureau) -> None:
    form = await _form(bureau, "edit", entry="who-saw-it")
    assert entered(form) == {
        "question": "Who saw the thief?",
        "phrasings": "\n".join(bureau.phrasings("who-saw-it")),
        "answer": "Ada Voss writes that she saw a man with a ladder [n2].",
        "reviewed": [],
    }
    details = await _form(bureau, "edit", entry="Who saw the thief?", part="details")
    assert entered(details) == {
        "kind": ["claim"],
        "attributed_to": ["ada-voss"],
        "topics": ["theft", "people"],
        "related": "what-was-taken",
        "unless": "",
    }


async def test_an_edit_changes_only_what_was_changed(bureau: Bureau) -> None:
    before = bureau.files()["theft.yaml"].decode().splitlines()
    draft = await _changed(bureau, {"answer": "The report is silent. Ada Voss mentions it once [n2]."})
    assert draft.text.startswith("### Edit answer and date of review of ladder")
    await bureau.press(draft, "Confirm")
    after = bureau.files()["theft.yaml"].decode().splitlines()
    today = dt.datetime.now(dt.UTC).date()
    assert [line for line in after if line not in before] == [
        "    answer: The report is silent. Ada Voss mentions it once [n2].",
        f"    reviewed: {today}",
    ]
    assert len(after) == len(before)


async def test_lists_and_code_are_written_shown_and_opened_again_as_they_are(bureau: Bureau) -> None:
    code = '```sh\n# ran\n\twith: "it"\n```'
    typed = f"It went so [n1]:\r\n\r\n1. a ladder,\n   long\n2. `a saw`\n\n{code}\n\n[n2]\n\nThe end [n1]."
    draft = await _changed(bureau, {"answer": typed})
    assert (
        'It went so [1]:\n1. a ladder, long\n2. `a saw`\n```sh\n# ran\n    with: "it"\n```\n[2]\n\nThe end [1].'
        in draft.text
    )
    assert "``\u200b`sh\n" in draft.text, "the changed lines stay one code block"
    await bureau.press(draft, "Confirm")
    lines = bureau.files()["theft.yaml"].decode()
    assert "    answer: |-\n      It went so [n1]:\n      1. a ladder, long\n" in lines
    form = await _form(bureau, "edit", entry="ladder")
    assert entered(form)["answer"] == (
        'It went so [n1]:\n1. a ladder, long\n2. `a saw`\n```sh\n# ran\n    with: "it"\n```\n[n2]\n\nThe end [n1].'
    )
    assert "You haven't changed anything." in (await _submit(bureau, form, entered(form))).text
    draft = await _changed(bureau, {"answer": "Nobody knows. Ada Voss mentions it once [n2]."})
    await bureau.press(draft, "Confirm")
    assert "    answer: Nobody knows. Ada Voss mentions it once [n2].\n" in bureau.files()["theft.yaml"].decode()


async def test_a_code_block_without_end_is_closed_before_it_is_shown(bureau: Bureau) -> None:
    draft = await _changed(bureau, {"answer": "Run [n1]:\n```\nx"})
    assert "Run [1]:\n```\nx\n```\n" in draft.text


async def test_phrasings_are_put_in_and_taken_out(bureau: Bureau) -> None:
    draft = await _changed(bureau, {"phrasings": "ladder whereabouts\nwhat became of the ladder\nno ladder"})
    await bureau.press(draft, "Confirm")
    assert bureau.phrasings("ladder") == ("what became of the ladder", "ladder whereabouts", "no ladder")


async def test_details(bureau: Bureau) -> None:
    values = {"kind": ["quote"], "attributed_to": ["ada-voss"], "topics": ["people"], "unless": "paint\nbrush"}
    draft = await _changed(bureau, values | {"related": "Where is the ladder now?"}, "details", "what-was-taken")
    await bureau.press(draft, "Confirm")
    entry = bureau.bot.live.current.base.entries["what-was-taken"]
    assert entry.kind == "quote"
    assert entry.attributed_to == ("ada-voss",)
    assert entry.topics == ("people",)
    assert entry.related == ("ladder",)
    assert entry.unless == ("paint", "brush")


async def test_an_entry_is_checked_against_the_source_again(bureau: Bureau) -> None:
    draft = await _changed(bureau, {"reviewed": ["today"]})
    await bureau.press(draft, "Confirm")
    assert bureau.bot.live.current.base.entries["ladder"].reviewed == dt.datetime.now(dt.UTC).date()


async def test_phrasings_that_no_form_has_room_for_are_kept(bureau: Bureau) -> None:
    desk, live = bureau.bot.desk, bureau.bot.live
    assert desk
    many = [f"{number} way to ask " + "x" * 250 for number in range(20)]
    desk.confirm(desk.draft(EditEntry("ladder", {"phrasings": many}), live), live, "mod", discord.utils.utcnow())
    form = await _form(bureau, "edit", entry="ladder")
    shown_here = entered(form)["phrasings"].splitlines()
    assert 10 < len(shown_here) < 20
    draft = await _submit(bureau, form, entered(form) | {"phrasings": "\n".join([*shown_here[1:], "no ladder"])})
    await bureau.press(draft, "Confirm")
    assert bureau.phrasings("ladder") == (*many[1:], "no ladder")


async def test_nothing_changed(bureau: Bureau) -> None:
    seen = await _changed(bureau, {})
    assert seen.text == "You haven't changed anything."
    assert seen.private


async def test_a_related_entry_that_does_not_exist_is_named(bureau: Bureau) -> None:
    refused = await _changed(bureau, {"related": "the moon"}, "details")
    assert "`related` has the wrong form" in refused.text.replace("\\", "")
    refused = await _changed(bureau, {"related": "moon"}, "details")
    assert "the entry `moon` does not exist" in refused.text.replace("\\", "")


async def test_an_entry_that_does_not_exist_cannot_be_edited(bureau: Bureau) -> None:
    seen = await bureau.slash("edit", entry="moon")
    assert seen.text == NO_SUCH_ENTRY
    assert seen.private


async def test_two_moderators_in_the_same_text_clash_and_nothing_is_lost(bureau: Bureau) -> None:
    mine = await _form(bureau, "edit", entry="ladder")
    theirs = await _form(bureau, "edit", bureau.other, entry="ladder")
    by_other = entered(theirs) | {
        "answer": "The report is silent. Ada Voss mentions it once [n2].",
        "phrasings": f"{entered(theirs)['phrasings']}\nno ladder",
    }
    await bureau.press(await _submit(bureau, theirs, by_other, bureau.other), "Confirm", bureau.other)
    typed = entered(mine) | {
        "answer": "Nobody knows. Ada Voss mentions it once [n2].",
        "phrasings": "ladder whereabouts\nwhat became of the ladder\nold ladder",
    }
    clash = await _submit(bureau, mine, typed)
    assert "someone else changed the same part of `ladder`" in clash.text
    assert "**answer:** The report is silent. Ada Voss mentions it once [n2]." in clash.text
    again = await bureau.open(clash, "Change it")
    assert entered(again)["answer"] == "Nobody knows. Ada Voss mentions it once [n2]."
    assert set(entered(again)["phrasings"].splitlines()) == {
        "ladder whereabouts",
        "what became of the ladder",
        "no ladder",
        "old ladder",
    }
    await bureau.press(await _submit(bureau, again, entered(again)), "Confirm")
    entry = bureau.bot.live.current.base.entries["ladder"]
    assert entry.answer.startswith("Nobody knows.")
    assert {"no ladder", "old ladder"} < set(entry.phrasings)


async def test_two_moderators_in_different_texts_both_have_their_way(bureau: Bureau) -> None:
    mine = await _form(bureau, "edit", entry="ladder")
    theirs = await bureau.slash("phrasing add", bureau.other, entry="ladder", wording="no ladder")
    await bureau.press(theirs, "Confirm", bureau.other)
    draft = await _submit(bureau, mine, entered(mine) | {"question": "Where did the ladder go?"})
    await bureau.press(draft, "Confirm")
    assert "no ladder" in bureau.phrasings("ladder")
    assert bureau.bot.live.current.base.entries["ladder"].question == "Where did the ladder go?"


async def test_a_conflict_at_the_last_moment_keeps_what_was_typed(bureau: Bureau) -> None:
    draft = await _changed(bureau, {"question": "Where did the ladder go?"})
    desk, live = bureau.bot.desk, bureau.bot.live
    assert desk
    theirs = EditEntry("ladder", {"answer": "The report does not say."})
    desk.confirm(desk.draft(theirs, live), live, "other", discord.utils.utcnow())
    conflict = await bureau.press(draft, "Confirm")
    assert "other got there first" in conflict.text
    form = await bureau.open(conflict, "Change it")
    assert entered(form)["question"] == "Where did the ladder go?"
    await bureau.press(await _submit(bureau, form, entered(form)), "Confirm")
    entry = bureau.bot.live.current.base.entries["ladder"]
    assert (entry.question, entry.answer) == ("Where did the ladder go?", "The report does not say.")


async def test_an_entry_that_goes_while_its_form_is_open(bureau: Bureau) -> None:
    form = await _form(bureau, "edit", entry="ladder")
    path = bureau.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").partition("  - id: ladder")[0], "utf-8")
    bureau.bot.live.reload()
    seen = await _submit(bureau, form, entered(form) | {"question": "Where did the ladder go?"})
    assert "`ladder` was removed from the files in the meantime. This is what you typed:" in seen.text
    assert "**question:** Where did the ladder go?" in seen.text
    assert "**phrasings:** what became of the ladder, has anyone found the ladder, ladder whereabouts" in seen.text


async def test_a_form_where_the_files_name_nobody(bureau: Bureau) -> None:
    bureau.bot.live.use(world([entry()]), "another state")
    form = await _form(bureau, "edit", entry="entry-1", part="details")
    assert list(entered(form)) == ["kind", "topics", "related", "unless"]


@pytest.mark.parametrize(("command", "options"), [("add", {}), ("edit", {"entry": "ladder"})])
async def test_who_loses_the_role_while_typing_changes_nothing(
    bureau: Bureau, command: str, options: dict[str, str]
) -> None:
    before = bureau.files()
    form = await _form(bureau, command, **options)
    await bureau.dismiss(bureau.mod)
    refused = await _submit(bureau, form, NEW if command == "add" else entered(form) | {"question": "Gone?"})
    assert refused.text == NOT_MODERATOR
    assert refused.private
    assert bureau.files() == before


@pytest.mark.parametrize(("command", "options"), [("add", {}), ("edit", {"entry": "ladder"})])
async def test_no_form_for_others(bureau: Bureau, command: str, options: dict[str, str]) -> None:
    (faq,) = [each for each in await bureau.bot.tree.fetch_commands() if each.name == "faq"]
    bureau.guild.set_command_permissions(faq, {bureau.guild.default_role: True})
    assert (await bureau.slash(command, bureau.ana, **options)).text == NOT_MODERATOR


@pytest.mark.parametrize("desk_servers", [frozenset()])
@pytest.mark.parametrize(("command", "options"), [("add", {}), ("edit", {"entry": "ladder"})])
async def test_no_form_where_editing_is_off(bureau: Bureau, command: str, options: dict[str, str]) -> None:
    assert (await bureau.slash(command, **options)).text == NOT_EDITED_HERE.format(server=SERVER)


@pytest.mark.parametrize("desk", [None])
@pytest.mark.parametrize(("command", "options"), [("add", {}), ("edit", {"entry": "ladder"})])
async def test_no_form_where_the_folder_cannot_be_written(
    bureau: Bureau, command: str, options: dict[str, str]
) -> None:
    assert (await bureau.slash(command, **options)).text == NO_DESK


async def test_a_form_that_fails_says_so_in_one_sentence(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    form = await _form(bureau, "edit", entry="ladder")

    def broken(*_arguments: object) -> None:
        message = "the inside of the bot"
        raise RuntimeError(message)

    monkeypatch.setattr(type(bureau.bot.live), "current", property(broken), raising=False)
    seen = await _submit(bureau, form, entered(form) | {"question": "Gone?"})
    assert seen.text.startswith("Sorry, something went wrong")
    assert "the inside of the bot" not in seen.text
    assert seen.private
    simcord.assert_error(bureau.env, RuntimeError)


async def test_entries_are_found_while_typing(bureau: Bureau) -> None:
    await bureau.press(await bureau.slash("retire", entry="what-was-taken"), "Confirm")
    offered = await bureau.mod.autocomplete(bureau.channel, "faq edit", "entry", "")
    assert [choice["name"] for choice in check_choices(offered)] == [
        "Who saw the thief?",
        "Where is the ladder now?",
        "What was taken from the museum? (retired)",
    ]
    by_id = await bureau.mod.autocomplete(bureau.channel, "faq retire", "entry", "saw-it")
    assert by_id[0]["value"] == "who-saw-it"
    retired = await bureau.mod.autocomplete(bureau.channel, "faq restore", "entry", "TAKEN")
    assert [choice["value"] for choice in retired] == ["what-was-taken"]
    wordings = await bureau.mod.autocomplete(bureau.channel, "faq phrasing remove", "wording", "WHERE", entry="ladder")
    assert [choice["value"] for choice in wordings] == ["ladder whereabouts"]


async def test_a_review_of_what_others_have_changed_since_is_none(bureau: Bureau) -> None:
    form = await _form(bureau, "edit", entry="ladder")
    theirs = await _form(bureau, "edit", bureau.other, entry="ladder")
    by_other = entered(theirs) | {"answer": "The report is silent. Ada Voss mentions it once [n2]."}
    await bureau.press(await _submit(bureau, theirs, by_other, bureau.other), "Confirm", bureau.other)
    clash = await _submit(bureau, form, entered(form) | {"reviewed": ["today"]})
    assert "**answer:** The report is silent." in clash.text


_TEXTS = st.sampled_from(["", "a", "b", "c"])
_LISTS = st.lists(st.sampled_from("abcdef"), unique=True).map(tuple)
_VALUES = st.fixed_dictionaries({"answer": _TEXTS, "kind": _TEXTS, "phrasings": _LISTS})


@given(shown=_VALUES, mine=_VALUES, now=_VALUES)
def test_what_two_moderators_type_is_merged_or_clashes(shown: Values, mine: Values, now: Values) -> None:
    merged = merge(shown, mine, now)
    result = {**now, **merged.changed}
    old, new, there, kept = (set(values["phrasings"]) for values in (shown, mine, now, result))
    assert kept == (there - (old - new)) | (new - old)
    assert len(kept) == len(result["phrasings"])
    assert all(value != now[key] for key, value in merged.changed.items())
    for key in ("answer", "kind"):
        assert result[key] == (now[key] if mine[key] == shown[key] else mine[key])
    if any(shown[key] != mine[key] != now[key] != shown[key] for key in ("answer", "kind")):
        assert merged.clashing
