"""The README and the pages of docs: short, complete, in step with the bot, and nothing said twice."""

import argparse
import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from babel.messages.pofile import read_po

from bot.chat.permissions import NEEDED
from bot.cli import _parser
from tests.places import ROOT
from tests.upgrade import entry_points

README: Final = ROOT / "README.md"
DOCS: Final = sorted((ROOT / "docs").glob("*.md"))
PAGES: Final = (
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "knowledge/README.md")),
    *DOCS,
)
CHAT: Final = (
    README,
    ROOT / "knowledge/README.md",
    *(ROOT / f"docs/{name}.md" for name in ("members", "moderators", "editing", "git")),
)
"""The pages on what people do on Discord."""

OF_OTHERS: Final = {
    *("Apps", "Copy Server ID", "Developer Mode", "Integrations", "Manage Messages", "Manage Server"),
    *("Server Settings", "View Channels", *(each.name for each in NEEDED)),
    *("Bot", "Guild Install", "Installation", "Message Content Intent", "New Application", "Reset Token"),
    *("User Install", "Commit changes", "Create a new branch", "Propose changes", "Contents: read and write"),
    *("Reported by the article", "The article does not say"),
}
"""Labels of Discord, its developer portal and git hosts; the last two are put together from the FAQ's words."""

MOST_WORDS: Final = 1500
"""What a reader takes in at one sitting, some six minutes."""

RUN: Final = 12
"""Words: fewer in a row may be the same by chance, or be the name of something."""


def name_of(page: Path) -> str:
    """Return how a page is called in the output of the tests."""
    return str(page.relative_to(ROOT))


def text_of(*pages: Path) -> str:
    """Return the text of pages, without the ways of breaking lines."""
    return " ".join(" ".join(page.read_text("utf-8") for page in pages).split())


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield each link of a page to a file here: as it is written, the file, and the anchor or an empty text."""
    text = page.read_text("utf-8")
    for link in (*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'\b(?:src|href)="([^"]+)"', text)):
        if "://" not in link:
            path, _, anchor = link.partition("#")
            yield link, (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """Return what GitHub lets a link lead to: each heading in lower case, no punctuation, hyphens for blanks."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def terminal_commands(parser: argparse.ArgumentParser, above: str = "casebot") -> Iterator[str]:
    """Yield the full name of every command that does something."""
    groups = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]  # noqa: SLF001 (argparse tells it nobody)
    if not groups:
        yield above
    for group in groups:
        for name, below in group.choices.items():
            yield from terminal_commands(below, f"{above} {name}")


def slash_commands(commands: list[dict[str, Any]], above: str = "") -> Iterator[str]:
    """Yield the full name of every slash command, with subcommands in place of their groups."""
    for command in commands:
        name = f"{above}{command['name']}"
        below = [each for each in command.get("options", ()) if each["type"] in {1, 2}]
        if below:
            yield from slash_commands(below, f"{name} ")
        else:
            yield name


@pytest.fixture(scope="module")
def commands() -> entry_points.Commands:
    """What Discord and the bot take as commands."""
    return asyncio.run(entry_points.commands())


def test_the_readme_is_read_at_one_sitting() -> None:
    assert len(README.read_text("utf-8").split()) <= MOST_WORDS


def test_every_command_of_the_terminal_is_in_the_tables_of_its_page() -> None:
    rows = "\n".join(
        re.findall(r"^\| (`casebot .*?) \| ", (ROOT / "docs/terminal.md").read_text("utf-8"), re.MULTILINE)
    )
    described = set(terminal_commands(_parser()))
    assert described
    assert not [name for name in described if not re.search(rf"`{name}\b", rows)]


def test_the_page_on_the_terminal_names_no_command_that_is_gone() -> None:
    named = re.findall(r"`casebot ((?:source )?[a-z]+)", (ROOT / "docs/terminal.md").read_text("utf-8"))
    assert {f"casebot {name}" for name in named} <= set(terminal_commands(_parser()))


def test_every_slash_command_is_described(commands: entry_points.Commands) -> None:
    pages = text_of(*CHAT)
    slash = list(slash_commands([each for each in commands.slash if each["type"] == 1]))
    menus = [each["name"] for each in commands.slash if each["type"] != 1]
    assert slash
    assert menus
    assert not [name for name in slash if not re.search(rf"`/{name}\b", pages)]
    assert not [name for name in menus if f"*Apps > {name}*" not in pages]


