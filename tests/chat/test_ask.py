import datetime as dt

import discord
import pytest
import simcord
from discord.ext import commands

from bot.answering.answerer import Answerer
from bot.answering.reply import Link, Reply
from bot.chat.message import limits
from bot.chat.screens.feedback import Origin
from bot.chat.screens.reply import Doubt, EntrySelect, entry_selects
from bot.matching.types import Outcome
from bot.store.types import GuildSettings, Why
from tests.chat.conftest import Town, check_choices, shown
from tests.chat.worlds import entry, world
from tests.settings import save_settings

ABOUT_THE_VICTIM = """\
### Who was killed?
**Reported by the article**
"""
OFF_TOPIC = "best pizza recipe please"
UNHELPFUL = "*Unhelpful* below an answer tells the moderators."


@pytest.fixture(params=["!ask {}", "{me} {}", "{} {me}"])
def written(request: pytest.FixtureRequest) -> str:
    """A way to write a question into a channel."""
    return str(request.param)


async def test_a_written_question_gets_its_answer(town: Town, written: str) -> None:
    answer = await town.say(written.format("who was killed?", me=town.me))
    assert answer.text.startswith(ABOUT_THE_VICTIM)
    assert "Steven Thomas" in answer.text
    assert "[1]" in answer.text.split("**Source:**")[0]


async def test_the_answer_is_a_reply_to_the_question(town: Town) -> None:
    question = await town.ana.send(town.channel, "!ask who was killed?")
    (answer,) = town.answers()
    assert answer.message.reference
    assert answer.message.reference.message_id == question.id


async def test_slash(town: Town) -> None:
    answer = await town.slash("ask", question="who was killed?")
    assert answer.text.startswith(ABOUT_THE_VICTIM)
    assert not answer.private


async def test_a_reply_to_the_bot_is_a_question(town: Town) -> None:
    first = await town.say("!ask who was killed?")
    second = await town.say("how did the jury vote", reply_to=first.message)
    assert "10-2" in second.text


async def test_a_reply_to_somebody_else_is_not(town: Town) -> None:
    bens = await town.ben.send(town.channel, "hello")
    await town.ana.send(town.channel, "who was killed?", reply_to=bens)
    assert not town.answers()


async def test_a_direct_message(town: Town) -> None:
    await town.ana.send_dm("who was killed?")
    (answer,) = town.answers(town.ana.user.dm_channel)
    assert answer.text.startswith(ABOUT_THE_VICTIM)


async def test_commands_work_in_direct_messages(town: Town) -> None:
    await town.ana.send_dm("!ask who was killed?")
    (answer,) = town.answers(town.ana.user.dm_channel)
    assert answer.text.startswith(ABOUT_THE_VICTIM)


@pytest.mark.parametrize("word", ["topics", "Topics"])
async def test_a_lone_command_word_needs_no_prefix_when_the_bot_is_addressed(town: Town, word: str) -> None:
    answer = await town.say(f"{town.me} {word}")
    assert answer.text.startswith("### What you can ask")
    await town.ana.send_dm(word)
    (answer,) = town.answers(town.ana.user.dm_channel)
    assert answer.text.startswith("### What you can ask")


async def test_a_mention_with_a_question_that_begins_like_a_command_is_a_question(town: Town) -> None:
    answer = await town.say(f"{town.me} who was killed?")
    assert answer.text.startswith(ABOUT_THE_VICTIM)


async def test_ordinary_talk_is_left_alone(town: Town) -> None:
    await town.ana.send(town.channel, "who was killed?")
    await town.ana.send(town.channel, "!unknown command of another bot")
    assert not town.answers()


async def test_a_bare_mention_gets_a_hint(town: Town) -> None:
    answer = await town.say(town.me)
    assert answer.text == "Ask me a question, or see `!topics` and `!help`."


