"""Other ways to address the bot: role mentions, forwards, pointing at a question, commands typed loosely."""

import pytest
from simcord.backend.serializers import role_payload
from simcord.enums import MessageType

from bot.answering.pointing import points
from bot.chat.cogs.ask import FIND_MENU
from bot.chat.cogs.auto_answer import UNASKED
from bot.store.types import GuildSettings
from tests.chat.conftest import Seen, Town, shown
from tests.settings import save_settings

KILLED = "### Who was killed?"
TIMELINE = "### Timeline"
TOPICS = "### What you can ask"
NO_QUESTION = "I can only answer messages that members have written."


@pytest.fixture
async def role(town: Town) -> str:
    """The mention of the role that Discord makes for a bot, whose tag with the bot's id simcord leaves out."""
    guild = town.bot.get_guild(town.guild.id)
    assert guild
    assert town.bot.user
    (managed,) = (each for each in guild.roles if each.managed)
    payload = role_payload(town.env.backend.guilds[guild.id].roles[managed.id])
    tagged = {**payload, "tags": {"bot_id": str(town.bot.user.id)}}
    town.env.backend.emit("GUILD_ROLE_UPDATE", {"guild_id": str(guild.id), "role": tagged})
    await town.env.settle()
    return managed.mention


# The role with the bot's name


async def test_a_mention_of_the_bots_role_is_answered_like_one_of_the_bot(town: Town, role: str) -> None:
    assert (await town.say(f"{role} who was killed?")).text.startswith(KILLED)
    assert (await town.say(f"who was killed? {role}")).text.startswith(KILLED)
    assert (await town.say(f"{role} topics")).text.startswith(TOPICS)
    assert (await town.say(role)).text.startswith("Ask me a question")


async def test_a_mention_of_another_role_is_left_alone(town: Town) -> None:
    other = town.guild.create_role("case")
    await town.ana.send(town.channel, f"<@&{other.id}> who was killed?")
    assert not town.answers()


async def test_a_role_mention_in_a_channel_with_unasked_answers_is_answered_once_as_asked(
    town: Town, role: str
) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(auto_channels=frozenset({town.channel.id})))
    answer = await town.say(f"{role} who was killed?")
    assert answer.text.startswith(KILLED)


@pytest.mark.parametrize("message_content", [False])
async def test_a_role_mention_whose_text_discord_withholds_says_how_to_ask(town: Town, role: str) -> None:
    answer = await town.say(f"{role} who was killed?")
    assert answer.text == (
        f"Discord doesn't show me that text. Please mention {town.me} before your question, or use `/ask`."
    )


# Forwarded messages


async def test_find_an_answer_reads_a_forwarded_message(town: Town) -> None:
    asked = await town.ben.send(town.channel, "who was killed?")
    other = town.guild.create_text_channel("other")
    forwarded = await town.ben.forward(asked, other)
    answer = shown(await town.ana.context_menu(other, FIND_MENU, forwarded))
    assert answer.text.startswith(KILLED)
    assert answer.private


async def test_a_forward_in_a_direct_message_is_answered(town: Town) -> None:
    asked = await town.ben.send(town.channel, "who was killed?")
    await town.ana.send_dm("hi")
    direct = town.ana.user.dm_channel
    before = len(town.answers(direct))
    await town.ana.forward(asked, direct)
    (answer,) = town.answers(direct)[before:]
    assert answer.text.startswith(KILLED)


async def test_a_forward_is_answered_unasked_where_that_is_wanted(town: Town) -> None:
    asked = await town.ben.send(town.guild.create_text_channel("other"), "who was killed?")
    await save_settings(town.store, town.guild.id, GuildSettings(auto_channels=frozenset({town.channel.id})))
    await town.ana.forward(asked, town.channel)
    (answer,) = town.answers()
    assert answer.text.startswith(f"{UNASKED}\n{KILLED}")


async def test_a_reply_to_a_forward_points_at_what_it_forwards(town: Town) -> None:
    asked = await town.ben.send(town.guild.create_text_channel("other"), "who was killed?")
    forwarded = await town.ben.forward(asked, town.channel)
    assert (await town.say(f"{town.me} can you answer this?", reply_to=forwarded)).text.startswith(KILLED)


# Pointing at somebody's question

POINTING = [
    "can you answer this?",
    "",
    "?",
    "^^",
    "bot, please answer this question",
    "hey could you answer him pls",
    "any idea?",
    "do you know the answer?",
    "what about this one",
    "¿Puedes responder esto, por favor?",
    "contéstale",
]


@pytest.mark.parametrize("words", POINTING)
async def test_a_mention_that_points_at_somebodys_question_answers_that_question(town: Town, words: str) -> None:
    asked = await town.ben.send(town.channel, "who was killed?")
    answer = await town.say(f"{town.me} {words}".strip(), reply_to=asked)
    assert answer.text.startswith(KILLED)


async def test_typed_ask_points_too(town: Town) -> None:
    asked = await town.ben.send(town.channel, "who was killed?")
    assert (await town.say("!ask this", reply_to=asked)).text.startswith(KILLED)


