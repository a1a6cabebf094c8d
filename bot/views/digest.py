"""What moderators read once a week: the figures, and what members asked in vain."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.matching import Candidate
from bot.stats import Summary
from bot.unanswered import Group, Placed
from bot.views.markdown import shortened
from bot.views.page import SMALL, Page, pages
from bot.views.stats import figures_text

GROUPS: Final = 10
"""Groups of questions to show; nobody works through more at once."""
_HOW_ON: Final = f"{SMALL}`/faq unanswered` goes through them one by one; `/faq stats` draws the figures."
_QUESTION: Final = 150
"""Characters of a question."""


def digest(groups: Sequence[Placed], more: int, figures: Summary, questions: Mapping[str, str]) -> list[Page]:
    """Lay out the digest as one message.

    Args:
        groups: what awaits a moderator, most asked first, each with the entry to which it may belong.
        more: how many groups follow.
        figures: of the last week.
        questions: what members see of an entry, by its id.
    """
    waiting = "\n".join(_line(*placed, questions) for placed in groups)
    others = f"\nand {more} more" if more else ""
    return pages(
        [
            f"### The last week, {figures.span}\n{figures_text(figures, questions)}",
            f"**Asked in vain**\n{waiting}{others}\n\n{_HOW_ON}"
            if groups
            else "Nothing that was asked in vain awaits you.",
        ]
    )


def _line(group: Group, nearest: Candidate | None, questions: Mapping[str, str]) -> str:
    shown = group.unhelpful[0] if group.answered and group.unhelpful else None
    near = questions.get(shown or (nearest.entry if nearest else ""))
    place = f"; {'did not help' if shown else 'nearest'}: {shortened(near, _QUESTION)}" if near else ""
    times = "once" if group.count == 1 else f"{group.count} times"
    return f"- {shortened(group.text, _QUESTION)} (asked {times}{place})"