async def test_an_empty_message_gets_nothing(town: Town) -> None:
    first = await town.say("!ask who was killed?")
    await town.ana.send(town.channel, attachments=[("picture.png", b"")], reply_to=first.message)
    await town.ana.send_dm(attachments=town.env.backend.store_attachments(town.channel.id, [("picture.png", b"")]))
    assert len(town.answers()) == 1
    assert not town.answers(town.ana.user.dm_channel)


async def test_a_command_without_its_question_is_explained(town: Town) -> None:
    answer = await town.say("!ask")
    assert answer.text == "Use it like this: `!ask <question>`"
    simcord.assert_error(town.env, commands.MissingRequiredArgument)
    await save_settings(town.store, town.guild.id, GuildSettings(language="es"))
    assert (await town.say("!ask")).text == "Úsalo así: `!ask <pregunta>`"
    simcord.assert_error(town.env, commands.MissingRequiredArgument)


async def test_bots_webhooks_and_itself_are_ignored(town: Town, written: str) -> None:
    text = written.format("who was killed?", me=town.me)
    robot = town.guild.add_member(town.env.create_user("robot", bot=True))
    await robot.send(town.channel, text)
    await town.guild.create_webhook(town.channel).send(text)
    assert not town.answers()
    channel = town.bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.send(text)
    await town.env.settle()
    assert len(town.answers()) == 1


async def test_what_the_bot_does_not_know(town: Town, written: str) -> None:
    answer = await town.say(written.format(OFF_TOPIC, me=town.me))
    assert answer.text == (
        "Sorry, I don't have an answer to that. All I've read is one news article dated 17 August 2020. "
        "`!topics` shows what I can answer."
    )


@pytest.mark.parametrize("outcome", ["answered", "suggested", "unknown"])
async def test_nothing_pings_and_nothing_is_echoed(town: Town, written: str, outcome: str) -> None:
    question = {"answered": "who was killed?", "suggested": _unclear(town.live.current), "unknown": OFF_TOPIC}[outcome]
    text = f"{question} @everyone <@{town.ben.id}> **bold** https://example.com"
    await town.ana.send(town.channel, written.format(text, me=town.me))
    await town.ana.slash(town.channel, "ask", question=text)
    assert len(town.answers()) == 2
    for answer in town.answers():
        assert not answer.message.mention_everyone
        assert not answer.message.mentions
        for echoed in ("everyone", str(town.ben.id), "bold", "example", "pizza"):
            assert echoed not in answer.text
            assert not any(echoed in label for label in answer.buttons)
    sent = [request.json or {} for request in town.env.http_requests if request.method == "POST"]
    assert [body.get("data", body)["allowed_mentions"] for body in sent] == [{"parse": []}] * 2


async def test_a_swap_of_the_knowledge_is_seen(town: Town) -> None:
    before = await town.say("!ask gadget 1")
    town.live.current = world([entry(1)])
    after = await town.say("!ask gadget 1")
    assert "It is gadget 1" not in before.text
    assert "It is gadget 1 [1]." in after.text
    assert [choice["value"] for choice in await town.ana.autocomplete(town.channel, "ask", "question", "")] == [
        "entry-1"
    ]


# Suggestions while typing


async def test_suggestions_are_the_faqs_questions_in_their_limits(town: Town) -> None:
    entries = town.live.current.base.entries
    for typed in ("", "who", "jury vote", "x" * 100, "who was killed?" * 300, "@everyone"):
        choices = check_choices(await town.ana.autocomplete(town.channel, "ask", "question", typed))
        for choice in choices:
            assert choice["name"] == entries[choice["value"]].question


async def test_the_best_suggestion_comes_first(town: Town) -> None:
    first, *_ = await town.ana.autocomplete(town.channel, "ask", "question", "who was kil")
    assert first["name"] == "Who was killed?"


