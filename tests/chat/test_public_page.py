"""Links from chat to the public page, where a base says that it has one."""

import dataclasses
import re
from typing import Final
from urllib.parse import urldefrag

import pytest

from bot.answering.answerer import Answerer
from bot.chat.message import limits
from bot.chat.screens.feedback import Origin, answer_buttons
from bot.chat.screens.reply import answer_pages
from bot.knowledge.addresses import entry_path, passage_path
from bot.knowledge.model import KnowledgeBase, Site
from bot.site.render import Renderer
from tests.chat.conftest import FakeLive, Town, shown
from tests.site import samples
from tests.site.html import parse, text

_LINK: Final = re.compile(r"\[\[(\d+)\]\]\(<([^>]+)>\)")


def published(answerer: Answerer, address: str = samples.ADDRESS) -> Answerer:
    """The same answers, with the address of a public page."""
    base = samples.published(answerer.base)
    case = base.case.model_copy(update={"site": Site(address=address)})
    other = answerer.without([])
    other.base = dataclasses.replace(base, case=case)
    return other


@pytest.fixture
def live(answerer: Answerer) -> FakeLive:
    return FakeLive(published(answerer))


def on_the_page(base: KnowledgeBase, address: str) -> str:
    """What the public page says where an address leads: the whole page, or the place that the address names."""
    path, anchor = urldefrag(address.removeprefix(f"{samples.ADDRESS}/"))
    root = parse(Renderer(base).files()[path])
    (place,) = [element for element in root.iter() if element.get("id") == (anchor or "main")]
    return text(place)


async def test_a_mark_in_a_reply_opens_its_passage_on_the_page(town: Town) -> None:
    seen = await town.say("!ask who was killed?")
    base = town.live.current.base
    marks = dict(_LINK.findall(seen.text))
    cited = town.live.current.answer("who was killed?").citations
    assert list(marks) == [str(each.number) for each in cited]
    for each in cited:
        assert all(part.gist in on_the_page(base, marks[str(each.number)]) for part in each.passage.voices)
        link = f"[{each.number}] [{each.passage.id}](<{marks[str(each.number)]}>)"
        assert link in seen.text, "and so does the source"


async def test_the_sources_button_and_the_bots_own_description_point_to_the_page(town: Town) -> None:
    seen = await town.say("!ask who was killed?")
    sources = shown(await town.ana.click(seen.message, label="Sources"))
    (entry,) = town.live.current.answer("who was killed?").answers
    assert f"<{samples.ADDRESS}/{entry_path(entry.entry)}>" in sources.text
    assert all(link in sources.text for _, link in _LINK.findall(seen.text))
    assert f"<{samples.ADDRESS}/>" in (await town.slash("about")).text
    assert f"<{samples.ADDRESS}/sources/" in (await town.slash("sources")).text


@pytest.mark.parametrize("address", [samples.ADDRESS, "https://" + "long." * 35 + "example"])
def test_links_never_spread_an_answer_over_more_messages_nor_add_controls(answerer: Answerer, address: str) -> None:
    linked = published(answerer, address)
    for entry in answerer.base.entries:
        without, reply = answerer.entry(entry), linked.entry(entry)
        before, after = (
            answer_pages(each, answer_buttons(each.answers, Origin(1, 2, "0" * 12))) for each in (without, reply)
        )
        assert len(before) == len(after), entry
        for old, new in zip(before, after, strict=True):
            assert new.content_length() <= limits.MESSAGE_TEXT
            assert [type(part) for part in old.walk_children()] == [type(part) for part in new.walk_children()]
            rows = [part for part in new.walk_children() if type(part).__name__ == "ActionRow"]
            buttons = [sum("Button" in type(part).__name__ for part in getattr(row, "children", ())) for row in rows]
            assert max(buttons, default=0) <= 5
            assert sum(count > 0 for count in buttons) <= 1, "one row of buttons"
            assert sum(count == 0 for count in buttons) <= 2, "two menus"


def test_an_answer_that_has_no_room_for_addresses_does_without_them(answerer: Answerer) -> None:
    linked = published(answerer, "https://" + "x." * 80 + "example")
    entry = next(iter(answerer.base.entries))
    (answer,) = linked.entry(entry).answers
    reply = linked.entry(entry)
    for times, links in ((1, True), (200, False)):
        longer = dataclasses.replace(answer, blocks=answer.blocks * times)
        (first, *_) = answer_pages(dataclasses.replace(reply, answers=(longer,)))
        assert ("]](<" in "".join(str(part.to_component_dict()) for part in first.walk_children())) is links


def test_without_a_page_nothing_is_linked(answerer: Answerer) -> None:
    for entry in answerer.base.entries:
        pages = answer_pages(answerer.entry(entry))
        assert "](<" not in "".join(str(part.to_component_dict()) for page in pages for part in page.walk_children())


def test_every_citation_names_where_its_passage_is(answerer: Answerer) -> None:
    linked = published(answerer)
    for entry in linked.base.entries:
        for each in linked.entry(entry).citations:
            assert each.link == f"{samples.ADDRESS}/{passage_path(each.source.id, each.passage)}"
