"""An answer that moderators take out of service at once: what they press, what members read, and the way back."""

import asyncio
import dataclasses
import datetime as dt
import re
import threading
from collections.abc import Callable

import pytest
import simcord
from simcord import MemberActor

from bot.answering.answerer import Answerer
from bot.chat.message.page import Page
from bot.chat.screens.reply import PickButton
from bot.chat.screens.stop import ANSWER_PAUSED, TAKEN_OUT, MessageRef, StopButton
from bot.editing.edits import AddPhrasing
from bot.i18n.dates import format_date
from bot.knowledge.model import KnowledgeBase
from bot.moderation import stops
from bot.store.store import StoreError
from bot.store.types import GuildSettings
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import SERVER, Bureau
from tests.chat.worlds import entry, world
from tests.settings import save_settings
from tests.waiting import LIMIT

LADDER = "where is the ladder now"
WITNESS = "who saw the thief"
AWAY = "The database cannot be used now (Gone)."
HURTFUL = ("Who saw the thief?", "man with a ladder")
"""Words that members read of one entry alone."""

MENU = "Stop this answer"


async def ask(bureau: Bureau, text: str = LADDER, who: MemberActor | None = None) -> Seen:
    await (who or bureau.ana).send(bureau.channel, f"!ask {text}")
    return Seen(bureau.channel.history()[-1])


def now(bureau: Bureau, seen: Seen) -> Seen:
    """A public message as it reads by now."""
    (message,) = [each for each in bureau.channel.history() if each.id == seen.message.id]
    return Seen(message)


async def test_one_press_below_an_answer_takes_it_out_of_service(bureau: Bureau) -> None:
    before = bureau.files()
    answer = await ask(bureau)
    choice = await bureau.press(answer, "Delete")
    assert choice.private
    assert choice.text.startswith("**Where is the ladder now?**\nStop this answer, or only delete the message?")
    assert choice.buttons == [MENU, "Delete the message"]
    done = await bureau.press(choice, MENU)
    assert done.text == (
        "**Stopped everywhere:** Where is the ladder now?\n"
        "Anyone who asks is told that the moderators have paused this answer."
    )
    assert (now(bureau, answer).text, now(bureau, answer).buttons) == (ANSWER_PAUSED, [])
    assert (await ask(bureau)).text == ANSWER_PAUSED
    assert (await ask(bureau, WITNESS)).text.startswith("### Who saw the thief?")
    assert bureau.told() == ["mod has stopped an answer: Where is the ladder now? (`ladder`)"]
    assert bureau.files() == before

    back = await bureau.press(done, "Put back")
    assert back.text == "**Members get this answer again:** Where is the ladder now?"
    assert (await ask(bureau)).text.startswith("### Where is the ladder now?")
    assert bureau.told()[1:] == ["mod has put an answer back: Where is the ladder now? (`ladder`)"]
    assert (await bureau.press(back, MENU)).text.startswith("**Stopped everywhere:**")


async def test_one_pick_among_what_can_be_done_with_a_message_does_it(bureau: Bureau) -> None:
    answer = await ask(bureau)
    with pytest.raises(simcord.SetupError, match="not visible to this user"):
        await bureau.ana.context_menu(bureau.channel, MENU, answer.message)
    done = shown(await bureau.mod.context_menu(bureau.channel, MENU, answer.message))
    assert done.private
    assert done.text.startswith("**Stopped everywhere:** Where is the ladder now?")
    assert now(bureau, answer).text == ANSWER_PAUSED
    for message in (now(bureau, answer).message, await bureau.ana.send(bureau.channel, "hello")):
        other = shown(await bureau.mod.context_menu(bureau.channel, MENU, message))
        assert (other.text, other.private) == ("That isn't one of my answers.", True)


async def test_a_message_is_deleted_without_stopping_its_answer(bureau: Bureau) -> None:
    answer = await ask(bureau)
    choice = await bureau.press(answer, "Delete")
    assert (await bureau.press(choice, "Delete the message")).text == "Deleted."
    assert answer.message.id not in {each.id for each in bureau.channel.history()}
    assert (await ask(bureau)).text.startswith("### Where is the ladder now?")


async def test_a_message_that_the_bot_cannot_change_any_more_stays_and_the_moderator_reads_so(bureau: Bureau) -> None:
    answer = await ask(bureau)
    choice = await bureau.press(answer, "Delete")
    bureau.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001)
    done = await bureau.press(choice, MENU)
    assert done.text.endswith("I couldn't change the message that shows it.")
    assert (await ask(bureau)).text == ANSWER_PAUSED


