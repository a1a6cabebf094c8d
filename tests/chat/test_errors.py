"""Whatever fails, the member gets one plain sentence, and the log the rest."""

import re

import discord
import pytest
import simcord
import yarl
from discord import app_commands, ui
from simcord import ChannelHandle
from typing_extensions import override

from bot.answering.answerer import Answerer
from bot.answering.reply import Link, Reply
from bot.answering.service import Answered, Question, QuestionService
from bot.chat.client import CaseBot
from bot.chat.message.errors import BUSY
from bot.chat.message.modal import Modal
from bot.chat.message.page import Page
from bot.chat.permissions import NEEDED, Permission, Place, invitation, missing_permissions
from bot.chat.rights import Right, needs
from bot.knowledge.model import Entry
from tests.chat.conftest import Seen, Town, shown

REASON = "the reason nobody may see"


class Broken(Answerer):
    """Knows the same entries, and fails at everything members can ask for."""

    def __init__(self, sound: Answerer) -> None:
        # Without the matcher, which takes seconds to train.
        vars(self)["base"] = sound.base

    @override
    def answer(self, question: str, previous: str | None = None) -> Reply:
        raise RuntimeError(REASON)

    @override
    def entry(self, entry_id: str) -> Reply:
        raise RuntimeError(REASON)

    @override
    def find(self, entry_id: str) -> Entry | None:
        raise RuntimeError(REASON)

    @override
    def complete(self, typed: str, limit: int = 25) -> list[Link]:
        raise RuntimeError(REASON)


@pytest.fixture
def broken(answerer: Answerer) -> Answerer:
    return Broken(answerer)


def check_apology(seen: Seen, caplog: pytest.LogCaptureFixture, env: simcord.Env) -> None:
    """One sentence with a reference, which leads to the exception in the log."""
    found = re.fullmatch(
        r"Sorry, something went wrong and I couldn't answer\. "
        r"If it happens again, please give a moderator this reference: `([0-9a-f]{6})`",
        seen.text,
    )
    assert found
    (record,) = [record for record in caplog.records if found[1] in record.getMessage()]
    assert record.exc_info
    assert REASON in caplog.text
    assert env.errors is not None  # known to simcord, which else fails the test


async def test_typed_command(town: Town, broken: Answerer, caplog: pytest.LogCaptureFixture) -> None:
    town.live.current = broken
    check_apology(await town.say("!ask who was killed?"), caplog, town.env)


async def test_slash_command(town: Town, broken: Answerer, caplog: pytest.LogCaptureFixture) -> None:
    town.live.current = broken
    answer = await town.slash("ask", question="who was killed?")
    check_apology(answer, caplog, town.env)
    assert answer.private


@pytest.mark.parametrize("text", ["{me} who was killed?", "{me} topics"])
async def test_mention(town: Town, text: str, caplog: pytest.LogCaptureFixture) -> None:
    town.live.current = None  # type: ignore[assignment] # fails at everything, browsing too
    question = text.format(me=town.me)
    answer = await town.say(question)
    assert "moderator this reference" in answer.text
    assert answer.message.reference
    assert "AttributeError" in caplog.text
    assert town.env.errors


async def test_click_and_pick(town: Town, broken: Answerer, caplog: pytest.LogCaptureFixture) -> None:
    answer = await town.say("!ask who was killed?")
    town.live.current = broken
    picked = shown(await town.ana.select(answer.message, [next(iter(answer.options.values()))]))
    check_apology(picked, caplog, town.env)
    assert picked.private


async def test_slash_command_that_is_no_hybrid(
    town: Town, simcord_bot: CaseBot, caplog: pytest.LogCaptureFixture
) -> None:
    @simcord_bot.tree.command(name="plain", description="Fails.", extras=needs(Right.MEMBER))
    async def plain(_interaction: discord.Interaction) -> None:
        raise RuntimeError(REASON)

    await simcord_bot.tree.sync()
    answer = await town.slash("plain")
    check_apology(answer, caplog, town.env)
    assert answer.private


async def test_slash_command_that_discord_knows_and_the_bot_does_not(town: Town, simcord_bot: CaseBot) -> None:
    simcord_bot.tree.remove_command("topics")
    answer = await town.slash("topics")
    assert answer.text == "That command has changed. Please restart Discord, or mention me and ask."
    simcord.assert_error(town.env, app_commands.CommandNotFound)


@pytest.mark.parametrize("answered", [False, True])
async def test_view(town: Town, *, answered: bool, caplog: pytest.LogCaptureFixture) -> None:
    class Failing(ui.Button[Page]):
        async def callback(self, interaction: discord.Interaction) -> None:
            if answered:
                await interaction.response.defer()
            raise RuntimeError(REASON)

    channel = town.bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send(view=Page(["Press"], [Failing(label="here")]))
    result = await town.ana.click(message, label="here")
    check_apology(Seen(result.followups[0].message) if answered else shown(result), caplog, town.env)


