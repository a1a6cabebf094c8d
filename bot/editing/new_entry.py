"""A new entry at the end of a file of the FAQ: ``casebot new``."""

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from bot.editing import files, journal
from bot.errors import denied
from bot.knowledge.load import load
from bot.knowledge.scaffold import EntryDraft, ScaffoldError, entry_text
from bot.knowledge.yaml_file import read

_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_HEAD: Final = "# yaml-language-server: $schema=../schema/faq.json\nentries:\n"


def append(folder: Path, name: str, draft: EntryDraft) -> Path:
    """Append a draft to a file of the FAQ, atomically, if the whole base is valid with it.

    Args:
        folder: the knowledge folder.
        name: the file in ``faq/``, with or without ``.yaml``; made if it does not exist.
        draft: the entry.

    Returns:
        The file.

    Raises:
        ScaffoldError: the name is no file name.
        OSError: the file cannot be written.
        KnowledgeError: the base would not be valid with it; nothing is changed.
    """
    if not _FILE_NAME.fullmatch(name.removesuffix(".yaml")):
        message = f"{name!r} is no name for a file in faq/; use letters, digits and hyphens, such as victim.yaml."
        raise ScaffoldError(message)
    path = folder / "faq" / f"{name.removesuffix('.yaml')}.yaml"
    if not os.access(path.parent, os.W_OK):  # The trial would fail first, on a copy of the folder that nobody knows.
        raise denied(path.parent)
    # Moderators may be editing the same file in chat.
    with journal.locked(folder):
        content = _with_item(path, entry_text(draft))
        _try_out(folder, path.name, content)
        files.replace(path, content)
    return path


def check_draft(folder: Path, draft: EntryDraft) -> None:
    """Check that a draft could stand in a knowledge folder.

    Raises:
        KnowledgeError: it could not.
    """
    _try_out(folder, "draft-of-an-entry.yaml", _with_item(Path("draft-of-an-entry.yaml"), entry_text(draft)))


def _try_out(folder: Path, name: str, content: bytes) -> None:
    """Load a copy of a knowledge folder in which one file of the FAQ has other content."""
    with tempfile.TemporaryDirectory() as trial:
        copy = Path(shutil.copytree(folder, Path(trial) / "knowledge", ignore=shutil.ignore_patterns(".*")))
        (copy / "faq" / name).write_bytes(content)
        load(copy)


def _with_item(path: Path, item: str) -> bytes:
    """Give the content of a FAQ file with an item at its end, in the indentation and line ends that it has."""
    before = path.read_bytes().decode("utf-8") if path.exists() else _HEAD
    document = read(path, path.name) if path.exists() else None
    # An item's place is that of its first key, which stands behind "- ".
    column = document.place("entries", 0).column if document and document.data else 0
    indent = " " * (column - 3 if column >= 3 else 2)  # noqa: PLR2004 ("- " and counting from 1)
    lines = "".join(f"{indent}{line}\n" for line in item.splitlines())
    gap = "\n" if path.exists() else ""
    text = before.rstrip() + "\n" + gap + lines
    if "\r\n" in before:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return text.encode("utf-8")
