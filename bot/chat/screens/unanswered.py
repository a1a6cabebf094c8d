"""A group of questions that were asked in vain, as moderators read it: one a page."""

from collections.abc import Sequence
from typing import Final

from bot.answering.answerer import Answerer
from bot.chat.message.markdown import shortened
from bot.chat.message.page import SMALL
from bot.i18n.catalogue import N_, _, ngettext
from bot.i18n.dates import say_date
from bot.knowledge.model import Kind
from bot.matching.types import Candidate
from bot.moderation.unanswered import LATEST, Group, Order
from bot.store.types import Why

WORDINGS: Final = 6
"""Wordings of a group that are shown; the others are counted."""

NOTHING: Final = N_("Nothing that was asked in vain awaits you.")
DONE_ALREADY: Final = N_("Somebody has dealt with that one already, or its words have had their time.")
OFF_ALREADY: Final = N_("That question was off the list already.")
BACK_ALREADY: Final = N_("It is on the list already, or its words have had their time.")

_LINE: Final = 200
"""Characters that a wording or the question of an entry takes: a group with all there is to say of it fits a page."""

_WHYS: Final = {
    Why.MISSED: N_("no answer and no suggestion"),
    Why.NOT_TAKEN: N_("suggestions, none taken"),
    Why.NOT_HELPFUL: N_("an answer that did not help"),
}
_ORDERS: Final = {Order.COUNT: N_("most asked first"), Order.RECENT: N_("latest first")}


def group_sections(group: Group, nearest: Candidate | None, answerer: Answerer) -> list[str]:
    """Write what there is to know of a group: wordings, how often and when, why, and the entry that is near.

    Args:
        group: what was asked.
        nearest: the entry that is near.
        answerer: what members are answered out of.
    """
    asked = ngettext("### Asked in vain once", "### Asked in vain {count} times", group.count).format(count=group.count)
    last = _("Last on {date}, in UTC.").format(date=say_date(group.last.date()))
    whys = ", ".join(f"{_(_WHYS[why])} ({count})" for why, count in group.whys)
    head = f"{asked}\n{SMALL}{last} {whys[:1].upper()}{whys[1:]}."
    return [head, _wordings(group), *_unhelpful(group, answerer), _near_line(group, nearest, answerer)]


def _wordings(group: Group) -> str:
    shown = [f"> {wording_line(text)}" for text in group.wordings[:WORDINGS]]
    more = len(group.wordings) - len(shown)
    if more:
        shown.append(ngettext("and {count} more wording", "and {count} more wordings", more).format(count=more))
    return "\n".join(shown)


def _unhelpful(group: Group, answerer: Answerer) -> list[str]:
    """Name the entry whose answer did not help; it may have been taken out since."""
    entry = answerer.find(group.unhelpful[0]) if group.unhelpful else None
    if entry is None:
        return []
    which = _("**The answer that did not help:** {question}").format(question=shortened(entry.question, _LINE))
    how_on = _("`/faq show {entry}` shows it, `/faq edit {entry}` changes it.").format(entry=entry.id)
    return [f"{which}\n{SMALL}{how_on}"]


def wording_line(text: str) -> str:
    """Write a member's question in one line."""
    return shortened(text, _LINE)


def _near_line(group: Group, nearest: Candidate | None, answerer: Answerer) -> str:
    """Say which entry is nearest, how near, how near it must be to be answered, and whether it is answered by now."""
    entry = answerer.find(nearest.entry) if nearest else None
    if not nearest or not entry:
        return _("No entry is near.")
    line = (
        _("**Nearest entry:** {question} (says that the source does not say)")
        if entry.kind is Kind.NOT_COVERED
        else _("**Nearest entry:** {question}")
    ).format(question=shortened(entry.question, _LINE))
    scores = _("`{entry}`, score {score}, an answer needs {least}").format(
        entry=entry.id, score=f"{nearest.score:.2f}", least=f"{answerer.matcher.thresholds.answer:.2f}"
    )
    if not group.answered and answerer.answer(group.text).answers:
        scores += f"\n{_('By now this is answered: dismiss it, if the answer is right.')}"
    return f"{line}\n{SMALL}{scores}"


def place_line(number: int, groups: Sequence[Group], order: Order) -> str:
    """Say where in the list a group is.

    Args:
        number: of the group, from 0.
        groups: all of them.
        order: of the list.
    """
    said = [_("{number} of {count}, {order}.").format(number=number + 1, count=len(groups), order=_(_ORDERS[order]))]
    if sum(group.count for group in groups) >= LATEST:
        said.append(_("I look at the latest {count} questions only.").format(count=f"{LATEST:,}"))
    return SMALL + " ".join([*said, _("Nothing is kept that tells who asked.")])


def settled_line(done: int, left: Sequence[str]) -> str:
    """Say what became of a group after an edit.

    Args:
        done: how many questions were taken off the list.
        left: the wordings that stay on it.
    """
    if not done and not left:
        return _(OFF_ALREADY)
    if not left:
        off = ngettext("Taken off the list: {count} question.", "Taken off the list: {count} questions.", done)
        return off.format(count=done)
    head = _("Taken off the list: {count}. Still not answered with that entry, and still on the list:")
    shown = [f"> {wording_line(text)}" for text in left[:WORDINGS]]
    if more := len(left) - len(shown):
        shown.append(_("and {count} more").format(count=more))
    return "\n".join([head.format(count=done), *shown])
