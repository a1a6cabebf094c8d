"""The moderator channel hears of problems of the knowledge files, once each, and of their end."""

import dataclasses
from typing import cast

import pytest

from bot.cogs.reports import Reports
from bot.knowledge.yaml_file import Place, Problem
from bot.store.model import GuildSettings
from tests.chat.conftest import Town

PROBLEM = Problem(Place("faq/victim.yaml", 9, 5), 'the statement "He **liked** @everyone" has no mark', "add one")


@pytest.fixture
async def reports(town: Town) -> Reports:
    """The cog, with a moderator channel in the one server."""
    await town.store.save_settings(town.guild.id, GuildSettings(moderator_channel=town.channel.id))
    cog = town.bot.get_cog("Reports")
    assert cog
    return cast("Reports", cog)  # discord.py loads the module anew, so that the class is another


async def test_a_problem_is_reported_with_file_line_and_mend(town: Town, reports: Reports) -> None:
    town.desk.problems = (PROBLEM,)
    await reports.look()
    (report,) = town.answers()
    assert "The knowledge files have 1 problem." in report.text
    assert "last good state" in report.text
    assert "faq/victim.yaml:9:5: the statement" in report.text
    assert "He \\*\\*liked\\*\\* @\u200beveryone" in report.text, "shown as it was written, and nobody is pinged"
    assert report.text.endswith("; add one")


async def test_the_same_problems_are_told_once_and_their_end_is_told(town: Town, reports: Reports) -> None:
    town.desk.problems = (PROBLEM,)
    await reports.look()
    await reports.look()
    town.desk.problems = ()
    await reports.look()
    await reports.look()
    _, mended = town.answers()
    assert mended.text == "The knowledge files are in order again, and in use."


async def test_while_all_is_well_nothing_is_said(town: Town, reports: Reports) -> None:
    await reports.look()
    assert town.answers() == []


async def test_many_problems_are_one_message_that_counts_the_rest(town: Town, reports: Reports) -> None:
    town.desk.problems = tuple(
        dataclasses.replace(PROBLEM, place=Place("faq/victim.yaml", line), what="_* " * 300) for line in range(1, 100)
    )
    await reports.look()
    (report,) = town.answers()
    assert "The knowledge files have 99 problems." in report.text
    assert "faq/victim.yaml:1:1" in report.text
    shown = report.text.count("faq/victim.yaml:")
    assert report.text.endswith(f"and {99 - shown} more; `casebot check` lists them all.")
    assert len(report.text) <= 4_000


async def test_a_server_without_a_moderator_channel_hears_nothing(town: Town, reports: Reports) -> None:
    await town.store.save_settings(town.guild.id, GuildSettings())
    town.desk.problems = (PROBLEM,)
    await reports.look()
    assert town.answers() == []


async def test_a_channel_that_takes_no_messages_is_one_line_in_the_log(
    town: Town, reports: Reports, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=None)
    for problems in ((PROBLEM,), ()):
        town.desk.problems = problems
        await reports.look()
    assert town.answers() == []
    assert caplog.text.count(f"The moderator channel {town.channel.id} does not take reports") == 1
