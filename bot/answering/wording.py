"""Plain-text wording that all surfaces share, such as who stands behind an answer and whom a passage quotes."""

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from typing import Final

from bot.answering.reply import Answer, Citation, Reply
from bot.editing.revision import ChangeKind
from bot.i18n.catalogue import N_, _, ngettext
from bot.i18n.dates import format_date, language_name
from bot.i18n.lists import enumerate_names
from bot.knowledge.model import Kind, KnowledgeBase, Part, Precision, Source, Subject
from bot.knowledge.source_text import UNWRITTEN

_REPORTING: Final = frozenset({Subject.CASE, Subject.EVENT})
"""What sources report on; of the rest, they are the authority."""

_HOW_EXACT: Final = {
    Precision.DAY: "",
    Precision.MONTH: N_("only the month is given"),
    Precision.YEAR: N_("only the year is given"),
    Precision.INFERRED: N_("date inferred"),
}

NOTED: Final = dt.timedelta(days=30)
"""How long an answer says that it was corrected or clarified."""

_REASON: Final = 80
"""Most characters of the reason in that line; the public page has it in full."""

_ENDS: Final = (".", "!", "?", "…")


def did_you_mean(count: int) -> str:
    """Return the sentence that introduces suggestions, of which there must be at least one."""
    return ngettext("Did you mean this?", "Did you mean one of these?", count)


def meant_something_else(reply: Reply) -> str:
    """Return the question that introduces what else a member may have meant: as well as the answers, or instead."""
    return _("Did you also ask one of these?") if reply.several else _("Meant something else?")


def two_readings() -> str:
    """Return the sentence that introduces the answers to both readings of a question."""
    return _("That could mean two things, so here are both answers.")


def does_not_know(base: KnowledgeBase) -> str:
    """Return the sentence that there is no answer, and what the bot has read.

    Args:
        base: the knowledge base that the bot answers from.
    """
    return _("Sorry, I don't have an answer to that. All I've read is {read}.").format(read=sources_read(base))


def sources_read(base: KnowledgeBase) -> str:
    """Return what the answers are based on: ``one news article dated 17 August 2020``, or the number of sources."""
    first, *others = base.sources.values()
    if not others:
        return _("one {kind} dated {date}").format(kind=first.kind, date=format_date(first.date))
    newest = max(source.date for source in base.sources.values())
    return _("{count} sources, the latest dated {date}").format(count=len(base.sources), date=format_date(newest))


def not_understood(own: str) -> str:
    """Return the sentence that the bot doesn't understand the language of a question.

    Args:
        own: the FAQ's language, as two letters.
    """
    return _("I only understand questions in {language}. Please ask me again in {language}.").format(
        language=language_name(own)
    )


def attribution(answer: Answer, citations: Sequence[Citation]) -> str:
    """Return who stands behind an answer, in words, so that nothing depends on colors or icons.

    Args:
        answer: an answer of a reply.
        citations: the citations of the whole reply.
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
    said = _("Reported by {sources}") if answer.subject in _REPORTING else _("According to {sources}")
    return said.format(sources=sources)


def corrected(answer: Answer, today: dt.date) -> str:
    """Return the line about the correction of an answer; empty if there is nothing to tell.

    For example: ``Corrected on 3 November 2026: the year was wrong.`` A correction matters more than a clarification,
    even a later one. Neither is told about after :data:`NOTED`.

    Args:
        answer: an answer of a reply.
        today: the day in UTC.
    """
    recent = [each for each in answer.corrections if today - each.day <= NOTED]
    told = next((each for each in recent if each.kind is ChangeKind.CORRECTION), recent[0] if recent else None)
    if told is None:
        return ""
    day, reason = format_date(told.day), _brief(told.reason)
    if told.kind is ChangeKind.CORRECTION:
        said = _("Corrected on {date}: {reason}") if reason else _("Corrected on {date}.")
    else:
        said = _("Clarified on {date}: {reason}") if reason else _("Clarified on {date}.")
    return said.format(date=day, reason=reason if reason.endswith(_ENDS) else f"{reason}.")


def _brief(reason: str) -> str:
    """Return a reason as far as it fits in a short line."""
    if len(reason) <= _REASON:
        return reason
    head = reason[: _REASON - 1]
    return f"{head.rpartition(' ')[0] or head}…"


def gist(part: Part) -> str:
    """Return what a passage or a part of one says; how it begins, where nobody has put it in our own words yet."""
    begins = _("It begins: {words}").format(words=part.gist)
    return begins if part.gist.endswith(UNWRITTEN) else part.gist


def voice(citation: Citation, named: Container[str] = ()) -> str:
    """Return whom a passage quotes, and where they said it: `` (quoting Anna, Instagram)``; empty for nobody.

    For a passage that also narrates, it is `` (partly quoting Anna)``. A speaker who is named beside it already is not
    named again: `` (Instagram)``, `` (partly a quotation)``.

    Args:
        citation: the citation of the passage.
        named: the speakers who are named beside it already.
    """
    if citation.speaker:
        if citation.speaker in named:
            return f" ({citation.passage.where})" if citation.passage.where else ""
        said = ", ".join(filter(None, (citation.speaker, citation.passage.where)))
        return " " + _("(quoting {speaker})").format(speaker=said)
    if citation.partly and all(speaker in named for speaker in citation.partly):
        return " " + _("(partly a quotation)")
    if citation.partly:
        return " " + _("(partly quoting {speakers})").format(speakers=enumerate_names(citation.partly))
    return ""


def standing(source: Source, later: Source | None, cited: Iterable[Source] = ()) -> str:
    """Return how new a source is beside others: superseded, or the latest that a reply cites; empty for neither.

    Args:
        source: the source.
        later: the source that supersedes it.
        cited: all sources that the reply cites.
    """
    if later:
        return _("superseded by “{title}”, {date}").format(title=later.title, date=format_date(later.date))
    others = {each.id: each.date for each in cited if each.id != source.id}
    if not others or any(date >= source.date for date in others.values()):
        return ""
    return _("the later of the two") if len(others) == 1 else _("the latest of these")


def passage(name: str) -> str:
    """Return how to refer to a passage of a source: ``passage p3``."""
    return _("passage {name}").format(name=name)


def how_exact(precision: Precision) -> str:
    """Return a remark on the date of an event; empty if the sources give the day."""
    return _HOW_EXACT[precision] and _(_HOW_EXACT[precision])


def _kinds(sources: Sequence[Source]) -> list[str]:
    """Return the last word of each kind of source, once each: *article* for a news article."""
    return list(dict.fromkeys(source.kind.split()[-1] for source in sources))


def contact_words() -> str:
    """Return where to ask for a correction or a withdrawal, with a field for the contact."""
    return _(
        "Is something here about you wrong, or do you want it removed? Ask to have it corrected or withdrawn: {contact}"
    )
