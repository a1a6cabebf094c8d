"""The moderator channel hears of problems of the knowledge files, once each, and of their end."""

import dataclasses
import datetime as dt
from typing import cast
from unittest.mock import create_autospec

import pytest
from pydantic import SecretStr

from bot.chat.cogs.reports import Reports
from bot.cluster.cluster import PostgresCluster, SingleProcess
from bot.editing.desk import Desk
from bot.editing.revision import Change, Revision
from bot.knowledge.yaml_file import Place, Problem
from bot.matching.types import Outcome
from bot.store.store import StoreError
from bot.store.types import Asked, GuildSettings, Surface
from tests.chat.conftest import Seen, Town
from tests.settings import save_settings

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
PROBLEM = Problem(Place("faq/victim.yaml", 9, 5), 'the statement "He **liked** @everyone" has no mark', "add one")


@pytest.fixture
async def reports(town: Town) -> Reports:
    """A cog whose loops don't run, with a moderator channel in the one server.

    That of the bot has had the digest that is due by the clock, which may be one that a test asks for.
    """
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id))
    cog = town.bot.get_cog("Reports")
    assert cog
    # discord.py reloads the module, so that the class is another.
    return cast("type[Reports]", type(cog))(town.bot)


async def test_a_problem_is_reported_with_file_line_and_fix(town: Town, reports: Reports) -> None:
    town.live.problems = (PROBLEM,)
    await reports.look()
    (report,) = town.answers()
    assert "The FAQ's files have 1 problem." in report.text
    assert "last good version" in report.text
    assert "faq/victim.yaml:9:5: the statement" in report.text
    assert "He \\*\\*liked\\*\\* @\u200beveryone" in report.text, "shown as it was written, and nobody is pinged"
    assert report.text.endswith("; add one")


async def test_the_same_problems_are_told_once_and_their_end_is_told(town: Town, reports: Reports) -> None:
    town.live.problems = (PROBLEM,)
    await reports.look()
    await reports.look()
    town.live.problems = ()
    await reports.look()
    await reports.look()
    _, fixed = town.answers()
    assert fixed.text == "The FAQ's files are fixed and in use again."


async def test_each_server_is_told_in_its_language(town: Town, reports: Reports) -> None:
    spanish = town.env.create_guild()
    channel = spanish.create_text_channel("mods")
    await save_settings(town.store, spanish.id, GuildSettings(moderator_channel=channel.id, language="es"))
    town.live.problems = (PROBLEM,)
    await reports.look()
    (english,) = town.answers()
    assert "The FAQ's files have 1 problem." in english.text
    (told,) = [Seen(message) for message in channel.history()]
    assert told.text.startswith("**Los archivos de la FAQ tienen 1 problema.** Hasta que se arregle,")
    await save_settings(town.store, spanish.id, GuildSettings(moderator_channel=channel.id, language="es", digest=True))
    await reports.send_digests(NOW)
    assert Seen(channel.history()[-1]).text.startswith("### La última semana, del 16 al 22 de noviembre de 2026\n")


async def test_a_server_that_has_chosen_none_is_told_in_that_of_discord(town: Town, reports: Reports) -> None:
    town.env.backend.edit_guild(town.guild.id, {"preferred_locale": "es-ES"})
    await town.env.settle()
    town.live.problems = (PROBLEM,)
    await reports.look()
    (told,) = town.answers()
    assert "**Los archivos de la FAQ tienen 1 problema.**" in told.text


async def test_while_all_is_well_nothing_is_said(town: Town, reports: Reports) -> None:
    await reports.look()
    assert town.answers() == []


async def test_many_problems_are_one_message_that_counts_the_rest(town: Town, reports: Reports) -> None:
    town.live.problems = tuple(
        dataclasses.replace(PROBLEM, place=Place("faq/victim.yaml", line), what="_* " * 300) for line in range(1, 100)
    )
    await reports.look()
    (report,) = town.answers()
    assert "The FAQ's files have 99 problems." in report.text
    assert "faq/victim.yaml:1:1" in report.text
    shown = report.text.count("faq/victim.yaml:")
    assert report.text.endswith(f"and {99 - shown} more; `casebot check` lists them all.")
    assert len(report.text) <= 4_000


async def test_a_server_without_a_moderator_channel_hears_nothing(town: Town, reports: Reports) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings())
    town.live.problems = (PROBLEM,)
    await reports.look()
    assert town.answers() == []


async def test_a_channel_that_takes_no_messages_is_one_line_in_the_log(
    town: Town, reports: Reports, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=None)
    for problems in ((PROBLEM,), ()):
        town.live.problems = problems
        await reports.look()
    assert town.answers() == []
    assert caplog.text.count(f"The moderator channel {town.channel.id} doesn't accept reports") == 1


def asked(text: str, outcome: Outcome, guild: int) -> Asked:
    return Asked(text, outcome, "victim-age", 0.4, Surface.SLASH, guild, NOW - dt.timedelta(days=1))


