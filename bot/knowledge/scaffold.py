"""Something to start from: a knowledge folder to fill (`casebot init`), an entry to fill (`casebot new`)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import yaml

from bot.errors import CasebotError
from bot.knowledge import schema

_TEMPLATE_DAY: Final = "2000-01-01"
"""Stands in the templates for the day on which they are used."""


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


def _scalar(text: str) -> str:
    """Write text as YAML that reads as the same text: plain where it can be, else in double quotes."""
    try:
        plain: object = yaml.safe_load(f"- {text} # c")
    except yaml.YAMLError:
        plain = None
    if plain == [text]:
        return text
    return yaml.dump(text, default_style='"', allow_unicode=True, width=10_000).rstrip("\n")