def test_no_page_names_a_slash_command_that_is_gone(commands: entry_points.Commands) -> None:
    known = set(slash_commands([each for each in commands.slash if each["type"] == 1]))
    groups = {name.rpartition(" ")[0] for name in known}
    named = {
        (name_of(page), name)
        for page in CHAT
        for name in re.findall(r"`/((?:faq|privacy)(?: [a-z-]+)*|[a-z]+)(?=[ `])", page.read_text("utf-8"))
    }
    assert not [(page, name) for page, name in named if name not in known | groups]


def test_every_label_that_a_page_names_is_one_of_the_bots() -> None:
    with (ROOT / "bot/i18n/catalogues/es.po").open("rb") as file:
        shown = {text for message in read_po(file) for text in (message.id,) if isinstance(text, str)}
    named = {
        (name_of(page), part)
        for page in CHAT
        for label in re.findall(r"(?<![*\w])\*([A-Z][^*]+?)\*(?!\*)", " ".join(page.read_text("utf-8").split()))
        for part in label.split(" > ")
        if part not in OF_OTHERS and "..." not in part
    }
    assert named
    assert not [(page, label) for page, label in named if label not in shown]


def test_every_typed_command_is_described(commands: entry_points.Commands) -> None:
    page = text_of(ROOT / "docs/members.md")
    assert commands.typed
    assert not [name for name in commands.typed if f"`/{name}`" not in page]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    nowhere = [
        link
        for link, target, anchor in links(page)
        if not (target.exists() and (not anchor or anchor in anchors(target)))
    ]
    assert not nowhere


def test_the_gallery_shows_every_picture_and_says_what_it_shows() -> None:
    gallery = ROOT / "docs/gallery"
    images = re.findall(r'<img src="([^"]+)" width="\d+" alt="([^"]*)">', (gallery / "README.md").read_text("utf-8"))
    assert sorted(name for name, _ in images) == sorted(path.name for path in gallery.glob("*.png"))
    assert not [name for name, text in images if len(text.split()) < 6]


def test_every_page_is_within_two_links_of_the_readme() -> None:
    near = {target for _, target, _ in links(README)}
    near |= {target for page in near if page.suffix == ".md" for _, target, _ in links(page)}
    assert not [name_of(page) for page in PAGES if page not in near and page != README]


def test_what_errors_call_a_part_of_the_readme_is_one() -> None:
    readme = README.read_text("utf-8").lower()
    named = [
        part.lower()
        for path in (ROOT / "bot").rglob("*.py")
        for part in re.findall(r"\(README: (.+?)\)", path.read_text("utf-8"))
    ]
    assert named
    assert not [part for part in named if part not in readme]


def passages(page: Path) -> Iterator[str]:
    """Yield the paragraphs, items and table rows of a page; code and the heads of tables may be the same elsewhere."""
    text = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^\|.*\|\n\|[ :|-]+\|$", "", text, flags=re.MULTILINE)
    for block in re.split(r"\n(?:\s*\n|(?=\||\s*[-*] |\s*\d+\. ))", text):
        yield " ".join(re.findall(r"[^\W_]+(?:'\w+)?", block.lower()))


def test_no_passage_stands_on_two_pages() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for page in set(PAGES) - {ROOT / "CHANGELOG.md"}:  # which retells what changed
        for passage in passages(page):
            words = passage.split()
            for start in range(len(words) - RUN + 1):
                places[" ".join(words[start : start + RUN])].add(name_of(page))
    assert not {run: pages for run, pages in places.items() if len(pages) > 1}


def test_the_table_of_where_things_are_names_files_that_exist() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = page[page.index("## Where is") : page.index("## How to add")]
    rows = re.findall(r"^\| .*? \| (`bot/.*) \|$", table, re.MULTILINE)
    assert rows
    missing = []
    for row in rows:
        first, *others = (ROOT / name for name in re.findall(r"`([\w./]+(?:/[\w.]+|\.\w+)|templates)`", row))
        beside = [first, *(first.parent / other.relative_to(ROOT) for other in others)]
        missing += [
            each for each, other in zip(beside, (first, *others), strict=True) if not (each.exists() or other.exists())
        ]
    assert not missing
