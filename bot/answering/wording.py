"""What every surface says in the same words, as plain text: who says it, and whose words a passage holds."""

from collections.abc import Iterable, Sequence

from bot.answering.answerer import Answer, Citation
from bot.i18n.catalogue import _, ngettext
from bot.i18n.dates import say_date, say_language
from bot.knowledge.model import Kind, KnowledgeBase, Source


def enumerate_names(names: Iterable[str]) -> str:
    """Join names as prose does: ``A``, ``A and B``, ``A, B and C``; there must be one at least."""
    *rest, last = names
    return _("{names} and {last}").format(names=", ".join(rest), last=last) if rest else last


def did_you_mean(count: int) -> str:
    """Introduce the suggestions; there is one at least."""
    return ngettext("Did you mean this?", "Did you mean one of these?", count)


def two_readings() -> str:
    """Introduce two answers of which a member meant one."""
    return _("You may mean one of two things, so here are both.")


def does_not_know(base: KnowledgeBase) -> str:
    """Say that there is no answer, and why there may be none.

    Args:
        base: what the bot answers from.
    """
    return _("I'm sorry, I don't have an answer to that. I have only read {read}.").format(read=sources_read(base))


def sources_read(base: KnowledgeBase) -> str:
    """Say what the answers rest on: ``one news article of 17 August 2020``, or how many sources there are."""
    first, *others = base.sources.values()
    if not others:
        return _("one {kind} of {date}").format(kind=first.kind, date=say_date(first.date))
    newest = max(source.date for source in base.sources.values())
    return _("{count} sources, the newest of {date}").format(count=len(base.sources), date=say_date(newest))


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
        return _("Claimed by {names}").format(names=enumerate_names(answer.attributed_to))
    if answer.kind is Kind.QUOTE:
        return _("In the words of {names}").format(names=enumerate_names(answer.attributed_to))
    if answer.kind is Kind.NOTE:
        return _("A note from the moderators")
    numbers = {number for statement in answer.statements for number in statement.numbers}
    kinds = _kinds([citation.source for citation in citations if citation.number in numbers])
    sources = enumerate_names([_("the {kind}").format(kind=kind) for kind in kinds]) if kinds else _("what I have read")
    if answer.kind is Kind.NOT_COVERED:
        says_not = ngettext("{sources} does not say", "{sources} do not say", max(len(kinds), 1)).format(
            sources=sources
        )
        return f"{says_not[0].upper()}{says_not[1:]}"
    return _("Reported by {sources}").format(sources=sources)


def voice(citation: Citation) -> str:
    """Say whom a passage quotes, and where they said it: `` (quoting Anna, Instagram)``; empty for nobody.

    A passage that narrates as well is not put into anybody's mouth: `` (partly quoting Anna)``.
    """
    if citation.speaker:
        said = ", ".join(filter(None, (citation.speaker, citation.passage.where)))
        return " " + _("(quoting {speaker})").format(speaker=said)
    if citation.partly:
        return " " + _("(partly quoting {speakers})").format(speakers=enumerate_names(citation.partly))
    return ""


def passage(name: str) -> str:
    """Name a passage of a source: ``passage p3``."""
    return _("passage {name}").format(name=name)


def _kinds(sources: Sequence[Source]) -> list[str]:
    """Give the kinds of sources, each once, by the last word, which is the thing itself: a news *article*."""
    return list(dict.fromkeys(source.kind.split()[-1] for source in sources))
