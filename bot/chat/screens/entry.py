"""Screens for moderators: an entry as members see it and as in its file, and what a question leads to, and why."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self, final

from discord import ui
from typing_extensions import override

from bot.answering.reply import Reply
from bot.answering.wording import did_you_mean, meant_something_else
from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.page import ENTRY_PATTERN, SMALL, Control, GuardedButton, Page, merge_pages, pages
from bot.chat.rights import Right
from bot.chat.screens.entry_form import KINDS
from bot.chat.screens.paginator import ListPage, list_pages, open_list_privately
from bot.chat.screens.reply import answer_pages
from bot.chat.screens.stop import retired_line, stop_line
from bot.editing.items import Item
from bot.i18n.catalogue import N_, _, ngettext
from bot.i18n.dates import format_date
from bot.i18n.lists import enumerate_names
from bot.knowledge.model import Entry, KnowledgeBase
from bot.matching.types import Decision
from bot.moderation.explain import explanation_rows, outcome_name, reason_text
from bot.store.types import Stop

_NOT_FOUND: Final = N_("I can't find it in its file anymore. Use `/faq check` to see what's wrong with the file.")

_FENCED: Final = limits.LIST_TEXT - 100
"""The most characters of lines on a page, which has room for the heading and the fences besides."""


def entry_pages(
    entry: Entry, found: Item | None, reply: Reply | None, stop: Stop | None, buttons: Sequence[Control]
) -> list[Page]:
    """Return the pages of an entry: its state, and what members see, or would without a stop.

    Args:
        entry: the entry, retired or not.
        found: its lines in the file; None if the file is invalid or no longer contains it.
        reply: the reply with the entry as if it were not stopped; None if it is retired.
        stop: the stop in force; None for none.
        buttons: the buttons below, after the one that shows the lines in the file.
    """
    out = [*([retired_line(entry.retired)] if entry.retired else []), *([stop_line(stop)] if stop else [])]
    state = [
        *(out or [f"**{_('In service.')}**"]),
        _("Last reviewed on {date}.").format(date=format_date(entry.review_day))
        if entry.review_day
        else _("Imported; not reviewed by a moderator yet."),
        *([_("In `{file}`.").format(file=found.file.path)] if found else []),
    ]
    topics = ", ".join(map(literal, entry.topics)) or _("none")
    kept = SMALL + _("{kind}. Topics: {topics}.").format(kind=_(KINDS[entry.kind]), topics=topics)
    head = f"### `{entry.id}`\n{' '.join(state)}\n{kept}"
    shown = [*pages([head, *([] if found else [_(_NOT_FOUND)])]), *(answer_pages(reply) if reply else [])]
    foot = [*([StoredButton(entry.id, len(entry.phrasings))] if found else []), *buttons]
    if foot:
        shown[-1].put(ui.ActionRow(*foot))
    return merge_pages(shown)


def stored_pages(entry: str, found: Item | None) -> list[ListPage]:
    """Return the pages of an entry's lines in its file.

    Args:
        entry: id of the entry.
        found: the lines; None if the file is invalid or does not contain it.
    """
    if found is None:
        return list_pages([_(_NOT_FOUND)])
    head, first, *others = f"### `{entry}`", *_pieces(found)
    return list_pages([f"{head}\n```yaml\n{first}\n```", *(f"```yaml\n{piece}\n```" for piece in others)])


@final
class StoredButton(
    GuardedButton, ui.DynamicItem[ui.Button[Any]], template=rf"stored:{ENTRY_PATTERN}", right=Right.MODERATOR
):
    """Opens a private list of an entry's lines in its file, most of which are phrasings."""

    def __init__(self, entry: str, phrasings: int = 0) -> None:
        self._entry = entry
        label = ngettext("In its file: {count} phrasing", "In its file: {count} phrasings", phrasings)
        super().__init__(ui.Button(label=label.format(count=phrasings), custom_id=f"stored:{entry}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["entry"])

    @override
    async def act(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await open_list_privately(interaction, "stored", self._entry)


def try_pages(
    question: str, reply: Reply, stops: Mapping[str, Stop], base: KnowledgeBase, *, details: bool
) -> list[Page]:
    """Return the pages that show what a question leads to, and why.

    Args:
        question: the question as typed.
        reply: the reply as if nothing were stopped.
        stops: the stops in force by entry id.
        base: the knowledge base that the reply comes from.
        details: whether to show the answer as members would see it, and each step of the decision.
    """
    head = _("**{question}** leads to: **{outcome}**").format(
        question=literal(limits.cut(question, limits.PLACEHOLDER)), outcome=_outcome(reply)
    )
    asks = meant_something_else(reply) if reply.answers else did_you_mean(len(reply.suggestions))
    suggested = [f"**{asks}**"] if reply.suggestions else []
    suggested += [f"- {literal(each.question)} (`{each.entry}`)" for each in reply.suggestions]
    entries = [*(each.entry for each in reply.answers), *(each.entry for each in reply.suggestions)]
    stopped = [f"`{entry}`: {stop_line(stops[entry])}" for entry in entries if entry in stops]
    if not details:
        more = SMALL + _("`details: True` shows the answer, and each step.")
        return pages(["\n".join([head, *suggested, *stopped, *_why(reply), more])])
    shown = answer_pages(reply) if reply.answers else []
    why = ["\n".join(_steps(decision, question, base)) for decision in reply.decisions]
    return merge_pages([*pages(["\n".join([head, *suggested, *stopped])]), *shown, *pages([f"### {_('Why')}", *why])])


def _why(reply: Reply) -> Iterator[str]:
    """Yield a line for each question looked up: as what it was read, and why it has its outcome."""
    for decision in reply.decisions:
        why = decision.explanation
        read, reason = literal(limits.cut(why.question, limits.PLACEHOLDER)), literal(reason_text(why.reason))
        yield _("Read as “{question}”: {reason}.").format(question=read, reason=reason)


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
