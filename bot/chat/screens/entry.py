"""Screens for moderators: an entry as in its file and as members see it, and what a question leads to, and why."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

from discord import ui

from bot.answering.reply import Reply
from bot.answering.wording import did_you_mean, enumerate_names
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.page import SMALL, Control, Page, merge_pages, pages
from bot.chat.screens.reply import answer_pages
from bot.chat.screens.stop import stop_line
from bot.editing.items import Item
from bot.i18n.catalogue import N_, _
from bot.i18n.dates import format_date
from bot.knowledge.model import Entry, KnowledgeBase, WithdrawnEntry
from bot.matching.types import Decision
from bot.moderation.explain import explanation_rows, outcome_name
from bot.store.types import Stop

_NOT_FOUND: Final = N_("I can't find it in its file anymore. Use `/faq check` to see what's wrong with the file.")

_FENCED: Final = limits.LIST_TEXT - len("```yaml\n\n```")


def entry_pages(
    entry: Entry, found: Item | None, reply: Reply | None, stop: Stop | None, buttons: Sequence[Control]
) -> list[Page]:
    """Return the pages of an entry as in its file, and as members see it, or would without a stop.

    Args:
        entry: the entry, retired or not.
        found: its lines in the file; None if the file is invalid or no longer contains it.
        reply: the reply with the entry as if it were not stopped; None if it is retired.
        stop: the stop in force; None for none.
        buttons: the buttons below.
    """
    state = [
        _("Retired on {date}: members don't see it.").format(date=format_date(entry.retired))
        if entry.retired
        else stop_line(stop)
        if stop
        else _("In service."),
        _("Last reviewed on {date}.").format(date=format_date(entry.review_day))
        if entry.review_day
        else _("Imported; not reviewed by a moderator yet."),
        *([_("In `{file}`.").format(file=found.file.path)] if found else []),
    ]
    head = f"### `{entry.id}`\n{' '.join(state)}"
    stored = [f"```yaml\n{piece}\n```" for piece in _pieces(found)] if found else [_(_NOT_FOUND)]
    shown = answer_pages(reply) if reply else []
    *others, last = merge_pages([*pages([head, *stored]), *shown])
    if buttons:
        last.put(ui.ActionRow(*buttons))
    return [*others, last]


def withdrawn_line(entry: WithdrawnEntry) -> str:
    """Return all that is told of an entry that was withdrawn at a person's request."""
    return _("Withdrawn on request on {date}.").format(date=format_date(entry.withdrawn.date))


def try_pages(question: str, reply: Reply, stops: Mapping[str, Stop], base: KnowledgeBase) -> list[Page]:
    """Return the pages that show what a question leads to, as members would see it, and how that was decided.

    Args:
        question: the question as typed.
        reply: the reply as if nothing were stopped.
        stops: the stops in force by entry id.
        base: the knowledge base that the reply comes from.
    """
    head = _("**{question}** leads to: **{outcome}**").format(
        question=literal(limits.cut(question, limits.PLACEHOLDER)), outcome=_outcome(reply)
    )
    shown = answer_pages(reply) if reply.answers else []
    suggested = [f"**{did_you_mean(len(reply.suggestions))}**"] if reply.suggestions else []
    suggested += [f"- {literal(each.question)} (`{each.entry}`)" for each in reply.suggestions]
    entries = [*(each.entry for each in reply.answers), *(each.entry for each in reply.suggestions)]
    stopped = [f"`{entry}`: {stop_line(stops[entry])}" for entry in entries if entry in stops]
    why = ["\n".join(_steps(decision, question, base)) for decision in reply.decisions]
    return merge_pages([*pages(["\n".join([head, *suggested, *stopped])]), *shown, *pages([f"### {_('Why')}", *why])])


def _outcome(reply: Reply) -> str:
    entries = [f"`{answer.entry}`" for answer in reply.answers]
    name = outcome_name(reply.outcome)
    return f"{name} ({enumerate_names(entries)})" if entries else name


def _steps(decision: Decision, question: str, base: KnowledgeBase) -> Sequence[str]:
    rows = explanation_rows(decision, question, base.words.chat_speak)
    return [f"{SMALL}**{name}:** {literal(value)}" for name, value in rows if value]


def _pieces(found: Item) -> list[str]:
    text = textwrap.dedent(found.text).replace("```", "``\u200b`")
    return limits.split(text, _FENCED)
