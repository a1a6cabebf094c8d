import io

import pytest
from PIL import Image

from bot import charts
from bot.charts.drawing import ALT_TEXT
from bot.charts.timeline import MAX_EVENTS, MAX_PICTURES
from bot.knowledge.model import Person
from tests.chat.conftest import Seen, Town, check_choices
from tests.chat.leafing import leaf_through
from tests.chat.worlds import entry, event, world


@pytest.mark.parametrize("typed", ["2003", "corey miller 2003", "2003 C-Murder"])
async def test_events_of_a_year(town: Town, typed: str) -> None:
    answer = await town.say(f"!timeline {typed}")
    assert "**2003**" in answer.text
    assert "**2009**" not in answer.text
    assert answer.buttons == []


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_events_of_a_person(town: Town, surface: str) -> None:
    first = await (
        town.say("!timeline steven thomas") if surface == "typed" else town.slash("timeline", person="Steven Thomas")
    )
    assert "**18 January 2002**" in first.text
    assert "**2003**" not in first.text


async def test_a_filter_stays_while_pages_turn(town: Town) -> None:
    first = await town.slash("timeline", person="corey-miller")
    text = "\n".join(page.text for page in await leaf_through(town, first))
    assert "**2009**" in text
    assert "**17 August 2020**" not in text


async def test_year_and_person_in_the_slash_menu(town: Town) -> None:
    answer = await town.slash("timeline", year="2020", person="corey-miller")
    assert "**16 August 2020**" in answer.text
    assert "**2009**" not in answer.text


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("1700", "1700"),
        ("2003 steven thomas", "2003, Steven Thomas"),
        ("19/01/2001", "19 January 2001"),
        ("2009 by kïm", "2009, Kim Kardashian West"),
    ],
)
async def test_nothing_found_says_for_what(town: Town, typed: str, what: str) -> None:
    answer = await town.say(f"!timeline {typed}")
    assert answer.text == f"I have no dated event for {what}. `!timeline` shows them all."


@pytest.mark.parametrize(
    "typed", ["nobody", "12", "2003 nobody", "31/02/2002", "2003-2002", "last year", "2002 kim 2003", "corey nobody"]
)
@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_what_is_not_understood_is_said_to_be_so(town: Town, typed: str, surface: str) -> None:
    answer = await (town.say(f"!timeline {typed}") if surface == "typed" else town.slash("timeline", year=typed))
    sign = "!" if surface == "typed" else "/"
    assert answer.text == (
        "I didn't understand which date or person you mean. Write a date like `2002`, `January 2002`, "
        f"`18 January 2002` or `2002-2003`. `{sign}timeline` shows all events, and `{sign}who` all people."
    )


@pytest.mark.parametrize(
    ("typed", "heading", "shows", "hides"),
    [
        ('"2002', "2002", "19 January 2002", "2003"),
        ("in 2002", "2002", "19 January 2002", "2003"),
        ("(2002)", "2002", "19 January 2002", "2003"),
        ("January 2002", "January 2002", "19 January 2002", "2003"),
        ("18/01/2002", "18 January 2002", "18 January 2002", "19 January 2002"),
        ("01/18/2002", "18 January 2002", "18 January 2002", "19 January 2002"),
        ("2002-2003", "2002 to 2003", "2003", "2009"),
        ("from Jan. 2002 until 2003", "January 2002 to 2003", "2003", "2009"),
        ("Corey Miller in January 2002", "January 2002, Corey Miller", "19 January 2002", "18 January 2002"),
    ],
)
async def test_a_date_is_understood_as_members_write_it(
    town: Town, typed: str, heading: str, shows: str, hides: str
) -> None:
    answer = await town.say(f"!timeline {typed}")
    assert answer.text.startswith(f"### Timeline: {heading}\n")
    assert f"**{shows}**" in answer.text
    assert f"**{hides}**" not in answer.text


