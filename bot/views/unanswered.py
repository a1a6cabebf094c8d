"""A group of questions that were asked in vain, as moderators read it: one a page."""

from collections.abc import Sequence
from typing import Final

from bot.answering import Answerer
from bot.knowledge.model import Kind, KnowledgeBase
from bot.matching import Candidate
from bot.store.model import Why
from bot.unanswered import LATEST, Group, Order
from bot.views.markdown import shortened
from bot.views.page import SMALL

WORDINGS: Final = 6
"""Wordings of a group that are shown; the others are counted."""

NOTHING: Final = "Nothing that was asked in vain awaits you."
DONE_ALREADY: Final = "Somebody has dealt with that one already, or its words have had their time."
OFF_ALREADY: Final = "That question was off the list already."
NOT_AT_HAND: Final = "I do not have at hand any more what was dismissed; I was started again since."

_LINE: Final = 200
"""Characters that a wording or the question of an entry takes: a group with all there is to say of it fits a page."""

_WHYS: Final = {
    Why.MISSED: "no answer and no suggestion",
    Why.NOT_TAKEN: "suggestions, none taken",
    Why.NOT_HELPFUL: "an answer that did not help",
}
_ORDERS: Final = {Order.COUNT: "most asked first", Order.RECENT: "latest first"}


def group_sections(group: Group, nearest: Candidate | None, answerer: Answerer) -> list[str]:
    """Write what there is to know of a group: wordings, how often and when, why, and the entry that is near.

    Args:
        group: what was asked.
        nearest: the entry that is near.
        answerer: what is known.
    """
    times = "once" if group.count == 1 else f"{group.count} times"
    last = f"{group.last.day} {group.last:%B %Y}"
    whys = ", ".join(f"{_WHYS[why]} ({count})" for why, count in group.whys)
    head = f"### Asked in vain {times}\n{SMALL}Last on {last}, in UTC. {whys[:1].upper()}{whys[1:]}."
    return [head, _wordings(group), *_unhelpful(group, answerer.base), _near_line(nearest, answerer)]


def _wordings(group: Group) -> str:
    shown = [f"> {wording_line(text)}" for text in group.wordings[:WORDINGS]]
    more = len(group.wordings) - len(shown)
    return "\n".join([*shown, *([f"and {more} more {'wording' if more == 1 else 'wordings'}"] if more else [])])


def _unhelpful(group: Group, base: KnowledgeBase) -> list[str]:
    """Name the entry whose answer did not help; it may have been taken out since."""
    entry = base.entries.get(group.unhelpful[0]) if group.unhelpful else None
    if entry is None:
        return []
    how_on = f"`/faq show {entry.id}` shows it, `/faq edit {entry.id}` changes it."
    return [f"**The answer that did not help:** {shortened(entry.question, _LINE)}\n{SMALL}{how_on}"]


def wording_line(text: str) -> str:
    """Write a member's question in one line."""
    return shortened(text, _LINE)


def _near_line(nearest: Candidate | None, answerer: Answerer) -> str:
    """Say which entry is nearest, how near, and how near it must be to be answered."""
    if not nearest:
        return "No entry is near."
    entry = answerer.base.entries[nearest.entry]
    silent = " (says that the source does not say)" if entry.kind is Kind.NOT_COVERED else ""
    scores = f"score {nearest.score:.2f}, an answer needs {answerer.matcher.thresholds.answer:.2f}"
    return f"**Nearest entry:** {shortened(entry.question, _LINE)}{silent}\n{SMALL}`{entry.id}`, {scores}"


def place_line(number: int, groups: Sequence[Group], order: Order) -> str:
    """Say where in the list a group is.

    Args:
        number: of the group, from 0.
        groups: all of them.
        order: of the list.
    """
    whole = sum(group.count for group in groups) < LATEST
    asked = "" if whole else f" I look at the latest {LATEST:,} questions only."
    return f"{SMALL}{number + 1} of {len(groups)}, {_ORDERS[order]}.{asked} Nothing is kept that tells who asked."


def settled_line(done: int, left: Sequence[str]) -> str:
    """Say what became of a group after an edit.

    Args:
        done: how many questions were taken off the list.
        left: the wordings that stay on it.
    """
    if not done and not left:
        return OFF_ALREADY
    if not left:
        return f"Taken off the list: {done} {'question' if done == 1 else 'questions'}."
    shown = "\n".join(f"> {wording_line(text)}" for text in left[:WORDINGS])
    more = f"\nand {len(left) - WORDINGS} more" if len(left) > WORDINGS else ""
    return f"Taken off the list: {done}. Still not answered with that entry, and still on the list:\n{shown}{more}"
