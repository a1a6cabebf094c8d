"""The public page in a real Chromium: `pytest -m chromium -n 0`. All it asks for is answered here."""

import mimetypes
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from bot.answering.answerer import Answerer
from bot.chat.screens.reply import answer_pages
from bot.knowledge.addresses import entry_path
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from bot.site.build import build
from bot.site.render import HEADERS, Options, Renderer
from tests.chat.test_public_page import published
from tests.places import LANTERN
from tests.site import samples

pytestmark = pytest.mark.chromium

_ROOT: Final = f"{samples.ADDRESS}/"
_PHONE: Final = {"width": 390, "height": 844}
_TARGET: Final = 24
"""The least height of what is touched, in pixels: WCAG 2.2, 2.5.8."""

_KINDS: Final = (
    "index", "entry", "gone", "topic", "people", "person", "timeline", "claims", "not_covered", "sources", "source",
    "passage", "changes",
)  # fmt: skip


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return samples.published(samples.shipped())


@dataclass
class Visit:
    """A page of the site in a browser, and what the browser did besides."""

    files: dict[str, bytes]
    page: Page
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """Answer a request as a host of files does."""
        address = route.request.url.partition("#")[0]
        path = address.removeprefix(_ROOT) or "index.html"
        if not address.startswith(_ROOT) or path not in self.files:
            self.elsewhere.append(address)
            route.abort()
            return
        kind = mimetypes.guess_type(path)[0] or "text/plain"
        headers = {**HEADERS, "Content-Type": f"{kind}; charset=utf-8"}
        route.fulfill(status=200, headers=headers, body=self.files[path])


def visit(browser: Browser, base: KnowledgeBase, **options: Any) -> Visit:  # noqa: ANN401 (playwright's)
    """Open a browser on the site of a base."""
    return looked_at(browser, Renderer(base, Options(samples.changes(base), ["paused-one"])).files(), **options)


def looked_at(browser: Browser, files: dict[str, bytes], **options: Any) -> Visit:  # noqa: ANN401 (as above)
    """Open a browser on the files of a site."""
    page = browser.new_context(**options).new_page()
    made = Visit(files, page)
    page.route("**/*", made.answer)
    page.on("console", lambda message: made.complaints.append(message.text))
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", _KINDS)
def test_axe_finds_nothing_that_keeps_anybody_out(
    browser: Browser, base: KnowledgeBase, kind: str, scheme: str
) -> None:
    visited = visit(browser, base, viewport=_PHONE, color_scheme=scheme)
    visited.page.goto(_ROOT + samples.kinds_of_pages(base)[f"{kind}.html"])
    for mark in visited.page.locator("button.mark").all()[:1]:
        mark.click()
    found = Axe().run(visited.page)
    assert not found.violations_count, found.generate_report()
    assert not visited.elsewhere
    assert not visited.complaints
    width = visited.page.evaluate("document.documentElement.scrollWidth")
    assert width <= _PHONE["width"], "nobody has to scroll sideways"


def test_a_citation_in_a_reply_leads_to_its_passage(browser: Browser, answerer: Answerer) -> None:
    linked = published(answerer)
    reply = linked.answer("who was killed?")
    (first, *_) = reply.citations
    said = "".join(str(part.to_component_dict()) for part in answer_pages(reply)[0].walk_children())
    assert f"[[1]](<{first.link}>)" in said
    visited = visit(browser, linked.base)
    visited.page.goto(str(first.link))
    for voice in first.passage.voices:
        assert visited.page.get_by_text(voice.gist).is_visible()
    visited.page.get_by_role("link", name=reply.answers[0].question).click()
    assert visited.page.url == _ROOT + entry_path(reply.answers[0].entry)
    assert not visited.elsewhere


def test_a_mark_opens_what_it_rests_on_by_touch_and_by_keyboard_without_any_script(
    browser: Browser, base: KnowledgeBase
) -> None:
    visited = visit(browser, base, viewport=_PHONE, java_script_enabled=False, has_touch=True)
    entry = next(iter(base.entries.values()))
    visited.page.goto(_ROOT + entry_path(entry.id))
    ref = base.cited(entry.answer)[0].refs[0]
    opened = visited.page.locator("#rests-1")
    assert not opened.is_visible()
    visited.page.locator("button.mark").first.tap()
    assert opened.is_visible()
    assert base.passages[ref].voices[0].gist in opened.inner_text()
    visited.page.keyboard.press("Escape")
    assert not opened.is_visible()
    visited.page.locator("button.mark").first.focus()
    visited.page.keyboard.press("Enter")
    visited.page.keyboard.press("Tab")
    visited.page.keyboard.press("Enter")
    visited.page.wait_for_url(f"{_ROOT}sources/**")
    assert base.passages[ref].voices[0].gist in visited.page.inner_text("main")


def test_the_keyboard_reaches_the_content_first(browser: Browser, base: KnowledgeBase) -> None:
    visited = visit(browser, base)
    visited.page.goto(_ROOT)
    visited.page.keyboard.press("Tab")
    assert visited.page.locator(":focus").inner_text() == "Skip to the content"
    visited.page.keyboard.press("Enter")
    assert visited.page.locator(":focus").get_attribute("id") == "main"


def test_printed_pages_show_the_answer_with_its_sources_and_no_menu(
    browser: Browser, base: KnowledgeBase, tmp_path: Path
) -> None:
    visited = visit(browser, base)
    visited.page.goto(_ROOT + entry_path(next(iter(base.entries))))
    visited.page.emulate_media(media="print")
    assert not visited.page.locator("nav").first.is_visible()
    assert visited.page.locator(".answer").is_visible()
    assert visited.page.locator(".sources").is_visible()
    visited.page.pdf(path=tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").stat().st_size > 1_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", "entries/install.html"])
def test_the_search_of_a_built_site_leads_to_the_entry_on_a_phone(browser: Browser, path: str, scheme: str) -> None:
    base = samples.published(load(LANTERN))
    visited = looked_at(browser, build(base, LANTERN), viewport=_PHONE, color_scheme=scheme)
    page = visited.page
    page.goto(_ROOT + path)
    page.locator("#q").press_sequentially("is there an andriod app")
    first = page.locator("#results a").first
    expect(first).to_have_text("Is there an app for phones?")
    expect(page.locator("#results li").first).to_contain_text("Not covered")
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()
    box = first.bounding_box()
    assert box
    assert box["height"] >= _TARGET, "large enough for a finger"
    assert page.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"]
    first.click()
    page.wait_for_url(_ROOT + entry_path("phone"))
    assert not visited.elsewhere
    assert not visited.complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_code_and_long_links_keep_nobody_out(browser: Browser, scheme: str) -> None:
    base = samples.published(load(LANTERN))
    long = "x" * 300
    wide = base.entries["install"].model_copy(
        update={"answer": f"See [this](https://lantern.example.org/{long}) or `{long}` [install]:\n\n```\n{long}\n```"}
    )
    base = replace(base, entries={**base.entries, "install": wide})
    visited = visit(browser, base, viewport=_PHONE, color_scheme=scheme)
    visited.page.goto(_ROOT + entry_path("install"))
    found = Axe().run(visited.page)
    assert not found.violations_count, found.generate_report()
    assert visited.page.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"]
    visited.page.locator("pre").focus()
    visited.page.keyboard.press("End")
    expect(visited.page.locator("pre")).to_be_focused()