async def test_a_message_that_shows_what_was_stopped_before_goes_with_a_press(bureau: Bureau) -> None:
    answer = await ask(bureau)
    await bureau.slash("stop", entry="ladder")
    again = shown(await bureau.mod.context_menu(bureau.channel, MENU, answer.message))
    assert again.text.startswith("**It was already stopped:**")
    assert now(bureau, answer).text == ANSWER_PAUSED


async def test_it_holds_though_discord_hears_of_it_too_late(bureau: Bureau) -> None:
    choice = await bureau.press(await ask(bureau), "Delete")
    bureau.env.inject_error("POST", "/interactions/*", status=404, code=10062)
    await bureau.mod.click(choice.message, label=MENU)
    assert (await ask(bureau)).text == ANSWER_PAUSED


async def test_an_answer_that_only_its_moderator_sees_is_replaced_by_the_choice(bureau: Bureau) -> None:
    answer = shown(await bureau.mod.slash(bureau.channel, "ask", question=LADDER, private=True))
    choice = await bureau.press(answer, "Delete")
    assert (choice.message.id, choice.buttons) == (answer.message.id, [MENU])
    assert (await bureau.press(choice, MENU)).text.startswith("**Stopped everywhere:**")


async def test_another_reason_takes_the_place_of_the_first_and_both_are_in_the_history(bureau: Bureau) -> None:
    await bureau.slash("stop", entry="ladder", reason="the family asked")
    again = await bureau.slash("stop", bureau.other, entry="ladder", reason="it is *wrong*")
    first, *lines = again.text.splitlines()
    assert first == "**It was already stopped:** Where is the ladder now?"
    assert re.fullmatch(r"Stopped everywhere by mod, .* Reason: the family asked", lines[0])
    assert lines[1:] == ["New reason: it is \\*wrong\\*"]
    told = "other has given another reason why an answer is stopped: Where is the ladder now? (`ladder`)"
    assert bureau.told()[-1] == f"{told}\nReason: it is \\*wrong\\*"
    unchanged = await bureau.slash("stop", entry="ladder")
    assert "Reason: it is \\*wrong\\*" in unchanged.text
    assert len(bureau.told()) == 2
    history = (await bureau.slash("history", entry="ladder")).text
    assert "mod: stopped ladder. Reason: the family asked" in history
    assert "other: stopped ladder. Reason: it is \\*wrong\\*" in history
    await bureau.slash("start", entry="ladder")
    assert (await ask(bureau)).text.startswith("### Where is the ladder now?")
    assert (await bureau.slash("history", entry="ladder")).text.count("put ladder back") == 1


async def test_of_two_answers_one_is_stopped(bureau: Bureau) -> None:
    both = f"{LADDER} and what did the thieves steal"
    answer = await ask(bureau, both)
    choice = shown(await bureau.mod.context_menu(bureau.channel, MENU, answer.message))
    assert choice.buttons[:2] == ["Stop: Where is the ladder now?", "Stop: What was taken from the museum?"]
    await bureau.press(choice, "Stop: Where is the ladder now?")
    left = await ask(bureau, both)
    assert left.text.startswith("-# The moderators have paused the other answer.\n### What was taken from the museum?")
    assert "ladder now" not in left.text


async def test_of_three_answers_each_can_be_stopped_even_if_their_ids_do_not_fit_into_a_button(bureau: Bureau) -> None:
    bureau.bot.live.use(world([entry(number, id=f"{number}" * 60) for number in (1, 2, 3)]), "long ids")
    answer = await ask(bureau, "what is gadget 1? what is gadget 2? what is gadget 3?")
    assert "Sources" not in answer.buttons
    for choice in (
        shown(await bureau.mod.context_menu(bureau.channel, MENU, answer.message)),
        await bureau.press(answer, "Delete"),
    ):
        assert choice.buttons == [*(f"Stop: What is gadget {number}?" for number in (1, 2, 3)), "Delete the message"]