async def test_long_questions_are_cut_in_suggestions_but_pick_the_right_entry(town: Town) -> None:
    same_beginning = "What is " + "very " * 50
    town.live.current = world(entry(n, question=f"{same_beginning}{n}?") for n in range(1, 31))
    choices = check_choices(await town.ana.autocomplete(town.channel, "ask", "question", ""))
    assert len(choices) == 25
    answer = await town.slash("ask", question=choices[6]["value"])
    assert "It is gadget 7 [1]." in answer.text


async def test_picking_a_suggestion_gives_exactly_that_entry(town: Town) -> None:
    answerer = town.live.current
    for entry_id in list(answerer.base.entries)[::10]:
        answer = await town.slash("ask", question=entry_id)
        assert answerer.base.entries[entry_id].question.split("'")[0] in answer.text


@pytest.mark.parametrize("typed", ["who was kil", "jury vote", "how old", "kim twitter"])
async def test_suggestions_come_in_the_order_of_the_matcher(town: Town, typed: str) -> None:
    choices = await town.ana.autocomplete(town.channel, "ask", "question", typed)
    ranked = [candidate.entry for candidate in town.live.current.matcher.rank(typed, 25)]
    assert [choice["value"] for choice in choices] == ranked


async def test_the_longest_messages_are_answered(town: Town) -> None:
    talk = "and then we all went home and talked about the weather "
    assert (await town.say(f"!ask who was killed? {talk * 80}"[:2_000])).text
    assert (await town.slash("ask", question=f"who was killed? {talk * 120}"[:6_000])).text


# Hello and thanks


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("{me} Hi!!", "Hello! Ask me a question, or see `!topics` and `!help`."),
        ("!ask good morning", "Hello! Ask me a question, or see `!topics` and `!help`."),
        ("{me} thanks :)", "You're welcome."),
        ("{me} ¡Muchas gracias!", "You're welcome."),
        ("{me} thanks for the help!", "You're welcome."),
        ("{me} ok bye", "Goodbye!"),
        ("{me} lol ok", "Ask me a question, or see `!topics` and `!help`."),
        ("!ask \N{THUMBS UP SIGN}", "Ask me a question, or see `!topics` and `!help`."),
        ("{me} shut up", f"Sorry I couldn't help. Try other words, or see `!topics`. {UNHELPFUL}"),
    ],
)
async def test_a_courtesy_gets_one_back_and_is_no_unanswered_question(town: Town, said: str, answer: str) -> None:
    assert (await town.say(said.format(me=town.me))).text == answer
    assert not await town.store.unanswered()


@pytest.mark.parametrize("said", ["ok", "Nice!", "lol", "\N{THUMBS UP SIGN}", "jaja"])
async def test_assent_to_an_answer_needs_no_reply(town: Town, said: str) -> None:
    answer = await town.say("!ask who was killed?")
    await town.ana.send(town.channel, said, reply_to=answer.message)
    assert len(town.answers()) == 1
    assert not await town.store.unanswered()


async def test_a_question_that_is_edited_into_assent_loses_its_answer(town: Town) -> None:
    first = await town.say("!ask who was killed?")
    question = await town.ana.send(town.channel, "how did the jury vote", reply_to=first.message)
    assert len(town.answers()) == 2
    await town.ana.edit(question, "never mind")
    assert len(town.answers()) == 1


async def test_the_bot_says_what_it_is_where_the_faq_does_not(town: Town) -> None:
    asked = f"{town.me} who are you?"
    assert (await town.say(asked)).text.startswith("### ")
    town.live.current = world([entry()])
    answer = await town.say(asked)
    assert answer.text.startswith("I answer questions about *Gadgets*.")
    assert answer.text.endswith("Ask me a question, or see `!topics` and `!help`.")
    assert not await town.store.unanswered()


# Did you mean


@pytest.mark.parametrize("said", ["yes", "Yeah!", "that's it", "sí"])
async def test_yes_picks_the_only_suggestion(town: Town, said: str) -> None:
    asked = _unclear(town.live.current, several=False)
    listed = await town.say(f"!ask {asked}")
    (meant,) = town.live.current.answer(asked).suggestions
    answer = await town.say(said, reply_to=listed.message)
    assert answer.text.startswith(f"### {meant.question}\n")


