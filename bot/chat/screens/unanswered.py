"""A page with one group of unanswered questions, for moderators."""

from collections.abc import Sequence
from typing import Final

from bot.answering.service import Nearest
from bot.chat.message.markdown import shortened
from bot.chat.message.page import SMALL
from bot.i18n.catalogue import N_, _, ngettext
from bot.i18n.dates import format_date
from bot.knowledge.model import Entry, Kind, KnowledgeBase
from bot.moderation.unanswered import MAX_GROUPED, Group, Order, nearest_of
from bot.store.types import Why

MAX_WORDINGS: Final = 6
"""The most wordings of a group to show; the others are counted."""

NOTHING_UNANSWERED: Final = N_("No unanswered questions are waiting for you.")
DONE_ALREADY: Final = N_("Someone has already dealt with that one, or its text has been deleted by now.")
OFF_ALREADY: Final = N_("That question was already off the list.")
BACK_ALREADY: Final = N_("It's already on the list, or its text has been deleted by now.")

_LINE: Final = 200
"""The most characters of a wording or an entry's question, so that a group always fits on a page."""

_WHYS: Final = {
    Why.MISSED: N_("no answer and no suggestion"),
    Why.NOT_TAKEN: N_("suggestions, none taken"),
    Why.NOT_HELPFUL: N_("an answer that didn't help"),
    Why.OTHER_PICKED: N_("an answer, but another question picked below it"),
}
_ORDERS: Final = {Order.COUNT: N_("most asked first"), Order.RECENT: N_("latest first")}


def group_sections(group: Group, nearest: Nearest, *, answered: bool) -> list[str]:
    """Return the sections of a group: how often, when and why it was asked, its wordings, and the nearest entry.

    Args:
        group: the group.
        nearest: the nearest entries.
        answered: whether the question has an answer by now.
    """
    asked = ngettext("### Unanswered, asked once", "### Unanswered, asked {count} times", group.count).format(
        count=group.count
    )
    last = _("Last asked on {date} (UTC).").format(date=format_date(group.last.date()))
    whys = ", ".join(f"{_(_WHYS[why])} ({count})" for why, count in group.whys)
    head = f"{asked}\n{SMALL}{last} {whys[:1].upper()}{whys[1:]}."
    return [head, _wordings(group), *_in_question(group, nearest.base), _near_line(nearest, answered=answered)]


def _wordings(group: Group) -> str:
    shown = [f"> {wording_line(text)}" for text in group.wordings[:MAX_WORDINGS]]
    more = len(group.wordings) - len(shown)
    if more:
        shown.append(ngettext("and {count} more phrasing", "and {count} more phrasings", more).format(count=more))
    return "\n".join(shown)


def _in_question(group: Group, base: KnowledgeBase) -> list[str]:
    """Return a section on the entry whose answer may be wrong, and on the one picked instead, if still in service."""
    entry = answer_given(group, base)
    if entry is None:
        return []
    voted = any(why is Why.NOT_HELPFUL for why, _count in group.whys)
    which = _("**The answer that didn't help:** {question}") if voted else _("**The answer given:** {question}")
    lines = [which.format(question=shortened(entry.question, _LINE))]
    if picked := picked_instead(group, base):
        question = shortened(base.entries[picked].question, _LINE)
        lines.append(_("**Picked below it:** {question}").format(question=question))
    lines.append(SMALL + _("`/faq show {entry}` shows it, `/faq edit {entry}` changes it.").format(entry=entry.id))
    return ["\n".join(lines)]


def answer_given(group: Group, base: KnowledgeBase) -> Entry | None:
    """Return the entry whose answer may be wrong, if there is one and it is in service."""
    return base.entries.get(group.unhelpful[0]) if group.unhelpful else None


def picked_instead(group: Group, base: KnowledgeBase) -> str | None:
    """Return the entry that was picked most often below the answers given; None if there is none in service."""
    return next((entry for entry in group.picked if entry in base.entries), None)


def wording_line(text: str) -> str:
    """Return a member's question on one line, shortened and escaped."""
    return shortened(text, _LINE)


def _near_line(nearest: Nearest, *, answered: bool) -> str:
    """Return the lines on the nearest entry: its score, the score needed for an answer, and if there is one by now."""
    first = nearest_of(nearest.candidates)
    by_now = [_("I can answer this now. If the answer is right, dismiss the question.")] if answered else []
    if first is None:
        return f"\n{SMALL}".join([_("No entry comes close."), *by_now])
    entry = nearest.base.entries[first.entry]
    line = (
        _("**Nearest entry:** {question} (says that the source doesn't say)")
        if entry.kind is Kind.NOT_COVERED
        else _("**Nearest entry:** {question}")
    ).format(question=shortened(entry.question, _LINE))
    scores = _("`{entry}`, score {score}; an answer needs {least}").format(
        entry=entry.id, score=f"{first.score:.2f}", least=f"{nearest.needed:.2f}"
    )
    return f"{line}\n{SMALL}" + "\n".join([scores, *by_now])


def place_line(number: int, groups: Sequence[Group], order: Order) -> str:
    """Return the line with a group's position in the list.

    Args:
        number: the position, from 0.
        groups: all groups.
        order: the order of the list.
    """
    said = [_("{number} of {count}, {order}.").format(number=number + 1, count=len(groups), order=_(_ORDERS[order]))]
    if sum(group.count for group in groups) >= MAX_GROUPED:
        said.append(_("I only look at the latest {count} questions.").format(count=f"{MAX_GROUPED:,}"))
    return SMALL + " ".join([*said, _("Who asked is never stored.")])


def settled_line(done: int, left: Sequence[str]) -> str:
    """Return the lines on the result of an edit for a group of questions.

    Args:
        done: how many questions were taken off the list.
        left: the wordings that stay on it.
    """
    if not done and not left:
        return _(OFF_ALREADY)
    if not left:
        off = ngettext("Taken off the list: {count} question.", "Taken off the list: {count} questions.", done)
        return off.format(count=done)
    head = _("Taken off the list: {count}. These still don't get that answer and stay on the list:")
    shown = [f"> {wording_line(text)}" for text in left[:MAX_WORDINGS]]
    if more := len(left) - len(shown):
        shown.append(_("and {count} more").format(count=more))
    return "\n".join([head.format(count=done), *shown])
