"""What every surface says in the same words, as plain text: who says it, and whose words a passage holds."""

from collections.abc import Iterable, Sequence

from bot.answering import Answer, Citation
from bot.knowledge.model import Kind, KnowledgeBase, Source
from bot.language.catalogue import _, ngettext
from bot.language.dates import say_date, say_language


def enumerate_names(names: Iterable[str]) -> str:
    """Join names as prose does: ``A``, ``A and B``, ``A, B and C``; there must be one at least."""
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def did_you_mean(count: int) -> str:
    """Introduce the suggestions; there is one at least."""
    return "Did you mean this?" if count == 1 else "Did you mean one of these?"


def does_not_know(base: KnowledgeBase) -> str:
    """Say that there is no answer, and why there may be none.

    Args:
        base: what the bot answers from.
    """
    first, *others = base.sources.values()
    if others:
        read = ngettext("{count} source", "{count} sources", len(base.sources)).format(count=len(base.sources))
    else:
        read = _("one {kind} of {date}").format(kind=first.kind, date=say_date(first.date))
    return _("I'm sorry, I don't have an answer to that. I have only read {read}.").format(read=read)


def other_language(own: str) -> str:
    """Tell a member that the FAQ does not speak the language of their question.

    Args:
        own: the FAQ's language, as two letters.
    """
    return _("I only understand questions in {language}. Please ask me again in {language}.").format(
        language=say_language(own)
    )


def attribution(answer: Answer, citations: Sequence[Citation]) -> str:
    """Say who stands behind an answer, so that nothing hangs on a colour or an icon.

    Args:
        answer: one answer of a reply.
        citations: those of the whole reply.
    """
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


def voice(speaker: str | None, where: str | None) -> str:
    """Say whom a passage quotes, and where they said it: `` (quoting Anna, Instagram)``; empty for nobody."""
    return f" (quoting {', '.join(filter(None, (speaker, where)))})" if speaker else ""


def _name_sources(sources: Sequence[Source]) -> str:
    """Name sources by their kind, in which the last word is the thing itself: a news *article*."""
    kinds = dict.fromkeys(source.kind.split()[-1] for source in sources)
    return enumerate_names([f"the {kind}" for kind in kinds]) if kinds else "what I have read"
