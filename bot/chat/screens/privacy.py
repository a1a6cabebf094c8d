"""The table in :mod:`bot.privacy`, rendered for members."""

import datetime as dt
from collections.abc import Iterator

from bot.chat.message.page import SMALL, Page, pages
from bot.i18n.catalogue import _, ngettext
from bot.i18n.commands import SLASH, command
from bot.privacy import TABLE, Kept, terms


def privacy_page(*, here: bool, mine: bool, retention: dt.timedelta | None) -> list[Page]:
    """Return the pages that say which personal data the bot keeps.

    Args:
        here: whether this server allows questions to be kept.
        mine: whether the member allows it.
        retention: how long the text of a question is kept; None if nothing outlives the process.
    """
    if not mine:
        now = _("Your questions are not kept: you have chosen so.")
    elif not here:
        now = _("Questions asked in this server are not kept: its moderators have chosen so.")
    else:
        now = _("Your questions are kept here, without who asked.")
    choices = _("`{forget}` deletes your votes; `{logging}` says whether your questions may be kept.").format(
        forget=command(SLASH, "privacy", "forget-me"), logging=command(SLASH, "privacy", "logging")
    )
    said = [line for kept in TABLE for line in _lines(kept, retention)]
    return pages(["\n".join([f"### {_('What I keep')}", *said]), f"{choices}\n{now}"])


def _lines(kept: Kept, retention: dt.timedelta | None) -> Iterator[str]:
    """Yield what is kept and why, and in small print for how long, how it is deleted earlier, and who sees it."""
    time = _("Kept until I'm restarted.") if kept.columns and retention is None else _(kept.time)
    filled = terms(retention)
    yield f"**{_(kept.what)}** {_(kept.why)}".format(**filled)
    yield f"{SMALL}{time} {_(kept.end)} {_(kept.seen)}".format(**filled)


def forgotten(votes: int) -> str:
    """Return the sentence that says how many votes were deleted."""
    if not votes:
        return _("There was nothing to delete: I keep no vote that I know to be yours.")
    return ngettext("Deleted: {count} vote.", "Deleted: {count} votes.", votes).format(count=votes)


def logging_choice(*, keep: bool) -> str:
    """Return the sentence that confirms a member's choice on question logging."""
    if keep:
        return _("Your questions may be kept from now on, without who asked.")
    return _("Your questions are not kept from now on. Nothing says which of those asked before are yours.")