async def test_a_command_stops_with_a_reason_and_starts_again(bureau: Bureau) -> None:
    offered = [each["value"] for each in await bureau.mod.autocomplete(bureau.channel, "faq stop", "entry", "")]
    assert "ladder" in offered
    done = await bureau.slash("stop", entry="ladder", reason="the *family* asked")
    assert done.text.endswith("\nReason: the \\*family\\* asked")
    assert bureau.told()[0].endswith("\nReason: the \\*family\\* asked")
    left = [each["value"] for each in await bureau.mod.autocomplete(bureau.channel, "faq stop", "entry", "")]
    assert set(left) == set(offered) - {"ladder"}
    again = await bureau.slash("stop", bureau.other, entry="Where is the ladder now?")
    assert again.text.startswith("**It was already stopped:** Where is the ladder now?\nStopped everywhere by mod, <t:")
    offered = [each["value"] for each in await bureau.mod.autocomplete(bureau.channel, "faq start", "entry", "")]
    assert offered == ["ladder"]
    assert (
        await bureau.slash("start", entry="ladder")
    ).text == "**Members get this answer again:** Where is the ladder now?"
    assert (await bureau.slash("start", entry="ladder")).text == "**It isn't stopped:** Where is the ladder now?"
    for command in ("stop", "start"):
        assert (await bureau.slash(command, entry="moon")).text.startswith("There's no such entry.")


async def test_moderators_see_what_is_stopped_by_whom_and_since_when(bureau: Bureau) -> None:
    for _ in range(2):
        await ask(bureau)
    await bureau.slash("stop", entry="ladder", reason="hurtful")
    line = "Stopped everywhere by mod, <t:"
    entry = await bureau.slash("show", entry="ladder")
    assert entry.text.startswith(f"### `ladder`\n{line}")
    assert "members don't see it. Reason: hurtful" in entry.text
    assert entry.buttons == ["In its file: 3 phrasings", "Edit the answer", "Put back"]
    assert f"### Stopped answers\n- `ladder`: {line}" in (await bureau.slash("check")).text
    assert f"`ladder`: {line}" in (await bureau.slash("try", question=LADDER)).text
    assert "- Where is the ladder now? (stopped) (2 times)" in (await bureau.slash("stats")).text
    choice, *_ = await bureau.mod.autocomplete(bureau.channel, "faq show", "entry", "ladder")
    assert choice["name"] == "Where is the ladder now? (stopped)"
    await bureau.slash("start", bureau.other, entry="ladder")
    history = (await bureau.slash("history", entry="ladder")).text.splitlines()
    assert history[1].endswith(", other: put ladder back")
    assert history[2].endswith(", mod: stopped ladder. Reason: hurtful")
    assert (await bureau.slash("show", entry="ladder")).buttons == [
        "In its file: 3 phrasings",
        "Edit the answer",
        MENU,
    ]


async def test_an_entry_that_is_fixed_can_be_served_again_from_there(bureau: Bureau) -> None:
    await bureau.slash("stop", entry="ladder")
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    assert re.search(r"\nStopped everywhere by mod, <t:\d+:f>: members don't see it\. Nothing has been ", draft.text)
    done = await bureau.press(draft, "Confirm")
    assert "\nStopped everywhere by mod, <t:" in done.text
    assert (await ask(bureau)).text == ANSWER_PAUSED
    await bureau.press(done, "Put back")
    assert (await ask(bureau)).text.startswith("### Where is the ladder now?")


async def _everything(bureau: Bureau) -> list[Seen]:
    """All that members are shown without asking for the entry itself."""
    ana, channel = bureau.ana, bureau.channel
    seen = [await ask(bureau, "what did the thieves steal")]
    for name in ("topics", "quotes", "sources", "who", "timeline", "help", "about"):
        await ana.send(channel, f"!{name}")
        seen.append(Seen(channel.history()[-1]))
    seen.append(shown(await ana.slash(channel, "who", name="Ada Voss")))
    topics = next(each for each in seen if "topics:0" in {menu["custom_id"] for menu in each.menus})
    seen += [shown(await ana.select(topics.message, [value])) for value in topics.options.values()]
    return seen


async def test_a_stopped_entry_is_found_nowhere(bureau: Bureau) -> None:
    before = " ".join(f"{each.text} {each.options}" for each in await _everything(bureau))
    assert all(words in before for words in HURTFUL), "it would be found"
    await bureau.slash("stop", entry="who-saw-it")
    for seen in await _everything(bureau):
        assert not [words for words in HURTFUL if words in f"{seen.text} {seen.options} {seen.buttons}"], seen.text
    for typed in ("", "who saw", "who-saw-it"):
        choices = await bureau.ana.autocomplete(bureau.channel, "ask", "question", typed)
        assert "who-saw-it" not in {each["value"] for each in choices}
    speakers = await bureau.ana.autocomplete(bureau.channel, "quotes", "speaker", "")
    assert "ada-voss" not in {each["value"] for each in speakers}