async def test_a_question_of_ones_own_below_somebodys_message_is_answered_itself(town: Town) -> None:
    bens = await town.ben.send(town.channel, "who was killed?")
    assert "10-2" in (await town.say(f"{town.me} how did the jury vote", reply_to=bens)).text
    assert (await town.say(f"{town.me} topics", reply_to=bens)).text.startswith(TOPICS)


async def test_pointing_at_what_is_no_question_says_so(town: Town) -> None:
    robot = town.guild.add_member(town.env.create_user("robot", bot=True))
    bots = await robot.send(town.channel, "who was killed?")
    picture = await town.ben.send(town.channel, attachments=[("picture.png", b"")])
    for message in (bots, picture):
        assert (await town.say(f"{town.me} answer this", reply_to=message)).text == NO_QUESTION


@pytest.mark.parametrize("message_content", [False])
async def test_pointing_at_a_text_that_discord_withholds_says_how_to_ask(town: Town) -> None:
    bens = await town.ben.send(town.channel, "who was killed?")
    answer = await town.say(f"{town.me} can you answer this?", reply_to=bens)
    assert answer.text.startswith("Discord doesn't show me that text.")


@pytest.mark.parametrize("text", ["who was killed", "can you answer who was killed", "answer", "this trial"])
def test_only_a_message_that_asks_nothing_itself_points(text: str) -> None:
    assert points(text) is (text == "answer")


# Commands as members type them

LOOSE = [
    "! ask who was killed?",
    "！ask who was killed?",
    "！ ask who was killed?",
    "!ask: who was killed?",
    "!ask:who was killed?",
    "!ask, who was killed?",
    "!Ask: who was killed?",
    "\u200b!ask who was killed?",
    "!ask\nwho was killed?",
]
ADDRESSED = [
    "{me} !ask who was killed?",
    "{me} ! ask who was killed?",
    "{me} /ask who was killed?",
    "{me}, /ask: who was killed?",
    "{me}: ask: who was killed?",
    "{me} ask who was killed?",
    "!ask {me} who was killed?",
]


@pytest.mark.parametrize("text", [*LOOSE, *ADDRESSED])
async def test_a_command_is_understood_however_it_is_typed(town: Town, text: str) -> None:
    answer = await town.say(text.format(me=town.me))
    assert answer.text.startswith(KILLED)


@pytest.mark.parametrize("prefix", ["?", "c!", ";", "-"])
async def test_so_it_is_with_a_servers_own_prefix(town: Town, prefix: str) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(prefix=prefix))
    for text in ("{} ask who was killed?", "{}ask: who was killed?", "{me} {}ask who was killed?"):
        assert (await town.say(text.format(prefix, me=town.me))).text.startswith(KILLED)


@pytest.mark.parametrize("text", [*LOOSE, "/ask who was killed?", "/ask: who was killed?", "/ ask who was killed?"])
async def test_a_command_typed_in_a_direct_message_is_understood_with_a_slash_too(town: Town, text: str) -> None:
    await town.ana.send_dm(text)
    assert _direct(town).text.startswith(KILLED)


@pytest.mark.parametrize(
    ("text", "start"),
    [("/topics", TOPICS), ("/timeline", TIMELINE), ("/who was killed?", KILLED), ("/ask", "Use it like this")],
)
async def test_a_slash_typed_before_other_commands_works_in_a_direct_message(town: Town, text: str, start: str) -> None:
    await town.ana.send_dm(text)
    assert _direct(town).text.startswith(start)
    town.env.errors.clear()


@pytest.mark.parametrize("name", ["faq", "setup", "privacy"])
async def test_a_command_that_can_only_be_picked_says_so(town: Town, name: str) -> None:
    await town.ana.send_dm(f"/{name}")
    assert _direct(town).text == f"Please pick `/{name}` from the list that Discord shows as you type."


@pytest.mark.parametrize(
    "text", ["! who cares", "!asking for a friend", "?ask who was killed?", "/ask who was killed?"]
)
async def test_talk_that_only_looks_like_a_command_is_left_alone(town: Town, text: str) -> None:
    await town.ana.send(town.channel, text)
    assert not town.answers()


async def test_a_loose_command_in_a_channel_with_unasked_answers_is_answered_once(town: Town) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(auto_channels=frozenset({town.channel.id})))
    assert (await town.say("! ask who was killed?")).text.startswith(KILLED)


async def test_an_edited_message_is_read_as_generously(town: Town) -> None:
    written = await town.ana.send(town.channel, "hm")
    await town.ana.edit(written, "! ask who was killed?")
    (answer,) = town.answers()
    assert answer.text.startswith(KILLED)


def _direct(town: Town) -> Seen:
    (answer,) = town.answers(town.ana.user.dm_channel)
    return answer


@pytest.mark.parametrize("kind", [MessageType.THREAD_CREATED, MessageType.CHANNEL_NAME_CHANGE, MessageType.PINS_ADD])
async def test_what_discord_writes_of_somebody_is_no_command(town: Town, kind: MessageType) -> None:
    backend = town.env.backend
    for name in ("!ask who was killed?", "! topics", f"{town.me} who was killed?"):
        backend.commit_message(backend.prepare_message(town.channel.id, town.ana.id, name, message_type=kind))
        await town.env.settle()
    assert not town.answers()
