"""A new source at the end of ``sources.yaml``, with those whom it quotes in ``people.yaml``: ``casebot source add``."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.editing import journal
from bot.editing.items import ItemFile
from bot.editing.layout import Layout, UnusualLayoutError
from bot.editing.render_source import SourceDetails, source_lines, speaker_lines
from bot.editing.trial import try_out
from bot.errors import denied
from bot.files import write_atomically
from bot.knowledge.scaffold import ScaffoldError
from bot.knowledge.source_text import DraftSource

_SOURCES: Final = "sources.yaml"
_PEOPLE: Final = "people.yaml"


def append_source(folder: Path, details: SourceDetails, draft: DraftSource) -> None:
    """Append a source to ``sources.yaml``, and those whom it quotes to ``people.yaml``, if all is valid with them.

    Args:
        folder: the knowledge folder.
        details: what is recorded of the source.
        draft: its passages and speakers.

    Raises:
        ScaffoldError: a file has a layout to which no item can be appended.
        OSError: a file cannot be written.
        KnowledgeError: the knowledge would not be valid; nothing is changed.
    """
    if not os.access(folder, os.W_OK):  # Otherwise, the error would name a temporary file.
        raise denied(folder)
    # Moderators may be editing the same folder in chat.
    with journal.locked(folder):
        sources = _read(folder, _SOURCES)
        first = not (sources.data.get("sources") or ())
        people = [speaker_lines(each, None if first else details.id) for each in draft.speakers]
        changed = {
            _SOURCES: _with_last(sources, "sources", [source_lines(details, draft)]),
            **({_PEOPLE: _with_last(_read(folder, _PEOPLE), "people", people)} if people else {}),
        }
        try_out(folder, changed)
        for name, file in changed.items():
            write_atomically(folder / name, file.text.encode("utf-8"))


def _read(folder: Path, name: str) -> ItemFile:
    return ItemFile(name, (folder / name).read_bytes().decode("utf-8", "surrogateescape"))


def _with_last(file: ItemFile, key: str, items: Sequence[Sequence[str]]) -> ItemFile:
    for lines in items:
        try:
            layout = Layout(file.text, file.document.root, key)
        except UnusualLayoutError:
            message = f"{file.path} doesn't list its items one after another, each after `- `. Change it to do so."
            raise ScaffoldError(message) from None
        file = ItemFile(file.path, layout.with_last([f"{layout.indent}{line}" for line in lines], spaced=False))
    return file
