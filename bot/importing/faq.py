"""What an imported file says, as frozen values."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.errors import CasebotError
from bot.escaping import one_line

ASKS: Final = re.compile(r"[?\uff1f\u061f]\W{0,5}$")
"""Matches the end of a text that is written as a question."""


LINK: Final = (
    "only the words of a link without a full address are kept",
    "write its whole address, https://...",
)
PICTURE: Final = ("a picture is not shown in answers", "say in words what it shows")
TABLE: Final = ("each row of a table became a line", "see whether they can be read, or make a list of them")
FOOTNOTE: Final = ("footnotes became paragraphs at the end of the answer", "see whether they can be read there")
"""What an answer cannot show as a file has it, each with what to do."""


class UnusableError(CasebotError):
    """A file cannot be imported at all; the text names it, and says why and what to do."""


class Form(StrEnum):
    """The form of a block of an answer."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item of a list, or code."""

    form: Form
    text: str
    """One line; for code, its lines."""

    level: int = 0
    """The nesting of an item, from 0."""

    number: int | None = None
    """The number of an item; None for a bullet."""

    language: str = ""
    """The language of code; may be empty."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a file that is left out, or imported in another form than it has there."""

    where: str
    """The file, with line and column (``faq.md:12:1``) or row and column (``faq.csv: row 3, column B (Answer)``)."""

    what: str
    fix: str
    """What to do about it; empty if there is nothing to do."""

    left_out: bool = False
    """Whether what the file says there does not become part of an entry."""

    def __str__(self) -> str:
        """Return ``where: what; fix``, escaped to one line."""
        return one_line(f"{self.where}: {self.what}" + (f"; {self.fix}" if self.fix else ""))


@dataclass(frozen=True, slots=True)
class Row:
    """A question with its answer, as a file has them."""

    where: str
    """Of the question, as in :attr:`Finding.where`."""

    answer_where: str
    question: str
    answer: tuple[Block, ...]
    phrasings: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """Titles or ids."""

    source: str = ""
    """What the row is based on, if the file says so: a title, an address, or passages (``article:p2``)."""

    id: str = ""
    kind: str = ""
    people: tuple[str, ...] = ()
    """Ids of those who claim or say it."""

    version: str = ""
    """The version of the entry from which an export made this row."""


@dataclass(frozen=True, slots=True)
class Faq:
    """A file that was read."""

    file: str
    """Its name, without folder."""

    title: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()
    guesses: tuple[str, ...] = ()
    """How it was read, such as its encoding and what its columns are."""

    intro: str = ""
    """What it says of itself, before the first question."""

    language: str = ""
    date: dt.date | None = None
    """When it was published or last changed, if it says so."""

    url: str = ""
    publisher: str = ""

    @property
    def asking(self) -> int:
        """How many of its questions are written as questions."""
        return sum(ASKS.search(row.question) is not None for row in self.rows)
