"""Statements with their marks, who stands behind them, and the sources that the marks name."""

import itertools
from collections.abc import Iterable, Sequence

from bot.answering import Answer, Citation, CitedStatement
from bot.knowledge.model import Kind, Source, say_date
from bot.views.markdown import enumerate_names, literal


def statements(cited: Iterable[CitedStatement]) -> str:
    """Write statements in one line, each with its marks: ``He was 16 [1].``."""
    return " ".join(literal(str(statement)) for statement in cited)


def attribution(answer: Answer, citations: Sequence[Citation]) -> str:
    """Say in words who stands behind an answer, so that nothing hangs on a colour or an icon."""
    if answer.kind is Kind.CLAIM:
        return f"Claimed by {enumerate_names(answer.attributed_to)}"
    if answer.kind is Kind.QUOTE:
        return f"In the words of {enumerate_names(answer.attributed_to)}"
    numbers = {number for statement in answer.statements for number in statement.numbers}
    sources = _name_sources([citation.source for citation in citations if citation.number in numbers])
    if answer.kind is Kind.NOT_COVERED:
        verb = "do" if " and " in sources else "does"
        return f"{sources[0].upper()}{sources[1:]} {verb} not say"
    return f"Reported by {sources}"


def source_list(citations: Sequence[Citation]) -> str:
    """List the sources behind the marks: each source once, below it the passages with their numbers."""
    lines = ["**Sources**"]
    for source, cited in itertools.groupby(_by_source(citations), key=lambda citation: citation.source):
        lines.append(source_line(source))
        lines += [
            f"[{number}] passage {literal(passage.id)}{voice(speaker, passage.where)}"
            for number, passage, speaker in ((c.number, c.passage, c.speaker) for c in cited)
        ]
    return "\n".join(lines)


def source_line(source: Source) -> str:
    """Name a source with what is known of it: title, publisher, date, addresses."""
    parts = [literal(source.title), literal(source.publisher) if source.publisher else "", say_date(source.date)]
    links = {"read it": source.url, "archived copy": source.archived}
    return ", ".join([*filter(None, parts), *(f"[{name}](<{url}>)" for name, url in links.items() if url)])


def voice(speaker: str | None, where: str | None) -> str:
    """Say whose words a passage holds, and where they were said: `` (Monica Denise, Instagram)``."""
    parts = ", ".join(literal(part) for part in (speaker, where) if part)
    return f" ({parts})" if parts else ""


def _by_source(citations: Sequence[Citation]) -> list[Citation]:
    order = list(dict.fromkeys(citation.source.id for citation in citations))
    return sorted(citations, key=lambda citation: order.index(citation.source.id))


def _name_sources(sources: Sequence[Source]) -> str:
    """Name sources by their kind, in which the last word is the thing itself: a news *article*."""
    kinds = dict.fromkeys(source.kind.split()[-1] for source in sources)
    if not kinds:
        return "what I have read"
    return enumerate_names([f"the {kind}" for kind in kinds])
