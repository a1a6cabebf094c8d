"""The buttons below an answer and below the suggestions: what each member sees, also after a restart."""

import datetime as dt
import re

import discord
import pytest

from bot.chat.screens.feedback import DeleteButton, Origin, SourcesButton, VoteButton, answer_buttons
from bot.i18n.catalogue import LANGUAGES
from bot.knowledge.model import Passage
from bot.matching.types import Outcome
from bot.store.types import GuildSettings, Stats, Why
from tests.chat.conftest import Seen, Town, shown
from tests.chat.worlds import entry, world
from tests.settings import save_settings

BUTTONS = ["Helpful", "Unhelpful", "Sources", "Delete"]


@pytest.fixture(params=["before", "after a restart"])
async def answer(request: pytest.FixtureRequest, town: Town) -> Seen:
    """Ana's answer, asked for in this process or the one before."""
    seen = await town.say("!ask who was killed?")
    if request.param != "before":
        await town.restart()
    return seen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_buttons_share_a_row_on_a_narrow_screen(town: Town, language: str) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(language=language))
    labels = (await town.say("!ask who was killed?")).buttons
    # As measured in the gallery: 7 pixels a letter, 24 around a label, 8 between buttons, 335 inside of a frame.
    assert sum(24 + 7 * len(label) for label in labels) + 8 * (len(labels) - 1) <= 335


async def _stats(town: Town) -> Stats:
    return await town.store.stats(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))


async def _list(town: Town) -> Seen:
    """Ask something on which the shipped knowledge hesitates."""
    asked = (text for group in town.live.current.base.questions.answered for text in group.ask)
    replies = ((text, town.live.current.answer(text)) for text in asked if len(text) > 1)
    unclear = (text for text, reply in replies if reply.outcome is Outcome.SUGGEST and len(reply.suggestions) > 1)
    return await town.say(f"!ask {next(unclear)}")


async def test_a_vote_counts_once_and_can_be_changed(town: Town, answer: Seen) -> None:
    assert answer.buttons == BUTTONS
    first = shown(await town.ben.click(answer.message, label="Helpful"))
    assert first.private
    assert first.text == "Thanks! You voted “Helpful”. Press “Unhelpful” to change your vote."
    await town.ana.click(answer.message, label="Helpful")
    again = shown(await town.ben.click(answer.message, label="Unhelpful"))
    assert again.text == "Thanks! You voted “Unhelpful”. Press “Helpful” to change your vote."
    stats = await _stats(town)
    assert (stats.helpful, stats.not_helpful) == (1, 1)
    assert [kept.why for kept in await town.store.unanswered()] == [Why.NOT_HELPFUL]


async def test_sources_are_shown_privately_in_our_own_words(town: Town, answer: Seen) -> None:
    sources = shown(await town.ben.click(answer.message, label="Sources"))
    assert sources.private
    asked = town.live.current.answer("who was killed?")
    for cited in asked.citations:
        assert f"**[{cited.number}]** {cited.passage.gist}" in sources.text.replace("\\", "")
    assert "17 August 2020" in sources.text


async def test_sources_of_two_answers_have_the_numbers_of_the_reply(town: Town) -> None:
    town.live.current = world([entry(1), entry(2)])
    answer = await town.say("!ask what is gadget 1 and what is gadget 2?")
    sources = shown(await town.ben.click(answer.message, label="Sources"))
    assert sources.text.count("**[1]** About gadgets.") == 1
    town.live.current = world([entry(3)])
    gone = shown(await town.ben.click(answer.message, label="Sources"))
    assert gone.text == "That answer is no longer in my FAQ."


async def test_the_buttons_below_three_answers_are_about_all_of_them(town: Town) -> None:
    town.live.current = world([entry(1), entry(2), entry(3)])
    await town.say("!ask what is gadget 1? what is gadget 2? what is gadget 3?")
    await town.restart()
    (answer,) = town.answers()
    assert re.findall("### (.*)", answer.text) == [f"What is gadget {number}?" for number in (1, 2, 3)]
    assert answer.buttons == BUTTONS
    assert "**[1]** About gadgets." in shown(await town.ben.click(answer.message, label="Sources")).text


