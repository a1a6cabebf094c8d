"""Where the files are that tests read, so that a test file can be moved to another folder unchanged."""

from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parent
ROOT: Final = TESTS.parent
KNOWLEDGE: Final = ROOT / "knowledge"
"""The shipped knowledge."""

HARBOUR: Final = TESTS / "data" / "harbour"
"""A small base on a case made up for tests, which is read in no time."""

NOVEMBER: Final = TESTS / "data" / "november_2026"
"""Files as the bot of November 2026 left them."""

LANTERN: Final = TESTS / "data" / "lantern"
"""A small base on a program made up for tests: no case, and nobody in it."""

TEXTS: Final = TESTS / "data" / "texts"
"""Texts of our own, about a bridge that does not exist, as sources of a base."""

FAQS: Final = TESTS / "data" / "faqs"
"""FAQs as communities have them, which are imported."""

STOWAWAY: Final = TESTS / "data" / "stowaway"
"""A complete base on a program made up for tests: the import of `stowaway.md`, reviewed, with regression questions."""

CHESS_CLUB: Final = TESTS / "data" / "chess_club"
"""The same on the rules of a club made up for tests, of `chess-club.csv`."""
