"""What has changed in the answers lately, for members."""

from collections.abc import Sequence
from typing import Final

from bot.chat.message.citations import page_line
from bot.chat.message.markdown import shortened
from bot.chat.message.page import Page, notice, pages
from bot.editing.updates import Update, change_label
from bot.i18n.catalogue import _
from bot.i18n.dates import format_date
from bot.knowledge.model import KnowledgeBase
from bot.site.pages import CHANGES

SHOWN: Final = 5
"""Most changes in one message; clarifications and corrections come with what was there before."""

_TEXT: Final = 220
"""Most characters of a question, a reason or an answer."""


def change_pages(changed: Sequence[Update], base: KnowledgeBase) -> list[Page]:
    """Return the pages of the latest changes.

    Args:
        changed: the changes, latest first.
        base: the knowledge base of their entries.
    """
    if not changed:
        return notice(_("I don't know of any changes in my answers."))
    parts = [f"### {_('What changed')}", *(_change(each, base) for each in changed[:SHOWN])]
    return pages(["\n".join([*parts, *page_line(base, CHANGES)])])


def _change(update: Update, base: KnowledgeBase) -> str:
    question = shortened(base.entries[update.entry].question, _TEXT)
    lines = [f"**{format_date(update.day)}. {change_label(update)}** {question}"]
    if update.reason:
        lines.append(shortened(update.reason, _TEXT))
    if update.explained:
        lines.append(f"{_('Before:')} {shortened(update.before, _TEXT)}")
        lines.append(f"{_('After:')} {shortened(update.after, _TEXT)}")
    return "\n".join(lines)
