"""Pictures of the public page for docs/gallery: `python scripts/site_gallery.py`. Needs Playwright and Chromium."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from bot.config import shipped_knowledge
from bot.knowledge.load import load
from bot.site.build import build

GALLERY = Path(__file__).resolve().parent.parent / "docs" / "gallery"
PHONE: ViewportSize = {"width": 390, "height": 844}
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    """Build the shipped base's page, and take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no chromium on the PATH. Install it.")
    with tempfile.TemporaryDirectory() as folder:
        knowledge = shipped_knowledge()
        for name, content in build(load(knowledge), knowledge).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        site = Path(folder).as_uri()
        with (
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=chromium, args=QUIET) as browser,
        ):
            take(browser, f"{site}/entries/who-was-killed.html", "entry", PHONE, mark=True)
            take(browser, f"{site}/timeline.html", "timeline", PHONE)
            take(browser, f"{site}/claims.html", "dark", PHONE, dark=True)
            take(browser, f"{site}/index.html", "desktop", {"width": 1000, "height": 760})
            take(browser, f"{site}/entries/who-was-killed.html", "print", {"width": 794, "height": 500}, printed=True)


def take(  # noqa: PLR0913 (as many as a picture has sides)
    browser: Browser,
    address: str,
    name: str,
    viewport: ViewportSize,
    *,
    mark: bool = False,
    dark: bool = False,
    printed: bool = False,
) -> None:
    """Take a picture of a page, with the first mark pressed if wanted."""
    page = browser.new_page(viewport=viewport, color_scheme="dark" if dark else "light")
    page.goto(address)
    page.emulate_media(media="print" if printed else "screen")
    if mark:
        page.locator("button.mark").first.click()
    page.screenshot(path=GALLERY / f"site-{name}.png")
    print(f"docs/gallery/site-{name}.png")


if __name__ == "__main__":
    main()
