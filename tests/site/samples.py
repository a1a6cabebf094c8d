"""Knowledge bases that sites are built of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import yaml

from bot.editing.updates import Update
from bot.knowledge.citations import Ref
from bot.knowledge.load import load
from bot.knowledge.model import Entry, KnowledgeBase, Site, Source
from bot.site.pages import pages
from tests.places import HARBOUR, KNOWLEDGE, TESTS

ADDRESS: Final = "https://faq.example/case"


def shipped() -> KnowledgeBase:
    """The base that comes with the bot."""
    return load(KNOWLEDGE)


def harbour() -> KnowledgeBase:
    """The small base of the tests."""
    return load(HARBOUR)


def foreign(name: str = "unseen/ferry-inquest") -> KnowledgeBase:
    """A FAQ that somebody else wrote, whose answers rest on one page of theirs."""
    written: Mapping[str, Any] = yaml.safe_load((TESTS / "data" / "bases" / f"{name}.yaml").read_text("utf-8"))
    small = harbour()
    passages = [{"id": f"p{n}", "gist": entry["answer"]} for n, entry in enumerate(written["entries"], start=1)]
    page = Source.model_validate(
        {"id": "page", "title": written["title"], "date": dt.date(2024, 3, 14), "kind": "web page", "language": "en",
         "url": "https://news.example/?a=1&b=2", "archived": "https://archive.example/x", "passages": passages}
    )  # fmt: skip
    entries = [
        Entry.model_validate(
            {"id": entry["id"], "question": entry["phrasings"][0], "phrasings": entry["phrasings"],
             "answer": f"{entry['answer']} [p{number}]", "kind": "reported", "topics": ["theft"],
             "reviewed": dt.date(2026, 1, 1)}
        )
        for number, entry in enumerate(written["entries"], start=1)
    ]  # fmt: skip
    case = small.case.model_copy(update={"title": written["title"], "summary": "The ferry sank [p1]."})
    return KnowledgeBase(
        case=case,
        sources={"page": page},
        passages={Ref("page", part.id): part for part in page.citable()},
        people={},
        events=(),
        entries={entry.id: entry for entry in entries},
        words=small.words,
        questions=small.questions,
    )


def large(entries: int) -> KnowledgeBase:
    """The shipped base, with its entries again and again under other ids."""
    base = shipped()
    known = list(base.entries.values())
    more = [known[n % len(known)].model_copy(update={"id": f"e{n}", "related": ()}) for n in range(entries)]
    return replace(base, entries={entry.id: entry for entry in more})


def published(base: KnowledgeBase, *, search_engines: bool = False) -> KnowledgeBase:
    """The same base, with an address."""
    site = Site(address=ADDRESS, search_engines=search_engines)
    return replace(base, case=base.case.model_copy(update={"site": site}))


def in_language(base: KnowledgeBase, language: str) -> KnowledgeBase:
    """The same base, said to be in another language."""
    return replace(base, case=base.case.model_copy(update={"language": language}))


def changes(base: KnowledgeBase) -> tuple[Update, ...]:
    """Some changes, latest first."""
    days = (dt.date(2026, 11, 28), dt.date(2026, 11, 28), dt.date(2026, 3, 1))
    return tuple(Update(day, entry, new=n == 1) for n, (day, entry) in enumerate(zip(days, base.entries, strict=False)))


def kinds_of_pages(base: KnowledgeBase) -> dict[str, str]:
    """One page of each kind: its template, and its path."""
    return {page.template: page.path for page in pages(base, changes(base), ["paused-one"])}
