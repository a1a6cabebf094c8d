"""Statements with citation marks, and the list of sources that the marks refer to."""

import itertools
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from bot.answering.reply import AnswerBlock, Citation, CitedStatement
from bot.answering.wording import passage, standing, voice
from bot.chat.message.markdown import code_lines, line, literal
from bot.chat.message.page import SMALL
from bot.i18n.catalogue import _, ngettext
from bot.i18n.dates import format_date
from bot.knowledge.addresses import public_address
from bot.knowledge.blocks import TextBlock, joined
from bot.knowledge.model import KnowledgeBase, Source


def statements(cited: Iterable[CitedStatement], citations: Sequence[Citation] = ()) -> str:
    """Return statements on one line, each with its marks: ``He was 16 [1].``.

    Args:
        cited: the statements.
        citations: what the marks stand for; each mark opens its passage on the public page, if it is there.
    """
    links = _links(citations)
    return " ".join(_statement(statement, links, literal) for statement in cited)


def _links(citations: Sequence[Citation]) -> dict[int, str]:
    return {citation.number: citation.link for citation in citations if citation.link}


def _statement(statement: CitedStatement, links: Mapping[int, str], shown: Callable[[str], str]) -> str:
    if not links or not statement.numbers:
        return shown(str(statement))
    return f"{shown(statement.text)} {_marks(statement, links)}{shown(statement.closing)}"


def _marks(statement: CitedStatement, links: Mapping[int, str]) -> str:
    return "".join(f"[[{number}]](<{links[number]}>)" for number in statement.numbers) if links else statement.marks


def passage_link(citation: Citation) -> str:
    """Return how to refer to the passage of a citation, as a link if there is a public page."""
    return _linked(passage(citation.passage.id), citation.link)


def _linked(name: str, address: str | None) -> str:
    return f"[{literal(name)}](<{address}>)" if address else literal(name)


def page_line(base: KnowledgeBase, path: str = "") -> list[str]:
    """Return a line that points to the public page; no line if there is none.

    Args:
        base: the knowledge base.
        path: the path of one of the pages, see :mod:`bot.knowledge.addresses`.
    """
    address = public_address(base, path)
    return [SMALL + _("Read it with all its sources: {address}").format(address=f"<{address}>")] if address else []


def answer_text(blocks: Iterable[AnswerBlock], citations: Sequence[Citation] = ()) -> str:
    """Return the blocks of an answer in Discord's markdown, with their marks; see :func:`statements`."""
    links = _links(citations)
    return joined(
        TextBlock(block.layout, code_lines(block.statements[0].text), _marks(block.statements[0], links))
        if block.is_code
        else TextBlock(block.layout, " ".join(_statement(statement, links, line) for statement in block.statements))
        for block in blocks
    )


def source_list(citations: Sequence[Citation], named: Container[str] = ()) -> str:
    """Return the sources in small print: a line for each, with its passages and their numbers.

    Args:
        citations: the citations, at least one.
        named: the speakers whom the text above names, and whose names aren't repeated with each passage.
    """
    all_cited = [citation.source for citation in citations]
    lines = []
    for source, group in itertools.groupby(_by_source(citations), key=lambda citation: citation.source):
        cited = list(group)
        how_new = standing(source, cited[0].superseded_by, all_cited)
        line = ngettext("{source}, passage {passages}", "{source}, passages {passages}", len(cited)).format(
            source=source_line(source) + (f" ({literal(how_new)})" if how_new else ""),
            passages=", ".join(
                f"[{each.number}] {_linked(each.passage.id, each.link)}{literal(voice(each, named))}" for each in cited
            ),
        )
        lines.append(SMALL + line)
    if len(lines) == 1:
        return f"{SMALL}**{_('Source:')}** {lines[0].removeprefix(SMALL)}"
    return "\n".join([f"{SMALL}**{_('Sources')}**", *lines])


def source_line(source: Source) -> str:
    """Return a source's title, publisher, date and links on one line."""
    parts = [literal(source.title), literal(source.publisher) if source.publisher else "", format_date(source.date)]
    links = {_("read it"): source.url, _("archived copy"): source.archived}
    return ", ".join([*filter(None, parts), *(f"[{name}](<{url}>)" for name, url in links.items() if url)])


def _by_source(citations: Sequence[Citation]) -> list[Citation]:
    order = list(dict.fromkeys(citation.source.id for citation in citations))
    return sorted(citations, key=lambda citation: order.index(citation.source.id))
