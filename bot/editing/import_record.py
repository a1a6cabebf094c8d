"""The record of imports: what each said, so that the next one knows what has changed."""

import hashlib
import json
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from bot import files
from bot.editing.items import Fields
from bot.knowledge.folder import RECORD
from bot.knowledge.load import same
from bot.own_files import refuse_link

_MARKS: Final = re.compile(r"\[[a-z0-9:, -]+\]")
_DIGITS: Final = 16
"""Hexadecimal digits of a digest."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A row of an import, as it became an entry."""

    entry: str
    """The entry's id at that time."""

    source: str
    passage: str
    """The passage that stands for the row; empty if the answer cites others."""

    said: Fields
    """The values that the row gave the entry, plain, under the keys of an export; empty once they are forgotten."""

    digests: tuple[str, ...] = ()
    """Of a forgotten row: what its question and its answer are known by."""

    def forgotten(self) -> "Recorded":
        """Return the row without what it said. A later import still knows it, as does whoever guesses its text."""
        return Recorded(self.entry, "", "", {}, self.known_by)

    @property
    def known_by(self) -> tuple[str, ...]:
        """The digests of its question and of its answer."""
        # An older version recorded rows whose question it had not taken over without it.
        question, answer = (self.said.get(key, "") for key in ("question", "answer"))
        return self.digests or (digest(question), digest(_MARKS.sub("", answer)))


Imports = Mapping[str, Sequence[Recorded]]
"""Rows by the name of their import."""

_RECORDS: Final = TypeAdapter(dict[str, list[Recorded]])


def digest(text: str) -> str:
    """Return what is equal for texts with the same letters and digits, and doesn't tell them."""
    return hashlib.sha256(same(text).encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def read_record(folder: Path) -> Imports:
    """Read the record of a knowledge folder; it's empty if nothing was imported.

    Raises:
        ValueError: it is damaged.
        OSError: it cannot be read, or is a link.
    """
    path = folder / RECORD
    refuse_link(path)
    try:
        return parsed_record(files.read_file(path))
    except FileNotFoundError:
        return {}


def parsed_record(content: bytes) -> Imports:
    """Parse the content of a record.

    Raises:
        ValueError: it is damaged.
    """
    return _RECORDS.validate_json(content)


def written_record(imports: Imports) -> str:
    """Return a record as a file that shows in a diff which row has changed."""
    rows = {name: [_plain(row) for row in recorded] for name, recorded in imports.items()}
    text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "replace").decode()


def rows_of(imports: Imports, entries: Container[str]) -> list[Recorded]:
    """Return what imports have said of some entries, and not been made to forget."""
    return [row for rows in imports.values() for row in rows if row.entry in entries and row.said]


def without_text_of(imports: Imports, entries: Container[str]) -> Imports:
    """Return a record that has forgotten what was said of some entries."""
    return {name: [row.forgotten() if row.entry in entries else row for row in rows] for name, rows in imports.items()}


def written_without_text_of(imports: Imports, entries: Container[str]) -> str | None:
    """Return the file of a record that has forgotten some entries; None if it says nothing of them anyway."""
    return written_record(without_text_of(imports, entries)) if rows_of(imports, entries) else None


def _plain(row: Recorded) -> Fields:
    plain = asdict(row)
    return plain if row.digests else {key: value for key, value in plain.items() if key != "digests"}
