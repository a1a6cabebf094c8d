"""Whatever the bot writes into a channel or edits there, it tells Discord to notify nobody."""

from typing import Any

from bot.chat.idle_timers import IDLE
from tests.chat.conftest import Town

NOBODY: dict[str, list[str]] = {"parse": []}


def written(town: Town, method: str) -> list[dict[str, Any]]:
    """What the bot has sent to Discord as or instead of a message in a channel."""
    requests = town.env.http_requests
    sent = [
        each for each in requests if each.method == method and "/channels/" in each.path and "messages" in each.path
    ]
    return [each.json for each in sent if isinstance(each.json, dict)]


async def test_an_answer_that_follows_its_edited_question_pings_nobody(town: Town) -> None:
    question = await town.ana.send(town.channel, "!ask who was killed?")
    await town.ana.edit(question, f"!ask how did the jury vote @everyone {town.ben.mention}")
    assert [body["allowed_mentions"] for body in written(town, "POST")] == [NOBODY]
    assert [body["allowed_mentions"] for body in written(town, "PATCH")] == [NOBODY]


async def test_a_list_that_is_closed_pings_nobody(town: Town) -> None:
    await town.say("!sources")
    await town.env.advance_time(IDLE + 1)
    bodies = [*written(town, "POST"), *written(town, "PATCH")]
    assert len(bodies) == len(["opened", "closed"])
    assert [body["allowed_mentions"] for body in bodies] == [NOBODY, NOBODY]