@pytest.mark.parametrize(
    "text",
    ["who-saw-it", "Who saw the thief?", "was there a witness", "who saw teh thief", "guard statement, please"],
)
async def test_whoever_asks_it_reads_that_it_is_paused_and_nothing_instead(bureau: Bureau, text: str) -> None:
    await bureau.slash("stop", entry="who-saw-it")
    for seen in (await ask(bureau, text), shown(await bureau.ana.slash(bureau.channel, "ask", question=text))):
        assert (seen.text, seen.buttons, seen.menus) == (ANSWER_PAUSED, [], [])
    assert not await bureau.bot.store.unanswered(SERVER), "moderators know why there is no answer"


async def test_it_is_not_reached_by_a_follow_up_and_nothing_else_is(bureau: Bureau) -> None:
    await ask(bureau, "what did the thieves steal")
    follow = await ask(bureau, "and the witness?")
    assert follow.text.startswith("### Who saw the thief?")
    await bureau.slash("stop", entry="who-saw-it")
    await ask(bureau, "what did the thieves steal")
    assert (await ask(bureau, "and the witness?")).text == ANSWER_PAUSED


async def test_nobody_is_told_unasked_that_an_answer_is_paused(bureau: Bureau) -> None:
    settings = bureau.bot.store.settings(SERVER)
    wanted = dataclasses.replace(settings, auto_channels=frozenset({bureau.channel.id, bureau.staff.id}))
    await save_settings(bureau.bot.store, SERVER, wanted)
    await bureau.ana.send(bureau.channel, "Who saw the thief?")
    assert "You didn't ask me" in Seen(bureau.channel.history()[-1]).text
    await bureau.slash("stop", entry="who-saw-it")
    # In another channel: here the same is not said twice in ten minutes.
    for text in ("Who saw the thief?", "Who saw the thief and what did the thieves steal?"):
        mine = await bureau.ana.send(bureau.staff, text)
        assert bureau.staff.history()[-1].id == mine.id


async def test_what_was_posted_before_leads_to_it_no_more(bureau: Bureau) -> None:
    answer = await ask(bureau, "what did the thieves steal")
    about = await ask(bureau, WITNESS)
    pick = PickButton(bureau.ana.id, "0" * 12, "who-saw-it", "Who saw the thief?")
    place = bureau.bot.get_partial_messageable(bureau.channel.id)
    suggestion = await place.send(view=Page(["Did you mean this?"], [pick]))
    await bureau.slash("stop", entry="who-saw-it")
    sources = shown(await bureau.ana.click(about.message, label="Sources"))
    related = shown(await bureau.ana.select(answer.message, ["who-saw-it"]))
    picked = [shown(await who.click(suggestion, label="Who saw the thief?")) for who in (bureau.ana, bureau.mod)]
    for told in (sources, related, *picked):
        assert (told.text, told.private) == (TAKEN_OUT, True)
    edited = await bureau.ana.send(bureau.channel, "!ask what did the thieves steal")
    await bureau.ana.edit(edited, f"!ask {WITNESS}")
    assert Seen(bureau.channel.history()[-1]).text == ANSWER_PAUSED


async def test_nothing_is_stopped_that_the_faq_does_not_have(bureau: Bureau) -> None:
    answer = await ask(bureau)
    place = bureau.bot.get_partial_messageable(bureau.channel.id)
    forged = await place.send(view=Page(["Stop?"], foot=[StopButton("no-such-entry", MessageRef(answer.message.id))]))
    refused = shown(await bureau.mod.click(forged, label=MENU))
    assert refused.text == "This answer isn't in my FAQ."
    assert not bureau.bot.store.stops(SERVER)
    assert not bureau.told()
    assert now(bureau, answer).text == TAKEN_OUT, "what shows it goes all the same"