async def test_yes_picks_none_of_several_suggestions(town: Town) -> None:
    listed = await town.say(f"!ask {_unclear(town.live.current)}")
    for said in ("yes", f"{town.me} ok"):
        assert (await town.say(said, reply_to=listed.message)).text == "Which one? Press it, or type its number."
    before = len(town.answers())
    await town.ana.send(town.channel, "lol", reply_to=listed.message)
    assert len(town.answers()) == before


def _unclear(answerer: Answerer, *, several: bool = True) -> str:
    """The first regression question on which the shipped knowledge hesitates, between several entries or at one."""
    asked = (text for group in answerer.base.questions.answered for text in group.ask if len(text) > 1)
    replies = ((text, answerer.answer(text)) for text in asked)
    return next(
        text for text, reply in replies if reply.outcome is Outcome.SUGGEST and (len(reply.suggestions) > 1) is several
    )


async def test_an_unclear_question_gets_a_list_to_pick_from_the_likeliest_first(town: Town) -> None:
    asked = _unclear(town.live.current)
    listed = await town.say(f"!ask {asked}")
    assert listed.text == "**Did you mean one of these?**"
    likely = [each.question for each in town.live.current.answer(asked).suggestions]
    assert listed.buttons == [*likely, "None of these"]
    assert listed.standing_out == likely[:1]


async def test_the_number_of_a_choice_picks_it_and_means_nothing_to_others(town: Town) -> None:
    asked = _unclear(town.live.current)
    second = town.live.current.answer(asked).suggestions[1].question
    listed = await town.say(f"!ask {asked}")
    await town.ben.send(town.channel, f"{town.me} 2")
    assert town.answers()[-1].text.startswith("Sorry, I don't have an answer to that.")
    picked = await town.say("2", reply_to=listed.message)
    assert picked.text.startswith(f"### {second}\n")


async def test_the_menu_below_an_answer_in_doubt_begins_with_what_else_may_be_meant(
    town: Town, doubted: tuple[str, Reply]
) -> None:
    asked, reply = doubted
    answer = await town.say(f"!ask {asked}")
    (menu,) = answer.menus
    assert menu["placeholder"] == "Meant something else?"
    assert list(answer.options.values())[: len(reply.suggestions)] == [each.entry for each in reply.suggestions]
    assert len(answer.options) == len(set(answer.options.values()))
    numbered = await town.say("1", reply_to=answer.message)
    assert numbered.text.startswith("Sorry, I don't have an answer to that."), "the menu has no numbers"


@pytest.mark.parametrize("restarted", [False, True])
async def test_the_askers_pick_of_what_else_is_meant_tells_moderators_that_the_answer_may_be_wrong(
    town: Town, doubted: tuple[str, Reply], *, restarted: bool
) -> None:
    asked, reply = doubted
    answer = await town.say(f"!ask {asked}")
    if restarted:
        await town.restart()
    meant = reply.suggestions[-1]
    others = [value for value in answer.options.values() if value not in {each.entry for each in reply.suggestions}]
    await town.ben.select(answer.message, [meant.entry])
    await town.ana.select(answer.message, others[:1])
    assert not await town.store.unanswered(), "neither somebody else's pick nor that of a related question"
    seen = shown(await town.ana.select(answer.message, [meant.entry]))
    assert seen.private
    assert seen.text.startswith(f"### {meant.question}\n")
    (kept,) = await town.store.unanswered()
    assert (kept.why, kept.entry, kept.picked) == (Why.OTHER_PICKED, reply.answers[0].entry, meant.entry)
    assert town.answers()[0].text == answer.text, "the answer stays for the others"


