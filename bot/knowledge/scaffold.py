"""Something to start from: a knowledge folder to fill (`casebot init`), an entry to fill (`casebot new`)."""

import datetime as dt
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import yaml

from bot.errors import CasebotError, denied
from bot.knowledge import schema
from bot.knowledge.load import load
from bot.knowledge.yaml_file import read

_TEMPLATE_DAY: Final = "2000-01-01"
"""Stands in the templates for the day on which they are used."""
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_HEAD: Final = "# yaml-language-server: $schema=../schema/faq.json\nentries:\n"


class ScaffoldError(CasebotError):
    """It cannot be made; the text says why, and the mend."""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What a moderator knows of an entry that has no answer yet."""

    id: str
    question: str
    phrasings: Sequence[str]
    """At least one."""

    topic: str
    reviewed: dt.date


def init(folder: Path, today: dt.date) -> None:
    """Make a new knowledge base, valid and commented, on a case made up.

    Args:
        folder: where; made if it does not exist.
        today: the day on which its entries count as reviewed.

    Raises:
        ScaffoldError: the folder holds something.
        OSError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} is not an empty folder. Name one that does not exist yet."
        raise ScaffoldError(message)
    with resources.as_file(resources.files("bot.knowledge").joinpath("templates")) as templates:
        for template in sorted(templates.rglob("*.yaml")):
            path = folder / template.relative_to(templates)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(template.read_text("utf-8").replace(_TEMPLATE_DAY, today.isoformat()), "utf-8")
    schema.write(folder / "schema")


def entry_text(draft: EntryDraft) -> str:
    """Write a draft as a commented item of the list ``entries``, unindented.

    What it says is true until somebody answers it, because a running bot uses the file at once.
    """
    phrasings = "".join(f"    - {_scalar(phrasing)}\n" for phrasing in draft.phrasings)
    return (
        f"- id: {_scalar(draft.id)}\n"
        f"  question: {_scalar(draft.question)}\n"
        "  phrasings:                  # as members ask it: eight or more, each in other words\n"
        f"{phrasings}"
        "  # Short statements in your own words, each followed by the passage it rests on, such as [p2].\n"
        "  answer: The moderators have not written an answer to this yet.\n"
        "  # reported (the source reports it), claim or quote (add `attributed_to: [person-id]`), not_covered, note.\n"
        "  kind: not_covered\n"
        f"  topics: [{_scalar(draft.topic)}]\n"
        "  related: []                 # ids of other entries\n"
        f"  reviewed: {draft.reviewed.isoformat()}        # when somebody last held the answer against the source\n"
    )


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
    from bot.editing import files, journal  # noqa: PLC0415 (git's library takes a while to import)

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


def _scalar(text: str) -> str:
    """Write text as YAML that reads as the same text: plain where it can be, else in double quotes."""
    try:
        plain: object = yaml.safe_load(f"- {text} # c")
    except yaml.YAMLError:
        plain = None
    if plain == [text]:
        return text
    return yaml.dump(text, default_style='"', allow_unicode=True, width=10_000).rstrip("\n")