async def test_nobody_is_told_that_members_get_a_retired_answer_again(bureau: Bureau) -> None:
    await bureau.slash("stop", entry="ladder")
    await bureau.press(await bureau.slash("retire", entry="ladder"), "Confirm")
    retired = f"Retired on {format_date(dt.datetime.now(dt.UTC).date())}: members don't see it."
    known = await bureau.slash("show", entry="ladder")
    assert f"\n{retired} Stopped everywhere by mod, " in known.text
    back = await bureau.slash("start", entry="ladder")
    assert back.text == f"**No longer stopped:** Where is the ladder now?\n{retired}"
    assert not back.buttons
    assert bureau.told()[-1] == f"mod has put an answer back: Where is the ladder now? (`ladder`)\n{retired}"
    assert (await bureau.slash("start", entry="ladder")).text == "**It isn't stopped:** Where is the ladder now?"
    assert (await bureau.slash("stop", entry="ladder")).text == retired


def _drafting(bureau: Bureau) -> None:
    assert bureau.bot.desk
    bureau.bot.desk.draft(AddPhrasing("ladder", "ladder gone"), bureau.bot.live)


def _learning(bureau: Bureau) -> None:
    """What happens after an edit elsewhere: the matcher learns, and the folder is locked."""
    assert bureau.bot.desk
    path = bureau.folder / "faq/theft.yaml"
    path.write_text(path.read_text("utf-8").replace("ladder whereabouts", "ladder gone"), "utf-8")
    assert bureau.bot.desk.refresh(bureau.bot.live)


