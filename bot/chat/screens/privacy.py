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
        now = _("Your questions aren't kept, as you asked.")
    elif not here:
        now = _("This server's moderators have chosen not to keep questions.")
    else:
        now = _("Your questions are kept here, but not that you asked them.")
    choices = _("`{forget}` deletes your votes; `{logging}` sets whether your questions may be kept.").format(
        forget=command(SLASH, "privacy", "forget-me"), logging=command(SLASH, "privacy", "logging")
    )
    said = [line for kept in TABLE for line in _lines(kept, retention)]
    return pages(["\n".join([f"### {_('What I store')}", *said]), f"{choices}\n{now}"])


def _lines(kept: Kept, retention: dt.timedelta | None) -> Iterator[str]:
    """Yield what is kept and why, and in small print for how long, how it is deleted earlier, and who sees it."""
    time = _("Kept until I restart.") if kept.columns and retention is None else _(kept.time)
    filled = terms(retention)
    yield f"**{_(kept.what)}** {_(kept.why)}".format(**filled)
    yield f"{SMALL}{time} {_(kept.end)} {_(kept.seen)}".format(**filled)


def forgotten(votes: int) -> str:
    """Return the sentence that says how many votes were deleted."""
    if not votes:
        return _("There was nothing to delete: I have no votes that I can tell are yours.")
    return ngettext("Deleted: {count} vote.", "Deleted: {count} votes.", votes).format(count=votes)


def logging_choice(*, keep: bool) -> str:
    """Return the sentence that confirms a member's choice on question logging."""
    if keep:
        return _("From now on your questions may be kept, but not that you asked them.")
    return _(
        "From now on your questions won't be kept. I can't remove earlier ones, because nothing shows which were yours."
    )
