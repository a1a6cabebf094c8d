"""The files of a knowledge base that begins with an import."""

import datetime as dt
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from bot.editing.render import item_lines, scalar
from bot.escaping import visible
from bot.i18n.catalogue import SOURCE, _, speaking
from bot.i18n.identify import language_of
from bot.importing import prose
from bot.importing.faq import Faq
from bot.importing.sources import INTRO, file_source, import_name
from bot.knowledge.citations import disarmed
from bot.knowledge.ids import new_id
from bot.knowledge.model import Source
from bot.knowledge.sentences import sentences

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2}\b")
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

    subject: str = "project"
    """What it is about, as `kind` of case.yaml."""

    @classmethod
    def of(cls, faqs: Sequence[Faq]) -> "Opening":
        """Return what FAQs say of themselves: the first title that one gives, and its language or that of the texts."""
        titles = [faq.title for faq in faqs if faq.title]
        title = titles[0] if titles else prose.titled(PurePosixPath(faqs[0].file).stem)
        languages = [found[0].lower() for faq in faqs if (found := _LANGUAGE.match(faq.language))]
        return cls(visible(title), languages[0] if languages else _spoken(faqs))


def _spoken(faqs: Sequence[Faq]) -> str:
    """Return the language that FAQs are written in; English if that is not sure."""
    rows = [row for faq in faqs for row in faq.rows]
    text = " ".join(f"{row.question} {' '.join(block.text for block in row.answer)}" for row in rows)
    return language_of(text[:_READ].lower()) or SOURCE


def skeleton(opening: Opening, faqs: Sequence[Faq], today: dt.date) -> Mapping[str, str]:
    """Return the files of a base without entries, by path; they are valid once there is one.

    Args:
        opening: what the base says of itself.
        faqs: the FAQs to be imported; the first becomes the main source.
        today: the current day.
    """
    first = faqs[0]
    with speaking(opening.language):
        title = opening.title
        source = file_source(first, import_name(first), title, opening.language, today)
        intro = {"id": INTRO, "gist": _("What {title} is about.").format(title=title)}
        about = _beginning(first.intro) or _("Questions about {title}, with their answers.").format(title=title)
        summary = prose.cite(disarmed(visible(about)), f"[{INTRO}]")
        disclaimer = _("I only know the answers in this FAQ, which may be out of date. Moderators know more.")
    topics: dict[str, str] = {}
    for topic in opening.topics:
        topics[new_id(topic, topics)] = topic
    listed = "".join(
        "\n".join(item_lines({"id": id_, "title": name}, ("id", "title"))) + "\n" for id_, name in topics.items()
    )
    return {
        "case.yaml": (
            "# yaml-language-server: $schema=schema/case.json\n"
            "# What this knowledge base is about, in the words that members see.\n"
            f"title: {scalar(title)}\n"
            f"summary: {_folded(summary)}"
            "# What the bot says about its own limits.\n"
            f"disclaimer: {_folded(disclaimer)}"
            f"language: {scalar(opening.language)}\n"
            f"{_optional(opening, faqs)}"
            "# The headings under which members browse.\n" + (f"topics:\n{listed}" if listed else "topics: []\n")
        ),
        "sources.yaml": (
            "# yaml-language-server: $schema=schema/sources.json\n"
            "# What the answers are based on. Each passage of an imported FAQ is one of its questions.\n"
            "sources:\n" + "\n".join(item_lines(source | {"passages": [intro]}, tuple(Source.model_fields))) + "\n"
        ),
        "people.yaml": (
            "# yaml-language-server: $schema=schema/people.json\n"
            "# People whom the sources name; an entry of the kind `claim` or `quote` needs one.\npeople: []\n"
        ),
        "timeline.yaml": "# yaml-language-server: $schema=schema/timeline.json\n# Dated events.\nevents: []\n",
        "synonyms.yaml": (
            "# yaml-language-server: $schema=schema/synonyms.json\n"
            "# Words that mean the same in your community, such as [ticket, pass]; everyday words are known already.\n"
            "synonyms: []\n"
        ),
        "questions.yaml": (
            "# yaml-language-server: $schema=schema/questions.json\n"
            "# Questions as members ask them, which `casebot check` tries. None may be a phrasing of an entry.\n"
            "goals: {right: 90, false: 5}\nanswered: []\nunanswered: []\n"
        ),
    }


def _optional(opening: Opening, faqs: Sequence[Faq]) -> str:
    """Return what case.yaml says of the kind of base, and of where answers may link to."""
    blocks = [block.text for faq in faqs for row in faq.rows for block in row.answer]
    hosts = sorted({host for text in blocks for host in prose.hosts(text)})
    allowed = f"# Hosts that answers may link to.\nlink_hosts: [{', '.join(hosts)}]\n" if hosts else ""
    return f"kind: {opening.subject}\n{allowed}"


def _beginning(text: str) -> str:
    """Return the first sentences of a text, as many as make a summary."""
    found = ""
    for sentence in sentences(text)[:_SENTENCES]:
        if len(found) + len(sentence) <= _LONGEST_SUMMARY:
            found = f"{found} {sentence}".strip()
    return found


def _folded(text: str) -> str:
    return ">-\n" + "".join(f"  {line}\n" for line in textwrap.wrap(text, _WIDTH, break_on_hyphens=False))
