"""Corrected answers in chat: the line under a new reply, and what becomes of the replies of the last day."""

import datetime as dt
from typing import Any, cast

import discord
import pytest
import simcord

from bot.chat import retry
from bot.chat.cogs.auto_answer import UNASKED
from bot.chat.cogs.corrections import Corrections
from bot.chat.message.page import Page
from bot.chat.screens.corrected import CORRECTED_SINCE, LOOK_AGAIN
from bot.chat.screens.reply import PickButton
from bot.chat.screens.stop import ANSWER_PAUSED
from bot.store.store import StoreError
from bot.store.types import GuildSettings, ReplyLink
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import SERVER, Bureau
from tests.recordings.clock import Clock
from tests.settings import save_settings

TAKEN = "what-was-taken"
QUESTION = "What was taken from the museum?"
OLD = "A painting [1]. The director calls it priceless [2]."
DRAWING, SKETCH = "A drawing [n1].", "A sketch [n1]."
ORIGINAL = "A painting [n1]. The director calls it priceless [letter:n1]."
LONG = f"{49 * '_'} "
"""What a moderator types; on Discord it takes almost twice as many characters."""

TODAY = "1 January 2026"
NOTE = f"-# Corrected on {TODAY}: it was misread."


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, simcord_env: simcord.Env) -> None:
    """It's the day for the bot that it is on the virtual Discord."""
    clock = Clock()
    clock.now = simcord_env.now()
    monkeypatch.setattr(dt, "datetime", clock.told())


async def change(
    bureau: Bureau, answer: str, kind: str = "correction", reason: str = "it was misread", of: str = TAKEN
) -> None:
    """Change an answer in chat, and say what that is; a second later, so that it is later than what came before."""
    await bureau.env.advance_time(1)
    form = await bureau.mod.slash(bureau.channel, "faq edit", entry=of)
    question = bureau.bot.live.current.base.entries[of].question
    values: dict[str, Any] = {"question": question, "phrasings": "stolen painting", "answer": answer}
    await bureau.mod.submit_modal(form, values)
    draft = Seen(bureau.channel.history(viewer=bureau.mod)[-1])
    explain = await bureau.open(draft, "Say what it is")
    done = shown(await bureau.mod.submit_modal(explain, {"kind": [kind], "reason": reason}))
    assert done.text.startswith("**Done.")
    await bureau.env.advance_time(1)


async def look(bureau: Bureau) -> None:
    """Check whether replies have to be marked, as the bot does every few seconds."""
    cog = bureau.bot.get_cog("Corrections")
    assert cog
    await cast("Corrections", cog).look()  # discord.py reloads the module, so that the class is another
    await bureau.env.settle()


async def ask(bureau: Bureau, text: str = TAKEN) -> Seen:
    await bureau.ana.send(bureau.channel, f"!ask {text}")
    return Seen(bureau.channel.history()[-1])


def now(bureau: Bureau, seen: Seen) -> Seen:
    """A public message as it reads by now."""
    (message,) = [each for each in bureau.channel.history() if each.id == seen.message.id]
    return Seen(message)


def edits(bureau: Bureau) -> int:
    """How often the bot has edited a message in a channel."""
    return sum(
        request.method == "PATCH" and request.path.startswith("/channels/") for request in bureau.env.http_requests
    )


# The line under an answer


async def test_a_corrected_answer_says_so_wherever_it_is_given(bureau: Bureau) -> None:
    await change(bureau, DRAWING)
    witness = await ask(bureau, "who saw the thief")
    pick = PickButton(bureau.ana.id, "0" * 12, TAKEN, QUESTION)
    place = bureau.bot.get_partial_messageable(bureau.channel.id)
    suggestion = await place.send(view=Page(["Did you mean this?"], [pick]))
    topics = shown(await bureau.ana.slash(bureau.channel, "topics"))
    topic = shown(await bureau.ana.select(topics.message, ["theft"]))
    for given in (
        await ask(bureau, "stolen painting"),
        shown(await bureau.ana.slash(bureau.channel, "ask", question=TAKEN, private=True)),
        shown(await bureau.ana.select(witness.message, [TAKEN])),
        shown(await bureau.ana.select(topic.message, [TAKEN])),
        shown(await bureau.ana.click(suggestion, label=QUESTION)),
    ):
        assert f"\nA drawing [1].\n{NOTE}\n" in given.text
    assert "Corrected" not in witness.text, "only what was corrected"