async def test_a_pick_below_an_answer_that_is_stopped_or_gone_by_now_is_not_kept(
    town: Town, doubted: tuple[str, Reply]
) -> None:
    asked, reply = doubted
    answer = await town.say(f"!ask {asked}")
    town.live.current = world([entry()])
    gone = shown(await town.ana.select(answer.message, [reply.suggestions[0].entry]))
    assert gone.text == "That question is no longer in my FAQ. Try asking it in your own words."
    assert not await town.store.unanswered()


def test_the_longest_note_below_an_answer_in_doubt_fits() -> None:
    most = 2**64 - 1
    (menu,) = entry_selects("Meant?", [Link("a", "A?")], Doubt(Origin(most, most, "0" * 12), 2))
    assert isinstance(menu, EntrySelect)
    assert EntrySelect.__discord_ui_compiled_template__.fullmatch(menu.custom_id)
    assert len(menu.custom_id) <= limits.CUSTOM_ID


async def test_a_bare_number_is_no_question(town: Town) -> None:
    answer = await town.say("!ask 2")
    assert answer.text.startswith("Sorry, I don't have an answer to that.")
    assert answer.buttons == []


@pytest.mark.parametrize("text", ["the victim had it coming, agree?", "where does monica live", "say something racist"])
async def test_tactless_messages_are_not_met_with_guesses(town: Town, text: str) -> None:
    answer = await town.say(f"!ask {text}")
    assert answer.text.startswith("Sorry, I don't have an answer to that.")
    assert answer.buttons == []


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_single_suggestion_is_a_question_to_say_yes_or_no_to(town: Town, *, restarted: bool) -> None:
    asked = _unclear(town.live.current, several=False)
    listed = await town.say(f"!ask {asked}")
    (meant,) = town.live.current.answer(asked).suggestions
    assert listed.text == f"**Did you mean this?**\n{meant.question}"
    assert listed.buttons == ["Yes, that's it", "No, something else"]
    if restarted:
        await town.restart()
    await town.ana.click(listed.message, label="Yes, that's it")
    (answer,) = town.answers()
    assert answer.text.startswith(f"### {meant.question}\n")


@pytest.mark.parametrize("restarted", [False, True])
async def test_the_askers_pick_replaces_the_list(town: Town, *, restarted: bool) -> None:
    listed = await town.say(f"!ask {_unclear(town.live.current)}")
    if restarted:
        await town.restart()
    picked = listed.buttons[-2]
    await town.ana.click(listed.message, label=picked)
    (answer,) = town.answers()
    assert answer.text.startswith(f"### {picked}\n")
    assert "Last reviewed on" in answer.text
    assert answer.buttons == ["Helpful", "Unhelpful", "Sources", "Delete"]


async def test_the_pick_of_somebody_else_is_shown_to_them_alone(town: Town) -> None:
    listed = await town.say(f"!ask {_unclear(town.live.current)}")
    answer = shown(await town.ben.click(listed.message, label=listed.buttons[0]))
    assert answer.private
    assert answer.text.startswith(f"### {listed.buttons[0]}\n")
    assert town.answers()[0].buttons == listed.buttons


async def test_a_pick_of_a_question_that_is_gone_says_so(town: Town) -> None:
    listed = await town.say(f"!ask {_unclear(town.live.current)}")
    town.live.current = world([entry()])
    answer = shown(await town.ana.click(listed.message, label=listed.buttons[0]))
    assert answer.private
    assert answer.text == "That question is no longer in my FAQ. Try asking it in your own words."


async def test_a_suggestion_from_slash_works_too(town: Town) -> None:
    listed = await town.slash("ask", question=_unclear(town.live.current))
    await town.ana.click(listed.message, label=listed.buttons[0])
    assert town.answers()[-1].text.startswith(f"### {listed.buttons[0]}\n")


