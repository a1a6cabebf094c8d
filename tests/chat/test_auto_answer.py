"""Answers that nobody asked for: only where they are wanted and sure."""

from dataclasses import replace

import pytest
from simcord import ChannelHandle

from bot.answering.reply import Reply
from bot.chat.cogs import auto_answer
from bot.chat.cogs.auto_answer import HOURLY, UNASKED
from bot.chat.rate_limit import SlidingWindow
from bot.store.types import GuildSettings
from tests.chat.conftest import Town
from tests.chat.worlds import entry, world
from tests.settings import save_settings


async def choose(town: Town, *channels: ChannelHandle) -> None:
    chosen = replace(GuildSettings(), auto_channels=frozenset(channel.id for channel in channels))
    await save_settings(town.store, town.guild.id, chosen)


@pytest.fixture
async def wanted(town: Town) -> None:
    """Ana's channel is one where the bot may speak up."""
    await choose(town, town.channel)


@pytest.fixture
async def forum(town: Town) -> ChannelHandle:
    """A help forum in which the bot may speak up."""
    made = town.guild.create_forum_channel("help")
    await choose(town, made)
    return made


@pytest.mark.usefixtures("wanted")
async def test_a_sure_answer_comes_unasked_and_says_so_once(town: Town) -> None:
    question = await town.ana.send(town.channel, "who was killed?")
    (answer,) = town.answers()
    assert answer.text.startswith(f"{UNASKED}\n### Who was killed?")
    assert answer.buttons == ["Helpful", "Unhelpful", "Sources", "Delete"]
    assert answer.message.reference
    assert answer.message.reference.message_id == question.id
    await town.ben.send(town.channel, "who was killed?")
    assert len(town.answers()) == 1


@pytest.mark.usefixtures("wanted")
async def test_what_may_be_either_of_two_gets_no_answer_unasked(town: Town) -> None:
    town.live.current = world([entry(1), entry(2)])
    await town.ana.send(town.channel, "what is gadget")
    assert not town.answers()
    await town.ana.send(town.channel, "what is gadget 1")
    assert len(town.answers()) == 1


@pytest.mark.usefixtures("wanted")
async def test_an_answer_in_doubt_comes_only_to_who_asks(town: Town, doubted: tuple[str, Reply]) -> None:
    question, _ = doubted
    await town.ana.send(town.channel, question)
    assert not town.answers()
    (menu,) = (await town.say(f"!ask {question}")).menus
    assert menu["placeholder"] == "Meant something else?"


@pytest.mark.usefixtures("wanted")
async def test_several_answers_come_unasked_only_if_each_is_sure(town: Town, unsure: str) -> None:
    await town.ana.send(town.channel, f"who was killed? {unsure.rstrip('?')}?")
    assert not town.answers()
    answer = await town.say(f"!ask who was killed? {unsure.rstrip('?')}?")
    assert answer.text.count("### ") == 2
    await town.ana.send(town.channel, "who was killed? how did the jury vote?")
    assert len(town.answers()) == 2


@pytest.mark.usefixtures("wanted")
async def test_an_answer_that_is_not_quite_sure_comes_only_to_who_asks(town: Town, unsure: str) -> None:
    await town.ana.send(town.channel, unsure)
    assert not town.answers()
    await town.say(f"!ask {unsure}")
    assert len(town.answers()) == 1


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize(
    "said", ["so sad. he was only 16", "Rest in peace Steven. Sixteen is no age.", "jury vote 10-2, that's that"]
)
async def test_whoever_mourns_or_argues_is_not_interrupted(town: Town, said: str) -> None:
    await town.ana.send(town.channel, said)
    assert not town.answers()


@pytest.mark.usefixtures("wanted")
async def test_it_does_not_speak_of_itself_or_its_sources_unasked(town: Town) -> None:
    town.live.current = world([entry(1, kind="note"), entry(2)])
    await town.ana.send(town.channel, "what is gadget 1?")
    assert not town.answers()
    await town.ana.send(town.channel, "what is gadget 2?")
    assert len(town.answers()) == 1


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize("asked", ["victim's age?", "so sad. how old was he", "was the jury unanimous"])
async def test_a_question_needs_no_question_mark(town: Town, asked: str) -> None:
    await town.ana.send(town.channel, asked)
    assert len(town.answers()) == 1


