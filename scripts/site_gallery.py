"""Pictures of the public page for docs/gallery: `python -m scripts.site_gallery`. Needs Playwright and Chromium."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from bot.config import shipped_knowledge
from bot.knowledge.load import load
from bot.site.build import build
from scripts.drawing import PER_BROWSER, draw, limit

GALLERY = Path(__file__).resolve().parent.parent / "docs" / "gallery"
SCALE: Final = 2
"""Pixels a point, as on a phone's screen."""

PHONE: ViewportSize = {"width": 390, "height": 844}
PAPER: Final = "() => (document.body.style.margin = '48px')"
"""The margin that a printer leaves."""

QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True)
class View:
    """A page, and how it is looked at."""

    page: str
    viewport: ViewportSize
    mark: bool = False
    dark: bool = False
    printed: bool = False


VIEWS: Final = {
    "site-entry": View("entries/who-was-killed.html", PHONE, mark=True),
    "site-timeline": View("timeline.html", PHONE),
    "site-dark": View("claims.html", PHONE, dark=True),
    "site-desktop": View("index.html", {"width": 1000, "height": 760}),
    "site-print": View("entries/who-was-killed.html", {"width": 794, "height": 430}, printed=True),
}
"""Name of a picture -> what it shows."""


def work(names: Sequence[str], drawn: Callable[[str], None]) -> None:
    """Build the shipped base's page, and take pictures of it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no chromium on the PATH. Install it.")
    with tempfile.TemporaryDirectory() as folder:
        knowledge = shipped_knowledge()
        for name, content in build(load(knowledge), knowledge).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        limit(PER_BROWSER)
        with (
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=chromium, args=QUIET) as browser,
        ):
            for name in names:
                take(browser, Path(folder).as_uri(), name)
                drawn(name)
                limit(PER_BROWSER)


def take(browser: Browser, site: str, name: str) -> None:
    """Take a picture of a page, with the first mark pressed if wanted."""
    view = VIEWS[name]
    scheme: Literal["dark", "light"] = "dark" if view.dark else "light"
    page = browser.new_page(viewport=view.viewport, color_scheme=scheme, device_scale_factor=SCALE)
    page.goto(f"{site}/{view.page}")
    page.emulate_media(media="print" if view.printed else "screen")
    if view.printed:
        page.evaluate(PAPER)
    if view.mark:
        # Otherwise the mark would be behind what it opens.
        page.locator("main").evaluate("main => main.scrollIntoView()")
        page.locator("button.mark").first.click()
    page.screenshot(path=GALLERY / f"{name}.png")


if __name__ == "__main__":
    draw(list(VIEWS), work)