async def test_the_digest_has_the_figures_and_what_was_not_answered(town: Town, reports: Reports) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id, digest=True))
    for text in ("how old was the boy that got **shot**", "how old was the boy that got shot", "pizza @everyone"):
        town.store.record(asked(text, Outcome.NONE, town.guild.id), town.ana.id)
    town.store.record(asked("victim age", Outcome.ANSWER, town.guild.id), town.ana.id)
    town.store.record(asked("of another server", Outcome.NONE, 1), town.ana.id)
    await reports.send_digests(NOW)
    (message,) = town.answers()
    assert message.text.startswith("### The last week, 16 to 22 November 2026\n- 4 questions asked\n- 1 answered: 25%")
    assert "**Most often answered**\n- How old was" in message.text
    assert (
        "- how old was the boy that got \\*\\*shot\\*\\* (asked 2 times; answered by now: How old was" in message.text
    )
    assert "- pizza @\u200beveryone (asked once)" in message.text
    assert "of another server" not in message.text
    assert "`/faq unanswered` goes through them one by one" in message.text


async def test_the_digest_names_the_answer_that_did_not_help(town: Town, reports: Reports) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id, digest=True))
    town.store.record(question := asked("victim age", Outcome.ANSWER, town.guild.id), town.ana.id)
    town.store.vote(question.id, "victim-age", town.ana.id, helpful=False)
    await reports.send_digests(NOW)
    (message,) = town.answers()
    assert "- victim age (asked once; didn't help: How old was" in message.text


async def test_the_digest_names_the_answer_that_may_not_be_meant(town: Town, reports: Reports) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id, digest=True))
    town.store.record(question := asked("victim age", Outcome.ANSWER, town.guild.id), town.ana.id)
    town.store.picked(question.id, "victim")
    await reports.send_digests(NOW)
    (message,) = town.answers()
    assert "- victim age (asked once; maybe not meant: How old was" in message.text


async def test_the_digest_comes_only_where_it_is_wanted(town: Town, reports: Reports) -> None:
    await reports.send_digests(NOW)
    assert town.answers() == []


async def test_a_digest_of_nothing_says_so(town: Town, reports: Reports) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id, digest=True))
    await reports.send_digests(NOW)
    (message,) = town.answers()
    assert "No questions have been asked." in message.text
    assert "No unanswered questions are waiting for you." in message.text


async def test_one_of_several_processes_tells_and_another_takes_over(
    town: Town, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id, digest=True))
    monkeypatch.setattr(town.bot, "cluster", PostgresCluster(SecretStr("postgresql://127.0.0.1:1/unreachable")))
    town.live.problems = (PROBLEM,)
    await reports.look()
    await reports.send_digests(NOW)
    assert town.answers() == [], "another one leads"
    monkeypatch.setattr(town.bot, "cluster", SingleProcess())
    await reports.look()
    assert town.answers() == [], "the other one has told these problems"
    await reports.send_digests(NOW)
    assert len(town.answers()) == 1


async def test_a_digest_that_nobody_could_send_in_time_comes_later_and_once(
    town: Town, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id, digest=True))
    town.store.record(asked("victim age", Outcome.ANSWER, town.guild.id), town.ana.id)
    stats = town.store.stats
    monkeypatch.setattr(town.store, "stats", create_autospec(stats, side_effect=StoreError("away")))
    await reports.send_digests(NOW)
    assert town.answers() == [], "the database was away"
    monkeypatch.setattr(town.store, "stats", stats)
    next_leader = type(reports)(town.bot)
    for cog in (reports, next_leader, reports):
        await cog.send_digests(NOW + dt.timedelta(hours=5))
    (message,) = town.answers()
    assert message.text.startswith("### The last week, 16 to 22 November 2026\n- 1 question asked")


@pytest.mark.parametrize("hours", [-1, 25, 24 * 7 - 1])
async def test_no_digest_comes_before_it_is_due_or_more_than_a_day_late(
    town: Town, reports: Reports, hours: int
) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id, digest=True))
    await reports.send_digests(NOW + dt.timedelta(hours=hours))
    assert town.answers() == []
    await reports.send_digests(NOW + dt.timedelta(weeks=1))
    assert len(town.answers()) == 1


async def test_a_long_list_is_one_message(town: Town, reports: Reports) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_channel=town.channel.id, digest=True))
    for entry in list(town.live.current.base.entries.values())[:60]:
        town.store.record(asked(entry.question + " _*" * 100, Outcome.NONE, town.guild.id), town.ana.id)
    await reports.send_digests(NOW)
    (message,) = town.answers()
    assert message.text.count(" (asked ") == 10
    assert " more" in message.text
    assert len(message.text) <= 4_000


async def test_an_edit_that_was_overridden_elsewhere_is_told_once(
    town: Town, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = Change("faq/theft.yaml", "ladder", "mine", "theirs")
    news = [Revision(NOW, "Host", "Better (kept instead of Ann's edit: Edit answer of ladder)", (change,), number=7)]
    desk = create_autospec(Desk, instance=True)
    desk.news.side_effect = lambda: [news.pop()] if news else ()
    monkeypatch.setattr(town.bot, "desk", desk)
    await reports.look()
    await reports.look()
    (told,) = town.answers()
    assert "**An edit was overridden.**" in told.text
    assert "Better (kept instead of Ann's edit: Edit answer of ladder), in `faq/theft.yaml`" in told.text
    assert "`/faq undo 7` lets you make the edit again." in told.text