async def test_form(town: Town, broken: Answerer, caplog: pytest.LogCaptureFixture) -> None:
    class Form(Modal, title="Form", right=Right.MEMBER):
        typed: ui.Label["Form"] = ui.Label(text="Text", component=ui.TextInput(custom_id="typed"))

        @override
        async def on_submit(self, interaction: discord.Interaction, /) -> None:
            broken.answer("who")

    class Opening(ui.Button[Page]):
        async def callback(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_modal(Form())

    channel = town.bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send(view=Page(["Press"], [Opening(label="here")]))
    form = await town.ana.click(message, label="here")
    apology = shown(await town.ana.submit_modal(form, {"typed": "words"}))
    check_apology(apology, caplog, town.env)
    assert apology.private


async def test_failing_suggestions_while_typing_are_no_suggestions(town: Town, broken: Answerer) -> None:
    town.live.current = broken
    assert await town.ana.autocomplete(town.channel, "ask", "question", "who") == []


async def test_suggestions_that_come_too_late_are_no_error(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bot")
    town.env.inject_error("POST", "/interactions/*", status=404, code=10062)
    assert await town.ana.autocomplete(town.channel, "ask", "question", "who") == []
    assert "Suggestions while typing: the interaction has ended (code 10062)" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("text", ["!ask who was killed?", "{me} who was killed?"])
async def test_a_channel_that_refuses_the_answer_is_told_to_the_asker_once(
    town: Town, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("POST", f"/channels/{town.channel.id}/messages", status=403, code=50013, times=None)
    for _ in range(2):
        await town.ana.send(town.channel, text.format(me=town.me))
    assert not town.answers()
    (private,) = town.answers(town.ana.user.dm_channel)
    assert private.text == (
        f"I can't answer in <#{town.channel.id}>: I'm missing a permission there. I need View Channel, "
        "Send Messages, Read Message History, Attach Files. "
        "Anyone who manages this server can change that in the channel's settings."
    )
    assert caplog.text.count("a permission is missing") == 2
    assert "Traceback" not in caplog.text
    assert town.env.errors


def without(town: Town, *names: str) -> ChannelHandle:
    """A channel in which the bot lacks some permissions."""
    me = town.guild.me
    assert me
    return town.guild.create_text_channel(
        "quiet", overwrites={me: discord.PermissionOverwrite(**dict.fromkeys(names, False))}
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["send_messages"], "I don't have the Send Messages permission there."),
        (["read_message_history"], "I don't have the Read Message History permission there."),
        (
            ["send_messages", "read_message_history"],
            "I don't have these permissions there: Send Messages and Read Message History.",
        ),
    ],
)
async def test_the_hint_names_what_is_missing(town: Town, names: list[str], said: str) -> None:
    quiet = without(town, *names)
    town.env.inject_error("POST", f"/channels/{quiet.id}/messages", status=403, code=50013, times=None)
    await town.ana.send(quiet, "!ask who was killed?")
    (private,) = town.answers(town.ana.user.dm_channel)
    assert private.text.startswith(f"I can't answer in <#{quiet.id}>: {said}")
    assert town.env.errors


async def test_the_hint_names_what_is_missing_in_a_thread_and_for_a_picture(town: Town) -> None:
    no_threads, no_files = without(town, "send_messages_in_threads"), without(town, "attach_files")
    channel = town.bot.get_channel(no_threads.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="case", type=discord.ChannelType.public_thread)
    (thread,) = no_threads.threads
    for place, text in ((thread, "!topics"), (no_files, "!timeline picture")):
        town.env.inject_error("POST", f"/channels/{place.id}/messages", status=403, code=50013)
        await town.ana.send(place, text)
    first, second = town.answers(town.ana.user.dm_channel)
    assert "the Send Messages in Threads permission there" in first.text
    assert "the Attach Files permission there" in second.text
    assert town.env.errors


def test_of_who_may_not_even_look_nothing_else_is_known() -> None:
    for place in Place:
        assert missing_permissions(discord.Permissions.none(), place) == ["View Channel"]
        assert missing_permissions(discord.Permissions.all(), place) == []


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("permission", NEEDED, ids=lambda permission: permission.flag)
def test_the_hint_names_the_permission_that_is_missing_where_it_counts(place: Place, permission: Permission) -> None:
    mine = discord.Permissions(int(yarl.URL(invitation(1)).query["permissions"]))
    mine.update(**{permission.flag: False})
    assert missing_permissions(mine, place) == ([permission.name] if place in permission.places else [])


def test_the_invitation_is_that_of_this_bot_with_its_commands() -> None:
    query = yarl.URL(invitation(7)).query
    assert (query["client_id"], query["scope"]) == ("7", "bot applications.commands")


@pytest.mark.parametrize("kind", ["voice", "stage"])
@pytest.mark.parametrize("how", ["!ask", "slash"])
async def test_who_asks_in_a_voice_channel_that_the_bot_may_not_connect_to_reads_that(
    town: Town, kind: str, how: str
) -> None:
    make = town.guild.create_voice_channel if kind == "voice" else town.guild.create_stage_channel
    lounge = make("lounge")
    assert town.guild.me
    channel = town.bot.get_channel(lounge.id)
    assert isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    await channel.set_permissions(channel.guild.me, connect=False)
    if how == "slash":
        town.env.inject_error("POST", "/interactions/*", status=403, code=50013)
        await town.ana.slash(lounge, "ask", question="who was killed?")
        (hint,) = map(Seen, lounge.history(viewer=town.ana))
    else:
        town.env.inject_error("POST", f"/channels/{lounge.id}/messages", status=403, code=50013, times=None)
        await town.ana.send(lounge, "!ask who was killed?")
        (hint,) = town.answers(town.ana.user.dm_channel)
    assert hint.text.startswith(f"I can't answer in <#{lounge.id}>: I don't have the Connect permission there.")
    assert town.env.errors


@pytest.mark.parametrize(
    ("path", "name", "options"),
    [("/interactions/*", "ask", {"question": "who was killed?"}), ("/webhooks/*", "timeline", {"picture": True})],
)
async def test_who_used_a_slash_command_that_is_refused_is_told_why(
    town: Town, path: str, name: str, options: dict[str, str | bool], caplog: pytest.LogCaptureFixture
) -> None:
    quiet = without(town, "attach_files")
    town.env.inject_error("POST", path, status=403, code=50013)
    await town.ana.slash(quiet, name, **options)
    (hint,) = map(Seen, quiet.history(viewer=town.ana))
    assert hint.text.startswith(f"I can't answer in <#{quiet.id}>: I don't have the Attach Files permission there.")
    assert hint.private
    assert not quiet.history(viewer=town.ben), "nothing is left of what the bot was at"
    assert "Traceback" not in caplog.text
    assert town.env.errors


@pytest.mark.parametrize("text", ["!ask who was killed?", "{me} who was killed?"])
async def test_when_discord_asks_for_fewer_requests_no_more_are_made(
    town: Town, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("POST", f"/channels/{town.channel.id}/messages", status=429, code=0, times=None)
    await town.ana.send(town.channel, text.format(me=town.me))
    assert not town.answers(town.ana.user.dm_channel)
    assert len([request for request in town.env.http_requests if "/messages" in request.path]) == 1
    assert "Discord is asking for fewer requests" in caplog.text
    assert "Traceback" not in caplog.text
    assert town.env.errors


async def test_an_interaction_under_a_rate_limit_says_so(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    class Limited(ui.Button[Page]):
        async def callback(self, _interaction: discord.Interaction) -> None:
            raise discord.RateLimited(60.0)

    channel = town.bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send(view=Page(["Press"], [Limited(label="here")]))
    told = shown(await town.ana.click(message, label="here"))
    assert told.private
    assert told.text == BUSY
    assert "Traceback" not in caplog.text
    assert town.env.errors


async def test_an_asker_who_takes_no_direct_messages_is_left_alone(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=None)
    await town.ana.send(town.channel, "!ask who was killed?")
    assert not town.answers()
    assert "Traceback" not in caplog.text
    assert town.env.errors


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (404, 10008), (400, 50083), (403, 160005)])
async def test_what_is_gone_by_then_is_no_error(
    town: Town, status: int, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("POST", f"/channels/{town.channel.id}/messages", status=status, code=code, times=None)
    await town.ana.send(town.channel, "!ask who was killed?")
    assert not town.answers()
    assert not town.answers(town.ana.user.dm_channel)
    assert "Traceback" not in caplog.text
    assert "reference" not in caplog.text
    assert town.env.errors


async def test_an_interaction_that_is_unknown_by_now_is_no_error(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bot")
    answer = await town.say("!ask who was killed?")
    town.env.inject_error("POST", "/interactions/*", status=404, code=10062, times=None)
    await town.ana.select(answer.message, [next(iter(answer.options.values()))])
    assert "EntrySelect: the interaction has ended (code 10062)" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_question_deleted_before_the_answer_takes_it_along(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    look_up = QuestionService.look_up

    def deleting(service: QuestionService, question: Question) -> Answered:
        messages = town.env.backend.messages[town.channel.id]
        for message_id in [each.id for each in messages.values() if each.author_id == town.ana.id]:
            town.env.backend.delete_message(town.channel.id, message_id)
        return look_up(service, question)

    monkeypatch.setattr(QuestionService, "look_up", deleting)
    await town.ana.send(town.channel, "!ask who was killed?")
    assert not town.answers()
    assert not caplog.records