@pytest.mark.parametrize(
    ("kind", "reason", "line"),
    [
        ("clarification", "", f"Clarified on {TODAY}."),
        ("clarification", "**really**?", f"Clarified on {TODAY}: \\*\\*really\\*\\*?"),
        ("correction", "", f"Corrected on {TODAY}."),
        ("typo", "a slip", None),
    ],
)
async def test_the_line_says_what_it_was_and_a_typo_has_none(
    bureau: Bureau, kind: str, reason: str, line: str | None
) -> None:
    await change(bureau, DRAWING, kind, reason)
    answer = (await ask(bureau)).text
    assert "A drawing" in answer
    if line:
        assert f"\n-# {line}\n" in answer
    else:
        assert " on " + TODAY not in answer.replace(f"Last reviewed on {TODAY}", "")


async def test_what_is_taken_back_on_the_same_day_was_no_correction(bureau: Bureau) -> None:
    await change(bureau, DRAWING)
    await change(bureau, ORIGINAL, reason="it was right")
    assert "Corrected" not in (await ask(bureau)).text
    await change(bureau, SKETCH, reason="now for good")
    assert f"-# Corrected on {TODAY}: now for good." in (await ask(bureau)).text


async def test_a_withdrawn_entry_says_nothing(bureau: Bureau) -> None:
    await change(bureau, DRAWING)
    before = await ask(bureau)
    await bureau.press(await bureau.slash("withdraw", entry=TAKEN, reason="privacy"), "Withdraw for good")
    await look(bureau)
    assert "Corrected" not in (await ask(bureau, "stolen painting")).text
    assert now(bureau, before).text == before.text


