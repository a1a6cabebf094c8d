import discord
import pytest

from bot.chat.idle_timers import IDLE
from bot.chat.message.page import Page
from bot.chat.screens.paginator import ListPosition, PageButton
from tests.chat.conftest import FakeLive, Seen, Town, shown
from tests.chat.leafing import turn
from tests.chat.worlds import entry, world

ALL = ["Previous page", "Next page", "Go to page"]


@pytest.fixture
def live() -> FakeLive:
    """Five sources, so `sources` has five pages."""
    return FakeLive(world([entry()], sources=[{"id": f"s{n}", "title": f"Source {n}"} for n in range(1, 6)]))


@pytest.fixture
async def first(town: Town) -> Seen:
    """The first of five pages, opened by Ana."""
    return await town.say("!sources")


def check_page(page: Seen, number: int) -> None:
    assert f"Source {number}" in page.text
    assert page.text.endswith(f"Page {number} of 5")
    assert page.buttons == ALL


async def go_to(town: Town, page: Seen, number: int) -> Seen:
    modal = await town.ana.click(page.message, label="Go to page")
    return shown(await town.ana.submit_modal(modal, {"number": str(number)}))


@pytest.mark.parametrize(("verb", "number"), [("f", 1), ("l", 5)])
async def test_the_buttons_of_older_messages_still_lead_to_the_first_and_last_page(
    town: Town, verb: str, number: int
) -> None:
    old = PageButton(verb, ListPosition(town.ana.id, "sources", number=2))
    channel = town.bot.get_channel(town.channel.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send(view=Page(["Old."], foot=[old]))
    check_page(await turn(town, Seen(message), str(old.item.label)), number)


async def test_the_buttons_turn_the_pages_of_one_message(town: Town, first: Seen) -> None:
    check_page(first, 1)
    assert first.disabled == ["Previous page"]
    page = first
    labels = [*["Next page"] * 4, *["Previous page"] * 2]
    for label, number in zip(labels, [2, 3, 4, 5, 4, 3], strict=True):
        page = await turn(town, page, label)
        check_page(page, number)
        assert page.disabled == (["Next page"] if number == 5 else [])
    assert len(town.answers()) == 1


@pytest.mark.parametrize(("typed", "number"), [("3", 3), (" 5 ", 5), ("1", 1)])
async def test_go_to_page(town: Town, first: Seen, typed: str, number: int) -> None:
    modal = await town.ana.click(first.message, label="Go to page")
    check_page(shown(await town.ana.submit_modal(modal, {"number": typed})), number)


@pytest.mark.parametrize("typed", ["0", "6", "-1", "two", "99999", "1.5", "²", "   "])
async def test_go_to_a_page_that_is_not_there(town: Town, first: Seen, typed: str) -> None:
    modal = await town.ana.click(first.message, label="Go to page")
    remark = shown(await town.ana.submit_modal(modal, {"number": typed}))
    assert remark.private
    assert remark.text == "Please enter a page number from 1 to 5."
    check_page(town.answers()[0], 1)


@pytest.mark.parametrize("label", ["Next page", "Go to page"])
async def test_only_the_owner_turns_a_list(town: Town, first: Seen, label: str) -> None:
    remark = await turn(town, first, label, town.ben)
    assert remark.private
    assert remark.text == "Only the person who opened this list can turn its pages. Use `!sources` to open your own."
    check_page(town.answers()[0], 1)


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_an_idle_list_is_closed(town: Town, surface: str) -> None:
    page = await town.say("!sources") if surface == "typed" else await town.slash("sources")
    await town.env.advance_time(IDLE - 1)
    page = await turn(town, page, "Next page")
    await town.env.advance_time(IDLE - 1)
    assert town.answers()[0].disabled == []
    await town.env.advance_time(2)
    closed = town.answers()[0]
    assert closed.disabled == ALL
    assert "Source 2" in closed.text
    assert closed.text.endswith("Page 2 of 5. This list has timed out. Use `!sources` to open it again.")


async def test_a_private_list_is_closed_too(town: Town) -> None:
    town.live.current = world(entry(n) for n in range(30))
    topics = await town.say("!topics")
    opened = shown(await town.ana.select(topics.message, ["gadgets"]))
    assert opened.private
    await town.env.advance_time(IDLE + 1)
    (closed,) = [Seen(message) for message in town.channel.history(viewer=town.ana) if message.flags.ephemeral]
    assert closed.disabled == ALL


async def test_an_idle_list_that_was_deleted_is_no_error(town: Town, first: Seen) -> None:
    await first.message.delete()
    await town.env.advance_time(IDLE + 1)
    assert town.env.errors == []


async def test_a_list_is_turned_after_a_restart(town: Town, first: Seen) -> None:
    await town.restart()
    check_page(await turn(town, first, "Next page"), 2)


async def test_a_list_that_shrank_shows_its_last_page(town: Town, first: Seen) -> None:
    page = await go_to(town, first, 5)
    town.live.current = world([entry()], sources=[{"id": f"s{n}", "title": f"Source {n}"} for n in range(1, 4)])
    assert (await turn(town, page, "Previous page")).text.endswith("Page 3 of 3")


def test_every_place_fits_into_an_id() -> None:
    place = ListPosition(owner=2**64 - 1, kind="timeline", what="2020/" + "x" * 60, number=36**3 - 1)
    assert len(PageButton("g", place).custom_id) <= 100


async def test_two_pages_are_turned_by_two_buttons(town: Town) -> None:
    town.live.current = world([entry()], sources=[{"id": f"s{n}", "title": f"Source {n}"} for n in range(1, 3)])
    first = await town.say("!sources")
    assert (first.buttons, first.disabled) == (["Previous page", "Next page"], ["Previous page"])
    second = await turn(town, first, "Next page")
    assert (second.buttons, second.disabled) == (["Previous page", "Next page"], ["Next page"])


async def test_a_single_page_has_no_buttons(town: Town) -> None:
    town.live.current = world([entry()])
    assert (await town.say("!sources")).buttons == []
