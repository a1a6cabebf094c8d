"""Statements with citation marks, and the list of sources that the marks refer to."""

import itertools
from collections.abc import Iterable, Sequence

from bot.answering.reply import AnswerBlock, Citation, CitedStatement
from bot.answering.wording import passage, standing, voice
from bot.chat.message.markdown import code_lines, line, literal
from bot.i18n.catalogue import _
from bot.i18n.dates import format_date
from bot.knowledge.blocks import TextBlock, joined
from bot.knowledge.model import Source


def statements(cited: Iterable[CitedStatement]) -> str:
    """Return statements on one line, each with its marks: ``He was 16 [1].``."""
    return " ".join(literal(str(statement)) for statement in cited)


def answer_text(blocks: Iterable[AnswerBlock]) -> str:
    """Return the blocks of an answer in Discord's markdown, with their marks."""
    return joined(
        TextBlock(block.layout, code_lines(block.statements[0].text), block.statements[0].marks)
        if block.is_code
        else TextBlock(block.layout, " ".join(line(str(statement)) for statement in block.statements))
        for block in blocks
    )


def source_list(citations: Sequence[Citation]) -> str:
    """Return the list of sources: each source once, followed by its passages with their numbers."""
    lines = [f"**{_('Sources')}**"]
    all_cited = [citation.source for citation in citations]
    for source, group in itertools.groupby(_by_source(citations), key=lambda citation: citation.source):
        cited = list(group)
        how_new = standing(source, cited[0].superseded_by, all_cited)
        lines.append(source_line(source) + (f" ({literal(how_new)})" if how_new else ""))
        lines += [f"[{each.number}] {literal(passage(each.passage.id))}{literal(voice(each))}" for each in cited]
    return "\n".join(lines)


def source_line(source: Source) -> str:
    """Return a source's title, publisher, date and links on one line."""
    parts = [literal(source.title), literal(source.publisher) if source.publisher else "", format_date(source.date)]
    links = {_("read it"): source.url, _("archived copy"): source.archived}
    return ", ".join([*filter(None, parts), *(f"[{name}](<{url}>)" for name, url in links.items() if url)])


def _by_source(citations: Sequence[Citation]) -> list[Citation]:
    order = list(dict.fromkeys(citation.source.id for citation in citations))
    return sorted(citations, key=lambda citation: order.index(citation.source.id))