@pytest.mark.parametrize("work", [_drafting, _learning])
async def test_it_does_not_wait_for_the_matcher_to_learn(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, work: Callable[[Bureau], None]
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def build(base: KnowledgeBase) -> Answerer:
        begun.set()
        assert go_on.wait(LIMIT)
        return Answerer(base, lexical_only=True)

    answer = await ask(bureau)
    monkeypatch.setattr(bureau.bot.live, "build", build)
    # Not in a thread of the loop, for which the virtual Discord would wait.
    working = threading.Thread(target=work, args=(bureau,))
    working.start()
    try:
        assert begun.wait(LIMIT)
        await bureau.press(await bureau.press(answer, "Delete"), MENU)
        assert (await ask(bureau)).text == ANSWER_PAUSED
        assert working.is_alive()
    finally:
        go_on.set()
        working.join()
    assert (await ask(bureau)).text == ANSWER_PAUSED
    assert (await bureau.slash("start", entry="ladder")).text.startswith("**Members get this answer again:**")


async def test_a_restart_changes_nothing(bureau: Bureau) -> None:
    answer = await ask(bureau)
    choice = await bureau.press(answer, "Delete")
    await bureau.restart()
    done = await bureau.press(choice, MENU)
    await bureau.restart()
    assert (await ask(bureau)).text == ANSWER_PAUSED
    await bureau.press(done, "Put back")
    assert (await ask(bureau)).text.startswith("### Where is the ladder now?")


async def test_while_the_database_is_away_it_holds_here_and_the_moderator_reads_so(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        raise StoreError(AWAY)

    async def hangs() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(bureau.bot.store, "save_stops", away)
    done = await bureau.slash("stop", entry="ladder")
    assert (
        "\nIt applies in this process, but isn't saved yet: The database cannot be used now (Gone). Until" in done.text
    )
    assert (await ask(bureau)).text == ANSWER_PAUSED
    with monkeypatch.context() as patch:
        patch.setattr(stops, "SAVE_SECONDS", 0)
        patch.setattr(bureau.bot.store, "save_stops", hangs)
        back = await bureau.press(done, "Put back")
    assert "isn't saved yet: The database is slow. Until it is" in back.text
    assert (await ask(bureau)).text.startswith("### Where is the ladder now?")


async def test_a_history_that_cannot_be_read_says_so(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_guild: int, _entry: str | None) -> None:
        raise StoreError(AWAY)

    monkeypatch.setattr(bureau.bot.store, "stop_history", away)
    await bureau.slash("stop", entry="ladder")
    seen = await bureau.slash("history")
    assert "I can't read which answers are stopped right now: The database cannot be used now (Gone)." in seen.text
    assert seen.text.endswith("mod: stopped ladder")


@pytest.mark.parametrize("desk_servers", [frozenset()])
async def test_moderators_of_a_server_that_may_not_edit_stop_it_there_alone(bureau: Bureau) -> None:
    done = await bureau.slash("stop", entry="ladder")
    assert done.text.startswith("**Stopped in this server:** Where is the ladder now?\n")
    assert "I still give it elsewhere" in done.text
    assert bureau.told() == ["mod has stopped an answer in this server: Where is the ladder now? (`ladder`)"]
    assert (await ask(bureau)).text == ANSWER_PAUSED
    await bureau.ana.send_dm(LADDER)
    (direct,) = bureau.ana.user.dm_channel.history()[-1:]
    assert Seen(direct).text.startswith("### Where is the ladder now?")
    assert (await ask(bureau)).text == ANSWER_PAUSED
    assert (await bureau.slash("show", entry="ladder")).text.startswith("### `ladder`\nStopped in this server by mod, ")
    assert (await bureau.press(done, "Put back")).text.startswith("**Members get this answer again:**")
    assert (await ask(bureau)).text.startswith("### Where is the ladder now?")


async def test_what_is_stopped_everywhere_is_not_served_again_by_others(bureau: Bureau) -> None:
    await bureau.slash("stop", entry="ladder")
    await bureau.ana.send_dm(LADDER)
    (direct,) = bureau.ana.user.dm_channel.history()[-1:]
    assert Seen(direct).text == ANSWER_PAUSED
    bureau.bot.desk_servers = frozenset()  # type: ignore[misc] # as a server that it does not name sees it
    again = await bureau.slash("stop", entry="ladder")
    assert again.text.startswith("**It was already stopped:**")
    assert not again.buttons
    given = await bureau.slash("stop", entry="ladder", reason="wrong")
    assert "Reason:" not in given.text
    assert "Your reason isn't kept: only moderators of a server that may edit the FAQ can give another" in given.text
    assert (await bureau.slash("show", entry="ladder")).buttons == ["In its file: 3 phrasings"]
    refused = await bureau.slash("start", entry="ladder")
    assert refused.text.endswith("Only moderators of a server that may edit the FAQ can put it back.")
    assert (await ask(bureau)).text == ANSWER_PAUSED


async def test_a_server_that_may_edit_by_now_stops_everywhere_and_ends_both(bureau: Bureau) -> None:
    bureau.bot.desk_servers = frozenset()  # type: ignore[misc] # not yet
    await bureau.slash("stop", entry="ladder")
    bureau.bot.desk_servers = frozenset({SERVER})  # type: ignore[misc] # from here on
    assert (await bureau.slash("stop", entry="ladder")).text.startswith("**Stopped everywhere:**")
    await bureau.slash("start", entry="ladder")
    assert (await ask(bureau)).text.startswith("### Where is the ladder now?")


async def test_an_answer_of_several_messages_goes_as_a_whole(bureau: Bureau) -> None:
    path = bureau.folder / "faq/theft.yaml"
    long = f"{'Words ' * 325}[n1]."
    text = path.read_text("utf-8").replace("A painting [n1]. The director calls it priceless [letter:n1].", long)
    path.write_text(text.replace("The report does not say. Ada Voss mentions it once [n2].", long), "utf-8")
    assert bureau.bot.live.reload()
    before = len(bureau.channel.history())
    answer = await ask(bureau, f"{LADDER} and what did the thieves steal")
    assert len(bureau.channel.history()) - before > 2, "the question, and more than one message"
    choice = await bureau.press(answer, "Delete")
    await bureau.press(choice, "Stop: Where is the ladder now?")
    _question, *left = bureau.channel.history()[before:]
    assert [Seen(each).text for each in left] == [ANSWER_PAUSED]


async def test_in_spanish(bureau: Bureau) -> None:
    settings = bureau.bot.store.settings(SERVER)
    spanish = GuildSettings(
        moderator_roles=settings.moderator_roles, moderator_channel=settings.moderator_channel, language="es"
    )
    await save_settings(bureau.bot.store, SERVER, spanish)
    choice = await bureau.press(await ask(bureau), "Borrar")
    assert choice.buttons == ["Detener esta respuesta", "Borrar el mensaje"]
    done = await bureau.press(choice, "Detener esta respuesta")
    assert done.text.startswith("**Detenida en todas partes:** Where is the ladder now?\n")
    assert (await ask(bureau)).text == "Los moderadores han puesto esta respuesta en pausa."
    assert bureau.told() == ["mod ha detenido una respuesta: Where is the ladder now? (`ladder`)"]
    checked = (await bureau.slash("check")).text
    assert "### Respuestas detenidas\n- `ladder`: Detenida en todas partes por mod, " in checked
    assert (await bureau.press(done, "Reactivar")).text.startswith("**Los miembros vuelven a recibir esta respuesta:**")
