"""The files of a knowledge base that begins with an import, or with a text."""

import datetime as dt
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from bot.editing.apply import NEW_FILE
from bot.editing.items import Fields
from bot.editing.render import item_lines, scalar
from bot.escaping import visible
from bot.i18n.catalogue import SOURCE, _, speaking
from bot.i18n.dates import language_code
from bot.i18n.identify import language_of
from bot.importing import prose
from bot.importing.faq import Block, Faq, Form, Row
from bot.importing.sources import INTRO, file_source, import_name
from bot.knowledge.citations import disarmed
from bot.knowledge.ids import new_id
from bot.knowledge.model import Source, Subject
from bot.knowledge.sentences import sentences

_READ: Final = 5_000
"""Characters from which the language is told."""

_WIDTH: Final = 116
_SENTENCES: Final = 3
_LONGEST_SUMMARY: Final = 400
"""Characters of a summary, which Discord shows above the topics."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new base says of itself."""

    title: str
    language: str = "en"
    """Two letters."""

    topics: Sequence[str] = ()
    """Titles of topics, beside those that the FAQs bring."""

    subject: Subject = Subject.PROJECT
    """What it is about, as `kind` of case.yaml."""

    @classmethod
    def of(cls, faqs: Sequence[Faq]) -> "Opening":
        """Return what FAQs say of themselves: the first title that one gives, and its language or that of the texts."""
        titles = [faq.title for faq in faqs if faq.title]
        title = titles[0] if titles else prose.titled(PurePosixPath(faqs[0].file).stem)
        languages = (code for faq in faqs if (code := language_code(faq.language)))
        return cls(visible(title), next(languages, None) or _spoken(faqs))


def _spoken(faqs: Sequence[Faq]) -> str:
    """Return the language that FAQs are written in; English if that is not sure."""
    rows = [row for faq in faqs for row in faq.rows]
    text = " ".join(f"{row.question} {' '.join(block.text for block in row.answer)}" for row in rows)
    return language_of(text[:_READ].lower()) or SOURCE


def first_questions(opening: Opening) -> Faq:
    """Return two questions with answers that hold in every community, for a base that begins with nothing else."""
    with speaking(opening.language):
        said = (
            (_("Who writes these answers?"), _("The moderators write them.")),
            (_("What if my question isn't here?"), _("Ask the moderators.")),
        )
        topic = opening.topics[0] if opening.topics else _("General")
    name = "first.md"
    rows = (Row(name, name, asked, (Block(Form.PARAGRAPH, answer),), topics=(topic,)) for asked, answer in said)
    return Faq(name, opening.title, tuple(rows))


def for_import(opening: Opening, faqs: Sequence[Faq], today: dt.date) -> Mapping[str, str]:
    """Return the files of a base that begins with FAQs, by path; they are valid once they have an entry.

    Args:
        opening: what the base says of itself.
        faqs: the FAQs to be imported; the first becomes the main source.
        today: the current day.
    """
    first = faqs[0]
    with speaking(opening.language):
        source = file_source(first, import_name(first), opening.title, opening.language, today)
        intro = {"id": INTRO, "gist": _("What {title} is about.").format(title=opening.title)}
        about = _beginning(first.intro) or _("Questions about {title}, with their answers.").format(title=opening.title)
    blocks = [block.text for faq in faqs for row in faq.rows for block in row.answer]
    hosts = sorted({host for text in blocks for host in prose.hosts(text)})
    return _skeleton(opening, about, INTRO, source | {"passages": [intro]}, hosts)


def for_text(opening: Opening, first: str) -> Mapping[str, str]:
    """Return the files of a base without sources and entries, by path, to which a text is then added.

    Args:
        opening: what the base says of itself.
        first: the id of the text's first passage.
    """
    with speaking(opening.language):
        about = _("The answers here are based on a text and cite its passages.")
        topics = opening.topics or (_("General"),)
    files = _skeleton(replace(opening, topics=topics), about, first)
    return files | {f"faq/{next(iter(_ids(topics)))}.yaml": NEW_FILE}


def _ids(titles: Iterable[str]) -> Mapping[str, str]:
    """Return the titles of topics by their new ids."""
    topics: dict[str, str] = {}
    for title in titles:
        topics[new_id(title, topics)] = title
    return topics


def _skeleton(
    opening: Opening, about: str, passage: str, source: Fields | None = None, hosts: Sequence[str] = ()
) -> dict[str, str]:
    """Return the files of a base without entries.

    Args:
        opening: what the base says of itself.
        about: its summary, without marks.
        passage: the passage that the summary is based on.
        source: the main source; None if it is added later.
        hosts: where answers may link to.
    """
    with speaking(opening.language):
        disclaimer = _("I only know the answers in this FAQ, which may be out of date. Moderators know more.")
    summary = prose.cite(disarmed(visible(about)), f"[{passage}]")
    topics = [item_lines({"id": id_, "title": title}, ("id", "title")) for id_, title in _ids(opening.topics).items()]
    return {
        "case.yaml": (
            f"{_schema('case')}"
            "# What this FAQ is about, in the words that members see.\n"
            f"title: {scalar(opening.title)}\n"
            "# Two or three sentences, each followed by the passage it's based on.\n"
            f"summary: {_folded(summary)}"
            "# What the bot says about its own limits.\n"
            f"disclaimer: {_folded(disclaimer)}"
            f"language: {scalar(opening.language)}\n"
            "# What it is, so that the bot uses the right words: case, project, club, rules or event.\n"
            f"kind: {opening.subject}\n"
            + (f"# Hosts that answers may link to.\nlink_hosts: [{', '.join(hosts)}]\n" if hosts else "")
            + "# The headings under which members browse; an `id` is a short name for other files.\n"
            + _listed("topics", topics)
        ),
        "sources.yaml": (
            f"{_schema('sources')}"
            "# What the answers are based on. Each passage of an imported FAQ is one of its questions.\n"
            + _listed("sources", [item_lines(source, tuple(Source.model_fields))] if source else [])
        ),
        "people.yaml": (
            f"{_schema('people')}"
            "# People whom the sources name; an entry of the kind `claim` or `quote` needs one.\npeople: []\n"
        ),
        "timeline.yaml": f"{_schema('timeline')}# Dated events.\nevents: []\n",
        "synonyms.yaml": (
            f"{_schema('synonyms')}"
            "# Words that mean the same in your community, such as [ticket, pass]; everyday words are known already.\n"
            "synonyms: []\n"
        ),
        "questions.yaml": (
            f"{_schema('questions')}"
            "# Questions as members ask them, which `casebot check` tries. None may be a phrasing of an entry.\n"
            "goals: {right: 90, false: 5}\nanswered: []\nunanswered: []\n"
        ),
    }


def _schema(name: str) -> str:
    """Return the line by which editors find the schema of a file."""
    return f"# yaml-language-server: $schema=schema/{name}.json\n"


def _listed(key: str, items: Sequence[Sequence[str]]) -> str:
    """Return a list of items as YAML."""
    return f"{key}:\n" + "".join(f"{line}\n" for item in items for line in item) if items else f"{key}: []\n"


def _beginning(text: str) -> str:
    """Return the first sentences of a text, as many as make a summary."""
    found = ""
    for sentence in sentences(text)[:_SENTENCES]:
        if len(found) + len(sentence) <= _LONGEST_SUMMARY:
            found = f"{found} {sentence}".strip()
    return found


def _folded(text: str) -> str:
    return ">-\n" + "".join(f"  {line}\n" for line in textwrap.wrap(text, _WIDTH, break_on_hyphens=False))
