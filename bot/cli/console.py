"""Rendering of replies for a terminal. No information depends on colour alone."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table

from bot.answering.reply import Answer, Citation, Reply
from bot.answering.wording import attribution, did_you_mean, does_not_know, not_understood, two_readings, voice
from bot.cli.output import text
from bot.i18n.dates import format_date
from bot.knowledge.model import KnowledgeBase
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
            lines = [text(did_you_mean(len(reply.suggestions)), style="bold")]
            lines += [text(f"  {n}. {suggestion.question}") for n, suggestion in enumerate(reply.suggestions, 1)]
            return Group(*lines)
        case _:
            remark = [text(two_readings())] if reply.tied else []
            answers = [part for answer in reply.answers for part in _answer(answer, reply.citations)]
            return Group(*remark, *answers, *_sources(reply.citations))


def _answer(answer: Answer, citations: Sequence[Citation]) -> Iterator[RenderableType]:
    yield text(answer.question, style="bold")
    yield text(answer.text)
    yield text(f"({attribution(answer, citations)}.)", style="italic")


def _sources(citations: Iterable[Citation]) -> Iterator[RenderableType]:
    table = Table.grid(padding=(0, 1))
    for citation in citations:
        table.add_row(text(f"[{citation.number}]", style="dim"), text(_describe(citation), style="dim"))
    if table.row_count:
        yield Padding(table, (1, 0, 0, 0))


def _describe(citation: Citation) -> str:
    source = citation.source
    return f"{source.title}, {format_date(source.date)}, passage {citation.passage.id}{voice(citation)}"


def explain(decision: Decision, typed: str, base: KnowledgeBase) -> RenderableType:
    """Render how the matcher decided on a question as it was typed, for moderators."""
    table = Table.grid(padding=(0, 2))
    for name, value in explanation_rows(decision, typed, base.words.chat_speak):
        table.add_row(text(name, style="dim"), text(value))
    return Padding(table, (1, 0, 0, 2))
