"""Rendering of replies for a terminal. No information depends on color alone."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.answering.reply import Answer, AnswerBlock, Citation, Reply
from bot.answering.wording import (
    attribution,
    corrected,
    did_you_mean,
    does_not_know,
    meant_something_else,
    not_understood,
    standing,
    two_readings,
    voice,
)
from bot.cli.output import text
from bot.i18n.dates import format_date
from bot.knowledge.blocks import Form
from bot.knowledge.inline import Code, Link, Span, Words, spans
from bot.knowledge.model import KnowledgeBase, Source
from bot.matching.types import Decision, Outcome
from bot.moderation.explain import explanation_rows


def render(reply: Reply, base: KnowledgeBase) -> RenderableType:
    """Render a reply: for an answer its question, its text with [n] marks, who says so, and the sources.

    Args:
        reply: the reply.
        base: the knowledge base that the reply comes from.
    """
    match reply.outcome:
        case Outcome.NONE:
            return text(not_understood(base.case.language) if reply.language else does_not_know(base))
        case Outcome.SUGGEST:
            return Group(text(did_you_mean(len(reply.suggestions)), style="bold"), *_suggestions(reply))
        case _:
            remark = [text(two_readings())] if reply.tied else []
            answers = [part for answer in reply.answers for part in _answer(answer, reply.citations)]
            others = (
                [text(meant_something_else(reply), style="bold"), *_suggestions(reply)] if reply.suggestions else []
            )
            return Group(*remark, *answers, *_sources(reply.citations), *others)


def _suggestions(reply: Reply) -> list[Text]:
    return [text(f"  {number}. {each.question}") for number, each in enumerate(reply.suggestions, start=1)]


def _answer(answer: Answer, citations: Sequence[Citation]) -> Iterator[RenderableType]:
    yield text(answer.question, style="bold")
    for before, block in zip([None, *answer.blocks], answer.blocks, strict=False):
        if before and block.layout.form is Form.PARAGRAPH:
            yield text("")
        yield _block(block)
    yield text(f"({attribution(answer, citations)}.)", style="italic")
    if line := corrected(answer, dt.datetime.now(dt.UTC).date()):
        yield text(line, style="italic")


def _block(block: AnswerBlock) -> RenderableType:
    layout = block.layout
    if layout.form is Form.CODE:
        (code,) = block.statements
        marks = [text(code.marks)] if code.marks else []
        return Group(*(_Whole(text(line), "    ", wrap=False) for line in code.text.split("\n")), *marks)
    shown = text(" ".join(_line(str(statement)) for statement in block.statements))
    if layout.form is Form.PARAGRAPH:
        return _Whole(shown)
    marker = "-" if layout.number is None else f"{layout.number}."
    return _Whole(shown, f"{'  ' * layout.level}{marker} ")


@dataclass(frozen=True, slots=True)
class _Whole:
    """A line of an answer, which is not wrapped if it is code or holds a long address, so that these can be copied."""

    line: Text
    head: str = ""
    """What the first line begins with; the others are indented alike."""

    wrap: bool = True

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the wrapped lines; rich calls this."""
        width = max(options.max_width - len(self.head), 1)
        long_address = any("://" in word and len(word) > width for word in self.line.plain.split())
        lines = self.line.wrap(console, width, overflow="ignore" if long_address or not self.wrap else "fold")
        for number, line in enumerate(lines):
            head = self.head if number == 0 else " " * len(self.head)
            yield Text(head + line.plain, no_wrap=True, overflow="ignore")


def _line(line: str) -> str:
    """Return a line of an answer with its links in full; code keeps its backticks."""
    return "".join(map(_span, spans(line)))


def _span(span: Span) -> str:
    match span:
        case Words(words):
            return words
        case Code(code):
            return f"`{code}`"
        case Link(label, url):
            return f"{label} ({url})" if label else url


def _sources(citations: Iterable[Citation]) -> Iterator[RenderableType]:
    table = Table.grid(padding=(0, 1))
    listed = list(citations)
    cited = [citation.source for citation in listed]
    for citation in listed:
        table.add_row(text(f"[{citation.number}]", style="dim"), text(_describe(citation, cited), style="dim"))
    if table.row_count:
        yield Padding(table, (1, 0, 0, 0), expand=False)


def _describe(citation: Citation, cited: Sequence[Source]) -> str:
    source = citation.source
    how_new = standing(source, citation.superseded_by, cited)
    named = ", ".join(filter(None, (source.title, source.publisher, format_date(source.date))))
    return f"{named}, passage {citation.passage.id}{voice(citation)}{f' ({how_new})' if how_new else ''}"


def explain(decision: Decision, typed: str, base: KnowledgeBase) -> RenderableType:
    """Render how the matcher decided on a question as it was typed, for moderators."""
    table = Table.grid(padding=(0, 2))
    for name, value in explanation_rows(decision, typed, base.words.chat_speak):
        table.add_row(text(name, style="dim"), text(value))
    return Padding(table, (1, 0, 0, 2), expand=False)
