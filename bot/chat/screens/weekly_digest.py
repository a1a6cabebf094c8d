"""The weekly digest for moderators: statistics and unanswered questions."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.chat.message.markdown import shortened
from bot.chat.message.page import SMALL, Page, pages
from bot.chat.screens.stats import figures_text
from bot.chat.screens.unanswered import NOTHING_UNANSWERED
from bot.i18n.catalogue import N_, _, ngettext
from bot.matching.types import Candidate
from bot.moderation.stats import Summary
from bot.moderation.unanswered import Group, GroupWithNearest
from bot.store.types import Why

MAX_GROUPS: Final = 10
"""The most groups of questions to show; nobody works through more at once."""
_HOW_ON: Final = N_("`/faq unanswered` goes through them one by one; `/faq stats` shows the figures as a chart.")
_QUESTION: Final = 150
"""The most characters of a question."""


def digest_pages(
    groups: Sequence[GroupWithNearest],
    more: int,
    figures: Summary,
    questions: Mapping[str, str],
    by_now: Mapping[str, str],
) -> list[Page]:
    """Return the digest as one message.

    Args:
        groups: groups of unanswered questions with their nearest entries, the most frequent first.
        more: how many groups are left out.
        figures: the summary of the last week.
        questions: the questions of the entries by id.
        by_now: the entries that answer groups by now, by :attr:`Group.text`, as after an edit.
    """
    head = _("### The last week, {span}").format(span=figures.span)
    waiting = [_(NOTHING_UNANSWERED)]
    if groups:
        lines = [_line(group, nearest, questions, by_now.get(group.text)) for group, nearest in groups]
        others = [_("and {count} more").format(count=more)] if more else []
        waiting = [_("**Unanswered**"), *lines, *others, "", f"{SMALL}{_(_HOW_ON)}"]
    return pages([f"{head}\n{figures_text(figures, questions)}", "\n".join(waiting)])


def _line(group: Group, nearest: Candidate | None, questions: Mapping[str, str], by_now: str | None) -> str:
    shown = group.unhelpful[0] if group.answered and group.unhelpful else None
    near = questions.get(shown or by_now or (nearest.entry if nearest else ""))
    asked = ngettext("asked once", "asked {count} times", group.count).format(count=group.count)
    if near:
        place = _("{asked}; answered by now: {question}") if by_now else _("{asked}; nearest: {question}")
        if shown:
            voted = any(why is Why.NOT_HELPFUL for why, _count in group.whys)
            place = _("{asked}; didn't help: {question}") if voted else _("{asked}; maybe not meant: {question}")
        asked = place.format(asked=asked, question=shortened(near, _QUESTION))
    return f"- {shortened(group.text, _QUESTION)} ({asked})"