async def test_a_damaged_history_keeps_nobody_from_an_answer(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    await change(bureau, DRAWING)

    def unreadable(_folder: object, _since: object) -> None:
        raise PermissionError

    monkeypatch.setattr("bot.editing.updates.recent_history", unreadable)
    await change(bureau, SKETCH)
    assert "A sketch" in (await ask(bureau)).text


async def test_the_line_is_in_spanish_where_the_bot_speaks_it(bureau: Bureau) -> None:
    settings = bureau.bot.store.settings(SERVER)
    await change(bureau, DRAWING)
    spanish = GuildSettings(moderator_roles=settings.moderator_roles, language="es")
    await save_settings(bureau.bot.store, SERVER, spanish)
    assert "\n-# Corregida el " in (await ask(bureau)).text


# The replies of the last day


async def _typed(bureau: Bureau) -> Seen:
    return await ask(bureau)


async def _slash(bureau: Bureau) -> Seen:
    return shown(await bureau.ana.slash(bureau.channel, "ask", question=TAKEN))


async def _picked(bureau: Bureau) -> Seen:
    pick = PickButton(bureau.ana.id, "0" * 12, TAKEN, QUESTION)
    place = bureau.bot.get_partial_messageable(bureau.channel.id)
    suggestion = await place.send(view=Page(["Did you mean this?"], [pick]))
    return shown(await bureau.ana.click(suggestion, label=QUESTION))


async def _unasked(bureau: Bureau) -> Seen:
    settings = bureau.bot.store.settings(SERVER)
    chosen = GuildSettings(moderator_roles=settings.moderator_roles, auto_channels=frozenset({bureau.channel.id}))
    await save_settings(bureau.bot.store, SERVER, chosen)
    await bureau.ana.send(bureau.channel, "What was taken from the museum?")
    return Seen(bureau.channel.history()[-1])


@pytest.mark.parametrize("given", [_typed, _slash, _picked, _unasked])
async def test_a_reply_of_the_last_day_is_marked_and_brought_up_to_date(bureau: Bureau, given: Any) -> None:  # noqa: ANN401 (a surface)
    reply = await given(bureau)
    other = await ask(bureau, "ladder")
    assert OLD in reply.text
    await change(bureau, DRAWING)
    await look(bureau)
    later = now(bureau, reply)
    remark = f"{UNASKED}\n" if given is _unasked else ""
    assert later.text.startswith(f"{remark}-# {CORRECTED_SINCE}\n### {QUESTION}\n")
    assert f"A drawing [1].\n{NOTE}\n" in later.text
    assert "painting [1]" not in later.text
    assert later.buttons == reply.buttons
    assert [part.get("custom_id") for part in later.parts()] == [part.get("custom_id") for part in reply.parts()]
    assert not later.message.mentions
    assert now(bureau, other).text == other.text
    assert len(bureau.channel.history()) == len({each.id for each in bureau.channel.history()})


async def test_the_buttons_of_a_marked_reply_still_work(bureau: Bureau) -> None:
    reply = await ask(bureau)
    await change(bureau, DRAWING)
    await look(bureau)
    assert "You voted" in shown(await bureau.mod.click(now(bureau, reply).message, label="Unhelpful")).text
    await bureau.ana.click(now(bureau, reply).message, label="Delete")
    assert reply.message.id not in {each.id for each in bureau.channel.history()}


@pytest.mark.parametrize("kind", ["clarification", "typo"])
async def test_only_corrections_mark_replies(bureau: Bureau, kind: str) -> None:
    reply = await ask(bureau)
    await change(bureau, DRAWING, kind)
    await look(bureau)
    assert now(bureau, reply).text == reply.text


async def test_a_reply_is_marked_once_whatever_happens(bureau: Bureau) -> None:
    await ask(bureau)
    await change(bureau, DRAWING)
    await look(bureau)
    assert edits(bureau) == 1
    newer = await ask(bureau)
    await look(bureau)
    await bureau.slash("reload")
    await look(bureau)
    await bureau.restart()
    await look(bureau)
    assert edits(bureau) == 1
    assert CORRECTED_SINCE not in now(bureau, newer).text, "it has shown the corrected answer from the start"


async def test_what_was_not_marked_before_a_restart_is_marked_after_it(bureau: Bureau) -> None:
    reply = await ask(bureau)
    await look(bureau)
    cog = bureau.bot.get_cog("Corrections")
    assert cog
    await cog.cog_unload()
    await change(bureau, DRAWING)
    assert now(bureau, reply).text == reply.text
    await bureau.restart()
    await look(bureau)
    assert now(bureau, reply).text.startswith(f"-# {CORRECTED_SINCE}\n")


async def test_a_second_correction_leaves_one_mark_and_the_last_answer(bureau: Bureau) -> None:
    first = await ask(bureau)
    await change(bureau, DRAWING)
    second = await ask(bureau)
    await look(bureau)
    await change(bureau, SKETCH, reason="")
    await look(bureau)
    for each in (first, second):
        text = now(bureau, each).text
        assert text.count(CORRECTED_SINCE) == 1
        assert f"A sketch [1].\n-# Corrected on {TODAY}.\n" in text


@pytest.mark.parametrize("kind", ["correction", "typo"])
@pytest.mark.parametrize("between", [True, False])
async def test_a_correction_that_is_taken_back_leaves_replies_as_they_were(
    bureau: Bureau, kind: str, *, between: bool
) -> None:
    first = await ask(bureau)
    await change(bureau, DRAWING)
    second = await ask(bureau)
    if between:
        await look(bureau)
        assert CORRECTED_SINCE in now(bureau, first).text
    await change(bureau, ORIGINAL, kind, "it was right")
    await look(bureau)
    assert OLD in now(bureau, first).text
    assert CORRECTED_SINCE not in now(bureau, first).text
    if kind == "correction":
        assert OLD in now(bureau, second).text
        assert CORRECTED_SINCE in now(bureau, second).text, "this one has shown the drawing"


async def test_a_clarification_after_a_correction_is_in_what_was_marked(bureau: Bureau) -> None:
    first = await ask(bureau)
    await change(bureau, DRAWING)
    second = await ask(bureau)
    await look(bureau)
    await change(bureau, "A drawing of a ship [n1].", "clarification", "")
    await look(bureau)
    assert "A drawing of a ship [1]." in now(bureau, first).text
    assert now(bureau, second).text == second.text


async def test_an_answer_that_was_stopped_is_marked_when_it_is_put_back(bureau: Bureau) -> None:
    reply = await ask(bureau)
    await bureau.slash("stop", entry=TAKEN)
    await change(bureau, DRAWING)
    await look(bureau)
    assert now(bureau, reply).text == reply.text
    await bureau.slash("start", entry=TAKEN)
    await look(bureau)
    assert "A drawing" in now(bureau, reply).text


async def test_a_reply_that_a_moderator_has_paused_stays_so(bureau: Bureau) -> None:
    reply = await ask(bureau)
    stopped = await bureau.press(await bureau.press(reply, "Delete"), "Stop this answer")
    await change(bureau, DRAWING)
    await bureau.press(stopped, "Put back")
    await look(bureau)
    assert now(bureau, reply).text == ANSWER_PAUSED


async def test_private_replies_are_left_alone(bureau: Bureau) -> None:
    await bureau.ana.slash(bureau.channel, "ask", question=TAKEN, private=True)
    await change(bureau, DRAWING)
    await look(bureau)
    assert edits(bureau) == 0


async def test_what_is_gone_or_not_allowed_stops_nothing_else(bureau: Bureau, caplog: pytest.LogCaptureFixture) -> None:
    gone = await ask(bureau)
    closed = bureau.guild.create_text_channel("closed")
    lost = bureau.guild.create_text_channel("lost")
    for channel in (closed, lost):
        await bureau.ana.send(channel, f"!ask {TAKEN}")
    left = await ask(bureau)
    await bureau.bot.get_partial_messageable(bureau.channel.id).get_partial_message(gone.message.id).delete()
    place = bureau.bot.get_channel(lost.id)
    assert isinstance(place, discord.TextChannel)
    await place.delete()
    bureau.env.inject_error("GET", f"/channels/{closed.id}/messages/*", status=403, code=50001, times=None)
    await change(bureau, DRAWING)
    await look(bureau)
    assert "A drawing" in now(bureau, left).text
    assert CORRECTED_SINCE not in Seen(closed.history()[-1]).text
    said = [each.getMessage() for each in caplog.records if "marked as corrected" in each.getMessage()]
    assert said
    assert not any(str(gone.message.id) in each for each in said)


async def test_what_discord_could_not_do_is_tried_again_later_and_ever_less_often(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry.with_retries, "__defaults__", ((),))
    reply = await ask(bureau)
    await look(bureau)
    bureau.env.inject_error("GET", f"/channels/{bureau.channel.id}/messages/*", status=503, times=2)
    await change(bureau, DRAWING)
    for passed, marked in ((0, False), (59, False), (1, False), (119, False), (1, True)):
        await bureau.env.advance_time(passed)
        await look(bureau)
        assert (CORRECTED_SINCE in now(bureau, reply).text) is marked
    assert edits(bureau) == 1


async def test_direct_messages_are_marked_too(bureau: Bureau) -> None:
    await bureau.ana.send_dm(TAKEN)
    await change(bureau, DRAWING)
    await look(bureau)
    assert CORRECTED_SINCE in Seen(bureau.ana.user.dm_channel.history()[-1]).text


async def test_a_direct_message_keeps_its_members_language(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    emit = bureau.env.backend.emit

    def in_spanish(event: str, payload: dict[str, Any]) -> None:
        spoken = {"locale": "es-ES"} if event == "INTERACTION_CREATE" and not payload.get("guild_id") else {}
        emit(event, {**payload, **spoken})

    monkeypatch.setattr(bureau.env.backend, "emit", in_spanish)
    await bureau.ana.user.slash("ask", question=TAKEN)
    before = Seen(bureau.ana.user.dm_channel.history()[-1])
    assert "Última revisión" in before.text
    await change(bureau, DRAWING)
    await look(bureau)
    after = Seen(bureau.ana.user.dm_channel.history()[-1])
    assert after.text.startswith("-# Esta respuesta se ha corregido desde que la publiqué.")
    assert "A drawing" in after.text
    assert after.buttons == before.buttons


async def test_a_reply_to_a_deleted_question_is_gone_for_good(bureau: Bureau) -> None:
    question = await bureau.ana.send(bureau.channel, f"!ask {TAKEN}")
    await bureau.ana.delete(question)
    before = len(bureau.channel.history())
    await change(bureau, DRAWING)
    await look(bureau)
    assert len(bureau.channel.history()) == before
    assert edits(bureau) == 0


async def test_the_other_shards_replies_are_left_to_their_processes(bureau: Bureau) -> None:
    reply = await ask(bureau)
    await change(bureau, DRAWING)
    bureau.bot.shard_ids = [1]
    await look(bureau)
    assert now(bureau, reply).text == reply.text


async def test_while_the_database_is_away_the_next_look_tries_again(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(entry: str) -> list[ReplyLink]:
        raise StoreError(entry)

    reply = await ask(bureau)
    await look(bureau)
    with monkeypatch.context() as patch:
        patch.setattr(bureau.bot.store, "links_showing", away)
        await change(bureau, DRAWING)
        with pytest.raises(StoreError):
            await look(bureau)
    await look(bureau)
    assert "A drawing" in now(bureau, reply).text


async def test_of_two_answers_in_one_reply_both_are_shown_again(bureau: Bureau) -> None:
    reply = await ask(bureau, "what did the thieves steal and where is the ladder now")
    assert reply.text.count("### ") == 2
    await change(bureau, DRAWING)
    await look(bureau)
    later = now(bureau, reply).text
    assert later.count("### ") == 2
    assert "A drawing [1]." in later
    assert "Ada Voss mentions it once" in later


@pytest.mark.parametrize("words", [30, 39])
async def test_what_no_longer_fits_is_behind_a_menu_and_no_message_is_added(bureau: Bureau, words: int) -> None:
    reply = await ask(bureau)
    await change(bureau, f"{LONG * words}[n1].")
    await look(bureau)
    later = now(bureau, reply)
    if words == 39:
        assert later.text.startswith(f"-# {LOOK_AGAIN}\n### {QUESTION}")
        answer = shown(await bureau.ana.select(later.message, [TAKEN]))
        assert "\\_\\_" in answer.text
        assert later.buttons == reply.buttons
    else:
        assert "\\_\\_" in later.text or LOOK_AGAIN in later.text
    done = edits(bureau)
    await bureau.restart()
    await look(bureau)
    assert edits(bureau) == done
    await change(bureau, SKETCH)
    await look(bureau)
    assert "A sketch" in now(bureau, reply).text


async def test_a_long_answer_that_becomes_short_loses_its_further_messages(bureau: Bureau) -> None:
    await change(bureau, f"{LONG * 39}[n1].")
    before = len(bureau.channel.history())
    await ask(bureau)
    _question, first, *more = bureau.channel.history()[before:]
    assert more
    await change(bureau, SKETCH)
    await look(bureau)
    left = {each.id for each in bureau.channel.history()}
    assert first.id in left
    assert not left & {each.id for each in more}
    assert "A sketch" in now(bureau, Seen(first)).text
