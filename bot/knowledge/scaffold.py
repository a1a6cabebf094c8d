"""Templates to start from: a knowledge folder (`casebot init`) and an entry (`casebot new`)."""

import contextlib
import datetime as dt
import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import yaml

from bot.errors import CasebotError
from bot.files import write_atomically
from bot.knowledge import schema
from bot.knowledge.folder import DESK
from bot.knowledge.model import Kind

_WIDTH: Final = 105
"""Characters from which an answer is folded into several lines."""

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
    topic: str
    reviewed: dt.date
    answer: str = ""
    """Empty if it is not written yet."""

    kind: Kind = Kind.NOT_COVERED
    attributed_to: Sequence[str] = ()


def init(folder: Path, today: dt.date) -> None:
    """Create a valid, commented knowledge base about a fictitious case.

    Args:
        folder: the folder, which is created if it does not exist.
        today: the day on which its entries count as reviewed.

    Raises:
        ScaffoldError: the folder is not empty.
        OSError: the folder cannot be written.
    """
    with resources.as_file(resources.files("bot.knowledge").joinpath("templates")) as templates:
        texts = {
            path.relative_to(templates).as_posix(): path.read_text("utf-8").replace(_TEMPLATE_DAY, today.isoformat())
            for path in sorted(templates.rglob("*.yaml"))
        }
    begin(folder, texts)


def begin(folder: Path, texts: Mapping[str, str]) -> None:
    """Create a knowledge folder, as :func:`begun` does, and do nothing more."""
    with begun(folder, texts):
        pass


@contextlib.contextmanager
def begun(folder: Path, texts: Mapping[str, str]) -> Iterator[None]:
    """Create a knowledge folder, with the schemas of its files, for a block that writes the rest.

    It is whole or not there at all: if a file can't be written, or the block fails, what there is is removed, since a
    folder with half of it would be refused at the next try.

    Args:
        folder: the folder, which is created if it does not exist.
        texts: the contents of its files by path, in the order in which they are written.

    Raises:
        ScaffoldError: the folder is not empty.
        OSError: the folder cannot be written.
    """
    check_empty(folder)
    try:
        (folder / "faq").mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_atomically(folder / name, text.encode("utf-8"))
        schema.write(folder / "schema")
        yield
    except BaseException:  # even one that is interrupted
        for part in ("faq", "schema", DESK):
            shutil.rmtree(folder / part, ignore_errors=True)
        with contextlib.suppress(OSError):
            for name in texts:
                (folder / name).unlink(missing_ok=True)
            folder.rmdir()
        raise


def vacant(place: Path) -> Path:
    """Return a folder that doesn't exist yet, in a folder that holds something else, or beside a file."""
    above = place if place.is_dir() else place.parent
    names = ("knowledge", "mybot", *(f"mybot-{number}" for number in range(2, 100)))
    return next((above / name for name in names if not (above / name).exists()), above / "another")


def check_empty(folder: Path) -> None:
    """Check that a knowledge base can be begun in a folder.

    Raises:
        ScaffoldError: the folder is not empty.
        OSError: it cannot be read.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} isn't an empty folder. Name one that doesn't exist yet, such as {vacant(folder)}."
        raise ScaffoldError(message)


def entry_text(draft: EntryDraft) -> str:
    """Return a draft as a commented item of the list ``entries``, without indentation.

    A running bot uses the file at once, so the placeholder answer is a true statement.
    """
    phrasings = "".join(f"    - {_scalar(phrasing)}\n" for phrasing in draft.phrasings)
    if phrasings:
        phrasings = (
            f"  phrasings:                  # as members ask it: eight or more, each worded differently\n{phrasings}"
        )
    attributed = f"  attributed_to: [{', '.join(map(_scalar, draft.attributed_to))}]\n" if draft.attributed_to else ""
    answer = _scalar(draft.answer or "The moderators haven't written an answer to this yet.")
    if len(answer) > _WIDTH:
        folded = textwrap.wrap(draft.answer, _WIDTH, break_long_words=False, break_on_hyphens=False)
        answer = "\n    ".join([">-", *folded])
    return (
        f"- id: {_scalar(draft.id)}\n"
        f"  question: {_scalar(draft.question)}\n"
        f"{phrasings}"
        "  # Short statements in your own words, each followed by the passage it's based on, such as [p2].\n"
        f"  answer: {answer}\n"
        "  # reported (the source reports it), claim or quote (add `attributed_to: [person-id]`), not_covered, note.\n"
        f"  kind: {draft.kind}\n"
        f"{attributed}"
        f"  topics: [{_scalar(draft.topic)}]\n"
        "  related: []                 # ids of other entries\n"
        f"  reviewed: {draft.reviewed.isoformat()}        # when someone last checked the answer against the source\n"
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
