"""`/faq stats`: the figures of this server, as text and as a picture, for moderators' eyes."""

import datetime as dt
import io

import pytest
from PIL import Image

from bot import charts
from bot.charts.drawing import ALT_TEXT, WIDTH
from bot.chat.rights import NOT_MODERATOR
from bot.matching.types import Outcome
from bot.store.store import StoreError
from bot.store.types import Asked, Surface
from tests.chat.desk.conftest import SERVER, Bureau


def asked(bureau: Bureau, outcome: Outcome, ago: int, guild: int = SERVER) -> Asked:
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=ago)
    question = Asked("a question of ana's", outcome, "ladder", 0.4, Surface.SLASH, guild, at)
    bureau.bot.store.record(question, bureau.ana.id)
    return question


async def test_figures_and_picture_of_this_server_alone(bureau: Bureau) -> None:
    for ago, outcome in ((0, Outcome.ANSWER), (1, Outcome.NOT_COVERED), (29, Outcome.NONE), (40, Outcome.ANSWER)):
        question = asked(bureau, outcome, ago)
        bureau.bot.store.vote(question.id, "ladder", bureau.ana.id, helpful=ago != 1)
    asked(bureau, Outcome.SUGGEST, 0, guild=1)
    seen = await bureau.slash("stats")
    assert seen.private
    before = "In the 30 days before: 1 question, 100% answered; 100% of 1 vote found the answer helpful."
    assert f"{before}\n**Most often answered**\n- Where is the ladder now? (3 times)" in seen.text
    assert "only suggested" not in seen.text, "the picture has the figures of the span itself"
    (picture,) = seen.message.attachments
    assert picture.description
    assert picture.description.startswith("67% of 3 votes found the answer helpful. ")
    assert "3, of which 2 answered, 0 only suggested, 1 unanswered" in picture.description
    assert len(picture.description) <= ALT_TEXT
    assert Image.open(io.BytesIO(await picture.read())).size[0] == WIDTH


async def test_nothing_tells_who_asked(bureau: Bureau) -> None:
    question = asked(bureau, Outcome.ANSWER, 0)
    bureau.bot.store.vote(question.id, "ladder", bureau.ana.id, helpful=True)
    seen = await bureau.slash("stats")
    (picture,) = seen.message.attachments
    told = seen.text + str(picture.description)
    assert str(bureau.ana.id) not in told
    assert "ana" not in told.split()
    assert question.text not in told


@pytest.mark.parametrize(("period", "count"), [(7, "2 questions"), (30, "3 questions"), (90, "4 questions")])
async def test_periods(bureau: Bureau, period: int, count: str) -> None:
    for ago in (0, 6, 29, 89, 90):
        asked(bureau, Outcome.ANSWER, ago)
    seen = await bureau.slash("stats", period=period)
    (picture,) = seen.message.attachments
    assert picture.description
    assert f": {count.split(maxsplit=1)[0]}, of which" in picture.description


async def test_without_pictures_the_figures_are_a_list(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "installed", lambda: False)
    for ago, outcome in ((0, Outcome.ANSWER), (1, Outcome.NOT_COVERED), (29, Outcome.NONE), (40, Outcome.ANSWER)):
        question = asked(bureau, outcome, ago)
        bureau.bot.store.vote(question.id, "ladder", bureau.ana.id, helpful=ago != 1)
    seen = await bureau.slash("stats")
    assert "- 3 questions asked (1 in the 30 days before)\n- 2 answered: 67% (100% before)" in seen.text
    assert "- 0 only suggested" in seen.text
    assert "- 67% of 3 votes found the answer helpful (100% before)" in seen.text
    assert "**Most often answered**\n- Where is the ladder now? (3 times)" in seen.text
    assert not seen.message.attachments


async def test_where_nobody_has_asked_it_says_so_without_a_picture(bureau: Bureau) -> None:
    seen = await bureau.slash("stats")
    assert "- No questions have been asked." in seen.text
    assert not seen.message.attachments


async def test_a_database_that_is_away_says_so(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object, **__: object) -> None:
        message = "The database cannot be used now (disk I/O error)."
        raise StoreError(message)

    monkeypatch.setattr(bureau.bot.store, "stats", away)
    seen = await bureau.slash("stats")
    assert seen.text == "Statistics aren't available right now: The database cannot be used now (disk I/O error)."


async def test_only_moderators_read_them(bureau: Bureau) -> None:
    (faq,) = [each for each in await bureau.bot.tree.fetch_commands() if each.name == "faq"]
    bureau.guild.set_command_permissions(faq, {bureau.guild.default_role: True})
    seen = await bureau.slash("stats", bureau.ana)
    assert (seen.text, seen.private) == (NOT_MODERATOR, True)


@pytest.mark.parametrize("desk_servers", [frozenset()])
async def test_a_server_that_cannot_edit_reads_its_figures(bureau: Bureau) -> None:
    assert "### Questions, " in (await bureau.slash("stats")).text
