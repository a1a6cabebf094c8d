"""Templates to start from: a knowledge folder (`casebot init`) and an entry (`casebot new`)."""

import contextlib
import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import yaml

from bot.errors import CasebotError
from bot.knowledge import schema

_TEMPLATE_DAY: Final = "2000-01-01"
"""Placeholder in the templates for the current day."""


class ScaffoldError(CasebotError):
    """The folder or entry cannot be created; the text says why and how to fix it."""


class DraftError(ScaffoldError):
    """The entry would not be valid, or is not needed."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry that has no answer yet."""

    id: str
    question: str
    phrasings: Sequence[str]
    """At least one."""

    topic: str
    reviewed: dt.date


def init(folder: Path, today: dt.date) -> None:
    """Create a valid, commented knowledge base about a fictitious case.

    Args:
        folder: the folder, which is created if it does not exist.
        today: the day on which its entries count as reviewed.

    Raises:
        ScaffoldError: the folder is not empty.
        OSError: the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} is not an empty folder. Name one that does not exist yet."
        raise ScaffoldError(message)
    try:
        with resources.as_file(resources.files("bot.knowledge").joinpath("templates")) as templates:
            for template in sorted(templates.rglob("*.yaml")):
                path = folder / template.relative_to(templates)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(template.read_text("utf-8").replace(_TEMPLATE_DAY, today.isoformat()), "utf-8")
        schema.write(folder / "schema")
    except OSError:
        # A folder with half of it would be refused as not empty at the next try.
        for part in ("faq", "schema"):
            shutil.rmtree(folder / part, ignore_errors=True)
        with contextlib.suppress(OSError):
            for path in folder.glob("*.yaml"):
                path.unlink()
            folder.rmdir()
        raise


def entry_text(draft: EntryDraft) -> str:
    """Return a draft as a commented item of the list ``entries``, without indentation.

    A running bot uses the file at once, so the placeholder answer is a true statement.
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


def _scalar(text: str) -> str:
    """Return a text as a YAML scalar: plain if YAML parses that as the same text, else in double quotes."""
    try:
        plain: object = yaml.safe_load(f"- {text} # c")
    except yaml.YAMLError:
        plain = None
    if plain == [text]:
        return text
    return yaml.dump(text, default_style='"', allow_unicode=True, width=10_000).rstrip("\n")