@pytest.mark.usefixtures("wanted")
async def test_at_most_so_many_answers_an_hour(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.live.current = world(entry(number) for number in range(HOURLY[0] + 2))
    now = 0.0
    monkeypatch.setattr(SlidingWindow.__init__, "__defaults__", (lambda: now,))
    await town.bot.reload_extension(auto_answer.__name__)
    for number in range(HOURLY[0] + 1):
        await town.ana.send(town.channel, f"what is gadget {number}?")
    assert len(town.answers()) == HOURLY[0]
    now = HOURLY[1]
    await town.ana.send(town.channel, f"what is gadget {HOURLY[0] + 1}?")
    assert len(town.answers()) == HOURLY[0] + 1


async def test_a_post_is_answered_once_by_its_title_and_text(town: Town, forum: ChannelHandle) -> None:
    post = await town.post(town.ana, forum, "who was killed?", "who was killed?")
    (answer,) = town.answers(post)
    assert answer.text.startswith(f"{UNASKED}\n### Who was killed?")
    await town.ben.send(post, "how did the jury vote")
    await town.ana.send(post, "who was killed?")
    assert len(town.answers(post)) == 1


async def test_the_same_question_in_another_post_gets_its_answer_too(town: Town, forum: ChannelHandle) -> None:
    for member in (town.ana, town.ben):
        post = await town.post(member, forum, "Question about the trial", "how did the jury vote")
        assert "10-2" in town.answers(post)[0].text


async def test_a_post_it_is_not_sure_of_is_left_alone(town: Town, forum: ChannelHandle) -> None:
    post = await town.post(town.ana, forum, "Pizza", "best pizza recipe please")
    other = town.guild.create_forum_channel("elsewhere")
    not_chosen = await town.post(town.ana, other, "who was killed?", "who was killed?")
    asked = await town.post(town.ana, forum, "Hello", f"{town.me} who was killed?")
    assert not town.answers(post)
    assert not town.answers(not_chosen)
    assert town.answers(asked)[0].text.startswith("### Who was killed?"), "asked, not unasked, and once"
    assert len(town.answers(asked)) == 1


async def test_what_asks_nothing_is_left_alone_whatever_it_is_like(town: Town, forum: ChannelHandle) -> None:
    said = "thanks for the help"
    town.live.current = world([entry(1, phrasings=(said, "help with gadgets"))])
    assert town.live.current.answer(said).sure
    thanked = await town.post(town.ana, forum, "Thanks", said)
    asked = await town.post(town.ana, forum, "Gadgets", "help with gadgets?")
    assert not town.answers(thanked)
    assert town.answers(asked)


async def test_a_forum_as_a_whole_has_its_number_an_hour(town: Town, forum: ChannelHandle) -> None:
    posts = [await town.post(town.ana, forum, "Help", "who was killed?") for _ in range(HOURLY[0] + 2)]
    assert [len(town.answers(post)) for post in posts] == [1] * HOURLY[0] + [0, 0]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.usefixtures("wanted")
async def test_it_follows_its_question(town: Town, *, restarted: bool) -> None:
    question = await town.ana.send(town.channel, "who was killed?")
    if restarted:
        await town.restart()
    await town.ana.edit(question, "how did the jury vote")
    (answer,) = town.answers()
    assert answer.text.startswith(UNASKED)
    assert "10-2" in answer.text
    await town.ana.edit(question, "how did the jury vote?")
    assert len(town.answers()) == 1, "the same entry in the place of itself is no repetition"
    await town.ana.edit(question, "best pizza recipe please")
    assert not town.answers()


@pytest.mark.usefixtures("wanted")
async def test_it_goes_with_its_question(town: Town) -> None:
    question = await town.ana.send(town.channel, "who was killed?")
    await town.ana.delete(question)
    assert not town.answers()


async def test_in_a_post_it_follows_too(town: Town, forum: ChannelHandle) -> None:
    post = await town.post(town.ana, forum, "A question", "who was killed?")
    (question,) = [message for message in post.history() if message.author.id == town.ana.id]
    await town.ana.edit(question, "how did the jury vote")
    (answer,) = town.answers(post)
    assert "10-2" in answer.text
    await town.ana.delete(question)
    assert not town.answers(post)


@pytest.mark.usefixtures("wanted")
async def test_an_asked_question_in_such_a_channel_can_become_an_unasked_one(town: Town) -> None:
    question = await town.ana.send(town.channel, f"{town.me} who was killed?")
    await town.ana.edit(question, "who was killed?")
    (answer,) = town.answers()
    assert answer.text.startswith(UNASKED)


@pytest.mark.usefixtures("wanted")
async def test_what_it_is_not_asked_to_judge_is_left_alone(town: Town) -> None:
    bens = await town.ben.send(town.channel, "hello there")
    await town.ana.send(town.channel, "who was killed?", reply_to=bens)
    await town.ana.send(town.channel, "best pizza recipe please")
    robot = town.guild.add_member(town.env.create_user("robot", bot=True))
    await robot.send(town.channel, "who was killed?")
    other = town.guild.create_text_channel("other")
    await town.ana.send(other, "who was killed?")
    assert not town.answers()
    assert not town.answers(other)


async def test_where_it_may_not_answer_at_all_it_does_not_speak_up_either(town: Town) -> None:
    here, other = town.channel.id, town.guild.create_text_channel("other")
    chosen = replace(GuildSettings(), auto_channels=frozenset({here}), channels=frozenset({other.id}))
    await save_settings(town.store, town.guild.id, chosen)
    await town.ana.send(town.channel, "who was killed?")
    assert not town.answers()


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize("text", ["!ask who was killed?", "{me} who was killed?"])
async def test_who_asks_is_answered_once(town: Town, text: str) -> None:
    answer = await town.say(text.format(me=town.me))
    assert answer.text.startswith("### Who was killed?")


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize("message_content", [False])
async def test_without_the_intent_it_is_silent_and_the_log_says_why_once(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        await town.ana.send(town.channel, "who was killed?")
    assert not town.answers()
    assert caplog.text.count("message content intent") == 1


@pytest.mark.usefixtures("wanted")
async def test_who_asked_nothing_hears_nothing_of_a_missing_permission(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("POST", f"/channels/{town.channel.id}/messages", status=403, code=50013)
    await town.ana.send(town.channel, "who was killed?")
    assert not town.answers(town.ana.user.dm_channel)
    assert "An unprompted answer: Discord refused it" in caplog.text
    assert "Traceback" not in caplog.text
