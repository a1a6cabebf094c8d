"""A new entry at the end of a file of the FAQ: ``casebot new``."""

import os
import re
from pathlib import Path
from typing import Final

from bot.editing import journal
from bot.editing.apply import NEW_FILE
from bot.editing.items import ItemFile
from bot.editing.trial import try_out
from bot.errors import denied
from bot.files import read_file, write_atomically
from bot.knowledge.scaffold import EntryDraft, ScaffoldError, entry_text

_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def append(folder: Path, name: str, draft: EntryDraft) -> Path:
    """Append a draft to a file of the FAQ, atomically, if the knowledge as a whole is valid with it.

    Args:
        folder: the knowledge folder.
        name: the file in ``faq/``, with or without ``.yaml``; created if it does not exist.
        draft: the entry.

    Returns:
        The file.

    Raises:
        ScaffoldError: the name is not a valid file name.
        OSError: the file cannot be written.
        KnowledgeError: the knowledge would not be valid with the draft; nothing is changed.
    """
    if not _FILE_NAME.fullmatch(name.removesuffix(".yaml")):
        message = f"{name!r} isn't a valid file name for faq/; use letters, digits and hyphens, such as victim.yaml."
        raise ScaffoldError(message)
    path = folder / "faq" / f"{name.removesuffix('.yaml')}.yaml"
    if not os.access(path.parent, os.W_OK):  # Otherwise, the error would name a temporary file.
        raise denied(path.parent)
    # Moderators may be editing the same file in chat.
    with journal.locked(folder):
        content = read_file(path).decode("utf-8", "surrogateescape") if path.exists() else NEW_FILE
        file = _with_draft(ItemFile(f"faq/{path.name}", content), draft)
        try_out(folder, {file.path: file})
        write_atomically(path, file.text.encode("utf-8"))
    return path


def check_draft(folder: Path, draft: EntryDraft) -> None:
    """Check that a draft could stand in a knowledge folder.

    Raises:
        KnowledgeError: it could not.
    """
    file = _with_draft(ItemFile("faq/draft-of-an-entry.yaml", NEW_FILE), draft)
    try_out(folder, {file.path: file})


def _with_draft(file: ItemFile, draft: EntryDraft) -> ItemFile:
    """Return the file with a draft at its end, comments and all, in the indentation and line ends of the file."""
    lines = [f"{file.layout.indent}{line}" for line in entry_text(draft).splitlines()]
    return ItemFile(file.path, file.layout.with_last(lines, spaced=True))