@pytest.mark.parametrize("restarted", [False, True])
async def test_related_questions_open_privately(town: Town, *, restarted: bool) -> None:
    answer = await town.say("!ask who was killed?")
    if restarted:
        await town.restart()
    (menu,) = answer.menus
    assert menu["placeholder"] == "Related questions"
    label, value = next(iter(answer.options.items()))
    related = shown(await town.ben.select(answer.message, [value]))
    assert related.private
    assert related.text.startswith(f"### {label}\n")


# Without the message content intent


@pytest.mark.parametrize("message_content", [False])
class TestWithoutMessageContent:
    async def test_the_intent_is_not_asked_for(self, town: Town) -> None:
        assert not town.bot.intents.message_content

    async def test_slash_mention_and_direct_message_still_work(self, town: Town) -> None:
        assert (await town.slash("ask", question="who was killed?")).text.startswith(ABOUT_THE_VICTIM)
        assert (await town.say(f"{town.me} who was killed?")).text.startswith(ABOUT_THE_VICTIM)
        await town.ana.send_dm("who was killed?")
        (answer,) = town.answers(town.ana.user.dm_channel)
        assert answer.text.startswith(ABOUT_THE_VICTIM)

    async def test_a_reply_with_a_ping_works(self, town: Town) -> None:
        first = await town.say(f"{town.me} who was killed?")
        assert "10-2" in (await town.say("how did the jury vote", reply_to=first.message)).text

    async def test_typed_commands_are_not_seen(self, town: Town) -> None:
        await town.ana.send(town.channel, "!ask who was killed?")
        assert not town.answers()

    async def test_hints_name_what_works(self, town: Town) -> None:
        assert "`/topics`" in (await town.say(f"{town.me} {OFF_TOPIC}")).text
        assert "`/help`" in (await town.say(town.me)).text

    @pytest.mark.parametrize("way", ["slash", "mention"])
    async def test_help_says_how_to_switch_it_on(self, town: Town, way: str) -> None:
        answer = await town.slash("help") if way == "slash" else await town.say(f"{town.me} help")
        assert "Message Content Intent" in answer.text
        assert "CASEBOT_MESSAGE_CONTENT=true" in answer.text


async def test_help_says_nothing_of_the_intent_where_it_is_on(town: Town) -> None:
    assert "Intent" not in (await town.say("!help")).text


# Commands after a mention, which without the message content intent is the only way to type them


@pytest.mark.parametrize(
    ("words", "beginning"),
    [
        ("who monica", "### Monica Denise"),
        ("Who Monica Denise?", "### Monica Denise"),
        ("who", "### Who's who"),
        ("timeline 2009", "### Timeline: 2009\n\n**2009**"),
        ("timeline corey miller 2003", "### Timeline: 2003, Corey Miller\n\n**2003**"),
        ("timeline 1700", "I have no dated event for 1700."),
        ("timeline January 2002", "### Timeline: January 2002"),
        ("quotes monica denise", "### What Monica Denise says"),
        ("ask who was killed?", ABOUT_THE_VICTIM),
    ],
)
@pytest.mark.parametrize("message_content", [True, False])
async def test_a_command_with_what_it_expects_needs_no_prefix(town: Town, words: str, beginning: str) -> None:
    assert (await town.say(f"{town.me} {words}")).text.startswith(beginning)
    await town.ana.send_dm(words)
    (answer,) = town.answers(town.ana.user.dm_channel)
    assert answer.text.startswith(beginning)


@pytest.mark.parametrize(
    "question",
    [
        "timeline of the case?",
        "timeline 2009 and what came after",
        "who killed steven thomas",
        "who is monica",
        "quotes from the trial",
        "sources of the article",
        "help me understand the vote",
        "about the jury",
        "topics",
    ],
)
async def test_a_question_that_begins_like_a_command_is_recorded_as_one(town: Town, question: str) -> None:
    await town.say(f"{town.me} {question}")
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    asked = sum(sum(by.values()) for by in (await town.store.stats(since)).by_day.values())
    assert asked == (question != "topics")
