"""Imported FAQs as sources: the file itself is what its answers are based on, each of its questions a passage."""

import datetime as dt
from pathlib import PurePosixPath
from typing import Final

from bot.editing.items import Fields
from bot.escaping import visible
from bot.i18n.catalogue import _
from bot.importing import prose
from bot.importing.faq import Faq
from bot.knowledge.ids import slug

INTRO: Final = "intro"
"""The passage that stands for what a file says before its first question."""

_FAQ: Final = "FAQ"
_LONGEST_ID: Final = 40


def import_name(faq: Faq) -> str:
    """Return the name of a file's imports, and id of its source: ``Club rules.md`` -> ``club-rules``."""
    return slug(PurePosixPath(faq.file).stem)[:_LONGEST_ID].strip("-") or "faq"


def file_source(faq: Faq, id_: str, title: str, language: str, today: dt.date) -> Fields:
    """Return the source that a file is, plain and without passages yet, in the current language."""
    given = {"publisher": visible(faq.publisher), "url": faq.url if faq.url.startswith("https://") else ""}
    source = named_source(id_, faq.title or title or prose.titled(PurePosixPath(faq.file).stem), _FAQ, language)
    return source | dated(faq.date, today) | {key: value for key, value in given.items() if value}


def named_source(id_: str, title: str, kind: str, language: str) -> Fields:
    """Return a source without a date and without passages yet, plain."""
    return {"id": id_, "title": visible(title), "kind": kind, "language": language, "passages": []}


def dated(date: dt.date | None, today: dt.date) -> Fields:
    """Return the date of a source, and a note if it is only the day of its import."""
    if date:
        return {"date": date}
    return {"date": today, "note": _("No date was found in it; this is the day it was imported.")}