async def test_what_a_message_also_asks_is_in_the_menu_and_does_not_put_the_answers_in_doubt(town: Town) -> None:
    town.live.current = world([entry(number) for number in range(1, 5)])
    answer = await town.say("!ask what is gadget 1? what is gadget 2? what is gadget 3? what is gadget 4?")
    (menu,) = answer.menus
    assert menu["placeholder"] == "Did you also ask one of these?"
    assert answer.options == {"What is gadget 4?": "entry-4"}
    picked = shown(await town.ana.select(answer.message, ["entry-4"]))
    assert picked.text.startswith("### What is gadget 4?\n")
    assert not await town.store.unanswered()


async def test_a_gist_that_nobody_has_written_yet_says_how_the_passage_begins(town: Town) -> None:
    passage = Passage(id="p1", gist="A shed may be up to …")
    town.live.current = world([entry(1)], sources=[{"passages": (passage,)}])
    answer = await town.say("!ask what is gadget 1?")
    says = "It begins: A shed may be up to …"
    assert f"**[1]** {says}\n" in shown(await town.ben.click(answer.message, label="Sources")).text
    assert f"**p1** {says}" in (await town.say("!sources")).text


async def test_an_answer_without_passages_says_so(town: Town) -> None:
    town.live.current = world([entry(answer="Nothing on that.", kind="not_covered")])
    answer = await town.say("!ask gadget 1")
    assert shown(await town.ben.click(answer.message, label="Sources")).text == "This answer cites no passage."


async def test_the_asker_deletes_the_answer(town: Town, answer: Seen) -> None:
    await town.ana.click(answer.message, label="Delete")
    assert not town.answers()


async def test_nobody_else_does_but_moderators(town: Town, answer: Seen) -> None:
    refused = shown(await town.ben.click(answer.message, label="Delete"))
    assert refused.private
    assert refused.text == "Only the person who asked, or a moderator, can delete this."
    assert len(town.answers()) == 1
    moderators = town.guild.create_role("moderators", permissions=discord.Permissions(manage_messages=True))
    cleo = town.guild.add_member(town.env.create_user("cleo"), roles=[moderators])
    await cleo.click(answer.message, label="Delete")
    assert not town.answers()


async def test_the_answer_in_a_direct_message_can_be_deleted(town: Town) -> None:
    await town.ana.send_dm("who was killed?")
    (answer,) = town.answers(town.ana.user.dm_channel)
    await town.ana.user.click(answer.message, label="Delete")
    assert not town.answers(town.ana.user.dm_channel)


async def test_a_pick_by_the_asker_makes_the_question_answered(town: Town) -> None:
    listed = await _list(town)
    await town.ben.click(listed.message, label=listed.buttons[0])
    assert [kept.why for kept in await town.store.unanswered()] == [Why.NOT_TAKEN]
    await town.ana.click(listed.message, label=listed.buttons[0])
    assert not await town.store.unanswered()
    (answer,) = town.answers()
    await town.ben.click(answer.message, label="Helpful")
    assert (await _stats(town)).helpful == 1


@pytest.mark.parametrize("restarted", [False, True])
async def test_none_of_these_removes_the_list_for_the_asker(town: Town, *, restarted: bool) -> None:
    listed = await _list(town)
    if restarted:
        await town.restart()
    refused = shown(await town.ben.click(listed.message, label="None of these"))
    assert (refused.private, refused.text) == (True, "Only the person who asked can remove this.")
    await town.ana.click(listed.message, label="None of these")
    (left,) = town.answers()
    assert left.text == "Try asking it another way. `!topics` shows what I can answer."
    assert not left.buttons
    assert [kept.why for kept in await town.store.unanswered()] == [Why.NOT_TAKEN]


def test_the_longest_ids_fit_and_a_button_that_does_not_is_left_out() -> None:
    kinds = {VoteButton, SourcesButton, DeleteButton}
    long = world([entry(id="a" * 60), entry(2, id="b" * 60)])
    one = answer_buttons(long.entry("a" * 60).answers, Origin(2**64 - 1, 2**64 - 1, "0123456789ab"))
    assert {type(button) for button in one} == kinds
    two = [*long.entry("a" * 60).answers, *long.entry("b" * 60).answers]
    both = answer_buttons(two, Origin(2**64 - 1, 2**64 - 1, "0123456789ab"))
    assert {type(button) for button in both} == kinds - {SourcesButton}
    for button in (*one, *both):
        assert isinstance(button, VoteButton | SourcesButton | DeleteButton)
        assert len(button.custom_id) <= 100
        assert button.template.fullmatch(button.custom_id)