async def test_a_period_stays_while_pages_turn(town: Town) -> None:
    first = await town.say("!timeline 2002 - 2019")
    pages = await leaf_through(town, first)
    assert len(pages) == 1 or all(page.text.startswith("### Timeline: 2002 to 2019") for page in pages)
    text = "\n".join(page.text for page in pages)
    assert "**2009**" in text
    assert "**16 August 2020**" not in text


async def test_a_name_with_digits_is_no_date(town: Town) -> None:
    person = Person(id="50-cent", name="50 Cent", role="R [p1].", passages=("p1",))
    town.live.current = world([entry(1)], people=[person], events=[event(1, people=("50-cent",)), event(2)])
    answer = await town.say("!timeline 50 cent")
    assert answer.text.startswith("### Timeline: 50 Cent\n")
    assert "Gadget 2" not in answer.text


async def test_filters_are_suggested(town: Town) -> None:
    years = check_choices(await town.ana.autocomplete(town.channel, "timeline", "year", ""))
    assert [choice["value"] for choice in years] == ["2002", "2003", "2009", "2020"]
    (year,) = check_choices(await town.ana.autocomplete(town.channel, "timeline", "year", "03"))
    assert year["value"] == "2003"
    (person,) = check_choices(await town.ana.autocomplete(town.channel, "timeline", "person", "steven"))
    assert person == {"name": "Steven Thomas", "value": "steven-thomas"} | person


def check_pictures(answer: Seen) -> list[str]:
    """Check that each picture has its own gallery and is readable, and return their descriptions."""
    for picture, gallery in zip(answer.message.attachments, answer.galleries, strict=True):
        (item,) = gallery["items"]
        assert item["description"] == picture.description
        assert picture.description
        assert len(picture.description) <= ALT_TEXT
    return [picture.description or "" for picture in answer.message.attachments]


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_the_picture(town: Town, surface: str) -> None:
    answer = await (town.say("!timeline picture") if surface == "typed" else town.slash("timeline", picture=True))
    (description,) = check_pictures(answer)
    (attachment,) = answer.message.attachments
    width, height = Image.open(io.BytesIO(await attachment.read())).size
    assert width == 1080
    assert 1000 < height < 2500
    for each in town.live.current.base.events:
        assert str(each.date) in description
    assert "19 January 2002 (date inferred, claimed by Kim Kardashian West): Corey Miller is arrested" in description


async def test_the_picture_of_a_year(town: Town) -> None:
    (description,) = check_pictures(await town.say("!timeline 2009 picture"))
    assert "retrial" in description
    assert "2003" not in description


async def test_many_events_go_on_in_more_pictures(town: Town) -> None:
    town.live.current = world([entry()], events=[event(n, date=1990 + n) for n in range(30)])
    answer = await town.say("!timeline picture")
    texts = check_pictures(answer)
    assert [text.split(" oldest", 1)[0] for text in texts] == [f"Timeline, part {n} of 3," for n in (1, 2, 3)]
    for number in range(30):
        assert sum(f"Gadget {number} is built" in text for text in texts) == 1
    assert "in the text" not in answer.text


async def test_pictures_say_what_they_leave_out(town: Town) -> None:
    town.live.current = world([entry()], events=[event(n, date=1900 + n) for n in range(MAX_PICTURES * MAX_EVENTS + 2)])
    answer = await town.say("!timeline picture")
    assert len(check_pictures(answer)) == MAX_PICTURES
    assert "2 more events are in the text." in answer.text


@pytest.mark.parametrize("message_content", [False])
async def test_without_message_content_a_mention_opens_it(town: Town) -> None:
    assert "### Timeline" in (await town.say(f"{town.me} timeline")).text


async def test_a_bot_without_pictures_says_where_the_text_is(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "find_spec", lambda _name: None)
    for answer in (await town.say("!timeline picture"), await town.slash("timeline", picture=True)):
        assert answer.text.startswith("I'm set up without pictures. `")
        assert answer.text.endswith("timeline` shows the same as text.")
        assert not answer.message.attachments
